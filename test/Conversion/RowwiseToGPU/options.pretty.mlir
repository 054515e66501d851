// RUN: rmsnorm-opt --convert-rowwise-to-gpu --cse %s | FileCheck %s
// RUN: rmsnorm-opt --convert-rowwise-to-gpu="multiprocessors=3 contract=false" --cse %s | FileCheck %s --check-prefix=OPTIONS
// RUN: rmsnorm-opt --convert-rowwise-to-gpu="chip=gfx942" --cse %s | FileCheck %s --check-prefix=AMD

// Products are added without being rounded, and there are as many blocks as
// multiprocessors have place for, four times.
// CHECK: llvm.intr.fmuladd
// CHECK: func.func @f
// CHECK: arith.constant {{[0-9][0-9][0-9][0-9]}} : index
// OPTIONS-NOT: llvm.intr.fmuladd
// OPTIONS: arith.mulf
// OPTIONS: func.func @f
// OPTIONS: arith.constant {{[1-9][0-9]+}} : index

// AMD-NOT: nvvm
// AMD: func.func @f
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @f(%x: memref<?x1024xf32>, %out: memref<?x1024xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<?x1024xf32>)
      outs(%out : memref<?x1024xf32>) {
  ^bb0(%row: tensor<1024xf32>):
    %square = arith.mulf %row, %row : tensor<1024xf32>
    %sum = norm.reduce add %square : tensor<1024xf32>
    %r = math.rsqrt %sum : f32
    %rs = tensor.splat %r : tensor<1024xf32>
    %y = arith.mulf %row, %rs : tensor<1024xf32>
    norm.yield %y : tensor<1024xf32>
  }
  return
}
