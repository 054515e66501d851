// RUN: rmsnorm-opt --split-input-file --convert-rowwise-to-gpu %s | FileCheck %s

// Zeros that sums begin with are part of the kernel that adds them.

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// Zeros are not written, and nothing is read but partial sums.
// CHECK-LABEL: func.func @zeros(
// CHECK-NOT: linalg
// CHECK: gpu.launch_func {{.*}}_sum
// CHECK: return
func.func @zeros(%x: memref<8x64xf32>, %y: memref<64xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// What is there is added to.
// CHECK-LABEL: func.func @none(
// CHECK-NOT: linalg
// CHECK: gpu.launch_func {{.*}}_sum
// CHECK: return
func.func @none(%x: memref<8x64xf32>, %y: memref<64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// Both the copy and the zeros that nobody reads any more.
// CHECK-LABEL: func.func @copied_zeros(
// CHECK-NOT: memref.copy
// CHECK-NOT: linalg.fill
// CHECK: gpu.launch_func {{.*}}_sum
// CHECK: return
func.func @copied_zeros(%x: memref<8x64xf32>, %y: memref<64xf32>) {
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  memref.copy %s, %y : memref<64xf32> to memref<64xf32>
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// Zeros that are copied twice, of which one is not for sums.
// CHECK-LABEL: func.func @shared_zeros(
// CHECK: linalg.fill
// CHECK: memref.copy %{{.*}}, %[[Z:arg2]]
// CHECK-NOT: memref.copy
// CHECK: return
func.func @shared_zeros(%x: memref<8x64xf32>, %y: memref<64xf32>, %z: memref<64xf32>) {
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  memref.copy %s, %z : memref<64xf32> to memref<64xf32>
  memref.copy %s, %y : memref<64xf32> to memref<64xf32>
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// What is copied are no zeros any more.
// CHECK-LABEL: func.func @written_zeros(
// CHECK: linalg.fill
// CHECK: memref.copy %arg2
// CHECK: memref.copy %{{.*}}, %arg1
// CHECK: gpu.launch_func {{.*}}_sum
// CHECK: return
func.func @written_zeros(%x: memref<8x64xf32>, %y: memref<64xf32>, %z: memref<64xf32>) {
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  memref.copy %z, %s : memref<64xf32> to memref<64xf32>
  memref.copy %s, %y : memref<64xf32> to memref<64xf32>
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// Somebody reads the zeros before.
// CHECK-LABEL: func.func @reader(
// CHECK: linalg.fill
// CHECK: memref.copy
// CHECK: gpu.launch_func {{.*}}_sum
// CHECK: return
func.func @reader(%x: memref<8x64xf32>, %y: memref<64xf32>, %z: memref<64xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<64xf32>)
  memref.copy %y, %z : memref<64xf32> to memref<64xf32>
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// Somebody writes something else.
// CHECK-LABEL: func.func @writer(
// CHECK: linalg.fill
// CHECK: memref.copy
// CHECK: gpu.launch_func {{.*}}_sum
// CHECK: return
func.func @writer(%x: memref<8x64xf32>, %y: memref<64xf32>, %z: memref<64xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<64xf32>)
  memref.copy %z, %y : memref<64xf32> to memref<64xf32>
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// Other numbers are added to.
// CHECK-LABEL: func.func @ones(
// CHECK: linalg.fill
// CHECK: gpu.launch_func {{.*}}_sum
// CHECK: return
func.func @ones(%x: memref<8x64xf32>, %y: memref<64xf32>) {
  %one = arith.constant 1.0 : f32
  linalg.fill ins(%one : f32) outs(%y : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// A sum that begins with -0 may be -0.
// CHECK-LABEL: func.func @negative_zeros(
// CHECK: linalg.fill
// CHECK: gpu.launch_func {{.*}}_sum
// CHECK: return
func.func @negative_zeros(%x: memref<8x64xf32>, %y: memref<64xf32>) {
  %zero = arith.constant -0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// What is not known is added to.
// CHECK-LABEL: func.func @given(
// CHECK: linalg.fill
// CHECK: gpu.launch_func {{.*}}_sum
// CHECK: return
func.func @given(%x: memref<8x64xf32>, %y: memref<64xf32>, %v: f32) {
  linalg.fill ins(%v : f32) outs(%y : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// Zeros that are there sometimes.
// CHECK-LABEL: func.func @other_block(
// CHECK: linalg.fill
// CHECK: gpu.launch_func {{.*}}_sum
// CHECK: return
func.func @other_block(%x: memref<8x64xf32>, %y: memref<64xf32>, %p: i1) {
  %zero = arith.constant 0.0 : f32
  scf.if %p {
    linalg.fill ins(%zero : f32) outs(%y : memref<64xf32>)
  }
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// A reader in another block may be before the sums.
// CHECK-LABEL: func.func @other_block_reader(
// CHECK: linalg.fill
// CHECK: memref.copy
// CHECK: gpu.launch_func {{.*}}_sum
// CHECK: return
func.func @other_block_reader(%x: memref<8x64xf32>, %y: memref<64xf32>, %p: i1, %z: memref<64xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<64xf32>)
  scf.if %p {
    memref.copy %y, %z : memref<64xf32> to memref<64xf32>
  }
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// A part of it has another name.
// CHECK-LABEL: func.func @view(
// CHECK: linalg.fill
// CHECK: memref.copy
// CHECK: gpu.launch_func {{.*}}_sum
// CHECK: return
func.func @view(%x: memref<8x64xf32>, %y: memref<64xf32>, %z: memref<32xf32>) {
  %half = memref.subview %y[0] [32] [1] : memref<64xf32> to memref<32xf32, strided<[1]>>
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<64xf32>)
  memref.copy %half, %z : memref<32xf32, strided<[1]>> to memref<32xf32>
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// It has another name.
// CHECK-LABEL: func.func @alias(
// CHECK: linalg.fill
// CHECK: memref.copy
// CHECK: gpu.launch_func {{.*}}_sum
// CHECK: return
func.func @alias(%x: memref<8x64xf32>, %y: memref<64xf32>, %u: memref<64xf32>, %p: i1, %z: memref<64xf32>) {
  %either = arith.select %p, %y, %u : memref<64xf32>
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<64xf32>)
  memref.copy %either, %z : memref<64xf32> to memref<64xf32>
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// An argument of a loop may be a buffer that has users outside.
// CHECK-LABEL: func.func @of_a_loop(
// CHECK: scf.for
// CHECK: linalg.fill
// CHECK: gpu.launch_func {{.*}}_sum
// CHECK: return
func.func @of_a_loop(%x: memref<8x64xf32>, %y: memref<64xf32>, %n: index) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%b = %y) -> memref<64xf32> {
  linalg.fill ins(%zero : f32) outs(%b : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%b : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
    scf.yield %b : memref<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// A buffer that others may have, too.
// CHECK-LABEL: func.func @result_of_a_call(
// CHECK: linalg.fill
// CHECK: gpu.launch_func {{.*}}_sum
// CHECK: return
func.func @result_of_a_call(%x: memref<8x64xf32>, %z: memref<64xf32>) {
  %y = func.call @get() : () -> memref<64xf32>
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  return
}
func.func private @get() -> memref<64xf32>
