// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s

// sum * (1/N)
// CHECK-LABEL: func.func @reciprocal(
// CHECK: %y = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y : tensor<4x8xf32>
func.func @reciprocal(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %k = arith.constant dense<0.125> : tensor<4xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.mulf %s, %k : tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// 1/7 as the nearest f32.
// CHECK-LABEL: func.func @rounded_reciprocal(
// CHECK: %y = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x7xf32> -> tensor<4x7xf32>
// CHECK-NEXT: return %y : tensor<4x7xf32>
func.func @rounded_reciprocal(%x: tensor<4x7xf32>) -> tensor<4x7xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x7xf32>
  %k = arith.constant dense<0.142857149> : tensor<4xf32>
  %sq = arith.mulf %x, %x : tensor<4x7xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x7xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.mulf %s, %k : tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x7xf32>) dimensions = [1]
  %y = arith.mulf %x, %rb : tensor<4x7xf32>
  return %y : tensor<4x7xf32>
}

// sum(x^2 / N)
// CHECK-LABEL: func.func @divided_before(
// CHECK: %y = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y : tensor<4x8xf32>
func.func @divided_before(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %k = arith.constant dense<8.0> : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %q = arith.divf %sq, %k : tensor<4x8xf32>
  %ms = linalg.reduce { arith.addf } ins(%q : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// sum((x / sqrt(N))^2), safe from overflow.
// CHECK-LABEL: func.func @scaled_before(
// CHECK: %y = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK-NEXT: return %y : tensor<4x16xf32>
func.func @scaled_before(%x: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x16xf32>
  %k = arith.constant dense<0.25> : tensor<4x16xf32>
  %h = arith.mulf %x, %k : tensor<4x16xf32>
  %sq = arith.mulf %h, %h : tensor<4x16xf32>
  %ms = linalg.reduce { arith.addf } ins(%sq : tensor<4x16xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x16xf32>) dimensions = [1]
  %y = arith.mulf %x, %rb : tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// matmul(x^2, ones) / N
// CHECK-LABEL: func.func @matvec_of_ones(
// CHECK: %y = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y : tensor<4x8xf32>
func.func @matvec_of_ones(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %ones = arith.constant dense<1.0> : tensor<8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %s = linalg.matvec ins(%sq, %ones : tensor<4x8xf32>, tensor<8xf32>)
      outs(%zero : tensor<4xf32>) -> tensor<4xf32>
  %ms = arith.divf %s, %n : tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
