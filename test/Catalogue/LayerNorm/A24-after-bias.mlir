// Catalogue entry A24: f16 widened to f32 and rounded before the scale, after
// it, or after the bias.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @after_bias_stablehlo(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf16> dims [1]) bias(%arg2 : tensor<8xf16> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf16> -> tensor<4x8xf16>
// CHECK: return %[[Y]]
func.func @after_bias_stablehlo(%x: tensor<4x8xf16>, %w: tensor<8xf16>,
    %b: tensor<8xf16>) -> tensor<4x8xf16> {
  %0 = "stablehlo.convert"(%x) : (tensor<4x8xf16>) -> tensor<4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.broadcast_in_dim"(%4) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %6 = "stablehlo.subtract"(%0, %5) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %7 = "stablehlo.multiply"(%6, %6) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %8 = "stablehlo.reduce"(%7, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %9 = "stablehlo.divide"(%8, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %10 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %11 = "stablehlo.add"(%9, %10) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %12 = "stablehlo.rsqrt"(%11) : (tensor<4xf32>) -> tensor<4xf32>
  %13 = "stablehlo.broadcast_in_dim"(%12) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %14 = "stablehlo.multiply"(%6, %13) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %15 = "stablehlo.convert"(%w) : (tensor<8xf16>) -> tensor<8xf32>
  %16 = "stablehlo.broadcast_in_dim"(%15) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %17 = "stablehlo.multiply"(%14, %16) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %18 = "stablehlo.convert"(%b) : (tensor<8xf16>) -> tensor<8xf32>
  %19 = "stablehlo.broadcast_in_dim"(%18) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %20 = "stablehlo.add"(%17, %19) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %21 = "stablehlo.convert"(%20) : (tensor<4x8xf32>) -> tensor<4x8xf16>
  return %21 : tensor<4x8xf16>
}

// CHECK-LABEL: func.func @after_bias_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[B:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.layer_norm %[[X]] scale(%[[W]] : tensor<8xf16> dims [1]) bias(%[[B]] : tensor<8xf16> dims [1]) axes [1] epsilon 1.000000e-05 : tensor<4x8xf16> -> tensor<4x8xf16>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @after_bias_torch(%x: !torch.vtensor<[4,8],f16>,
    %w: !torch.vtensor<[8],f16>, %b: !torch.vtensor<[8],f16>)
    -> !torch.vtensor<[4,8],f16> {
  %false = "torch.constant.bool"() <{value = false}> : () -> !torch.bool
  %int6 = "torch.constant.int"() <{value = 6 : i64}> : () -> !torch.int
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list4 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %float7 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %int5 = "torch.constant.int"() <{value = 5 : i64}> : () -> !torch.int
  %0 = "torch.aten.to.dtype"(%x, %int6, %false, %false, %none) : (!torch.vtensor<[4,8],f16>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.mean.dim"(%0, %list4, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.sub.Tensor"(%0, %1, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %3 = "torch.aten.pow.Tensor_Scalar"(%2, %int2) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %4 = "torch.aten.mean.dim"(%3, %list4, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.add.Scalar"(%4, %float7, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %6 = "torch.aten.rsqrt"(%5) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %7 = "torch.aten.mul.Tensor"(%2, %6) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %8 = "torch.aten.to.dtype"(%w, %int6, %false, %false, %none) : (!torch.vtensor<[8],f16>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[8],f32>
  %9 = "torch.aten.mul.Tensor"(%7, %8) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  %10 = "torch.aten.to.dtype"(%b, %int6, %false, %false, %none) : (!torch.vtensor<[8],f16>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[8],f32>
  %11 = "torch.aten.add.Tensor"(%9, %10, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %12 = "torch.aten.to.dtype"(%11, %int5, %false, %false, %none) : (!torch.vtensor<[4,8],f32>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],f16>
  return %12 : !torch.vtensor<[4,8],f16>
}

// CHECK-LABEL: func.func @after_bias_onnx(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf16> dims [1]) bias(%arg2 : tensor<8xf16> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf16> -> tensor<4x8xf16>
// CHECK: return %[[Y]]
func.func @after_bias_onnx(%x: tensor<4x8xf16>, %w: tensor<8xf16>,
    %b: tensor<8xf16>) -> tensor<4x8xf16> {
  %0 = "onnx.Cast"(%x) {saturate = 1 : si64, to = f32} : (tensor<4x8xf16>) -> tensor<4x8xf32>
  %1 = "onnx.ReduceMeanV13"(%0) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %2 = "onnx.Sub"(%0, %1) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %3 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %4 = "onnx.Pow"(%2, %3) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
  %5 = "onnx.ReduceMeanV13"(%4) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %6 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %7 = "onnx.Add"(%5, %6) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %8 = "onnx.Sqrt"(%7) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %9 = "onnx.Reciprocal"(%8) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %10 = "onnx.Mul"(%2, %9) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %11 = "onnx.Cast"(%w) {saturate = 1 : si64, to = f32} : (tensor<8xf16>) -> tensor<8xf32>
  %12 = "onnx.Mul"(%10, %11) : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  %13 = "onnx.Cast"(%b) {saturate = 1 : si64, to = f32} : (tensor<8xf16>) -> tensor<8xf32>
  %14 = "onnx.Add"(%12, %13) : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  %15 = "onnx.Cast"(%14) {saturate = 1 : si64, to = f16} : (tensor<4x8xf32>) -> tensor<4x8xf16>
  return %15 : tensor<4x8xf16>
}
