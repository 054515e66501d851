// RUN: rmsnorm-opt %s --verify-diagnostics --split-input-file

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @no_axes(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{'axes' is empty: there is no row}}
  %y = norm.rowwise axes [] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @axis_out_of_range(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{'axes' must be strictly increasing and within the domain of rank 2}}
  %y = norm.rowwise axes [2] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @axis_negative(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{'axes' must be strictly increasing and within the domain of rank 2}}
  %y = norm.rowwise axes [-1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @axes_not_increasing(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{'axes' must be strictly increasing and within the domain of rank 2}}
  %y = norm.rowwise axes [1, 0] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @too_few_maps(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{has 1 maps for 2 operands}}
  %y = norm.rowwise axes [1] maps [#matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @no_maps(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{has 0 maps for 2 operands}}
  %y = norm.rowwise axes [1] maps [] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @map_rank(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{destination #0: its map has 3 dimensions, but the domain has 2}}
  %y = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @map_symbol(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{input #0: its map must be a projected permutation}}
  %y = norm.rowwise axes [1] maps [affine_map<(d0, d1)[s0] -> (d0, d1)>, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @map_strided(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{input #0: its map must be a projected permutation}}
  %y = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1 * 2)>, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @map_constant(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{input #0: its map must be a projected permutation}}
  %y = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, 0)>, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}
