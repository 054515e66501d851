// Catalogue entry R18: the norms with a residual sum of ONNX Runtime.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='Normalization'
// XFAIL: *

// CHECK-LABEL: func.func @skip_layer_normalization(
// CHECK: norm.layer_norm {{.*}}scale({{.*}} dims [1]){{.*}}bias({{.*}} dims [1]) axes [1] epsilon {{[0-9.E+-]+}}
func.func @skip_layer_normalization(%x: tensor<4x8xf32>,
    %skip: tensor<4x8xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "onnx.SkipLayerNormalization"(%x, %skip, %w, %b) {axis = -1 : si64, epsilon = 1.0e-5 : f32} : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @skip_simplified_layer_normalization(
// CHECK: norm.rms_norm {{.*}}scale({{.*}} dims [1]) axes [1] epsilon {{[0-9.E+-]+}}
func.func @skip_simplified_layer_normalization(%x: tensor<4x8xf32>,
    %skip: tensor<4x8xf32>, %w: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = "onnx.SkipSimplifiedLayerNormalization"(%x, %skip, %w) {axis = -1 : si64, epsilon = 1.0e-5 : f32} : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}
