// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s

// (xhat + b) * w: the bias of the op is b * w.
// CHECK-LABEL: func.func @bias_before_scale(
// CHECK: %0 = tensor.empty() : tensor<8xf32>
// CHECK-NEXT: %1 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel"]} ins(%arg2, %arg1 : tensor<8xf32>, tensor<8xf32>) outs(%0 : tensor<8xf32>) {
// CHECK: %2 = arith.mulf %in, %in_0 : f32
// CHECK: %y = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) bias(%1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y : tensor<4x8xf32>
func.func @bias_before_scale(%x: tensor<4x8xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %mu_s = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %mu = arith.divf %mu_s, %n : tensor<4xf32>
  %mub = linalg.broadcast ins(%mu : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %d = arith.subf %x, %mub : tensor<4x8xf32>
  %sq = arith.mulf %d, %d : tensor<4x8xf32>
  %var_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %var = arith.divf %var_s, %n : tensor<4xf32>
  %v = arith.addf %var, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %xh = arith.mulf %d, %rb : tensor<4x8xf32>
  %wb = linalg.broadcast ins(%w : tensor<8xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0]
  %bb = linalg.broadcast ins(%b : tensor<8xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0]
  %t = arith.addf %xh, %bb : tensor<4x8xf32>
  %y = arith.mulf %t, %wb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// mean - x: the scale is -1.
// CHECK-LABEL: func.func @mean_less_x(
// CHECK: %cst = arith.constant dense<-1.000000e+00> : tensor<f32>
// CHECK-NEXT: %y = norm.layer_norm %arg0 scale(%cst : tensor<f32> dims []) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y : tensor<4x8xf32>
func.func @mean_less_x(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %mu_s = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %mu = arith.divf %mu_s, %n : tensor<4xf32>
  %mub = linalg.broadcast ins(%mu : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %d = arith.subf %mub, %x : tensor<4x8xf32>
  %sq = arith.mulf %d, %d : tensor<4x8xf32>
  %var_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %var = arith.divf %var_s, %n : tensor<4xf32>
  %v = arith.addf %var, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %d, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// The product of two scales is computed once, on the small tensors.
// CHECK-LABEL: func.func @two_scales(
// CHECK: %0 = tensor.empty() : tensor<8xf32>
// CHECK-NEXT: %1 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel"]} ins(%arg1, %arg2 : tensor<8xf32>, tensor<8xf32>) outs(%0 : tensor<8xf32>) {
// CHECK: %2 = arith.mulf %in, %in_0 : f32
// CHECK: %y = norm.rms_norm %arg0 scale(%1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y : tensor<4x8xf32>
func.func @two_scales(%x: tensor<4x8xf32>, %w: tensor<8xf32>, %u: tensor<8xf32>) -> tensor<4x8xf32> {
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
  %ub = linalg.broadcast ins(%u : tensor<8xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0]
  %t = arith.mulf %xh, %wb : tensor<4x8xf32>
  %y = arith.mulf %t, %ub : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// A scale that is a number.
// CHECK-LABEL: func.func @constant_scale(
// CHECK: %cst = arith.constant dense<3.000000e+00> : tensor<f32>
// CHECK-NEXT: %y = norm.rms_norm %arg0 scale(%cst : tensor<f32> dims []) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y : tensor<4x8xf32>
func.func @constant_scale(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
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
  %k = arith.constant dense<3.0> : tensor<4x8xf32>
  %y = arith.mulf %xh, %k : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
