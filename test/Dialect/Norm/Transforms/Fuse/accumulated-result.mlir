// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// The gradient of the scale is rounded when it is complete.
// CHECK: remark: [Missed] accumulated-result |
// CHECK-SAME: Remark="arith.truncf is not absorbed:
// CHECK-LABEL: func.func @accumulated_result
// CHECK: norm.rowwise
// CHECK: arith.truncf %{{.*}} : tensor<8xf32>

func.func @accumulated_result(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>, %r: tensor<4xf32>,
    %w: tensor<8xf16>)
    -> (tensor<4x8xf32>, tensor<8xf16>) {
  %dx, %s = norm.rms_norm_backward %dy, %x, %r
      scale(%w : tensor<8xf16> dims [1]) axes [1]
      : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>
      -> tensor<4x8xf32> dscale tensor<8xf16>
  return %dx, %s : tensor<4x8xf32>, tensor<8xf16>
}
