// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// A row without elements has no mean.
// CHECK: remark: [Missed] empty-row |
// CHECK-SAME: Remark="the row has no elements"

func.func @empty_row(%x: tensor<4x0xf32>) -> tensor<4x0xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<1.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x0xf32>
  %sq = arith.mulf %x, %x : tensor<4x0xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x0xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x0xf32>) dimensions = [1]
  %y = arith.mulf %x, %rb : tensor<4x0xf32>
  return %y : tensor<4x0xf32>
}
