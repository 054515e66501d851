// Catalogue entry mean-einsum: einsum('...d,...d->...') / N.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @rms_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @rms_stablehlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %1 = "stablehlo.einsum"(%x, %x) <{einsum_config = "bd,bd->b"}> : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4xf32>
  %2 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %3 = "stablehlo.divide"(%1, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %4 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %5 = "stablehlo.add"(%3, %4) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %6 = "stablehlo.rsqrt"(%5) : (tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.broadcast_in_dim"(%6) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %8 = "stablehlo.multiply"(%x, %7) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %8 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @rms_torch(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] axes [1] epsilon 1.000000e-05 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @rms_torch(%x: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %eq = "torch.constant.str"() <{value = "...d,...d->..."}> : () -> !torch.str
  %none = "torch.constant.none"() : () -> !torch.none
  %int8 = "torch.constant.int"() <{value = 8 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %float3 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.prim.ListConstruct"(%x, %x) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.list<vtensor>
  %1 = "torch.aten.einsum"(%eq, %0, %none) : (!torch.str, !torch.list<vtensor>, !torch.none) -> !torch.vtensor<[4],f32>
  %2 = "torch.aten.div.Scalar"(%1, %int8) : (!torch.vtensor<[4],f32>, !torch.int) -> !torch.vtensor<[4],f32>
  %3 = "torch.aten.unsqueeze"(%2, %int1) : (!torch.vtensor<[4],f32>, !torch.int) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.add.Scalar"(%3, %float3, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.rsqrt"(%4) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %6 = "torch.aten.mul.Tensor"(%x, %5) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %6 : !torch.vtensor<[4,8],f32>
}

// CHECK-LABEL: func.func @rms_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @rms_onnx(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %1 = "onnx.Einsum"(%x, %x) {equation = "...d,...d->..."} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4xf32>
  %2 = "onnx.Constant"() {value = dense<8.0> : tensor<f32>} : () -> tensor<f32>
  %3 = "onnx.Div"(%1, %2) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %4 = "onnx.Constant"() {value = dense<[4, 1]> : tensor<2xi64>} : () -> tensor<2xi64>
  %5 = "onnx.Reshape"(%3, %4) {allowzero = 0 : si64} : (tensor<4xf32>, tensor<2xi64>) -> tensor<4x1xf32>
  %6 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %7 = "onnx.Add"(%5, %6) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %8 = "onnx.Sqrt"(%7) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %9 = "onnx.Reciprocal"(%8) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %10 = "onnx.Mul"(%x, %9) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %10 : tensor<4x8xf32>
}
