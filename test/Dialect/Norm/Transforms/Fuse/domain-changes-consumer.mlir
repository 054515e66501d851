// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// Only the consumer would say that a row has 8 elements.
// CHECK: remark: [Missed] domain-changes |
// CHECK-SAME: Remark="linalg.generic is not absorbed:
// CHECK-LABEL: func.func @domain_changes
// CHECK: norm.rowwise
// CHECK: linalg.generic

#matrix = affine_map<(d0, d1) -> (d0, d1)>

func.func @domain_changes(%x: tensor<4x?xf32>, %z: tensor<4x8xf32>)
    -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<4x?xf32> -> tensor<4x?xf32>
  %s = linalg.generic {indexing_maps = [#matrix, #matrix, #matrix],
                       iterator_types = ["parallel", "parallel"]}
      ins(%y, %z : tensor<4x?xf32>, tensor<4x8xf32>)
      outs(%e : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %n = arith.addf %a, %b : f32
    linalg.yield %n : f32
  } -> tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}
