// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s

// The mean square of the first half normalises the whole row.
// CHECK-LABEL: func.func @first_half(
// CHECK: %y = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 {statistics_extent = 4 : i64} : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y : tensor<4x8xf32>
func.func @first_half(%x: tensor<4x8xf32>, %w: tensor<8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %p = tensor.extract_slice %x[0, 0] [4, 4] [1, 1]
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
  %xh = arith.mulf %x, %rb : tensor<4x8xf32>
  %wb = linalg.broadcast ins(%w : tensor<8xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0]
  %y = arith.mulf %xh, %wb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
