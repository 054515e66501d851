// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// Epsilon, beside the root, is an argument of the function.
// CHECK: remark: [Missed] epsilon-not-constant |
// CHECK-SAME: Remark="epsilon is not a finite compile-time constant: argument #1[i0]"

func.func @epsilon_not_constant_outside(%x: tensor<4x8xf32>, %eps: tensor<4xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<4xf32>
  %s = math.sqrt %ms : tensor<4xf32>
  %v = arith.addf %s, %eps : tensor<4xf32>
  %vb = linalg.broadcast ins(%v : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.divf %x, %vb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
