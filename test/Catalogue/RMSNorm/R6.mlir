// Catalogue entry R6: x / sqrt(.), x * (1 / sqrt(.)) and the reciprocal: T5 as
// ONNX.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @quotient_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999747524271E-7 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @quotient_onnx(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %1 = "onnx.Pow"(%x, %0) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
  %2 = "onnx.ReduceMeanV13"(%1) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %3 = "onnx.Constant"() {value = dense<1.0e-06> : tensor<f32>} : () -> tensor<f32>
  %4 = "onnx.Add"(%2, %3) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %5 = "onnx.Sqrt"(%4) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %6 = "onnx.Div"(%x, %5) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %7 = "onnx.Mul"(%6, %w) : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %7 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @quotient_tf(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999747524271E-7 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @quotient_tf(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "tf.Square"(%x) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "tf.Const"() {value = dense<[1]> : tensor<1xi32>} : () -> tensor<1xi32>
  %2 = "tf.Mean"(%0, %1) {keep_dims = true} : (tensor<4x8xf32>, tensor<1xi32>) -> tensor<4x1xf32>
  %3 = "tf.Const"() {value = dense<1.0e-06> : tensor<f32>} : () -> tensor<f32>
  %4 = "tf.AddV2"(%2, %3) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %5 = "tf.Sqrt"(%4) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %6 = "tf.RealDiv"(%x, %5) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %7 = "tf.Mul"(%6, %w) : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %7 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @inverse_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999747524271E-7 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @inverse_onnx(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %1 = "onnx.Pow"(%x, %0) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
  %2 = "onnx.ReduceMeanV13"(%1) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %3 = "onnx.Constant"() {value = dense<1.0e-06> : tensor<f32>} : () -> tensor<f32>
  %4 = "onnx.Add"(%2, %3) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %5 = "onnx.Sqrt"(%4) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %6 = "onnx.Constant"() {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %7 = "onnx.Div"(%6, %5) : (tensor<f32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %8 = "onnx.Mul"(%x, %7) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %9 = "onnx.Mul"(%8, %w) : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @inverse_tf(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999747524271E-7 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @inverse_tf(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "tf.Square"(%x) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "tf.Const"() {value = dense<[1]> : tensor<1xi32>} : () -> tensor<1xi32>
  %2 = "tf.Mean"(%0, %1) {keep_dims = true} : (tensor<4x8xf32>, tensor<1xi32>) -> tensor<4x1xf32>
  %3 = "tf.Const"() {value = dense<1.0e-06> : tensor<f32>} : () -> tensor<f32>
  %4 = "tf.AddV2"(%2, %3) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %5 = "tf.Sqrt"(%4) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %6 = "tf.Const"() {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %7 = "tf.RealDiv"(%6, %5) : (tensor<f32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %8 = "tf.Mul"(%x, %7) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %9 = "tf.Mul"(%8, %w) : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @reciprocal_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999747524271E-7 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @reciprocal_onnx(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %1 = "onnx.Pow"(%x, %0) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
  %2 = "onnx.ReduceMeanV13"(%1) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %3 = "onnx.Constant"() {value = dense<1.0e-06> : tensor<f32>} : () -> tensor<f32>
  %4 = "onnx.Add"(%2, %3) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %5 = "onnx.Sqrt"(%4) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %6 = "onnx.Reciprocal"(%5) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %7 = "onnx.Mul"(%x, %6) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %8 = "onnx.Mul"(%7, %w) : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %8 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @reciprocal_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] scale(%[[W]] : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999999999995E-7 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @reciprocal_torch(%x: !torch.vtensor<[4,8],f32>,
    %w: !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float5 = "torch.constant.float"() <{value = 1.0e-06 : f64}> : () -> !torch.float
  %0 = "torch.aten.pow.Tensor_Scalar"(%x, %int2) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.mean.dim"(%0, %list2, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.add.Scalar"(%1, %float5, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.sqrt"(%2) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.reciprocal"(%3) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.mul.Tensor"(%x, %4) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %6 = "torch.aten.mul.Tensor"(%5, %w) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  return %6 : !torch.vtensor<[4,8],f32>
}
