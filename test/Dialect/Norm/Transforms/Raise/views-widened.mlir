// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s

// A view that is widened and viewed back: the norm is of what it is a view of,
// which is narrow.

// CHECK-LABEL: func.func @widened_between_views(
// CHECK-NEXT: %y = norm.rms_norm %arg0 axes [0]
// CHECK-SAME: tensor<6x1xf16> -> tensor<6x1xf16>
// CHECK-NEXT: return %y
func.func @widened_between_views(%x: tensor<6x1xf16>) -> tensor<6x1xf16> {
  %c = tensor.collapse_shape %x [[0, 1]] : tensor<6x1xf16> into tensor<6xf16>
  %w = arith.extf %c : tensor<6xf16> to tensor<6xf32>
  %h = tensor.expand_shape %w [[0, 1]] output_shape [6, 1] : tensor<6xf32> into tensor<6x1xf32>
  %zero = arith.constant dense<0.0> : tensor<1xf32>
  %n = arith.constant dense<6.0> : tensor<1xf32>
  %e = arith.constant dense<1.0e-5> : tensor<1xf32>
  %q = arith.mulf %h, %h : tensor<6x1xf32>
  %s = linalg.reduce { arith.addf } ins(%q : tensor<6x1xf32>) outs(%zero : tensor<1xf32>) dimensions = [0]
  %m = arith.divf %s, %n : tensor<1xf32>
  %v = arith.addf %m, %e : tensor<1xf32>
  %r = math.rsqrt %v : tensor<1xf32>
  %empty = tensor.empty() : tensor<6x1xf32>
  %b = linalg.broadcast ins(%r : tensor<1xf32>) outs(%empty : tensor<6x1xf32>) dimensions = [0]
  %y = arith.mulf %h, %b : tensor<6x1xf32>
  %t = arith.truncf %y : tensor<6x1xf32> to tensor<6x1xf16>
  return %t : tensor<6x1xf16>
}

// -x, rounded before it is scaled: the sign is the scale's, the rounding stays.

// CHECK-LABEL: func.func @negative_rounded(
// CHECK: norm.rms_norm %arg0 scale({{.*}}) axes [1]
// CHECK-SAME: normalized_type = bf16
func.func @negative_rounded(%x: tensor<4x8xbf16>, %g: tensor<8xbf16>) -> tensor<4x8xbf16> {
  %t = tensor.empty() : tensor<8x4xbf16>
  %xt = linalg.transpose ins(%x : tensor<4x8xbf16>) outs(%t : tensor<8x4xbf16>) permutation = [1, 0]
  %h = arith.negf %xt : tensor<8x4xbf16>
  %w = arith.extf %h : tensor<8x4xbf16> to tensor<8x4xf32>
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<0.125> : tensor<4xf32>
  %e = arith.constant dense<1.0e-5> : tensor<4xf32>
  %q = arith.mulf %w, %w : tensor<8x4xf32>
  %s = linalg.reduce { arith.addf } ins(%q : tensor<8x4xf32>) outs(%zero : tensor<4xf32>) dimensions = [0]
  %m = arith.mulf %s, %n : tensor<4xf32>
  %v = arith.addf %m, %e : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %empty = tensor.empty() : tensor<8x4xf32>
  %b = linalg.broadcast ins(%r : tensor<4xf32>) outs(%empty : tensor<8x4xf32>) dimensions = [0]
  %y = arith.mulf %w, %b : tensor<8x4xf32>
  %narrow = arith.truncf %y : tensor<8x4xf32> to tensor<8x4xbf16>
  %i = tensor.empty() : tensor<8x4xbf16>
  %gb = linalg.broadcast ins(%g : tensor<8xbf16>) outs(%i : tensor<8x4xbf16>) dimensions = [1]
  %z = arith.mulf %narrow, %gb : tensor<8x4xbf16>
  %o = tensor.empty() : tensor<4x8xbf16>
  %back = linalg.transpose ins(%z : tensor<8x4xbf16>) outs(%o : tensor<4x8xbf16>) permutation = [1, 0]
  return %back : tensor<4x8xbf16>
}
