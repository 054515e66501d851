// Catalogue entry B-layer-norm-torch: dx = (r / N) * (N * g - sum(g) - xhat *
// sum(g * xhat)), as torch decomposes native_layer_norm_backward.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s

// CHECK-LABEL: func.func @layer_norm_torch(
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[V1:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK: %[[V2:.*]] = tensor.collapse_shape %[[V1]] {{\[\[}}0, 1]]
// CHECK: %[[V3:.*]] = builtin.unrealized_conversion_cast %arg3
// CHECK: %[[V4:.*]] = tensor.collapse_shape %[[V3]] {{\[\[}}0, 1]]
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg4
// CHECK: %[[DX:.*]], %[[DW:.*]], %[[DB:.*]] = norm.layer_norm_backward %[[V]], %[[X]], %[[V2]], %[[V4]] scale(%[[W]] : tensor<6xf32> dims [1]) axes [1] bias_dims [1] : tensor<4x6xf32>, tensor<4x6xf32>, tensor<4xf32>, tensor<4xf32> -> tensor<4x6xf32> dscale tensor<6xf32> dbias tensor<6xf32>
// CHECK: %[[V5:.*]] = builtin.unrealized_conversion_cast %[[DX]]
// CHECK: %[[V6:.*]] = builtin.unrealized_conversion_cast %[[DW]]
// CHECK: %[[V7:.*]] = builtin.unrealized_conversion_cast %[[DB]]
// CHECK: return %[[V5]], %[[V6]], %[[V7]]
func.func @layer_norm_torch(%dy: !torch.vtensor<[4,6],f32>,
    %x: !torch.vtensor<[4,6],f32>, %mean: !torch.vtensor<[4,1],f32>,
    %rstd: !torch.vtensor<[4,1],f32>, %w: !torch.vtensor<[6],f32>)
    -> (!torch.vtensor<[4,6],f32>, !torch.vtensor<[6],f32>, !torch.vtensor<[6],f32>) {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %int6 = "torch.constant.int"() <{value = 6 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int0 = "torch.constant.int"() <{value = 0 : i64}> : () -> !torch.int
  %list6 = "torch.prim.ListConstruct"(%int0) : (!torch.int) -> !torch.list<int>
  %false = "torch.constant.bool"() <{value = false}> : () -> !torch.bool
  %0 = "torch.aten.sub.Tensor"(%x, %mean, %int1) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,6],f32>
  %1 = "torch.aten.mul.Tensor"(%dy, %w) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[6],f32>) -> !torch.vtensor<[4,6],f32>
  %2 = "torch.aten.mul.Tensor"(%0, %rstd) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,6],f32>
  %3 = "torch.aten.mul.Scalar"(%1, %int6) : (!torch.vtensor<[4,6],f32>, !torch.int) -> !torch.vtensor<[4,6],f32>
  %4 = "torch.aten.sum.dim_IntList"(%1, %list2, %true, %none) : (!torch.vtensor<[4,6],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.sub.Tensor"(%3, %4, %int1) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,6],f32>
  %6 = "torch.aten.mul.Tensor"(%1, %2) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[4,6],f32>) -> !torch.vtensor<[4,6],f32>
  %7 = "torch.aten.sum.dim_IntList"(%6, %list2, %true, %none) : (!torch.vtensor<[4,6],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %8 = "torch.aten.mul.Tensor"(%2, %7) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,6],f32>
  %9 = "torch.aten.sub.Tensor"(%5, %8, %int1) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[4,6],f32>, !torch.int) -> !torch.vtensor<[4,6],f32>
  %10 = "torch.aten.div.Scalar"(%rstd, %int6) : (!torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,1],f32>
  %11 = "torch.aten.mul.Tensor"(%10, %9) : (!torch.vtensor<[4,1],f32>, !torch.vtensor<[4,6],f32>) -> !torch.vtensor<[4,6],f32>
  %12 = "torch.aten.mul.Tensor"(%dy, %2) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[4,6],f32>) -> !torch.vtensor<[4,6],f32>
  %13 = "torch.aten.sum.dim_IntList"(%12, %list6, %false, %none) : (!torch.vtensor<[4,6],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[6],f32>
  %14 = "torch.aten.sum.dim_IntList"(%dy, %list6, %false, %none) : (!torch.vtensor<[4,6],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[6],f32>
  return %11, %13, %14 : !torch.vtensor<[4,6],f32>, !torch.vtensor<[6],f32>, !torch.vtensor<[6],f32>
}

// CHECK-LABEL: func.func @layer_norm_stablehlo(
// CHECK: %[[DX:.*]], %[[DW:.*]], %[[DB:.*]] = norm.layer_norm_backward %arg0, %arg1, %arg2, %arg3 scale(%arg4 : tensor<6xf32> dims [1]) axes [1] bias_dims [1] : tensor<4x6xf32>, tensor<4x6xf32>, tensor<4xf32>, tensor<4xf32> -> tensor<4x6xf32> dscale tensor<6xf32> dbias tensor<6xf32>
// CHECK: return %[[DX]], %[[DW]], %[[DB]]
func.func @layer_norm_stablehlo(%dy: tensor<4x6xf32>, %x: tensor<4x6xf32>,
    %mean: tensor<4xf32>, %rstd: tensor<4xf32>, %w: tensor<6xf32>)
    -> (tensor<4x6xf32>, tensor<6xf32>, tensor<6xf32>) {
  %0 = "stablehlo.broadcast_in_dim"(%mean) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x6xf32>
  %1 = "stablehlo.subtract"(%x, %0) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %2 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<6xf32>) -> tensor<4x6xf32>
  %3 = "stablehlo.multiply"(%dy, %2) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %4 = "stablehlo.broadcast_in_dim"(%rstd) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x6xf32>
  %5 = "stablehlo.multiply"(%1, %4) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %6 = "stablehlo.constant"() <{value = dense<6.0> : tensor<4x6xf32>}> : () -> tensor<4x6xf32>
  %7 = "stablehlo.multiply"(%3, %6) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %8 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %9 = "stablehlo.reduce"(%3, %8) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x6xf32>, tensor<f32>) -> tensor<4xf32>
  %10 = "stablehlo.broadcast_in_dim"(%9) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x6xf32>
  %11 = "stablehlo.subtract"(%7, %10) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %12 = "stablehlo.multiply"(%3, %5) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %13 = "stablehlo.reduce"(%12, %8) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x6xf32>, tensor<f32>) -> tensor<4xf32>
  %14 = "stablehlo.broadcast_in_dim"(%13) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x6xf32>
  %15 = "stablehlo.multiply"(%5, %14) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %16 = "stablehlo.subtract"(%11, %15) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %17 = "stablehlo.constant"() <{value = dense<6.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %18 = "stablehlo.divide"(%rstd, %17) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %19 = "stablehlo.broadcast_in_dim"(%18) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x6xf32>
  %20 = "stablehlo.multiply"(%19, %16) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %21 = "stablehlo.multiply"(%dy, %5) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %22 = "stablehlo.reduce"(%21, %8) <{dimensions = array<i64: 0>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x6xf32>, tensor<f32>) -> tensor<6xf32>
  %23 = "stablehlo.reduce"(%dy, %8) <{dimensions = array<i64: 0>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x6xf32>, tensor<f32>) -> tensor<6xf32>
  return %20, %22, %23 : tensor<4x6xf32>, tensor<6xf32>, tensor<6xf32>
}

// CHECK-LABEL: func.func @layer_norm_onnx(
// CHECK: %[[V:.*]] = tensor.collapse_shape %arg2 {{\[\[}}0, 1]]
// CHECK: %[[V1:.*]] = tensor.collapse_shape %arg3 {{\[\[}}0, 1]]
// CHECK: %[[DX:.*]], %[[DW:.*]], %[[DB:.*]] = norm.layer_norm_backward %arg0, %arg1, %[[V]], %[[V1]] scale(%arg4 : tensor<6xf32> dims [1]) axes [1] bias_dims [1] : tensor<4x6xf32>, tensor<4x6xf32>, tensor<4xf32>, tensor<4xf32> -> tensor<4x6xf32> dscale tensor<6xf32> dbias tensor<6xf32>
// CHECK: return %[[DX]], %[[DW]], %[[DB]]
func.func @layer_norm_onnx(%dy: tensor<4x6xf32>, %x: tensor<4x6xf32>,
    %mean: tensor<4x1xf32>, %rstd: tensor<4x1xf32>, %w: tensor<6xf32>)
    -> (tensor<4x6xf32>, tensor<6xf32>, tensor<6xf32>) {
  %0 = "onnx.Sub"(%x, %mean) : (tensor<4x6xf32>, tensor<4x1xf32>) -> tensor<4x6xf32>
  %1 = "onnx.Mul"(%dy, %w) : (tensor<4x6xf32>, tensor<6xf32>) -> tensor<4x6xf32>
  %2 = "onnx.Mul"(%0, %rstd) : (tensor<4x6xf32>, tensor<4x1xf32>) -> tensor<4x6xf32>
  %3 = "onnx.Constant"() {value = dense<6.0> : tensor<f32>} : () -> tensor<f32>
  %4 = "onnx.Mul"(%1, %3) : (tensor<4x6xf32>, tensor<f32>) -> tensor<4x6xf32>
  %5 = "onnx.ReduceSumV11"(%1) {axes = [1], keepdims = 1 : si64} : (tensor<4x6xf32>) -> tensor<4x1xf32>
  %6 = "onnx.Sub"(%4, %5) : (tensor<4x6xf32>, tensor<4x1xf32>) -> tensor<4x6xf32>
  %7 = "onnx.Mul"(%1, %2) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %8 = "onnx.ReduceSumV11"(%7) {axes = [1], keepdims = 1 : si64} : (tensor<4x6xf32>) -> tensor<4x1xf32>
  %9 = "onnx.Mul"(%2, %8) : (tensor<4x6xf32>, tensor<4x1xf32>) -> tensor<4x6xf32>
  %10 = "onnx.Sub"(%6, %9) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %11 = "onnx.Div"(%rstd, %3) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %12 = "onnx.Mul"(%11, %10) : (tensor<4x1xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %13 = "onnx.Mul"(%dy, %2) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %14 = "onnx.ReduceSumV11"(%13) {axes = [0], keepdims = 1 : si64} : (tensor<4x6xf32>) -> tensor<1x6xf32>
  %15 = "onnx.Constant"() {value = dense<[6]> : tensor<1xi64>} : () -> tensor<1xi64>
  %16 = "onnx.Reshape"(%14, %15) {allowzero = 0 : si64} : (tensor<1x6xf32>, tensor<1xi64>) -> tensor<6xf32>
  %17 = "onnx.ReduceSumV11"(%dy) {axes = [0], keepdims = 1 : si64} : (tensor<4x6xf32>) -> tensor<1x6xf32>
  %18 = "onnx.Reshape"(%17, %15) {allowzero = 0 : si64} : (tensor<1x6xf32>, tensor<1xi64>) -> tensor<6xf32>
  return %12, %16, %18 : tensor<4x6xf32>, tensor<6xf32>, tensor<6xf32>
}
