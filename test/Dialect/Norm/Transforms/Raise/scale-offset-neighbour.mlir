// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise | FileCheck %s

// An offset next to 1 is not 1.

// CHECK: norm.rms_norm_backward {{.*}}scale_offset = 1.0078125
func.func @main(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>, %r: tensor<4xf32>, %g: tensor<8xf32>) -> (tensor<4x8xf32>, tensor<8xf32>) {
  %v1 = "stablehlo.broadcast_in_dim"(%r) {broadcast_dimensions = array<i64: 0>} : (tensor<4xf32>) -> tensor<4x8xf32>
  %v2 = "stablehlo.broadcast_in_dim"(%g) {broadcast_dimensions = array<i64: 1>} : (tensor<8xf32>) -> tensor<4x8xf32>
  %v3 = "stablehlo.constant"() <{value = dense<1.0078125> : tensor<8xbf16>}> : () -> tensor<8xbf16>
  %v4 = "stablehlo.convert"(%v3) {} : (tensor<8xbf16>) -> tensor<8xf32>
  %v5 = "stablehlo.broadcast_in_dim"(%v4) {broadcast_dimensions = array<i64: 1>} : (tensor<8xf32>) -> tensor<4x8xf32>
  %v6 = "stablehlo.add"(%v2, %v5) {} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %v7 = "stablehlo.multiply"(%dy, %v6) {} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %v8 = "stablehlo.multiply"(%x, %v1) {} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %v9 = "stablehlo.multiply"(%v7, %v8) {} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %v11 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %v12 = "stablehlo.reduce"(%v9, %v11) ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %t = "stablehlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%t) : (tensor<f32>) -> ()
  }) {dimensions = array<i64: 1>} : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %v13 = "stablehlo.constant"() <{value = dense<0.125> : tensor<4xf32>}> : () -> tensor<4xf32>
  %v14 = "stablehlo.multiply"(%v12, %v13) {} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %v15 = "stablehlo.broadcast_in_dim"(%v14) {broadcast_dimensions = array<i64: 0>} : (tensor<4xf32>) -> tensor<4x8xf32>
  %v16 = "stablehlo.multiply"(%v8, %v15) {} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %v17 = "stablehlo.subtract"(%v7, %v16) {} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %v18 = "stablehlo.multiply"(%v17, %v1) {} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %v19 = "stablehlo.multiply"(%dy, %v8) {} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %v21 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %v22 = "stablehlo.reduce"(%v19, %v21) ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %t = "stablehlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%t) : (tensor<f32>) -> ()
  }) {dimensions = array<i64: 0>} : (tensor<4x8xf32>, tensor<f32>) -> tensor<8xf32>
  return %v18, %v22 : tensor<4x8xf32>, tensor<8xf32>
}
