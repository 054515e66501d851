// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s

// Mean and reciprocal deviation become results.
// CHECK-LABEL: func.func @statistics(
// CHECK: %y, %mean, %rstd = norm.layer_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32> mean tensor<4xf32> rstd tensor<4xf32>
// CHECK-NEXT: return %y, %mean, %rstd : tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32>
func.func @statistics(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32>) {
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
  %y = arith.mulf %d, %rb : tensor<4x8xf32>
  return %y, %mu, %r : tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32>
}

// Two scales of one normalised value: the op ends before them.
// CHECK-LABEL: func.func @two_users(
// CHECK: %0 = tensor.empty() : tensor<4x8xf32>
// CHECK-NEXT: %y = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: %broadcasted = linalg.broadcast ins(%arg1 : tensor<8xf32>) outs(%0 : tensor<4x8xf32>) dimensions = [0]
// CHECK-NEXT: %broadcasted_0 = linalg.broadcast ins(%arg2 : tensor<8xf32>) outs(%0 : tensor<4x8xf32>) dimensions = [0]
// CHECK-NEXT: %1 = arith.mulf %y, %broadcasted : tensor<4x8xf32>
// CHECK-NEXT: %2 = arith.mulf %y, %broadcasted_0 : tensor<4x8xf32>
// CHECK-NEXT: return %1, %2 : tensor<4x8xf32>, tensor<4x8xf32>
func.func @two_users(%x: tensor<4x8xf32>, %w: tensor<8xf32>, %u: tensor<8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
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
  %y = arith.mulf %xh, %wb : tensor<4x8xf32>
  %z = arith.mulf %xh, %ub : tensor<4x8xf32>
  return %y, %z : tensor<4x8xf32>, tensor<4x8xf32>
}

// One after the other.
// CHECK-LABEL: func.func @norm_of_norm(
// CHECK: %y = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: %y_0 = norm.rms_norm %y axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y_0 : tensor<4x8xf32>
func.func @norm_of_norm(%x: tensor<4x8xf32>, %w: tensor<8xf32>) -> tensor<4x8xf32> {
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
  %h = arith.mulf %x, %rb : tensor<4x8xf32>
  %wb = linalg.broadcast ins(%w : tensor<8xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [0]
  %y1 = arith.mulf %h, %wb : tensor<4x8xf32>
  %sq_2 = arith.mulf %y1, %y1 : tensor<4x8xf32>
  %ms_s_2 = linalg.reduce { arith.addf } ins(%sq_2 : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms_2 = arith.divf %ms_s_2, %n : tensor<4xf32>
  %v_2 = arith.addf %ms_2, %eps : tensor<4xf32>
  %r_2 = math.rsqrt %v_2 : tensor<4xf32>
  %rb_2 = linalg.broadcast ins(%r_2 : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y_2 = arith.mulf %y1, %rb_2 : tensor<4x8xf32>
  return %y_2 : tensor<4x8xf32>
}

// x is a sum that is used again: it stays.
// CHECK-LABEL: func.func @residual_stream(
// CHECK: %0 = arith.addf %arg0, %arg1 : tensor<4x8xf32>
// CHECK-NEXT: %y = norm.rms_norm %0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y, %0 : tensor<4x8xf32>, tensor<4x8xf32>
func.func @residual_stream(%a: tensor<4x8xf32>, %c: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %x = arith.addf %a, %c : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %rb : tensor<4x8xf32>
  return %y, %x : tensor<4x8xf32>, tensor<4x8xf32>
}
