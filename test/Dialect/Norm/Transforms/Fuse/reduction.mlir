// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// A sum feeds x.
// CHECK: remark: [Missed] reduction |
// CHECK-SAME: Remark="linalg.reduce is not absorbed:
// CHECK-LABEL: func.func @reduction
// CHECK: linalg.reduce
// CHECK: norm.rowwise

func.func @reduction(%x: tensor<4x8x2xf32>, %i: tensor<4x8xf32>)
    -> tensor<4x8xf32> {
  %s = linalg.reduce { arith.addf } ins(%x : tensor<4x8x2xf32>)
      outs(%i : tensor<4x8xf32>) dimensions = [2]
  %y = norm.rms_norm %s axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
