// RUN: rmsnorm-opt %s --norm-to-gpu="chip=sm_70 format=isa" | FileCheck %s
// RUN: rmsnorm-opt %s --norm-to-gpu="chip=sm_90 format=isa" | FileCheck %s
// RUN: rmsnorm-opt %s --norm-to-gpu="chip=gfx942 format=isa" | FileCheck %s

// The part of a row that is reduced ends in a vector.

#matrix = affine_map<(d0, d1) -> (d0, d1)>

// CHECK: gpu.binary @f_kernels
func.func @f(%x: memref<7x64xf32>, %y: memref<7x64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : memref<7x64xf32>)
      outs(%y : memref<7x64xf32>) {
  ^bb0(%r: tensor<64xf32>):
    %s = norm.reduce add %r first 13 : tensor<64xf32>
    %t = tensor.splat %s : tensor<64xf32>
    %v = arith.addf %r, %t : tensor<64xf32>
    norm.yield %v : tensor<64xf32>
  }
  return
}
