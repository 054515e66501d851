// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s

// Channels of an image; the scale follows them.
// CHECK-LABEL: func.func @channels(
// CHECK: %y = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<2x8x3x5xf32> -> tensor<2x8x3x5xf32>
// CHECK-NEXT: return %y : tensor<2x8x3x5xf32>
func.func @channels(%x: tensor<2x8x3x5xf32>, %w: tensor<8xf32>) -> tensor<2x8x3x5xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x3x5xf32>
  %n = arith.constant dense<8.0> : tensor<2x3x5xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<2x3x5xf32>
  %e = tensor.empty() : tensor<2x8x3x5xf32>
  %sq = arith.mulf %x, %x : tensor<2x8x3x5xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<2x8x3x5xf32>)
      outs(%zero : tensor<2x3x5xf32>) dimensions = [1]
  %ms = arith.divf %s, %n : tensor<2x3x5xf32>
  %v = arith.addf %ms, %eps : tensor<2x3x5xf32>
  %r = math.rsqrt %v : tensor<2x3x5xf32>
  %rb = linalg.broadcast ins(%r : tensor<2x3x5xf32>)
      outs(%e : tensor<2x8x3x5xf32>) dimensions = [1]
  %xh = arith.mulf %x, %rb : tensor<2x8x3x5xf32>
  %wb = linalg.broadcast ins(%w : tensor<8xf32>)
      outs(%e : tensor<2x8x3x5xf32>) dimensions = [0, 2, 3]
  %y = arith.mulf %xh, %wb : tensor<2x8x3x5xf32>
  return %y : tensor<2x8x3x5xf32>
}

// Two axes; the scale has both.
// CHECK-LABEL: func.func @two_axes(
// CHECK: %y = norm.rms_norm %arg0 scale(%arg1 : tensor<3x5xf32> dims [2, 3]) axes [2, 3] epsilon 9.9999997473787516E-6 : tensor<2x8x3x5xf32> -> tensor<2x8x3x5xf32>
// CHECK-NEXT: return %y : tensor<2x8x3x5xf32>
func.func @two_axes(%x: tensor<2x8x3x5xf32>, %w: tensor<3x5xf32>) -> tensor<2x8x3x5xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x8xf32>
  %n = arith.constant dense<15.0> : tensor<2x8xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<2x8xf32>
  %e = tensor.empty() : tensor<2x8x3x5xf32>
  %sq = arith.mulf %x, %x : tensor<2x8x3x5xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<2x8x3x5xf32>)
      outs(%zero : tensor<2x8xf32>) dimensions = [2, 3]
  %ms = arith.divf %s, %n : tensor<2x8xf32>
  %v = arith.addf %ms, %eps : tensor<2x8xf32>
  %r = math.rsqrt %v : tensor<2x8xf32>
  %rb = linalg.broadcast ins(%r : tensor<2x8xf32>)
      outs(%e : tensor<2x8x3x5xf32>) dimensions = [2, 3]
  %xh = arith.mulf %x, %rb : tensor<2x8x3x5xf32>
  %wb = linalg.broadcast ins(%w : tensor<3x5xf32>)
      outs(%e : tensor<2x8x3x5xf32>) dimensions = [0, 1]
  %y = arith.mulf %xh, %wb : tensor<2x8x3x5xf32>
  return %y : tensor<2x8x3x5xf32>
}

// Axes that are not neighbours.
// CHECK-LABEL: func.func @split_axes(
// CHECK: %y = norm.rms_norm %arg0 axes [1, 3] epsilon 9.9999997473787516E-6 : tensor<2x8x3x5xf32> -> tensor<2x8x3x5xf32>
// CHECK-NEXT: return %y : tensor<2x8x3x5xf32>
func.func @split_axes(%x: tensor<2x8x3x5xf32>) -> tensor<2x8x3x5xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x3xf32>
  %n = arith.constant dense<40.0> : tensor<2x3xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<2x3xf32>
  %e = tensor.empty() : tensor<2x8x3x5xf32>
  %sq = arith.mulf %x, %x : tensor<2x8x3x5xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<2x8x3x5xf32>)
      outs(%zero : tensor<2x3xf32>) dimensions = [1, 3]
  %ms = arith.divf %s, %n : tensor<2x3xf32>
  %v = arith.addf %ms, %eps : tensor<2x3xf32>
  %r = math.rsqrt %v : tensor<2x3xf32>
  %rb = linalg.broadcast ins(%r : tensor<2x3xf32>)
      outs(%e : tensor<2x8x3x5xf32>) dimensions = [1, 3]
  %y = arith.mulf %x, %rb : tensor<2x8x3x5xf32>
  return %y : tensor<2x8x3x5xf32>
}

// One row.
// CHECK-LABEL: func.func @all_axes(
// CHECK: %y = norm.rms_norm %arg0 axes [0, 1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y : tensor<4x8xf32>
func.func @all_axes(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %n = arith.constant dense<32.0> : tensor<f32>
  %eps = arith.constant dense<1.0e-5> : tensor<f32>
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<f32>) dimensions = [0, 1]
  %ms = arith.divf %s, %n : tensor<f32>
  %v = arith.addf %ms, %eps : tensor<f32>
  %r = math.rsqrt %v : tensor<f32>
  %rb = linalg.broadcast ins(%r : tensor<f32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0, 1]
  %y = arith.mulf %x, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// The scale follows a grid dimension too.
// CHECK-LABEL: func.func @per_head(
// CHECK: %y = norm.rms_norm %arg0 scale(%arg1 : tensor<4x8xf32> dims [2, 3]) axes [3] epsilon 9.9999997473787516E-6 : tensor<2x7x4x8xf32> -> tensor<2x7x4x8xf32>
// CHECK-NEXT: return %y : tensor<2x7x4x8xf32>
func.func @per_head(%x: tensor<2x7x4x8xf32>, %w: tensor<4x8xf32>) -> tensor<2x7x4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x7x4xf32>
  %n = arith.constant dense<8.0> : tensor<2x7x4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<2x7x4xf32>
  %e = tensor.empty() : tensor<2x7x4x8xf32>
  %sq = arith.mulf %x, %x : tensor<2x7x4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<2x7x4x8xf32>)
      outs(%zero : tensor<2x7x4xf32>) dimensions = [3]
  %ms = arith.divf %s, %n : tensor<2x7x4xf32>
  %v = arith.addf %ms, %eps : tensor<2x7x4xf32>
  %r = math.rsqrt %v : tensor<2x7x4xf32>
  %rb = linalg.broadcast ins(%r : tensor<2x7x4xf32>)
      outs(%e : tensor<2x7x4x8xf32>) dimensions = [3]
  %xh = arith.mulf %x, %rb : tensor<2x7x4x8xf32>
  %wb = linalg.broadcast ins(%w : tensor<4x8xf32>)
      outs(%e : tensor<2x7x4x8xf32>) dimensions = [0, 1]
  %y = arith.mulf %xh, %wb : tensor<2x7x4x8xf32>
  return %y : tensor<2x7x4x8xf32>
}

// A scale for each batch element.
// CHECK-LABEL: func.func @adaptive(
// CHECK: %y = norm.rms_norm %arg0 scale(%arg1 : tensor<2x8xf32> dims [0, 2]) axes [2] epsilon 9.9999997473787516E-6 : tensor<2x7x8xf32> -> tensor<2x7x8xf32>
// CHECK-NEXT: return %y : tensor<2x7x8xf32>
func.func @adaptive(%x: tensor<2x7x8xf32>, %w: tensor<2x8xf32>) -> tensor<2x7x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x7xf32>
  %n = arith.constant dense<8.0> : tensor<2x7xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<2x7xf32>
  %e = tensor.empty() : tensor<2x7x8xf32>
  %sq = arith.mulf %x, %x : tensor<2x7x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<2x7x8xf32>)
      outs(%zero : tensor<2x7xf32>) dimensions = [2]
  %ms = arith.divf %s, %n : tensor<2x7xf32>
  %v = arith.addf %ms, %eps : tensor<2x7xf32>
  %r = math.rsqrt %v : tensor<2x7xf32>
  %rb = linalg.broadcast ins(%r : tensor<2x7xf32>)
      outs(%e : tensor<2x7x8xf32>) dimensions = [2]
  %xh = arith.mulf %x, %rb : tensor<2x7x8xf32>
  %wb = linalg.broadcast ins(%w : tensor<2x8xf32>)
      outs(%e : tensor<2x7x8xf32>) dimensions = [1]
  %y = arith.mulf %xh, %wb : tensor<2x7x8xf32>
  return %y : tensor<2x7x8xf32>
}
