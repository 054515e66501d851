// RUN: rmsnorm-opt --split-input-file --convert-rowwise-to-vector="accumulators=2 overlap-bytes=0" --canonicalize --cse %s | FileCheck %s

// Two whole blocks of 2 x 16 elements, then one vector, then three elements.
// CHECK-LABEL: func.func @static
// CHECK-SAME: %[[X:[a-z0-9_]+]]: memref<4x83xf32>, %[[Y:[a-z0-9_]+]]: memref<4x83xf32>
// CHECK-DAG: %[[C64:[a-z0-9_]+]] = arith.constant 64 : index
// CHECK-DAG: %[[C80:[a-z0-9_]+]] = arith.constant 80 : index
// CHECK: scf.for %[[ROW:[a-z0-9_]+]] =
// CHECK: %[[SUMS:[a-z0-9_]+]]:2 = scf.for %[[I:[a-z0-9_]+]] = %{{.*}} to %[[C64]] step %{{.*}} iter_args(%[[A:[a-z0-9_]+]] = %{{.*}}, %[[B:[a-z0-9_]+]] = %{{.*}})
// CHECK: %[[X0:[a-z0-9_]+]] = vector.load %[[X]][%[[ROW]], %[[I]]] : memref<4x83xf32>, vector<16xf32>
// CHECK: %[[A1:[a-z0-9_]+]] = arith.addf %[[A]], %[[X0]]
// CHECK: vector.load
// CHECK: %[[B1:[a-z0-9_]+]] = arith.addf %[[B]]
// CHECK: scf.yield %[[A1]], %[[B1]]
// CHECK: %[[X1:[a-z0-9_]+]] = vector.load %[[X]][%[[ROW]], %[[C64]]]
// CHECK: %[[FULL:[a-z0-9_]+]] = arith.addf %[[SUMS]]#0, %[[X1]]
// CHECK: %[[MASK:[a-z0-9_]+]] = vector.constant_mask [3] : vector<16xi1>
// CHECK: %[[X2:[a-z0-9_]+]] = vector.maskedload %[[X]][%[[ROW]], %[[C80]]], %[[MASK]]
// CHECK: %[[PART:[a-z0-9_]+]] = arith.addf %[[SUMS]]#1, %[[X2]]
// CHECK: %[[KEPT:[a-z0-9_]+]] = arith.select %[[MASK]], %[[PART]], %[[SUMS]]#1
// CHECK: %[[BOTH:[a-z0-9_]+]] = arith.addf %[[FULL]], %[[KEPT]]
// CHECK: vector.extract_strided_slice %[[BOTH]] {offsets = [0], sizes = [8]
// CHECK: vector.extract_strided_slice %[[BOTH]] {offsets = [8], sizes = [8]
// CHECK-COUNT-4: vector.load
// CHECK-NOT: memref.prefetch
// CHECK-COUNT-4: vector.store
// CHECK: vector.load %[[X]][%[[ROW]], %[[C64]]]
// CHECK: vector.store
// CHECK: vector.maskedstore %[[Y]][%[[ROW]], %[[C80]]], %[[MASK]]
// CHECK-NOT: norm.rowwise
func.func @static(%x: memref<4x83xf32>, %y: memref<4x83xf32>) {
  norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                              affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x : memref<4x83xf32>) outs(%y : memref<4x83xf32>) {
  ^bb0(%row: tensor<83xf32>):
    %sum = norm.reduce add %row : tensor<83xf32>
    %sums = tensor.splat %sum : tensor<83xf32>
    %d = arith.subf %row, %sums : tensor<83xf32>
    norm.yield %d : tensor<83xf32>
  }
  return
}

// -----

// CHECK-LABEL: func.func @dynamic
// CHECK-SAME: %[[X:[a-z0-9_]+]]: memref<?x?xf16>
// CHECK: memref.dim %[[X]]
// CHECK: %[[N:[a-z0-9_]+]] = memref.dim %[[X]]
// CHECK: %[[REST:[a-z0-9_]+]] = arith.remui %[[N]]
// CHECK: %[[END:[a-z0-9_]+]] = arith.subi %[[N]], %[[REST]]
// CHECK: scf.for %{{.*}} to %[[END]]
// CHECK: vector.load {{.*}} vector<16xf16>
// CHECK: arith.extf {{.*}} vector<16xf16> to vector<16xf32>
// CHECK: %[[SOME:[a-z0-9_]+]] = arith.cmpi ult, %[[END]], %[[N]]
// CHECK: scf.if %[[SOME]]
// CHECK: %[[LEFT:[a-z0-9_]+]] = arith.subi %[[N]], %[[END]]
// CHECK: vector.create_mask %[[LEFT]]
// CHECK-COUNT-2: vector.maskedload
func.func @dynamic(%x: memref<?x?xf16>, %y: memref<?xf32>) {
  norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                              affine_map<(d0, d1) -> (d0)>]
      ins(%x : memref<?x?xf16>) outs(%y : memref<?xf32>) {
  ^bb0(%row: tensor<?xf16>):
    %wide = arith.extf %row : tensor<?xf16> to tensor<?xf32>
    %sum = norm.reduce add %wide : tensor<?xf32>
    norm.yield %sum : f32
  }
  return
}

// -----

// The axes are contiguous: one row of 12. The maximum starts at -inf; the sum
// of the first five elements has a sweep of its own.
// CHECK-LABEL: func.func @merged
// CHECK: memref.collapse_shape %{{.*}} {{\[\[}}0], [1, 2]] : memref<2x3x4xf32> into memref<2x12xf32>
// CHECK: vector.constant_mask [5]
// CHECK: vector.constant_mask [12]
// CHECK: arith.maximumf
func.func @merged(%x: memref<2x3x4xf32>, %y: memref<2xf32>) {
  norm.rowwise axes [1, 2] maps [affine_map<(d0, d1, d2) -> (d0, d1, d2)>,
                                 affine_map<(d0, d1, d2) -> (d0)>]
      ins(%x : memref<2x3x4xf32>) outs(%y : memref<2xf32>) {
  ^bb0(%row: tensor<12xf32>):
    %max = norm.reduce max %row : tensor<12xf32>
    %part = norm.reduce add %row first 5 : tensor<12xf32>
    %r = arith.addf %max, %part : f32
    norm.yield %r : f32
  }
  return
}
