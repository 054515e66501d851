// Catalogue entry R3: the scale is 1 + w or w + 1, in f32, or folded into a
// constant: Gemma.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @one_plus_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] scale(%[[W]] : tensor<8xbf16> dims [1]) axes [1] epsilon 9.9999999999999995E-7 {scale_offset = 1.000000e+00 : f64} : tensor<4x8xbf16> -> tensor<4x8xbf16>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @one_plus_torch(%x: !torch.vtensor<[4,8],bf16>,
    %w: !torch.vtensor<[8],bf16>) -> !torch.vtensor<[4,8],bf16> {
  %false = "torch.constant.bool"() <{value = false}> : () -> !torch.bool
  %int6 = "torch.constant.int"() <{value = 6 : i64}> : () -> !torch.int
  %none = "torch.constant.none"() : () -> !torch.none
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list5 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %float7 = "torch.constant.float"() <{value = 1.0e-06 : f64}> : () -> !torch.float
  %float8 = "torch.constant.float"() <{value = 1.0 : f64}> : () -> !torch.float
  %int15 = "torch.constant.int"() <{value = 15 : i64}> : () -> !torch.int
  %0 = "torch.aten.to.dtype"(%x, %int6, %false, %false, %none) : (!torch.vtensor<[4,8],bf16>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.pow.Tensor_Scalar"(%0, %int2) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.mean.dim"(%1, %list5, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.add.Scalar"(%2, %float7, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.mul.Tensor"(%0, %4) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %6 = "torch.aten.to.dtype"(%w, %int6, %false, %false, %none) : (!torch.vtensor<[8],bf16>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[8],f32>
  %7 = "torch.aten.add.Scalar"(%6, %float8, %int1) : (!torch.vtensor<[8],f32>, !torch.float, !torch.int) -> !torch.vtensor<[8],f32>
  %8 = "torch.aten.mul.Tensor"(%5, %7) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  %9 = "torch.aten.to.dtype"(%8, %int15, %false, %false, %none) : (!torch.vtensor<[4,8],f32>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],bf16>
  return %9 : !torch.vtensor<[4,8],bf16>
}

// CHECK-LABEL: func.func @one_plus_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xbf16> dims [1]) axes [1] epsilon 9.9999999747524271E-7 {scale_offset = 1.000000e+00 : f64} : tensor<4x8xbf16> -> tensor<4x8xbf16>
// CHECK: return %[[Y]]
func.func @one_plus_stablehlo(%x: tensor<4x8xbf16>, %w: tensor<8xbf16>)
    -> tensor<4x8xbf16> {
  %0 = "stablehlo.convert"(%x) : (tensor<4x8xbf16>) -> tensor<4x8xf32>
  %1 = "stablehlo.multiply"(%0, %0) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %2 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %3 = "stablehlo.reduce"(%1, %2) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %4 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %5 = "stablehlo.divide"(%3, %4) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %6 = "stablehlo.constant"() <{value = dense<1.0e-06> : tensor<4xf32>}> : () -> tensor<4xf32>
  %7 = "stablehlo.add"(%5, %6) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.rsqrt"(%7) : (tensor<4xf32>) -> tensor<4xf32>
  %9 = "stablehlo.broadcast_in_dim"(%8) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %10 = "stablehlo.multiply"(%0, %9) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.convert"(%w) : (tensor<8xbf16>) -> tensor<8xf32>
  %12 = "stablehlo.constant"() <{value = dense<1.0> : tensor<8xf32>}> : () -> tensor<8xf32>
  %13 = "stablehlo.add"(%12, %11) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %14 = "stablehlo.broadcast_in_dim"(%13) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %15 = "stablehlo.multiply"(%10, %14) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %16 = "stablehlo.convert"(%15) : (tensor<4x8xf32>) -> tensor<4x8xbf16>
  return %16 : tensor<4x8xbf16>
}

// CHECK-LABEL: func.func @plus_one_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] scale(%[[W]] : tensor<8xbf16> dims [1]) axes [1] epsilon 9.9999999999999995E-7 {scale_offset = 1.000000e+00 : f64} : tensor<4x8xbf16> -> tensor<4x8xbf16>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @plus_one_torch(%x: !torch.vtensor<[4,8],bf16>,
    %w: !torch.vtensor<[8],bf16>) -> !torch.vtensor<[4,8],bf16> {
  %false = "torch.constant.bool"() <{value = false}> : () -> !torch.bool
  %int6 = "torch.constant.int"() <{value = 6 : i64}> : () -> !torch.int
  %none = "torch.constant.none"() : () -> !torch.none
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list5 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %float7 = "torch.constant.float"() <{value = 1.0e-06 : f64}> : () -> !torch.float
  %float8 = "torch.constant.float"() <{value = 1.0 : f64}> : () -> !torch.float
  %int15 = "torch.constant.int"() <{value = 15 : i64}> : () -> !torch.int
  %0 = "torch.aten.to.dtype"(%x, %int6, %false, %false, %none) : (!torch.vtensor<[4,8],bf16>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.pow.Tensor_Scalar"(%0, %int2) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.mean.dim"(%1, %list5, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.add.Scalar"(%2, %float7, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.mul.Tensor"(%0, %4) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %6 = "torch.aten.to.dtype"(%w, %int6, %false, %false, %none) : (!torch.vtensor<[8],bf16>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[8],f32>
  %7 = "torch.aten.add.Scalar"(%6, %float8, %int1) : (!torch.vtensor<[8],f32>, !torch.float, !torch.int) -> !torch.vtensor<[8],f32>
  %8 = "torch.aten.mul.Tensor"(%5, %7) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  %9 = "torch.aten.to.dtype"(%8, %int15, %false, %false, %none) : (!torch.vtensor<[4,8],f32>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],bf16>
  return %9 : !torch.vtensor<[4,8],bf16>
}

// CHECK-LABEL: func.func @plus_one_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<8xbf16> dims [1]) axes [1] epsilon 9.9999999747524271E-7 {scale_offset = 1.000000e+00 : f64} : tensor<4x8xbf16> -> tensor<4x8xbf16>
// CHECK: return %[[Y]]
func.func @plus_one_stablehlo(%x: tensor<4x8xbf16>, %w: tensor<8xbf16>)
    -> tensor<4x8xbf16> {
  %0 = "stablehlo.convert"(%x) : (tensor<4x8xbf16>) -> tensor<4x8xf32>
  %1 = "stablehlo.multiply"(%0, %0) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %2 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %3 = "stablehlo.reduce"(%1, %2) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %4 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %5 = "stablehlo.divide"(%3, %4) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %6 = "stablehlo.constant"() <{value = dense<1.0e-06> : tensor<4xf32>}> : () -> tensor<4xf32>
  %7 = "stablehlo.add"(%5, %6) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.rsqrt"(%7) : (tensor<4xf32>) -> tensor<4xf32>
  %9 = "stablehlo.broadcast_in_dim"(%8) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %10 = "stablehlo.multiply"(%0, %9) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.convert"(%w) : (tensor<8xbf16>) -> tensor<8xf32>
  %12 = "stablehlo.constant"() <{value = dense<1.0> : tensor<8xf32>}> : () -> tensor<8xf32>
  %13 = "stablehlo.add"(%11, %12) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %14 = "stablehlo.broadcast_in_dim"(%13) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %15 = "stablehlo.multiply"(%10, %14) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %16 = "stablehlo.convert"(%15) : (tensor<4x8xf32>) -> tensor<4x8xbf16>
  return %16 : tensor<4x8xbf16>
}

// CHECK-LABEL: func.func @folded(
// CHECK: %[[V:.*]] = arith.constant dense<[1.500000e+00, 7.500000e-01, 1.000000e+00, 1.250000e+00]> : tensor<4xf32>
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%[[V]] : tensor<4xf32> dims [1]) axes [1] epsilon 9.9999999747524271E-7 : tensor<4x4xf32> -> tensor<4x4xf32>
// CHECK: return %[[Y]]
func.func @folded(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %w = arith.constant dense<[1.5, 0.75, 1.0, 1.25]> : tensor<4xf32>
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<4.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-6> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x4xf32>
  %sq = arith.mulf %x, %x : tensor<4x4xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x4xf32>) outs(%zero : tensor<4xf32>) dimensions = [1]
  %m = arith.divf %s, %n : tensor<4xf32>
  %v = arith.addf %m, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %rb = linalg.broadcast ins(%r : tensor<4xf32>) outs(%e : tensor<4x4xf32>) dimensions = [1]
  %wb = linalg.broadcast ins(%w : tensor<4xf32>) outs(%e : tensor<4x4xf32>) dimensions = [0]
  %h = arith.mulf %x, %rb : tensor<4x4xf32>
  %y = arith.mulf %h, %wb : tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}
