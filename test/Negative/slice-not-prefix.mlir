// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The mean square is over the second half of the row.
// CHECK: remark: [Missed] numerator-not-x |
// CHECK-SAME: Remark="the root does not multiply x in (9.99999975e-06 + 1/4*sum{i1}(x[i0, i1]^(2)))^(-1/2)"

func.func @slice_not_prefix(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %p = tensor.extract_slice %x[0, 4] [4, 4] [1, 1]
      : tensor<4x8xf32> to tensor<4x4xf32>
  %sq = arith.mulf %p, %p : tensor<4x4xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x4xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %n4 = arith.constant dense<4.0> : tensor<4xf32>
  %ms = arith.divf %s, %n4 : tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
