// Catalogue entry R13: norms of queries and keys: reshaped to heads,
// normalised, transposed. Two norms.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @qk_norm_torch(
// CHECK: %[[V:.*]] = "torch.aten.view"(%arg0, %{{.*}})
// CHECK: %[[V1:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK: %[[V2:.*]] = builtin.unrealized_conversion_cast %[[V]]
// CHECK: %[[Y:.*]] = norm.rms_norm %[[V2]] scale(%[[V1]] : tensor<8xf32> dims [3]) axes [3] epsilon 9.9999999999999995E-7 : tensor<2x4x2x8xf32> -> tensor<2x4x2x8xf32>
// CHECK: %[[V3:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: %[[V4:.*]] = "torch.aten.permute"(%[[V3]], %{{.*}})
// CHECK: %[[V5:.*]] = "torch.aten.view"(%arg1, %{{.*}})
// CHECK: %[[V6:.*]] = builtin.unrealized_conversion_cast %arg3
// CHECK: %[[V7:.*]] = builtin.unrealized_conversion_cast %[[V5]]
// CHECK: %[[Y1:.*]] = norm.rms_norm %[[V7]] scale(%[[V6]] : tensor<8xf32> dims [3]) axes [3] epsilon 9.9999999999999995E-7 : tensor<2x4x2x8xf32> -> tensor<2x4x2x8xf32>
// CHECK: %[[V8:.*]] = builtin.unrealized_conversion_cast %[[Y1]]
// CHECK: %[[V9:.*]] = "torch.aten.permute"(%[[V8]], %{{.*}})
// CHECK: return %[[V4]], %[[V9]]
func.func @qk_norm_torch(%q: !torch.vtensor<[2,4,16],f32>,
    %k: !torch.vtensor<[2,4,16],f32>, %wq: !torch.vtensor<[8],f32>,
    %wk: !torch.vtensor<[8],f32>)
    -> (!torch.vtensor<[2,2,4,8],f32>, !torch.vtensor<[2,2,4,8],f32>) {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int4 = "torch.constant.int"() <{value = 4 : i64}> : () -> !torch.int
  %int8 = "torch.constant.int"() <{value = 8 : i64}> : () -> !torch.int
  %list3 = "torch.prim.ListConstruct"(%int2, %int4, %int2, %int8) : (!torch.int, !torch.int, !torch.int, !torch.int) -> !torch.list<int>
  %int3 = "torch.constant.int"() <{value = 3 : i64}> : () -> !torch.int
  %list5 = "torch.prim.ListConstruct"(%int3) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %float9 = "torch.constant.float"() <{value = 1.0e-06 : f64}> : () -> !torch.float
  %int0 = "torch.constant.int"() <{value = 0 : i64}> : () -> !torch.int
  %list11 = "torch.prim.ListConstruct"(%int0, %int2, %int1, %int3) : (!torch.int, !torch.int, !torch.int, !torch.int) -> !torch.list<int>
  %0 = "torch.aten.view"(%q, %list3) : (!torch.vtensor<[2,4,16],f32>, !torch.list<int>) -> !torch.vtensor<[2,4,2,8],f32>
  %1 = "torch.aten.pow.Tensor_Scalar"(%0, %int2) : (!torch.vtensor<[2,4,2,8],f32>, !torch.int) -> !torch.vtensor<[2,4,2,8],f32>
  %2 = "torch.aten.mean.dim"(%1, %list5, %true, %none) : (!torch.vtensor<[2,4,2,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,4,2,1],f32>
  %3 = "torch.aten.add.Scalar"(%2, %float9, %int1) : (!torch.vtensor<[2,4,2,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[2,4,2,1],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[2,4,2,1],f32>) -> !torch.vtensor<[2,4,2,1],f32>
  %5 = "torch.aten.mul.Tensor"(%0, %4) : (!torch.vtensor<[2,4,2,8],f32>, !torch.vtensor<[2,4,2,1],f32>) -> !torch.vtensor<[2,4,2,8],f32>
  %6 = "torch.aten.mul.Tensor"(%5, %wq) : (!torch.vtensor<[2,4,2,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[2,4,2,8],f32>
  %7 = "torch.aten.permute"(%6, %list11) : (!torch.vtensor<[2,4,2,8],f32>, !torch.list<int>) -> !torch.vtensor<[2,2,4,8],f32>
  %8 = "torch.aten.view"(%k, %list3) : (!torch.vtensor<[2,4,16],f32>, !torch.list<int>) -> !torch.vtensor<[2,4,2,8],f32>
  %9 = "torch.aten.pow.Tensor_Scalar"(%8, %int2) : (!torch.vtensor<[2,4,2,8],f32>, !torch.int) -> !torch.vtensor<[2,4,2,8],f32>
  %10 = "torch.aten.mean.dim"(%9, %list5, %true, %none) : (!torch.vtensor<[2,4,2,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,4,2,1],f32>
  %11 = "torch.aten.add.Scalar"(%10, %float9, %int1) : (!torch.vtensor<[2,4,2,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[2,4,2,1],f32>
  %12 = "torch.aten.rsqrt"(%11) : (!torch.vtensor<[2,4,2,1],f32>) -> !torch.vtensor<[2,4,2,1],f32>
  %13 = "torch.aten.mul.Tensor"(%8, %12) : (!torch.vtensor<[2,4,2,8],f32>, !torch.vtensor<[2,4,2,1],f32>) -> !torch.vtensor<[2,4,2,8],f32>
  %14 = "torch.aten.mul.Tensor"(%13, %wk) : (!torch.vtensor<[2,4,2,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[2,4,2,8],f32>
  %15 = "torch.aten.permute"(%14, %list11) : (!torch.vtensor<[2,4,2,8],f32>, !torch.list<int>) -> !torch.vtensor<[2,2,4,8],f32>
  return %7, %15 : !torch.vtensor<[2,2,4,8],f32>, !torch.vtensor<[2,2,4,8],f32>
}

// CHECK-LABEL: func.func @qk_norm_stablehlo(
// CHECK: %[[V:.*]] = "stablehlo.reshape"(%arg0)
// CHECK: %[[Y:.*]] = norm.rms_norm %[[V]] scale(%arg2 : tensor<8xf32> dims [3]) axes [3] epsilon 9.9999999747524271E-7 : tensor<2x4x2x8xf32> -> tensor<2x4x2x8xf32>
// CHECK: %[[V1:.*]] = "stablehlo.transpose"(%[[Y]]) <{permutation = array<i64: 0, 2, 1, 3>}>
// CHECK: %[[V2:.*]] = "stablehlo.reshape"(%arg1)
// CHECK: %[[Y1:.*]] = norm.rms_norm %[[V2]] scale(%arg3 : tensor<8xf32> dims [3]) axes [3] epsilon 9.9999999747524271E-7 : tensor<2x4x2x8xf32> -> tensor<2x4x2x8xf32>
// CHECK: %[[V3:.*]] = "stablehlo.transpose"(%[[Y1]]) <{permutation = array<i64: 0, 2, 1, 3>}>
// CHECK: return %[[V1]], %[[V3]]
func.func @qk_norm_stablehlo(%q: tensor<2x4x16xf32>, %k: tensor<2x4x16xf32>,
    %wq: tensor<8xf32>, %wk: tensor<8xf32>)
    -> (tensor<2x2x4x8xf32>, tensor<2x2x4x8xf32>) {
  %0 = "stablehlo.reshape"(%q) : (tensor<2x4x16xf32>) -> tensor<2x4x2x8xf32>
  %1 = "stablehlo.multiply"(%0, %0) : (tensor<2x4x2x8xf32>, tensor<2x4x2x8xf32>) -> tensor<2x4x2x8xf32>
  %2 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %3 = "stablehlo.reduce"(%1, %2) <{dimensions = array<i64: 3>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<2x4x2x8xf32>, tensor<f32>) -> tensor<2x4x2xf32>
  %4 = "stablehlo.constant"() <{value = dense<8.0> : tensor<2x4x2xf32>}> : () -> tensor<2x4x2xf32>
  %5 = "stablehlo.divide"(%3, %4) : (tensor<2x4x2xf32>, tensor<2x4x2xf32>) -> tensor<2x4x2xf32>
  %6 = "stablehlo.constant"() <{value = dense<1.0e-06> : tensor<2x4x2xf32>}> : () -> tensor<2x4x2xf32>
  %7 = "stablehlo.add"(%5, %6) : (tensor<2x4x2xf32>, tensor<2x4x2xf32>) -> tensor<2x4x2xf32>
  %8 = "stablehlo.rsqrt"(%7) : (tensor<2x4x2xf32>) -> tensor<2x4x2xf32>
  %9 = "stablehlo.broadcast_in_dim"(%8) <{broadcast_dimensions = array<i64: 0, 1, 2>}> : (tensor<2x4x2xf32>) -> tensor<2x4x2x8xf32>
  %10 = "stablehlo.multiply"(%0, %9) : (tensor<2x4x2x8xf32>, tensor<2x4x2x8xf32>) -> tensor<2x4x2x8xf32>
  %11 = "stablehlo.broadcast_in_dim"(%wq) <{broadcast_dimensions = array<i64: 3>}> : (tensor<8xf32>) -> tensor<2x4x2x8xf32>
  %12 = "stablehlo.multiply"(%10, %11) : (tensor<2x4x2x8xf32>, tensor<2x4x2x8xf32>) -> tensor<2x4x2x8xf32>
  %13 = "stablehlo.transpose"(%12) <{permutation = array<i64: 0, 2, 1, 3>}> : (tensor<2x4x2x8xf32>) -> tensor<2x2x4x8xf32>
  %14 = "stablehlo.reshape"(%k) : (tensor<2x4x16xf32>) -> tensor<2x4x2x8xf32>
  %15 = "stablehlo.multiply"(%14, %14) : (tensor<2x4x2x8xf32>, tensor<2x4x2x8xf32>) -> tensor<2x4x2x8xf32>
  %16 = "stablehlo.reduce"(%15, %2) <{dimensions = array<i64: 3>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<2x4x2x8xf32>, tensor<f32>) -> tensor<2x4x2xf32>
  %17 = "stablehlo.divide"(%16, %4) : (tensor<2x4x2xf32>, tensor<2x4x2xf32>) -> tensor<2x4x2xf32>
  %18 = "stablehlo.add"(%17, %6) : (tensor<2x4x2xf32>, tensor<2x4x2xf32>) -> tensor<2x4x2xf32>
  %19 = "stablehlo.rsqrt"(%18) : (tensor<2x4x2xf32>) -> tensor<2x4x2xf32>
  %20 = "stablehlo.broadcast_in_dim"(%19) <{broadcast_dimensions = array<i64: 0, 1, 2>}> : (tensor<2x4x2xf32>) -> tensor<2x4x2x8xf32>
  %21 = "stablehlo.multiply"(%14, %20) : (tensor<2x4x2x8xf32>, tensor<2x4x2x8xf32>) -> tensor<2x4x2x8xf32>
  %22 = "stablehlo.broadcast_in_dim"(%wk) <{broadcast_dimensions = array<i64: 3>}> : (tensor<8xf32>) -> tensor<2x4x2x8xf32>
  %23 = "stablehlo.multiply"(%21, %22) : (tensor<2x4x2x8xf32>, tensor<2x4x2x8xf32>) -> tensor<2x4x2x8xf32>
  %24 = "stablehlo.transpose"(%23) <{permutation = array<i64: 0, 2, 1, 3>}> : (tensor<2x4x2x8xf32>) -> tensor<2x2x4x8xf32>
  return %13, %24 : tensor<2x2x4x8xf32>, tensor<2x2x4x8xf32>
}

// CHECK-LABEL: func.func @qk_norm_onnx(
// CHECK: %[[V:.*]] = "onnx.Reshape"(%arg0, %{{.*}}) {allowzero = 0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[V]] scale(%arg2 : tensor<8xf32> dims [3]) axes [3] epsilon 9.9999999747524271E-7 : tensor<2x4x2x8xf32> -> tensor<2x4x2x8xf32>
// CHECK: %[[V1:.*]] = "onnx.Transpose"(%[[Y]]) {perm = [0, 2, 1, 3]}
// CHECK: %[[V2:.*]] = "onnx.Reshape"(%arg1, %{{.*}}) {allowzero = 0
// CHECK: %[[Y1:.*]] = norm.rms_norm %[[V2]] scale(%arg3 : tensor<8xf32> dims [3]) axes [3] epsilon 9.9999999747524271E-7 : tensor<2x4x2x8xf32> -> tensor<2x4x2x8xf32>
// CHECK: %[[V3:.*]] = "onnx.Transpose"(%[[Y1]]) {perm = [0, 2, 1, 3]}
// CHECK: return %[[V1]], %[[V3]]
func.func @qk_norm_onnx(%q: tensor<2x4x16xf32>, %k: tensor<2x4x16xf32>,
    %wq: tensor<8xf32>, %wk: tensor<8xf32>)
    -> (tensor<2x2x4x8xf32>, tensor<2x2x4x8xf32>) {
  %0 = "onnx.Constant"() {value = dense<[2, 4, 2, 8]> : tensor<4xi64>} : () -> tensor<4xi64>
  %1 = "onnx.Reshape"(%q, %0) {allowzero = 0 : si64} : (tensor<2x4x16xf32>, tensor<4xi64>) -> tensor<2x4x2x8xf32>
  %2 = "onnx.Constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %3 = "onnx.Pow"(%1, %2) : (tensor<2x4x2x8xf32>, tensor<f32>) -> tensor<2x4x2x8xf32>
  %4 = "onnx.ReduceMeanV13"(%3) {axes = [3], keepdims = 1 : si64} : (tensor<2x4x2x8xf32>) -> tensor<2x4x2x1xf32>
  %5 = "onnx.Constant"() {value = dense<1.0e-06> : tensor<f32>} : () -> tensor<f32>
  %6 = "onnx.Add"(%4, %5) : (tensor<2x4x2x1xf32>, tensor<f32>) -> tensor<2x4x2x1xf32>
  %7 = "onnx.Sqrt"(%6) : (tensor<2x4x2x1xf32>) -> tensor<2x4x2x1xf32>
  %8 = "onnx.Reciprocal"(%7) : (tensor<2x4x2x1xf32>) -> tensor<2x4x2x1xf32>
  %9 = "onnx.Mul"(%1, %8) : (tensor<2x4x2x8xf32>, tensor<2x4x2x1xf32>) -> tensor<2x4x2x8xf32>
  %10 = "onnx.Mul"(%9, %wq) : (tensor<2x4x2x8xf32>, tensor<8xf32>) -> tensor<2x4x2x8xf32>
  %11 = "onnx.Transpose"(%10) {perm = [0, 2, 1, 3]} : (tensor<2x4x2x8xf32>) -> tensor<2x2x4x8xf32>
  %12 = "onnx.Reshape"(%k, %0) {allowzero = 0 : si64} : (tensor<2x4x16xf32>, tensor<4xi64>) -> tensor<2x4x2x8xf32>
  %13 = "onnx.Pow"(%12, %2) : (tensor<2x4x2x8xf32>, tensor<f32>) -> tensor<2x4x2x8xf32>
  %14 = "onnx.ReduceMeanV13"(%13) {axes = [3], keepdims = 1 : si64} : (tensor<2x4x2x8xf32>) -> tensor<2x4x2x1xf32>
  %15 = "onnx.Add"(%14, %5) : (tensor<2x4x2x1xf32>, tensor<f32>) -> tensor<2x4x2x1xf32>
  %16 = "onnx.Sqrt"(%15) : (tensor<2x4x2x1xf32>) -> tensor<2x4x2x1xf32>
  %17 = "onnx.Reciprocal"(%16) : (tensor<2x4x2x1xf32>) -> tensor<2x4x2x1xf32>
  %18 = "onnx.Mul"(%12, %17) : (tensor<2x4x2x8xf32>, tensor<2x4x2x1xf32>) -> tensor<2x4x2x8xf32>
  %19 = "onnx.Mul"(%18, %wk) : (tensor<2x4x2x8xf32>, tensor<8xf32>) -> tensor<2x4x2x8xf32>
  %20 = "onnx.Transpose"(%19) {perm = [0, 2, 1, 3]} : (tensor<2x4x2x8xf32>) -> tensor<2x2x4x8xf32>
  return %11, %20 : tensor<2x2x4x8xf32>, tensor<2x2x4x8xf32>
}
