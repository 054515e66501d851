// Catalogue entry A21: images: transposed to channels last and back: a norm
// along the channels where they are.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow|ermute|ranspose"}}'

// CHECK-LABEL: func.func @transposed_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[B:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.layer_norm %[[X]] scale(%[[W]] : tensor<8xf32> dims [1]) bias(%[[B]] : tensor<8xf32> dims [1]) axes [1] epsilon 1.000000e-05 : tensor<2x8x3x4xf32> -> tensor<2x8x3x4xf32>
// CHECK: %[[R:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[R]]
func.func @transposed_torch(%x: !torch.vtensor<[2,8,3,4],f32>,
    %w: !torch.vtensor<[8],f32>, %b: !torch.vtensor<[8],f32>)
    -> !torch.vtensor<[2,8,3,4],f32> {
  %int0 = "torch.constant.int"() <{value = 0 : i64}> : () -> !torch.int
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int3 = "torch.constant.int"() <{value = 3 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list4 = "torch.prim.ListConstruct"(%int0, %int2, %int3, %int1) : (!torch.int, !torch.int, !torch.int, !torch.int) -> !torch.list<int>
  %list5 = "torch.prim.ListConstruct"(%int3) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float8 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %list9 = "torch.prim.ListConstruct"(%int0, %int3, %int1, %int2) : (!torch.int, !torch.int, !torch.int, !torch.int) -> !torch.list<int>
  %0 = "torch.aten.permute"(%x, %list4) : (!torch.vtensor<[2,8,3,4],f32>, !torch.list<int>) -> !torch.vtensor<[2,3,4,8],f32>
  %1 = "torch.aten.mean.dim"(%0, %list5, %true, %none) : (!torch.vtensor<[2,3,4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,3,4,1],f32>
  %2 = "torch.aten.sub.Tensor"(%0, %1, %int1) : (!torch.vtensor<[2,3,4,8],f32>, !torch.vtensor<[2,3,4,1],f32>, !torch.int) -> !torch.vtensor<[2,3,4,8],f32>
  %3 = "torch.aten.pow.Tensor_Scalar"(%2, %int2) : (!torch.vtensor<[2,3,4,8],f32>, !torch.int) -> !torch.vtensor<[2,3,4,8],f32>
  %4 = "torch.aten.mean.dim"(%3, %list5, %true, %none) : (!torch.vtensor<[2,3,4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,3,4,1],f32>
  %5 = "torch.aten.add.Scalar"(%4, %float8, %int1) : (!torch.vtensor<[2,3,4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[2,3,4,1],f32>
  %6 = "torch.aten.rsqrt"(%5) : (!torch.vtensor<[2,3,4,1],f32>) -> !torch.vtensor<[2,3,4,1],f32>
  %7 = "torch.aten.mul.Tensor"(%2, %6) : (!torch.vtensor<[2,3,4,8],f32>, !torch.vtensor<[2,3,4,1],f32>) -> !torch.vtensor<[2,3,4,8],f32>
  %8 = "torch.aten.mul.Tensor"(%7, %w) : (!torch.vtensor<[2,3,4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[2,3,4,8],f32>
  %9 = "torch.aten.add.Tensor"(%8, %b, %int1) : (!torch.vtensor<[2,3,4,8],f32>, !torch.vtensor<[8],f32>, !torch.int) -> !torch.vtensor<[2,3,4,8],f32>
  %10 = "torch.aten.permute"(%9, %list9) : (!torch.vtensor<[2,3,4,8],f32>, !torch.list<int>) -> !torch.vtensor<[2,8,3,4],f32>
  return %10 : !torch.vtensor<[2,8,3,4],f32>
}

// CHECK-LABEL: func.func @transposed_onnx(
// CHECK-NEXT: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) bias(%arg2 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<2x8x3x4xf32> -> tensor<2x8x3x4xf32>
// CHECK-NEXT: return %[[Y]]
func.func @transposed_onnx(%x: tensor<2x8x3x4xf32>, %w: tensor<8xf32>,
    %b: tensor<8xf32>) -> tensor<2x8x3x4xf32> {
  %0 = "onnx.Transpose"(%x) {perm = [0, 2, 3, 1]} : (tensor<2x8x3x4xf32>) -> tensor<2x3x4x8xf32>
  %1 = "onnx.ReduceMeanV13"(%0) {axes = [3], keepdims = 1 : si64} : (tensor<2x3x4x8xf32>) -> tensor<2x3x4x1xf32>
  %2 = "onnx.Sub"(%0, %1) : (tensor<2x3x4x8xf32>, tensor<2x3x4x1xf32>) -> tensor<2x3x4x8xf32>
  %3 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %4 = "onnx.Pow"(%2, %3) : (tensor<2x3x4x8xf32>, tensor<f32>) -> tensor<2x3x4x8xf32>
  %5 = "onnx.ReduceMeanV13"(%4) {axes = [3], keepdims = 1 : si64} : (tensor<2x3x4x8xf32>) -> tensor<2x3x4x1xf32>
  %6 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %7 = "onnx.Add"(%5, %6) : (tensor<2x3x4x1xf32>, tensor<f32>) -> tensor<2x3x4x1xf32>
  %8 = "onnx.Sqrt"(%7) : (tensor<2x3x4x1xf32>) -> tensor<2x3x4x1xf32>
  %9 = "onnx.Reciprocal"(%8) : (tensor<2x3x4x1xf32>) -> tensor<2x3x4x1xf32>
  %10 = "onnx.Mul"(%2, %9) : (tensor<2x3x4x8xf32>, tensor<2x3x4x1xf32>) -> tensor<2x3x4x8xf32>
  %11 = "onnx.Mul"(%10, %w) : (tensor<2x3x4x8xf32>, tensor<8xf32>) -> tensor<2x3x4x8xf32>
  %12 = "onnx.Add"(%11, %b) : (tensor<2x3x4x8xf32>, tensor<8xf32>) -> tensor<2x3x4x8xf32>
  %13 = "onnx.Transpose"(%12) {perm = [0, 3, 1, 2]} : (tensor<2x3x4x8xf32>) -> tensor<2x8x3x4xf32>
  return %13 : tensor<2x8x3x4xf32>
}

// CHECK-LABEL: func.func @transposed_stablehlo(
// CHECK-NEXT: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) bias(%arg2 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<2x8x3x4xf32> -> tensor<2x8x3x4xf32>
// CHECK-NEXT: return %[[Y]]
func.func @transposed_stablehlo(%x: tensor<2x8x3x4xf32>, %w: tensor<8xf32>,
    %b: tensor<8xf32>) -> tensor<2x8x3x4xf32> {
  %0 = "stablehlo.transpose"(%x) <{permutation = array<i64: 0, 2, 3, 1>}> : (tensor<2x8x3x4xf32>) -> tensor<2x3x4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 3>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<2x3x4x8xf32>, tensor<f32>) -> tensor<2x3x4xf32>
  %3 = "stablehlo.constant"() <{value = dense<8.0> : tensor<2x3x4xf32>}> : () -> tensor<2x3x4xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %5 = "stablehlo.broadcast_in_dim"(%4) <{broadcast_dimensions = array<i64: 0, 1, 2>}> : (tensor<2x3x4xf32>) -> tensor<2x3x4x8xf32>
  %6 = "stablehlo.subtract"(%0, %5) : (tensor<2x3x4x8xf32>, tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32>
  %7 = "stablehlo.multiply"(%6, %6) : (tensor<2x3x4x8xf32>, tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32>
  %8 = "stablehlo.reduce"(%7, %1) <{dimensions = array<i64: 3>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<2x3x4x8xf32>, tensor<f32>) -> tensor<2x3x4xf32>
  %9 = "stablehlo.divide"(%8, %3) : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %10 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<2x3x4xf32>}> : () -> tensor<2x3x4xf32>
  %11 = "stablehlo.add"(%9, %10) : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %12 = "stablehlo.rsqrt"(%11) : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %13 = "stablehlo.broadcast_in_dim"(%12) <{broadcast_dimensions = array<i64: 0, 1, 2>}> : (tensor<2x3x4xf32>) -> tensor<2x3x4x8xf32>
  %14 = "stablehlo.multiply"(%6, %13) : (tensor<2x3x4x8xf32>, tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32>
  %15 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 3>}> : (tensor<8xf32>) -> tensor<2x3x4x8xf32>
  %16 = "stablehlo.multiply"(%14, %15) : (tensor<2x3x4x8xf32>, tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32>
  %17 = "stablehlo.broadcast_in_dim"(%b) <{broadcast_dimensions = array<i64: 3>}> : (tensor<8xf32>) -> tensor<2x3x4x8xf32>
  %18 = "stablehlo.add"(%16, %17) : (tensor<2x3x4x8xf32>, tensor<2x3x4x8xf32>) -> tensor<2x3x4x8xf32>
  %19 = "stablehlo.transpose"(%18) <{permutation = array<i64: 0, 3, 1, 2>}> : (tensor<2x3x4x8xf32>) -> tensor<2x8x3x4xf32>
  return %19 : tensor<2x8x3x4xf32>
}
