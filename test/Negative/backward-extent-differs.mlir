// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s

// dy is four rows of a larger tensor, which is no dy for x.
// CHECK: %[[DY:.*]] = tensor.extract_slice %arg0
// CHECK: norm.rms_norm_backward %[[DY]], %arg1, %arg2
func.func @backward_extent_differs(%all: tensor<6x8xf32>, %x: tensor<4x8xf32>,
    %rstd: tensor<4xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %dy = tensor.extract_slice %all[0, 0] [4, 8] [1, 1]
      : tensor<6x8xf32> to tensor<4x8xf32>
  %rb = linalg.broadcast ins(%rstd : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %h = arith.mulf %x, %rb : tensor<4x8xf32>
  %p = arith.mulf %dy, %h : tensor<4x8xf32>
  %sum = linalg.reduce { arith.addf } ins(%p : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %c = arith.divf %sum, %n : tensor<4xf32>
  %cb = linalg.broadcast ins(%c : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %q = arith.mulf %h, %cb : tensor<4x8xf32>
  %d = arith.subf %dy, %q : tensor<4x8xf32>
  %dx = arith.mulf %d, %rb : tensor<4x8xf32>
  return %dx : tensor<4x8xf32>
}
