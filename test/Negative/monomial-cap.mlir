// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The square of a sum of thirteen tensors has ninety-one terms.
// CHECK: remark: [Missed] monomial-cap |
// CHECK-SAME: Remark="the expression has more than 64 terms when multiplied out"

#row = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>
func.func @monomial_cap(%x: tensor<4x8xf32>, %a0: tensor<4x8xf32>, %a1: tensor<4x8xf32>, %a2: tensor<4x8xf32>, %a3: tensor<4x8xf32>, %a4: tensor<4x8xf32>, %a5: tensor<4x8xf32>, %a6: tensor<4x8xf32>, %a7: tensor<4x8xf32>, %a8: tensor<4x8xf32>, %a9: tensor<4x8xf32>, %a10: tensor<4x8xf32>, %a11: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [#row, #row, #row, #row, #row, #row, #row, #row, #row, #row, #row, #row, #row, #stat],
                       iterator_types = ["parallel", "reduction"]}
      ins(%x, %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %a9, %a10, %a11
          : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) {
  ^bb0(%b: f32, %b0: f32, %b1: f32, %b2: f32, %b3: f32, %b4: f32, %b5: f32, %b6: f32, %b7: f32, %b8: f32, %b9: f32, %b10: f32, %b11: f32, %acc: f32):
    %t0 = arith.addf %b, %b0 : f32
    %t1 = arith.addf %t0, %b1 : f32
    %t2 = arith.addf %t1, %b2 : f32
    %t3 = arith.addf %t2, %b3 : f32
    %t4 = arith.addf %t3, %b4 : f32
    %t5 = arith.addf %t4, %b5 : f32
    %t6 = arith.addf %t5, %b6 : f32
    %t7 = arith.addf %t6, %b7 : f32
    %t8 = arith.addf %t7, %b8 : f32
    %t9 = arith.addf %t8, %b9 : f32
    %t10 = arith.addf %t9, %b10 : f32
    %t11 = arith.addf %t10, %b11 : f32
    %sq = arith.mulf %t11, %t11 : f32
    %u = arith.addf %acc, %sq : f32
    linalg.yield %u : f32
  } -> tensor<4xf32>
  %ms = arith.divf %s, %n : tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
