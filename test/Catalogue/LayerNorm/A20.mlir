// Catalogue entry A20: a scale per head: of dimensions [H, D] or [1, 1, H, D].
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @rank2_stablehlo(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<4x8xf32> dims [2, 3]) axes [3] epsilon 9.9999997473787516E-6 : tensor<2x3x4x8xf32> -> tensor<2x3x4x8xf32>
// CHECK: return %[[Y]]
func.func @rank2_stablehlo(%x: tensor<2x3x4x8xf32>, %w: tensor<4x8xf32>)
    -> tensor<2x3x4x8xf32> {
  %0 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %1 = "stablehlo.reduce"(%x, %0) <{dimensions = array<i64: 3>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<2x3x4x8xf32>, tensor<f32>) -> tensor<2x3x4xf32>
  %2 = "stablehlo.constant"() <{value = dense<8.0> : tensor<2x3x4xf32>}> : () -> tensor<2x3x4xf32>
  %3 = "stablehlo.divide"(%1, %2) : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %4 = "stablehlo.broadcast_in_dim"(%3) <{broadcast_dimensions = array<i64: 0, 1, 2>}> : (tensor<2x3x4xf32>) -> tensor<2x3x4x8xf32>
  %5 = "stablehlo.subtract"(%x, %4) : (tensor<2x3x4x8xf32>, tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32>
  %6 = "stablehlo.multiply"(%5, %5) : (tensor<2x3x4x8xf32>, tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32>
  %7 = "stablehlo.reduce"(%6, %0) <{dimensions = array<i64: 3>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<2x3x4x8xf32>, tensor<f32>) -> tensor<2x3x4xf32>
  %8 = "stablehlo.divide"(%7, %2) : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %9 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<2x3x4xf32>}> : () -> tensor<2x3x4xf32>
  %10 = "stablehlo.add"(%8, %9) : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %11 = "stablehlo.rsqrt"(%10) : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %12 = "stablehlo.broadcast_in_dim"(%11) <{broadcast_dimensions = array<i64: 0, 1, 2>}> : (tensor<2x3x4xf32>) -> tensor<2x3x4x8xf32>
  %13 = "stablehlo.multiply"(%5, %12) : (tensor<2x3x4x8xf32>, tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32>
  %14 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 2, 3>}> : (tensor<4x8xf32>) -> tensor<2x3x4x8xf32>
  %15 = "stablehlo.multiply"(%13, %14) : (tensor<2x3x4x8xf32>, tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32>
  return %15 : tensor<2x3x4x8xf32>
}

// CHECK-LABEL: func.func @rank2_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.layer_norm %[[X]] scale(%[[W]] : tensor<4x8xf32> dims [2, 3]) axes [3] epsilon 1.000000e-05 : tensor<2x3x4x8xf32> -> tensor<2x3x4x8xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @rank2_torch(%x: !torch.vtensor<[2,3,4,8],f32>,
    %w: !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[2,3,4,8],f32> {
  %int3 = "torch.constant.int"() <{value = 3 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int3) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %float6 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.mean.dim"(%x, %list1, %true, %none) : (!torch.vtensor<[2,3,4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,3,4,1],f32>
  %1 = "torch.aten.sub.Tensor"(%x, %0, %int1) : (!torch.vtensor<[2,3,4,8],f32>, !torch.vtensor<[2,3,4,1],f32>, !torch.int) -> !torch.vtensor<[2,3,4,8],f32>
  %2 = "torch.aten.pow.Tensor_Scalar"(%1, %int2) : (!torch.vtensor<[2,3,4,8],f32>, !torch.int) -> !torch.vtensor<[2,3,4,8],f32>
  %3 = "torch.aten.mean.dim"(%2, %list1, %true, %none) : (!torch.vtensor<[2,3,4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,3,4,1],f32>
  %4 = "torch.aten.add.Scalar"(%3, %float6, %int1) : (!torch.vtensor<[2,3,4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[2,3,4,1],f32>
  %5 = "torch.aten.rsqrt"(%4) : (!torch.vtensor<[2,3,4,1],f32>) -> !torch.vtensor<[2,3,4,1],f32>
  %6 = "torch.aten.mul.Tensor"(%1, %5) : (!torch.vtensor<[2,3,4,8],f32>, !torch.vtensor<[2,3,4,1],f32>) -> !torch.vtensor<[2,3,4,8],f32>
  %7 = "torch.aten.mul.Tensor"(%6, %w) : (!torch.vtensor<[2,3,4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[2,3,4,8],f32>
  return %7 : !torch.vtensor<[2,3,4,8],f32>
}

// CHECK-LABEL: func.func @rank4_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[V:.*]] = tensor.collapse_shape %[[W]] {{\[\[}}0, 1, 2], [3]]
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.layer_norm %[[X]] scale(%[[V]] : tensor<4x8xf32> dims [2, 3]) axes [3] epsilon 1.000000e-05 : tensor<2x3x4x8xf32> -> tensor<2x3x4x8xf32>
// CHECK: %[[V1:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V1]]
func.func @rank4_torch(%x: !torch.vtensor<[2,3,4,8],f32>,
    %w: !torch.vtensor<[1,1,4,8],f32>) -> !torch.vtensor<[2,3,4,8],f32> {
  %int3 = "torch.constant.int"() <{value = 3 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int3) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %float6 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.mean.dim"(%x, %list1, %true, %none) : (!torch.vtensor<[2,3,4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,3,4,1],f32>
  %1 = "torch.aten.sub.Tensor"(%x, %0, %int1) : (!torch.vtensor<[2,3,4,8],f32>, !torch.vtensor<[2,3,4,1],f32>, !torch.int) -> !torch.vtensor<[2,3,4,8],f32>
  %2 = "torch.aten.pow.Tensor_Scalar"(%1, %int2) : (!torch.vtensor<[2,3,4,8],f32>, !torch.int) -> !torch.vtensor<[2,3,4,8],f32>
  %3 = "torch.aten.mean.dim"(%2, %list1, %true, %none) : (!torch.vtensor<[2,3,4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,3,4,1],f32>
  %4 = "torch.aten.add.Scalar"(%3, %float6, %int1) : (!torch.vtensor<[2,3,4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[2,3,4,1],f32>
  %5 = "torch.aten.rsqrt"(%4) : (!torch.vtensor<[2,3,4,1],f32>) -> !torch.vtensor<[2,3,4,1],f32>
  %6 = "torch.aten.mul.Tensor"(%1, %5) : (!torch.vtensor<[2,3,4,8],f32>, !torch.vtensor<[2,3,4,1],f32>) -> !torch.vtensor<[2,3,4,8],f32>
  %7 = "torch.aten.mul.Tensor"(%6, %w) : (!torch.vtensor<[2,3,4,8],f32>, !torch.vtensor<[1,1,4,8],f32>) -> !torch.vtensor<[2,3,4,8],f32>
  return %7 : !torch.vtensor<[2,3,4,8],f32>
}

// CHECK-LABEL: func.func @rank4_onnx(
// CHECK: %[[V:.*]] = tensor.collapse_shape %arg1 {{\[\[}}0, 1, 2], [3]]
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%[[V]] : tensor<4x8xf32> dims [2, 3]) axes [3] epsilon 9.9999997473787516E-6 : tensor<2x3x4x8xf32> -> tensor<2x3x4x8xf32>
// CHECK: return %[[Y]]
func.func @rank4_onnx(%x: tensor<2x3x4x8xf32>, %w: tensor<1x1x4x8xf32>)
    -> tensor<2x3x4x8xf32> {
  %0 = "onnx.ReduceMeanV13"(%x) {axes = [3], keepdims = 1 : si64} : (tensor<2x3x4x8xf32>) -> tensor<2x3x4x1xf32>
  %1 = "onnx.Sub"(%x, %0) : (tensor<2x3x4x8xf32>, tensor<2x3x4x1xf32>) -> tensor<2x3x4x8xf32>
  %2 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %3 = "onnx.Pow"(%1, %2) : (tensor<2x3x4x8xf32>, tensor<f32>) -> tensor<2x3x4x8xf32>
  %4 = "onnx.ReduceMeanV13"(%3) {axes = [3], keepdims = 1 : si64} : (tensor<2x3x4x8xf32>) -> tensor<2x3x4x1xf32>
  %5 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %6 = "onnx.Add"(%4, %5) : (tensor<2x3x4x1xf32>, tensor<f32>) -> tensor<2x3x4x1xf32>
  %7 = "onnx.Sqrt"(%6) : (tensor<2x3x4x1xf32>) -> tensor<2x3x4x1xf32>
  %8 = "onnx.Reciprocal"(%7) : (tensor<2x3x4x1xf32>) -> tensor<2x3x4x1xf32>
  %9 = "onnx.Mul"(%1, %8) : (tensor<2x3x4x8xf32>, tensor<2x3x4x1xf32>) -> tensor<2x3x4x8xf32>
  %10 = "onnx.Mul"(%9, %w) : (tensor<2x3x4x8xf32>, tensor<1x1x4x8xf32>) -> tensor<2x3x4x8xf32>
  return %10 : tensor<2x3x4x8xf32>
}
