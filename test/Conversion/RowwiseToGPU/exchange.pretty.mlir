// RUN: rmsnorm-opt --split-input-file --convert-rowwise-to-gpu=chip=sm_90 --canonicalize --cse %s | FileCheck %s

// Sums of a row over warps, and parts of a row that are not there.

// Two exchanges, each with a place of its own: a warp that writes to one for the
// next row has been at the other's barrier.
// CHECK-LABEL: gpu.func @two_0
// CHECK-SAME: workgroup(%[[A:.+]] : memref<8xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64}, %[[B:.+]] : memref<8xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK-NOT: iter_args
// CHECK: memref.store %{{.+}}, %[[A]]
// CHECK: gpu.barrier
// CHECK: memref.load %[[A]]
// CHECK: memref.store %{{.+}}, %[[B]]
// CHECK: gpu.barrier
// CHECK: memref.load %[[B]]
// CHECK-NOT: gpu.barrier
// CHECK: gpu.return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @two(%x: memref<?x4096xf32>, %out: memref<?x4096xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<?x4096xf32>) outs(%out : memref<?x4096xf32>) {
  ^bb0(%row: tensor<4096xf32>):
    %sum = norm.reduce add %row : tensor<4096xf32>
    %sums = tensor.splat %sum : tensor<4096xf32>
    %d = arith.subf %row, %sums : tensor<4096xf32>
    %most = norm.reduce max %d : tensor<4096xf32>
    %mosts = tensor.splat %most : tensor<4096xf32>
    %y = arith.divf %d, %mosts : tensor<4096xf32>
    norm.yield %y : tensor<4096xf32>
  }
  return
}

// -----

// Five warps: three of the eight places that threads read are not there.
// CHECK-LABEL: gpu.func @five_warps_0
// CHECK-SAME: memref<10xf32, #gpu.address_space<workgroup>>
// CHECK: gpu.barrier
// CHECK: %[[LESS:.+]] = arith.cmpi ult, %{{.+}}, %c5
// CHECK: scf.if %[[LESS]] -> (f32) {
// CHECK-NEXT: memref.load
// CHECK: } else {
// CHECK-NEXT: scf.yield %cst
// CHECK: gpu.return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @five_warps(%x: memref<?x2304xf32>, %out: memref<?x2304xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<?x2304xf32>)
      outs(%out : memref<?x2304xf32>) {
  ^bb0(%row: tensor<2304xf32>):
    %square = arith.mulf %row, %row : tensor<2304xf32>
    %sum = norm.reduce add %square : tensor<2304xf32>
    %r = math.rsqrt %sum : f32
    %rs = tensor.splat %r : tensor<2304xf32>
    %y = arith.mulf %row, %rs : tensor<2304xf32>
    norm.yield %y : tensor<2304xf32>
  }
  return
}

// -----

// Four steps of a block of four warps; the last has elements for three.
// CHECK-LABEL: gpu.func @part_of_a_step_0
// CHECK: %[[IN:.+]] = arith.cmpi ult, %{{.+}}, %c1900
// CHECK: scf.for
// CHECK-COUNT-3: vector.load
// CHECK: scf.if %[[IN]] -> (vector<4xf32>)
// CHECK-NEXT: vector.load
// CHECK: %[[PRODUCT:.+]] = llvm.intr.fmuladd(%{{.+}}, %{{.+}}, %[[SUM:.+]])
// CHECK: arith.select %[[IN]], %{{.+}}, %{{.+}} : vector<4xf32>
// CHECK: gpu.barrier
// CHECK-COUNT-3: vector.store
// CHECK: scf.if %[[IN]] {
// CHECK: vector.store
// CHECK: gpu.return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @part_of_a_step(%x: memref<?x1900xf32>, %out: memref<?x1900xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<?x1900xf32>)
      outs(%out : memref<?x1900xf32>) {
  ^bb0(%row: tensor<1900xf32>):
    %square = arith.mulf %row, %row : tensor<1900xf32>
    %sum = norm.reduce add %square : tensor<1900xf32>
    %r = math.rsqrt %sum : f32
    %rs = tensor.splat %r : tensor<1900xf32>
    %y = arith.mulf %row, %rs : tensor<1900xf32>
    norm.yield %y : tensor<1900xf32>
  }
  return
}
