// RUN: rmsnorm-opt --split-input-file --convert-rowwise-to-gpu=chip=sm_90 --canonicalize --cse %s | FileCheck %s

// When inputs are loaded.

// Little that all rows share is loaded once, before all rows.
// CHECK-LABEL: gpu.func @hoisted_0
// CHECK: nvvm.griddepcontrol launch_dependents
// CHECK-NEXT: nvvm.griddepcontrol wait
// CHECK-COUNT-4: vector.load %{{.+}}[%{{[a-z0-9_]+}}] {alignment = 16 : i64} : memref<1024xbf16
// CHECK: scf.for
// CHECK-NOT: memref<1024xbf16
// CHECK: gpu.return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @hoisted(%x: memref<?x1024xbf16>, %w: memref<1024xbf16>, %out: memref<?x1024xbf16>) {
  norm.rowwise axes [1] maps [#matrix, #column, #matrix]
      ins(%x, %w : memref<?x1024xbf16>, memref<1024xbf16>)
      outs(%out : memref<?x1024xbf16>) {
  ^bb0(%row: tensor<1024xbf16>, %scale: tensor<1024xbf16>):
    %wide = arith.extf %row : tensor<1024xbf16> to tensor<1024xf32>
    %square = arith.mulf %wide, %wide : tensor<1024xf32>
    %sum = norm.reduce add %square : tensor<1024xf32>
    %r = math.rsqrt %sum : f32
    %rs = tensor.splat %r : tensor<1024xf32>
    %y = arith.mulf %wide, %rs : tensor<1024xf32>
    %ws = arith.extf %scale : tensor<1024xbf16> to tensor<1024xf32>
    %z = arith.mulf %y, %ws : tensor<1024xf32>
    %narrow = arith.truncf %z : tensor<1024xf32> to tensor<1024xbf16>
    norm.yield %narrow : tensor<1024xbf16>
  }
  return
}

// -----

// More is on its way with the row.
// CHECK-LABEL: gpu.func @with_the_row_0
// CHECK: nvvm.griddepcontrol wait
// CHECK-NOT: vector.load
// CHECK: scf.for
// CHECK: scf.if
// CHECK-COUNT-6: vector.load %{{.+}}[%{{.+}}, %{{.+}}] {alignment = 16 : i64}
// CHECK: }
// CHECK-COUNT-6: vector.load %{{.+}}[%{{[a-z0-9_]+}}] {alignment = 16 : i64} : memref<768xf32
// CHECK: gpu.shuffle
// CHECK-NOT: vector.load
// CHECK: gpu.return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @with_the_row(%x: memref<?x768xf32>, %w: memref<768xf32>, %out: memref<?x768xf32>) {
  norm.rowwise axes [1] maps [#matrix, #column, #matrix]
      ins(%x, %w : memref<?x768xf32>, memref<768xf32>)
      outs(%out : memref<?x768xf32>) {
  ^bb0(%row: tensor<768xf32>, %scale: tensor<768xf32>):
    %square = arith.mulf %row, %row : tensor<768xf32>
    %sum = norm.reduce add %square : tensor<768xf32>
    %r = math.rsqrt %sum : f32
    %rs = tensor.splat %r : tensor<768xf32>
    %y = arith.mulf %row, %rs : tensor<768xf32>
    %z = arith.mulf %y, %scale : tensor<768xf32>
    norm.yield %z : tensor<768xf32>
  }
  return
}

// -----

// Still more is loaded when it is used, if the row is there.
// CHECK-LABEL: gpu.func @when_used_0
// CHECK: scf.for
// CHECK: scf.if
// CHECK-COUNT-8: vector.load %{{.+}}[%{{.+}}, %{{.+}}] {alignment = 16 : i64}
// CHECK: gpu.shuffle
// CHECK: vector.load %{{.+}}[%{{[a-z0-9_]+}}] {alignment = 16 : i64} : memref<1024xf32
// CHECK: gpu.return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @when_used(%x: memref<?x1024xf32>, %w: memref<1024xf32>, %out: memref<?x1024xf32>) {
  norm.rowwise axes [1] maps [#matrix, #column, #matrix]
      ins(%x, %w : memref<?x1024xf32>, memref<1024xf32>)
      outs(%out : memref<?x1024xf32>) {
  ^bb0(%row: tensor<1024xf32>, %scale: tensor<1024xf32>):
    %square = arith.mulf %row, %row : tensor<1024xf32>
    %sum = norm.reduce add %square : tensor<1024xf32>
    %r = math.rsqrt %sum : f32
    %rs = tensor.splat %r : tensor<1024xf32>
    %y = arith.mulf %row, %rs : tensor<1024xf32>
    %z = arith.mulf %y, %scale : tensor<1024xf32>
    norm.yield %z : tensor<1024xf32>
  }
  return
}
