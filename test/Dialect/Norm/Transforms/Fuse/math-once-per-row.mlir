// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// The exponential of the scale is taken once, not once a row.
// CHECK: remark: [Missed] math-once-per-row |
// CHECK-SAME: Remark="math.exp is not absorbed:
// CHECK-LABEL: func.func @math_once_per_row
// CHECK: math.exp
// CHECK: norm.rowwise

func.func @math_once_per_row(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %s = math.exp %w : tensor<8xf32>
  %y = norm.rms_norm %x scale(%s : tensor<8xf32> dims [1])
      axes [1] epsilon 1.0e-5 : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
