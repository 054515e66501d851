// Catalogue entry B-layer-norm: dx = r * (g - mean(g) - xhat * mean(g * xhat)),
// with the gradients of scale and bias.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s

// CHECK-LABEL: func.func @layer_norm_stablehlo(
// CHECK: %[[DX:.*]], %[[DW:.*]], %[[DB:.*]] = norm.layer_norm_backward %arg0, %arg1, %arg2, %arg3 scale(%arg4 : tensor<8xf32> dims [1]) axes [1] bias_dims [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32> -> tensor<4x8xf32> dscale tensor<8xf32> dbias tensor<8xf32>
// CHECK: return %[[DX]], %[[DW]], %[[DB]]
func.func @layer_norm_stablehlo(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>,
    %mean: tensor<4xf32>, %rstd: tensor<4xf32>, %w: tensor<8xf32>)
    -> (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %0 = "stablehlo.broadcast_in_dim"(%mean) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.subtract"(%x, %0) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %2 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %3 = "stablehlo.multiply"(%dy, %2) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %4 = "stablehlo.broadcast_in_dim"(%rstd) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %5 = "stablehlo.multiply"(%1, %4) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %6 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %7 = "stablehlo.reduce"(%3, %6) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %8 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %9 = "stablehlo.divide"(%7, %8) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %10 = "stablehlo.broadcast_in_dim"(%9) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.subtract"(%3, %10) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %12 = "stablehlo.multiply"(%3, %5) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %13 = "stablehlo.reduce"(%12, %6) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %14 = "stablehlo.divide"(%13, %8) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %15 = "stablehlo.broadcast_in_dim"(%14) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %16 = "stablehlo.multiply"(%5, %15) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %17 = "stablehlo.subtract"(%11, %16) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %18 = "stablehlo.broadcast_in_dim"(%rstd) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %19 = "stablehlo.multiply"(%17, %18) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %20 = "stablehlo.multiply"(%dy, %5) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %21 = "stablehlo.reduce"(%20, %6) <{dimensions = array<i64: 0>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<8xf32>
  %22 = "stablehlo.reduce"(%dy, %6) <{dimensions = array<i64: 0>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<8xf32>
  return %19, %21, %22 : tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>
}

// CHECK-LABEL: func.func @layer_norm_torch(
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[V1:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK: %[[V2:.*]] = tensor.collapse_shape %[[V1]] {{\[\[}}0, 1]]
// CHECK: %[[V3:.*]] = builtin.unrealized_conversion_cast %arg3
// CHECK: %[[V4:.*]] = tensor.collapse_shape %[[V3]] {{\[\[}}0, 1]]
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg4
// CHECK: %[[DX:.*]], %[[DW:.*]], %[[DB:.*]] = norm.layer_norm_backward %[[V]], %[[X]], %[[V2]], %[[V4]] scale(%[[W]] : tensor<8xf32> dims [1]) axes [1] bias_dims [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32> -> tensor<4x8xf32> dscale tensor<8xf32> dbias tensor<8xf32>
// CHECK: %[[V5:.*]] = builtin.unrealized_conversion_cast %[[DX]]
// CHECK: %[[V6:.*]] = builtin.unrealized_conversion_cast %[[DW]]
// CHECK: %[[V7:.*]] = builtin.unrealized_conversion_cast %[[DB]]
// CHECK: return %[[V5]], %[[V6]], %[[V7]]
func.func @layer_norm_torch(%dy: !torch.vtensor<[4,8],f32>,
    %x: !torch.vtensor<[4,8],f32>, %mean: !torch.vtensor<[4,1],f32>,
    %rstd: !torch.vtensor<[4,1],f32>, %w: !torch.vtensor<[8],f32>)
    -> (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>, !torch.vtensor<[8],f32>) {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int0 = "torch.constant.int"() <{value = 0 : i64}> : () -> !torch.int
  %list5 = "torch.prim.ListConstruct"(%int0) : (!torch.int) -> !torch.list<int>
  %false = "torch.constant.bool"() <{value = false}> : () -> !torch.bool
  %0 = "torch.aten.sub.Tensor"(%x, %mean, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.mul.Tensor"(%dy, %w) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.mul.Tensor"(%0, %rstd) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %3 = "torch.aten.mean.dim"(%1, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.sub.Tensor"(%1, %3, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %5 = "torch.aten.mul.Tensor"(%1, %2) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %6 = "torch.aten.mean.dim"(%5, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %7 = "torch.aten.mul.Tensor"(%2, %6) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %8 = "torch.aten.sub.Tensor"(%4, %7, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %9 = "torch.aten.mul.Tensor"(%8, %rstd) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %10 = "torch.aten.mul.Tensor"(%dy, %2) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %11 = "torch.aten.sum.dim_IntList"(%10, %list5, %false, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[8],f32>
  %12 = "torch.aten.sum.dim_IntList"(%dy, %list5, %false, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[8],f32>
  return %9, %11, %12 : !torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>, !torch.vtensor<[8],f32>
}

// CHECK-LABEL: func.func @layer_norm_linalg(
// CHECK: %[[DX:.*]], %[[DW:.*]], %[[DB:.*]] = norm.layer_norm_backward %arg0, %arg1, %arg2, %arg3 scale(%arg4 : tensor<8xf32> dims [1]) axes [1] bias_dims [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32> -> tensor<4x8xf32> dscale tensor<8xf32> dbias tensor<8xf32>
// CHECK: return %[[DX]], %[[DW]], %[[DB]]
func.func @layer_norm_linalg(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>,
    %mean: tensor<4xf32>, %rstd: tensor<4xf32>, %w: tensor<8xf32>)
    -> (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %e1 = tensor.empty() : tensor<4x8xf32>
  %1 = linalg.broadcast ins(%mean : tensor<4xf32>) outs(%e1 : tensor<4x8xf32>) dimensions = [1]
  %2 = arith.subf %x, %1 : tensor<4x8xf32>
  %3 = linalg.broadcast ins(%w : tensor<8xf32>) outs(%e1 : tensor<4x8xf32>) dimensions = [0]
  %4 = arith.mulf %dy, %3 : tensor<4x8xf32>
  %5 = linalg.broadcast ins(%rstd : tensor<4xf32>) outs(%e1 : tensor<4x8xf32>) dimensions = [1]
  %6 = arith.mulf %2, %5 : tensor<4x8xf32>
  %c8 = arith.constant dense<0.0> : tensor<4xf32>
  %8 = linalg.reduce { arith.addf } ins(%4 : tensor<4x8xf32>) outs(%c8 : tensor<4xf32>) dimensions = [1]
  %c10 = arith.constant dense<8.0> : tensor<4xf32>
  %10 = arith.divf %8, %c10 : tensor<4xf32>
  %11 = linalg.broadcast ins(%10 : tensor<4xf32>) outs(%e1 : tensor<4x8xf32>) dimensions = [1]
  %12 = arith.subf %4, %11 : tensor<4x8xf32>
  %13 = arith.mulf %4, %6 : tensor<4x8xf32>
  %14 = linalg.reduce { arith.addf } ins(%13 : tensor<4x8xf32>) outs(%c8 : tensor<4xf32>) dimensions = [1]
  %15 = arith.divf %14, %c10 : tensor<4xf32>
  %16 = linalg.broadcast ins(%15 : tensor<4xf32>) outs(%e1 : tensor<4x8xf32>) dimensions = [1]
  %17 = arith.mulf %6, %16 : tensor<4x8xf32>
  %18 = arith.subf %12, %17 : tensor<4x8xf32>
  %19 = linalg.broadcast ins(%rstd : tensor<4xf32>) outs(%e1 : tensor<4x8xf32>) dimensions = [1]
  %20 = arith.mulf %18, %19 : tensor<4x8xf32>
  %21 = arith.mulf %dy, %6 : tensor<4x8xf32>
  %c23 = arith.constant dense<0.0> : tensor<8xf32>
  %23 = linalg.reduce { arith.addf } ins(%21 : tensor<4x8xf32>) outs(%c23 : tensor<8xf32>) dimensions = [0]
  %24 = linalg.reduce { arith.addf } ins(%dy : tensor<4x8xf32>) outs(%c23 : tensor<8xf32>) dimensions = [0]
  return %20, %23, %24 : tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>
}
