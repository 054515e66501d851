// Catalogue entry mean-matmul: matmul(x, ones / N).
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @rms_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @rms_stablehlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.125> : tensor<8x1xf32>}> : () -> tensor<8x1xf32>
  %2 = "stablehlo.dot_general"(%0, %1) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>}> : (tensor<4x8xf32>, tensor<8x1xf32>) -> tensor<4x1xf32>
  %3 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4x1xf32>}> : () -> tensor<4x1xf32>
  %4 = "stablehlo.add"(%2, %3) : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %5 = "stablehlo.rsqrt"(%4) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %6 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<4x1xf32>) -> tensor<4x8xf32>
  %7 = "stablehlo.multiply"(%x, %6) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %7 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @rms_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @rms_onnx(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %1 = "onnx.Pow"(%x, %0) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
  %2 = "onnx.Constant"() {value = dense<0.125> : tensor<8x1xf32>} : () -> tensor<8x1xf32>
  %3 = "onnx.MatMul"(%1, %2) : (tensor<4x8xf32>, tensor<8x1xf32>) -> tensor<4x1xf32>
  %4 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %5 = "onnx.Add"(%3, %4) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %6 = "onnx.Sqrt"(%5) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %7 = "onnx.Reciprocal"(%6) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %8 = "onnx.Mul"(%x, %7) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %8 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @rms_torch(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] axes [1] epsilon 1.000000e-05 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @rms_torch(%x: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %float2 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.pow.Tensor_Scalar"(%x, %int2) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.vtensor.literal"() <{value = dense<0.125> : tensor<8x1xf32>}> : () -> !torch.vtensor<[8,1],f32>
  %2 = "torch.aten.matmul"(%0, %1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8,1],f32>) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.add.Scalar"(%2, %float2, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.mul.Tensor"(%x, %4) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %5 : !torch.vtensor<[4,8],f32>
}

// CHECK-LABEL: func.func @rms_linalg(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @rms_linalg(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = arith.mulf %x, %x : tensor<4x8xf32>
  %c2 = arith.constant dense<0.125> : tensor<8x1xf32>
  %c3 = arith.constant dense<0.0> : tensor<4x1xf32>
  %3 = linalg.matmul ins(%0, %c2 : tensor<4x8xf32>, tensor<8x1xf32>) outs(%c3 : tensor<4x1xf32>) -> tensor<4x1xf32>
  %4 = tensor.collapse_shape %3 [[0, 1]] : tensor<4x1xf32> into tensor<4xf32>
  %c6 = arith.constant dense<1.0e-05> : tensor<4xf32>
  %6 = arith.addf %4, %c6 : tensor<4xf32>
  %7 = math.rsqrt %6 : tensor<4xf32>
  %e9 = tensor.empty() : tensor<4x8xf32>
  %9 = linalg.broadcast ins(%7 : tensor<4xf32>) outs(%e9 : tensor<4x8xf32>) dimensions = [1]
  %10 = arith.mulf %x, %9 : tensor<4x8xf32>
  return %10 : tensor<4x8xf32>
}
