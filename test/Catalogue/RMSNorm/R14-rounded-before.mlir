// Catalogue entry R14: a residual sum, normalised and returned (vLLM); rounded
// to bf16 before the statistic, or only after it: x is the rounded sum or the
// sum in f32.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @rounded_before_stablehlo(
// CHECK: %[[V:.*]] = "stablehlo.convert"(%arg0)
// CHECK: %[[V1:.*]] = "stablehlo.convert"(%arg2)
// CHECK: %[[V2:.*]] = "stablehlo.add"(%[[V]], %[[V1]])
// CHECK: %[[V3:.*]] = "stablehlo.convert"(%[[V2]])
// CHECK: %[[Y:.*]] = norm.rms_norm %[[V3]] scale(%arg1 : tensor<8xbf16> dims [1]) axes [1] epsilon 9.9999999747524271E-7 {normalized_type = bf16} : tensor<4x8xbf16> -> tensor<4x8xbf16>
// CHECK: return %[[Y]], %[[V3]]
func.func @rounded_before_stablehlo(%x: tensor<4x8xbf16>, %w: tensor<8xbf16>,
    %r: tensor<4x8xbf16>) -> (tensor<4x8xbf16>, tensor<4x8xbf16>) {
  %0 = "stablehlo.convert"(%x) : (tensor<4x8xbf16>) -> tensor<4x8xf32>
  %1 = "stablehlo.convert"(%r) : (tensor<4x8xbf16>) -> tensor<4x8xf32>
  %2 = "stablehlo.add"(%0, %1) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %3 = "stablehlo.convert"(%2) : (tensor<4x8xf32>) -> tensor<4x8xbf16>
  %4 = "stablehlo.convert"(%3) : (tensor<4x8xbf16>) -> tensor<4x8xf32>
  %5 = "stablehlo.multiply"(%4, %4) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %6 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %7 = "stablehlo.reduce"(%5, %6) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %8 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %9 = "stablehlo.divide"(%7, %8) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %10 = "stablehlo.constant"() <{value = dense<1.0e-06> : tensor<4xf32>}> : () -> tensor<4xf32>
  %11 = "stablehlo.add"(%9, %10) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %12 = "stablehlo.rsqrt"(%11) : (tensor<4xf32>) -> tensor<4xf32>
  %13 = "stablehlo.broadcast_in_dim"(%12) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %14 = "stablehlo.multiply"(%4, %13) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %15 = "stablehlo.convert"(%14) : (tensor<4x8xf32>) -> tensor<4x8xbf16>
  %16 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xbf16>) -> tensor<4x8xbf16>
  %17 = "stablehlo.multiply"(%15, %16) : (tensor<4x8xbf16>, tensor<4x8xbf16>) -> tensor<4x8xbf16>
  return %17, %3 : tensor<4x8xbf16>, tensor<4x8xbf16>
}

// CHECK-LABEL: func.func @rounded_before_torch(
// CHECK: %[[V:.*]] = "torch.aten.add.Tensor"(%{{.*}}, %{{.*}}, %{{.*}})
// CHECK: %[[V1:.*]] = "torch.aten.to.dtype"(%[[V]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}})
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[V2:.*]] = builtin.unrealized_conversion_cast %[[V1]]
// CHECK: %[[Y:.*]] = norm.rms_norm %[[V2]] scale(%[[W]] : tensor<8xbf16> dims [1]) axes [1] epsilon 9.9999999999999995E-7 {normalized_type = bf16} : tensor<4x8xbf16> -> tensor<4x8xbf16>
// CHECK: %[[V3:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V3]], %[[V1]]
func.func @rounded_before_torch(%x: !torch.vtensor<[4,8],bf16>,
    %w: !torch.vtensor<[8],bf16>, %r: !torch.vtensor<[4,8],bf16>)
    -> (!torch.vtensor<[4,8],bf16>, !torch.vtensor<[4,8],bf16>) {
  %false = "torch.constant.bool"() <{value = false}> : () -> !torch.bool
  %int6 = "torch.constant.int"() <{value = 6 : i64}> : () -> !torch.int
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %int15 = "torch.constant.int"() <{value = 15 : i64}> : () -> !torch.int
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %list6 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %float8 = "torch.constant.float"() <{value = 1.0e-06 : f64}> : () -> !torch.float
  %0 = "torch.aten.to.dtype"(%x, %int6, %false, %false, %none) : (!torch.vtensor<[4,8],bf16>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.to.dtype"(%r, %int6, %false, %false, %none) : (!torch.vtensor<[4,8],bf16>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.add.Tensor"(%0, %1, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %3 = "torch.aten.to.dtype"(%2, %int15, %false, %false, %none) : (!torch.vtensor<[4,8],f32>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],bf16>
  %4 = "torch.aten.to.dtype"(%3, %int6, %false, %false, %none) : (!torch.vtensor<[4,8],bf16>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],f32>
  %5 = "torch.aten.pow.Tensor_Scalar"(%4, %int2) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %6 = "torch.aten.mean.dim"(%5, %list6, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %7 = "torch.aten.add.Scalar"(%6, %float8, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %8 = "torch.aten.rsqrt"(%7) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %9 = "torch.aten.mul.Tensor"(%4, %8) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %10 = "torch.aten.to.dtype"(%9, %int15, %false, %false, %none) : (!torch.vtensor<[4,8],f32>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],bf16>
  %11 = "torch.aten.mul.Tensor"(%10, %w) : (!torch.vtensor<[4,8],bf16>, !torch.vtensor<[8],bf16>) -> !torch.vtensor<[4,8],bf16>
  return %11, %3 : !torch.vtensor<[4,8],bf16>, !torch.vtensor<[4,8],bf16>
}
