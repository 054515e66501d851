// Catalogue entry mean-conv: convolutions with more than one element or with
// padding.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] no-squares |
// CHECK-SAME: Function=kernel
// CHECK-SAME: Remark="no sum of squares of x under the root: 'onnx.Conv'[i0, 0, i2, i3]"

func.func @kernel(%x: tensor<2x8x4x4xf32>) -> tensor<2x8x4x4xf32> {
  %none = "onnx.NoValue"() {value} : () -> none
  %w = "onnx.Constant"() {value = dense<0.125> : tensor<1x8x2x1xf32>} : () -> tensor<1x8x2x1xf32>
  %eps = "onnx.Constant"() {value = dense<1.0e-5> : tensor<f32>} : () -> tensor<f32>
  %0 = "onnx.Mul"(%x, %x) : (tensor<2x8x4x4xf32>, tensor<2x8x4x4xf32>) -> tensor<2x8x4x4xf32>
  %1 = "onnx.Conv"(%0, %w, %none) {auto_pad = "NOTSET", group = 1 : si64, strides = [1, 1], pads = [0, 0, 1, 0]} : (tensor<2x8x4x4xf32>, tensor<1x8x2x1xf32>, none) -> tensor<2x1x4x4xf32>
  %2 = "onnx.Add"(%1, %eps) : (tensor<2x1x4x4xf32>, tensor<f32>) -> tensor<2x1x4x4xf32>
  %3 = "onnx.Sqrt"(%2) : (tensor<2x1x4x4xf32>) -> tensor<2x1x4x4xf32>
  %4 = "onnx.Div"(%x, %3) : (tensor<2x8x4x4xf32>, tensor<2x1x4x4xf32>) -> tensor<2x8x4x4xf32>
  return %4 : tensor<2x8x4x4xf32>
}

// CHECK: remark: [Missed] no-squares |
// CHECK-SAME: Function=padding
// CHECK-SAME: Remark="no sum of squares of x under the root: 'onnx.Conv'[i0, 0, i2, i3]"

func.func @padding(%x: tensor<2x8x4x4xf32>) -> tensor<2x8x4x4xf32> {
  %none = "onnx.NoValue"() {value} : () -> none
  %w = "onnx.Constant"() {value = dense<0.125> : tensor<1x8x1x1xf32>} : () -> tensor<1x8x1x1xf32>
  %eps = "onnx.Constant"() {value = dense<1.0e-5> : tensor<f32>} : () -> tensor<f32>
  %0 = "onnx.Mul"(%x, %x) : (tensor<2x8x4x4xf32>, tensor<2x8x4x4xf32>) -> tensor<2x8x4x4xf32>
  %1 = "onnx.Conv"(%0, %w, %none) {auto_pad = "NOTSET", group = 1 : si64, strides = [1, 1], pads = [1, 0, -1, 0]} : (tensor<2x8x4x4xf32>, tensor<1x8x1x1xf32>, none) -> tensor<2x1x4x4xf32>
  %2 = "onnx.Add"(%1, %eps) : (tensor<2x1x4x4xf32>, tensor<f32>) -> tensor<2x1x4x4xf32>
  %3 = "onnx.Sqrt"(%2) : (tensor<2x1x4x4xf32>) -> tensor<2x1x4x4xf32>
  %4 = "onnx.Div"(%x, %3) : (tensor<2x8x4x4xf32>, tensor<2x1x4x4xf32>) -> tensor<2x8x4x4xf32>
  return %4 : tensor<2x8x4x4xf32>
}
