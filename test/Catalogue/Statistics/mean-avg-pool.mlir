// Catalogue entry mean-avg-pool: An average pool whose window is the row.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @rms_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [2, 3] epsilon 9.9999997473787516E-6 : tensor<2x3x4x8xf32> -> tensor<2x3x4x8xf32>
// CHECK: return %[[Y]]
func.func @rms_onnx(%x: tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32> {
  %0 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %1 = "onnx.Pow"(%x, %0) : (tensor<2x3x4x8xf32>, tensor<f32>) -> tensor<2x3x4x8xf32>
  %2 = "onnx.AveragePool"(%1) {auto_pad = "NOTSET", ceil_mode = 0 : si64, count_include_pad = 0 : si64, kernel_shape = [4, 8], strides = [4, 8]} : (tensor<2x3x4x8xf32>) -> tensor<2x3x1x1xf32>
  %3 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %4 = "onnx.Add"(%2, %3) : (tensor<2x3x1x1xf32>, tensor<f32>) -> tensor<2x3x1x1xf32>
  %5 = "onnx.Sqrt"(%4) : (tensor<2x3x1x1xf32>) -> tensor<2x3x1x1xf32>
  %6 = "onnx.Reciprocal"(%5) : (tensor<2x3x1x1xf32>) -> tensor<2x3x1x1xf32>
  %7 = "onnx.Mul"(%x, %6) : (tensor<2x3x4x8xf32>, tensor<2x3x1x1xf32>) -> tensor<2x3x4x8xf32>
  return %7 : tensor<2x3x4x8xf32>
}

// CHECK-LABEL: func.func @rms_torch(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] axes [2, 3] epsilon 1.000000e-05 : tensor<2x3x4x8xf32> -> tensor<2x3x4x8xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @rms_torch(%x: !torch.vtensor<[2,3,4,8],f32>)
    -> !torch.vtensor<[2,3,4,8],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %false = "torch.constant.bool"() <{value = false}> : () -> !torch.bool
  %int4 = "torch.constant.int"() <{value = 4 : i64}> : () -> !torch.int
  %int8 = "torch.constant.int"() <{value = 8 : i64}> : () -> !torch.int
  %list4 = "torch.prim.ListConstruct"(%int4, %int8) : (!torch.int, !torch.int) -> !torch.list<int>
  %int0 = "torch.constant.int"() <{value = 0 : i64}> : () -> !torch.int
  %list6 = "torch.prim.ListConstruct"(%int0, %int0) : (!torch.int, !torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %float10 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.pow.Tensor_Scalar"(%x, %int2) : (!torch.vtensor<[2,3,4,8],f32>, !torch.int) -> !torch.vtensor<[2,3,4,8],f32>
  %1 = "torch.aten.avg_pool2d"(%0, %list4, %list4, %list6, %false, %true, %none) : (!torch.vtensor<[2,3,4,8],f32>, !torch.list<int>, !torch.list<int>, !torch.list<int>, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[2,3,1,1],f32>
  %2 = "torch.aten.add.Scalar"(%1, %float10, %int1) : (!torch.vtensor<[2,3,1,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[2,3,1,1],f32>
  %3 = "torch.aten.rsqrt"(%2) : (!torch.vtensor<[2,3,1,1],f32>) -> !torch.vtensor<[2,3,1,1],f32>
  %4 = "torch.aten.mul.Tensor"(%x, %3) : (!torch.vtensor<[2,3,4,8],f32>, !torch.vtensor<[2,3,1,1],f32>) -> !torch.vtensor<[2,3,4,8],f32>
  return %4 : !torch.vtensor<[2,3,4,8],f32>
}

// CHECK-LABEL: func.func @global(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [2, 3] epsilon 9.9999997473787516E-6 : tensor<2x3x4x8xf32> -> tensor<2x3x4x8xf32>
// CHECK: return %[[Y]]
func.func @global(%x: tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32> {
  %0 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %1 = "onnx.Pow"(%x, %0) : (tensor<2x3x4x8xf32>, tensor<f32>) -> tensor<2x3x4x8xf32>
  %2 = "onnx.GlobalAveragePool"(%1) : (tensor<2x3x4x8xf32>) -> tensor<2x3x1x1xf32>
  %3 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %4 = "onnx.Add"(%2, %3) : (tensor<2x3x1x1xf32>, tensor<f32>) -> tensor<2x3x1x1xf32>
  %5 = "onnx.Sqrt"(%4) : (tensor<2x3x1x1xf32>) -> tensor<2x3x1x1xf32>
  %6 = "onnx.Reciprocal"(%5) : (tensor<2x3x1x1xf32>) -> tensor<2x3x1x1xf32>
  %7 = "onnx.Mul"(%x, %6) : (tensor<2x3x4x8xf32>, tensor<2x3x1x1xf32>) -> tensor<2x3x4x8xf32>
  return %7 : tensor<2x3x4x8xf32>
}

// CHECK-LABEL: func.func @channels_last(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1, 2] epsilon 9.9999997473787516E-6 : tensor<2x4x8x3xf32> -> tensor<2x4x8x3xf32>
// CHECK: return %[[Y]]
func.func @channels_last(%x: tensor<2x4x8x3xf32>) -> tensor<2x4x8x3xf32> {
  %c1 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %1 = tosa.mul %x, %x, %c1 : (tensor<2x4x8x3xf32>, tensor<2x4x8x3xf32>, tensor<1xi8>) -> tensor<2x4x8x3xf32>
  %c3 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %3 = tosa.avg_pool2d %1, %c3, %c3 {acc_type = f32, kernel = array<i64: 4, 8>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 4, 8>} : (tensor<2x4x8x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x1x1x3xf32>
  %c5 = "tosa.const"() <{values = dense<1.0e-05> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %5 = tosa.add %3, %c5 : (tensor<2x1x1x3xf32>, tensor<1x1x1x1xf32>) -> tensor<2x1x1x3xf32>
  %6 = tosa.rsqrt %5 : (tensor<2x1x1x3xf32>) -> tensor<2x1x1x3xf32>
  %7 = tosa.mul %x, %6, %c1 : (tensor<2x4x8x3xf32>, tensor<2x1x1x3xf32>, tensor<1xi8>) -> tensor<2x4x8x3xf32>
  return %7 : tensor<2x4x8x3xf32>
}
