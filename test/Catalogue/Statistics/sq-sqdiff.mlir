// Catalogue entry sq-sqdiff: The squared difference, of x and zero or of x and
// its mean.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @of_zero(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @of_zero(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "tf.Const"() {value = dense<0.0> : tensor<f32>} : () -> tensor<f32>
  %1 = "tf.SquaredDifference"(%x, %0) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
  %2 = "tf.Const"() {value = dense<[1]> : tensor<1xi32>} : () -> tensor<1xi32>
  %3 = "tf.Mean"(%1, %2) {keep_dims = true} : (tensor<4x8xf32>, tensor<1xi32>) -> tensor<4x1xf32>
  %4 = "tf.Const"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %5 = "tf.AddV2"(%3, %4) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %6 = "tf.Rsqrt"(%5) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %7 = "tf.Mul"(%x, %6) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %7 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @of_mean(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @of_mean(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "tf.Const"() {value = dense<[1]> : tensor<1xi32>} : () -> tensor<1xi32>
  %1 = "tf.Mean"(%x, %0) {keep_dims = true} : (tensor<4x8xf32>, tensor<1xi32>) -> tensor<4x1xf32>
  %2 = "tf.SquaredDifference"(%x, %1) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %3 = "tf.Mean"(%2, %0) {keep_dims = true} : (tensor<4x8xf32>, tensor<1xi32>) -> tensor<4x1xf32>
  %4 = "tf.Const"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %5 = "tf.AddV2"(%3, %4) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %6 = "tf.Sub"(%x, %1) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %7 = "tf.Rsqrt"(%5) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %8 = "tf.Mul"(%6, %7) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %8 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @of_mean_lite(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @of_mean_lite(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %axes = "tfl.pseudo_const"() {value = dense<1> : tensor<1xi32>} : () -> tensor<1xi32>
  %eps = "tfl.pseudo_const"() {value = dense<1.0e-5> : tensor<f32>} : () -> tensor<f32>
  %0 = "tfl.mean"(%x, %axes) {keep_dims = true} : (tensor<4x8xf32>, tensor<1xi32>) -> tensor<4x1xf32>
  %1 = "tfl.squared_difference"(%x, %0) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %2 = "tfl.mean"(%1, %axes) {keep_dims = true} : (tensor<4x8xf32>, tensor<1xi32>) -> tensor<4x1xf32>
  %3 = "tfl.add"(%2, %eps) {fused_activation_function = "NONE"} : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %4 = "tfl.rsqrt"(%3) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %5 = "tfl.sub"(%x, %0) {fused_activation_function = "NONE"} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %6 = "tfl.mul"(%5, %4) {fused_activation_function = "NONE"} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %6 : tensor<4x8xf32>
}
