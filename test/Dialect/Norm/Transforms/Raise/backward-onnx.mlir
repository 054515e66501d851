// RUN: rmsnorm-opt %s --norm-raise --allow-unregistered-dialect | FileCheck %s

// 1 + w, and f16 in and out.
// CHECK-LABEL: @rms_norm
// CHECK: %[[R:.*]] = tensor.collapse_shape %arg2 {{\[\[}}0, 1]]
// CHECK: %[[DX:.*]] = norm.rms_norm_backward %arg0, %arg1, %[[R]] scale(%arg3 : tensor<6xf32> dims [1]) axes [1] {scale_offset = 1.000000e+00 : f64}
// CHECK-SAME: -> tensor<4x6xf16>
// CHECK: return %[[DX]]
func.func @rms_norm(%dy: tensor<4x6xf16>, %x: tensor<4x6xf16>,
                    %rstd: tensor<4x1xf32>, %w: tensor<6xf32>) -> tensor<4x6xf16> {
  %one = "onnx.Constant"() {value = dense<1.0> : tensor<6xf32>} : () -> tensor<6xf32>
  %n = "onnx.Constant"() {value = dense<6.0> : tensor<f32>} : () -> tensor<f32>
  %inv = "onnx.Constant"() {value = dense<0.1666666716337204> : tensor<f32>} : () -> tensor<f32>
  %axes = "onnx.Constant"() {value = dense<1> : tensor<1xi64>} : () -> tensor<1xi64>
  %dyc = "onnx.Cast"(%dy) {to = f32} : (tensor<4x6xf16>) -> tensor<4x6xf32>
  %xc = "onnx.Cast"(%x) {to = f32} : (tensor<4x6xf16>) -> tensor<4x6xf32>
  %s = "onnx.Add"(%one, %w) : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>
  %g = "onnx.Mul"(%dyc, %s) : (tensor<4x6xf32>, tensor<6xf32>) -> tensor<4x6xf32>
  %xhat = "onnx.Mul"(%xc, %rstd) : (tensor<4x6xf32>, tensor<4x1xf32>) -> tensor<4x6xf32>
  %gx = "onnx.Mul"(%g, %xhat) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %sum = "onnx.ReduceSum"(%gx, %axes) {keepdims = 1 : si64, noop_with_empty_axes = 0 : si64} : (tensor<4x6xf32>, tensor<1xi64>) -> tensor<4x1xf32>
  %ng = "onnx.Mul"(%g, %n) : (tensor<4x6xf32>, tensor<f32>) -> tensor<4x6xf32>
  %p = "onnx.Mul"(%xhat, %sum) : (tensor<4x6xf32>, tensor<4x1xf32>) -> tensor<4x6xf32>
  %d = "onnx.Sub"(%ng, %p) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %rn = "onnx.Mul"(%rstd, %inv) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %dx = "onnx.Mul"(%rn, %d) : (tensor<4x1xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %out = "onnx.Cast"(%dx) {to = f16} : (tensor<4x6xf32>) -> tensor<4x6xf16>
  return %out : tensor<4x6xf16>
}
