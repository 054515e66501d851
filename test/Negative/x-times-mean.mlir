// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// x times its mean is divided.
// CHECK: remark: [Missed] x-twice |
// CHECK-SAME: Remark="x enters more than once in 1/8*x[i0, i1]*sum{i1}(x[i0, i1])*(9.99999975e-06 + -1/64*sum{i1}(x[i0, i1])^(2) + 1/8*sum{i1}(x[i0, i1]^(2)))^(-1/2)"

#row = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>
func.func @x_times_mean(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %mu_s = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %mu = arith.divf %mu_s, %n : tensor<4xf32>
  %mub = linalg.broadcast ins(%mu : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %d = arith.subf %x, %mub : tensor<4x8xf32>
  %sq = arith.mulf %d, %d : tensor<4x8xf32>
  %var_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %var = arith.divf %var_s, %n : tensor<4xf32>
  %v = arith.addf %var, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#row, #stat, #stat, #row],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x, %mu, %r : tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) {
  ^bb0(%a: f32, %m: f32, %b: f32, %o: f32):
    %f = arith.mulf %a, %m : f32
    %g = arith.mulf %f, %b : f32
    linalg.yield %g : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
