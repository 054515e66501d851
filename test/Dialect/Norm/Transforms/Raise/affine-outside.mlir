// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s

// One value for each row is no scale: it stays outside.
// CHECK-LABEL: func.func @row_scale_stays(
// CHECK: %0 = tensor.empty() : tensor<4x8xf32>
// CHECK-NEXT: %y = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: %broadcasted = linalg.broadcast ins(%arg1 : tensor<4xf32>) outs(%0 : tensor<4x8xf32>) dimensions = [1]
// CHECK-NEXT: %1 = arith.mulf %y, %broadcasted : tensor<4x8xf32>
// CHECK-NEXT: return %1 : tensor<4x8xf32>
func.func @row_scale_stays(%x: tensor<4x8xf32>, %w: tensor<4xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %xh = arith.mulf %x, %rb : tensor<4x8xf32>
  %wb = linalg.broadcast ins(%w : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %xh, %wb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// So does a residual.
// CHECK-LABEL: func.func @residual_stays(
// CHECK: %y = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: %0 = arith.addf %y, %arg1 : tensor<4x8xf32>
// CHECK-NEXT: return %0 : tensor<4x8xf32>
func.func @residual_stays(%x: tensor<4x8xf32>, %res: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %xh = arith.mulf %x, %rb : tensor<4x8xf32>
  %y = arith.addf %xh, %res : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
