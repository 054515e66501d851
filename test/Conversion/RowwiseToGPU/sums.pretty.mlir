// RUN: rmsnorm-opt --split-input-file --convert-rowwise-to-gpu --cse %s | FileCheck %s

// Sums over rows, and the kernels that add partial sums.

// Two sums, of rows and of numbers: a kernel for each kind. Blocks have a number of
// the destination of rows, and of the columns.
// CHECK-LABEL: gpu.func @two_kinds_0(
// They share a buffer, as a block has one of them only.
// CHECK-LABEL: gpu.func @two_kinds_1_sum(
// CHECK-SAME: workgroup(%{{[a-z0-9]+}} : memref<256xf32, #gpu.address_space<workgroup>>{{[^,]*}})
// CHECK: %[[WHICH:.+]] = arith.divui %block_id_x
// CHECK: %[[A:.+]] = arith.cmpi eq, %[[WHICH]], %c0
// CHECK: scf.if %[[A]]
// CHECK: gpu.barrier
// CHECK: %[[B:.+]] = arith.cmpi eq, %[[WHICH]], %c1
// CHECK: scf.if %[[B]]
// CHECK: gpu.barrier
// CHECK-LABEL: gpu.func @two_kinds_2_sum(
// CHECK: gpu.barrier
// CHECK-NOT: gpu.barrier
// CHECK-LABEL: func.func @two_kinds(
// CHECK: %[[A:.+]] = memref.alloc(%{{.+}}) : memref<?xf32>
// CHECK: %[[B:.+]] = memref.alloc(%{{.+}}) : memref<?xf32>
// CHECK: %[[C:.+]] = memref.alloc(%{{.+}}) : memref<?xf32>
// CHECK: gpu.launch_func {{.*}}@two_kinds_0
// CHECK: gpu.launch_func {{.*}}@two_kinds_1_sum
// CHECK: gpu.launch_func {{.*}}@two_kinds_2_sum
// CHECK: memref.dealloc %[[A]]
// CHECK: memref.dealloc %[[B]]
// CHECK: memref.dealloc %[[C]]
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @two_kinds(%x: memref<?x64xf32>, %y: memref<64xf32>,
                     %z: memref<64xbf16>, %n: memref<f32>) {
  norm.rowwise axes [1] maps [#matrix, #column, #column, #scalar]
      ins(%x : memref<?x64xf32>)
      outs(%y, %z, %n : memref<64xf32>, memref<64xbf16>, memref<f32>) {
  ^bb0(%a: tensor<64xf32>):
    %s = norm.reduce add %a : tensor<64xf32>
    %b = arith.truncf %a : tensor<64xf32> to tensor<64xbf16>
    norm.yield %a, %b, %s : tensor<64xf32>, tensor<64xbf16>, f32
  }
  return
}

// -----

// A destination that keeps the second dimension of the grid: a segment for each
// of its positions, whose blocks take the rows of the first dimension only.
// CHECK-LABEL: gpu.func @segments_0(
// CHECK-SAME: %{{[a-z0-9]+}}: index, %[[CLUSTERS:[a-z0-9]+]]: index
// CHECK: %[[SEGMENT:.+]] = arith.divui %block_id_x, %[[CLUSTERS]]
// CHECK: %[[FIRST:.+]] = arith.remui %block_id_x, %[[CLUSTERS]]
// CHECK: vector.load %{{.+}}[%{{.+}}, %[[SEGMENT]], %{{.+}}]
// CHECK: scf.for %{{.+}} = %[[FIRST]] to
// CHECK-LABEL: gpu.func @segments_1_sum(
// CHECK: memref.store %{{.+}}, %{{.+}}[%{{.+}}, %{{.+}}] : memref<6x64xf32
// CHECK-LABEL: func.func @segments(
// CHECK: %[[EACH:.+]] = arith.minui %{{.+}}, %c{{[0-9]+}}
// CHECK: arith.muli %{{.+}}, %c6
func.func @segments(%x: memref<?x6x64xf32>, %y: memref<6x64xf32>) {
  norm.rowwise axes [2] maps [affine_map<(d0, d1, d2) -> (d0, d1, d2)>,
                              affine_map<(d0, d1, d2) -> (d1, d2)>]
      ins(%x : memref<?x6x64xf32>) outs(%y : memref<6x64xf32>) {
  ^bb0(%a: tensor<64xf32>):
    norm.yield %a : tensor<64xf32>
  }
  return
}
