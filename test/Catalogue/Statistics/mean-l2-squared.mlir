// Catalogue entry mean-l2-squared: ReduceL2^2 / N and vector_norm(x)^2 / N.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @reduce_l2(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @reduce_l2(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "onnx.ReduceL2V13"(%x) {axes = [-1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %1 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %2 = "onnx.Pow"(%0, %1) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %3 = "onnx.Constant"() {value = dense<8.0> : tensor<f32>} : () -> tensor<f32>
  %4 = "onnx.Div"(%2, %3) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %5 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %6 = "onnx.Add"(%4, %5) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %7 = "onnx.Sqrt"(%6) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %8 = "onnx.Reciprocal"(%7) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %9 = "onnx.Mul"(%x, %8) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @vector_norm(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] axes [1] epsilon 1.000000e-05 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @vector_norm(%x: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %intm1 = "torch.constant.int"() <{value = -1 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%intm1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int8 = "torch.constant.int"() <{value = 8 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %float7 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.linalg_vector_norm"(%x, %int2, %list2, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.int, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %1 = "torch.aten.pow.Tensor_Scalar"(%0, %int2) : (!torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.div.Scalar"(%1, %int8) : (!torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.add.Scalar"(%2, %float7, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.mul.Tensor"(%x, %4) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %5 : !torch.vtensor<[4,8],f32>
}
