// RUN: rmsnorm-opt --split-input-file --convert-rowwise-to-gpu %s | FileCheck %s

// A conversion of what was summed is part of the kernel that adds partial sums,
// if nobody else has the buffer between the two.

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// The kernel rounds, and the buffer between the two is not there.
// CHECK-LABEL: func.func @rounds(
// CHECK-COUNT-1: memref.alloc
// CHECK-NOT: memref.alloc
// CHECK-NOT: linalg
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<bf16>
// CHECK-NOT: linalg
// CHECK: return
func.func @rounds(%x: memref<8x64xf32>, %y: memref<64xbf16>) {
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

// The destination of the rounding is moved up.
// CHECK-LABEL: func.func @allocated(
// CHECK: memref.alloc() : memref<64xbf16>
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<bf16>
// CHECK-NOT: linalg.generic
// CHECK: memref.copy
// CHECK: return
func.func @allocated(%x: memref<8x64xf32>, %y: memref<64xbf16>) {
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%s : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  %t = memref.alloc() : memref<64xbf16>
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf32>) outs(%t : memref<64xbf16>) {
  ^bb0(%a: f32, %b: bf16):
    %narrow = arith.truncf %a : f32 to bf16
    linalg.yield %narrow : bf16
  }
  memref.copy %t, %y : memref<64xbf16> to memref<64xbf16>
  memref.dealloc %t : memref<64xbf16>
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// Somebody has the sum before it is rounded.
// CHECK-LABEL: func.func @sum_is_kept(
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>
// CHECK: linalg.generic
// CHECK: memref.copy
// CHECK: return
func.func @sum_is_kept(%x: memref<8x64xf32>, %y: memref<64xbf16>, %z: memref<64xf32>) {
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
  memref.copy %s, %z : memref<64xf32> to memref<64xf32>
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// CHECK-LABEL: func.func @rounded_twice(
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>
// CHECK: linalg.generic
// CHECK: linalg.generic
// CHECK: return
func.func @rounded_twice(%x: memref<8x64xf32>, %y: memref<64xbf16>, %z: memref<64xf16>) {
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
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf32>) outs(%z : memref<64xf16>) {
  ^bb0(%a: f32, %b: f16):
    %narrow = arith.truncf %a : f32 to f16
    linalg.yield %narrow : f16
  }
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// The caller gets the sum as it is, too.
// CHECK-LABEL: func.func @not_own(
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>
// CHECK: linalg.generic
// CHECK: return
func.func @not_own(%x: memref<8x64xf32>, %y: memref<64xf32>, %z: memref<64xbf16>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%y : memref<64xf32>) outs(%z : memref<64xbf16>) {
  ^bb0(%a: f32, %b: bf16):
    %narrow = arith.truncf %a : f32 to bf16
    linalg.yield %narrow : bf16
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// What is added to is rounded in the type that it has.
// CHECK-LABEL: func.func @not_zero(
// CHECK: linalg.fill
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>
// CHECK: linalg.generic
// CHECK: return
func.func @not_zero(%x: memref<8x64xf32>, %y: memref<64xbf16>) {
  %one = arith.constant 1.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%one : f32) outs(%s : memref<64xf32>)
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

// Not a rounding.
// CHECK-LABEL: func.func @wider(
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>
// CHECK: linalg.generic
// CHECK: return
func.func @wider(%x: memref<8x64xf32>, %y: memref<64xf64>) {
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<64xf32>
  linalg.fill ins(%zero : f32) outs(%s : memref<64xf32>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%s : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf32>) outs(%y : memref<64xf64>) {
  ^bb0(%a: f32, %b: f64):
    %narrow = arith.extf %a : f32 to f64
    linalg.yield %narrow : f64
  }
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// Rounded in another way.
// CHECK-LABEL: func.func @downward(
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>
// CHECK: linalg.generic
// CHECK: return
func.func @downward(%x: memref<8x64xf32>, %y: memref<64xbf16>) {
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
    %narrow = arith.truncf %a downward : f32 to bf16
    linalg.yield %narrow : bf16
  }
  memref.dealloc %s : memref<64xf32>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// Rounded twice.
// CHECK-LABEL: func.func @narrow_sum(
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f16>
// CHECK: linalg.generic
// CHECK: return
func.func @narrow_sum(%x: memref<8x64xf32>, %y: memref<64xf8E5M2>) {
  %zero = arith.constant 0.0 : f16
  %s = memref.alloc() : memref<64xf16>
  linalg.fill ins(%zero : f16) outs(%s : memref<64xf16>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%s : memref<64xf16>) {
  ^bb0(%row: tensor<64xf32>):
    %r = arith.truncf %row : tensor<64xf32> to tensor<64xf16>
    norm.yield %r : tensor<64xf16>
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf16>) outs(%y : memref<64xf8E5M2>) {
  ^bb0(%a: f16, %b: f8E5M2):
    %narrow = arith.truncf %a : f16 to f8E5M2
    linalg.yield %narrow : f8E5M2
  }
  memref.dealloc %s : memref<64xf16>
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>

// From f64 to f32, once.
// CHECK-LABEL: func.func @wide_sum(
// CHECK-NOT: linalg
// CHECK: gpu.launch_func {{.*}}_sum {{.*}}args(%{{.*}} : memref<f32>, %{{.*}} : memref<f64>
// CHECK-NOT: linalg
// CHECK: return
func.func @wide_sum(%x: memref<8x64xf32>, %y: memref<64xf32>) {
  %zero = arith.constant 0.0 : f64
  %s = memref.alloc() : memref<64xf64>
  linalg.fill ins(%zero : f64) outs(%s : memref<64xf64>)
  norm.rowwise axes [1] maps [#matrix, #column] ins(%x : memref<8x64xf32>)
      outs(%s : memref<64xf64>) {
  ^bb0(%row: tensor<64xf32>):
    %r = arith.extf %row : tensor<64xf32> to tensor<64xf64>
    norm.yield %r : tensor<64xf64>
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : memref<64xf64>) outs(%y : memref<64xf32>) {
  ^bb0(%a: f64, %b: f32):
    %narrow = arith.truncf %a : f64 to f32
    linalg.yield %narrow : f32
  }
  memref.dealloc %s : memref<64xf64>
  return
}
