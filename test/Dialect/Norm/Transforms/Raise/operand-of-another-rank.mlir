// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise | FileCheck %s

// An op that nobody verifies gives its operand another rank: it is left alone.

// CHECK: "stablehlo.optimization_barrier"
func.func @main(%x: tensor<4x8xf32>, %a: tensor<f32>) -> tensor<4x8xf32> {
  %w = "stablehlo.optimization_barrier"(%a) : (tensor<f32>) -> tensor<4x8xf32>
  %q = "onnx.Mul"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %m = "onnx.ReduceMeanV13"(%q) {axes = [-1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %e = "onnx.Constant"() {value = dense<1.0e-5> : tensor<1xf32>} : () -> tensor<1xf32>
  %ve = "onnx.Add"(%m, %e) : (tensor<4x1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  %s = "onnx.Sqrt"(%ve) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %h = "onnx.Div"(%x, %s) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %y = "onnx.Mul"(%h, %w) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
