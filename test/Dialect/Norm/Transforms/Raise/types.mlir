// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s

// Statistics in f64.
// CHECK-LABEL: func.func @f64(
// CHECK: %y = norm.rms_norm %arg0 axes [1] epsilon 1.000000e-05 : tensor<4x8xf64> -> tensor<4x8xf64>
// CHECK-NEXT: return %y : tensor<4x8xf64>
func.func @f64(%x: tensor<4x8xf64>) -> tensor<4x8xf64> {
  %zero = arith.constant dense<0.0> : tensor<4xf64>
  %n = arith.constant dense<8.0> : tensor<4xf64>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf64>
  %e = tensor.empty() : tensor<4x8xf64>
  %sq = arith.mulf %x, %x : tensor<4x8xf64>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf64>)
      outs(%zero : tensor<4xf64>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<4xf64>
  %v = arith.addf %ms, %eps : tensor<4xf64>
  %r = math.rsqrt %v : tensor<4xf64>
  %rb = linalg.broadcast ins(%r : tensor<4xf64>)
      outs(%e : tensor<4x8xf64>) dimensions = [1]
  %y = arith.mulf %x, %rb : tensor<4x8xf64>
  return %y : tensor<4x8xf64>
}

// Everything is rounded to f16; the op keeps the rounding of the result.
// CHECK-LABEL: func.func @all_f16(
// CHECK: %y = norm.rms_norm %arg0 axes [1] epsilon 1.0013580322265625E-5 : tensor<4x8xf16> -> tensor<4x8xf16>
// CHECK-NEXT: return %y : tensor<4x8xf16>
func.func @all_f16(%x: tensor<4x8xf16>) -> tensor<4x8xf16> {
  %zero = arith.constant dense<0.0> : tensor<4xf16>
  %n = arith.constant dense<8.0> : tensor<4xf16>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf16>
  %e = tensor.empty() : tensor<4x8xf16>
  %sq = arith.mulf %x, %x : tensor<4x8xf16>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf16>)
      outs(%zero : tensor<4xf16>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<4xf16>
  %v = arith.addf %ms, %eps : tensor<4xf16>
  %r = math.rsqrt %v : tensor<4xf16>
  %rb = linalg.broadcast ins(%r : tensor<4xf16>)
      outs(%e : tensor<4x8xf16>) dimensions = [1]
  %y = arith.mulf %x, %rb : tensor<4x8xf16>
  return %y : tensor<4x8xf16>
}

// The mean square is computed in f64.
// CHECK-LABEL: func.func @f64_variance(
// CHECK: %y = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 {statistics_type = f64} : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK-NEXT: return %y : tensor<4x8xf32>
func.func @f64_variance(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf64>
  %n = arith.constant dense<8.0> : tensor<4xf64>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %x64 = arith.extf %x : tensor<4x8xf32> to tensor<4x8xf64>
  %sq = arith.mulf %x64, %x64 : tensor<4x8xf64>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf64>)
      outs(%zero : tensor<4xf64>) dimensions = [1]
  %ms64 = arith.divf %s, %n : tensor<4xf64>
  %ms = arith.truncf %ms64 : tensor<4xf64> to tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %rb : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
