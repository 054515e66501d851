// RUN: rmsnorm-opt --convert-rowwise-to-vector %s | FileCheck %s

#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// A dimension of extent 1 is contiguous with each of its neighbours, which are
// not with each other.

// CHECK-LABEL: func.func @not_contiguous
// CHECK: memref.collapse_shape %{{.*}} {{\[\[}}0, 1], [2], [3]] : memref<3x1x?x8xf32, strided<[8, 24, 24, 1]>>
func.func @not_contiguous(%x: memref<3x1x?x8xf32>,
    %y: memref<3x1x?x8xf32, strided<[8, 24, 24, 1]>>) {
  norm.rowwise axes [3] maps [#all, #all] ins(%x : memref<3x1x?x8xf32>)
      outs(%y : memref<3x1x?x8xf32, strided<[8, 24, 24, 1]>>) {
  ^bb0(%row: tensor<8xf32>):
    norm.yield %row : tensor<8xf32>
  }
  return
}

// CHECK-LABEL: func.func @contiguous
// CHECK: memref.collapse_shape %{{.*}} {{\[\[}}0, 1, 2], [3]] : memref<3x1x5x8xf32, strided<[60, 60, 12, 1]>>
func.func @contiguous(%x: memref<3x1x5x8xf32>,
    %y: memref<3x1x5x8xf32, strided<[60, 60, 12, 1]>>) {
  norm.rowwise axes [3] maps [#all, #all] ins(%x : memref<3x1x5x8xf32>)
      outs(%y : memref<3x1x5x8xf32, strided<[60, 60, 12, 1]>>) {
  ^bb0(%row: tensor<8xf32>):
    norm.yield %row : tensor<8xf32>
  }
  return
}
