// Catalogue entry mean-scaled-squares: Sum((x * 1/sqrt(N))^2), which does not
// overflow.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @exact_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK: return %[[Y]]
func.func @exact_stablehlo(%x: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %0 = "stablehlo.constant"() <{value = dense<0.25> : tensor<4x16xf32>}> : () -> tensor<4x16xf32>
  %1 = "stablehlo.multiply"(%x, %0) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  %2 = "stablehlo.multiply"(%1, %1) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  %3 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %4 = "stablehlo.reduce"(%2, %3) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x16xf32>, tensor<f32>) -> tensor<4xf32>
  %5 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %6 = "stablehlo.add"(%4, %5) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.rsqrt"(%6) : (tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x16xf32>
  %9 = "stablehlo.multiply"(%x, %8) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  return %9 : tensor<4x16xf32>
}

// CHECK-LABEL: func.func @exact_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK: return %[[Y]]
func.func @exact_onnx(%x: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %0 = "onnx.Constant"() {value = dense<0.25> : tensor<f32>} : () -> tensor<f32>
  %1 = "onnx.Mul"(%x, %0) : (tensor<4x16xf32>, tensor<f32>) -> tensor<4x16xf32>
  %2 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %3 = "onnx.Pow"(%1, %2) : (tensor<4x16xf32>, tensor<f32>) -> tensor<4x16xf32>
  %4 = "onnx.ReduceSumV11"(%3) {axes = [1], keepdims = 1 : si64} : (tensor<4x16xf32>) -> tensor<4x1xf32>
  %5 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %6 = "onnx.Add"(%4, %5) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %7 = "onnx.Sqrt"(%6) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %8 = "onnx.Reciprocal"(%7) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %9 = "onnx.Mul"(%x, %8) : (tensor<4x16xf32>, tensor<4x1xf32>) -> tensor<4x16xf32>
  return %9 : tensor<4x16xf32>
}

// CHECK-LABEL: func.func @irrational_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @irrational_stablehlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.constant"() <{value = dense<0.3535533845424652> : tensor<4x8xf32>}> : () -> tensor<4x8xf32>
  %1 = "stablehlo.multiply"(%x, %0) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %2 = "stablehlo.multiply"(%1, %1) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %3 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %4 = "stablehlo.reduce"(%2, %3) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %5 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %6 = "stablehlo.add"(%4, %5) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.rsqrt"(%6) : (tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %9 = "stablehlo.multiply"(%x, %8) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @irrational_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @irrational_onnx(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "onnx.Constant"() {value = dense<0.3535533845424652> : tensor<f32>} : () -> tensor<f32>
  %1 = "onnx.Mul"(%x, %0) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
  %2 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %3 = "onnx.Pow"(%1, %2) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
  %4 = "onnx.ReduceSumV11"(%3) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %5 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %6 = "onnx.Add"(%4, %5) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %7 = "onnx.Sqrt"(%6) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %8 = "onnx.Reciprocal"(%7) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %9 = "onnx.Mul"(%x, %8) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}
