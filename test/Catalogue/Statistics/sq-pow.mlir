// Catalogue entry sq-pow: pow(x, 2), the exponent a float, an i32, an i64, or
// of half the width.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @float_exponent_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @float_exponent_stablehlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.constant"() <{value = dense<2.0> : tensor<4x8xf32>}> : () -> tensor<4x8xf32>
  %1 = "stablehlo.power"(%x, %0) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
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
  %10 = "stablehlo.multiply"(%x, %9) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %10 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @float_exponent_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @float_exponent_onnx(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %1 = "onnx.Pow"(%x, %0) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
  %2 = "onnx.ReduceMeanV13"(%1) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %3 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %4 = "onnx.Add"(%2, %3) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %5 = "onnx.Sqrt"(%4) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %6 = "onnx.Reciprocal"(%5) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %7 = "onnx.Mul"(%x, %6) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %7 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @float_exponent_tosa(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @float_exponent_tosa(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %c1 = "tosa.const"() <{values = dense<2.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %1 = tosa.pow %x, %c1 : (tensor<4x8xf32>, tensor<1x1xf32>) -> tensor<4x8xf32>
  %2 = tosa.reduce_sum %1 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c4 = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %c5 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %5 = tosa.mul %2, %c4, %c5 : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %c7 = "tosa.const"() <{values = dense<1.0e-05> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %7 = tosa.add %5, %c7 : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %8 = tosa.rsqrt %7 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %9 = tosa.mul %x, %8, %c5 : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @i64_exponent(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] axes [1] epsilon 1.000000e-05 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @i64_exponent(%x: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float5 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.pow.Tensor_Scalar"(%x, %int2) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.mean.dim"(%0, %list2, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.add.Scalar"(%1, %float5, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.rsqrt"(%2) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.mul.Tensor"(%x, %3) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %4 : !torch.vtensor<[4,8],f32>
}

// CHECK-LABEL: func.func @i64_tensor_exponent(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @i64_tensor_exponent(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "onnx.Constant"() {value = dense<2> : tensor<i64>} : () -> tensor<i64>
  %1 = "onnx.Pow"(%x, %0) : (tensor<4x8xf32>, tensor<i64>) -> tensor<4x8xf32>
  %2 = "onnx.ReduceMeanV13"(%1) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %3 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %4 = "onnx.Add"(%2, %3) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %5 = "onnx.Sqrt"(%4) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %6 = "onnx.Reciprocal"(%5) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %7 = "onnx.Mul"(%x, %6) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %7 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @i32_exponent(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @i32_exponent(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "onnx.Constant"() {value = dense<2> : tensor<i32>} : () -> tensor<i32>
  %1 = "onnx.Pow"(%x, %0) : (tensor<4x8xf32>, tensor<i32>) -> tensor<4x8xf32>
  %2 = "onnx.ReduceMeanV13"(%1) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %3 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %4 = "onnx.Add"(%2, %3) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %5 = "onnx.Sqrt"(%4) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %6 = "onnx.Reciprocal"(%5) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %7 = "onnx.Mul"(%x, %6) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %7 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @f16_exponent(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @f16_exponent(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "onnx.Constant"() {value = dense<2.0> : tensor<f16>} : () -> tensor<f16>
  %1 = "onnx.Pow"(%x, %0) : (tensor<4x8xf32>, tensor<f16>) -> tensor<4x8xf32>
  %2 = "onnx.ReduceMeanV13"(%1) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %3 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %4 = "onnx.Add"(%2, %3) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %5 = "onnx.Sqrt"(%4) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %6 = "onnx.Reciprocal"(%5) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %7 = "onnx.Mul"(%x, %6) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %7 : tensor<4x8xf32>
}
