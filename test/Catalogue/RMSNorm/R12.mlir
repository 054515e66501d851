// Catalogue entry R12: pRMSNorm: the statistic is of the first k elements of
// the row.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @prefix_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999747524271E-7 {statistics_extent = 4 : i64} : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @prefix_stablehlo(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "stablehlo.slice"(%x) <{limit_indices = array<i64: 4, 4>, start_indices = array<i64: 0, 0>, strides = array<i64: 1, 1>}> : (tensor<4x8xf32>) -> tensor<4x4xf32>
  %1 = "stablehlo.multiply"(%0, %0) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %3 = "stablehlo.reduce"(%1, %2) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %4 = "stablehlo.constant"() <{value = dense<4.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %5 = "stablehlo.divide"(%3, %4) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %6 = "stablehlo.constant"() <{value = dense<1.0e-06> : tensor<4xf32>}> : () -> tensor<4xf32>
  %7 = "stablehlo.add"(%5, %6) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.rsqrt"(%7) : (tensor<4xf32>) -> tensor<4xf32>
  %9 = "stablehlo.broadcast_in_dim"(%8) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %10 = "stablehlo.multiply"(%x, %9) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %12 = "stablehlo.multiply"(%10, %11) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %12 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @prefix_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] scale(%[[W]] : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999999999995E-7 {statistics_extent = 4 : i64} : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @prefix_torch(%x: !torch.vtensor<[4,8],f32>,
    %w: !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %int0 = "torch.constant.int"() <{value = 0 : i64}> : () -> !torch.int
  %int4 = "torch.constant.int"() <{value = 4 : i64}> : () -> !torch.int
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %list4 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float7 = "torch.constant.float"() <{value = 1.0e-06 : f64}> : () -> !torch.float
  %0 = "torch.aten.slice.Tensor"(%x, %int1, %int0, %int4, %int1) : (!torch.vtensor<[4,8],f32>, !torch.int, !torch.int, !torch.int, !torch.int) -> !torch.vtensor<[4,4],f32>
  %1 = "torch.aten.pow.Tensor_Scalar"(%0, %int2) : (!torch.vtensor<[4,4],f32>, !torch.int) -> !torch.vtensor<[4,4],f32>
  %2 = "torch.aten.mean.dim"(%1, %list4, %true, %none) : (!torch.vtensor<[4,4],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.add.Scalar"(%2, %float7, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.mul.Tensor"(%x, %4) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %6 = "torch.aten.mul.Tensor"(%5, %w) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  return %6 : !torch.vtensor<[4,8],f32>
}

// CHECK-LABEL: func.func @prefix_onnx(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999747524271E-7 {statistics_extent = 4 : i64} : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @prefix_onnx(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "onnx.Constant"() {value = dense<[0]> : tensor<1xi64>} : () -> tensor<1xi64>
  %1 = "onnx.Constant"() {value = dense<[4]> : tensor<1xi64>} : () -> tensor<1xi64>
  %2 = "onnx.Constant"() {value = dense<[1]> : tensor<1xi64>} : () -> tensor<1xi64>
  %3 = "onnx.Slice"(%x, %0, %1, %2, %2) : (tensor<4x8xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<4x4xf32>
  %4 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %5 = "onnx.Pow"(%3, %4) : (tensor<4x4xf32>, tensor<f32>) -> tensor<4x4xf32>
  %6 = "onnx.ReduceMeanV13"(%5) {axes = [1], keepdims = 1 : si64} : (tensor<4x4xf32>) -> tensor<4x1xf32>
  %7 = "onnx.Constant"() {value = dense<1.0e-06> : tensor<f32>} : () -> tensor<f32>
  %8 = "onnx.Add"(%6, %7) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %9 = "onnx.Sqrt"(%8) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %10 = "onnx.Reciprocal"(%9) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %11 = "onnx.Mul"(%x, %10) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %12 = "onnx.Mul"(%11, %w) : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %12 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @prefix_tosa(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999747524271E-7 {statistics_extent = 4 : i64} : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @prefix_tosa(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %s1 = tosa.const_shape {values = dense<[0, 0]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %s2 = tosa.const_shape {values = dense<[4, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %2 = tosa.slice %x, %s1, %s2 : (tensor<4x8xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<4x4xf32>
  %c4 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %4 = tosa.mul %2, %2, %c4 : (tensor<4x4xf32>, tensor<4x4xf32>, tensor<1xi8>) -> tensor<4x4xf32>
  %5 = tosa.reduce_sum %4 {axis = 1 : i32} : (tensor<4x4xf32>) -> tensor<4x1xf32>
  %c7 = "tosa.const"() <{values = dense<0.25> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %7 = tosa.mul %5, %c7, %c4 : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %c9 = "tosa.const"() <{values = dense<1.0e-06> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %9 = tosa.add %7, %c9 : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %10 = tosa.rsqrt %9 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %11 = tosa.mul %x, %10, %c4 : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s13 = tosa.const_shape {values = dense<[1, 8]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %13 = tosa.reshape %w, %s13 : (tensor<8xf32>, !tosa.shape<2>) -> tensor<1x8xf32>
  %14 = tosa.mul %11, %13, %c4 : (tensor<4x8xf32>, tensor<1x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %14 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @prefix_linalg(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999999747524271E-7 {statistics_extent = 4 : i64} : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @prefix_linalg(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = tensor.extract_slice %x[0, 0] [4, 4] [1, 1] : tensor<4x8xf32> to tensor<4x4xf32>
  %1 = arith.mulf %0, %0 : tensor<4x4xf32>
  %c3 = arith.constant dense<0.0> : tensor<4xf32>
  %3 = linalg.reduce { arith.addf } ins(%1 : tensor<4x4xf32>) outs(%c3 : tensor<4xf32>) dimensions = [1]
  %c5 = arith.constant dense<4.0> : tensor<4xf32>
  %5 = arith.divf %3, %c5 : tensor<4xf32>
  %c7 = arith.constant dense<1.0e-06> : tensor<4xf32>
  %7 = arith.addf %5, %c7 : tensor<4xf32>
  %8 = math.rsqrt %7 : tensor<4xf32>
  %e10 = tensor.empty() : tensor<4x8xf32>
  %10 = linalg.broadcast ins(%8 : tensor<4xf32>) outs(%e10 : tensor<4x8xf32>) dimensions = [1]
  %11 = arith.mulf %x, %10 : tensor<4x8xf32>
  %12 = linalg.broadcast ins(%w : tensor<8xf32>) outs(%e10 : tensor<4x8xf32>) dimensions = [0]
  %13 = arith.mulf %11, %12 : tensor<4x8xf32>
  return %13 : tensor<4x8xf32>
}
