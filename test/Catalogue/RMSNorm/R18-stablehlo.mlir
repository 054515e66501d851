// Catalogue entry R18: composites and custom calls of StableHLO, by their
// names.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{composite|custom_call}}'

// CHECK-LABEL: func.func @odml_rms_norm(
// CHECK: norm.rms_norm {{.*}}scale({{.*}} dims [1]) axes [1] epsilon {{[0-9.E+-]+}}
func.func @odml_rms_norm(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "stablehlo.composite"(%x, %w) <{composite_attributes = {epsilon = 1.0e-5 : f32}, decomposition = @odml_rms_norm_impl, name = "odml.rms_norm", version = 1 : i32}> : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @tenstorrent_rms_norm(
// CHECK: norm.rms_norm {{.*}}scale({{.*}} dims [1]) axes [1] epsilon {{[0-9.E+-]+}}
func.func @tenstorrent_rms_norm(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
    -> tensor<4x8xf32> {
  %0 = "stablehlo.composite"(%x, %w) <{composite_attributes = {epsilon = 1.0e-5 : f32, normalized_shape = dense<8> : tensor<1xi64>}, decomposition = @tenstorrent_rms_norm_impl, name = "tenstorrent.rms_norm", version = 1 : i32}> : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @tenstorrent_layer_norm(
// CHECK: norm.layer_norm {{.*}}scale({{.*}} dims [1]){{.*}}bias({{.*}} dims [1]) axes [1] epsilon {{[0-9.E+-]+}}
func.func @tenstorrent_layer_norm(%x: tensor<4x8xf32>, %w: tensor<8xf32>,
    %b: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.composite"(%x, %w, %b) <{composite_attributes = {epsilon = 1.0e-5 : f32, normalized_shape = dense<8> : tensor<1xi64>}, decomposition = @tenstorrent_layer_norm_impl, name = "tenstorrent.layer_norm", version = 1 : i32}> : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @byteir_layer_norm(
// CHECK: norm.layer_norm {{.*}}scale({{.*}} dims [1]){{.*}}bias({{.*}} dims [1]) axes [1] epsilon {{[0-9.E+-]+}}
func.func @byteir_layer_norm(%x: tensor<4x8xf32>, %w: tensor<8xf32>,
    %b: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.custom_call"(%x, %w, %b) <{call_target_name = "byteir.layer_norm"}> {byteir_attrs = {axis = [1], epsilon = 1.0e-5 : f64}} : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}
