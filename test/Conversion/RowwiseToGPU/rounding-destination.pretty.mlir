// RUN: rmsnorm-opt --split-input-file --convert-rowwise-to-gpu %s | FileCheck %s

// When sums are written to the destination of a conversion behind them.

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// More than rounding.
// CHECK-LABEL: func.func @something_else(
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>
// CHECK: linalg.generic
// CHECK: return
func.func @something_else(%x: memref<8x64xf32>, %y: memref<64xbf16>) {
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%s : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf32>) outs(%y : memref<64xbf16>) {
  ^bb0(%a: f32, %b: bf16):
    %narrow = arith.truncf %a : f32 to bf16
    %u = arith.addf %narrow, %narrow : bf16
    linalg.yield %u : bf16
  }
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// Something happens beside the rounding.
// CHECK-LABEL: func.func @effects(
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>
// CHECK: linalg.generic
// CHECK: return
func.func @effects(%x: memref<8x64xf32>, %y: memref<64xbf16>,
                   %last: memref<bf16>) {
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%s : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf32>) outs(%y : memref<64xbf16>) {
  ^bb0(%a: f32, %b: bf16):
    %narrow = arith.truncf %a : f32 to bf16
    memref.store %narrow, %last[] : memref<bf16>
    linalg.yield %narrow : bf16
  }
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// The number that is rounded is another.
// CHECK-LABEL: func.func @other_value(
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>
// CHECK: linalg.generic
// CHECK: return
func.func @other_value(%x: memref<8x64xf32>, %y: memref<64xbf16>, %v: f32) {
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%s : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf32>) outs(%y : memref<64xbf16>) {
  ^bb0(%a: f32, %b: bf16):
    %narrow = arith.truncf %v : f32 to bf16
    linalg.yield %narrow : bf16
  }
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// In another order.
// CHECK-LABEL: func.func @reversed(
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>
// CHECK: linalg.generic
// CHECK: return
func.func @reversed(%x: memref<8x64xf32>, %y: memref<64xbf16>) {
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%s : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  linalg.generic {indexing_maps = [affine_map<(d0) -> (63 - d0)>, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf32>) outs(%y : memref<64xbf16>) {
  ^bb0(%a: f32, %b: bf16):
    %narrow = arith.truncf %a : f32 to bf16
    linalg.yield %narrow : bf16
  }
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// What the destination had is read after the sums.
// CHECK-LABEL: func.func @read_between(
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>
// CHECK: memref.copy
// CHECK: linalg.generic
// CHECK: return
func.func @read_between(%x: memref<8x64xf32>, %y: memref<64xbf16>, %z: memref<64xbf16>) {
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%s : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  memref.copy %y, %z : memref<64xbf16> to memref<64xbf16>
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf32>) outs(%y : memref<64xbf16>) {
  ^bb0(%a: f32, %b: bf16):
    %narrow = arith.truncf %a : f32 to bf16
    linalg.yield %narrow : bf16
  }
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// Before, it does not matter.
// CHECK-LABEL: func.func @read_before(
// CHECK: memref.copy
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<bf16>
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @read_before(%x: memref<8x64xf32>, %y: memref<64xbf16>, %z: memref<64xbf16>) {
  memref.copy %y, %z : memref<64xbf16> to memref<64xbf16>
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%s : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf32>) outs(%y : memref<64xbf16>) {
  ^bb0(%a: f32, %b: bf16):
    %narrow = arith.truncf %a : f32 to bf16
    linalg.yield %narrow : bf16
  }
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// A part of it has another name.
// CHECK-LABEL: func.func @view_between(
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>
// CHECK: memref.copy
// CHECK: linalg.generic
// CHECK: return
func.func @view_between(%x: memref<8x64xf32>, %y: memref<64xbf16>, %z: memref<32xbf16>) {
  %half = memref.subview %y[0] [32] [1]
      : memref<64xbf16> to memref<32xbf16, strided<[1]>>
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%s : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  memref.copy %half, %z : memref<32xbf16, strided<[1]>> to memref<32xbf16>
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf32>) outs(%y : memref<64xbf16>) {
  ^bb0(%a: f32, %b: bf16):
    %narrow = arith.truncf %a : f32 to bf16
    linalg.yield %narrow : bf16
  }
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// It is rounded only sometimes.
// CHECK-LABEL: func.func @later_in_a_block(
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>
// CHECK: scf.if
// CHECK: linalg.generic
// CHECK: return
func.func @later_in_a_block(%x: memref<8x64xf32>, %y: memref<64xbf16>, %p: i1) {
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%s : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  scf.if %p {
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf32>) outs(%y : memref<64xbf16>) {
  ^bb0(%a: f32, %b: bf16):
    %narrow = arith.truncf %a : f32 to bf16
    linalg.yield %narrow : bf16
  }
  }
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// Its destination is used in another block.
// CHECK-LABEL: func.func @destination_of_a_block(
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>
// CHECK: scf.if
// CHECK: linalg.generic
// CHECK: return
func.func @destination_of_a_block(%x: memref<8x64xf32>, %y: memref<64xbf16>, %p: i1, %z: memref<64xbf16>) {
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%s : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  scf.if %p {
    memref.copy %y, %z : memref<64xbf16> to memref<64xbf16>
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf32>) outs(%y : memref<64xbf16>) {
  ^bb0(%a: f32, %b: bf16):
    %narrow = arith.truncf %a : f32 to bf16
    linalg.yield %narrow : bf16
  }
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// An allocation that something is written to before.
// CHECK-LABEL: func.func @written_early(
// CHECK: memref.copy
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>
// CHECK: linalg.generic
// CHECK: return
func.func @written_early(%x: memref<8x64xf32>, %y: memref<64xbf16>) {
  %t = memref.alloc() : memref<64xbf16>
  memref.copy %y, %t : memref<64xbf16> to memref<64xbf16>
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%s : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf32>) outs(%t : memref<64xbf16>) {
  ^bb0(%a: f32, %b: bf16):
    %narrow = arith.truncf %a : f32 to bf16
    linalg.yield %narrow : bf16
  }
  memref.copy %t, %y : memref<64xbf16> to memref<64xbf16>
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// The destination cannot be there before the sums.
// CHECK-LABEL: func.func @size_comes_later(
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>
// CHECK: memref.dim
// CHECK: linalg.generic
// CHECK: return
func.func @size_comes_later(%x: memref<8x64xf32>, %y: memref<?xbf16>, %z: memref<?xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%s : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  %n = memref.dim %z, %c0 : memref<?xf32>
  %t = memref.alloc(%n) : memref<?xbf16>
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf32>) outs(%t : memref<?xbf16>) {
  ^bb0(%a: f32, %b: bf16):
    %u = arith.truncf %a : f32 to bf16
    linalg.yield %u : bf16
  }
  memref.copy %t, %y : memref<?xbf16> to memref<?xbf16>
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// The op adds to the same buffer.
// CHECK-LABEL: func.func @other_destination(
// CHECK: gpu.launch_func {{.*}}_sum
// CHECK: linalg.generic
// CHECK: return
func.func @other_destination(%x: memref<8x64xf32>, %y: memref<64xbf16>) {
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column, #column]
      ins(%x : memref<8x64xf32>)
      outs(%s, %y : memref<64xf32>, memref<64xbf16>) {
  ^bb0(%row: tensor<64xf32>):
    %r = arith.truncf %row : tensor<64xf32> to tensor<64xbf16>
    norm.yield %row, %r : tensor<64xf32>, tensor<64xbf16>
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf32>) outs(%y : memref<64xbf16>) {
  ^bb0(%a: f32, %b: bf16):
    %narrow = arith.truncf %a : f32 to bf16
    linalg.yield %narrow : bf16
  }
  memref.dealloc %s : memref<64xf32>
  return
}
