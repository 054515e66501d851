// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The square of the element is added to the mean square.
// CHECK: remark: [Missed] statistic-not-reduced |
// CHECK-SAME: Remark="the statistic has the term x[i0, i1]^(2), which still has elements of x outside of the sum"

func.func @statistic_not_reduced(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<4xf32>
  %msb = linalg.broadcast ins(%ms : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %v = arith.addf %msb, %sq : tensor<4x8xf32>
  %r = math.rsqrt %v : tensor<4x8xf32>
  %y = arith.mulf %x, %r : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
