func.func @layer_norm(%x: tensor<?x?xf32>, %w: tensor<?xf32>, %b: tensor<?xf32>)
    -> (tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>) {
  %y, %mean, %rstd = norm.layer_norm %x scale(%w : tensor<?xf32> dims [1])
      bias(%b : tensor<?xf32> dims [1]) axes [1] epsilon 1.0e-5
      : tensor<?x?xf32> -> tensor<?x?xf32> mean tensor<?xf32> rstd tensor<?xf32>
  return %y, %mean, %rstd : tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>
}

func.func @layer_norm_backward(%dy: tensor<?x?xf32>, %x: tensor<?x?xf32>,
    %mean: tensor<?xf32>, %rstd: tensor<?xf32>, %w: tensor<?xf32>)
    -> (tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>) {
  %dx, %dw, %db = norm.layer_norm_backward %dy, %x, %mean, %rstd
      scale(%w : tensor<?xf32> dims [1]) axes [1] bias_dims [1]
      : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>
      -> tensor<?x?xf32> dscale tensor<?xf32> dbias tensor<?xf32>
  return %dx, %dw, %db : tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>
}

func.func @rms_norm(%x: tensor<?x?xf32>, %w: tensor<?xf32>) -> tensor<?x?xf32> {
  %y = norm.rms_norm %x scale(%w : tensor<?xf32> dims [1]) axes [1]
      epsilon 1.0e-6 : tensor<?x?xf32> -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

func.func @rms_norm_769(%x: tensor<5x769xf32>) -> tensor<5x769xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<5x769xf32> -> tensor<5x769xf32>
  return %y : tensor<5x769xf32>
}

func.func @add_rms_norm(%x: tensor<?x?xf32>, %residual: tensor<?x?xf32>,
                        %w: tensor<?xf32>)
    -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %sum = arith.addf %x, %residual : tensor<?x?xf32>
  %y = norm.rms_norm %sum scale(%w : tensor<?xf32> dims [1]) axes [1]
      epsilon 1.0e-6 : tensor<?x?xf32> -> tensor<?x?xf32>
  return %sum, %y : tensor<?x?xf32>, tensor<?x?xf32>
}

// The function in between is private: C does not see it.
func.func @rms_norm_int8(%x: tensor<?x?xf32>, %step: f32) -> tensor<?x?xi8> {
  %q = call @quantize(%x, %step) : (tensor<?x?xf32>, f32) -> tensor<?x?xi8>
  return %q : tensor<?x?xi8>
}

func.func private @quantize(%x: tensor<?x?xf32>, %step: f32)
    -> tensor<?x?xi8> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<?x?xf32> -> tensor<?x?xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %rows = tensor.dim %x, %c0 : tensor<?x?xf32>
  %columns = tensor.dim %x, %c1 : tensor<?x?xf32>
  %steps = tensor.splat %step[%rows, %columns] : tensor<?x?xf32>
  %s = arith.divf %y, %steps : tensor<?x?xf32>
  %r = math.roundeven %s : tensor<?x?xf32>
  %q = arith.fptosi %r : tensor<?x?xf32> to tensor<?x?xi8>
  return %q : tensor<?x?xi8>
}

func.func @rms_norm_bf16(%x: tensor<?x?xbf16>, %w: tensor<?xbf16>)
    -> tensor<?x?xbf16> {
  %y = norm.rms_norm %x scale(%w : tensor<?xbf16> dims [1]) axes [1]
      epsilon 1.0e-6 : tensor<?x?xbf16> -> tensor<?x?xbf16>
  return %y : tensor<?x?xbf16>
}

func.func @layer_norm_f16(%x: tensor<?x?xf16>) -> tensor<?x?xf16> {
  %y = norm.layer_norm %x axes [1] epsilon 1.0e-5
      : tensor<?x?xf16> -> tensor<?x?xf16>
  return %y : tensor<?x?xf16>
}

// Rows of a larger matrix, read and written where they are.
func.func @rms_norm_strided(
    %x: memref<?x?xf32, strided<[?, 1], offset: ?>>, %w: memref<?xf32>,
    %y: memref<?x?xf32, strided<[?, ?], offset: ?>>) {
  %0 = bufferization.to_tensor %x restrict
      : memref<?x?xf32, strided<[?, 1], offset: ?>> to tensor<?x?xf32>
  %1 = bufferization.to_tensor %w restrict : memref<?xf32> to tensor<?xf32>
  %2 = norm.rms_norm %0 scale(%1 : tensor<?xf32> dims [1]) axes [1]
      epsilon 1.0e-6 : tensor<?x?xf32> -> tensor<?x?xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y
      : (tensor<?x?xf32>, memref<?x?xf32, strided<[?, ?], offset: ?>>) -> ()
  return
}

// A layout that bufferization is told, with the first element at 3.
func.func @rms_norm_layout(
    %x: tensor<?x17xf32> {bufferization.buffer_layout = strided<[20, 1], offset: 3>})
    -> tensor<?x17xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<?x17xf32> -> tensor<?x17xf32>
  return %y : tensor<?x17xf32>
}

// The sizes of the result are computed.
func.func @rms_norm_flat(%x: tensor<?x?x64xf32>) -> tensor<?x64xf32> {
  %f = tensor.collapse_shape %x [[0, 1], [2]]
      : tensor<?x?x64xf32> into tensor<?x64xf32>
  %y = norm.rms_norm %f axes [1] epsilon 1.0e-6
      : tensor<?x64xf32> -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// Memory in between, and an argument that two operations read.
func.func @twice(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %s = norm.rms_norm %x axes [0] epsilon 1.0e-6
      : tensor<?x?xf32> -> tensor<?x?xf32>
  %y = norm.rms_norm %s axes [1] epsilon 1.0e-6
      : tensor<?x?xf32> -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// Scalars of every kind.
func.func @scalars(%flag: i1, %byte: i8, %half: f16, %brain: bf16, %n: index,
                   %d: f64)
    -> (i1, i8, f16, bf16, index, f64) {
  %true = arith.constant true
  %not = arith.xori %flag, %true : i1
  %byte2 = arith.addi %byte, %byte : i8
  %half2 = arith.addf %half, %half : f16
  %brain2 = arith.addf %brain, %brain : bf16
  %n2 = arith.addi %n, %n : index
  %d2 = arith.addf %d, %d : f64
  return %not, %byte2, %half2, %brain2, %n2, %d2
      : i1, i8, f16, bf16, index, f64
}

// The argument itself is written to rows with a pitch.
func.func @copy(%x: tensor<?x?xf32>, %y: memref<?x?xf32, strided<[?, 1]>>) {
  bufferization.materialize_in_destination %x in restrict writable %y
      : (tensor<?x?xf32>, memref<?x?xf32, strided<[?, 1]>>) -> ()
  return
}

// One value as two results, and results that are no new buffers.
func.func @again(%x: tensor<?x8xf32>)
    -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, tensor<2xf32>) {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<?x8xf32> -> tensor<?x8xf32>
  %pair = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  return %y, %y, %x, %pair
      : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, tensor<2xf32>
}

// A function that C calls, too, with a name that an internal one could get.
func.func @again_0(%x: tensor<3x8xf32>) -> tensor<3x8xf32> {
  %0 = tensor.cast %x : tensor<3x8xf32> to tensor<?x8xf32>
  %1:4 = call @again(%0) : (tensor<?x8xf32>)
      -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, tensor<2xf32>)
  %2 = arith.addf %1#0, %1#2 : tensor<?x8xf32>
  %sum = tensor.cast %2 : tensor<?x8xf32> to tensor<3x8xf32>
  return %sum : tensor<3x8xf32>
}

// Results that are written past the caches.
func.func @rms_norm_large(%x: tensor<3000x1024xf32>) -> tensor<3000x1024xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<3000x1024xf32> -> tensor<3000x1024xf32>
  return %y : tensor<3000x1024xf32>
}
