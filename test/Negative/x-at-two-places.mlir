// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// x plus its transpose is divided.
// CHECK: remark: [Missed] keepdims-square |
// CHECK-SAME: Remark="x is read at two places: x[i0, i1] and x[i1, i0]"

#row = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>
func.func @x_at_two_places(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<8xf32>
  %n = arith.constant dense<8.0> : tensor<8xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<8xf32>
  %e = tensor.empty() : tensor<8x8xf32>
  %sq = arith.mulf %x, %x : tensor<8x8xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<8x8xf32>)
      outs(%zero : tensor<8xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<8xf32>
  %v = arith.addf %ms, %eps : tensor<8xf32>
  %r = math.rsqrt %v : tensor<8xf32>
  %xt = linalg.transpose ins(%x : tensor<8x8xf32>)
      outs(%e : tensor<8x8xf32>) permutation = [1, 0]
  %y = linalg.generic {indexing_maps = [#row, #row, #stat, #row],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x, %xt, %r : tensor<8x8xf32>, tensor<8x8xf32>, tensor<8xf32>)
      outs(%e : tensor<8x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %f = arith.addf %a, %b : f32
    %g = arith.mulf %f, %c : f32
    linalg.yield %g : f32
  } -> tensor<8x8xf32>
  return %y : tensor<8x8xf32>
}
