// Catalogue entry C3: the bias before the scale: the bias of the op is their
// product.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @bias_first_onnx(
// CHECK: %[[V:.*]] = tensor.empty()
// CHECK: %[[V1:.*]] = linalg.generic
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) bias(%[[V1]] : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @bias_first_onnx(%x: tensor<4x8xf32>, %w: tensor<8xf32>,
    %b: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = "onnx.ReduceMeanV13"(%x) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %1 = "onnx.Sub"(%x, %0) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %2 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %3 = "onnx.Pow"(%1, %2) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
  %4 = "onnx.ReduceMeanV13"(%3) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %5 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %6 = "onnx.Add"(%4, %5) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %7 = "onnx.Sqrt"(%6) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %8 = "onnx.Reciprocal"(%7) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %9 = "onnx.Mul"(%1, %8) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %10 = "onnx.Add"(%9, %b) : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  %11 = "onnx.Mul"(%10, %w) : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %11 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @bias_first_linalg(
// CHECK: %[[V:.*]] = tensor.empty()
// CHECK: %[[V1:.*]] = linalg.generic
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) bias(%[[V1]] : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @bias_first_linalg(%x: tensor<4x8xf32>, %w: tensor<8xf32>,
    %b: tensor<8xf32>) -> tensor<4x8xf32> {
  %c1 = arith.constant dense<0.0> : tensor<4xf32>
  %1 = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>) outs(%c1 : tensor<4xf32>) dimensions = [1]
  %c3 = arith.constant dense<8.0> : tensor<4xf32>
  %3 = arith.divf %1, %c3 : tensor<4xf32>
  %e5 = tensor.empty() : tensor<4x8xf32>
  %5 = linalg.broadcast ins(%3 : tensor<4xf32>) outs(%e5 : tensor<4x8xf32>) dimensions = [1]
  %6 = arith.subf %x, %5 : tensor<4x8xf32>
  %7 = arith.mulf %6, %6 : tensor<4x8xf32>
  %8 = linalg.reduce { arith.addf } ins(%7 : tensor<4x8xf32>) outs(%c1 : tensor<4xf32>) dimensions = [1]
  %9 = arith.divf %8, %c3 : tensor<4xf32>
  %c11 = arith.constant dense<1.0e-05> : tensor<4xf32>
  %11 = arith.addf %9, %c11 : tensor<4xf32>
  %12 = math.rsqrt %11 : tensor<4xf32>
  %13 = linalg.broadcast ins(%12 : tensor<4xf32>) outs(%e5 : tensor<4x8xf32>) dimensions = [1]
  %14 = arith.mulf %6, %13 : tensor<4x8xf32>
  %15 = linalg.broadcast ins(%b : tensor<8xf32>) outs(%e5 : tensor<4x8xf32>) dimensions = [0]
  %16 = arith.addf %14, %15 : tensor<4x8xf32>
  %17 = linalg.broadcast ins(%w : tensor<8xf32>) outs(%e5 : tensor<4x8xf32>) dimensions = [0]
  %18 = arith.mulf %16, %17 : tensor<4x8xf32>
  return %18 : tensor<4x8xf32>
}
