// Catalogue entry B-rms-norm: dx = r * (g - xhat * mean(g * xhat)), with the
// gradient of scale.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s

// CHECK-LABEL: func.func @rms_norm_stablehlo(
// CHECK: %[[DX:.*]], %[[DW:.*]] = norm.rms_norm_backward %arg0, %arg1, %arg2 scale(%arg3 : tensor<8xf32> dims [1]) axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32> -> tensor<4x8xf32> dscale tensor<8xf32>
// CHECK: return %[[DX]], %[[DW]]
func.func @rms_norm_stablehlo(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>,
    %rstd: tensor<4xf32>, %w: tensor<8xf32>)
    -> (tensor<4x8xf32>, tensor<8xf32>) {
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
  %14 = "stablehlo.multiply"(%dy, %1) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %15 = "stablehlo.reduce"(%14, %5) <{dimensions = array<i64: 0>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<8xf32>
  return %13, %15 : tensor<4x8xf32>, tensor<8xf32>
}

// CHECK-LABEL: func.func @rms_norm_torch(
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[V1:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK: %[[V2:.*]] = tensor.collapse_shape %[[V1]] {{\[\[}}0, 1]]
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg3
// CHECK: %[[DX:.*]], %[[DW:.*]] = norm.rms_norm_backward %[[V]], %[[X]], %[[V2]] scale(%[[W]] : tensor<8xf32> dims [1]) axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32> -> tensor<4x8xf32> dscale tensor<8xf32>
// CHECK: %[[V3:.*]] = builtin.unrealized_conversion_cast %[[DX]]
// CHECK: %[[V4:.*]] = builtin.unrealized_conversion_cast %[[DW]]
// CHECK: return %[[V3]], %[[V4]]
func.func @rms_norm_torch(%dy: !torch.vtensor<[4,8],f32>,
    %x: !torch.vtensor<[4,8],f32>, %rstd: !torch.vtensor<[4,1],f32>,
    %w: !torch.vtensor<[8],f32>)
    -> (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int0 = "torch.constant.int"() <{value = 0 : i64}> : () -> !torch.int
  %list5 = "torch.prim.ListConstruct"(%int0) : (!torch.int) -> !torch.list<int>
  %false = "torch.constant.bool"() <{value = false}> : () -> !torch.bool
  %0 = "torch.aten.mul.Tensor"(%x, %rstd) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.mul.Tensor"(%dy, %w) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.mul.Tensor"(%1, %0) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %3 = "torch.aten.mean.dim"(%2, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.mul.Tensor"(%0, %3) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %5 = "torch.aten.sub.Tensor"(%1, %4, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %6 = "torch.aten.mul.Tensor"(%5, %rstd) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %7 = "torch.aten.mul.Tensor"(%dy, %0) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %8 = "torch.aten.sum.dim_IntList"(%7, %list5, %false, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[8],f32>
  return %6, %8 : !torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>
}

// CHECK-LABEL: func.func @rms_norm_onnx(
// CHECK: %[[V:.*]] = tensor.collapse_shape %arg2 {{\[\[}}0, 1]]
// CHECK: %[[DX:.*]], %[[DW:.*]] = norm.rms_norm_backward %arg0, %arg1, %[[V]] scale(%arg3 : tensor<8xf32> dims [1]) axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32> -> tensor<4x8xf32> dscale tensor<8xf32>
// CHECK: return %[[DX]], %[[DW]]
func.func @rms_norm_onnx(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>,
    %rstd: tensor<4x1xf32>, %w: tensor<8xf32>)
    -> (tensor<4x8xf32>, tensor<8xf32>) {
  %0 = "onnx.Mul"(%x, %rstd) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %1 = "onnx.Mul"(%dy, %w) : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  %2 = "onnx.Mul"(%1, %0) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %3 = "onnx.ReduceMeanV13"(%2) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %4 = "onnx.Mul"(%0, %3) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %5 = "onnx.Sub"(%1, %4) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %6 = "onnx.Mul"(%5, %rstd) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %7 = "onnx.Mul"(%dy, %0) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %8 = "onnx.ReduceSumV11"(%7) {axes = [0], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<1x8xf32>
  %9 = "onnx.Constant"() {value = dense<[8]> : tensor<1xi64>} : () -> tensor<1xi64>
  %10 = "onnx.Reshape"(%8, %9) {allowzero = 0 : si64} : (tensor<1x8xf32>, tensor<1xi64>) -> tensor<8xf32>
  return %6, %10 : tensor<4x8xf32>, tensor<8xf32>
}

// CHECK-LABEL: func.func @rms_norm_linalg(
// CHECK: %[[DX:.*]], %[[DW:.*]] = norm.rms_norm_backward %arg0, %arg1, %arg2 scale(%arg3 : tensor<8xf32> dims [1]) axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32> -> tensor<4x8xf32> dscale tensor<8xf32>
// CHECK: return %[[DX]], %[[DW]]
func.func @rms_norm_linalg(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>,
    %rstd: tensor<4xf32>, %w: tensor<8xf32>)
    -> (tensor<4x8xf32>, tensor<8xf32>) {
  %e1 = tensor.empty() : tensor<4x8xf32>
  %1 = linalg.broadcast ins(%rstd : tensor<4xf32>) outs(%e1 : tensor<4x8xf32>) dimensions = [1]
  %2 = arith.mulf %x, %1 : tensor<4x8xf32>
  %3 = linalg.broadcast ins(%w : tensor<8xf32>) outs(%e1 : tensor<4x8xf32>) dimensions = [0]
  %4 = arith.mulf %dy, %3 : tensor<4x8xf32>
  %5 = arith.mulf %4, %2 : tensor<4x8xf32>
  %c7 = arith.constant dense<0.0> : tensor<4xf32>
  %7 = linalg.reduce { arith.addf } ins(%5 : tensor<4x8xf32>) outs(%c7 : tensor<4xf32>) dimensions = [1]
  %c9 = arith.constant dense<8.0> : tensor<4xf32>
  %9 = arith.divf %7, %c9 : tensor<4xf32>
  %10 = linalg.broadcast ins(%9 : tensor<4xf32>) outs(%e1 : tensor<4x8xf32>) dimensions = [1]
  %11 = arith.mulf %2, %10 : tensor<4x8xf32>
  %12 = arith.subf %4, %11 : tensor<4x8xf32>
  %13 = linalg.broadcast ins(%rstd : tensor<4xf32>) outs(%e1 : tensor<4x8xf32>) dimensions = [1]
  %14 = arith.mulf %12, %13 : tensor<4x8xf32>
  %15 = arith.mulf %dy, %2 : tensor<4x8xf32>
  %c17 = arith.constant dense<0.0> : tensor<8xf32>
  %17 = linalg.reduce { arith.addf } ins(%15 : tensor<4x8xf32>) outs(%c17 : tensor<8xf32>) dimensions = [0]
  return %14, %17 : tensor<4x8xf32>, tensor<8xf32>
}
