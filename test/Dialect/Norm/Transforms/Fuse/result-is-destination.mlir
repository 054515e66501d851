// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// One kernel writes over the result of another.
// CHECK: remark: [Missed] result-is-destination |
// CHECK-SAME: Remark="norm.rowwise is not absorbed:
// CHECK-LABEL: func.func @result_is_destination
// CHECK: norm.rowwise
// CHECK: norm.rowwise

#matrix = affine_map<(d0, d1) -> (d0, d1)>

func.func @result_is_destination(%x: tensor<4x8xf32>)
    -> tensor<4x8xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  %s = norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%y : tensor<4x8xf32>) outs(%y : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}
