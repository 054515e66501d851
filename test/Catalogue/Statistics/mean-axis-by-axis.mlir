// Catalogue entry mean-axis-by-axis: One axis at a time.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @rms_tosa(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [2, 3] epsilon 9.9999997473787516E-6 : tensor<2x3x4x8xf32> -> tensor<2x3x4x8xf32>
// CHECK: return %[[Y]]
func.func @rms_tosa(%x: tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32> {
  %c1 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %1 = tosa.mul %x, %x, %c1 : (tensor<2x3x4x8xf32>, tensor<2x3x4x8xf32>, tensor<1xi8>) -> tensor<2x3x4x8xf32>
  %2 = tosa.reduce_sum %1 {axis = 2 : i32} : (tensor<2x3x4x8xf32>) -> tensor<2x3x1x8xf32>
  %3 = tosa.reduce_sum %2 {axis = 3 : i32} : (tensor<2x3x1x8xf32>) -> tensor<2x3x1x1xf32>
  %c5 = "tosa.const"() <{values = dense<0.03125> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %5 = tosa.mul %3, %c5, %c1 : (tensor<2x3x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<2x3x1x1xf32>
  %c7 = "tosa.const"() <{values = dense<1.0e-05> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %7 = tosa.add %5, %c7 : (tensor<2x3x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<2x3x1x1xf32>
  %8 = tosa.rsqrt %7 : (tensor<2x3x1x1xf32>) -> tensor<2x3x1x1xf32>
  %9 = tosa.mul %x, %8, %c1 : (tensor<2x3x4x8xf32>, tensor<2x3x1x1xf32>, tensor<1xi8>) -> tensor<2x3x4x8xf32>
  return %9 : tensor<2x3x4x8xf32>
}

// CHECK-LABEL: func.func @rms_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [2, 3] epsilon 9.9999997473787516E-6 : tensor<2x3x4x8xf32> -> tensor<2x3x4x8xf32>
// CHECK: return %[[Y]]
func.func @rms_stablehlo(%x: tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<2x3x4x8xf32>, tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 2>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<2x3x4x8xf32>, tensor<f32>) -> tensor<2x3x8xf32>
  %3 = "stablehlo.reduce"(%2, %1) <{dimensions = array<i64: 2>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<2x3x8xf32>, tensor<f32>) -> tensor<2x3xf32>
  %4 = "stablehlo.constant"() <{value = dense<0.03125> : tensor<2x3xf32>}> : () -> tensor<2x3xf32>
  %5 = "stablehlo.multiply"(%3, %4) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %6 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<2x3xf32>}> : () -> tensor<2x3xf32>
  %7 = "stablehlo.add"(%5, %6) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %8 = "stablehlo.rsqrt"(%7) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %9 = "stablehlo.broadcast_in_dim"(%8) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<2x3xf32>) -> tensor<2x3x4x8xf32>
  %10 = "stablehlo.multiply"(%x, %9) : (tensor<2x3x4x8xf32>, tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32>
  return %10 : tensor<2x3x4x8xf32>
}
