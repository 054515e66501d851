// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The mean is over columns, the mean square over rows.
// CHECK: remark: [Missed] mean-axes-differ |
// CHECK-SAME: Remark="the statistic has the term -1/16*sum{i1, i2}(x[i0, i1]*x[i2, i1]): the mean is not over the axes of the squares, [1]"

#row = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>
func.func @mean_axes_differ(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %mu_z = arith.constant dense<0.0> : tensor<8xf32>
  %mu_n = arith.constant dense<4.0> : tensor<8xf32>
  %mu_s = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>)
      outs(%mu_z : tensor<8xf32>) dimensions = [0]
  %mu = arith.divf %mu_s, %mu_n : tensor<8xf32>
  %mub = linalg.broadcast ins(%mu : tensor<8xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0]
  %d = arith.subf %x, %mub : tensor<4x8xf32>
  %sum = linalg.generic {indexing_maps = [#row, #row, #stat],
                         iterator_types = ["parallel", "reduction"]}
      ins(%x, %mub : tensor<4x8xf32>, tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32, %acc: f32):
    %c = arith.subf %a, %b : f32
    %sq = arith.mulf %c, %c : f32
    %s = arith.addf %acc, %sq : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  %var = arith.divf %sum, %n : tensor<4xf32>
  %v = arith.addf %var, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#row, #row, #stat, #row],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x, %mub, %r : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %f = arith.subf %a, %b : f32
    %g = arith.mulf %f, %c : f32
    linalg.yield %g : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
