// Catalogue entry X25: a reshape of [A, 1, B] to [A, B] and back is none of
// these.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @unit_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [2] epsilon 9.9999997473787516E-6 : tensor<4x1x8xf32> -> tensor<4x1x8xf32>
// CHECK: return %[[Y]]
func.func @unit_stablehlo(%x: tensor<4x1x8xf32>) -> tensor<4x1x8xf32> {
  %0 = "stablehlo.reshape"(%x) : (tensor<4x1x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.multiply"(%0, %0) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %2 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %3 = "stablehlo.reduce"(%1, %2) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %4 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %5 = "stablehlo.divide"(%3, %4) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %6 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %7 = "stablehlo.add"(%5, %6) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.rsqrt"(%7) : (tensor<4xf32>) -> tensor<4xf32>
  %9 = "stablehlo.broadcast_in_dim"(%8) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %10 = "stablehlo.multiply"(%0, %9) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.reshape"(%10) : (tensor<4x8xf32>) -> tensor<4x1x8xf32>
  return %11 : tensor<4x1x8xf32>
}

// CHECK-LABEL: func.func @unit_torch(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] axes [2] epsilon 1.000000e-05 : tensor<4x1x8xf32> -> tensor<4x1x8xf32>
// CHECK: %[[R:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[R]]
func.func @unit_torch(%x: !torch.vtensor<[4,1,8],f32>)
    -> !torch.vtensor<[4,1,8],f32> {
  %int4 = "torch.constant.int"() <{value = 4 : i64}> : () -> !torch.int
  %int8 = "torch.constant.int"() <{value = 8 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%int4, %int8) : (!torch.int, !torch.int) -> !torch.list<int>
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list4 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float7 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %list8 = "torch.prim.ListConstruct"(%int4, %int1, %int8) : (!torch.int, !torch.int, !torch.int) -> !torch.list<int>
  %0 = "torch.aten.view"(%x, %list2) : (!torch.vtensor<[4,1,8],f32>, !torch.list<int>) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.mul.Tensor"(%0, %0) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.mean.dim"(%1, %list4, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.add.Scalar"(%2, %float7, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.mul.Tensor"(%0, %4) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %6 = "torch.aten.view"(%5, %list8) : (!torch.vtensor<[4,8],f32>, !torch.list<int>) -> !torch.vtensor<[4,1,8],f32>
  return %6 : !torch.vtensor<[4,1,8],f32>
}

// CHECK-LABEL: func.func @unit_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [2] epsilon 9.9999997473787516E-6 : tensor<4x1x8xf32> -> tensor<4x1x8xf32>
// CHECK: return %[[Y]]
func.func @unit_onnx(%x: tensor<4x1x8xf32>) -> tensor<4x1x8xf32> {
  %0 = "onnx.Constant"() {value = dense<[4, 8]> : tensor<2xi64>} : () -> tensor<2xi64>
  %1 = "onnx.Reshape"(%x, %0) {allowzero = 0 : si64} : (tensor<4x1x8xf32>, tensor<2xi64>) -> tensor<4x8xf32>
  %2 = "onnx.Mul"(%1, %1) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %3 = "onnx.ReduceMeanV13"(%2) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %4 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %5 = "onnx.Add"(%3, %4) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %6 = "onnx.Sqrt"(%5) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %7 = "onnx.Reciprocal"(%6) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %8 = "onnx.Mul"(%1, %7) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %9 = "onnx.Constant"() {value = dense<[4, 1, 8]> : tensor<3xi64>} : () -> tensor<3xi64>
  %10 = "onnx.Reshape"(%8, %9) {allowzero = 0 : si64} : (tensor<4x8xf32>, tensor<3xi64>) -> tensor<4x1x8xf32>
  return %10 : tensor<4x1x8xf32>
}
