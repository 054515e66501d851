// Catalogue entry R7: x / max(|x|, e) * sqrt(N), F.normalize over channels with
// scale (Wan, diffusers), x * sqrt(N) / vector_norm(x) (Core ML).
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|vector_norm|ReduceL2}}'

// CHECK-LABEL: func.func @l2_root_n_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<16xf32> dims [1]) axes [1] epsilon 2.499999990010493E-13 mode clamp_norm : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK: return %[[Y]]
func.func @l2_root_n_stablehlo(%x: tensor<4x16xf32>, %w: tensor<16xf32>)
    -> tensor<4x16xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x16xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.sqrt"(%2) : (tensor<4xf32>) -> tensor<4xf32>
  %4 = "stablehlo.constant"() <{value = dense<1.0e-12> : tensor<4xf32>}> : () -> tensor<4xf32>
  %5 = "stablehlo.maximum"(%3, %4) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %6 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x16xf32>
  %7 = "stablehlo.divide"(%x, %6) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  %8 = "stablehlo.constant"() <{value = dense<4.0> : tensor<4x16xf32>}> : () -> tensor<4x16xf32>
  %9 = "stablehlo.multiply"(%7, %8) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  %10 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<16xf32>) -> tensor<4x16xf32>
  %11 = "stablehlo.multiply"(%9, %10) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  return %11 : tensor<4x16xf32>
}

// CHECK-LABEL: func.func @l2_root_n_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] scale(%[[W]] : tensor<16xf32> dims [1]) axes [1] epsilon 2.500000e-13 mode clamp_norm : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @l2_root_n_torch(%x: !torch.vtensor<[4,16],f32>,
    %w: !torch.vtensor<[16],f32>) -> !torch.vtensor<[4,16],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float5 = "torch.constant.float"() <{value = 1.0e-12 : f64}> : () -> !torch.float
  %float6 = "torch.constant.float"() <{value = 4.0 : f64}> : () -> !torch.float
  %0 = "torch.aten.linalg_vector_norm"(%x, %int2, %list2, %true, %none) : (!torch.vtensor<[4,16],f32>, !torch.int, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %1 = "torch.aten.clamp_min"(%0, %float5) : (!torch.vtensor<[4,1],f32>, !torch.float) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.div.Tensor"(%x, %1) : (!torch.vtensor<[4,16],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,16],f32>
  %3 = "torch.aten.mul.Scalar"(%2, %float6) : (!torch.vtensor<[4,16],f32>, !torch.float) -> !torch.vtensor<[4,16],f32>
  %4 = "torch.aten.mul.Tensor"(%3, %w) : (!torch.vtensor<[4,16],f32>, !torch.vtensor<[16],f32>) -> !torch.vtensor<[4,16],f32>
  return %4 : !torch.vtensor<[4,16],f32>
}

// CHECK-LABEL: func.func @l2_root_n_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<16xf32> dims [1]) axes [1] epsilon 2.499999990010493E-13 mode clamp_norm : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK: return %[[Y]]
func.func @l2_root_n_onnx(%x: tensor<4x16xf32>, %w: tensor<16xf32>)
    -> tensor<4x16xf32> {
  %0 = "onnx.ReduceL2V13"(%x) {axes = [1], keepdims = 1 : si64} : (tensor<4x16xf32>) -> tensor<4x1xf32>
  %1 = "onnx.Constant"() {value = dense<1.0e-12> : tensor<f32>} : () -> tensor<f32>
  %2 = "onnx.Max"(%0, %1) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %3 = "onnx.Div"(%x, %2) : (tensor<4x16xf32>, tensor<4x1xf32>) -> tensor<4x16xf32>
  %4 = "onnx.Constant"() {value = dense<4.0> : tensor<f32>} : () -> tensor<f32>
  %5 = "onnx.Mul"(%3, %4) : (tensor<4x16xf32>, tensor<f32>) -> tensor<4x16xf32>
  %6 = "onnx.Mul"(%5, %w) : (tensor<4x16xf32>, tensor<16xf32>) -> tensor<4x16xf32>
  return %6 : tensor<4x16xf32>
}

// CHECK-LABEL: func.func @channels_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[V:.*]] = tensor.collapse_shape %[[W]] {{\[\[}}0, 1, 2]]
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] scale(%[[V]] : tensor<16xf32> dims [1]) axes [1] epsilon 2.500000e-13 mode clamp_norm : tensor<2x16x3x4xf32> -> tensor<2x16x3x4xf32>
// CHECK: %[[V1:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V1]]
func.func @channels_torch(%x: !torch.vtensor<[2,16,3,4],f32>,
    %w: !torch.vtensor<[16,1,1],f32>) -> !torch.vtensor<[2,16,3,4],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float5 = "torch.constant.float"() <{value = 1.0e-12 : f64}> : () -> !torch.float
  %float6 = "torch.constant.float"() <{value = 4.0 : f64}> : () -> !torch.float
  %0 = "torch.aten.linalg_vector_norm"(%x, %int2, %list2, %true, %none) : (!torch.vtensor<[2,16,3,4],f32>, !torch.int, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,1,3,4],f32>
  %1 = "torch.aten.clamp_min"(%0, %float5) : (!torch.vtensor<[2,1,3,4],f32>, !torch.float) -> !torch.vtensor<[2,1,3,4],f32>
  %2 = "torch.aten.div.Tensor"(%x, %1) : (!torch.vtensor<[2,16,3,4],f32>, !torch.vtensor<[2,1,3,4],f32>) -> !torch.vtensor<[2,16,3,4],f32>
  %3 = "torch.aten.mul.Scalar"(%2, %float6) : (!torch.vtensor<[2,16,3,4],f32>, !torch.float) -> !torch.vtensor<[2,16,3,4],f32>
  %4 = "torch.aten.mul.Tensor"(%3, %w) : (!torch.vtensor<[2,16,3,4],f32>, !torch.vtensor<[16,1,1],f32>) -> !torch.vtensor<[2,16,3,4],f32>
  return %4 : !torch.vtensor<[2,16,3,4],f32>
}

// CHECK-LABEL: func.func @channels_onnx(
// CHECK: %[[V:.*]] = tensor.collapse_shape %arg1 {{\[\[}}0, 1, 2]]
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%[[V]] : tensor<16xf32> dims [1]) axes [1] epsilon 2.499999990010493E-13 mode clamp_norm : tensor<2x16x3x4xf32> -> tensor<2x16x3x4xf32>
// CHECK: return %[[Y]]
func.func @channels_onnx(%x: tensor<2x16x3x4xf32>, %w: tensor<16x1x1xf32>)
    -> tensor<2x16x3x4xf32> {
  %0 = "onnx.ReduceL2V13"(%x) {axes = [1], keepdims = 1 : si64} : (tensor<2x16x3x4xf32>) -> tensor<2x1x3x4xf32>
  %1 = "onnx.Constant"() {value = dense<1.0e-12> : tensor<f32>} : () -> tensor<f32>
  %2 = "onnx.Max"(%0, %1) : (tensor<2x1x3x4xf32>, tensor<f32>) -> tensor<2x1x3x4xf32>
  %3 = "onnx.Div"(%x, %2) : (tensor<2x16x3x4xf32>, tensor<2x1x3x4xf32>) -> tensor<2x16x3x4xf32>
  %4 = "onnx.Constant"() {value = dense<4.0> : tensor<f32>} : () -> tensor<f32>
  %5 = "onnx.Mul"(%3, %4) : (tensor<2x16x3x4xf32>, tensor<f32>) -> tensor<2x16x3x4xf32>
  %6 = "onnx.Mul"(%5, %w) : (tensor<2x16x3x4xf32>, tensor<16x1x1xf32>) -> tensor<2x16x3x4xf32>
  return %6 : tensor<2x16x3x4xf32>
}

// CHECK-LABEL: func.func @without_clamp_torch(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] axes [1] epsilon 0.000000e+00 : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @without_clamp_torch(%x: !torch.vtensor<[4,16],f32>)
    -> !torch.vtensor<[4,16],f32> {
  %float0 = "torch.constant.float"() <{value = 4.0 : f64}> : () -> !torch.float
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list3 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %0 = "torch.aten.mul.Scalar"(%x, %float0) : (!torch.vtensor<[4,16],f32>, !torch.float) -> !torch.vtensor<[4,16],f32>
  %1 = "torch.aten.linalg_vector_norm"(%x, %int2, %list3, %true, %none) : (!torch.vtensor<[4,16],f32>, !torch.int, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.div.Tensor"(%0, %1) : (!torch.vtensor<[4,16],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,16],f32>
  return %2 : !torch.vtensor<[4,16],f32>
}

// CHECK-LABEL: func.func @without_clamp_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 0.000000e+00 : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK: return %[[Y]]
func.func @without_clamp_onnx(%x: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %0 = "onnx.Constant"() {value = dense<4.0> : tensor<f32>} : () -> tensor<f32>
  %1 = "onnx.Mul"(%x, %0) : (tensor<4x16xf32>, tensor<f32>) -> tensor<4x16xf32>
  %2 = "onnx.ReduceL2V13"(%x) {axes = [1], keepdims = 1 : si64} : (tensor<4x16xf32>) -> tensor<4x1xf32>
  %3 = "onnx.Div"(%1, %2) : (tensor<4x16xf32>, tensor<4x1xf32>) -> tensor<4x16xf32>
  return %3 : tensor<4x16xf32>
}
