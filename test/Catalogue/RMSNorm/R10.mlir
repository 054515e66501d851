// Catalogue entry R10: gated: RMS(x * silu(z)) * w, or RMS(x) * w * silu(z)
// (Mamba 2). The gate stays outside.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @gated_before_stablehlo(
// CHECK: %[[V:.*]] = "stablehlo.logistic"(%arg2)
// CHECK: %[[V1:.*]] = "stablehlo.multiply"(%arg2, %[[V]])
// CHECK: %[[V2:.*]] = "stablehlo.multiply"(%arg0, %[[V1]])
// CHECK: %[[Y:.*]] = norm.rms_norm %[[V2]] scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999747524271E-7 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @gated_before_stablehlo(%x: tensor<4x8xf32>, %w: tensor<8xf32>,
    %z: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.logistic"(%z) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.multiply"(%z, %0) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %2 = "stablehlo.multiply"(%x, %1) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %3 = "stablehlo.multiply"(%2, %2) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %4 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %5 = "stablehlo.reduce"(%3, %4) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %6 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %7 = "stablehlo.divide"(%5, %6) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.constant"() <{value = dense<1.0e-06> : tensor<4xf32>}> : () -> tensor<4xf32>
  %9 = "stablehlo.add"(%7, %8) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %10 = "stablehlo.rsqrt"(%9) : (tensor<4xf32>) -> tensor<4xf32>
  %11 = "stablehlo.broadcast_in_dim"(%10) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %12 = "stablehlo.multiply"(%2, %11) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %13 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %14 = "stablehlo.multiply"(%12, %13) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %14 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @gated_before_torch(
// CHECK: %[[V:.*]] = "torch.aten.silu"(%arg2)
// CHECK: %[[V1:.*]] = "torch.aten.mul.Tensor"(%arg0, %[[V]])
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[V2:.*]] = builtin.unrealized_conversion_cast %[[V1]]
// CHECK: %[[Y:.*]] = norm.rms_norm %[[V2]] scale(%[[W]] : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999999999995E-7 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V3:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V3]]
func.func @gated_before_torch(%x: !torch.vtensor<[4,8],f32>,
    %w: !torch.vtensor<[8],f32>, %z: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float5 = "torch.constant.float"() <{value = 1.0e-06 : f64}> : () -> !torch.float
  %0 = "torch.aten.silu"(%z) : (!torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.mul.Tensor"(%x, %0) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.pow.Tensor_Scalar"(%1, %int2) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %3 = "torch.aten.mean.dim"(%2, %list2, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.add.Scalar"(%3, %float5, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.rsqrt"(%4) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %6 = "torch.aten.mul.Tensor"(%1, %5) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %7 = "torch.aten.mul.Tensor"(%6, %w) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  return %7 : !torch.vtensor<[4,8],f32>
}

// CHECK-LABEL: func.func @gated_after_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999747524271E-7 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = "stablehlo.logistic"(%arg2)
// CHECK: %[[V1:.*]] = "stablehlo.multiply"(%arg2, %[[V]])
// CHECK: %[[V2:.*]] = "stablehlo.multiply"(%[[Y]], %[[V1]])
// CHECK: return %[[V2]]
func.func @gated_after_stablehlo(%x: tensor<4x8xf32>, %w: tensor<8xf32>,
    %z: tensor<4x8xf32>) -> tensor<4x8xf32> {
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
  %12 = "stablehlo.logistic"(%z) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %13 = "stablehlo.multiply"(%z, %12) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %14 = "stablehlo.multiply"(%11, %13) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %14 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @gated_after_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] scale(%[[W]] : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999999999995E-7 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: %[[V1:.*]] = "torch.aten.silu"(%arg2)
// CHECK: %[[V2:.*]] = "torch.aten.mul.Tensor"(%[[V]], %[[V1]])
// CHECK: return %[[V2]]
func.func @gated_after_torch(%x: !torch.vtensor<[4,8],f32>,
    %w: !torch.vtensor<[8],f32>, %z: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float5 = "torch.constant.float"() <{value = 1.0e-06 : f64}> : () -> !torch.float
  %0 = "torch.aten.pow.Tensor_Scalar"(%x, %int2) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.mean.dim"(%0, %list2, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.add.Scalar"(%1, %float5, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.rsqrt"(%2) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.mul.Tensor"(%x, %3) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %5 = "torch.aten.mul.Tensor"(%4, %w) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  %6 = "torch.aten.silu"(%z) : (!torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %7 = "torch.aten.mul.Tensor"(%5, %6) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  return %7 : !torch.vtensor<[4,8],f32>
}
