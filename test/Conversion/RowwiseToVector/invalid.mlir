// RUN: rmsnorm-opt --split-input-file --verify-diagnostics --convert-rowwise-to-vector %s

func.func @tensors(%x: tensor<4x6xf32>, %y: tensor<4x6xf32>) -> tensor<4x6xf32> {
  // expected-error@+1 {{'norm.rowwise' op is on tensors; bufferize it first}}
  %r = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                                   affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x : tensor<4x6xf32>) outs(%y : tensor<4x6xf32>) {
  ^bb0(%row: tensor<6xf32>):
    norm.yield %row : tensor<6xf32>
  } -> tensor<4x6xf32>
  return %r : tensor<4x6xf32>
}

// -----

#tiled = affine_map<(d0, d1) -> (d0 floordiv 2, d1, d0 mod 2)>
func.func @layout(%x: memref<4x6xf32, #tiled>, %y: memref<4x6xf32>) {
  // expected-error@+1 {{operand #0 is 'memref<4x6xf32, affine_map<(d0, d1) -> (d0 floordiv 2, d1, d0 mod 2)>>', whose layout is not strided}}
  norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                              affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x : memref<4x6xf32, #tiled>) outs(%y : memref<4x6xf32>) {
  ^bb0(%row: tensor<6xf32>):
    norm.yield %row : tensor<6xf32>
  }
  return
}

// -----

func.func @constants(%x: memref<4x2xf32>, %y: memref<4x2xf32>) {
  norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                              affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x : memref<4x2xf32>) outs(%y : memref<4x2xf32>) {
  ^bb0(%row: tensor<2xf32>):
    // expected-error@+1 {{is a row of different constants; pass it as an input}}
    %c = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
    %s = arith.addf %row, %c : tensor<2xf32>
    norm.yield %s : tensor<2xf32>
  }
  return
}
