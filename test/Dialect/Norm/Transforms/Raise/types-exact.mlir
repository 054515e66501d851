// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s
// RUN: rmsnorm-opt %s --norm-raise=policy=exact | FileCheck %s

// Rounded once, after the scale.
// CHECK-LABEL: func.func @scale_then_round(
// CHECK: %y = norm.rms_norm %arg0 scale(%arg1 : tensor<8xbf16> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xbf16> -> tensor<4x8xbf16>
// CHECK-NEXT: return %y : tensor<4x8xbf16>
func.func @scale_then_round(%x: tensor<4x8xbf16>, %w: tensor<8xbf16>)
    -> tensor<4x8xbf16> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %h = arith.extf %x : tensor<4x8xbf16> to tensor<4x8xf32>
  %sq = arith.mulf %h, %h : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %s, %n : tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %xh = arith.mulf %h, %rb : tensor<4x8xf32>
  %w32 = arith.extf %w : tensor<8xbf16> to tensor<8xf32>
  %wb = linalg.broadcast ins(%w32 : tensor<8xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0]
  %y32 = arith.mulf %xh, %wb : tensor<4x8xf32>
  %y = arith.truncf %y32 : tensor<4x8xf32> to tensor<4x8xbf16>
  return %y : tensor<4x8xbf16>
}

// Rounded before the scale, and after.
// CHECK-LABEL: func.func @round_then_scale(
// CHECK: %y = norm.rms_norm %arg0 scale(%arg1 : tensor<8xbf16> dims [1]) axes [1] epsilon 9.9999997473787516E-6 {normalized_type = bf16} : tensor<4x8xbf16> -> tensor<4x8xbf16>
// CHECK-NEXT: return %y : tensor<4x8xbf16>
func.func @round_then_scale(%x: tensor<4x8xbf16>, %w: tensor<8xbf16>)
    -> tensor<4x8xbf16> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %h = arith.extf %x : tensor<4x8xbf16> to tensor<4x8xf32>
  %sq = arith.mulf %h, %h : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %s, %n : tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %xh = arith.mulf %h, %rb : tensor<4x8xf32>
  %eb = tensor.empty() : tensor<4x8xbf16>
  %xb = arith.truncf %xh : tensor<4x8xf32> to tensor<4x8xbf16>
  %wb = linalg.broadcast ins(%w : tensor<8xbf16>)
      outs(%eb : tensor<4x8xbf16>) dimensions = [0]
  %y = arith.mulf %xb, %wb : tensor<4x8xbf16>
  return %y : tensor<4x8xbf16>
}
