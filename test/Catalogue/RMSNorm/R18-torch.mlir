// Catalogue entry R18: the named norms of torch.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='torch.aten'

// CHECK-LABEL: func.func @layer_norm(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[B:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.layer_norm %[[X]] scale(%[[W]] : tensor<8xf32> dims [1]) bias(%[[B]] : tensor<8xf32> dims [1]) axes [1] epsilon 1.000000e-05 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @layer_norm(%x: !torch.vtensor<[4,8],f32>,
    %w: !torch.vtensor<[8],f32>, %b: !torch.vtensor<[8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int8 = "torch.constant.int"() <{value = 8 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int8) : (!torch.int) -> !torch.list<int>
  %float2 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %false = "torch.constant.bool"() <{value = false}> : () -> !torch.bool
  %0 = "torch.aten.layer_norm"(%x, %list1, %w, %b, %float2, %false) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.vtensor<[8],f32>, !torch.vtensor<[8],f32>, !torch.float, !torch.bool) -> !torch.vtensor<[4,8],f32>
  return %0 : !torch.vtensor<[4,8],f32>
}

// CHECK-LABEL: func.func @native_layer_norm(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[B:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]], %[[MEAN:.*]], %[[RSTD:.*]] = norm.layer_norm %[[X]] scale(%[[W]] : tensor<8xf32> dims [1]) bias(%[[B]] : tensor<8xf32> dims [1]) axes [1] epsilon 1.000000e-05 : tensor<4x8xf32> -> tensor<4x8xf32> mean tensor<4xf32> rstd tensor<4xf32>
// CHECK: %[[V:.*]] = tensor.expand_shape %[[MEAN]] {{\[\[}}0, 1]] output_shape [4, 1]
// CHECK: %[[V1:.*]] = builtin.unrealized_conversion_cast %[[V]]
// CHECK: %[[V2:.*]] = tensor.expand_shape %[[RSTD]] {{\[\[}}0, 1]] output_shape [4, 1]
// CHECK: %[[V3:.*]] = builtin.unrealized_conversion_cast %[[V2]]
// CHECK: %[[V4:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V4]], %[[V1]], %[[V3]]
func.func @native_layer_norm(%x: !torch.vtensor<[4,8],f32>,
    %w: !torch.vtensor<[8],f32>, %b: !torch.vtensor<[8],f32>)
    -> (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.vtensor<[4,1],f32>) {
  %int8 = "torch.constant.int"() <{value = 8 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int8) : (!torch.int) -> !torch.list<int>
  %float2 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0:3 = "torch.aten.native_layer_norm"(%x, %list1, %w, %b, %float2) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.vtensor<[8],f32>, !torch.vtensor<[8],f32>, !torch.float) -> (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.vtensor<[4,1],f32>)
  return %0#0, %0#1, %0#2 : !torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.vtensor<[4,1],f32>
}

// CHECK-LABEL: func.func @rms_norm(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] scale(%[[W]] : tensor<8xf32> dims [1]) axes [1] epsilon 1.000000e-05 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @rms_norm(%x: !torch.vtensor<[4,8],f32>, %w: !torch.vtensor<[8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int8 = "torch.constant.int"() <{value = 8 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int8) : (!torch.int) -> !torch.list<int>
  %float2 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.rms_norm"(%x, %list1, %w, %float2) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.vtensor<[8],f32>, !torch.float) -> !torch.vtensor<[4,8],f32>
  return %0 : !torch.vtensor<[4,8],f32>
}

// CHECK-LABEL: func.func @fused_rms_norm(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]], %[[RSTD:.*]] = norm.rms_norm %[[X]] scale(%[[W]] : tensor<8xf32> dims [1]) axes [1] epsilon 1.000000e-05 : tensor<4x8xf32> -> tensor<4x8xf32> rstd tensor<4xf32>
// CHECK: %[[V:.*]] = tensor.expand_shape %[[RSTD]] {{\[\[}}0, 1]] output_shape [4, 1]
// CHECK: %[[V1:.*]] = builtin.unrealized_conversion_cast %[[V]]
// CHECK: %[[V2:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V2]], %[[V1]]
func.func @fused_rms_norm(%x: !torch.vtensor<[4,8],f32>,
    %w: !torch.vtensor<[8],f32>)
    -> (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) {
  %int8 = "torch.constant.int"() <{value = 8 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int8) : (!torch.int) -> !torch.list<int>
  %float2 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0:2 = "torch.aten._fused_rms_norm"(%x, %list1, %w, %float2) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.vtensor<[8],f32>, !torch.float) -> (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>)
  return %0#0, %0#1 : !torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>
}

// CHECK-LABEL: func.func @group_norm(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[B:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.layer_norm %[[X]] scale(%[[W]] : tensor<8xf32> dims [1]) bias(%[[B]] : tensor<8xf32> dims [1]) axes [1, 2] epsilon 1.000000e-05 : tensor<2x8x6xf32> -> tensor<2x8x6xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @group_norm(%x: !torch.vtensor<[2,8,6],f32>,
    %w: !torch.vtensor<[8],f32>, %b: !torch.vtensor<[8],f32>)
    -> !torch.vtensor<[2,8,6],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %float1 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %0 = "torch.aten.group_norm"(%x, %int1, %w, %b, %float1, %true) : (!torch.vtensor<[2,8,6],f32>, !torch.int, !torch.vtensor<[8],f32>, !torch.vtensor<[8],f32>, !torch.float, !torch.bool) -> !torch.vtensor<[2,8,6],f32>
  return %0 : !torch.vtensor<[2,8,6],f32>
}

// CHECK-LABEL: func.func @var_mean(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.layer_norm %[[X]] axes [1] epsilon 1.000000e-05 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @var_mean(%x: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %int0 = "torch.constant.int"() <{value = 0 : i64}> : () -> !torch.int
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %float4 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0:2 = "torch.aten.var_mean.correction"(%x, %list1, %int0, %true) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.int, !torch.bool) -> (!torch.vtensor<[4,1],f32>, !torch.vtensor<[4,1],f32>)
  %1 = "torch.aten.sub.Tensor"(%x, %0#1, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.add.Scalar"(%0#0, %float4, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.rsqrt"(%2) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.mul.Tensor"(%1, %3) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %4 : !torch.vtensor<[4,8],f32>
}
