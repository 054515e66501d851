// RUN: rmsnorm-opt %s --norm-decompose --norm-raise=policy=exact --canonicalize | FileCheck %s

// What is spelled out is recognised as what it was.

// CHECK-LABEL: func.func @rms_bf16
// CHECK-NEXT: %[[Y:.+]], %[[RSTD:.+]] = norm.rms_norm %arg0 scale(%arg1 : tensor<64xbf16> dims [2]) axes [2] epsilon {{[^ ]+}} {normalized_type = bf16} : tensor<2x16x64xbf16> -> tensor<2x16x64xbf16> rstd tensor<2x16xf32>
// CHECK-NEXT: return %[[Y]], %[[RSTD]]
func.func @rms_bf16(%x: tensor<2x16x64xbf16>, %w: tensor<64xbf16>)
    -> (tensor<2x16x64xbf16>, tensor<2x16xf32>) {
  %y, %rstd = norm.rms_norm %x scale(%w : tensor<64xbf16> dims [2])
      axes [2] epsilon 1.0e-6 {normalized_type = bf16}
      : tensor<2x16x64xbf16> -> tensor<2x16x64xbf16> rstd tensor<2x16xf32>
  return %y, %rstd : tensor<2x16x64xbf16>, tensor<2x16xf32>
}

// CHECK-LABEL: func.func @layer_norm_dynamic
// CHECK-NEXT: %[[Y:.+]], %[[MEAN:.+]] = norm.layer_norm %arg0 bias(%arg1 : tensor<?x?xf32> dims [0, 2]) axes [1, 2] epsilon {{[^ ]+}} : tensor<?x?x?xf32> -> tensor<?x?x?xf32> mean tensor<?xf32>
// CHECK-NEXT: return %[[Y]], %[[MEAN]]
func.func @layer_norm_dynamic(%x: tensor<?x?x?xf32>, %b: tensor<?x?xf32>)
    -> (tensor<?x?x?xf32>, tensor<?xf32>) {
  %y, %mean = norm.layer_norm %x bias(%b : tensor<?x?xf32> dims [0, 2])
      axes [1, 2] epsilon 1.0e-5
      : tensor<?x?x?xf32> -> tensor<?x?x?xf32> mean tensor<?xf32>
  return %y, %mean : tensor<?x?x?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @clamped
// CHECK-NEXT: norm.layer_norm %arg0 axes [1] epsilon {{[^ ]+}} mode clamp_var : tensor<4x8xf64> -> tensor<4x8xf64>
func.func @clamped(%x: tensor<4x8xf64>) -> tensor<4x8xf64> {
  %y = norm.layer_norm %x axes [1] epsilon 1.0e-5 mode clamp_var
      : tensor<4x8xf64> -> tensor<4x8xf64>
  return %y : tensor<4x8xf64>
}

// CHECK-LABEL: func.func @offset
// CHECK: norm.rms_norm %arg0 scale(%{{.+}} : tensor<8xf32> dims [1]) axes [1] epsilon {{[^ ]+}} mode outside
func.func @offset(%x: tensor<4x8xf32>, %w: tensor<8xf32>) -> tensor<4x8xf32> {
  %y = norm.rms_norm %x scale(%w : tensor<8xf32> dims [1])
      axes [1] epsilon 1.0e-5 mode outside {scale_offset = 1.0}
      : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @gradient
// CHECK-NEXT: %[[DX:.+]], %[[DW:.+]], %[[DB:.+]] = norm.layer_norm_backward %arg0, %arg1, %arg2, %arg3 scale(%arg4 : tensor<64xf16> dims [1]) axes [1] bias_dims [1]
// CHECK-NEXT: return %[[DX]], %[[DW]], %[[DB]]
func.func @gradient(%dy: tensor<8x64xf16>, %x: tensor<8x64xf16>,
    %mean: tensor<8xf32>, %rstd: tensor<8xf32>, %w: tensor<64xf16>)
    -> (tensor<8x64xf16>, tensor<64xf32>, tensor<64xf32>) {
  %dx, %dw, %db = norm.layer_norm_backward %dy, %x, %mean, %rstd
      scale(%w : tensor<64xf16> dims [1]) axes [1] bias_dims [1]
      : tensor<8x64xf16>, tensor<8x64xf16>, tensor<8xf32>, tensor<8xf32>
      -> tensor<8x64xf16> dscale tensor<64xf32> dbias tensor<64xf32>
  return %dx, %dw, %db
      : tensor<8x64xf16>, tensor<64xf32>, tensor<64xf32>
}
