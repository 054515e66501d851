// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// The result is transposed.
// CHECK: remark: [Missed] transposed-result |
// CHECK-SAME: Remark="linalg.transpose is not absorbed:
// CHECK-LABEL: func.func @transposed_result
// CHECK: norm.rowwise
// CHECK: linalg.transpose

func.func @transposed_result(%x: tensor<4x8xf32>, %e: tensor<8x4xf32>)
    -> tensor<8x4xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  %s = linalg.transpose ins(%y : tensor<4x8xf32>)
      outs(%e : tensor<8x4xf32>) permutation = [1, 0]
  return %s : tensor<8x4xf32>
}
