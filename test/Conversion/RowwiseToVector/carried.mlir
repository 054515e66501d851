// RUN: rmsnorm-opt --convert-rowwise-to-vector --canonicalize --cse %s | FileCheck %s --check-prefixes=CHECK,FUSED
// RUN: rmsnorm-opt --convert-rowwise-to-vector="contract=false" --canonicalize --cse %s | FileCheck %s --check-prefixes=CHECK,PLAIN

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d0)>

// Where rows overlap, the last sweep takes over what it needs from the sweeps
// before: the factors of a product that a sum takes in, too.

// CHECK-LABEL: func.func @product_of_uniform_rows
// CHECK: %[[SPLAT:.+]] = vector.broadcast
// FUSED: scf.for {{.*}} iter_args(%[[T:.+]] = %[[SPLAT]]
// FUSED: llvm.intr.fmuladd(%[[T]], %[[T]], %{{.*}})
// PLAIN: scf.for {{.*}} iter_args
// PLAIN: arith.addf
func.func @product_of_uniform_rows(%x: memref<7x19xf32>, %y: memref<7x19xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<7x19xf32>) outs(%y : memref<7x19xf32>) {
  ^bb0(%row: tensor<19xf32>):
    %s = norm.reduce add %row : tensor<19xf32>
    %t = tensor.splat %s : tensor<19xf32>
    %u = arith.mulf %t, %t : tensor<19xf32>
    %v = arith.addf %row, %u : tensor<19xf32>
    norm.yield %v : tensor<19xf32>
  }
  return
}

// A product of scalars, and a sum of a row that does not vary, in the last
// phase.

// CHECK-LABEL: func.func @product_of_scalars
// CHECK: scf.for {{.*}} iter_args
// FUSED: llvm.intr.fmuladd
// CHECK: memref.store
func.func @product_of_scalars(%x: memref<7x19xf32>, %y: memref<7x19xf32>,
    %z: memref<7xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix, #column]
      ins(%x : memref<7x19xf32>) outs(%y, %z : memref<7x19xf32>, memref<7xf32>) {
  ^bb0(%row: tensor<19xf32>):
    %s = norm.reduce add %row : tensor<19xf32>
    %p = arith.mulf %s, %s : f32
    %t = tensor.splat %s : tensor<19xf32>
    %d = arith.subf %row, %t : tensor<19xf32>
    %q = norm.reduce add %d : tensor<19xf32>
    %r = arith.addf %q, %p : f32
    norm.yield %d, %r : tensor<19xf32>, f32
  }
  return
}

// CHECK-LABEL: func.func @sum_of_a_uniform_row
// CHECK: scf.for {{.*}} iter_args
// FUSED: llvm.intr.fmuladd
// CHECK: memref.store
func.func @sum_of_a_uniform_row(%x: memref<7x19xf32>, %y: memref<7x19xf32>,
    %z: memref<7xf32>) {
  norm.rowwise axes [1] maps [#matrix, #column, #matrix]
      ins(%x : memref<7x19xf32>) outs(%z, %y : memref<7xf32>, memref<7x19xf32>) {
  ^bb0(%row: tensor<19xf32>):
    %s = norm.reduce add %row : tensor<19xf32>
    %t = tensor.splat %s : tensor<19xf32>
    %u = arith.mulf %t, %t : tensor<19xf32>
    %q = norm.reduce add %u : tensor<19xf32>
    norm.yield %q, %row : f32, tensor<19xf32>
  }
  return
}
