// RUN: rmsnorm-opt %s --verify-diagnostics --split-input-file --allow-unregistered-dialect

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @first_too_large(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    // expected-error @+1 {{'first' is 9, but must lie between 1 and the row size 8}}
    %s = norm.reduce add %a first 9 : tensor<8xf32>
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @first_zero(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    // expected-error @+1 {{'first' is 0, but must lie between 1 and the row size 8}}
    %s = norm.reduce add %a first 0 : tensor<8xf32>
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @reduce_of_integers(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    %i = arith.fptosi %a : tensor<8xf32> to tensor<8xi32>
    // expected-error @+1 {{'row' must be 1D tensor of}}
    %s = norm.reduce add %i : tensor<8xi32>
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @reduce_of_a_scalar(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    %f = arith.constant 0.0 : f32
    // expected-error @+1 {{expected builtin.tensor, but found 'f32'}}
    %s = norm.reduce add %f : f32
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @reduce_unknown(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    // expected-error @+1 {{expected}}
    %s = norm.reduce min %a : tensor<8xf32>
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @reduce_outside(%a: tensor<8xf32>) {
  // expected-error @+1 {{'norm.reduce' op expects parent op 'norm.rowwise'}}
  %s = norm.reduce add %a : tensor<8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @no_destination(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{needs at least one destination}}
  "norm.rowwise"(%x) <{axes = array<i64: 1>, indexing_maps = [#matrix],
                       operandSegmentSizes = array<i32: 1, 0>}> ({
  ^bb0(%a: tensor<8xf32>):
    norm.yield
  }) : (tensor<4x8xf32>) -> ()
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @no_program(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{expects a non-empty block}}
  %y = norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  } -> tensor<4x8xf32>
  return
}
