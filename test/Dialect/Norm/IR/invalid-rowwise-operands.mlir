// RUN: rmsnorm-opt %s --verify-diagnostics --split-input-file

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @accumulated_integers(%x: tensor<4x8xf32>, %u: tensor<8xi32>) {
  // expected-error @+1 {{destination #0 is accumulated and must have float elements, but is 'tensor<8xi32>'}}
  %y = norm.rowwise axes [1] maps [#matrix, #column] ins(%x : tensor<4x8xf32>) outs(%u : tensor<8xi32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<8xi32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @mixed_destinations(%x: tensor<4x8xf32>, %u: memref<4x8xf32>) {
  // expected-error @+1 {{mixes tensor and memref destinations}}
  %y = norm.rowwise axes [1] maps [#matrix, #matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x, %u : tensor<4x8xf32>, memref<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a, %a : tensor<8xf32>, tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @memref_input(%x: tensor<4x8xf32>, %u: memref<4x8xf32>) {
  // expected-error @+1 {{input #0 is a memref, but the destinations are tensors}}
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%u : memref<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @tensor_input(%x: tensor<4x8xf32>, %u: memref<4x8xf32>) {
  // expected-error @+1 {{input #0 is a tensor, but the destinations are memrefs}}
  norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%u : memref<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @no_result(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{expected the number of tensor results (0) to be equal to the number of output tensors (1)}}
  norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @result_type(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{expected type of operand #1 ('tensor<4x8xf32>') to match type of corresponding result ('tensor<?x8xf32>')}}
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<?x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @extents_differ(%x: tensor<4x8xf32>, %u: tensor<9xf32>) {
  // expected-error @+1 {{operand #1 has extent 9 in domain dimension 1, but another has 8}}
  %y = norm.rowwise axes [1] maps [#matrix, #column, #matrix] ins(%x, %u : tensor<4x8xf32>, tensor<9xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>, %b: tensor<9xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @extent_unknown(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{no operand gives the extent of domain dimension 0}}
  %y = norm.rowwise axes [1] maps [#column, #column] ins(%c : tensor<8xf32>) outs(%c : tensor<8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @row_too_long(%x: tensor<4294967296x4294967296xf32>) {
  // expected-error @+1 {{has more elements in a row than 64 bits count}}
  %y = norm.rowwise axes [0, 1] maps [#matrix, #matrix] ins(%x : tensor<4294967296x4294967296xf32>) outs(%x : tensor<4294967296x4294967296xf32>) {
  ^bb0(%a: tensor<8xf32>):
    norm.yield %a : tensor<8xf32>
  } -> tensor<4294967296x4294967296xf32>
  return
}
