// Catalogue entry R18: custom calls of StableHLO and MHLO, by what they call.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='custom_call'

// CHECK-LABEL: func.func @byteir_layer_norm(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) bias(%arg2 : tensor<8xf32> dims [1]) axes [1] epsilon 1.000000e-05 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @byteir_layer_norm(%x: tensor<4x8xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "mhlo.custom_call"(%x, %w, %b) {api_version = 1 : i32, backend_config = "", byteir_attrs = {axis = [1], epsilon = 1.0e-5 : f64}, call_target_name = "byteir.layer_norm", called_computations = [], has_side_effect = false} : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @onednn_layernorm(
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%arg1 : tensor<8xf32> dims [1]) bias(%arg2 : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @onednn_layernorm(%x: tensor<4x8xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>)
    -> tensor<4x8xf32> {
  // 925353388 are the bits of 1e-5.
  %0 = "stablehlo.custom_call"(%x, %w, %b) <{backend_config = "{\22onednn_layer_norm_config\22:{\22rescale\22:\22SCALE_AND_SHIFT\22,\22epsilon_typecast\22:925353388}}", call_target_name = "__onednn$layernorm"}> : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @cudnn_norm(
// CHECK: %[[V:.*]] = tensor.collapse_shape %arg1 {{\[\[}}0, 1, 2, 3]]
// CHECK: %[[V1:.*]] = tensor.collapse_shape %arg2 {{\[\[}}0, 1, 2, 3]]
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%[[V]] : tensor<8xf32> dims [1]) bias(%[[V1]] : tensor<8xf32> dims [1]) axes [1] epsilon 1.000000e-03 : tensor<4x8x1x1xf32> -> tensor<4x8x1x1xf32>
// CHECK: return %[[Y]]
func.func @cudnn_norm(%x: tensor<4x8x1x1xf32>, %w: tensor<8x1x1x1xf32>,
    %b: tensor<8x1x1x1xf32>) -> tensor<4x8x1x1xf32> {
  %0:2 = "stablehlo.custom_call"(%x, %w, %b) <{backend_config = "{\22cudnn_norm_backend_config\22:{\22epsilon\22:0.001,\22kind\22:\22LAYER_FWD_INFER\22}}", call_target_name = "__cudnn$norm"}> : (tensor<4x8x1x1xf32>, tensor<8x1x1x1xf32>, tensor<8x1x1x1xf32>) -> (tensor<4x8x1x1xf32>, tensor<16xui8>)
  return %0#0 : tensor<4x8x1x1xf32>
}
