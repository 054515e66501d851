// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The normalised value only exists transposed.
// CHECK: remark: [Missed] sink-transposed |
// CHECK-SAME: Remark="the normalised value does not have the shape of x"

#row = affine_map<(d0, d1) -> (d0, d1)>
#t = affine_map<(d0, d1) -> (d1, d0)>
#t2 = affine_map<(d0, d1) -> (d1)>
func.func @sink_transposed(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
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
  %y = linalg.generic {indexing_maps = [#t, #t2, #row],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x, %r : tensor<8x8xf32>, tensor<8xf32>)
      outs(%e : tensor<8x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %f = arith.mulf %a, %b : f32
    linalg.yield %f : f32
  } -> tensor<8x8xf32>
  return %y : tensor<8x8xf32>
}
