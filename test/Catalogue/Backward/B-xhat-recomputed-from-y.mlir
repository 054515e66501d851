// Catalogue entry B-xhat-recomputed: xhat from (y - bias) / scale, as in
// memory-efficient apex, is no function of x: a scale may be zero.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] backward-not-closed-form |
// CHECK-SAME: Function=from_y_stablehlo
// CHECK-SAME: Remark="not the gradient of a norm for any roles of its operands: argument #0[i0, i1]*argument #3[i1] + -1/8*x[i0, i1]*sum{i1}(argument #0[i0, i1]*argument #3[i1]*x[i0, i1]) + -1*'stablehlo.divide'[i0]"

func.func @from_y_stablehlo(%dy: tensor<4x8xf32>, %y: tensor<4x8xf32>,
    %rstd: tensor<4xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "stablehlo.broadcast_in_dim"(%b) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.subtract"(%y, %0) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %2 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %3 = "stablehlo.divide"(%1, %2) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %4 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %5 = "stablehlo.multiply"(%dy, %4) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %6 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %7 = "stablehlo.reduce"(%5, %6) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %8 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %9 = "stablehlo.divide"(%7, %8) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %10 = "stablehlo.broadcast_in_dim"(%9) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.subtract"(%5, %10) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %12 = "stablehlo.multiply"(%5, %3) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %13 = "stablehlo.reduce"(%12, %6) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %14 = "stablehlo.divide"(%13, %8) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %15 = "stablehlo.broadcast_in_dim"(%14) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %16 = "stablehlo.multiply"(%3, %15) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %17 = "stablehlo.subtract"(%11, %16) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %18 = "stablehlo.broadcast_in_dim"(%rstd) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %19 = "stablehlo.multiply"(%17, %18) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %19 : tensor<4x8xf32>
}

// CHECK: remark: [Missed] backward-not-closed-form |
// CHECK-SAME: Function=from_y_torch
// CHECK-SAME: Remark="not the gradient of a norm for any roles of its operands: -1/8*x[i0, i1]*sum{i1}(x[i0, i1]*argument #0[i0, i1]*argument #3[i1]) + argument #0[i0, i1]*argument #3[i1] + -1*'torch.aten.mean.dim'[i0, 0]"

func.func @from_y_torch(%dy: !torch.vtensor<[4,8],f32>,
    %y: !torch.vtensor<[4,8],f32>, %rstd: !torch.vtensor<[4,1],f32>,
    %w: !torch.vtensor<[8],f32>, %b: !torch.vtensor<[8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %0 = "torch.aten.sub.Tensor"(%y, %b, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.div.Tensor"(%0, %w) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.mul.Tensor"(%dy, %w) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  %3 = "torch.aten.mean.dim"(%2, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.sub.Tensor"(%2, %3, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %5 = "torch.aten.mul.Tensor"(%2, %1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %6 = "torch.aten.mean.dim"(%5, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %7 = "torch.aten.mul.Tensor"(%1, %6) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %8 = "torch.aten.sub.Tensor"(%4, %7, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %9 = "torch.aten.mul.Tensor"(%8, %rstd) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %9 : !torch.vtensor<[4,8],f32>
}
