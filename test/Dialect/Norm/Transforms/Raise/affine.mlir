// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s

#row = affine_map<(d0, d1) -> (d0, d1)>
#unit = affine_map<(d0, d1) -> (0, d1)>

// (1 + w): an offset of the op.
// CHECK-LABEL: func.func @one_plus_scale(
// CHECK: %y = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 {scale_offset = 1.000000e+00 : f64} : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y : tensor<4x8xf32>
func.func @one_plus_scale(%x: tensor<4x8xf32>, %w: tensor<8xf32>) -> tensor<4x8xf32> {
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
  %one = arith.constant dense<1.0> : tensor<8xf32>
  %w1 = arith.addf %w, %one : tensor<8xf32>
  %wb = linalg.broadcast ins(%w1 : tensor<8xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0]
  %y = arith.mulf %xh, %wb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// xhat + xhat * w
// CHECK-LABEL: func.func @distributed(
// CHECK: %y = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 {scale_offset = 1.000000e+00 : f64} : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y : tensor<4x8xf32>
func.func @distributed(%x: tensor<4x8xf32>, %w: tensor<8xf32>) -> tensor<4x8xf32> {
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
  %wb = linalg.broadcast ins(%w : tensor<8xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0]
  %t = arith.mulf %xh, %wb : tensor<4x8xf32>
  %y = arith.addf %xh, %t : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// (x * w) * rstd
// CHECK-LABEL: func.func @scale_first(
// CHECK: %y = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y : tensor<4x8xf32>
func.func @scale_first(%x: tensor<4x8xf32>, %w: tensor<8xf32>) -> tensor<4x8xf32> {
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
  %wb = linalg.broadcast ins(%w : tensor<8xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0]
  %wx = arith.mulf %x, %wb : tensor<4x8xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %wx, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// A scale of 1x8.
// CHECK-LABEL: func.func @unit_dimensions(
// CHECK: %collapsed = tensor.collapse_shape %arg1 {{\[\[}}0, 1]] : tensor<1x8xf32> into tensor<8xf32>
// CHECK-NEXT: %y = norm.rms_norm %arg0 scale(%collapsed : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y : tensor<4x8xf32>
func.func @unit_dimensions(%x: tensor<4x8xf32>, %w: tensor<1x8xf32>) -> tensor<4x8xf32> {
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
  %y = linalg.generic {indexing_maps = [#row, #unit, #row],
                       iterator_types = ["parallel", "parallel"]}
      ins(%xh, %w : tensor<4x8xf32>, tensor<1x8xf32>)
      outs(%e : tensor<4x8xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %0 = arith.mulf %a, %c : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
