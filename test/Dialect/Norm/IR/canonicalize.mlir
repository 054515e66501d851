// RUN: rmsnorm-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: @unused_statistics
// CHECK: norm.layer_norm {{.*}} -> tensor<4x8xf32> rstd tensor<4xf32>
func.func @unused_statistics(%x: tensor<4x8xf32>)
    -> (tensor<4x8xf32>, tensor<4xf32>) {
  %y, %mean, %rstd = norm.layer_norm %x axes [1] epsilon 1.0
      : tensor<4x8xf32> -> tensor<4x8xf32> mean tensor<4xf32> rstd tensor<4xf32>
  return %y, %rstd : tensor<4x8xf32>, tensor<4xf32>
}

// y is not optional.
// CHECK-LABEL: @unused_y
// CHECK: norm.rms_norm {{.*}} -> tensor<4x8xf32> rstd tensor<4xf32>
func.func @unused_y(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  %y, %rstd = norm.rms_norm %x axes [1] epsilon 1.0
      : tensor<4x8xf32> -> tensor<4x8xf32> rstd tensor<4xf32>
  return %rstd : tensor<4xf32>
}

// CHECK-LABEL: @unused_dbias
// CHECK: norm.rms_norm_backward
// CHECK-NOT: bias_dims
// CHECK-SAME: -> tensor<4x8xf32> dscale tensor<8xf32>{{$}}
func.func @unused_dbias(%dy: tensor<4x8xf32>, %rstd: tensor<4xf32>,
    %w: tensor<8xf32>) -> (tensor<4x8xf32>, tensor<8xf32>) {
  %dx, %dw, %db = norm.rms_norm_backward %dy, %dy, %rstd
      scale(%w : tensor<8xf32> dims [1]) axes [1] bias_dims [1]
      : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>
      -> tensor<4x8xf32> dscale tensor<8xf32> dbias tensor<8xf32>
  return %dx, %dw : tensor<4x8xf32>, tensor<8xf32>
}

// CHECK-LABEL: @unused_dscale
// CHECK: norm.layer_norm_backward {{.*}} bias_dims [1] : {{.*}} -> tensor<4x8xf32> dbias tensor<8xf32>{{$}}
func.func @unused_dscale(%dy: tensor<4x8xf32>, %rstd: tensor<4xf32>,
    %w: tensor<8xf32>) -> (tensor<4x8xf32>, tensor<8xf32>) {
  %dx, %dw, %db = norm.layer_norm_backward %dy, %dy, %rstd, %rstd
      scale(%w : tensor<8xf32> dims [1]) axes [1] bias_dims [1]
      : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32>
      -> tensor<4x8xf32> dscale tensor<8xf32> dbias tensor<8xf32>
  return %dx, %db : tensor<4x8xf32>, tensor<8xf32>
}

// CHECK-LABEL: @scale_of_ones
// CHECK: norm.rms_norm %arg0 axes [1] epsilon
func.func @scale_of_ones(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %one = arith.constant dense<1.0> : tensor<8xf32>
  %y = norm.rms_norm %x scale(%one : tensor<8xf32> dims [1]) axes [1]
      epsilon 1.0 : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// The f32 scale made the product f32: that stays.
// CHECK-LABEL: @scale_of_ones_that_widens
// CHECK: norm.rms_norm %arg0 bias(%arg1 : tensor<8xbf16> dims [1]) axes [1] epsilon 1.000000e+00 {normalized_type = bf16, scaled_type = f32}
func.func @scale_of_ones_that_widens(%x: tensor<4x8xbf16>, %b: tensor<8xbf16>)
    -> tensor<4x8xbf16> {
  %one = arith.constant dense<1.0> : tensor<8xf32>
  %y = norm.rms_norm %x scale(%one : tensor<8xf32> dims [1])
      bias(%b : tensor<8xbf16> dims [1]) axes [1]
      epsilon 1.0 {normalized_type = bf16} : tensor<4x8xbf16> -> tensor<4x8xbf16>
  return %y : tensor<4x8xbf16>
}

// CHECK-LABEL: @scale_of_ones_with_offset
// CHECK: norm.rms_norm %{{.*}} scale(
func.func @scale_of_ones_with_offset(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %one = arith.constant dense<1.0> : tensor<8xf32>
  %y = norm.rms_norm %x scale(%one : tensor<8xf32> dims [1]) axes [1]
      epsilon 1.0 {scale_offset = 1.0} : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// CHECK-LABEL: @scale_of_twos
// CHECK: norm.layer_norm %{{.*}} scale(
func.func @scale_of_twos(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %two = arith.constant dense<2.0> : tensor<8xf32>
  %y = norm.layer_norm %x scale(%two : tensor<8xf32> dims [1]) axes [1]
      epsilon 1.0 : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// CHECK-LABEL: @bias_of_negative_zeros
// CHECK: norm.layer_norm %arg0 axes [1] epsilon
func.func @bias_of_negative_zeros(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<-0.0> : tensor<8xf32>
  %y = norm.layer_norm %x bias(%zero : tensor<8xf32> dims [1]) axes [1]
      epsilon 1.0 : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -0 + 0 is +0: this bias does something.
// CHECK-LABEL: @bias_of_positive_zeros
// CHECK: norm.layer_norm %{{.*}} bias(
func.func @bias_of_positive_zeros(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<8xf32>
  %y = norm.layer_norm %x bias(%zero : tensor<8xf32> dims [1]) axes [1]
      epsilon 1.0 : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
