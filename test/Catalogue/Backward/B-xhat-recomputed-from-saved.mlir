// Catalogue entry B-xhat-recomputed: xhat is computed again, from x and saved
// statistics, or with statistics computed again from x.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s

// CHECK-LABEL: func.func @from_saved_stablehlo(
// CHECK: %[[DX:.*]] = norm.layer_norm_backward %arg0, %arg1, %arg3, %arg4 scale(%arg2 : tensor<8xf32> dims [1]) axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32> -> tensor<4x8xf32>
// CHECK: return %[[DX]]
func.func @from_saved_stablehlo(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>,
    %w: tensor<8xf32>, %mean: tensor<4xf32>, %rstd: tensor<4xf32>)
    -> tensor<4x8xf32> {
  %0 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.multiply"(%dy, %0) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %2 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %3 = "stablehlo.reduce"(%1, %2) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %4 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %5 = "stablehlo.divide"(%3, %4) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %6 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %7 = "stablehlo.subtract"(%1, %6) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %8 = "stablehlo.broadcast_in_dim"(%mean) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %9 = "stablehlo.subtract"(%x, %8) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %10 = "stablehlo.broadcast_in_dim"(%rstd) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.multiply"(%9, %10) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %12 = "stablehlo.broadcast_in_dim"(%mean) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %13 = "stablehlo.subtract"(%x, %12) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %14 = "stablehlo.broadcast_in_dim"(%rstd) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %15 = "stablehlo.multiply"(%13, %14) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %16 = "stablehlo.multiply"(%1, %15) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %17 = "stablehlo.reduce"(%16, %2) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %18 = "stablehlo.divide"(%17, %4) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %19 = "stablehlo.broadcast_in_dim"(%18) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %20 = "stablehlo.multiply"(%11, %19) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %21 = "stablehlo.subtract"(%7, %20) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %22 = "stablehlo.broadcast_in_dim"(%rstd) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %23 = "stablehlo.multiply"(%21, %22) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %23 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @from_saved_torch(
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[V1:.*]] = builtin.unrealized_conversion_cast %arg3
// CHECK: %[[V2:.*]] = tensor.collapse_shape %[[V1]] {{\[\[}}0, 1]]
// CHECK: %[[V3:.*]] = builtin.unrealized_conversion_cast %arg4
// CHECK: %[[V4:.*]] = tensor.collapse_shape %[[V3]] {{\[\[}}0, 1]]
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK: %[[DX:.*]] = norm.layer_norm_backward %[[V]], %[[X]], %[[V2]], %[[V4]] scale(%[[W]] : tensor<8xf32> dims [1]) axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32> -> tensor<4x8xf32>
// CHECK: %[[V5:.*]] = builtin.unrealized_conversion_cast %[[DX]]
// CHECK: return %[[V5]]
func.func @from_saved_torch(%dy: !torch.vtensor<[4,8],f32>,
    %x: !torch.vtensor<[4,8],f32>, %w: !torch.vtensor<[8],f32>,
    %mean: !torch.vtensor<[4,1],f32>, %rstd: !torch.vtensor<[4,1],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %0 = "torch.aten.mul.Tensor"(%dy, %w) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.mean.dim"(%0, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.sub.Tensor"(%0, %1, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %3 = "torch.aten.sub.Tensor"(%x, %mean, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %4 = "torch.aten.mul.Tensor"(%3, %rstd) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %5 = "torch.aten.sub.Tensor"(%x, %mean, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %6 = "torch.aten.mul.Tensor"(%5, %rstd) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %7 = "torch.aten.mul.Tensor"(%0, %6) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %8 = "torch.aten.mean.dim"(%7, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %9 = "torch.aten.mul.Tensor"(%4, %8) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %10 = "torch.aten.sub.Tensor"(%2, %9, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %11 = "torch.aten.mul.Tensor"(%10, %rstd) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %11 : !torch.vtensor<[4,8],f32>
}
