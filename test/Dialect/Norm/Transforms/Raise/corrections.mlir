// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s

// sum / (N - 1): scale sqrt(7/8), epsilon 7/8 of it.
// CHECK-LABEL: func.func @unbiased_variance(
// CHECK: %cst = arith.constant dense<0.935414373> : tensor<f32>
// CHECK-NEXT: %y = norm.layer_norm %arg0 scale(%cst : tensor<f32> dims []) axes [1] epsilon 8.7499997789564077E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y : tensor<4x8xf32>
func.func @unbiased_variance(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %n1 = arith.constant dense<7.0> : tensor<4xf32>
  %mu_s = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %mu = arith.divf %mu_s, %n : tensor<4xf32>
  %mub = linalg.broadcast ins(%mu : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %d = arith.subf %x, %mub : tensor<4x8xf32>
  %sq = arith.mulf %d, %d : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %var = arith.divf %s, %n1 : tensor<4xf32>
  %v = arith.addf %var, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %d, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// x * sqrt(N) * rsqrt(sum(x^2) + e): epsilon e / N.
// CHECK-LABEL: func.func @sum_form(
// CHECK: %y = norm.rms_norm %arg0 axes [1] epsilon 6.2499998421117198E-7 : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK-NEXT: return %y : tensor<4x16xf32>
func.func @sum_form(%x: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x16xf32>
  %sq = arith.mulf %x, %x : tensor<4x16xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x16xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %v = arith.addf %s, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x16xf32>) dimensions = [1]
  %u = arith.mulf %x, %rb : tensor<4x16xf32>
  %k = arith.constant dense<4.0> : tensor<4x16xf32>
  %y = arith.mulf %u, %k : tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// sqrt(8) as the nearest f32.
// CHECK-LABEL: func.func @sum_form_irrational(
// CHECK: %y = norm.rms_norm %arg0 axes [1] epsilon 1.249999968422344E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y : tensor<4x8xf32>
func.func @sum_form_irrational(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %v = arith.addf %s, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %u = arith.mulf %x, %rb : tensor<4x8xf32>
  %k = arith.constant dense<2.82842708> : tensor<4x8xf32>
  %y = arith.mulf %u, %k : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
