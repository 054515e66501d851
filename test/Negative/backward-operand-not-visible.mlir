// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// rstd is computed in a function that is called, and never returned itself.
// CHECK: remark: [Missed] backward-operand-not-visible |
// CHECK-SAME: an operand of the gradient is a value of a function that is called

func.func private @scaled(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>,
    %sum: tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %e = tensor.empty() : tensor<4x8xf32>
  %rstd = math.rsqrt %sum : tensor<4xf32>
  %rb = linalg.broadcast ins(%rstd : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %a = arith.mulf %dy, %rb : tensor<4x8xf32>
  %b = arith.mulf %x, %rb : tensor<4x8xf32>
  return %a, %b : tensor<4x8xf32>, tensor<4x8xf32>
}

func.func @backward_operand_not_visible(%dy: tensor<4x8xf32>,
    %x: tensor<4x8xf32>, %ms: tensor<4xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  // dy * rstd and x * rstd.
  %g, %h = call @scaled(%dy, %x, %ms)
      : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>)
        -> (tensor<4x8xf32>, tensor<4x8xf32>)
  %p = arith.mulf %g, %h : tensor<4x8xf32>
  %sum = linalg.reduce { arith.addf } ins(%p : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %c = arith.divf %sum, %n : tensor<4xf32>
  %cb = linalg.broadcast ins(%c : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %q = arith.mulf %h, %cb : tensor<4x8xf32>
  %dx = arith.subf %g, %q : tensor<4x8xf32>
  return %dx : tensor<4x8xf32>
}
