// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// x / |x|: the sum is not divided at all.
// CHECK: remark: [Missed] l2-normalize |
// CHECK-SAME: Remark="x is divided by the root of its sum of squares, not of their mean: N = 8"

func.func @l2_normalize(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %v = arith.addf %s, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
