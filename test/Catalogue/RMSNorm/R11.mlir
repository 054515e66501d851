// Catalogue entry R11: groups of a row, reshaped to [G, D/G] and back (Mamba 2,
// RWKV).
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @groups_stablehlo(
// CHECK: %[[V:.*]] = "stablehlo.reshape"(%arg0)
// CHECK: %[[Y:.*]] = norm.rms_norm %[[V]] axes [2] epsilon 9.9999999747524271E-7 : tensor<4x2x8xf32> -> tensor<4x2x8xf32>
// CHECK: %[[V1:.*]] = "stablehlo.reshape"(%[[Y]])
// CHECK: return %[[V1]]
func.func @groups_stablehlo(%x: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %0 = "stablehlo.reshape"(%x) : (tensor<4x16xf32>) -> tensor<4x2x8xf32>
  %1 = "stablehlo.multiply"(%0, %0) : (tensor<4x2x8xf32>, tensor<4x2x8xf32>) -> tensor<4x2x8xf32>
  %2 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %3 = "stablehlo.reduce"(%1, %2) <{dimensions = array<i64: 2>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x2x8xf32>, tensor<f32>) -> tensor<4x2xf32>
  %4 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4x2xf32>}> : () -> tensor<4x2xf32>
  %5 = "stablehlo.divide"(%3, %4) : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %6 = "stablehlo.constant"() <{value = dense<1.0e-06> : tensor<4x2xf32>}> : () -> tensor<4x2xf32>
  %7 = "stablehlo.add"(%5, %6) : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %8 = "stablehlo.rsqrt"(%7) : (tensor<4x2xf32>) -> tensor<4x2xf32>
  %9 = "stablehlo.broadcast_in_dim"(%8) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<4x2xf32>) -> tensor<4x2x8xf32>
  %10 = "stablehlo.multiply"(%0, %9) : (tensor<4x2x8xf32>, tensor<4x2x8xf32>) -> tensor<4x2x8xf32>
  %11 = "stablehlo.reshape"(%10) : (tensor<4x2x8xf32>) -> tensor<4x16xf32>
  return %11 : tensor<4x16xf32>
}

// CHECK-LABEL: func.func @groups_torch(
// CHECK: %[[V:.*]] = "torch.aten.view"(%arg0, %{{.*}})
// CHECK: %[[V1:.*]] = builtin.unrealized_conversion_cast %[[V]]
// CHECK: %[[Y:.*]] = norm.rms_norm %[[V1]] axes [2] epsilon 9.9999999999999995E-7 : tensor<4x2x8xf32> -> tensor<4x2x8xf32>
// CHECK: %[[V2:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: %[[V3:.*]] = "torch.aten.view"(%[[V2]], %{{.*}})
// CHECK: return %[[V3]]
func.func @groups_torch(%x: !torch.vtensor<[4,16],f32>)
    -> !torch.vtensor<[4,16],f32> {
  %int4 = "torch.constant.int"() <{value = 4 : i64}> : () -> !torch.int
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int8 = "torch.constant.int"() <{value = 8 : i64}> : () -> !torch.int
  %list3 = "torch.prim.ListConstruct"(%int4, %int2, %int8) : (!torch.int, !torch.int, !torch.int) -> !torch.list<int>
  %list4 = "torch.prim.ListConstruct"(%int2) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %float8 = "torch.constant.float"() <{value = 1.0e-06 : f64}> : () -> !torch.float
  %int16 = "torch.constant.int"() <{value = 16 : i64}> : () -> !torch.int
  %list10 = "torch.prim.ListConstruct"(%int4, %int16) : (!torch.int, !torch.int) -> !torch.list<int>
  %0 = "torch.aten.view"(%x, %list3) : (!torch.vtensor<[4,16],f32>, !torch.list<int>) -> !torch.vtensor<[4,2,8],f32>
  %1 = "torch.aten.pow.Tensor_Scalar"(%0, %int2) : (!torch.vtensor<[4,2,8],f32>, !torch.int) -> !torch.vtensor<[4,2,8],f32>
  %2 = "torch.aten.mean.dim"(%1, %list4, %true, %none) : (!torch.vtensor<[4,2,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,2,1],f32>
  %3 = "torch.aten.add.Scalar"(%2, %float8, %int1) : (!torch.vtensor<[4,2,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,2,1],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[4,2,1],f32>) -> !torch.vtensor<[4,2,1],f32>
  %5 = "torch.aten.mul.Tensor"(%0, %4) : (!torch.vtensor<[4,2,8],f32>, !torch.vtensor<[4,2,1],f32>) -> !torch.vtensor<[4,2,8],f32>
  %6 = "torch.aten.view"(%5, %list10) : (!torch.vtensor<[4,2,8],f32>, !torch.list<int>) -> !torch.vtensor<[4,16],f32>
  return %6 : !torch.vtensor<[4,16],f32>
}

// CHECK-LABEL: func.func @groups_onnx(
// CHECK: %[[V:.*]] = "onnx.Reshape"(%arg0, %{{.*}}) {allowzero = 0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[V]] axes [2] epsilon 9.9999999747524271E-7 : tensor<4x2x8xf32> -> tensor<4x2x8xf32>
// CHECK: %[[V1:.*]] = "onnx.Reshape"(%[[Y]], %{{.*}}) {allowzero = 0
// CHECK: return %[[V1]]
func.func @groups_onnx(%x: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %0 = "onnx.Constant"() {value = dense<[4, 2, 8]> : tensor<3xi64>} : () -> tensor<3xi64>
  %1 = "onnx.Reshape"(%x, %0) {allowzero = 0 : si64} : (tensor<4x16xf32>, tensor<3xi64>) -> tensor<4x2x8xf32>
  %2 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %3 = "onnx.Pow"(%1, %2) : (tensor<4x2x8xf32>, tensor<f32>) -> tensor<4x2x8xf32>
  %4 = "onnx.ReduceMeanV13"(%3) {axes = [2], keepdims = 1 : si64} : (tensor<4x2x8xf32>) -> tensor<4x2x1xf32>
  %5 = "onnx.Constant"() {value = dense<1.0e-06> : tensor<f32>} : () -> tensor<f32>
  %6 = "onnx.Add"(%4, %5) : (tensor<4x2x1xf32>, tensor<f32>) -> tensor<4x2x1xf32>
  %7 = "onnx.Sqrt"(%6) : (tensor<4x2x1xf32>) -> tensor<4x2x1xf32>
  %8 = "onnx.Reciprocal"(%7) : (tensor<4x2x1xf32>) -> tensor<4x2x1xf32>
  %9 = "onnx.Mul"(%1, %8) : (tensor<4x2x8xf32>, tensor<4x2x1xf32>) -> tensor<4x2x8xf32>
  %10 = "onnx.Constant"() {value = dense<[4, 16]> : tensor<2xi64>} : () -> tensor<2xi64>
  %11 = "onnx.Reshape"(%9, %10) {allowzero = 0 : si64} : (tensor<4x2x8xf32>, tensor<2xi64>) -> tensor<4x16xf32>
  return %11 : tensor<4x16xf32>
}
