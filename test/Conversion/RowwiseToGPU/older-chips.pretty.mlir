// RUN: rmsnorm-opt --split-input-file --convert-rowwise-to-gpu=chip=sm_80 --canonicalize --cse %s | FileCheck %s

// Chips without clusters and programmatic dependent launch.

// What the second phase needs is in shared memory, from where it takes it.
// CHECK-LABEL: gpu.func @in_shared_memory_0
// CHECK-SAME: known_block_size = array<i32: 512, 1, 1>
// CHECK-NOT: griddepcontrol
// CHECK: %[[ALL:.+]] = gpu.dynamic_shared_memory
// CHECK: %[[ROW:.+]] = memref.view %[[ALL]][%{{.+}}][] : memref<?xi8, #gpu.address_space<workgroup>> to memref<40960xf32, #gpu.address_space<workgroup>>
// CHECK: scf.for
// CHECK: scf.for
// CHECK: %[[X:.+]] = vector.load %{{.+}}[%{{.+}}, %{{.+}}] {alignment = 16 : i64}
// CHECK-NEXT: vector.store %[[X]], %[[ROW]]
// CHECK: gpu.barrier
// CHECK: scf.for
// CHECK: vector.load %[[ROW]]
// CHECK-NOT: vector.load %{{.+}}[%{{.+}}, %{{.+}}] {
// CHECK: vector.store
// CHECK: func.func @in_shared_memory
// CHECK-DAG: %[[BYTES:.+]] = arith.constant 163840 : i32
// CHECK: gpu.launch_func {{.*}} threads in (%c512, %{{.+}}, %{{.+}}) dynamic_shared_memory_size %[[BYTES]]
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @in_shared_memory(%x: memref<?x40000xf32>, %out: memref<?x40000xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<?x40000xf32>)
      outs(%out : memref<?x40000xf32>) {
  ^bb0(%row: tensor<40000xf32>):
    %square = arith.mulf %row, %row : tensor<40000xf32>
    %sum = norm.reduce add %square : tensor<40000xf32>
    %r = math.rsqrt %sum : f32
    %rs = tensor.splat %r : tensor<40000xf32>
    %y = arith.mulf %row, %rs : tensor<40000xf32>
    norm.yield %y : tensor<40000xf32>
  }
  return
}

// -----

// One block, of as many warps as the row needs.
// CHECK-LABEL: gpu.func @no_clusters_0
// CHECK-NOT: {{nvvm|gpu}}.cluster
// CHECK: gpu.launch_func
// CHECK-NOT: clusters in
// CHECK-SAME: threads in (%c640
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @no_clusters(%x: memref<?x20000xf32>, %out: memref<?x20000xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<?x20000xf32>)
      outs(%out : memref<?x20000xf32>) {
  ^bb0(%row: tensor<20000xf32>):
    %square = arith.mulf %row, %row : tensor<20000xf32>
    %sum = norm.reduce add %square : tensor<20000xf32>
    %r = math.rsqrt %sum : f32
    %rs = tensor.splat %r : tensor<20000xf32>
    %y = arith.mulf %row, %rs : tensor<20000xf32>
    norm.yield %y : tensor<20000xf32>
  }
  return
}
