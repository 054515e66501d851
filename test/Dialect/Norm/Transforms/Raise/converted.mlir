// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise | FileCheck %s

// Data that is made from integers is data.

// CHECK-LABEL: func.func @sitofp(
// CHECK: norm.rms_norm
func.func @sitofp(%q: tensor<4x8xi8>) -> tensor<4x8xf32> {
  %x = arith.sitofp %q : tensor<4x8xi8> to tensor<4x8xf32>
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
  return %y : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @bitcast(
// CHECK: norm.rms_norm
func.func @bitcast(%q: tensor<4x8xi32>) -> tensor<4x8xf32> {
  %x = arith.bitcast %q : tensor<4x8xi32> to tensor<4x8xf32>
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
  return %y : tensor<4x8xf32>
}
// CHECK-LABEL: func.func @select(
// CHECK: norm.rms_norm
func.func @select(%q: tensor<4x8xf32>, %p: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %c = arith.cmpf ogt, %q, %p : tensor<4x8xf32>
  %one = arith.constant dense<1.0> : tensor<4x8xf32>
  %two = arith.constant dense<2.0> : tensor<4x8xf32>
  %g = arith.select %c, %one, %two : tensor<4x8xi1>, tensor<4x8xf32>
  %x = arith.mulf %q, %g : tensor<4x8xf32>
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
  return %y : tensor<4x8xf32>
}
// x = centred by a select mask of ints; LN of select(cond(int arg), data, const)
// CHECK-LABEL: func.func @selectint(
// CHECK-NOT: norm.
// CHECK: return
func.func @selectint(%q: tensor<4x8xf32>, %cc: tensor<4x8xi1>) -> tensor<4x8xf32> {
  %one = arith.constant dense<0.0> : tensor<4x8xf32>
  %two = arith.constant dense<2.0> : tensor<4x8xf32>
  %x = arith.select %cc, %one, %two : tensor<4x8xi1>, tensor<4x8xf32>
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
  %y = arith.mulf %q, %b : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @shlo(
// CHECK: norm.rms_norm
func.func @shlo(%q: tensor<4x8xi8>) -> tensor<4x8xf32> {
  %x = "stablehlo.convert"(%q) : (tensor<4x8xi8>) -> tensor<4x8xf32>
  %z = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %n = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %eps = "stablehlo.constant"() <{value = dense<1.0e-6> : tensor<4xf32>}> : () -> tensor<4xf32>
  %sq = "stablehlo.multiply"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %s = "stablehlo.reduce"(%sq, %z) <{dimensions = array<i64: 1>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %c = "stablehlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%c) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %m = "stablehlo.divide"(%s, %n) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %me = "stablehlo.add"(%m, %eps) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %r = "stablehlo.rsqrt"(%me) : (tensor<4xf32>) -> tensor<4xf32>
  %b = "stablehlo.broadcast_in_dim"(%r) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %y = "stablehlo.multiply"(%x, %b) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
// CHECK-LABEL: func.func @dequant(
// CHECK: norm.rms_norm
func.func @dequant(%q: tensor<4x8xi8>) -> tensor<4x8xf32> {
  %x0 = "stablehlo.convert"(%q) : (tensor<4x8xi8>) -> tensor<4x8xf32>
  %sc = "stablehlo.constant"() <{value = dense<0.02> : tensor<4x8xf32>}> : () -> tensor<4x8xf32>
  %x = "stablehlo.multiply"(%x0, %sc) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %z = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %n = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %eps = "stablehlo.constant"() <{value = dense<1.0e-6> : tensor<4xf32>}> : () -> tensor<4xf32>
  %sq = "stablehlo.multiply"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %s = "stablehlo.reduce"(%sq, %z) <{dimensions = array<i64: 1>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %c = "stablehlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%c) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %m = "stablehlo.divide"(%s, %n) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %me = "stablehlo.add"(%m, %eps) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %r = "stablehlo.rsqrt"(%me) : (tensor<4xf32>) -> tensor<4xf32>
  %b = "stablehlo.broadcast_in_dim"(%r) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %y = "stablehlo.multiply"(%x, %b) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
