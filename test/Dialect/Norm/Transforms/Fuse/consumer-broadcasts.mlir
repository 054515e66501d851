// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// The result is copied to more rows than it has.
// CHECK: remark: [Missed] consumer-broadcasts |
// CHECK-SAME: Remark="linalg.broadcast is not absorbed:
// CHECK-LABEL: func.func @consumer_broadcasts
// CHECK: norm.rowwise
// CHECK: linalg.broadcast

func.func @consumer_broadcasts(%x: tensor<4x8xf32>, %e: tensor<2x4x8xf32>)
    -> tensor<2x4x8xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  %s = linalg.broadcast ins(%y : tensor<4x8xf32>)
      outs(%e : tensor<2x4x8xf32>) dimensions = [0]
  return %s : tensor<2x4x8xf32>
}
