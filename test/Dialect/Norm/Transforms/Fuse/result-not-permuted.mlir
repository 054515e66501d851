// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// Several iterations write the same element.
// CHECK: remark: [Missed] result-not-permuted |
// CHECK-SAME: Remark="linalg.generic is not absorbed:
// CHECK-LABEL: func.func @result_not_permuted
// CHECK: linalg.generic
// CHECK: norm.rowwise

#cube = affine_map<(d0, d1, d2) -> (d0, d1, d2)>

func.func @result_not_permuted(%x: tensor<4x8x2xf32>)
    -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [#cube, affine_map<(d0, d1, d2) -> (d0, d1)>],
                       iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<4x8x2xf32>)
      outs(%e : tensor<4x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<4x8xf32>
  %y = norm.rms_norm %s axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
