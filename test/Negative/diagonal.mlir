// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// Only the diagonal of x is normalised.
// CHECK: remark: [Missed] diagonal |
// CHECK-SAME: Remark="two dimensions of x have the same index: x[i0, i0]"

func.func @diagonal(%x: tensor<8x8xf32>) -> tensor<8xf32> {
  %zero = arith.constant dense<0.0> : tensor<8xf32>
  %n = arith.constant dense<8.0> : tensor<8xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<8xf32>
  %sq = arith.mulf %x, %x : tensor<8x8xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<8x8xf32>)
      outs(%zero : tensor<8xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<8xf32>
  %v = arith.addf %ms, %eps : tensor<8xf32>
  %r = math.rsqrt %v : tensor<8xf32>
  %d = tensor.empty() : tensor<8xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0, d0)>,
                                        affine_map<(d0) -> (d0)>,
                                        affine_map<(d0) -> (d0)>],
                       iterator_types = ["parallel"]}
      ins(%x, %r : tensor<8x8xf32>, tensor<8xf32>) outs(%d : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %f = arith.mulf %a, %b : f32
    linalg.yield %f : f32
  } -> tensor<8xf32>
  return %y : tensor<8xf32>
}
