// Catalogue entry B-residual-gradient: the gradient of the residual stream is
// added: it stays outside.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s

// CHECK-LABEL: func.func @rms_norm_stablehlo(
// CHECK: %[[DX:.*]] = norm.rms_norm_backward %arg0, %arg1, %arg2 scale(%arg3 : tensor<8xf32> dims [1]) axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = "stablehlo.add"(%arg4, %[[DX]])
// CHECK: return %[[V]]
func.func @rms_norm_stablehlo(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>,
    %rstd: tensor<4xf32>, %w: tensor<8xf32>, %ds: tensor<4x8xf32>)
    -> tensor<4x8xf32> {
  %0 = "stablehlo.broadcast_in_dim"(%rstd) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.multiply"(%x, %0) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %2 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %3 = "stablehlo.multiply"(%dy, %2) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %4 = "stablehlo.multiply"(%3, %1) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %5 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %6 = "stablehlo.reduce"(%4, %5) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %7 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %8 = "stablehlo.divide"(%6, %7) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %9 = "stablehlo.broadcast_in_dim"(%8) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %10 = "stablehlo.multiply"(%1, %9) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.subtract"(%3, %10) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %12 = "stablehlo.broadcast_in_dim"(%rstd) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %13 = "stablehlo.multiply"(%11, %12) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %14 = "stablehlo.add"(%ds, %13) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %14 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @rms_norm_torch(
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[V1:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK: %[[V2:.*]] = tensor.collapse_shape %[[V1]] {{\[\[}}0, 1]]
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg3
// CHECK: %[[DX:.*]] = norm.rms_norm_backward %[[V]], %[[X]], %[[V2]] scale(%[[W]] : tensor<8xf32> dims [1]) axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32> -> tensor<4x8xf32>
// CHECK: %[[V3:.*]] = builtin.unrealized_conversion_cast %[[DX]]
// CHECK: %[[V4:.*]] = "torch.aten.add.Tensor"(%arg4, %[[V3]], %{{.*}})
// CHECK: return %[[V4]]
func.func @rms_norm_torch(%dy: !torch.vtensor<[4,8],f32>,
    %x: !torch.vtensor<[4,8],f32>, %rstd: !torch.vtensor<[4,1],f32>,
    %w: !torch.vtensor<[8],f32>, %ds: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %0 = "torch.aten.mul.Tensor"(%x, %rstd) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.mul.Tensor"(%dy, %w) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.mul.Tensor"(%1, %0) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %3 = "torch.aten.mean.dim"(%2, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.mul.Tensor"(%0, %3) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %5 = "torch.aten.sub.Tensor"(%1, %4, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %6 = "torch.aten.mul.Tensor"(%5, %rstd) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %7 = "torch.aten.add.Tensor"(%ds, %6, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  return %7 : !torch.vtensor<[4,8],f32>
}

// CHECK-LABEL: func.func @rms_norm_onnx(
// CHECK: %[[V:.*]] = tensor.collapse_shape %arg2 {{\[\[}}0, 1]]
// CHECK: %[[DX:.*]] = norm.rms_norm_backward %arg0, %arg1, %[[V]] scale(%arg3 : tensor<8xf32> dims [1]) axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32> -> tensor<4x8xf32>
// CHECK: %[[V1:.*]] = "onnx.Add"(%arg4, %[[DX]])
// CHECK: return %[[V1]]
func.func @rms_norm_onnx(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>,
    %rstd: tensor<4x1xf32>, %w: tensor<8xf32>, %ds: tensor<4x8xf32>)
    -> tensor<4x8xf32> {
  %0 = "onnx.Mul"(%x, %rstd) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %1 = "onnx.Mul"(%dy, %w) : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  %2 = "onnx.Mul"(%1, %0) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %3 = "onnx.ReduceMeanV13"(%2) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %4 = "onnx.Mul"(%0, %3) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %5 = "onnx.Sub"(%1, %4) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %6 = "onnx.Mul"(%5, %rstd) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %7 = "onnx.Add"(%ds, %6) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %7 : tensor<4x8xf32>
}
