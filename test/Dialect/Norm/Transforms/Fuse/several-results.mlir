// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// The op that computes x has another result.
// CHECK: remark: [Missed] several-results |
// CHECK-SAME: Remark="linalg.generic is not absorbed:
// CHECK-LABEL: func.func @several_results
// CHECK: linalg.generic
// CHECK: norm.rowwise

#matrix = affine_map<(d0, d1) -> (d0, d1)>

func.func @several_results(%x: tensor<4x8xf32>)
    -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %e = tensor.empty() : tensor<4x8xf32>
  %s, %t = linalg.generic {indexing_maps = [#matrix, #matrix, #matrix],
                           iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x8xf32>)
      outs(%e, %e : tensor<4x8xf32>, tensor<4x8xf32>) {
  ^bb0(%a: f32, %o: f32, %p: f32):
    %n = arith.negf %a : f32
    linalg.yield %n, %a : f32, f32
  } -> (tensor<4x8xf32>, tensor<4x8xf32>)
  %y = norm.rms_norm %s axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y, %t : tensor<4x8xf32>, tensor<4x8xf32>
}
