// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// Each element of the result is divided by the statistic of another row.
// CHECK: remark: [Missed] reads-other-rows |
// CHECK-SAME: Remark="linalg.generic is not absorbed:
// CHECK-LABEL: func.func @reads_other_rows
// CHECK: norm.rowwise
// CHECK: linalg.generic

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

func.func @reads_other_rows(%x: tensor<8x8xf32>)
    -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x8xf32>
  %y, %r = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<8x8xf32> -> tensor<8x8xf32> rstd tensor<8xf32>
  %s = linalg.generic {indexing_maps = [#matrix, #column, #matrix],
                       iterator_types = ["parallel", "parallel"]}
      ins(%y, %r : tensor<8x8xf32>, tensor<8xf32>)
      outs(%e : tensor<8x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %n = arith.divf %a, %b : f32
    linalg.yield %n : f32
  } -> tensor<8x8xf32>
  return %s : tensor<8x8xf32>
}
