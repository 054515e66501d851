// Catalogue entry R1: rounded, then scaled: Llama and T5 of Hugging Face.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @llama_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] scale(%[[W]] : tensor<8xbf16> dims [1]) axes [1] epsilon 9.9999999999999995E-7 {normalized_type = bf16} : tensor<4x8xbf16> -> tensor<4x8xbf16>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @llama_torch(%x: !torch.vtensor<[4,8],bf16>,
    %w: !torch.vtensor<[8],bf16>) -> !torch.vtensor<[4,8],bf16> {
  %false = "torch.constant.bool"() <{value = false}> : () -> !torch.bool
  %int6 = "torch.constant.int"() <{value = 6 : i64}> : () -> !torch.int
  %none = "torch.constant.none"() : () -> !torch.none
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list5 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %float7 = "torch.constant.float"() <{value = 1.0e-06 : f64}> : () -> !torch.float
  %int15 = "torch.constant.int"() <{value = 15 : i64}> : () -> !torch.int
  %0 = "torch.aten.to.dtype"(%x, %int6, %false, %false, %none) : (!torch.vtensor<[4,8],bf16>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.pow.Tensor_Scalar"(%0, %int2) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.mean.dim"(%1, %list5, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.add.Scalar"(%2, %float7, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.mul.Tensor"(%0, %4) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %6 = "torch.aten.to.dtype"(%5, %int15, %false, %false, %none) : (!torch.vtensor<[4,8],f32>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],bf16>
  %7 = "torch.aten.mul.Tensor"(%w, %6) : (!torch.vtensor<[8],bf16>, !torch.vtensor<[4,8],bf16>) -> !torch.vtensor<[4,8],bf16>
  return %7 : !torch.vtensor<[4,8],bf16>
}

// CHECK-LABEL: func.func @llama_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xbf16> dims [1]) axes [1] epsilon 9.9999999747524271E-7 {normalized_type = bf16} : tensor<4x8xbf16> -> tensor<4x8xbf16>
// CHECK: return %[[Y]]
func.func @llama_stablehlo(%x: tensor<4x8xbf16>, %w: tensor<8xbf16>)
    -> tensor<4x8xbf16> {
  %0 = "stablehlo.convert"(%x) : (tensor<4x8xbf16>) -> tensor<4x8xf32>
  %1 = "stablehlo.multiply"(%0, %0) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %2 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %3 = "stablehlo.reduce"(%1, %2) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %4 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %5 = "stablehlo.divide"(%3, %4) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %6 = "stablehlo.constant"() <{value = dense<1.0e-06> : tensor<4xf32>}> : () -> tensor<4xf32>
  %7 = "stablehlo.add"(%5, %6) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.rsqrt"(%7) : (tensor<4xf32>) -> tensor<4xf32>
  %9 = "stablehlo.broadcast_in_dim"(%8) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %10 = "stablehlo.multiply"(%0, %9) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.convert"(%10) : (tensor<4x8xf32>) -> tensor<4x8xbf16>
  %12 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xbf16>) -> tensor<4x8xbf16>
  %13 = "stablehlo.multiply"(%12, %11) : (tensor<4x8xbf16>, tensor<4x8xbf16>) -> tensor<4x8xbf16>
  return %13 : tensor<4x8xbf16>
}

// CHECK-LABEL: func.func @llama_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xbf16> dims [1]) axes [1] epsilon 9.9999999747524271E-7 {normalized_type = bf16} : tensor<4x8xbf16> -> tensor<4x8xbf16>
// CHECK: return %[[Y]]
func.func @llama_onnx(%x: tensor<4x8xbf16>, %w: tensor<8xbf16>)
    -> tensor<4x8xbf16> {
  %0 = "onnx.Cast"(%x) {saturate = 1 : si64, to = f32} : (tensor<4x8xbf16>) -> tensor<4x8xf32>
  %1 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %2 = "onnx.Pow"(%0, %1) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
  %3 = "onnx.ReduceMeanV13"(%2) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %4 = "onnx.Constant"() {value = dense<1.0e-06> : tensor<f32>} : () -> tensor<f32>
  %5 = "onnx.Add"(%3, %4) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %6 = "onnx.Sqrt"(%5) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %7 = "onnx.Reciprocal"(%6) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %8 = "onnx.Mul"(%0, %7) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %9 = "onnx.Cast"(%8) {saturate = 1 : si64, to = bf16} : (tensor<4x8xf32>) -> tensor<4x8xbf16>
  %10 = "onnx.Mul"(%w, %9) : (tensor<8xbf16>, tensor<4x8xbf16>) -> tensor<4x8xbf16>
  return %10 : tensor<4x8xbf16>
}
