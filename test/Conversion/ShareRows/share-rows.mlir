// RUN: rmsnorm-opt --norm-share-rows="min-bytes=4096" --canonicalize --cse \
// RUN:     --split-input-file %s | FileCheck %s

#matrix = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#column = affine_map<(d0, d1, d2) -> (d0, d1)>
#row = affine_map<(d0, d1, d2) -> (d2)>

// The two grid dimensions are one; x, y and the scalar of each row have parts,
// w has none.

// CHECK-LABEL: func.func @independent(
// CHECK: %[[ROWS:.+]] = memref.dim
// CHECK: %[[LARGE:.+]] = arith.cmpi uge, %{{.*}}, %c4096
// CHECK: scf.if %[[LARGE]] {
// CHECK:   omp.parallel {
// CHECK:     llvm.call @omp_get_thread_num
// CHECK:     llvm.call @omp_get_num_threads
// CHECK:     %[[FIRST:.+]] = arith.divui
// CHECK:     %[[LAST:.+]] = arith.divui
// CHECK:     func.call @independent_rows({{.*}}, %[[FIRST]], %[[LAST]])
// CHECK:     omp.terminator
// CHECK: } else {
// CHECK:   func.call @independent_rows({{.*}}, %c0, %[[ROWS]])

// CHECK-LABEL: func.func private @independent_rows(
// CHECK-SAME: %[[X:.+]]: memref<?x64xf32>, %[[W:.+]]: memref<64xf32>, %[[Y:.+]]: memref<?x64xf32>, %[[S:.+]]: memref<?xf32>, %[[FIRST:.+]]: index, %[[LAST:.+]]: index)
// CHECK: %[[SIZE:.+]] = arith.subi %[[LAST]], %[[FIRST]]
// CHECK: %[[XS:.+]] = memref.subview %[[X]][%[[FIRST]], 0] [%[[SIZE]], 64] [1, 1]
// CHECK: %[[YS:.+]] = memref.subview %[[Y]][%[[FIRST]], 0] [%[[SIZE]], 64] [1, 1]
// CHECK: %[[SS:.+]] = memref.subview %[[S]][%[[FIRST]]] [%[[SIZE]]] [1]
// CHECK: norm.rowwise axes [1]
// CHECK-SAME: ins(%[[XS]], %[[W]] :
// CHECK-SAME: outs(%[[YS]], %[[SS]] :
func.func @independent(%x: memref<?x4x64xf32>, %w: memref<64xf32>,
    %y: memref<?x4x64xf32>, %s: memref<?x4xf32>) {
  norm.rowwise axes [2] maps [#matrix, #row, #matrix, #column]
      ins(%x, %w : memref<?x4x64xf32>, memref<64xf32>)
      outs(%y, %s : memref<?x4x64xf32>, memref<?x4xf32>) {
  ^bb0(%row: tensor<64xf32>, %wr: tensor<64xf32>):
    %sum = norm.reduce add %row : tensor<64xf32>
    %scaled = arith.mulf %row, %wr : tensor<64xf32>
    norm.yield %scaled, %sum : tensor<64xf32>, f32
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>

// Sums over rows: one chunk up to 32 rows; otherwise chunks with sums of their
// own, whose number is that of the rows alone, added in their order.

// CHECK-LABEL: func.func @sums(
// CHECK-SAME: %[[X:.+]]: memref<?x64xf32>, %[[S:.+]]: memref<64xf32>)
// CHECK: %[[ROWS:.+]] = memref.dim %[[X]]
// CHECK: %[[SHORT:.+]] = arith.cmpi ule, %[[ROWS]], %c32
// CHECK: scf.if %[[SHORT]] {
// CHECK:   func.call @sums_rows({{.*}}, %c0, %[[ROWS]])
// CHECK: } else {
// CHECK:   %[[PART:.+]] = arith.ceildivui %[[ROWS]], %c64
// CHECK:   %[[SIZE:.+]] = arith.maxui %[[PART]], %c32
// CHECK:   %[[CHUNKS:.+]] = arith.ceildivui %[[ROWS]], %[[SIZE]]
// CHECK:   %[[SUMS:.+]] = memref.alloc(%[[CHUNKS]]) {alignment = 64 : i64} : memref<?x64xf32>
// CHECK:   omp.parallel
// CHECK:     scf.for %[[CHUNK:[a-z0-9_]+]] =
// CHECK:       memref.subview %[[SUMS]][%[[CHUNK]], 0] [1, 64] [1, 1]
// CHECK:       memref.store
// CHECK:       func.call @sums_rows
// CHECK:   } else {
// CHECK:     scf.for %{{.*}} = %c0 to %[[CHUNKS]]
// CHECK:   norm.rowwise axes [1]
// CHECK-SAME: ins(%[[SUMS]] : memref<?x64xf32>) outs(%[[S]] : memref<64xf32>)
// CHECK:   memref.dealloc %[[SUMS]]
func.func @sums(%x: memref<?x64xf32>, %s: memref<64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #row]
      ins(%x : memref<?x64xf32>) outs(%s : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
#none = affine_map<(d0, d1) -> ()>

// Left as they are: a sum into a scalar, a sum into a part of a memref, one row.

// CHECK-LABEL: func.func @scalar
// CHECK-NEXT: norm.rowwise
// CHECK-LABEL: func.func @part
// CHECK-NEXT: norm.rowwise
// CHECK-LABEL: func.func @one_row
// CHECK-NEXT: norm.rowwise
func.func @scalar(%x: memref<?x64xf32>, %s: memref<f32>) {
  norm.rowwise axes [1] maps [#matrix, #none]
      ins(%x : memref<?x64xf32>) outs(%s : memref<f32>) {
  ^bb0(%row: tensor<64xf32>):
    %sum = norm.reduce add %row : tensor<64xf32>
    norm.yield %sum : f32
  }
  return
}
func.func @part(%x: memref<?x64xf32>,
    %s: memref<64xf32, strided<[1], offset: ?>>) {
  norm.rowwise axes [1] maps [#matrix, #row]
      ins(%x : memref<?x64xf32>)
      outs(%s : memref<64xf32, strided<[1], offset: ?>>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  return
}
func.func @one_row(%x: memref<64xf32>, %y: memref<64xf32>) {
  norm.rowwise axes [0] maps [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>]
      ins(%x : memref<64xf32>) outs(%y : memref<64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  return
}
