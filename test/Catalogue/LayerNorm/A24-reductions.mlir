// Catalogue entry A24: only the reductions are in f32: the rest is rounded to
// f16 at each step, which the policy contract drops.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @reductions(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf16> dims [1]) bias(%arg2 : tensor<8xf16> dims [1]) axes [1] epsilon 9.9999997473787516E-6 {normalized_type = f16} : tensor<4x8xf16> -> tensor<4x8xf16>
// CHECK: return %[[Y]]
func.func @reductions(%x: tensor<4x8xf16>, %w: tensor<8xf16>, %b: tensor<8xf16>)
    -> tensor<4x8xf16> {
  %0 = "stablehlo.convert"(%x) : (tensor<4x8xf16>) -> tensor<4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.convert"(%4) : (tensor<4xf32>) -> tensor<4xf16>
  %6 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf16>) -> tensor<4x8xf16>
  %7 = "stablehlo.subtract"(%x, %6) : (tensor<4x8xf16>, tensor<4x8xf16>) -> tensor<4x8xf16>
  %8 = "stablehlo.convert"(%7) : (tensor<4x8xf16>) -> tensor<4x8xf32>
  %9 = "stablehlo.multiply"(%8, %8) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %10 = "stablehlo.reduce"(%9, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %11 = "stablehlo.divide"(%10, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %12 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %13 = "stablehlo.add"(%11, %12) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %14 = "stablehlo.rsqrt"(%13) : (tensor<4xf32>) -> tensor<4xf32>
  %15 = "stablehlo.convert"(%14) : (tensor<4xf32>) -> tensor<4xf16>
  %16 = "stablehlo.broadcast_in_dim"(%15) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf16>) -> tensor<4x8xf16>
  %17 = "stablehlo.multiply"(%7, %16) : (tensor<4x8xf16>, tensor<4x8xf16>) -> tensor<4x8xf16>
  %18 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf16>) -> tensor<4x8xf16>
  %19 = "stablehlo.multiply"(%17, %18) : (tensor<4x8xf16>, tensor<4x8xf16>) -> tensor<4x8xf16>
  %20 = "stablehlo.broadcast_in_dim"(%b) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf16>) -> tensor<4x8xf16>
  %21 = "stablehlo.add"(%19, %20) : (tensor<4x8xf16>, tensor<4x8xf16>) -> tensor<4x8xf16>
  return %21 : tensor<4x8xf16>
}
