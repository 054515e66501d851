// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise | FileCheck %s

// An operand that follows the rows is no scale.

// CHECK: norm.rms_norm %arg0 axes [1]
// CHECK: chlo.broadcast_multiply
func.func @main(%x: tensor<8x8xf32>, %g: tensor<8xf32>) -> tensor<8x8xf32> {
  %z = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %n = "stablehlo.constant"() <{value = dense<8.0> : tensor<8xf32>}> : () -> tensor<8xf32>
  %e = "stablehlo.constant"() <{value = dense<1.0e-5> : tensor<8xf32>}> : () -> tensor<8xf32>

  %q = "stablehlo.multiply"(%x, %x) : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %s = "stablehlo.reduce"(%q, %z) ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %t = "stablehlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%t) : (tensor<f32>) -> ()
  }) {dimensions = array<i64: 1>} : (tensor<8x8xf32>, tensor<f32>) -> tensor<8xf32>
  %m = "stablehlo.divide"(%s, %n) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %ve = "stablehlo.add"(%m, %e) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %r = "stablehlo.rsqrt"(%ve) : (tensor<8xf32>) -> tensor<8xf32>
  %rb = "stablehlo.broadcast_in_dim"(%r) {broadcast_dimensions = array<i64: 0>} : (tensor<8xf32>) -> tensor<8x8xf32>
  %h = "stablehlo.multiply"(%x, %rb) : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %y = "chlo.broadcast_multiply"(%h, %g) {broadcast_dimensions = array<i64: 0>} : (tensor<8x8xf32>, tensor<8xf32>) -> tensor<8x8xf32>
  return %y : tensor<8x8xf32>
}
