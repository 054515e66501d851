// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// An outer product with a third dimension.
// CHECK: remark: [Missed] scale-index |
// CHECK-SAME: Remark="the scale argument #1[i2] has an index that x does not have"

func.func @scale_index(%x: tensor<4x8xf32>, %w: tensor<3xf32>) -> tensor<4x8x3xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %e3 = tensor.empty() : tensor<4x8x3xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1)>,
                                        affine_map<(d0, d1, d2) -> (d0)>,
                                        affine_map<(d0, d1, d2) -> (d2)>,
                                        affine_map<(d0, d1, d2) -> (d0, d1, d2)>],
                       iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %r, %w : tensor<4x8xf32>, tensor<4xf32>, tensor<3xf32>)
      outs(%e3 : tensor<4x8x3xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %f = arith.mulf %a, %b : f32
    %g = arith.mulf %f, %c : f32
    linalg.yield %g : f32
  } -> tensor<4x8x3xf32>
  return %y : tensor<4x8x3xf32>
}
