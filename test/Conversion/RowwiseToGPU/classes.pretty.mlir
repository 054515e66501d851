// RUN: rmsnorm-opt --split-input-file --convert-rowwise-to-gpu=chip=sm_90 --canonicalize --cse %s | FileCheck %s

// How many threads share a row follows from its length.

// Rows of 30 elements, which are no chunks of 16 bytes: 8 of 2 ... 16 threads
// have a row, and those beyond the end of a row or of all rows load nothing.
// CHECK-LABEL: gpu.func @several_rows_0
// CHECK-SAME: known_block_size = array<i32: 128, 1, 1>
// CHECK-DAG: %[[C16:.+]] = arith.constant 16 : index
// CHECK-DAG: %[[C2:.+]] = arith.constant 2 : index
// CHECK-DAG: %[[NONE:.+]] = arith.constant dense<0.000000e+00> : vector<2xf32>
// CHECK: %[[OWN:.+]] = arith.remui %thread_id_x, %[[THREADS:.+]] : index
// CHECK: %[[GROUP:.+]] = arith.divui %thread_id_x, %[[THREADS]] : index
// CHECK: scf.for %[[ITEM:.+]] = %block_id_x to
// CHECK: %[[FIRST:.+]] = arith.muli %[[ITEM]]
// CHECK: %[[ROW:.+]] = arith.addi %[[FIRST]], %[[GROUP]]
// CHECK: %[[VALID:.+]] = arith.cmpi ult, %[[ROW]], %{{.+}}
// CHECK: scf.if %{{.+}} -> (vector<2xf32>) {
// CHECK: vector.load %{{.+}}[%[[ROW]], %{{.+}}] {alignment = 8 : i64}
// CHECK: } else {
// CHECK: scf.yield %[[NONE]]
// CHECK-NOT: gpu.barrier
// CHECK: gpu.shuffle xor
// CHECK-NOT: gpu.barrier
// CHECK: scf.if
// CHECK: vector.store
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @several_rows(%x: memref<?x30xf32>, %out: memref<?x30xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<?x30xf32>)
      outs(%out : memref<?x30xf32>) {
  ^bb0(%row: tensor<30xf32>):
    %square = arith.mulf %row, %row : tensor<30xf32>
    %sum = norm.reduce add %square : tensor<30xf32>
    %r = math.rsqrt %sum : f32
    %rs = tensor.splat %r : tensor<30xf32>
    %y = arith.mulf %row, %rs : tensor<30xf32>
    norm.yield %y : tensor<30xf32>
  }
  return
}

// -----

// A warp has a row, in eight steps all of which all threads have.
// CHECK-LABEL: gpu.func @a_warp_0
// CHECK-SAME: known_block_size = array<i32: 128, 1, 1>
// CHECK-NOT: workgroup
// CHECK: %[[C32:.+]] = arith.constant 32 : index
// CHECK: arith.remui %thread_id_x, %[[C32]]
// CHECK: %[[VALID:.+]] = arith.cmpi ult
// CHECK: %{{.+}}:8 = scf.if %[[VALID]] ->
// CHECK-COUNT-8: vector.load
// CHECK-COUNT-5: gpu.shuffle xor
// CHECK-NOT: gpu.shuffle
// CHECK: scf.if %[[VALID]] {
// CHECK-COUNT-8: vector.store
// CHECK: }
// CHECK: gpu.return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @a_warp(%x: memref<?x1024xf32>, %out: memref<?x1024xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<?x1024xf32>)
      outs(%out : memref<?x1024xf32>) {
  ^bb0(%row: tensor<1024xf32>):
    %square = arith.mulf %row, %row : tensor<1024xf32>
    %sum = norm.reduce add %square : tensor<1024xf32>
    %r = math.rsqrt %sum : f32
    %rs = tensor.splat %r : tensor<1024xf32>
    %y = arith.mulf %row, %rs : tensor<1024xf32>
    norm.yield %y : tensor<1024xf32>
  }
  return
}

// -----

// Every row of a block is there: nothing is guarded.
// Each warp writes to the slot of the row, of which there are two.
// CHECK-LABEL: gpu.func @a_block_0
// CHECK-SAME: workgroup(%[[SUMS:.+]] : memref<16xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK-SAME: known_block_size = array<i32: 256, 1, 1>
// CHECK-DAG: %[[C0:.+]] = arith.constant 0 : i32
// CHECK-DAG: %[[C1:.+]] = arith.constant 1 : index
// CHECK-DAG: %[[C8:.+]] = arith.constant 8 : index
// CHECK-DAG: %[[C32:.+]] = arith.constant 32 : index
// CHECK: scf.for %{{.+}} = %block_id_x to %{{.+}} step %{{.+}} iter_args(%[[PARITY:.+]] = %[[C0]]) -> (i32)
// CHECK-COUNT-4: vector.load
// CHECK-COUNT-5: gpu.shuffle xor
// CHECK: %[[LANE:.+]] = arith.remui %thread_id_x, %[[C32]]
// CHECK: %[[WARP:.+]] = arith.divui %thread_id_x, %[[C32]]
// CHECK: %[[BEGIN:.+]] = arith.muli %{{.+}}, %[[C8]]
// CHECK: %[[PLACE:.+]] = arith.addi %[[BEGIN]], %[[WARP]]
// CHECK: %[[ISFIRST:.+]] = arith.cmpi ult, %[[LANE]], %[[C1]]
// CHECK: scf.if %[[ISFIRST]] {
// CHECK-NEXT: memref.store %{{.+}}, %[[SUMS]][%[[PLACE]]]
// CHECK-NEXT: }
// CHECK-NEXT: gpu.barrier
// CHECK: %[[READ:.+]] = arith.remui %[[LANE]], %[[C8]]
// CHECK: %[[AT:.+]] = arith.addi %[[BEGIN]], %[[READ]]
// CHECK: memref.load %[[SUMS]][%[[AT]]]
// CHECK-COUNT-3: gpu.shuffle xor
// CHECK-NOT: gpu.barrier
// CHECK-COUNT-4: vector.store
// CHECK: %[[NEXT:.+]] = arith.xori %[[PARITY]], %[[C1]]
// CHECK: scf.yield %[[NEXT]]
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @a_block(%x: memref<?x4096xf32>, %out: memref<?x4096xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<?x4096xf32>)
      outs(%out : memref<?x4096xf32>) {
  ^bb0(%row: tensor<4096xf32>):
    %square = arith.mulf %row, %row : tensor<4096xf32>
    %sum = norm.reduce add %square : tensor<4096xf32>
    %r = math.rsqrt %sum : f32
    %rs = tensor.splat %r : tensor<4096xf32>
    %y = arith.mulf %row, %rs : tensor<4096xf32>
    norm.yield %y : tensor<4096xf32>
  }
  return
}

// -----

// Blocks of a cluster write to the memory of all of them, when all are there.
// CHECK-LABEL: gpu.func @a_cluster_0
// CHECK-SAME: workgroup(%[[SUMS:.+]] : memref<40xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK-SAME: known_block_size = array<i32: 320, 1, 1>, known_cluster_size = array<i32: 2, 1, 1>
// CHECK-DAG: %[[C2:.+]] = arith.constant 2 : index
// CHECK: %[[RANK:.+]] = gpu.cluster_block_id x
// CHECK: nvvm.cluster.arrive {aligned}
// CHECK-NEXT: nvvm.cluster.wait {aligned}
// CHECK: scf.for
// CHECK: %[[LANE:.+]] = arith.remui %thread_id_x
// CHECK: arith.muli %[[RANK]]
// CHECK: %[[LEADS:.+]] = arith.cmpi ult, %[[LANE]], %[[C2]]
// CHECK: scf.if %[[LEADS]] {
// CHECK: %[[POINTER:.+]] = llvm.inttoptr %{{.+}} : i64 to !llvm.ptr<3>
// CHECK: %[[BLOCK:.+]] = arith.index_cast %[[LANE]] : index to i32
// CHECK: %[[REMOTE:.+]] = nvvm.mapa %[[POINTER]], %[[BLOCK]] : !llvm.ptr<3> -> !llvm.ptr<7>
// CHECK: %[[ELEMENT:.+]] = llvm.getelementptr %[[REMOTE]]
// CHECK: llvm.store %{{.+}}, %[[ELEMENT]] : f32, !llvm.ptr<7>
// CHECK: }
// CHECK-NEXT: nvvm.cluster.arrive {aligned}
// CHECK-NEXT: nvvm.cluster.wait {aligned}
// CHECK-NOT: gpu.barrier
// CHECK: func.func @a_cluster
// CHECK-DAG: %[[TWO:.+]] = arith.constant 2 : index
// CHECK: %[[BLOCKS:[0-9]+]] = arith.muli %[[CLUSTERS:[0-9]+]], %[[TWO]]
// CHECK: gpu.launch_func @a_cluster_kernels::@a_cluster_0 clusters in (%[[TWO]], %c1, %c1) blocks in (%[[BLOCKS]], %c1, %c1) threads in (%c320, %c1, %c1) args({{.*}}, %[[CLUSTERS]] : index)
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @a_cluster(%x: memref<?x20000xf32>, %out: memref<?x20000xf32>) {
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

// -----

// Longer than a cluster has memory for: each phase reads the row, in steps of
// which the last, that not all threads have, is on its own.
// CHECK-LABEL: gpu.func @read_again_0
// CHECK-SAME: known_block_size = array<i32: 512, 1, 1>
// CHECK: scf.for
// CHECK: scf.for
// CHECK-COUNT-4: vector.load
// CHECK: scf.if
// CHECK: vector.load
// CHECK: gpu.barrier
// CHECK: scf.for
// CHECK: vector.load
// CHECK: vector.store
// CHECK: func.func @read_again
// CHECK-NOT: clusters
// CHECK-NOT: dynamic_shared_memory_size
// CHECK: gpu.launch_func
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @read_again(%x: memref<?x600000xf32>, %out: memref<?x600000xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<?x600000xf32>)
      outs(%out : memref<?x600000xf32>) {
  ^bb0(%row: tensor<600000xf32>):
    %square = arith.mulf %row, %row : tensor<600000xf32>
    %sum = norm.reduce add %square : tensor<600000xf32>
    %r = math.rsqrt %sum : f32
    %rs = tensor.splat %r : tensor<600000xf32>
    %y = arith.mulf %row, %rs : tensor<600000xf32>
    norm.yield %y : tensor<600000xf32>
  }
  return
}
