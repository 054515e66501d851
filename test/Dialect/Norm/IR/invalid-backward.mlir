// RUN: rmsnorm-opt %s --verify-diagnostics --split-input-file

func.func @no_axes(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>, %r: tensor<4xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{'axes' is empty: nothing is normalised}}
  %dx = norm.rms_norm_backward %dy, %x, %r axes [] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @rstd_narrow(%x: tensor<4x8xf64>, %r: tensor<4xf32>) {
  // expected-error @+1 {{'rstd' has element type 'f32', narrower than the elements of 'x', 'f64'}}
  %dx = norm.rms_norm_backward %x, %x, %r axes [1] : tensor<4x8xf64>, tensor<4x8xf64>, tensor<4xf32> -> tensor<4x8xf64>
  return
}

// -----

func.func @dy_extent(%dy: tensor<4x9xf32>, %x: tensor<4x8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{'dy' has extent 9 in dimension 1, but dimension 1 of 'x' has extent 8}}
  %dx = norm.rms_norm_backward %dy, %x, %r axes [1] : tensor<4x9xf32>, tensor<4x8xf32>, tensor<4xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @dx_extent(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>, %r: tensor<4xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{'dx' has extent 5 in dimension 0, but dimension 0 of 'x' has extent 4}}
  %dx = norm.rms_norm_backward %dy, %x, %r axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32> -> tensor<5x8xf32>
  return
}

// -----

func.func @rstd_extent(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>, %r: tensor<4xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{'rstd' has extent 8 in dimension 0, but dimension 0 of 'x' has extent 4}}
  %dx = norm.rms_norm_backward %dy, %x, %w axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @dscale_without_scale(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>, %r: tensor<4xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{'dscale' without 'scale'}}
  %dx, %dw = norm.rms_norm_backward %dy, %x, %r axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32> -> tensor<4x8xf32> dscale tensor<8xf32>
  return
}

// -----

func.func @dscale_extent(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>, %r: tensor<4xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{'dscale' has extent 4 in dimension 0, but dimension 1 of 'x' has extent 8}}
  %dx, %dw = norm.rms_norm_backward %dy, %x, %r scale(%w : tensor<8xf32> dims [1]) axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32> -> tensor<4x8xf32> dscale tensor<4xf32>
  return
}

// -----

func.func @dbias_without_dims(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>, %r: tensor<4xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{'dbias' without 'bias_dims'}}
  %dx, %db = norm.rms_norm_backward %dy, %x, %r axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32> -> tensor<4x8xf32> dbias tensor<8xf32>
  return
}

// -----

func.func @dims_without_dbias(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>, %r: tensor<4xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{'bias_dims' without 'dbias'}}
  %dx = norm.rms_norm_backward %dy, %x, %r axes [1] bias_dims [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @bias_dim_out_of_range(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>, %r: tensor<4xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{'bias_dims' names dimension 2, but 'x' has rank 2}}
  %dx, %db = norm.rms_norm_backward %dy, %x, %r axes [1] bias_dims [2] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32> -> tensor<4x8xf32> dbias tensor<8xf32>
  return
}

// -----

func.func @dbias_extent(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>, %r: tensor<4xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{'dbias' has extent 4 in dimension 0, but dimension 1 of 'x' has extent 8}}
  %dx, %db = norm.rms_norm_backward %dy, %x, %r axes [1] bias_dims [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32> -> tensor<4x8xf32> dbias tensor<4xf32>
  return
}

// -----

func.func @mean_type(%x: tensor<4x8xf32>, %m: tensor<4xf64>, %r: tensor<4xf32>) {
  // expected-error @+1 {{'mean' has element type 'f64', but 'rstd' has 'f32'}}
  %dx = norm.layer_norm_backward %x, %x, %m, %r axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf64>, tensor<4xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @mean_extent(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>, %r: tensor<4xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{'mean' has extent 8 in dimension 0, but dimension 0 of 'x' has extent 4}}
  %dx = norm.layer_norm_backward %x, %x, %w, %r axes [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<8xf32>, tensor<4xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @scale_without_dims(%x: tensor<4x8xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{'scale' without 'scale_dims'}}
  %y = "norm.rms_norm"(%x, %w)
      <{axes = array<i64: 1>, epsilon = 1.0 : f64,
        operandSegmentSizes = array<i32: 1, 1, 0>}>
      : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return
}
