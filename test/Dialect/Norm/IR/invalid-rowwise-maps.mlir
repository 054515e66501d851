// RUN: rmsnorm-opt %s --verify-diagnostics --split-input-file

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @map_transposed(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{input #0: its map must name dimensions in increasing order}}
  %y = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d1, d0)>, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @operand_rank(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{input #0 has rank 2, but its map has 1 results}}
  %y = norm.rowwise axes [1] maps [#row, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @some_of_the_axes(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{input #1 follows 1 of the 2 axes: it must follow all or none}}
  %y = norm.rowwise axes [0, 1] maps [#matrix, #column, #matrix] ins(%x, %c : tensor<4x8xf32>, tensor<8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<32xf32>, %b: tensor<32xf32>):
    norm.yield %a : tensor<32xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @operand_unranked(%x: tensor<4x8xf32>, %u: tensor<*xf32>) {
  // expected-error @+1 {{input #0 must be a ranked tensor, a memref or a scalar, but is 'tensor<*xf32>'}}
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%u : tensor<*xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @operand_vector(%x: tensor<4x8xf32>, %u: vector<4x8xf32>) {
  // expected-error @+1 {{input #0 must be a ranked tensor, a memref or a scalar, but is 'vector<4x8xf32>'}}
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%u : vector<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @operand_complex(%x: tensor<4x8xf32>, %u: tensor<4x8xcomplex<f32>>) {
  // expected-error @+1 {{input #0 must have integer or float elements, but is 'tensor<4x8xcomplex<f32>>'}}
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%u : tensor<4x8xcomplex<f32>>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @operand_tuple(%x: tensor<4x8xf32>, %u: tuple<>) {
  // expected-error @+1 {{input #0 must have integer or float elements, but is 'tuple<>'}}
  %y = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> ()>, #matrix] ins(%u : tuple<>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @operand_of_vectors(%x: memref<4x8xf32>, %u: memref<4x8xvector<2xf32>>) {
  // expected-error @+1 {{input #0 must have integer or float elements}}
  norm.rowwise axes [1] maps [#matrix, #matrix] ins(%u : memref<4x8xvector<2xf32>>) outs(%x : memref<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @operand_sparse(%x: tensor<4x8xf32>, %u: tensor<4x8xf32, 1 : i32>) {
  // expected-error @+1 {{input #0 must be dense, but is 'tensor<4x8xf32, 1 : i32>'}}
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%u : tensor<4x8xf32, 1 : i32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}
