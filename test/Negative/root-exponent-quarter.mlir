// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// x is divided by the fourth root.
// CHECK: remark: [Missed] root-exponent |
// CHECK-SAME: Remark="(9.99999975e-06 + 1/8*sum{i1}(x[i0, i1]^(2)))^(-1/4) is not the inverse root of a mean square or variance"
// CHECK: remark: [Missed] no-squares |
// CHECK-SAME: Remark="no sum of squares of x under the root: (9.99999975e-06 + 1/8*sum{i1}(x[i0, i1]))^(1/2)"

func.func @root_exponent_quarter(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %s = math.sqrt %v : tensor<4xf32>
  %t = math.sqrt %s : tensor<4xf32>
  %tb = linalg.broadcast ins(%t : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.divf %x, %tb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
