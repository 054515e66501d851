// Catalogue entry mean-dot-self: dot(x, x) / N.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @dot_general_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @dot_general_stablehlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.dot_general"(%x, %x) <{dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [0], rhs_batching_dimensions = [0], lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1]>}> : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4xf32>
  %1 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %2 = "stablehlo.divide"(%0, %1) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.add"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.rsqrt"(%4) : (tensor<4xf32>) -> tensor<4xf32>
  %6 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %7 = "stablehlo.multiply"(%x, %6) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %7 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @dot_general_mhlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @dot_general_mhlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "mhlo.dot_general"(%x, %x) {dot_dimension_numbers = #mhlo.dot<lhs_batching_dimensions = [0], rhs_batching_dimensions = [0], lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1]>} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4xf32>
  %1 = "mhlo.constant"() {value = dense<8.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %2 = "mhlo.divide"(%0, %1) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = "mhlo.constant"() {value = dense<1.0e-05> : tensor<4xf32>} : () -> tensor<4xf32>
  %4 = "mhlo.add"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "mhlo.rsqrt"(%4) : (tensor<4xf32>) -> tensor<4xf32>
  %6 = "mhlo.broadcast_in_dim"(%5) {broadcast_dimensions = dense<[0]> : tensor<1xi64>} : (tensor<4xf32>) -> tensor<4x8xf32>
  %7 = "mhlo.multiply"(%x, %6) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %7 : tensor<4x8xf32>
}
