// RUN: rmsnorm-opt --norm-elementwise-to-linalg %s | FileCheck %s

// CHECK-LABEL: func.func @both
// CHECK: linalg.generic
// CHECK: norm.rowwise
// CHECK-NOT: linalg.generic
// CHECK: arith.mulf %{{.*}} : tensor<6xf32>
func.func @both(%x: tensor<4x6xf32>, %y: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %s = arith.addf %x, %x : tensor<4x6xf32>
  %r = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                                   affine_map<(d0, d1) -> (d0, d1)>]
      ins(%s : tensor<4x6xf32>) outs(%y : tensor<4x6xf32>) {
  ^bb0(%row: tensor<6xf32>):
    %p = arith.mulf %row, %row : tensor<6xf32>
    norm.yield %p : tensor<6xf32>
  } -> tensor<4x6xf32>
  return %r : tensor<4x6xf32>
}
