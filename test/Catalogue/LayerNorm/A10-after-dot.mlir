// Catalogue entry A10: batch_norm_training of what a larger matrix was
// multiplied with.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='batch_norm'

// CHECK-LABEL: func.func @after_dot_stablehlo(
// CHECK: %[[V:.*]] = "stablehlo.dot_general"(%arg0, %arg1)
// CHECK: %[[Y:.*]] = norm.layer_norm %[[V]] scale(%arg2 : tensor<8xf32> dims [1]) bias(%arg3 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @after_dot_stablehlo(%h: tensor<4x8xf32>, %k: tensor<8x8xf32>,
    %w: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.dot_general"(%h, %k) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>}> : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.reshape"(%0) : (tensor<4x8xf32>) -> tensor<1x4x8xf32>
  %2 = "stablehlo.constant"() <{value = dense<1.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<0.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4:3 = "stablehlo.batch_norm_training"(%1, %2, %3) <{epsilon = 1.0e-5 : f32, feature_index = 1 : i64}> : (tensor<1x4x8xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<1x4x8xf32>, tensor<4xf32>, tensor<4xf32>)
  %5 = "stablehlo.reshape"(%4#0) : (tensor<1x4x8xf32>) -> tensor<4x8xf32>
  %6 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %7 = "stablehlo.multiply"(%5, %6) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %8 = "stablehlo.broadcast_in_dim"(%b) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %9 = "stablehlo.add"(%7, %8) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @after_dot_mhlo(
// CHECK: %[[V:.*]] = "mhlo.dot_general"(%arg0, %arg1)
// CHECK: %[[Y:.*]] = norm.layer_norm %[[V]] scale(%arg2 : tensor<8xf32> dims [1]) bias(%arg3 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @after_dot_mhlo(%h: tensor<4x8xf32>, %k: tensor<8x8xf32>,
    %w: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = "mhlo.dot_general"(%h, %k) {dot_dimension_numbers = #mhlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>} : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
  %1 = "mhlo.reshape"(%0) : (tensor<4x8xf32>) -> tensor<1x4x8xf32>
  %2 = "mhlo.constant"() {value = dense<1.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %3 = "mhlo.constant"() {value = dense<0.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %4:3 = "mhlo.batch_norm_training"(%1, %2, %3) {epsilon = 1.0e-5 : f32, feature_index = 1 : i64} : (tensor<1x4x8xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<1x4x8xf32>, tensor<4xf32>, tensor<4xf32>)
  %5 = "mhlo.reshape"(%4#0) : (tensor<1x4x8xf32>) -> tensor<4x8xf32>
  %6 = "mhlo.broadcast_in_dim"(%w) {broadcast_dimensions = dense<[1]> : tensor<1xi64>} : (tensor<8xf32>) -> tensor<4x8xf32>
  %7 = "mhlo.multiply"(%5, %6) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %8 = "mhlo.broadcast_in_dim"(%b) {broadcast_dimensions = dense<[1]> : tensor<1xi64>} : (tensor<8xf32>) -> tensor<4x8xf32>
  %9 = "mhlo.add"(%7, %8) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}
