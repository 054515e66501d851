// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// The shape of x is found out at run time.
// CHECK: remark: [Missed] not-elementwise |
// CHECK-SAME: Remark="tensor.cast is not absorbed:
// CHECK-LABEL: func.func @not_elementwise
// CHECK: tensor.cast
// CHECK: norm.rowwise

func.func @not_elementwise(%x: tensor<*xf32>)
    -> tensor<4x8xf32> {
  %s = tensor.cast %x : tensor<*xf32> to tensor<4x8xf32>
  %y = norm.rms_norm %s axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
