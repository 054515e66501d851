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

// CHECK-LABEL: @every_attribute
// CHECK: norm.rms_norm %{{.*}} axes [0] epsilon 0.000000e+00 mode clamp_norm {normalized_type = f16, scaled_type = f32, statistics_extent = 3 : i64, statistics_type = f64} : tensor<8xf32> -> tensor<8xf16> rstd tensor<f64>
func.func @every_attribute(%x: tensor<8xf32>, %w: tensor<f32>)
    -> (tensor<8xf16>, tensor<f64>) {
  %y, %r = norm.rms_norm %x
      axes [0] epsilon 0.0 mode clamp_norm
      {statistics_type = f64, normalized_type = f16, scaled_type = f32,
       statistics_extent = 3}
      : tensor<8xf32> -> tensor<8xf16> rstd tensor<f64>
  return %y, %r : tensor<8xf16>, tensor<f64>
}

// CHECK-LABEL: @scale_of_no_dimension
// CHECK: scale(%{{.*}} : tensor<f32> dims [])
func.func @scale_of_no_dimension(%x: tensor<8xf32>, %w: tensor<f32>)
    -> tensor<8xf32> {
  %y = norm.layer_norm %x scale(%w : tensor<f32> dims []) axes [0] epsilon 1.0
      : tensor<8xf32> -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// CHECK-LABEL: @statistics
// CHECK: -> tensor<4x8xf32> mean tensor<4xf32>{{$}}
// CHECK: -> tensor<4x8xf32> rstd tensor<4xf32>{{$}}
// CHECK: -> tensor<4x8xf32> mean tensor<4xf32> rstd tensor<4xf32>{{$}}
func.func @statistics(%x: tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4xf32>,
                                               tensor<4xf32>, tensor<4xf32>) {
  %0, %mean0 = norm.layer_norm %x axes [1] epsilon 1.0
      : tensor<4x8xf32> -> tensor<4x8xf32> mean tensor<4xf32>
  %1, %rstd0 = norm.layer_norm %x axes [1] epsilon 1.0
      : tensor<4x8xf32> -> tensor<4x8xf32> rstd tensor<4xf32>
  %2, %mean1, %rstd1 = norm.layer_norm %x axes [1] epsilon 1.0
      : tensor<4x8xf32> -> tensor<4x8xf32> mean tensor<4xf32> rstd tensor<4xf32>
  return %mean0, %rstd0, %mean1, %rstd1
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @rms_norm_backward
// CHECK: norm.rms_norm_backward %{{.*}}, %{{.*}}, %{{.*}} axes [1] epsilon 1.000000e-05 mode outside : tensor<4x8xf16>, tensor<4x8xf16>, tensor<4xf32> -> tensor<4x8xf16>{{$}}
func.func @rms_norm_backward(%dy: tensor<4x8xf16>, %x: tensor<4x8xf16>,
    %rstd: tensor<4xf32>) -> tensor<4x8xf16> {
  %dx = norm.rms_norm_backward %dy, %x, %rstd axes [1] epsilon 1.0e-5
      mode outside : tensor<4x8xf16>, tensor<4x8xf16>, tensor<4xf32>
      -> tensor<4x8xf16>
  return %dx : tensor<4x8xf16>
}

// CHECK-LABEL: @layer_norm_backward
// CHECK: norm.layer_norm_backward %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} scale(%{{.*}} : tensor<8xf64> dims [1]) axes [1] bias_dims [0, 1] {scale_offset = 1.000000e+00 : f64}
// CHECK-SAME: -> tensor<4x8xf64> dscale tensor<8xf64> dbias tensor<4x8xf64>
func.func @layer_norm_backward(%dy: tensor<4x8xf64>, %x: tensor<4x8xf64>,
    %mean: tensor<4xf64>, %rstd: tensor<4xf64>, %w: tensor<8xf64>)
    -> (tensor<4x8xf64>, tensor<8xf64>, tensor<4x8xf64>) {
  %dx, %dw, %db = norm.layer_norm_backward %dy, %x, %mean, %rstd
      scale(%w : tensor<8xf64> dims [1]) axes [1] bias_dims [0, 1]
      {scale_offset = 1.0}
      : tensor<4x8xf64>, tensor<4x8xf64>, tensor<4xf64>, tensor<4xf64>
      -> tensor<4x8xf64> dscale tensor<8xf64> dbias tensor<4x8xf64>
  return %dx, %dw, %db : tensor<4x8xf64>, tensor<8xf64>, tensor<4x8xf64>
}
