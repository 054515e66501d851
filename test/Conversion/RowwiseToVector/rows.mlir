// RUN: rmsnorm-opt --split-input-file --convert-rowwise-to-vector="accumulators=1" --canonicalize --cse %s | FileCheck %s

// Rows lie side by side: vectors hold one element of 16 rows. The column is
// the same in all of them.
// CHECK-LABEL: func.func @side_by_side
// CHECK-SAME: %[[X:[a-z0-9_]+]]: memref<5x40xf32>, %[[W:[a-z0-9_]+]]: memref<5xf32>
// CHECK: scf.for %[[ROWS:[a-z0-9_]+]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK: scf.for %[[I:[a-z0-9_]+]] =
// CHECK: vector.load %[[X]][%[[I]], %[[ROWS]]] : memref<5x40xf32>, vector<16xf32>
// CHECK: %[[SCALE:[a-z0-9_]+]] = memref.load %[[W]]
// CHECK: vector.broadcast %[[SCALE]] : f32 to vector<16xf32>
// CHECK: vector.store
// CHECK: %[[MASK:[a-z0-9_]+]] = vector.constant_mask [8] : vector<16xi1>
// CHECK: vector.maskedload
// CHECK: vector.maskedstore
func.func @side_by_side(%x: memref<5x40xf32>, %w: memref<5xf32>,
                        %y: memref<5x40xf32>) {
  norm.rowwise axes [0] maps [affine_map<(d0, d1) -> (d0, d1)>,
                              affine_map<(d0, d1) -> (d0)>,
                              affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x, %w : memref<5x40xf32>, memref<5xf32>)
      outs(%y : memref<5x40xf32>) {
  ^bb0(%row: tensor<5xf32>, %scale: tensor<5xf32>):
    %sum = norm.reduce add %row : tensor<5xf32>
    %sums = tensor.splat %sum : tensor<5xf32>
    %d = arith.mulf %sums, %scale : tensor<5xf32>
    norm.yield %d : tensor<5xf32>
  }
  return
}

// -----

// Nothing is contiguous: one element at a time.
// CHECK-LABEL: func.func @strided
// CHECK-NOT: vector
// CHECK: memref.load
// CHECK: memref.store
func.func @strided(%x: memref<4x6xf32, strided<[12, 2]>>, %y: memref<4xf32>) {
  norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                              affine_map<(d0, d1) -> (d0)>]
      ins(%x : memref<4x6xf32, strided<[12, 2]>>) outs(%y : memref<4xf32>) {
  ^bb0(%row: tensor<6xf32>):
    %sum = norm.reduce add %row : tensor<6xf32>
    norm.yield %sum : f32
  }
  return
}

// -----

// A lane that is masked off must not divide.
// CHECK-LABEL: func.func @division
// CHECK-NOT: vector
// CHECK: arith.divsi %{{.*}} : i32
func.func @division(%x: memref<4x6xi32>, %z: memref<4x6xi32>,
                    %y: memref<4x6xi32>) {
  norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                              affine_map<(d0, d1) -> (d0, d1)>,
                              affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x, %z : memref<4x6xi32>, memref<4x6xi32>)
      outs(%y : memref<4x6xi32>) {
  ^bb0(%row: tensor<6xi32>, %by: tensor<6xi32>):
    %q = arith.divsi %row, %by : tensor<6xi32>
    norm.yield %q : tensor<6xi32>
  }
  return
}

// -----

// Vectors of i1 are packed, memrefs of i1 are not.
// CHECK-LABEL: func.func @bits
// CHECK-NOT: vector
// CHECK: memref.store %{{.*}} : memref<4x6xi1>
func.func @bits(%x: memref<4x6xf32>, %y: memref<4x6xi1>) {
  norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                              affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x : memref<4x6xf32>) outs(%y : memref<4x6xi1>) {
  ^bb0(%row: tensor<6xf32>):
    %zero = arith.constant dense<0.0> : tensor<6xf32>
    %p = arith.cmpf ogt, %row, %zero : tensor<6xf32>
    norm.yield %p : tensor<6xi1>
  }
  return
}

// -----

// Rows are added to an accumulated column one after another.
// CHECK-LABEL: func.func @accumulated
// CHECK-SAME: %{{.*}}: memref<?x16xf32>, %[[Y:[a-z0-9_]+]]: memref<16xf32>
// CHECK: scf.for
// CHECK: %[[OLD:[a-z0-9_]+]] = vector.load %[[Y]]
// CHECK: %[[NEW:[a-z0-9_]+]] = arith.addf %[[OLD]], %{{.*}}
// CHECK: vector.store %[[NEW]], %[[Y]]
func.func @accumulated(%x: memref<?x16xf32>, %y: memref<16xf32>) {
  norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                              affine_map<(d0, d1) -> (d1)>]
      ins(%x : memref<?x16xf32>) outs(%y : memref<16xf32>) {
  ^bb0(%row: tensor<16xf32>):
    norm.yield %row : tensor<16xf32>
  }
  return
}
