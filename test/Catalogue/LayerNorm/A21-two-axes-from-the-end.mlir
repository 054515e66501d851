// Catalogue entry A21: images: the channel axis, transposes around it, an axis
// counted from the end, several axes.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @two_axes_from_the_end_torch(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.layer_norm %[[X]] axes [2, 3] epsilon 1.000000e-05 : tensor<2x8x3x4xf32> -> tensor<2x8x3x4xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @two_axes_from_the_end_torch(%x: !torch.vtensor<[2,8,3,4],f32>)
    -> !torch.vtensor<[2,8,3,4],f32> {
  %intm2 = "torch.constant.int"() <{value = -2 : i64}> : () -> !torch.int
  %intm1 = "torch.constant.int"() <{value = -1 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%intm2, %intm1) : (!torch.int, !torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %float7 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.mean.dim"(%x, %list2, %true, %none) : (!torch.vtensor<[2,8,3,4],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,8,1,1],f32>
  %1 = "torch.aten.sub.Tensor"(%x, %0, %int1) : (!torch.vtensor<[2,8,3,4],f32>, !torch.vtensor<[2,8,1,1],f32>, !torch.int) -> !torch.vtensor<[2,8,3,4],f32>
  %2 = "torch.aten.pow.Tensor_Scalar"(%1, %int2) : (!torch.vtensor<[2,8,3,4],f32>, !torch.int) -> !torch.vtensor<[2,8,3,4],f32>
  %3 = "torch.aten.mean.dim"(%2, %list2, %true, %none) : (!torch.vtensor<[2,8,3,4],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,8,1,1],f32>
  %4 = "torch.aten.add.Scalar"(%3, %float7, %int1) : (!torch.vtensor<[2,8,1,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[2,8,1,1],f32>
  %5 = "torch.aten.rsqrt"(%4) : (!torch.vtensor<[2,8,1,1],f32>) -> !torch.vtensor<[2,8,1,1],f32>
  %6 = "torch.aten.mul.Tensor"(%1, %5) : (!torch.vtensor<[2,8,3,4],f32>, !torch.vtensor<[2,8,1,1],f32>) -> !torch.vtensor<[2,8,3,4],f32>
  return %6 : !torch.vtensor<[2,8,3,4],f32>
}

// CHECK-LABEL: func.func @two_axes_from_the_end_onnx(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 axes [2, 3] epsilon 9.9999997473787516E-6 : tensor<2x8x3x4xf32> -> tensor<2x8x3x4xf32>
// CHECK: return %[[Y]]
func.func @two_axes_from_the_end_onnx(%x: tensor<2x8x3x4xf32>)
    -> tensor<2x8x3x4xf32> {
  %0 = "onnx.ReduceMeanV13"(%x) {axes = [-2, -1], keepdims = 1 : si64} : (tensor<2x8x3x4xf32>) -> tensor<2x8x1x1xf32>
  %1 = "onnx.Sub"(%x, %0) : (tensor<2x8x3x4xf32>, tensor<2x8x1x1xf32>) -> tensor<2x8x3x4xf32>
  %2 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %3 = "onnx.Pow"(%1, %2) : (tensor<2x8x3x4xf32>, tensor<f32>) -> tensor<2x8x3x4xf32>
  %4 = "onnx.ReduceMeanV13"(%3) {axes = [-2, -1], keepdims = 1 : si64} : (tensor<2x8x3x4xf32>) -> tensor<2x8x1x1xf32>
  %5 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %6 = "onnx.Add"(%4, %5) : (tensor<2x8x1x1xf32>, tensor<f32>) -> tensor<2x8x1x1xf32>
  %7 = "onnx.Sqrt"(%6) : (tensor<2x8x1x1xf32>) -> tensor<2x8x1x1xf32>
  %8 = "onnx.Reciprocal"(%7) : (tensor<2x8x1x1xf32>) -> tensor<2x8x1x1xf32>
  %9 = "onnx.Mul"(%1, %8) : (tensor<2x8x3x4xf32>, tensor<2x8x1x1xf32>) -> tensor<2x8x3x4xf32>
  return %9 : tensor<2x8x3x4xf32>
}
