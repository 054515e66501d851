// Catalogue entry A17: without scale, without bias, without both; a scale of
// one number.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @splat_stablehlo(
// CHECK: %[[V:.*]] = arith.constant dense<2.000000e+00> : tensor<f32>
// CHECK: %[[V1:.*]] = arith.constant dense<5.000000e-01> : tensor<f32>
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%[[V]] : tensor<f32> dims []) bias(%[[V1]] : tensor<f32> dims []) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @splat_stablehlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %1 = "stablehlo.reduce"(%x, %0) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %2 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %3 = "stablehlo.divide"(%1, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %4 = "stablehlo.broadcast_in_dim"(%3) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %5 = "stablehlo.subtract"(%x, %4) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %6 = "stablehlo.multiply"(%5, %5) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %7 = "stablehlo.reduce"(%6, %0) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %8 = "stablehlo.divide"(%7, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %9 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %10 = "stablehlo.add"(%8, %9) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %11 = "stablehlo.rsqrt"(%10) : (tensor<4xf32>) -> tensor<4xf32>
  %12 = "stablehlo.broadcast_in_dim"(%11) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %13 = "stablehlo.multiply"(%5, %12) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %14 = "stablehlo.constant"() <{value = dense<2.0> : tensor<4x8xf32>}> : () -> tensor<4x8xf32>
  %15 = "stablehlo.multiply"(%13, %14) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %16 = "stablehlo.constant"() <{value = dense<0.5> : tensor<4x8xf32>}> : () -> tensor<4x8xf32>
  %17 = "stablehlo.add"(%15, %16) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %17 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @splat_torch(
// CHECK: %[[V:.*]] = arith.constant dense<2.000000e+00> : tensor<f32>
// CHECK: %[[V1:.*]] = arith.constant dense<5.000000e-01> : tensor<f32>
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.layer_norm %[[X]] scale(%[[V]] : tensor<f32> dims []) bias(%[[V1]] : tensor<f32> dims []) axes [1] epsilon 1.000000e-05 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V2:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V2]]
func.func @splat_torch(%x: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %float5 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %float6 = "torch.constant.float"() <{value = 2.0 : f64}> : () -> !torch.float
  %float7 = "torch.constant.float"() <{value = 0.5 : f64}> : () -> !torch.float
  %0 = "torch.aten.mean.dim"(%x, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %1 = "torch.aten.sub.Tensor"(%x, %0, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.pow.Tensor_Scalar"(%1, %int2) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %3 = "torch.aten.mean.dim"(%2, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.add.Scalar"(%3, %float5, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.rsqrt"(%4) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %6 = "torch.aten.mul.Tensor"(%1, %5) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %7 = "torch.aten.mul.Scalar"(%6, %float6) : (!torch.vtensor<[4,8],f32>, !torch.float) -> !torch.vtensor<[4,8],f32>
  %8 = "torch.aten.add.Scalar"(%7, %float7, %int1) : (!torch.vtensor<[4,8],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,8],f32>
  return %8 : !torch.vtensor<[4,8],f32>
}
