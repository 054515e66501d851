// RUN: rmsnorm-opt %s --convert-expand-shape-to-reinterpret-cast \
// RUN:   --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @split
// CHECK-SAME: %[[X:.+]]: memref<?x64xf32>, %[[B:.+]]: index, %[[S:.+]]: index
// CHECK: %[[STRIDE:.+]] = arith.muli %[[S]], %c64
// CHECK: memref.reinterpret_cast %[[X]] to offset: [0], sizes: [%[[B]], %[[S]], 64], strides: [%[[STRIDE]], 64, 1]
func.func @split(%x: memref<?x64xf32>, %b: index, %s: index)
    -> memref<?x?x64xf32> {
  %y = memref.expand_shape %x [[0, 1], [2]] output_shape [%b, %s, 64]
      : memref<?x64xf32> into memref<?x?x64xf32>
  return %y : memref<?x?x64xf32>
}

// Strides and offset of the source are kept.
// CHECK-LABEL: func.func @strided
// CHECK-SAME: %[[X:.+]]: memref<?x64xf32, strided<[?, 2], offset: ?>>, %[[B:.+]]: index, %[[S:.+]]: index
// CHECK: %{{.+}}, %[[OFFSET:.+]], %{{.+}}:2, %[[STRIDES:.+]]:2 = memref.extract_strided_metadata %[[X]]
// CHECK: %[[STRIDE:.+]] = arith.muli %[[STRIDES]]#0, %[[S]]
// CHECK: memref.reinterpret_cast %[[X]] to offset: [%[[OFFSET]]], sizes: [%[[B]], %[[S]], 4, 16], strides: [%[[STRIDE]], %[[STRIDES]]#0, 32, 2]
func.func @strided(%x: memref<?x64xf32, strided<[?, 2], offset: ?>>, %b: index,
    %s: index) -> memref<?x?x4x16xf32, strided<[?, ?, 32, 2], offset: ?>> {
  %y = memref.expand_shape %x [[0, 1], [2, 3]] output_shape [%b, %s, 4, 16]
      : memref<?x64xf32, strided<[?, 2], offset: ?>>
      into memref<?x?x4x16xf32, strided<[?, ?, 32, 2], offset: ?>>
  return %y : memref<?x?x4x16xf32, strided<[?, ?, 32, 2], offset: ?>>
}

// The unit dimensions of what had none are in no group.
// CHECK-LABEL: func.func @rank_0
// CHECK-SAME: %[[X:.+]]: memref<f32>
// CHECK: memref.reinterpret_cast %[[X]] to offset: [0], sizes: [1, 1], strides: [1, 1]
func.func @rank_0(%x: memref<f32>) -> memref<1x1xf32> {
  %y = memref.expand_shape %x [] output_shape [1, 1]
      : memref<f32> into memref<1x1xf32>
  return %y : memref<1x1xf32>
}
