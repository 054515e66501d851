// RUN: rmsnorm-opt %s --norm-raise=policy=exact --split-input-file | FileCheck %s
// RUN: rmsnorm-opt %s --norm-raise --split-input-file \
// RUN:   | FileCheck %s --check-prefix=DEFAULT

// Under the policy exact every rounding is where it was; under others a rounding
// may go, but none comes.

// xhat, rounded to one type and then to another.

// CHECK-LABEL: func.func @two_types(
// CHECK: norm.rms_norm %arg0 axes [1]
// CHECK: arith.truncf %{{.*}} to tensor<4x8xbf16>
func.func @two_types(%x: tensor<4x8xf32>, %w: tensor<8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-6> : tensor<4xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>) outs(%zero : tensor<4xf32>) dimensions = [1]
  %m = arith.divf %s, %n : tensor<4xf32>
  %me = arith.addf %m, %eps : tensor<4xf32>
  %r = math.rsqrt %me : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %b = linalg.broadcast ins(%r : tensor<4xf32>) outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %b : tensor<4x8xf32>
  %y1 = arith.truncf %y : tensor<4x8xf32> to tensor<4x8xf16>
  %y2 = arith.extf %y1 : tensor<4x8xf16> to tensor<4x8xf32>
  %y3 = arith.truncf %y2 : tensor<4x8xf32> to tensor<4x8xbf16>
  %y4 = arith.extf %y3 : tensor<4x8xbf16> to tensor<4x8xf32>
  %wb = linalg.broadcast ins(%w : tensor<8xf32>) outs(%e : tensor<4x8xf32>) dimensions = [0]
  %z = arith.mulf %y4, %wb : tensor<4x8xf32>
  return %z : tensor<4x8xf32>
}

// -----

// The same after the scale.

// CHECK-LABEL: func.func @two_types_scaled(
// CHECK: norm.rms_norm
// CHECK: arith.truncf %{{.*}} to tensor<4x8xbf16>
func.func @two_types_scaled(%x: tensor<4x8xf32>, %w: tensor<8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-6> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %wb = linalg.broadcast ins(%w : tensor<8xf32>) outs(%e : tensor<4x8xf32>) dimensions = [0]
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>) outs(%zero : tensor<4xf32>) dimensions = [1]
  %m = arith.divf %s, %n : tensor<4xf32>
  %me = arith.addf %m, %eps : tensor<4xf32>
  %r = math.rsqrt %me : tensor<4xf32>
  %b = linalg.broadcast ins(%r : tensor<4xf32>) outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %b : tensor<4x8xf32>
  %z = arith.mulf %y, %wb : tensor<4x8xf32>
  %a = arith.truncf %z : tensor<4x8xf32> to tensor<4x8xf16>
  %a2 = arith.extf %a : tensor<4x8xf16> to tensor<4x8xf32>
  %a3 = arith.truncf %a2 : tensor<4x8xf32> to tensor<4x8xbf16>
  %a4 = arith.extf %a3 : tensor<4x8xbf16> to tensor<4x8xf32>
  return %a4 : tensor<4x8xf32>
}

// -----

// One of two uses of xhat is rounded: the op would round for both.

// CHECK-LABEL: func.func @one_of_two(
// CHECK: norm.rms_norm %arg0 axes [1] epsilon 9.9999999747524271E-7 : 
// CHECK: arith.truncf
// DEFAULT-LABEL: func.func @one_of_two(
// DEFAULT-NOT: _type
// DEFAULT: return
func.func @one_of_two(%x: tensor<4x8xf32>, %w: tensor<8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-6> : tensor<4xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>) outs(%zero : tensor<4xf32>) dimensions = [1]
  %m = arith.divf %s, %n : tensor<4xf32>
  %me = arith.addf %m, %eps : tensor<4xf32>
  %r = math.rsqrt %me : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %b = linalg.broadcast ins(%r : tensor<4xf32>) outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %b : tensor<4x8xf32>
  %y1 = arith.truncf %y : tensor<4x8xf32> to tensor<4x8xbf16>
  %y2 = arith.extf %y1 : tensor<4x8xbf16> to tensor<4x8xf32>
  %wb = linalg.broadcast ins(%w : tensor<8xf32>) outs(%e : tensor<4x8xf32>) dimensions = [0]
  %z = arith.mulf %y, %wb : tensor<4x8xf32>
  %t = arith.addf %z, %y2 : tensor<4x8xf32>
  return %t : tensor<4x8xf32>
}

// -----

// What rounding takes away.

// CHECK-LABEL: func.func @residue(
// CHECK: norm.rms_norm %arg0 axes [1] epsilon 9.9999999747524271E-7 : 
// CHECK: arith.truncf
// DEFAULT-LABEL: func.func @residue(
// DEFAULT-NOT: _type
// DEFAULT: return
func.func @residue(%x: tensor<4x8xf32>, %w: tensor<8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-6> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %wb = linalg.broadcast ins(%w : tensor<8xf32>) outs(%e : tensor<4x8xf32>) dimensions = [0]
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>) outs(%zero : tensor<4xf32>) dimensions = [1]
  %m = arith.divf %s, %n : tensor<4xf32>
  %me = arith.addf %m, %eps : tensor<4xf32>
  %r = math.rsqrt %me : tensor<4xf32>
  %b = linalg.broadcast ins(%r : tensor<4xf32>) outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %b : tensor<4x8xf32>
  %z = arith.mulf %y, %wb : tensor<4x8xf32>
  %a = arith.truncf %y : tensor<4x8xf32> to tensor<4x8xbf16>
  %a2 = arith.extf %a : tensor<4x8xbf16> to tensor<4x8xf32>
  %d = arith.subf %y, %a2 : tensor<4x8xf32>
  %o = arith.addf %z, %d : tensor<4x8xf32>
  return %o : tensor<4x8xf32>
}

// -----

// A type as wide as that of x that has other values.

// CHECK-LABEL: func.func @narrower_x(
// CHECK-NOT: norm.rms_norm
// CHECK: return
func.func @narrower_x(%x0: tensor<4x8xf16>) -> tensor<4x8xf32> {
  %x = arith.extf %x0 : tensor<4x8xf16> to tensor<4x8xf32>
  %xb = arith.truncf %x : tensor<4x8xf32> to tensor<4x8xbf16>
  %xx = arith.extf %xb : tensor<4x8xbf16> to tensor<4x8xf32>
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-6> : tensor<4xf32>
  %sq = arith.mulf %xx, %xx : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>) outs(%zero : tensor<4xf32>) dimensions = [1]
  %m = arith.divf %s, %n : tensor<4xf32>
  %me = arith.addf %m, %eps : tensor<4xf32>
  %r = math.rsqrt %me : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %b = linalg.broadcast ins(%r : tensor<4xf32>) outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %b : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

// A statistic that is rounded on its way out.

// CHECK-LABEL: func.func @rounded_rstd(
// CHECK-NOT: norm.rms_norm
// CHECK: return
func.func @rounded_rstd(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-6> : tensor<4xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>) outs(%zero : tensor<4xf32>) dimensions = [1]
  %m = arith.divf %s, %n : tensor<4xf32>
  %me = arith.addf %m, %eps : tensor<4xf32>
  %r = math.rsqrt %me : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %b = linalg.broadcast ins(%r : tensor<4xf32>) outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %b : tensor<4x8xf32>
  %y1 = arith.truncf %r : tensor<4xf32> to tensor<4xbf16>
  %y2 = arith.extf %y1 : tensor<4xbf16> to tensor<4xf32>
  return %y, %y2 : tensor<4x8xf32>, tensor<4xf32>
}
