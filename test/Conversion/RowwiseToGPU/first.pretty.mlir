// RUN: rmsnorm-opt --split-input-file --convert-rowwise-to-gpu=chip=sm_90 --canonicalize --cse %s | FileCheck %s

// Sums of the first elements of a row.

// Lanes of a chunk that are not of the first 100 are not summed.
// CHECK-LABEL: gpu.func @lanes_0
// CHECK-DAG: %[[END:.+]] = arith.constant dense<100> : vector<4xindex>
// CHECK-DAG: %[[STEP:.+]] = arith.constant dense<[0, 1, 2, 3]> : vector<4xindex>
// CHECK: %[[FROM:.+]] = vector.broadcast %{{.+}} : index to vector<4xindex>
// CHECK: %[[LANES:.+]] = arith.addi %[[FROM]], %[[STEP]]
// CHECK: %[[MASK:.+]] = arith.cmpi ult, %[[LANES]], %[[END]]
// CHECK: arith.select %[[MASK]]
// CHECK: gpu.return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @lanes(%x: memref<?x128xf32>, %out: memref<?xf32>) {
  norm.rowwise axes [1] maps [#matrix, affine_map<(d0, d1) -> (d0)>]
      ins(%x : memref<?x128xf32>) outs(%out : memref<?xf32>) {
  ^bb0(%row: tensor<128xf32>):
    %sum = norm.reduce add %row first 100 : tensor<128xf32>
    norm.yield %sum : f32
  }
  return
}

// -----

// Both of a step that is not whole, and of the first 100.
// CHECK-LABEL: gpu.func @lanes_of_a_step_0
// CHECK: %[[IN:.+]] = arith.cmpi ult, %{{.+}}, %c124
// CHECK: %[[MASK:.+]] = arith.cmpi ult, %{{.+}}, %{{.+}} : vector<4xindex>
// CHECK: %[[PRESENT:.+]] = vector.broadcast %[[IN]] : i1 to vector<4xi1>
// CHECK: %[[BOTH:.+]] = arith.andi %{{.+}}, %[[PRESENT]]
// CHECK: arith.select %[[BOTH]]
// CHECK: gpu.return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @lanes_of_a_step(%x: memref<?x124xf32>, %out: memref<?xf32>) {
  norm.rowwise axes [1] maps [#matrix, affine_map<(d0, d1) -> (d0)>]
      ins(%x : memref<?x124xf32>) outs(%out : memref<?xf32>) {
  ^bb0(%row: tensor<124xf32>):
    %sum = norm.reduce add %row first 100 : tensor<124xf32>
    norm.yield %sum : f32
  }
  return
}

// -----

// One element at a time.
// CHECK-LABEL: gpu.func @elements_0
// CHECK: %[[MASK:.+]] = arith.cmpi ult, %{{.+}}, %c100
// CHECK: arith.select %{{.+}}, %{{.+}}, %{{.+}} : f32
// CHECK: gpu.return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @elements(%x: memref<?x127xf32>, %out: memref<?xf32>) {
  norm.rowwise axes [1] maps [#matrix, affine_map<(d0, d1) -> (d0)>]
      ins(%x : memref<?x127xf32>) outs(%out : memref<?xf32>) {
  ^bb0(%row: tensor<127xf32>):
    %sum = norm.reduce add %row first 100 : tensor<127xf32>
    norm.yield %sum : f32
  }
  return
}
