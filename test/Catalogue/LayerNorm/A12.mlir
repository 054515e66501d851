// Catalogue entry A12: a group norm of one group: LayerNorm over all dimensions
// but the batch, scaled along the channels.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{Normalization|group_norm}}'

// CHECK-LABEL: func.func @aten(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[B:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.layer_norm %[[X]] scale(%[[W]] : tensor<8xf32> dims [1]) bias(%[[B]] : tensor<8xf32> dims [1]) axes [1, 2, 3] epsilon 1.000000e-05 : tensor<2x8x3x4xf32> -> tensor<2x8x3x4xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @aten(%x: !torch.vtensor<[2,8,3,4],f32>, %w: !torch.vtensor<[8],f32>,
    %b: !torch.vtensor<[8],f32>) -> !torch.vtensor<[2,8,3,4],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %float1 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %0 = "torch.aten.group_norm"(%x, %int1, %w, %b, %float1, %true) : (!torch.vtensor<[2,8,3,4],f32>, !torch.int, !torch.vtensor<[8],f32>, !torch.vtensor<[8],f32>, !torch.float, !torch.bool) -> !torch.vtensor<[2,8,3,4],f32>
  return %0 : !torch.vtensor<[2,8,3,4],f32>
}

// CHECK-LABEL: func.func @onnx(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) bias(%arg2 : tensor<8xf32> dims [1]) axes [1, 2, 3] epsilon 9.9999997473787516E-6 : tensor<2x8x3x4xf32> -> tensor<2x8x3x4xf32>
// CHECK: return %[[Y]]
func.func @onnx(%x: tensor<2x8x3x4xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>)
    -> tensor<2x8x3x4xf32> {
  %0 = "onnx.GroupNormalization"(%x, %w, %b) {epsilon = 1.0e-5 : f32, num_groups = 1 : si64, stash_type = 1 : si64} : (tensor<2x8x3x4xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<2x8x3x4xf32>
  return %0 : tensor<2x8x3x4xf32>
}

// CHECK-LABEL: func.func @mean_variance(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 axes [1, 2, 3] epsilon 9.9999997171806853E-10 mode outside : tensor<2x8x3x4xf32> -> tensor<2x8x3x4xf32>
// CHECK: return %[[Y]]
func.func @mean_variance(%x: tensor<2x8x3x4xf32>) -> tensor<2x8x3x4xf32> {
  %0 = "onnx.MeanVarianceNormalization"(%x) {axes = [1, 2, 3]} : (tensor<2x8x3x4xf32>) -> tensor<2x8x3x4xf32>
  return %0 : tensor<2x8x3x4xf32>
}
