// Catalogue entry rt-pow-minus-half: pow(v, -0.5).
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @rms_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @rms_stablehlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %6 = "stablehlo.add"(%4, %5) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.constant"() <{value = dense<-0.5> : tensor<4xf32>}> : () -> tensor<4xf32>
  %8 = "stablehlo.power"(%6, %7) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %9 = "stablehlo.broadcast_in_dim"(%8) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %10 = "stablehlo.multiply"(%x, %9) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %10 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @rms_torch(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] axes [1] epsilon 1.000000e-05 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @rms_torch(%x: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float4 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %float5 = "torch.constant.float"() <{value = -0.5 : f64}> : () -> !torch.float
  %0 = "torch.aten.mul.Tensor"(%x, %x) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.mean.dim"(%0, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.add.Scalar"(%1, %float4, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.pow.Tensor_Scalar"(%2, %float5) : (!torch.vtensor<[4,1],f32>, !torch.float) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.mul.Tensor"(%x, %3) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %4 : !torch.vtensor<[4,8],f32>
}

// CHECK-LABEL: func.func @rms_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @rms_onnx(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "onnx.Mul"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "onnx.ReduceMeanV13"(%0) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %2 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %3 = "onnx.Add"(%1, %2) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %4 = "onnx.Constant"() {value = dense<-0.5> : tensor<f32>} : () -> tensor<f32>
  %5 = "onnx.Pow"(%3, %4) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %6 = "onnx.Mul"(%x, %5) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %6 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @rms_tosa(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @rms_tosa(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %c1 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %1 = tosa.mul %x, %x, %c1 : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %2 = tosa.reduce_sum %1 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c4 = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %4 = tosa.mul %2, %c4, %c1 : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %c6 = "tosa.const"() <{values = dense<1.0e-05> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %6 = tosa.add %4, %c6 : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %c8 = "tosa.const"() <{values = dense<-0.5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %8 = tosa.pow %6, %c8 : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %9 = tosa.mul %x, %8, %c1 : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}
