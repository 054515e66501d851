// RUN: rmsnorm-opt --convert-rowwise-to-vector="nontemporal-bytes=4096" %s | FileCheck %s --check-prefixes=CHECK,FAST
// RUN: rmsnorm-opt --convert-rowwise-to-vector="nontemporal-bytes=4096 contract=false prefetch=false" %s \
// RUN:   | FileCheck %s --check-prefixes=CHECK,PLAIN

// Products may be added unrounded, and the next row is asked for; or neither.

// CHECK-LABEL: func.func @rms
// FAST: llvm.intr.fmuladd
// FAST: memref.prefetch
// PLAIN-NOT: fmuladd
// PLAIN-NOT: memref.prefetch
// CHECK: return
func.func @rms(%x: memref<?x256xf32>, %y: memref<?x256xf32>) {
  norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                              affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x : memref<?x256xf32>) outs(%y : memref<?x256xf32>) {
  ^bb0(%row: tensor<256xf32>):
    %squares = arith.mulf %row, %row : tensor<256xf32>
    %sum = norm.reduce add %squares : tensor<256xf32>
    %r = math.rsqrt %sum : f32
    %rs = tensor.splat %r : tensor<256xf32>
    %scaled = arith.mulf %row, %rs : tensor<256xf32>
    norm.yield %scaled : tensor<256xf32>
  }
  return
}
