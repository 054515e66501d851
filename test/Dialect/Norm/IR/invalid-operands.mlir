// RUN: rmsnorm-opt %s --verify-diagnostics --split-input-file

func.func @no_axes(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'norm.rms_norm' op 'axes' is empty: nothing is normalised}}
  %y = norm.rms_norm %x axes [] epsilon 1.0 : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @axis_out_of_range(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'axes' names dimension 2, but 'x' has rank 2}}
  %y = norm.rms_norm %x axes [2] epsilon 1.0 : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @axis_negative(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'axes' names dimension -1, but 'x' has rank 2}}
  %y = norm.layer_norm %x axes [-1] epsilon 1.0 : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @axes_not_increasing(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'axes' must be strictly increasing, but 0 follows 1}}
  %y = norm.layer_norm %x axes [1, 0] epsilon 1.0 : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @axes_of_a_scalar(%x: tensor<f32>) {
  // expected-error @+1 {{'axes' names dimension 0, but 'x' has rank 0}}
  %y = norm.layer_norm %x axes [0] epsilon 1.0 : tensor<f32> -> tensor<f32>
  return
}

// -----

func.func @x_sparse(%x: tensor<4x8xf32, 1 : i32>) {
  // expected-error @+1 {{'x' must be dense, but is 'tensor<4x8xf32, 1 : i32>'}}
  %y = norm.layer_norm %x axes [1] epsilon 1.0 : tensor<4x8xf32, 1 : i32> -> tensor<4x8xf32>
  return
}

// -----

func.func @y_sparse(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'y' must be dense, but is 'tensor<4x8xf32, 1 : i32>'}}
  %y = norm.layer_norm %x axes [1] epsilon 1.0 : tensor<4x8xf32> -> tensor<4x8xf32, 1 : i32>
  return
}

// -----

func.func @row_too_long(%x: tensor<4294967296x4294967296xf32>) {
  // expected-error @+1 {{has more elements in a row than 64 bits count}}
  %y = norm.layer_norm %x axes [0, 1] epsilon 1.0 : tensor<4294967296x4294967296xf32> -> tensor<4294967296x4294967296xf32>
  return
}

// -----

func.func @x_of_integers(%x: tensor<4x8xi32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<4x8xi32>'}}
  %y = norm.rms_norm %x axes [1] epsilon 1.0 : tensor<4x8xi32> -> tensor<4x8xf32>
  return
}

// -----

func.func @x_unranked(%x: tensor<*xf32>) {
  // expected-error @+1 {{invalid kind of type specified: expected builtin.tensor, but found 'tensor<*xf32>'}}
  %y = norm.rms_norm %x axes [1] epsilon 1.0 : tensor<*xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @x_complex(%x: tensor<4x8xcomplex<f32>>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of}}
  %y = norm.rms_norm %x axes [1] epsilon 1.0 : tensor<4x8xcomplex<f32>> -> tensor<4x8xf32>
  return
}

// -----

func.func @epsilon_negative(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'epsilon' must be finite and not negative, but is -1}}
  %y = norm.rms_norm %x axes [1] epsilon -1.0 : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @epsilon_nan(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'epsilon' must be finite and not negative}}
  %y = norm.rms_norm %x axes [1] epsilon 0x7FF8000000000000 : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @epsilon_infinite(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'epsilon' must be finite and not negative, but is INF}}
  %y = norm.rms_norm %x axes [1] epsilon 0x7FF0000000000000 : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @offset_infinite(%x: tensor<4x8xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{'scale_offset' must be finite}}
  %y = norm.rms_norm %x scale(%w : tensor<8xf32> dims [1]) axes [1] epsilon 1.0 {scale_offset = 0x7FF0000000000000 : f64} : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @offset_without_scale(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'scale_offset' without 'scale'}}
  %y = norm.rms_norm %x axes [1] epsilon 1.0 {scale_offset = 1.0} : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @scale_dims_without_scale(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'scale_dims' without 'scale'}}
  %y = norm.rms_norm %x axes [1] epsilon 1.0 {scale_dims = array<i64: 1>} : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}
