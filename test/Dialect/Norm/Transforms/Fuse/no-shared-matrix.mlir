// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// The two kernels share a statistic, but nothing shows that both have rows of
// the same length.
// CHECK: remark: [Missed] no-shared-matrix |
// CHECK-SAME: Remark="norm.rowwise is not absorbed:
// CHECK-LABEL: func.func @no_shared_matrix
// CHECK: norm.rowwise
// CHECK: norm.rowwise

func.func @no_shared_matrix(%x: tensor<4x?xf32>, %z: tensor<4x?xf32>)
    -> (tensor<4x?xf32>, tensor<4x?xf32>) {
  %y, %r = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<4x?xf32> -> tensor<4x?xf32> rstd tensor<4xf32>
  %s = norm.rms_norm_backward %z, %z, %r axes [1]
      : tensor<4x?xf32>, tensor<4x?xf32>, tensor<4xf32> -> tensor<4x?xf32>
  return %y, %s : tensor<4x?xf32>, tensor<4x?xf32>
}
