// RUN: rmsnorm-opt %s | rmsnorm-opt | FileCheck %s
// RUN: rmsnorm-opt %s --mlir-print-op-generic | rmsnorm-opt | FileCheck %s
// RUN: rmsnorm-opt %s --emit-bytecode | rmsnorm-opt | FileCheck %s

// CHECK-LABEL: @rms_norm
// CHECK: norm.rms_norm %{{.*}} scale(%{{.*}} : tensor<64xbf16> dims [2]) axes [2] epsilon 9.9999999999999995E-7 {normalized_type = bf16} : tensor<2x?x64xbf16> -> tensor<2x?x64xbf16> rstd tensor<2x?xf32>
func.func @rms_norm(%x: tensor<2x?x64xbf16>, %w: tensor<64xbf16>)
    -> (tensor<2x?x64xbf16>, tensor<2x?xf32>) {
  %y, %r = norm.rms_norm %x scale(%w : tensor<64xbf16> dims [2])
      axes [2] epsilon 1.0e-6 {normalized_type = bf16}
      : tensor<2x?x64xbf16> -> tensor<2x?x64xbf16> rstd tensor<2x?xf32>
  return %y, %r : tensor<2x?x64xbf16>, tensor<2x?xf32>
}

// CHECK-LABEL: @layer_norm
// CHECK: norm.layer_norm %{{.*}} scale(%{{.*}} : tensor<16xf32> dims [1]) bias(%{{.*}} : tensor<16xf32> dims [1]) axes [1, 2, 3] epsilon 1.000000e-05 mode clamp_var {scale_offset = 1.000000e+00 : f64}
func.func @layer_norm(%x: tensor<2x16x8x8xf32>, %w: tensor<16xf32>)
    -> tensor<2x16x8x8xf32> {
  %y = norm.layer_norm %x scale(%w : tensor<16xf32> dims [1])
      bias(%w : tensor<16xf32> dims [1])
      axes [1, 2, 3] epsilon 1.0e-5 mode clamp_var {scale_offset = 1.0}
      : tensor<2x16x8x8xf32> -> tensor<2x16x8x8xf32>
  return %y : tensor<2x16x8x8xf32>
}
