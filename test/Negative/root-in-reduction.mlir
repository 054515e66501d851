// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The norm is in the body of the matrix product that reads it.
// CHECK: remark: [Missed] root-in-reduction |
// CHECK-SAME: Remark="the norm was fused into the reduction that consumes it: linalg.generic leaves no normalised value"

func.func @root_in_reduction(%x: tensor<4x8xf32>, %m: tensor<8x3xf32>) -> tensor<4x3xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %z = arith.constant dense<0.0> : tensor<4x3xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>,
                                        affine_map<(d0, d1, d2) -> (d0)>,
                                        affine_map<(d0, d1, d2) -> (d2, d1)>,
                                        affine_map<(d0, d1, d2) -> (d0, d1)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %v, %m : tensor<4x8xf32>, tensor<4xf32>, tensor<8x3xf32>)
      outs(%z : tensor<4x3xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %r = math.rsqrt %b : f32
    %f = arith.mulf %a, %r : f32
    %g = arith.mulf %f, %c : f32
    %h = arith.addf %o, %g : f32
    linalg.yield %h : f32
  } -> tensor<4x3xf32>
  return %y : tensor<4x3xf32>
}
