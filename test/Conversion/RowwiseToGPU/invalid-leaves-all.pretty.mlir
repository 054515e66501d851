// RUN: not rmsnorm-opt --convert-rowwise-to-gpu --mlir-print-ir-after-failure %s 2>&1 | FileCheck %s --implicit-check-not=gpu.

// One op that no kernel is made of leaves all as they were, also those before.

// CHECK: error: {{.*}}summed over different dimensions
// CHECK: func.func @good
// CHECK: norm.rowwise
// CHECK: func.func @bad
// CHECK: norm.rowwise
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @good(%x: memref<4x8xf32>, %y: memref<4x8xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<4x8xf32>) outs(%y : memref<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  }
  return
}
#cube = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
func.func @bad(%x: memref<2x3x4xf32>, %a: memref<4xf32>,
                          %b: memref<3x4xf32>) {
  norm.rowwise axes [2] maps [#cube, affine_map<(d0, d1, d2) -> (d2)>,
                              affine_map<(d0, d1, d2) -> (d1, d2)>]
      ins(%x : memref<2x3x4xf32>)
      outs(%a, %b : memref<4xf32>, memref<3x4xf32>) {
  ^bb0(%row: tensor<4xf32>):
    norm.yield %row, %row : tensor<4xf32>, tensor<4xf32>
  }
  return
}
