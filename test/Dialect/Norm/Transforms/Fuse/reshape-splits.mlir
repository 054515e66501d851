// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// The rows of x are parts of longer ones.
// CHECK: remark: [Missed] reshape-splits |
// CHECK-SAME: Remark="tensor.expand_shape is not absorbed:
// CHECK-LABEL: func.func @reshape_splits
// CHECK: tensor.expand_shape
// CHECK: norm.rowwise

func.func @reshape_splits(%x: tensor<32xf32>)
    -> tensor<4x8xf32> {
  %s = tensor.expand_shape %x [[0, 1]] output_shape [4, 8]
      : tensor<32xf32> into tensor<4x8xf32>
  %y = norm.rms_norm %s axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
