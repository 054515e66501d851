// Catalogue entry R18: custom calls with an effect, with an unknown target,
// without an epsilon.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

func.func @effect(%x: tensor<4x8xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "mhlo.custom_call"(%x, %w, %b) {byteir_attrs = {axis = [1], epsilon = 1.0e-5 : f64}, call_target_name = "byteir.layer_norm", has_side_effect = true} : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

func.func @unknown(%x: tensor<4x8xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "mhlo.custom_call"(%x, %w, %b) {byteir_attrs = {axis = [1], epsilon = 1.0e-5 : f64}, call_target_name = "byteir.softmax"} : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK: remark: [Missed] no-squares |
// CHECK-SAME: Function=no_epsilon
// CHECK-SAME: Remark="x is not under the root"

func.func @no_epsilon(%x: tensor<4x8xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "stablehlo.custom_call"(%x, %w, %b) <{backend_config = "{\22onednn_layer_norm_config\22:{\22rescale\22:\22SCALE_AND_SHIFT\22}}", call_target_name = "__onednn$layernorm"}> : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}
