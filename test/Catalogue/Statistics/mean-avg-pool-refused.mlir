// Catalogue entry mean-avg-pool: pools whose window is less than the row, or
// padded.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] no-squares |
// CHECK-SAME: Function=window
// CHECK-SAME: Remark="no sum of squares of x under the root: 'onnx.AveragePool'[i0, i1, 0, 0]"

func.func @window(%x: tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32> {
  %0 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %1 = "onnx.Pow"(%x, %0) : (tensor<2x3x4x8xf32>, tensor<f32>) -> tensor<2x3x4x8xf32>
  %2 = "onnx.AveragePool"(%1) {auto_pad = "NOTSET", kernel_shape = [4, 7], strides = [4, 8]} : (tensor<2x3x4x8xf32>) -> tensor<2x3x1x1xf32>
  %3 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %4 = "onnx.Add"(%2, %3) : (tensor<2x3x1x1xf32>, tensor<f32>) -> tensor<2x3x1x1xf32>
  %5 = "onnx.Sqrt"(%4) : (tensor<2x3x1x1xf32>) -> tensor<2x3x1x1xf32>
  %6 = "onnx.Reciprocal"(%5) : (tensor<2x3x1x1xf32>) -> tensor<2x3x1x1xf32>
  %7 = "onnx.Mul"(%x, %6) : (tensor<2x3x4x8xf32>, tensor<2x3x1x1xf32>) -> tensor<2x3x4x8xf32>
  return %7 : tensor<2x3x4x8xf32>
}

// CHECK: remark: [Missed] no-squares |
// CHECK-SAME: Function=padded
// CHECK-SAME: Remark="no sum of squares of x under the root: 'onnx.AveragePool'[i0, i1, 0, 0]"

func.func @padded(%x: tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32> {
  %0 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %1 = "onnx.Pow"(%x, %0) : (tensor<2x3x4x8xf32>, tensor<f32>) -> tensor<2x3x4x8xf32>
  %2 = "onnx.AveragePool"(%1) {auto_pad = "NOTSET", count_include_pad = 1 : si64, kernel_shape = [4, 8], pads = [0, 1, 0, 0], strides = [4, 8]} : (tensor<2x3x4x8xf32>) -> tensor<2x3x1x1xf32>
  %3 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %4 = "onnx.Add"(%2, %3) : (tensor<2x3x1x1xf32>, tensor<f32>) -> tensor<2x3x1x1xf32>
  %5 = "onnx.Sqrt"(%4) : (tensor<2x3x1x1xf32>) -> tensor<2x3x1x1xf32>
  %6 = "onnx.Reciprocal"(%5) : (tensor<2x3x1x1xf32>) -> tensor<2x3x1x1xf32>
  %7 = "onnx.Mul"(%x, %6) : (tensor<2x3x4x8xf32>, tensor<2x3x1x1xf32>) -> tensor<2x3x4x8xf32>
  return %7 : tensor<2x3x4x8xf32>
}
