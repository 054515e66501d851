// Catalogue entry A12: InstanceNormalization over reshaped x, then scale and
// bias: how GroupNorm of one group is exported to ONNX.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='Normalization'

// CHECK-LABEL: func.func @instance(
// CHECK: norm.layer_norm {{.*}}scale({{.*}} dims [1]){{.*}}bias({{.*}} dims [1]) axes [1, 2, 3] epsilon {{[0-9.E+-]+}}
func.func @instance(%x: tensor<2x8x3x4xf32>, %w: tensor<8x1x1xf32>,
    %b: tensor<8x1x1xf32>) -> tensor<2x8x3x4xf32> {
  %0 = "onnx.Constant"() {value = dense<[2, 1, 96]> : tensor<3xi64>} : () -> tensor<3xi64>
  %1 = "onnx.Reshape"(%x, %0) {allowzero = 0 : si64} : (tensor<2x8x3x4xf32>, tensor<3xi64>) -> tensor<2x1x96xf32>
  %2 = "onnx.Constant"() {value = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %3 = "onnx.Constant"() {value = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %4 = "onnx.InstanceNormalization"(%1, %2, %3) {epsilon = 1.0e-5 : f32} : (tensor<2x1x96xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x1x96xf32>
  %5 = "onnx.Constant"() {value = dense<[2, 8, 3, 4]> : tensor<4xi64>} : () -> tensor<4xi64>
  %6 = "onnx.Reshape"(%4, %5) {allowzero = 0 : si64} : (tensor<2x1x96xf32>, tensor<4xi64>) -> tensor<2x8x3x4xf32>
  %7 = "onnx.Mul"(%6, %w) : (tensor<2x8x3x4xf32>, tensor<8x1x1xf32>) -> tensor<2x8x3x4xf32>
  %8 = "onnx.Add"(%7, %b) : (tensor<2x8x3x4xf32>, tensor<8x1x1xf32>) -> tensor<2x8x3x4xf32>
  return %8 : tensor<2x8x3x4xf32>
}
