// Catalogue entry rt-sqrt-one-over: sqrt(1 / v).
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
  %7 = "stablehlo.constant"() <{value = dense<1.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %8 = "stablehlo.divide"(%7, %6) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %9 = "stablehlo.sqrt"(%8) : (tensor<4xf32>) -> tensor<4xf32>
  %10 = "stablehlo.broadcast_in_dim"(%9) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.multiply"(%x, %10) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %11 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @rms_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @rms_onnx(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "onnx.Mul"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "onnx.ReduceMeanV13"(%0) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %2 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %3 = "onnx.Add"(%1, %2) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %4 = "onnx.Constant"() {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %5 = "onnx.Div"(%4, %3) : (tensor<f32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %6 = "onnx.Sqrt"(%5) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %7 = "onnx.Mul"(%x, %6) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %7 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @rms_linalg(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @rms_linalg(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = arith.mulf %x, %x : tensor<4x8xf32>
  %c2 = arith.constant dense<0.0> : tensor<4xf32>
  %2 = linalg.reduce { arith.addf } ins(%0 : tensor<4x8xf32>) outs(%c2 : tensor<4xf32>) dimensions = [1]
  %c4 = arith.constant dense<8.0> : tensor<4xf32>
  %4 = arith.divf %2, %c4 : tensor<4xf32>
  %c6 = arith.constant dense<1.0e-05> : tensor<4xf32>
  %6 = arith.addf %4, %c6 : tensor<4xf32>
  %c8 = arith.constant dense<1.0> : tensor<4xf32>
  %8 = arith.divf %c8, %6 : tensor<4xf32>
  %9 = math.sqrt %8 : tensor<4xf32>
  %e11 = tensor.empty() : tensor<4x8xf32>
  %11 = linalg.broadcast ins(%9 : tensor<4xf32>) outs(%e11 : tensor<4x8xf32>) dimensions = [1]
  %12 = arith.mulf %x, %11 : tensor<4x8xf32>
  return %12 : tensor<4x8xf32>
}
