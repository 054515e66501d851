// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise | FileCheck %s

// A scale without a rank stays outside.

// CHECK: norm.rms_norm %arg0 axes [1]
// CHECK: "onnx.Mul"
func.func @main(%x: tensor<4x8xf32>, %g: tensor<*xf32>) -> tensor<4x8xf32> {
  %q = "onnx.Mul"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %m = "onnx.ReduceMeanV13"(%q) {axes = [-1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %e = "onnx.Constant"() {value = dense<1.0e-5> : tensor<1xf32>} : () -> tensor<1xf32>
  %ve = "onnx.Add"(%m, %e) : (tensor<4x1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  %s = "onnx.Sqrt"(%ve) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %h = "onnx.Div"(%x, %s) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %y = "onnx.Mul"(%h, %g) : (tensor<4x8xf32>, tensor<*xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
