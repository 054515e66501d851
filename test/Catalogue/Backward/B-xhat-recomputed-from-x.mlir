// Catalogue entry B-xhat-recomputed: xhat is computed again, from x and saved
// statistics, or with statistics computed again from x.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s

// CHECK-LABEL: func.func @from_x_stablehlo(
// CHECK: %[[Y:.*]], %[[MEAN:.*]], %[[RSTD:.*]] = norm.layer_norm %arg1 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32> mean tensor<4xf32> rstd tensor<4xf32>
// CHECK: %[[DX:.*]] = norm.layer_norm_backward %arg0, %arg1, %[[MEAN]], %[[RSTD]] scale(%arg2 : tensor<8xf32> dims [1]) axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32> -> tensor<4x8xf32>
// CHECK: return %[[DX]]
func.func @from_x_stablehlo(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>,
    %w: tensor<8xf32>) -> tensor<4x8xf32> {
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
  %14 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %15 = "stablehlo.multiply"(%dy, %14) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %16 = "stablehlo.reduce"(%15, %0) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %17 = "stablehlo.divide"(%16, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %18 = "stablehlo.broadcast_in_dim"(%17) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %19 = "stablehlo.subtract"(%15, %18) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %20 = "stablehlo.multiply"(%15, %13) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %21 = "stablehlo.reduce"(%20, %0) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %22 = "stablehlo.divide"(%21, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %23 = "stablehlo.broadcast_in_dim"(%22) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %24 = "stablehlo.multiply"(%13, %23) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %25 = "stablehlo.subtract"(%19, %24) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %26 = "stablehlo.broadcast_in_dim"(%11) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %27 = "stablehlo.multiply"(%25, %26) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %27 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @from_x_torch(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[Y:.*]], %[[MEAN:.*]], %[[RSTD:.*]] = norm.layer_norm %[[X]] axes [1] epsilon 1.000000e-05 : tensor<4x8xf32> -> tensor<4x8xf32> mean tensor<4xf32> rstd tensor<4xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[X1:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK: %[[DX:.*]] = norm.layer_norm_backward %[[V]], %[[X1]], %[[MEAN]], %[[RSTD]] scale(%[[W]] : tensor<8xf32> dims [1]) axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32> -> tensor<4x8xf32>
// CHECK: %[[V1:.*]] = builtin.unrealized_conversion_cast %[[DX]]
// CHECK: return %[[V1]]
func.func @from_x_torch(%dy: !torch.vtensor<[4,8],f32>,
    %x: !torch.vtensor<[4,8],f32>, %w: !torch.vtensor<[8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %float5 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.mean.dim"(%x, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %1 = "torch.aten.sub.Tensor"(%x, %0, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.pow.Tensor_Scalar"(%1, %int2) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %3 = "torch.aten.mean.dim"(%2, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.add.Scalar"(%3, %float5, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.rsqrt"(%4) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %6 = "torch.aten.mul.Tensor"(%1, %5) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %7 = "torch.aten.mul.Tensor"(%dy, %w) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  %8 = "torch.aten.mean.dim"(%7, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %9 = "torch.aten.sub.Tensor"(%7, %8, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %10 = "torch.aten.mul.Tensor"(%7, %6) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %11 = "torch.aten.mean.dim"(%10, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %12 = "torch.aten.mul.Tensor"(%6, %11) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %13 = "torch.aten.sub.Tensor"(%9, %12, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %14 = "torch.aten.mul.Tensor"(%13, %5) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %14 : !torch.vtensor<[4,8],f32>
}
