// RUN: rmsnorm-opt %s --verify-diagnostics --split-input-file

func.func @bias_dims_without_bias(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'bias_dims' without 'bias'}}
  %y = norm.layer_norm %x axes [1] epsilon 1.0 {bias_dims = array<i64: 1>} : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @scale_dim_out_of_range(%x: tensor<4x8xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{'scale_dims' names dimension 2, but 'x' has rank 2}}
  %y = norm.rms_norm %x scale(%w : tensor<8xf32> dims [2]) axes [1] epsilon 1.0 : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @bias_dims_twice(%x: tensor<4x8xf32>, %w: tensor<8x8xf32>) {
  // expected-error @+1 {{'bias_dims' must be strictly increasing, but 1 follows 1}}
  %y = norm.rms_norm %x bias(%w : tensor<8x8xf32> dims [1, 1]) axes [1] epsilon 1.0 : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @scale_rank(%x: tensor<4x8xf32>, %w: tensor<4x8xf32>) {
  // expected-error @+1 {{'scale' has rank 2, but follows 1 dimension(s) of 'x'}}
  %y = norm.rms_norm %x scale(%w : tensor<4x8xf32> dims [1]) axes [1] epsilon 1.0 : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @scale_extent(%x: tensor<4x8xf32>, %w: tensor<4xf32>) {
  // expected-error @+1 {{'scale' has extent 4 in dimension 0, but dimension 1 of 'x' has extent 8}}
  %y = norm.rms_norm %x scale(%w : tensor<4xf32> dims [1]) axes [1] epsilon 1.0 : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @y_extent(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'y' has extent 9 in dimension 1, but dimension 1 of 'x' has extent 8}}
  %y = norm.rms_norm %x axes [1] epsilon 1.0 : tensor<4x8xf32> -> tensor<4x9xf32>
  return
}

// -----

func.func @statistics_type_narrow(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'statistics_type' must be f32 or f64, but is 'bf16'}}
  %y = norm.rms_norm %x axes [1] epsilon 1.0 {statistics_type = bf16} : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @statistics_narrower_than_x(%x: tensor<4x8xf64>) {
  // expected-error @+1 {{'statistics_type' 'f32' is narrower than the elements of 'x', 'f64'}}
  %y = norm.layer_norm %x axes [1] epsilon 1.0 {statistics_type = f32} : tensor<4x8xf64> -> tensor<4x8xf64>
  return
}

// -----

func.func @normalized_type_integer(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'normalized_type' must be f16, bf16, f32 or f64, but is 'i32'}}
  %y = norm.rms_norm %x axes [1] epsilon 1.0 {normalized_type = i32} : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @scaled_type_tensor(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'scaled_type' must be f16, bf16, f32 or f64, but is 'tensor<f32>'}}
  %y = norm.layer_norm %x axes [1] epsilon 1.0 {scaled_type = tensor<f32>} : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @rstd_type(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'rstd' has element type 'f64', but the statistics type is 'f32'}}
  %y, %r = norm.rms_norm %x axes [1] epsilon 1.0 : tensor<4x8xf32> -> tensor<4x8xf32> rstd tensor<4xf64>
  return
}

// -----

func.func @mean_extent(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'mean' has extent 8 in dimension 0, but dimension 0 of 'x' has extent 4}}
  %y, %r = norm.layer_norm %x axes [1] epsilon 1.0 : tensor<4x8xf32> -> tensor<4x8xf32> mean tensor<8xf32>
  return
}

// -----

func.func @rstd_rank(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'rstd' has rank 2, but follows 1 dimension(s) of 'x'}}
  %y, %r = norm.layer_norm %x axes [1] epsilon 1.0 : tensor<4x8xf32> -> tensor<4x8xf32> rstd tensor<4x1xf32>
  return
}

// -----

func.func @extent_of_two_axes(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'statistics_extent' needs a single axis, but 2 are normalised}}
  %y = norm.rms_norm %x axes [0, 1] epsilon 1.0 {statistics_extent = 4} : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @extent_zero(%x: tensor<4x?xf32>) {
  // expected-error @+1 {{'statistics_extent' is 0, but must lie between 1 and the row size}}
  %y = norm.rms_norm %x axes [1] epsilon 1.0 {statistics_extent = 0} : tensor<4x?xf32> -> tensor<4x?xf32>
  return
}

// -----

func.func @extent_too_large(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'statistics_extent' is 9, but must lie between 1 and the row size 8}}
  %y = norm.rms_norm %x axes [1] epsilon 1.0 {statistics_extent = 9} : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}
