// RUN: rmsnorm-opt --convert-rowwise-to-vector="accumulators=1 overlap-bytes=768" \
// RUN:     --canonicalize --cse --split-input-file %s | FileCheck %s
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
#column = affine_map<(d0, d1) -> (d0)>

// Two rows that are read and one that is written are 768 bytes: a row is summed
// while the one before is stored; the first and the last are by themselves.

// CHECK-LABEL: func.func @overlap
// CHECK-SAME: %[[X:[a-z0-9_]+]]: memref<?x64xf32>, %[[Y:[a-z0-9_]+]]: memref<?x64xf32>
// CHECK: scf.if
// CHECK: scf.for
// CHECK: vector.load %[[X]][%c0,
// CHECK-NOT: vector.store
// CHECK: %[[FIRST:.+]] = vector.broadcast %{{.*}} : f32 to vector<16xf32>
// CHECK: %[[LAST:.+]] = scf.for %[[NEXT:[a-z0-9_]+]] = %c1 to %{{.*}} iter_args(%[[SUM:[a-z0-9_]+]] = %[[FIRST]])
// CHECK: %[[ROW:.+]] = arith.subi %[[NEXT]], %c1
// CHECK: vector.load %[[X]][%[[NEXT]], %c0]
// CHECK: %[[X0:.+]] = vector.load %[[X]][%[[ROW]], %c0]
// CHECK: arith.subf %[[X0]], %[[SUM]]
// CHECK: vector.store %{{.*}}, %[[Y]][%[[ROW]], %c0]
// CHECK: scf.yield
// CHECK: arith.subf %{{.*}}, %[[LAST]]
// CHECK: vector.store
// CHECK: return
func.func @overlap(%x: memref<?x64xf32>, %y: memref<?x64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<?x64xf32>) outs(%y : memref<?x64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    %sum = norm.reduce add %row : tensor<64xf32>
    %sums = tensor.splat %sum : tensor<64xf32>
    %d = arith.subf %row, %sums : tensor<64xf32>
    norm.yield %d : tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>

// A constant of the last sweep is not carried from the row before.

// CHECK-LABEL: func.func @constant
// CHECK: %[[TWO:.+]] = arith.constant dense<2.000000e+00> : vector<16xf32>
// CHECK: scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}) -> (vector<16xf32>)
// CHECK: arith.mulf %{{.*}}, %[[TWO]]
// CHECK: return
func.func @constant(%x: memref<?x64xf32>, %y: memref<?x64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<?x64xf32>) outs(%y : memref<?x64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    %two = arith.constant dense<2.0> : tensor<64xf32>
    %sum = norm.reduce add %row : tensor<64xf32>
    %sums = tensor.splat %sum : tensor<64xf32>
    %d = arith.subf %row, %sums : tensor<64xf32>
    %e = arith.mulf %d, %two : tensor<64xf32>
    norm.yield %e : tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>

// More is shared than read for each row: two rows at a time, one load of each
// of w and b for both, and one store to what both are added to, in their order.

// CHECK-LABEL: func.func @together
// CHECK-SAME: %[[X:[a-z0-9_]+]]: memref<?x128xf32>, %[[W:[a-z0-9_]+]]: memref<128xf32>, %[[B:[a-z0-9_]+]]: memref<128xf32>, %[[Y:[a-z0-9_]+]]: memref<?x128xf32>, %[[S:[a-z0-9_]+]]: memref<128xf32>
// CHECK: scf.for %[[ROW:[a-z0-9_]+]] = %c0 to %{{.*}} step %c2
// CHECK: %[[NEXT:.+]] = arith.addi %[[ROW]], %c1
// CHECK: scf.for
// CHECK: %[[X0:.+]] = vector.load %[[X]][%[[ROW]],
// CHECK-NEXT: %[[W0:.+]] = vector.load %[[W]]
// CHECK-NEXT: %[[B0:.+]] = vector.load %[[B]]
// CHECK-NEXT: %[[X1:.+]] = vector.load %[[X]][%[[NEXT]],
// CHECK-NEXT: llvm.intr.fmuladd(%[[X0]], %[[W0]], %[[B0]])
// CHECK-NEXT: llvm.intr.fmuladd(%[[X1]], %[[W0]], %[[B0]])
// CHECK: vector.store
// CHECK: %[[OLD:.+]] = vector.load %[[S]]
// CHECK-NEXT: %[[ONE:.+]] = arith.addf %[[OLD]], %[[X0]]
// CHECK-NEXT: %[[TWO:.+]] = arith.addf %[[ONE]], %[[X1]]
// CHECK-NEXT: vector.store %[[TWO]], %[[S]]
// CHECK: scf.for
// CHECK: scf.for
// CHECK: return
func.func @together(%x: memref<?x128xf32>, %w: memref<128xf32>,
    %b: memref<128xf32>, %y: memref<?x128xf32>, %s: memref<128xf32>) {
  norm.rowwise axes [1] maps [#matrix, #row, #row, #matrix, #row]
      ins(%x, %w, %b : memref<?x128xf32>, memref<128xf32>, memref<128xf32>)
      outs(%y, %s : memref<?x128xf32>, memref<128xf32>) {
  ^bb0(%row: tensor<128xf32>, %wr: tensor<128xf32>, %br: tensor<128xf32>):
    %scaled = arith.mulf %row, %wr : tensor<128xf32>
    %sum = arith.addf %scaled, %br : tensor<128xf32>
    norm.yield %sum, %row : tensor<128xf32>, tensor<128xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>

// What is shared has to be converted: four rows at a time, short as they are.

// CHECK-LABEL: func.func @narrow
// CHECK: scf.for %{{.*}} = %c0 to %{{.*}} step %c4
// CHECK: arith.extf
// CHECK: arith.extf
// CHECK-NOT: arith.extf
// CHECK-COUNT-4: vector.store
// CHECK: scf.for
func.func @narrow(%x: memref<?x16xf16>, %w: memref<16xf16>,
    %b: memref<16xf16>, %y: memref<?x16xf16>) {
  norm.rowwise axes [1] maps [#matrix, #row, #row, #matrix]
      ins(%x, %w, %b : memref<?x16xf16>, memref<16xf16>, memref<16xf16>)
      outs(%y : memref<?x16xf16>) {
  ^bb0(%row: tensor<16xf16>, %wr: tensor<16xf16>, %br: tensor<16xf16>):
    %ww = arith.extf %wr : tensor<16xf16> to tensor<16xf32>
    %bw = arith.extf %br : tensor<16xf16> to tensor<16xf32>
    %wb = arith.addf %ww, %bw : tensor<16xf32>
    %narrow = arith.truncf %wb : tensor<16xf32> to tensor<16xf16>
    %sum = arith.addf %row, %narrow : tensor<16xf16>
    norm.yield %sum : tensor<16xf16>
  }
  return
}
