// Catalogue entry A10: batch_norm_training of x as [1, rows, row], where the
// reshape merges the dimensions of the rows.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='batch_norm'

// CHECK-LABEL: func.func @rank3_stablehlo(
// CHECK: norm.layer_norm {{.*}}scale({{.*}} dims [2]){{.*}}bias({{.*}} dims [2]) axes [2] epsilon {{[0-9.E+-]+}}
func.func @rank3_stablehlo(%x: tensor<2x3x8xf32>, %w: tensor<8xf32>,
    %b: tensor<8xf32>) -> tensor<2x3x8xf32> {
  %0 = "stablehlo.reshape"(%x) : (tensor<2x3x8xf32>) -> tensor<1x6x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<1.0> : tensor<6xf32>}> : () -> tensor<6xf32>
  %2 = "stablehlo.constant"() <{value = dense<0.0> : tensor<6xf32>}> : () -> tensor<6xf32>
  %3:3 = "stablehlo.batch_norm_training"(%0, %1, %2) <{epsilon = 1.0e-5 : f32, feature_index = 1 : i64}> : (tensor<1x6x8xf32>, tensor<6xf32>, tensor<6xf32>) -> (tensor<1x6x8xf32>, tensor<6xf32>, tensor<6xf32>)
  %4 = "stablehlo.reshape"(%3#0) : (tensor<1x6x8xf32>) -> tensor<2x3x8xf32>
  %5 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 2>}> : (tensor<8xf32>) -> tensor<2x3x8xf32>
  %6 = "stablehlo.multiply"(%4, %5) : (tensor<2x3x8xf32>, tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %7 = "stablehlo.broadcast_in_dim"(%b) <{broadcast_dimensions = array<i64: 2>}> : (tensor<8xf32>) -> tensor<2x3x8xf32>
  %8 = "stablehlo.add"(%6, %7) : (tensor<2x3x8xf32>, tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  return %8 : tensor<2x3x8xf32>
}

// CHECK-LABEL: func.func @rank3_mhlo(
// CHECK: norm.layer_norm {{.*}}scale({{.*}} dims [2]){{.*}}bias({{.*}} dims [2]) axes [2] epsilon {{[0-9.E+-]+}}
func.func @rank3_mhlo(%x: tensor<2x3x8xf32>, %w: tensor<8xf32>,
    %b: tensor<8xf32>) -> tensor<2x3x8xf32> {
  %0 = "mhlo.reshape"(%x) : (tensor<2x3x8xf32>) -> tensor<1x6x8xf32>
  %1 = "mhlo.constant"() {value = dense<1.0> : tensor<6xf32>} : () -> tensor<6xf32>
  %2 = "mhlo.constant"() {value = dense<0.0> : tensor<6xf32>} : () -> tensor<6xf32>
  %3:3 = "mhlo.batch_norm_training"(%0, %1, %2) {epsilon = 1.0e-5 : f32, feature_index = 1 : i64} : (tensor<1x6x8xf32>, tensor<6xf32>, tensor<6xf32>) -> (tensor<1x6x8xf32>, tensor<6xf32>, tensor<6xf32>)
  %4 = "mhlo.reshape"(%3#0) : (tensor<1x6x8xf32>) -> tensor<2x3x8xf32>
  %5 = "mhlo.broadcast_in_dim"(%w) {broadcast_dimensions = dense<[2]> : tensor<1xi64>} : (tensor<8xf32>) -> tensor<2x3x8xf32>
  %6 = "mhlo.multiply"(%4, %5) : (tensor<2x3x8xf32>, tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %7 = "mhlo.broadcast_in_dim"(%b) {broadcast_dimensions = dense<[2]> : tensor<1xi64>} : (tensor<8xf32>) -> tensor<2x3x8xf32>
  %8 = "mhlo.add"(%6, %7) : (tensor<2x3x8xf32>, tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  return %8 : tensor<2x3x8xf32>
}
