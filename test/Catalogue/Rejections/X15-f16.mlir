// Catalogue entry X15: 1e-12 that has become 0 in f16: the epsilon of the op is
// 0, not what was meant.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @zero_in_f16_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 0.000000e+00 : tensor<4x8xf16> -> tensor<4x8xf16>
// CHECK: return %[[Y]]
func.func @zero_in_f16_stablehlo(%x: tensor<4x8xf16>) -> tensor<4x8xf16> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x8xf16>, tensor<4x8xf16>) -> tensor<4x8xf16>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f16>}> : () -> tensor<f16>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f16>, %rhs: tensor<f16>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f16>, tensor<f16>) -> tensor<f16>
    "stablehlo.return"(%add) : (tensor<f16>) -> ()
  }) : (tensor<4x8xf16>, tensor<f16>) -> tensor<4xf16>
  %3 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf16>}> : () -> tensor<4xf16>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<4xf16>, tensor<4xf16>) -> tensor<4xf16>
  %5 = "stablehlo.constant"() <{value = dense<0.0> : tensor<4xf16>}> : () -> tensor<4xf16>
  %6 = "stablehlo.add"(%4, %5) : (tensor<4xf16>, tensor<4xf16>) -> tensor<4xf16>
  %7 = "stablehlo.rsqrt"(%6) : (tensor<4xf16>) -> tensor<4xf16>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf16>) -> tensor<4x8xf16>
  %9 = "stablehlo.multiply"(%x, %8) : (tensor<4x8xf16>, tensor<4x8xf16>) -> tensor<4x8xf16>
  return %9 : tensor<4x8xf16>
}

// CHECK-LABEL: func.func @zero_in_f16_linalg(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 0.000000e+00 : tensor<4x8xf16> -> tensor<4x8xf16>
// CHECK: return %[[Y]]
func.func @zero_in_f16_linalg(%x: tensor<4x8xf16>) -> tensor<4x8xf16> {
  %0 = arith.mulf %x, %x : tensor<4x8xf16>
  %c2 = arith.constant dense<0.0> : tensor<4xf16>
  %2 = linalg.reduce { arith.addf } ins(%0 : tensor<4x8xf16>) outs(%c2 : tensor<4xf16>) dimensions = [1]
  %c4 = arith.constant dense<8.0> : tensor<4xf16>
  %4 = arith.divf %2, %c4 : tensor<4xf16>
  %5 = arith.addf %4, %c2 : tensor<4xf16>
  %6 = math.rsqrt %5 : tensor<4xf16>
  %e8 = tensor.empty() : tensor<4x8xf16>
  %8 = linalg.broadcast ins(%6 : tensor<4xf16>) outs(%e8 : tensor<4x8xf16>) dimensions = [1]
  %9 = arith.mulf %x, %8 : tensor<4x8xf16>
  return %9 : tensor<4x8xf16>
}
