// Catalogue entry A11: FusedBatchNormV3 in training of x as [1, rows, row, 1]:
// Keras LayerNormalization.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='BatchNorm'

// CHECK-LABEL: func.func @rank2(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) bias(%arg2 : tensor<8xf32> dims [1]) axes [1] epsilon 0.0010000000474974513 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @rank2(%x: tensor<4x8xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "tf.Const"() {value = dense<[1, 4, 8, 1]> : tensor<4xi32>} : () -> tensor<4xi32>
  %1 = "tf.Reshape"(%x, %0) : (tensor<4x8xf32>, tensor<4xi32>) -> tensor<1x4x8x1xf32>
  %2 = "tf.Const"() {value = dense<1.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %3 = "tf.Const"() {value = dense<0.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %empty = "tf.Const"() {value = dense<> : tensor<0xf32>} : () -> tensor<0xf32>
  %4:6 = "tf.FusedBatchNormV3"(%1, %2, %3, %empty, %empty) {data_format = "NCHW", epsilon = 1.0e-3 : f32, exponential_avg_factor = 1.0 : f32, is_training = true} : (tensor<1x4x8x1xf32>, tensor<4xf32>, tensor<4xf32>, tensor<0xf32>, tensor<0xf32>) -> (tensor<1x4x8x1xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<*xf32>)
  %5 = "tf.Const"() {value = dense<[4, 8]> : tensor<2xi32>} : () -> tensor<2xi32>
  %6 = "tf.Reshape"(%4#0, %5) : (tensor<1x4x8x1xf32>, tensor<2xi32>) -> tensor<4x8xf32>
  %7 = "tf.Mul"(%6, %w) : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  %8 = "tf.AddV2"(%7, %b) : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %8 : tensor<4x8xf32>
}
