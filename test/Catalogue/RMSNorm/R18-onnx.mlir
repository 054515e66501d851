// Catalogue entry R18: the named norms of ONNX.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='Normalization'

// CHECK-LABEL: func.func @layer_normalization(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) bias(%arg2 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @layer_normalization(%x: tensor<4x8xf32>, %w: tensor<8xf32>,
    %b: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = "onnx.LayerNormalization"(%x, %w, %b) {axis = -1 : si64, epsilon = 1.0e-5 : f32, stash_type = 1 : si64} : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @layer_normalization_statistics(
// CHECK: %[[Y:.*]], %[[MEAN:.*]], %[[RSTD:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) bias(%arg2 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32> mean tensor<4xf32> rstd tensor<4xf32>
// CHECK: %[[V:.*]] = tensor.expand_shape %[[MEAN]] {{\[\[}}0, 1]] output_shape [4, 1]
// CHECK: %[[V1:.*]] = tensor.expand_shape %[[RSTD]] {{\[\[}}0, 1]] output_shape [4, 1]
// CHECK: return %[[Y]], %[[V]], %[[V1]]
func.func @layer_normalization_statistics(%x: tensor<4x8xf32>,
    %w: tensor<8xf32>, %b: tensor<8xf32>)
    -> (tensor<4x8xf32>, tensor<4x1xf32>, tensor<4x1xf32>) {
  %0:3 = "onnx.LayerNormalization"(%x, %w, %b) {axis = -1 : si64, epsilon = 1.0e-5 : f32, stash_type = 1 : si64} : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> (tensor<4x8xf32>, tensor<4x1xf32>, tensor<4x1xf32>)
  return %0#0, %0#1, %0#2 : tensor<4x8xf32>, tensor<4x1xf32>, tensor<4x1xf32>
}

// CHECK-LABEL: func.func @rms_normalization(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @rms_normalization(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "onnx.RMSNormalization"(%x, %w) {axis = -1 : si64, epsilon = 1.0e-5 : f32, stash_type = 1 : si64} : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @simplified_layer_normalization(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @simplified_layer_normalization(%x: tensor<4x8xf32>,
    %w: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = "onnx.SimplifiedLayerNormalization"(%x, %w) {axis = -1 : si64, epsilon = 1.0e-5 : f32, stash_type = 1 : si64} : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @mean_variance_normalization(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 axes [2, 3] epsilon 9.9999997171806853E-10 mode outside : tensor<2x8x3x4xf32> -> tensor<2x8x3x4xf32>
// CHECK: return %[[Y]]
func.func @mean_variance_normalization(%x: tensor<2x8x3x4xf32>)
    -> tensor<2x8x3x4xf32> {
  %0 = "onnx.MeanVarianceNormalization"(%x) {axes = [2, 3]} : (tensor<2x8x3x4xf32>) -> tensor<2x8x3x4xf32>
  return %0 : tensor<2x8x3x4xf32>
}

// CHECK-LABEL: func.func @lp_normalization(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 0.000000e+00 : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK: return %[[Y]]
func.func @lp_normalization(%x: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %0 = "onnx.LpNormalization"(%x) {axis = -1 : si64, p = 2 : si64} : (tensor<4x16xf32>) -> tensor<4x16xf32>
  %1 = "onnx.Constant"() {value = dense<4.0> : tensor<f32>} : () -> tensor<f32>
  %2 = "onnx.Mul"(%0, %1) : (tensor<4x16xf32>, tensor<f32>) -> tensor<4x16xf32>
  return %2 : tensor<4x16xf32>
}
