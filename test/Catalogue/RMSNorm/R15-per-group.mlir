// Catalogue entry R15: quantised after the norm: static, per token, per group,
// fp8. The norm is raised, the quantisation stays, but for a step that is
// constant: the scale takes it.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @per_group(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999747524271E-7 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = "stablehlo.reshape"(%{{.*}})
// CHECK: %[[V1:.*]] = "stablehlo.reduce"(%[[V]], %{{.*}}) <{dimensions = array<i64: 2>}> ({
// CHECK: %[[V2:.*]] = "stablehlo.divide"(%[[V1]], %{{.*}})
// CHECK: %[[V3:.*]] = "stablehlo.divide"(%{{.*}}, %{{.*}})
// CHECK: %[[V4:.*]] = "stablehlo.round_nearest_even"(%[[V3]])
// CHECK: %[[V5:.*]] = "stablehlo.convert"(%[[V4]])
// CHECK: return %[[V5]], %[[V2]]
func.func @per_group(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
    -> (tensor<4x2x4xi8>, tensor<4x2xf32>) {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.constant"() <{value = dense<1.0e-06> : tensor<4xf32>}> : () -> tensor<4xf32>
  %6 = "stablehlo.add"(%4, %5) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.rsqrt"(%6) : (tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %9 = "stablehlo.multiply"(%x, %8) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %10 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.multiply"(%9, %10) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %12 = "stablehlo.abs"(%11) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %13 = "stablehlo.reshape"(%12) : (tensor<4x8xf32>) -> tensor<4x2x4xf32>
  %14 = "stablehlo.constant"() <{value = dense<0xFF800000> : tensor<f32>}> : () -> tensor<f32>
  %15 = "stablehlo.reduce"(%13, %14) <{dimensions = array<i64: 2>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.maximum"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x2x4xf32>, tensor<f32>) -> tensor<4x2xf32>
  %16 = "stablehlo.constant"() <{value = dense<127.0> : tensor<4x2xf32>}> : () -> tensor<4x2xf32>
  %17 = "stablehlo.divide"(%15, %16) : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %18 = "stablehlo.reshape"(%11) : (tensor<4x8xf32>) -> tensor<4x2x4xf32>
  %19 = "stablehlo.broadcast_in_dim"(%17) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<4x2xf32>) -> tensor<4x2x4xf32>
  %20 = "stablehlo.divide"(%18, %19) : (tensor<4x2x4xf32>, tensor<4x2x4xf32>) -> tensor<4x2x4xf32>
  %21 = "stablehlo.round_nearest_even"(%20) : (tensor<4x2x4xf32>) -> tensor<4x2x4xf32>
  %22 = "stablehlo.convert"(%21) : (tensor<4x2x4xf32>) -> tensor<4x2x4xi8>
  return %22, %17 : tensor<4x2x4xi8>, tensor<4x2xf32>
}
