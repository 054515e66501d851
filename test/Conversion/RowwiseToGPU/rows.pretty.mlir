// RUN: rmsnorm-opt --split-input-file --convert-rowwise-to-gpu=chip=sm_90 --canonicalize --cse %s | FileCheck %s


// The sum is stored before it is normalised, from registers, which later phases
// have it from, too: as it was rounded.
// CHECK-LABEL: gpu.func @residual_0
// CHECK: %[[X:.+]] = memref.reinterpret_cast %arg0
// CHECK: %[[R:.+]] = memref.reinterpret_cast %arg1
// CHECK: %[[H:.+]] = memref.reinterpret_cast %arg2
// CHECK: %[[Y:.+]] = memref.reinterpret_cast %arg3
// CHECK: vector.load %[[X]]
// CHECK: arith.addf
// CHECK: vector.store %{{.+}}, %[[H]]
// CHECK: gpu.shuffle
// CHECK-NOT: vector.load
// CHECK: vector.store %{{.+}}, %[[Y]]
// CHECK-NOT: vector.load
// CHECK: gpu.return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @residual(%x: memref<?x1024xbf16>, %r: memref<?x1024xbf16>,
                    %h: memref<?x1024xbf16>, %y: memref<?x1024xbf16>) {
  norm.rowwise axes [1] maps [#matrix, #matrix, #matrix, #matrix]
      ins(%x, %r : memref<?x1024xbf16>, memref<?x1024xbf16>)
      outs(%h, %y : memref<?x1024xbf16>, memref<?x1024xbf16>) {
  ^bb0(%a: tensor<1024xbf16>, %b: tensor<1024xbf16>):
    %s = arith.addf %a, %b : tensor<1024xbf16>
    %w = arith.extf %s : tensor<1024xbf16> to tensor<1024xf32>
    %q = arith.mulf %w, %w : tensor<1024xf32>
    %sum = norm.reduce add %q : tensor<1024xf32>
    %rstd = math.rsqrt %sum : f32
    %rs = tensor.splat %rstd : tensor<1024xf32>
    %n = arith.mulf %w, %rs : tensor<1024xf32>
    %o = arith.truncf %n : tensor<1024xf32> to tensor<1024xbf16>
    norm.yield %s, %o : tensor<1024xbf16>, tensor<1024xbf16>
  }
  return
}

// -----

// Rows side by side in memory, one for each thread of 128.
// CHECK-LABEL: gpu.func @channels_first_0
// CHECK-SAME: known_block_size = array<i32: 128, 1, 1>
// CHECK: %[[FIRST:.+]] = arith.muli %{{.+}}, %c128
// CHECK: %[[ROW:.+]] = arith.addi %[[FIRST]], %{{.+}}
// CHECK: %[[VALID:.+]] = arith.cmpi ult, %[[ROW]], %c200
// CHECK: scf.for
// CHECK: scf.if %[[VALID]]
// CHECK-COUNT-4: memref.load %{{.+}}[%{{.+}}, %[[ROW]]]
// CHECK-NOT: gpu.shuffle
// CHECK-NOT: gpu.barrier
// CHECK: scf.if %[[VALID]] {
// CHECK: memref.store %{{.+}}, %{{.+}}[%{{.+}}, %[[ROW]]]
// CHECK: gpu.return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @channels_first(%x: memref<8x200xf32>, %y: memref<8x200xf32>) {
  norm.rowwise axes [0] maps [#matrix, #matrix]
      ins(%x : memref<8x200xf32>) outs(%y : memref<8x200xf32>) {
  ^bb0(%row: tensor<8xf32>):
    %sum = norm.reduce add %row : tensor<8xf32>
    %sums = tensor.splat %sum : tensor<8xf32>
    %d = arith.divf %row, %sums : tensor<8xf32>
    norm.yield %d : tensor<8xf32>
  }
  return
}

// -----

// What must not run for elements that are not there runs in a loop of those.
// CHECK-LABEL: gpu.func @division_0
// CHECK: %[[IN:.+]] = arith.cmpi ult, %{{.+}}, %c6
// CHECK: scf.if %[[IN]] {
// CHECK: arith.divsi
// CHECK: }
// CHECK-NOT: arith.divsi
// CHECK: gpu.return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @division(%x: memref<4x6xi32>, %z: memref<4x6xi32>,
                    %y: memref<4x6xi32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix, #matrix]
      ins(%x, %z : memref<4x6xi32>, memref<4x6xi32>)
      outs(%y : memref<4x6xi32>) {
  ^bb0(%row: tensor<6xi32>, %by: tensor<6xi32>):
    %q = arith.divsi %row, %by : tensor<6xi32>
    norm.yield %q : tensor<6xi32>
  }
  return
}
