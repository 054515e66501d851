// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise | FileCheck %s

// A scale [5, 3] that is cut into [3, 5], which is no transpose of it.

// CHECK: %[[G:.*]] = "onnx.Reshape"
// CHECK: %[[GR:.*]] = "onnx.Reshape"(%[[G]]
// CHECK: norm.rms_norm %arg0 scale(%[[GR]] : tensor<3x5xf32> dims [1, 2]) axes [1, 2]
func.func @main(%x: tensor<2x3x5xf32>, %g: tensor<5x3xf32>) -> tensor<2x3x5xf32> {
  %xt = "onnx.Transpose"(%x) {perm = [0,2,1]} : (tensor<2x3x5xf32>) -> tensor<2x5x3xf32>
  %sh1 = "onnx.Constant"() {value = dense<[2,15]> : tensor<2xi64>} : () -> tensor<2xi64>
  %sh2 = "onnx.Constant"() {value = dense<[2,5,3]> : tensor<3xi64>} : () -> tensor<3xi64>
  %sh3 = "onnx.Constant"() {value = dense<[15]> : tensor<1xi64>} : () -> tensor<1xi64>
  %sh4 = "onnx.Constant"() {value = dense<[3,5]> : tensor<2xi64>} : () -> tensor<2xi64>
  %xf = "onnx.Reshape"(%xt, %sh1) : (tensor<2x5x3xf32>, tensor<2xi64>) -> tensor<2x15xf32>
  %xr = "onnx.Reshape"(%xf, %sh2) : (tensor<2x15xf32>, tensor<3xi64>) -> tensor<2x5x3xf32>
  %q = "onnx.Mul"(%xr, %xr) : (tensor<2x5x3xf32>, tensor<2x5x3xf32>) -> tensor<2x5x3xf32>
  %m = "onnx.ReduceMeanV13"(%q) {axes = [1,2], keepdims = 1 : si64} : (tensor<2x5x3xf32>) -> tensor<2x1x1xf32>
  %e = "onnx.Constant"() {value = dense<1.0e-5> : tensor<1xf32>} : () -> tensor<1xf32>
  %ve = "onnx.Add"(%m, %e) : (tensor<2x1x1xf32>, tensor<1xf32>) -> tensor<2x1x1xf32>
  %s = "onnx.Sqrt"(%ve) : (tensor<2x1x1xf32>) -> tensor<2x1x1xf32>
  %s2 = "onnx.Reciprocal"(%s) : (tensor<2x1x1xf32>) -> tensor<2x1x1xf32>
  %h = "onnx.Mul"(%s2, %x) : (tensor<2x1x1xf32>, tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %gf = "onnx.Reshape"(%g, %sh3) : (tensor<5x3xf32>, tensor<1xi64>) -> tensor<15xf32>
  %gr = "onnx.Reshape"(%gf, %sh4) : (tensor<15xf32>, tensor<2xi64>) -> tensor<3x5xf32>
  %y = "onnx.Mul"(%h, %gr) : (tensor<2x3x5xf32>, tensor<3x5xf32>) -> tensor<2x3x5xf32>
  return %y : tensor<2x3x5xf32>
}
