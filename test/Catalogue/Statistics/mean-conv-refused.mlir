// Catalogue entry mean-conv: convolutions that are no mean of the channels: in
// groups, wrongly divided.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] no-squares |
// CHECK-SAME: Function=groups
// CHECK-SAME: Remark="no sum of squares of x under the root: 'onnx.Conv'[i0, i1, i2, i3]"

func.func @groups(%x: tensor<2x8x4x4xf32>) -> tensor<2x8x4x4xf32> {
  %none = "onnx.NoValue"() {value} : () -> none
  %w = "onnx.Constant"() {value = dense<0.25> : tensor<8x4x1x1xf32>} : () -> tensor<8x4x1x1xf32>
  %eps = "onnx.Constant"() {value = dense<1.0e-5> : tensor<f32>} : () -> tensor<f32>
  %0 = "onnx.Mul"(%x, %x) : (tensor<2x8x4x4xf32>, tensor<2x8x4x4xf32>) -> tensor<2x8x4x4xf32>
  %1 = "onnx.Conv"(%0, %w, %none) {auto_pad = "NOTSET", group = 2 : si64, strides = [1, 1]} : (tensor<2x8x4x4xf32>, tensor<8x4x1x1xf32>, none) -> tensor<2x8x4x4xf32>
  %2 = "onnx.Add"(%1, %eps) : (tensor<2x8x4x4xf32>, tensor<f32>) -> tensor<2x8x4x4xf32>
  %3 = "onnx.Sqrt"(%2) : (tensor<2x8x4x4xf32>) -> tensor<2x8x4x4xf32>
  %4 = "onnx.Div"(%x, %3) : (tensor<2x8x4x4xf32>, tensor<2x8x4x4xf32>) -> tensor<2x8x4x4xf32>
  return %4 : tensor<2x8x4x4xf32>
}

// CHECK: remark: [Missed] divisor-not-n |
// CHECK-SAME: Function=divisor
// CHECK-SAME: Remark="the sum of squares is multiplied by 1/4, which is not 1/N with N = 8"

func.func @divisor(%x: tensor<2x8x4x4xf32>) -> tensor<2x8x4x4xf32> {
  %none = "onnx.NoValue"() {value} : () -> none
  %w = "onnx.Constant"() {value = dense<0.25> : tensor<1x8x1x1xf32>} : () -> tensor<1x8x1x1xf32>
  %eps = "onnx.Constant"() {value = dense<1.0e-5> : tensor<f32>} : () -> tensor<f32>
  %0 = "onnx.Mul"(%x, %x) : (tensor<2x8x4x4xf32>, tensor<2x8x4x4xf32>) -> tensor<2x8x4x4xf32>
  %1 = "onnx.Conv"(%0, %w, %none) {auto_pad = "NOTSET", group = 1 : si64, strides = [1, 1]} : (tensor<2x8x4x4xf32>, tensor<1x8x1x1xf32>, none) -> tensor<2x1x4x4xf32>
  %2 = "onnx.Add"(%1, %eps) : (tensor<2x1x4x4xf32>, tensor<f32>) -> tensor<2x1x4x4xf32>
  %3 = "onnx.Sqrt"(%2) : (tensor<2x1x4x4xf32>) -> tensor<2x1x4x4xf32>
  %4 = "onnx.Div"(%x, %3) : (tensor<2x8x4x4xf32>, tensor<2x1x4x4xf32>) -> tensor<2x8x4x4xf32>
  return %4 : tensor<2x8x4x4xf32>
}
