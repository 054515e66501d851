// RUN: rmsnorm-opt %s --verify-diagnostics --split-input-file --allow-unregistered-dialect

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @argument_count(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{the row program has 0 arguments, but there are 1 inputs}}
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
    %a = arith.constant dense<0.0> : tensor<8xf32>
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @argument_type(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{argument #0 of the row program is 'f32', but its input needs 'tensor<8xf32>'}}
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: f32):
    %z = arith.constant dense<0.0> : tensor<8xf32>
    norm.yield %z : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @op_not_allowed(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    // expected-error @+1 {{'tensor.cast' op is not allowed in a row program}}
    %i = tensor.cast %a : tensor<8xf32> to tensor<8xf32>
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @op_unregistered(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    // expected-error @+1 {{'test.unknown' op is not allowed in a row program}}
    "test.unknown"() : () -> ()
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @vector_result(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    // expected-error @+1 {{has a result of type 'vector<8xf32>'; a row program holds 1-D tensors and scalars}}
    %v = arith.constant dense<0.0> : vector<8xf32>
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @not_a_row(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    // expected-error @+1 {{has a result of type 'tensor<9xf32>', which is not a row of the domain}}
    %v = arith.constant dense<0.0> : tensor<9xf32>
    norm.yield %a : tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @no_terminator(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    // expected-error @+1 {{block with no terminator}}
    %z = arith.constant 0.0 : f32
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @other_terminator(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    // expected-error @+1 {{'llvm.unreachable' op is not allowed in a row program}}
    llvm.unreachable
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @yield_count(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    // expected-error @+1 {{yields 2 values, but there are 1 destinations}}
    norm.yield %a, %a : tensor<8xf32>, tensor<8xf32>
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @yield_type(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    %s = norm.reduce add %a : tensor<8xf32>
    // expected-error @+1 {{value #0 is 'f32', but its destination needs 'tensor<8xf32>'}}
    norm.yield %s : f32
  } -> tensor<4x8xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func @yield_element_type(%x: tensor<4x8xf32>, %c: tensor<8xf32>, %r: tensor<4xf32>) {
  %y = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {
  ^bb0(%a: tensor<8xf32>):
    %s = arith.truncf %a : tensor<8xf32> to tensor<8xf16>
    // expected-error @+1 {{value #0 is 'tensor<8xf16>', but its destination needs 'tensor<8xf32>'}}
    norm.yield %s : tensor<8xf16>
  } -> tensor<4x8xf32>
  return
}
