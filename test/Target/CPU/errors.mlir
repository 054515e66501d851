// RUN: rmsnorm-translate --norm-to-header --split-input-file --verify-diagnostics %s

// expected-error@+1 {{there is no public function with a body to compile}}
module {
  func.func private @hidden(%x: tensor<8xf32>) -> tensor<8xf32> {
    return %x : tensor<8xf32>
  }
}

// -----

// expected-error@+1 {{argument #0 is 'tensor<8xi4>', whose elements C has no type for}}
func.func @narrow(%x: tensor<8xi4>) {
  return
}

// -----

// expected-error@+1 {{argument #0 is 'tensor<8xi1>', whose elements C has no type for}}
func.func @mask(%x: tensor<8xi1>) {
  return
}

// -----

// expected-error@+1 {{argument #1 is 'complex<f32>', which C has no type for}}
func.func @complex(%x: f32, %z: complex<f32>) {
  return
}

// -----

// expected-error@+1 {{argument #0 is 'tensor<*xf32>', which C has no form for}}
func.func @unranked(%x: tensor<*xf32>) {
  return
}

// -----

// expected-error@+1 {{argument #0 is 'tensor<8xf32, "sparse">', whose encoding C has no form for}}
func.func @encoded(%x: tensor<8xf32, "sparse">) {
  return
}

// -----

// expected-error@+1 {{argument #0 is 'memref<8xf32, 3>', which is not in the memory of C}}
func.func @elsewhere(%x: memref<8xf32, 3>) {
  return
}

// -----

// expected-error@+1 {{whose layout is not strided}}
func.func @tiled(%x: memref<8x8xf32, affine_map<(i, j) -> (i floordiv 4, j, i mod 4)>>) {
  return
}

// -----

// expected-error@+1 {{result #0 is 'vector<4xf32>', which C has no form for}}
func.func @vectors(%x: f32) -> vector<4xf32> {
  %y = vector.broadcast %x : f32 to vector<4xf32>
  return %y : vector<4xf32>
}

// -----

// expected-error@+1 {{only a buffer in row-major order can be returned}}
func.func @view(%x: memref<8xf32, strided<[2]>>) -> memref<8xf32, strided<[2]>> {
  return %x : memref<8xf32, strided<[2]>>
}

// -----

// The size is an element of a tensor.
// expected-error@+1 {{result #0 is 'tensor<?xf32>', whose size 0 does not follow from the arguments' sizes}}
func.func @data(%n: tensor<index>) -> tensor<?xf32> {
  %size = tensor.extract %n[] : tensor<index>
  %zero = arith.constant 0.0 : f32
  %y = tensor.splat %zero[%size] : tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// expected-error@+1 {{a function with a result of a dynamic size must have one block only}}
func.func @blocks(%x: tensor<?xf32>, %some: i1) -> tensor<?xf32> {
  cf.cond_br %some, ^bb1, ^bb2
^bb1:
  return %x : tensor<?xf32>
^bb2:
  %y = arith.addf %x, %x : tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// expected-error@+1 {{'rms.norm' cannot be the name of a function in C}}
func.func @rms.norm(%x: tensor<8xf32>) {
  return
}

// -----

// expected-error@+1 {{'template' cannot be the name of a function in C}}
func.func @template(%x: tensor<8xf32>) {
  return
}

// -----

// expected-error@+1 {{'main' cannot be the name of a function in C; --prefix makes another one of it}}
func.func @main(%x: tensor<8xf32>) {
  return
}

// -----

// expected-error@+1 {{'memcpy' is a function of C's library}}
func.func @memcpy(%x: tensor<8xf32>) {
  return
}

// -----

// expected-error@+1 {{'norm.name' must be the name of a parameter in C, but is "1st"}}
func.func @name(%x: tensor<8xf32> {norm.name = "1st"}) {
  return
}

// -----

// expected-error@+1 {{'outside' has no body, and C's functions can be called with scalars of type f32, f64, i64 and index only, for one result}}
func.func private @outside(%x: tensor<8xf32>) -> tensor<8xf32>
func.func @calls(%x: tensor<8xf32>) -> tensor<8xf32> {
  %y = func.call @outside(%x) : (tensor<8xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// -----

// Not a part of any C library.
func.func @prints(%x: f32) {
  // expected-error@+1 {{, which is neither a part of it nor of C's library}}
  vector.print %x : f32
  return
}

// -----

// expected-error@+1 {{'weights' is not a part of the program}}
memref.global "private" @weights : memref<8xf32>
func.func @global(%y: memref<8xf32>) {
  %w = memref.get_global @weights : memref<8xf32>
  memref.copy %w, %y : memref<8xf32> to memref<8xf32>
  return
}

// -----

func.func @unlowered(%x: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error@+1 {{op was not bufferized}}
  %y = tosa.erf %x : (tensor<8xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// -----

// What is divided may be negative: then kinds of division differ.

// expected-error@+1 {{result #0 is 'tensor<?xf32>', whose size 0 does not follow from the arguments' sizes}}
func.func @division_of_a_difference(%x: tensor<?xf32>) -> tensor<?xf32> {
  %c5 = arith.constant 5 : index
  %c1 = arith.constant 1 : index
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?xf32>
  %s = arith.subi %d, %c5 : index
  %k = arith.divsi %s, %c5 : index
  %n = arith.addi %k, %c1 : index
  %v = arith.constant 1.0 : f32
  %y = tensor.splat %v[%n] : tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// expected-error@+1 {{result #0 is 'tensor<?xf32>', whose size 0 does not follow from the arguments' sizes}}
func.func @floor_of_a_difference(%x: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?xf32>
  %n = affine.apply affine_map<()[s0] -> ((s0 - 3) floordiv 2 + 1)>()[%d]
  %v = arith.constant 1.0 : f32
  %y = tensor.splat %v[%n] : tensor<?xf32>
  return %y : tensor<?xf32>
}
