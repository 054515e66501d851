// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s

// The sum of dy * xhat is over two of the four rows: no gradient of the scale.
// CHECK: norm.rms_norm_backward
// CHECK-NOT: dscale
// CHECK: linalg.reduce
func.func @gradient_part_of_rows(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>,
    %rstd: tensor<4xf32>, %w: tensor<8xf32>)
    -> (tensor<4x8xf32>, tensor<8xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %zero8 = arith.constant dense<0.0> : tensor<8xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %rb = linalg.broadcast ins(%rstd : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %wb = linalg.broadcast ins(%w : tensor<8xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0]
  %h = arith.mulf %x, %rb : tensor<4x8xf32>
  %g = arith.mulf %dy, %wb : tensor<4x8xf32>
  %p = arith.mulf %g, %h : tensor<4x8xf32>
  %sum = linalg.reduce { arith.addf } ins(%p : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %c = arith.divf %sum, %n : tensor<4xf32>
  %cb = linalg.broadcast ins(%c : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %q = arith.mulf %h, %cb : tensor<4x8xf32>
  %d = arith.subf %g, %q : tensor<4x8xf32>
  %dx = arith.mulf %d, %rb : tensor<4x8xf32>
  %t = arith.mulf %dy, %h : tensor<4x8xf32>
  %part = tensor.extract_slice %t[0, 0] [2, 8] [1, 1]
      : tensor<4x8xf32> to tensor<2x8xf32>
  %dw = linalg.reduce { arith.addf } ins(%part : tensor<2x8xf32>)
      outs(%zero8 : tensor<8xf32>) dimensions = [0]
  return %dx, %dw : tensor<4x8xf32>, tensor<8xf32>
}
