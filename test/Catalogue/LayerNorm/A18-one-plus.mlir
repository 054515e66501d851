// Catalogue entry A18: LayerNorm1P: the scale is 1 + w, w + 1, or multiplied
// out.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @one_plus_stablehlo(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 {scale_offset = 1.000000e+00 : f64} : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @one_plus_stablehlo(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
    -> tensor<4x8xf32> {
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
  %14 = "stablehlo.constant"() <{value = dense<1.0> : tensor<8xf32>}> : () -> tensor<8xf32>
  %15 = "stablehlo.add"(%14, %w) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %16 = "stablehlo.broadcast_in_dim"(%15) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %17 = "stablehlo.multiply"(%13, %16) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %17 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @one_plus_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.layer_norm %[[X]] scale(%[[W]] : tensor<8xf32> dims [1]) axes [1] epsilon 1.000000e-05 {scale_offset = 1.000000e+00 : f64} : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @one_plus_torch(%x: !torch.vtensor<[4,8],f32>,
    %w: !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %float5 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %float6 = "torch.constant.float"() <{value = 1.0 : f64}> : () -> !torch.float
  %0 = "torch.aten.mean.dim"(%x, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %1 = "torch.aten.sub.Tensor"(%x, %0, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.pow.Tensor_Scalar"(%1, %int2) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %3 = "torch.aten.mean.dim"(%2, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.add.Scalar"(%3, %float5, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.rsqrt"(%4) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %6 = "torch.aten.mul.Tensor"(%1, %5) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %7 = "torch.aten.add.Scalar"(%w, %float6, %int1) : (!torch.vtensor<[8],f32>, !torch.float, !torch.int) -> !torch.vtensor<[8],f32>
  %8 = "torch.aten.mul.Tensor"(%6, %7) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  return %8 : !torch.vtensor<[4,8],f32>
}
