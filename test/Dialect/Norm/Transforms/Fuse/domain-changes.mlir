// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// Only the producer would say that a row has 8 elements.
// CHECK: remark: [Missed] domain-changes |
// CHECK-SAME: Remark="linalg.generic is not absorbed:
// CHECK-LABEL: func.func @domain_changes
// CHECK: linalg.generic
// CHECK: norm.rowwise

#matrix = affine_map<(d0, d1) -> (d0, d1)>

func.func @domain_changes(%x: tensor<4x8xf32>, %n: index)
    -> tensor<4x?xf32> {
  %e = tensor.empty(%n) : tensor<4x?xf32>
  %s = linalg.generic {indexing_maps = [#matrix, #matrix],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x8xf32>)
      outs(%e : tensor<4x?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %n1 = arith.negf %a : f32
    linalg.yield %n1 : f32
  } -> tensor<4x?xf32>
  %y = norm.rms_norm %s axes [1] epsilon 1.0e-5
      : tensor<4x?xf32> -> tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}
