// Catalogue entry A10: batch_norm_training of x as [1, rows, row], the rows
// being its features: torch-mlir, PyTorch/XLA.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='batch_norm'

// CHECK-LABEL: func.func @rank2_stablehlo(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) bias(%arg2 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @rank2_stablehlo(%x: tensor<4x8xf32>, %w: tensor<8xf32>,
    %b: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.reshape"(%x) : (tensor<4x8xf32>) -> tensor<1x4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<1.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %2 = "stablehlo.constant"() <{value = dense<0.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %3:3 = "stablehlo.batch_norm_training"(%0, %1, %2) <{epsilon = 1.0e-5 : f32, feature_index = 1 : i64}> : (tensor<1x4x8xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<1x4x8xf32>, tensor<4xf32>, tensor<4xf32>)
  %4 = "stablehlo.reshape"(%3#0) : (tensor<1x4x8xf32>) -> tensor<4x8xf32>
  %5 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %6 = "stablehlo.multiply"(%4, %5) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %7 = "stablehlo.broadcast_in_dim"(%b) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %8 = "stablehlo.add"(%6, %7) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %8 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @rank2_mhlo(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) bias(%arg2 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @rank2_mhlo(%x: tensor<4x8xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "mhlo.reshape"(%x) : (tensor<4x8xf32>) -> tensor<1x4x8xf32>
  %1 = "mhlo.constant"() {value = dense<1.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %2 = "mhlo.constant"() {value = dense<0.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %3:3 = "mhlo.batch_norm_training"(%0, %1, %2) {epsilon = 1.0e-5 : f32, feature_index = 1 : i64} : (tensor<1x4x8xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<1x4x8xf32>, tensor<4xf32>, tensor<4xf32>)
  %4 = "mhlo.reshape"(%3#0) : (tensor<1x4x8xf32>) -> tensor<4x8xf32>
  %5 = "mhlo.broadcast_in_dim"(%w) {broadcast_dimensions = dense<[1]> : tensor<1xi64>} : (tensor<8xf32>) -> tensor<4x8xf32>
  %6 = "mhlo.multiply"(%4, %5) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %7 = "mhlo.broadcast_in_dim"(%b) {broadcast_dimensions = dense<[1]> : tensor<1xi64>} : (tensor<8xf32>) -> tensor<4x8xf32>
  %8 = "mhlo.add"(%6, %7) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %8 : tensor<4x8xf32>
}
