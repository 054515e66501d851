// RUN: rmsnorm-opt --split-input-file --one-shot-bufferize="bufferize-function-boundaries=1 function-boundary-type-conversion=identity-layout-map" %s | FileCheck %s

// The row program stays on tensors, the destination is written in place.
// CHECK-LABEL: func.func @program
// CHECK-SAME: %[[X:[a-z0-9_]+]]: memref<4x6xf32>, %[[Y:[a-z0-9_]+]]: memref<4x6xf32>
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.copy
// CHECK: norm.rowwise {{.*}} ins(%[[X]] : memref<4x6xf32>) outs(%[[Y]] : memref<4x6xf32>)
// CHECK: tensor.splat %{{.*}} : tensor<6xf32>
// CHECK: arith.select %{{.*}} : tensor<6xi1>, tensor<6xf32>
// CHECK: norm.yield %{{.*}} : tensor<6xf32>
// CHECK: return %[[Y]]
func.func @program(%x: tensor<4x6xf32>, %y: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %r = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                                   affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x : tensor<4x6xf32>) outs(%y : tensor<4x6xf32>) {
  ^bb0(%row: tensor<6xf32>):
    %zero = arith.constant dense<0.0> : tensor<6xf32>
    %sum = norm.reduce add %row : tensor<6xf32>
    %sums = tensor.splat %sum : tensor<6xf32>
    %p = arith.cmpf ogt, %row, %zero : tensor<6xf32>
    %s = arith.select %p, %row, %zero : tensor<6xi1>, tensor<6xf32>
    %d = arith.subf %s, %sums : tensor<6xf32>
    %e = arith.addf %d, %row : tensor<6xf32>
    %f = arith.addf %e, %zero : tensor<6xf32>
    norm.yield %f : tensor<6xf32>
  } -> tensor<4x6xf32>
  return %r : tensor<4x6xf32>
}

// -----

// Same value, same map: no copy.
// CHECK-LABEL: func.func @in_place
// CHECK-SAME: %[[X:[a-z0-9_]+]]: memref<4x6xf32>
// CHECK-NOT: memref.copy
// CHECK: norm.rowwise {{.*}} ins(%[[X]] : memref<4x6xf32>) outs(%[[X]] : memref<4x6xf32>)
func.func @in_place(%x: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %r = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                                   affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x : tensor<4x6xf32>) outs(%x : tensor<4x6xf32>) {
  ^bb0(%row: tensor<6xf32>):
    norm.yield %row : tensor<6xf32>
  } -> tensor<4x6xf32>
  return %r : tensor<4x6xf32>
}

// -----

// Every row reads the column that all rows add to: the destination is a copy.
// CHECK-LABEL: func.func @column
// CHECK-SAME: %{{.*}}: memref<4x6xf32>, %[[W:[a-z0-9_]+]]: memref<6xf32>
// CHECK: %[[COPY:[a-z0-9_]+]] = memref.alloc
// CHECK: memref.copy %[[W]], %[[COPY]]
// CHECK: norm.rowwise {{.*}} outs(%[[COPY]] : memref<6xf32>)
func.func @column(%x: tensor<4x6xf32>, %w: tensor<6xf32>) -> tensor<6xf32> {
  %r = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                                   affine_map<(d0, d1) -> (d1)>,
                                   affine_map<(d0, d1) -> (d1)>]
      ins(%x, %w : tensor<4x6xf32>, tensor<6xf32>) outs(%w : tensor<6xf32>) {
  ^bb0(%row: tensor<6xf32>, %col: tensor<6xf32>):
    %p = arith.mulf %row, %col : tensor<6xf32>
    norm.yield %p : tensor<6xf32>
  } -> tensor<6xf32>
  return %r : tensor<6xf32>
}

// -----

// On buffers already: untouched.
// CHECK-LABEL: func.func @buffers
// CHECK: ^bb0(%{{.*}}: tensor<6xf32>)
// CHECK: tensor.splat %{{.*}} : tensor<6xf32>
func.func @buffers(%x: memref<4x6xf32>, %y: memref<4x6xf32>) {
  norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                              affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x : memref<4x6xf32>) outs(%y : memref<4x6xf32>) {
  ^bb0(%row: tensor<6xf32>):
    %sum = norm.reduce add %row : tensor<6xf32>
    %sums = tensor.splat %sum : tensor<6xf32>
    norm.yield %sums : tensor<6xf32>
  }
  return
}
