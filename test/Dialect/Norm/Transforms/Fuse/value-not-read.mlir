// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// The result is a place to write something else to.
// CHECK: remark: [Missed] value-not-read |
// CHECK-SAME: Remark="linalg.generic is not absorbed:
// CHECK-LABEL: func.func @value_not_read
// CHECK: norm.rowwise
// CHECK: linalg.generic

#matrix = affine_map<(d0, d1) -> (d0, d1)>

func.func @value_not_read(%x: tensor<4x8xf32>, %z: tensor<4x8xf32>)
    -> tensor<4x8xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [#matrix, #matrix],
                       iterator_types = ["parallel", "parallel"]}
      ins(%z : tensor<4x8xf32>)
      outs(%y : tensor<4x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %n = arith.negf %a : f32
    linalg.yield %n : f32
  } -> tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}
