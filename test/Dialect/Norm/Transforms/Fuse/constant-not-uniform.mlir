// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// A scale of different constants.
// CHECK: remark: [Missed] constant-not-uniform |
// CHECK-SAME: Remark="arith.constant is not absorbed:
// CHECK-LABEL: func.func @constant_not_uniform
// CHECK: arith.constant dense<[
// CHECK: norm.rowwise

func.func @constant_not_uniform(%x: tensor<4x8xf32>)
    -> tensor<4x8xf32> {
  %w = arith.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]> : tensor<8xf32>
  %y = norm.rms_norm %x scale(%w : tensor<8xf32> dims [1])
      axes [1] epsilon 1.0e-5 : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
