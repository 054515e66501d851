// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// A second kernel reads the statistics of the first as a column.
// CHECK: remark: [Missed] reads-other-rows |
// CHECK-SAME: Remark="norm.rowwise is not absorbed:
// CHECK-LABEL: func.func @reads_other_rows
// CHECK: norm.rowwise
// CHECK: norm.rowwise

func.func @reads_other_rows(%x: tensor<8x8xf32>)
    -> tensor<8x8xf32> {
  %y, %r = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<8x8xf32> -> tensor<8x8xf32> rstd tensor<8xf32>
  %s = norm.rms_norm %y scale(%r : tensor<8xf32> dims [1]) axes [1]
      epsilon 1.0e-5 : tensor<8x8xf32> -> tensor<8x8xf32>
  return %s : tensor<8x8xf32>
}
