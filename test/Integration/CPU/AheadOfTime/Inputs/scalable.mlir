// What norms.mlir has not: maxima, sums of a part, sums over rows, rows side by
// side, f64, rounding in between, and an op that there are no vectors of.

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d0)>
#across = affine_map<(d0, d1) -> (d1)>

func.func @largest(%x: memref<?x?xf32>, %y: memref<?xf32>, %a: memref<?xf32>) {
  norm.rowwise axes [1] maps [#matrix, #column, #column]
      ins(%x : memref<?x?xf32>) outs(%y, %a : memref<?xf32>, memref<?xf32>) {
  ^bb0(%row: tensor<?xf32>):
    %max = norm.reduce max %row : tensor<?xf32>
    %abs = math.absf %row : tensor<?xf32>
    %absmax = norm.reduce max %abs : tensor<?xf32>
    norm.yield %max, %absmax : f32, f32
  }
  return
}

func.func @largest_37(%x: memref<?x37xf32>, %y: memref<?xf32>) {
  norm.rowwise axes [1] maps [#matrix, #column]
      ins(%x : memref<?x37xf32>) outs(%y : memref<?xf32>) {
  ^bb0(%row: tensor<37xf32>):
    %max = norm.reduce max %row : tensor<37xf32>
    norm.yield %max : f32
  }
  return
}

// The sum of the first elements of rows, and of all rows.
func.func @sums(%x: memref<?x?xf32>, %part: memref<?xf32>, %all: memref<?xf32>) {
  norm.rowwise axes [1] maps [#matrix, #column, #across]
      ins(%x : memref<?x?xf32>)
      outs(%part, %all : memref<?xf32>, memref<?xf32>) {
  ^bb0(%row: tensor<?xf32>):
    %sum = norm.reduce add %row first 5 : tensor<?xf32>
    norm.yield %sum, %row : f32, tensor<?xf32>
  }
  return
}

// The same of rows that lie side by side.
func.func @sums_beside(%x: memref<?x?xf32>, %part: memref<?xf32>,
                       %all: memref<?xf32>) {
  norm.rowwise axes [0] maps [#matrix, #across, #column]
      ins(%x : memref<?x?xf32>)
      outs(%part, %all : memref<?xf32>, memref<?xf32>) {
  ^bb0(%row: tensor<?xf32>):
    %sum = norm.reduce add %row first 5 : tensor<?xf32>
    norm.yield %sum, %row : f32, tensor<?xf32>
  }
  return
}

func.func @rms_norm_f64(%x: tensor<?x?xf64>) -> tensor<?x?xf64> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<?x?xf64> -> tensor<?x?xf64>
  return %y : tensor<?x?xf64>
}

// Rounded before the scale, which is multiplied in f16 and bf16.
func.func @rounded_f16(%x: tensor<?x?xf16>, %w: tensor<?xf16>)
    -> tensor<?x?xf16> {
  %y = norm.rms_norm %x scale(%w : tensor<?xf16> dims [1]) axes [1]
      epsilon 1.0e-6 {normalized_type = f16, scaled_type = f16}
      : tensor<?x?xf16> -> tensor<?x?xf16>
  return %y : tensor<?x?xf16>
}
func.func @rounded_bf16(%x: tensor<?x?xbf16>, %w: tensor<?xbf16>)
    -> tensor<?x?xbf16> {
  %y = norm.rms_norm %x scale(%w : tensor<?xbf16> dims [1]) axes [1]
      epsilon 1.0e-6 {normalized_type = bf16, scaled_type = bf16}
      : tensor<?x?xbf16> -> tensor<?x?xbf16>
  return %y : tensor<?x?xbf16>
}

// exp is a function of one number.
func.func @gated(%x: tensor<?x?xf32>, %gate: tensor<?x?xf32>)
    -> tensor<?x?xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<?x?xf32> -> tensor<?x?xf32>
  %e = math.exp %gate : tensor<?x?xf32>
  %z = arith.mulf %y, %e : tensor<?x?xf32>
  return %z : tensor<?x?xf32>
}

// The same row, of a length that is known and of one that is not.
func.func @layer_norm_83(%x: tensor<?x83xf32>) -> tensor<?x83xf32> {
  %y = norm.layer_norm %x axes [1] epsilon 1.0e-5
      : tensor<?x83xf32> -> tensor<?x83xf32>
  return %y : tensor<?x83xf32>
}
func.func @layer_norm_any(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %y = norm.layer_norm %x axes [1] epsilon 1.0e-5
      : tensor<?x?xf32> -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}
