// RUN: rmsnorm-opt --convert-rowwise-to-vector="overlap-bytes=0" --canonicalize --cse \
// RUN:     --split-input-file %s | FileCheck %s

#matrix = affine_map<(d0, d1) -> (d0, d1)>

// The sum is stored in the first sweep, and read back in the second.

// CHECK-LABEL: func.func @sum
// CHECK-SAME: %[[X:[a-z0-9_]+]]: memref<?x64xf32>, %[[R:[a-z0-9_]+]]: memref<?x64xf32>, %[[Y:[a-z0-9_]+]]: memref<?x64xf32>, %[[S:[a-z0-9_]+]]: memref<?x64xf32>
// CHECK: scf.for
// CHECK: vector.load %[[X]]
// CHECK: vector.load %[[R]]
// CHECK: vector.store %{{.*}}, %[[S]]
// CHECK: math.rsqrt
// CHECK-NOT: vector.load %[[X]]
// CHECK-NOT: vector.load %[[R]]
// CHECK: %[[SUM:.+]] = vector.load %[[S]]
// CHECK: arith.mulf %[[SUM]]
// CHECK: vector.store %{{.*}}, %[[Y]]
// CHECK-NOT: vector.store %{{.*}}, %[[S]]
// CHECK: return
func.func @sum(%x: memref<?x64xf32>, %r: memref<?x64xf32>,
    %y: memref<?x64xf32>, %s: memref<?x64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix, #matrix, #matrix]
      ins(%x, %r : memref<?x64xf32>, memref<?x64xf32>)
      outs(%y, %s : memref<?x64xf32>, memref<?x64xf32>) {
  ^bb0(%xr: tensor<64xf32>, %rr: tensor<64xf32>):
    %sum = arith.addf %xr, %rr : tensor<64xf32>
    %squares = arith.mulf %sum, %sum : tensor<64xf32>
    %total = norm.reduce add %squares : tensor<64xf32>
    %root = math.rsqrt %total : f32
    %roots = tensor.splat %root : tensor<64xf32>
    %scaled = arith.mulf %sum, %roots : tensor<64xf32>
    norm.yield %scaled, %sum : tensor<64xf32>, tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>

// The second sweep reads x, whose buffer may be that of the sum: both results
// are stored there.

// CHECK-LABEL: func.func @x_is_read_again
// CHECK-NOT: vector.store
// CHECK: math.rsqrt
// CHECK: vector.store
// CHECK: vector.store
func.func @x_is_read_again(%x: memref<?x64xf32>, %y: memref<?x64xf32>,
    %s: memref<?x64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix, #matrix]
      ins(%x : memref<?x64xf32>)
      outs(%y, %s : memref<?x64xf32>, memref<?x64xf32>) {
  ^bb0(%xr: tensor<64xf32>):
    %sum = arith.addf %xr, %xr : tensor<64xf32>
    %squares = arith.mulf %sum, %sum : tensor<64xf32>
    %total = norm.reduce add %squares : tensor<64xf32>
    %root = math.rsqrt %total : f32
    %roots = tensor.splat %root : tensor<64xf32>
    %scaled = arith.mulf %xr, %roots : tensor<64xf32>
    norm.yield %scaled, %sum : tensor<64xf32>, tensor<64xf32>
  }
  return
}

// -----

// One row: nothing tells x from what all rows share.

// CHECK-LABEL: func.func @one_row
// CHECK-NOT: vector.store
// CHECK: math.rsqrt
// CHECK: vector.store
func.func @one_row(%x: memref<64xf32>, %y: memref<64xf32>,
    %s: memref<64xf32>) {
  norm.rowwise axes [0] maps [affine_map<(d0) -> (d0)>,
      affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>]
      ins(%x : memref<64xf32>) outs(%y, %s : memref<64xf32>, memref<64xf32>) {
  ^bb0(%xr: tensor<64xf32>):
    %sum = arith.addf %xr, %xr : tensor<64xf32>
    %squares = arith.mulf %sum, %sum : tensor<64xf32>
    %total = norm.reduce add %squares : tensor<64xf32>
    %root = math.rsqrt %total : f32
    %roots = tensor.splat %root : tensor<64xf32>
    %scaled = arith.mulf %sum, %roots : tensor<64xf32>
    norm.yield %scaled, %sum : tensor<64xf32>, tensor<64xf32>
  }
  return
}
