// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// The residual comes back after it went through a matrix product.
// CHECK: remark: [Missed] operand-not-available |
// CHECK-SAME: Remark="arith.addf is not absorbed:
// CHECK-LABEL: func.func @operand_not_available
// CHECK: norm.rowwise
// CHECK: linalg.matmul
// CHECK: arith.addf

func.func @operand_not_available(%x: tensor<4x8xf32>, %w: tensor<8x8xf32>)
    -> tensor<4x8xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  %m = linalg.matmul ins(%y, %w : tensor<4x8xf32>, tensor<8x8xf32>)
      outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  %s = arith.addf %y, %m : tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}
