// RUN: rmsnorm-opt %s --norm-raise=policy=exact | FileCheck %s
// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s --check-prefix=REASSOC

// xhat is rounded to f16 before the gradient reads it.
// CHECK: norm.rms_norm
// CHECK-NOT: norm.rms_norm_backward
// REASSOC: %[[Y:.*]], %[[R:.*]] = norm.rms_norm %arg1
// REASSOC: norm.rms_norm_backward %arg0, %arg1, %[[R]] axes [1]
func.func @backward_xhat_rounded(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>)
    -> (tensor<4x8xf16>, tensor<4x8xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %y, %rstd = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf16> rstd tensor<4xf32>
  %h = arith.extf %y : tensor<4x8xf16> to tensor<4x8xf32>
  %rb = linalg.broadcast ins(%rstd : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %p = arith.mulf %dy, %h : tensor<4x8xf32>
  %sum = linalg.reduce { arith.addf } ins(%p : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %c = arith.divf %sum, %n : tensor<4xf32>
  %cb = linalg.broadcast ins(%c : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %q = arith.mulf %h, %cb : tensor<4x8xf32>
  %d = arith.subf %dy, %q : tensor<4x8xf32>
  %dx = arith.mulf %d, %rb : tensor<4x8xf32>
  return %y, %dx : tensor<4x8xf16>, tensor<4x8xf32>
}
