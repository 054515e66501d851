// RUN: rmsnorm-opt %s --canonicalize | FileCheck %s

// Rounded to bf16 before a scale that is not there, and again as the result.
// CHECK-LABEL: @repeated
// CHECK: norm.rms_norm %arg0 axes [1] epsilon 1.000000e-05 : tensor
func.func @repeated(%x: tensor<4x64xbf16>) -> tensor<4x64xbf16> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-5 {normalized_type = bf16}
      : tensor<4x64xbf16> -> tensor<4x64xbf16>
  return %y : tensor<4x64xbf16>
}

// CHECK-LABEL: @default
// CHECK: norm.layer_norm %arg0 scale(%arg1 : tensor<64xf32> dims [1]) axes [1] epsilon 1.000000e-05 : tensor
func.func @default(%x: tensor<4x64xbf16>, %w: tensor<64xf32>)
    -> tensor<4x64xbf16> {
  %y = norm.layer_norm %x scale(%w : tensor<64xf32> dims [1])
      axes [1] epsilon 1.0e-5 {normalized_type = f32, scaled_type = f32}
      : tensor<4x64xbf16> -> tensor<4x64xbf16>
  return %y : tensor<4x64xbf16>
}

// CHECK-LABEL: @product_is_the_result
// CHECK: axes [1] epsilon 1.000000e-05 : tensor
func.func @product_is_the_result(%x: tensor<4x64xbf16>, %w: tensor<64xf32>)
    -> tensor<4x64xbf16> {
  %y = norm.layer_norm %x scale(%w : tensor<64xf32> dims [1])
      axes [1] epsilon 1.0e-5 {scaled_type = bf16}
      : tensor<4x64xbf16> -> tensor<4x64xbf16>
  return %y : tensor<4x64xbf16>
}

// Each of these is a rounding of its own.
// CHECK-LABEL: @kept
// CHECK: {normalized_type = bf16}
// CHECK: {scaled_type = bf16}
// CHECK: {normalized_type = bf16}
func.func @kept(%x: tensor<4x64xbf16>, %w: tensor<64xf32>)
    -> (tensor<4x64xbf16>, tensor<4x64xbf16>, tensor<4x64xf32>) {
  %a = norm.rms_norm %x scale(%w : tensor<64xf32> dims [1])
      axes [1] epsilon 1.0e-5 {normalized_type = bf16}
      : tensor<4x64xbf16> -> tensor<4x64xbf16>
  %b = norm.rms_norm %x scale(%w : tensor<64xf32> dims [1])
      bias(%w : tensor<64xf32> dims [1]) axes [1] epsilon 1.0e-5
      {scaled_type = bf16} : tensor<4x64xbf16> -> tensor<4x64xbf16>
  %c = norm.rms_norm %x axes [1] epsilon 1.0e-5 {normalized_type = bf16}
      : tensor<4x64xbf16> -> tensor<4x64xf32>
  return %a, %b, %c : tensor<4x64xbf16>, tensor<4x64xbf16>, tensor<4x64xf32>
}
