// Catalogue entry mean-sum-square: ReduceSumSquare / N.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @rms(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @rms(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "onnx.ReduceSumSquareV13"(%x) {axes = [-1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %1 = "onnx.Constant"() {value = dense<8.0> : tensor<f32>} : () -> tensor<f32>
  %2 = "onnx.Div"(%0, %1) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %3 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %4 = "onnx.Add"(%2, %3) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %5 = "onnx.Sqrt"(%4) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %6 = "onnx.Reciprocal"(%5) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %7 = "onnx.Mul"(%x, %6) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %7 : tensor<4x8xf32>
}
