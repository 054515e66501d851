// Catalogue entry A2: rsqrt times the difference, with expanded statistics and
// casts, and results y, mean and rstd: how torch-mlir decomposes
// native_layer_norm.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @native_layer_norm(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[B:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]], %[[MEAN:.*]], %[[RSTD:.*]] = norm.layer_norm %[[X]] scale(%[[W]] : tensor<8xbf16> dims [1]) bias(%[[B]] : tensor<8xbf16> dims [1]) axes [1] epsilon 1.000000e-05 : tensor<4x8xbf16> -> tensor<4x8xbf16> mean tensor<4xf32> rstd tensor<4xf32>
// CHECK: %[[V:.*]] = arith.truncf %[[MEAN]]
// CHECK: %[[V1:.*]] = tensor.expand_shape %[[V]] {{\[\[}}0, 1]] output_shape [4, 1]
// CHECK: %[[V2:.*]] = builtin.unrealized_conversion_cast %[[V1]]
// CHECK: %[[V3:.*]] = arith.truncf %[[RSTD]]
// CHECK: %[[V4:.*]] = tensor.expand_shape %[[V3]] {{\[\[}}0, 1]] output_shape [4, 1]
// CHECK: %[[V5:.*]] = builtin.unrealized_conversion_cast %[[V4]]
// CHECK: %[[V6:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V6]], %[[V2]], %[[V5]]
func.func @native_layer_norm(%x: !torch.vtensor<[4,8],bf16>,
    %w: !torch.vtensor<[8],bf16>, %b: !torch.vtensor<[8],bf16>)
    -> (!torch.vtensor<[4,8],bf16>, !torch.vtensor<[4,1],bf16>, !torch.vtensor<[4,1],bf16>) {
  %false = "torch.constant.bool"() <{value = false}> : () -> !torch.bool
  %int6 = "torch.constant.int"() <{value = 6 : i64}> : () -> !torch.int
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list4 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %int8 = "torch.constant.int"() <{value = 8 : i64}> : () -> !torch.int
  %int4 = "torch.constant.int"() <{value = 4 : i64}> : () -> !torch.int
  %list8 = "torch.prim.ListConstruct"(%int4, %int8) : (!torch.int, !torch.int) -> !torch.list<int>
  %float9 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %int15 = "torch.constant.int"() <{value = 15 : i64}> : () -> !torch.int
  %0 = "torch.aten.to.dtype"(%x, %int6, %false, %false, %none) : (!torch.vtensor<[4,8],bf16>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.sum.dim_IntList"(%0, %list4, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.div.Scalar"(%1, %int8) : (!torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.expand"(%2, %list8, %false) : (!torch.vtensor<[4,1],f32>, !torch.list<int>, !torch.bool) -> !torch.vtensor<[4,8],f32>
  %4 = "torch.aten.sub.Tensor"(%0, %3, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %5 = "torch.aten.mul.Tensor"(%4, %4) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %6 = "torch.aten.sum.dim_IntList"(%5, %list4, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %7 = "torch.aten.div.Scalar"(%6, %int8) : (!torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,1],f32>
  %8 = "torch.aten.add.Scalar"(%7, %float9, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %9 = "torch.aten.rsqrt"(%8) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %10 = "torch.aten.expand"(%9, %list8, %false) : (!torch.vtensor<[4,1],f32>, !torch.list<int>, !torch.bool) -> !torch.vtensor<[4,8],f32>
  %11 = "torch.aten.mul.Tensor"(%4, %10) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %12 = "torch.aten.to.dtype"(%w, %int6, %false, %false, %none) : (!torch.vtensor<[8],bf16>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[8],f32>
  %13 = "torch.aten.mul.Tensor"(%11, %12) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  %14 = "torch.aten.to.dtype"(%b, %int6, %false, %false, %none) : (!torch.vtensor<[8],bf16>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[8],f32>
  %15 = "torch.aten.add.Tensor"(%13, %14, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %16 = "torch.aten.to.dtype"(%15, %int15, %false, %false, %none) : (!torch.vtensor<[4,8],f32>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],bf16>
  %17 = "torch.aten.to.dtype"(%2, %int15, %false, %false, %none) : (!torch.vtensor<[4,1],f32>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],bf16>
  %18 = "torch.aten.to.dtype"(%9, %int15, %false, %false, %none) : (!torch.vtensor<[4,1],f32>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],bf16>
  return %16, %17, %18 : !torch.vtensor<[4,8],bf16>, !torch.vtensor<[4,1],bf16>, !torch.vtensor<[4,1],bf16>
}
