// Catalogue entry mean-conv: A 1x1 convolution with 1/N, as for the Apple
// Neural Engine.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @rms_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<2x8x3x4xf32> -> tensor<2x8x3x4xf32>
// CHECK: return %[[Y]]
func.func @rms_stablehlo(%x: tensor<2x8x3x4xf32>) -> tensor<2x8x3x4xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<2x8x3x4xf32>, tensor<2x8x3x4xf32>) -> tensor<2x8x3x4xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.125> : tensor<1x8x1x1xf32>}> : () -> tensor<1x8x1x1xf32>
  %2 = "stablehlo.convolution"(%0, %1) <{batch_group_count = 1 : i64, dimension_numbers = #stablehlo.conv<[b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1]>, feature_group_count = 1 : i64}> : (tensor<2x8x3x4xf32>, tensor<1x8x1x1xf32>) -> tensor<2x1x3x4xf32>
  %3 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<2x1x3x4xf32>}> : () -> tensor<2x1x3x4xf32>
  %4 = "stablehlo.add"(%2, %3) : (tensor<2x1x3x4xf32>, tensor<2x1x3x4xf32>) -> tensor<2x1x3x4xf32>
  %5 = "stablehlo.rsqrt"(%4) : (tensor<2x1x3x4xf32>) -> tensor<2x1x3x4xf32>
  %6 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64: 0, 1, 2, 3>}> : (tensor<2x1x3x4xf32>) -> tensor<2x8x3x4xf32>
  %7 = "stablehlo.multiply"(%x, %6) : (tensor<2x8x3x4xf32>, tensor<2x8x3x4xf32>) -> tensor<2x8x3x4xf32>
  return %7 : tensor<2x8x3x4xf32>
}

// CHECK-LABEL: func.func @rms_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<2x8x3x4xf32> -> tensor<2x8x3x4xf32>
// CHECK: return %[[Y]]
func.func @rms_onnx(%x: tensor<2x8x3x4xf32>) -> tensor<2x8x3x4xf32> {
  %0 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %1 = "onnx.Pow"(%x, %0) : (tensor<2x8x3x4xf32>, tensor<f32>) -> tensor<2x8x3x4xf32>
  %2 = "onnx.Constant"() {value = dense<0.125> : tensor<1x8x1x1xf32>} : () -> tensor<1x8x1x1xf32>
  %3 = "onnx.NoValue"() {value} : () -> none
  %4 = "onnx.Conv"(%1, %2, %3) {auto_pad = "NOTSET", group = 1 : si64, kernel_shape = [1, 1], strides = [1, 1]} : (tensor<2x8x3x4xf32>, tensor<1x8x1x1xf32>, none) -> tensor<2x1x3x4xf32>
  %5 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %6 = "onnx.Add"(%4, %5) : (tensor<2x1x3x4xf32>, tensor<f32>) -> tensor<2x1x3x4xf32>
  %7 = "onnx.Sqrt"(%6) : (tensor<2x1x3x4xf32>) -> tensor<2x1x3x4xf32>
  %8 = "onnx.Reciprocal"(%7) : (tensor<2x1x3x4xf32>) -> tensor<2x1x3x4xf32>
  %9 = "onnx.Mul"(%x, %8) : (tensor<2x8x3x4xf32>, tensor<2x1x3x4xf32>) -> tensor<2x8x3x4xf32>
  return %9 : tensor<2x8x3x4xf32>
}

// CHECK-LABEL: func.func @rms_torch(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] axes [1] epsilon 1.000000e-05 : tensor<2x8x3x4xf32> -> tensor<2x8x3x4xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @rms_torch(%x: !torch.vtensor<[2,8,3,4],f32>)
    -> !torch.vtensor<[2,8,3,4],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %k = "torch.vtensor.literal"() <{value = dense<0.125> : tensor<1x8x1x1xf32>}> : () -> !torch.vtensor<[1,8,1,1],f32>
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list3 = "torch.prim.ListConstruct"(%int1, %int1) : (!torch.int, !torch.int) -> !torch.list<int>
  %int0 = "torch.constant.int"() <{value = 0 : i64}> : () -> !torch.int
  %list5 = "torch.prim.ListConstruct"(%int0, %int0) : (!torch.int, !torch.int) -> !torch.list<int>
  %false = "torch.constant.bool"() <{value = false}> : () -> !torch.bool
  %float7 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.pow.Tensor_Scalar"(%x, %int2) : (!torch.vtensor<[2,8,3,4],f32>, !torch.int) -> !torch.vtensor<[2,8,3,4],f32>
  %1 = "torch.aten.convolution"(%0, %k, %none, %list3, %list5, %list3, %false, %list5, %int1) : (!torch.vtensor<[2,8,3,4],f32>, !torch.vtensor<[1,8,1,1],f32>, !torch.none, !torch.list<int>, !torch.list<int>, !torch.list<int>, !torch.bool, !torch.list<int>, !torch.int) -> !torch.vtensor<[2,1,3,4],f32>
  %2 = "torch.aten.add.Scalar"(%1, %float7, %int1) : (!torch.vtensor<[2,1,3,4],f32>, !torch.float, !torch.int) -> !torch.vtensor<[2,1,3,4],f32>
  %3 = "torch.aten.rsqrt"(%2) : (!torch.vtensor<[2,1,3,4],f32>) -> !torch.vtensor<[2,1,3,4],f32>
  %4 = "torch.aten.mul.Tensor"(%x, %3) : (!torch.vtensor<[2,8,3,4],f32>, !torch.vtensor<[2,1,3,4],f32>) -> !torch.vtensor<[2,8,3,4],f32>
  return %4 : !torch.vtensor<[2,8,3,4],f32>
}
