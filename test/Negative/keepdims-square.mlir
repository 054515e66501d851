// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The statistic of row i divides column i: a lost keepdims on a square.
// CHECK: remark: [Missed] keepdims-square |
// CHECK-SAME: Remark="the statistic of one row divides another: x[i0, i1] beside (9.99999975e-06 + 1/8*sum{i0}(x[i1, i0]^(2)))"

func.func @keepdims_square(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
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
  %rb = linalg.broadcast ins(%r : tensor<8xf32>)
      outs(%e : tensor<8x8xf32>) dimensions = [0]
  %y = arith.mulf %x, %rb : tensor<8x8xf32>
  return %y : tensor<8x8xf32>
}
