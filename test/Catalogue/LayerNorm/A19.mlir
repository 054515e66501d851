// Catalogue entry A19: adaLN: scale and shift are of the batch, one for all
// tokens.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @ada_stablehlo(
// CHECK: %[[V:.*]] = tensor.collapse_shape %arg1 {{\[\[}}0], [1, 2]]
// CHECK: %[[V1:.*]] = tensor.collapse_shape %arg2 {{\[\[}}0], [1, 2]]
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%[[V]] : tensor<2x8xf32> dims [0, 2]) bias(%[[V1]] : tensor<2x8xf32> dims [0, 2]) axes [2] epsilon 9.9999997473787516E-6 {scale_offset = 1.000000e+00 : f64} : tensor<2x4x8xf32> -> tensor<2x4x8xf32>
// CHECK: return %[[Y]]
func.func @ada_stablehlo(%x: tensor<2x4x8xf32>, %s: tensor<2x1x8xf32>,
    %t: tensor<2x1x8xf32>) -> tensor<2x4x8xf32> {
  %0 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %1 = "stablehlo.reduce"(%x, %0) <{dimensions = array<i64: 2>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<2x4x8xf32>, tensor<f32>) -> tensor<2x4xf32>
  %2 = "stablehlo.constant"() <{value = dense<8.0> : tensor<2x4xf32>}> : () -> tensor<2x4xf32>
  %3 = "stablehlo.divide"(%1, %2) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %4 = "stablehlo.broadcast_in_dim"(%3) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<2x4xf32>) -> tensor<2x4x8xf32>
  %5 = "stablehlo.subtract"(%x, %4) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  %6 = "stablehlo.multiply"(%5, %5) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  %7 = "stablehlo.reduce"(%6, %0) <{dimensions = array<i64: 2>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<2x4x8xf32>, tensor<f32>) -> tensor<2x4xf32>
  %8 = "stablehlo.divide"(%7, %2) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %9 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<2x4xf32>}> : () -> tensor<2x4xf32>
  %10 = "stablehlo.add"(%8, %9) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %11 = "stablehlo.rsqrt"(%10) : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %12 = "stablehlo.broadcast_in_dim"(%11) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<2x4xf32>) -> tensor<2x4x8xf32>
  %13 = "stablehlo.multiply"(%5, %12) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  %14 = "stablehlo.constant"() <{value = dense<1.0> : tensor<2x1x8xf32>}> : () -> tensor<2x1x8xf32>
  %15 = "stablehlo.add"(%s, %14) : (tensor<2x1x8xf32>, tensor<2x1x8xf32>) -> tensor<2x1x8xf32>
  %16 = "stablehlo.broadcast_in_dim"(%15) <{broadcast_dimensions = array<i64: 0, 1, 2>}> : (tensor<2x1x8xf32>) -> tensor<2x4x8xf32>
  %17 = "stablehlo.multiply"(%13, %16) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  %18 = "stablehlo.broadcast_in_dim"(%t) <{broadcast_dimensions = array<i64: 0, 1, 2>}> : (tensor<2x1x8xf32>) -> tensor<2x4x8xf32>
  %19 = "stablehlo.add"(%17, %18) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  return %19 : tensor<2x4x8xf32>
}

// CHECK-LABEL: func.func @ada_torch(
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[V1:.*]] = tensor.collapse_shape %[[V]] {{\[\[}}0], [1, 2]]
// CHECK: %[[V2:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK: %[[V3:.*]] = tensor.collapse_shape %[[V2]] {{\[\[}}0], [1, 2]]
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.layer_norm %[[X]] scale(%[[V1]] : tensor<2x8xf32> dims [0, 2]) bias(%[[V3]] : tensor<2x8xf32> dims [0, 2]) axes [2] epsilon 1.000000e-05 {scale_offset = 1.000000e+00 : f64} : tensor<2x4x8xf32> -> tensor<2x4x8xf32>
// CHECK: %[[V4:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V4]]
func.func @ada_torch(%x: !torch.vtensor<[2,4,8],f32>,
    %s: !torch.vtensor<[2,1,8],f32>, %t: !torch.vtensor<[2,1,8],f32>)
    -> !torch.vtensor<[2,4,8],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int2) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %float5 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %float6 = "torch.constant.float"() <{value = 1.0 : f64}> : () -> !torch.float
  %0 = "torch.aten.mean.dim"(%x, %list1, %true, %none) : (!torch.vtensor<[2,4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,4,1],f32>
  %1 = "torch.aten.sub.Tensor"(%x, %0, %int1) : (!torch.vtensor<[2,4,8],f32>, !torch.vtensor<[2,4,1],f32>, !torch.int) -> !torch.vtensor<[2,4,8],f32>
  %2 = "torch.aten.pow.Tensor_Scalar"(%1, %int2) : (!torch.vtensor<[2,4,8],f32>, !torch.int) -> !torch.vtensor<[2,4,8],f32>
  %3 = "torch.aten.mean.dim"(%2, %list1, %true, %none) : (!torch.vtensor<[2,4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,4,1],f32>
  %4 = "torch.aten.add.Scalar"(%3, %float5, %int1) : (!torch.vtensor<[2,4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[2,4,1],f32>
  %5 = "torch.aten.rsqrt"(%4) : (!torch.vtensor<[2,4,1],f32>) -> !torch.vtensor<[2,4,1],f32>
  %6 = "torch.aten.mul.Tensor"(%1, %5) : (!torch.vtensor<[2,4,8],f32>, !torch.vtensor<[2,4,1],f32>) -> !torch.vtensor<[2,4,8],f32>
  %7 = "torch.aten.add.Scalar"(%s, %float6, %int1) : (!torch.vtensor<[2,1,8],f32>, !torch.float, !torch.int) -> !torch.vtensor<[2,1,8],f32>
  %8 = "torch.aten.mul.Tensor"(%6, %7) : (!torch.vtensor<[2,4,8],f32>, !torch.vtensor<[2,1,8],f32>) -> !torch.vtensor<[2,4,8],f32>
  %9 = "torch.aten.add.Tensor"(%8, %t, %int1) : (!torch.vtensor<[2,4,8],f32>, !torch.vtensor<[2,1,8],f32>, !torch.int) -> !torch.vtensor<[2,4,8],f32>
  return %9 : !torch.vtensor<[2,4,8],f32>
}

// CHECK-LABEL: func.func @ada_onnx(
// CHECK: %[[V:.*]] = tensor.collapse_shape %arg1 {{\[\[}}0], [1, 2]]
// CHECK: %[[V1:.*]] = tensor.collapse_shape %arg2 {{\[\[}}0], [1, 2]]
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%[[V]] : tensor<2x8xf32> dims [0, 2]) bias(%[[V1]] : tensor<2x8xf32> dims [0, 2]) axes [2] epsilon 9.9999997473787516E-6 {scale_offset = 1.000000e+00 : f64} : tensor<2x4x8xf32> -> tensor<2x4x8xf32>
// CHECK: return %[[Y]]
func.func @ada_onnx(%x: tensor<2x4x8xf32>, %s: tensor<2x1x8xf32>,
    %t: tensor<2x1x8xf32>) -> tensor<2x4x8xf32> {
  %0 = "onnx.ReduceMeanV13"(%x) {axes = [2], keepdims = 1 : si64} : (tensor<2x4x8xf32>) -> tensor<2x4x1xf32>
  %1 = "onnx.Sub"(%x, %0) : (tensor<2x4x8xf32>, tensor<2x4x1xf32>) -> tensor<2x4x8xf32>
  %2 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %3 = "onnx.Pow"(%1, %2) : (tensor<2x4x8xf32>, tensor<f32>) -> tensor<2x4x8xf32>
  %4 = "onnx.ReduceMeanV13"(%3) {axes = [2], keepdims = 1 : si64} : (tensor<2x4x8xf32>) -> tensor<2x4x1xf32>
  %5 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %6 = "onnx.Add"(%4, %5) : (tensor<2x4x1xf32>, tensor<f32>) -> tensor<2x4x1xf32>
  %7 = "onnx.Sqrt"(%6) : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %8 = "onnx.Reciprocal"(%7) : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %9 = "onnx.Mul"(%1, %8) : (tensor<2x4x8xf32>, tensor<2x4x1xf32>) -> tensor<2x4x8xf32>
  %10 = "onnx.Constant"() {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %11 = "onnx.Add"(%s, %10) : (tensor<2x1x8xf32>, tensor<f32>) -> tensor<2x1x8xf32>
  %12 = "onnx.Mul"(%9, %11) : (tensor<2x4x8xf32>, tensor<2x1x8xf32>) -> tensor<2x4x8xf32>
  %13 = "onnx.Add"(%12, %t) : (tensor<2x4x8xf32>, tensor<2x1x8xf32>) -> tensor<2x4x8xf32>
  return %13 : tensor<2x4x8xf32>
}
