// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// The rows of the one norm are the columns of the other.
// CHECK: remark: [Missed] axes-differ |
// CHECK-SAME: Remark="norm.rowwise is not absorbed:
// CHECK-LABEL: func.func @axes_differ
// CHECK: norm.rowwise axes [1]
// CHECK: norm.rowwise axes [0]

func.func @axes_differ(%x: tensor<4x8xf32>)
    -> tensor<4x8xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  %s = norm.rms_norm %y axes [0] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}
