// RUN: rmsnorm-opt --convert-rowwise-to-vector="nontemporal-bytes=4096" \
// RUN:     --canonicalize --cse --split-input-file %s | FileCheck %s

// Large at run time and aligned: past the caches, and a fence.

// CHECK-LABEL: func.func @dynamic
// CHECK-SAME: %[[X:[a-z0-9_]+]]: memref<?x64xf32>, %[[Y:[a-z0-9_]+]]: memref<?x64xf32>
// CHECK: %[[ADDRESS:.+]] = memref.extract_aligned_pointer_as_index %[[Y]]
// CHECK: arith.cmpi uge, %{{.*}}, %c4096
// CHECK: arith.andi %{{.*}}, %c63
// CHECK: arith.cmpi eq
// CHECK: %[[BOTH:.+]] = arith.andi
// CHECK: scf.if %[[BOTH]]
// CHECK: memref.prefetch %[[X]]{{.*}}, read, locality<3>, data
// CHECK: vector.store {{.*}} {alignment = 64 : i64, nontemporal = true}
// CHECK: llvm.fence seq_cst
// CHECK: } else {
// CHECK-NOT: nontemporal
// CHECK-NOT: memref.prefetch
// CHECK: vector.store
// CHECK-NOT: llvm.fence
// CHECK: return
func.func @dynamic(%x: memref<?x64xf32>, %y: memref<?x64xf32>) {
  norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                              affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x : memref<?x64xf32>) outs(%y : memref<?x64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    %double = arith.addf %row, %row : tensor<64xf32>
    norm.yield %double : tensor<64xf32>
  }
  return
}

// -----

// Known to be small; rows that do not start at multiples of a vector; elements
// whose vectors lose the hint; a destination that is added to.

// CHECK-LABEL: func.func @small
// CHECK-NOT: nontemporal
// CHECK-LABEL: func.func @odd
// CHECK-NOT: nontemporal
// CHECK-LABEL: func.func @narrow
// CHECK-NOT: nontemporal
#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @small(%x: memref<8x64xf32>, %y: memref<8x64xf32>) {
  norm.rowwise axes [1] maps [#id, #id]
      ins(%x : memref<8x64xf32>) outs(%y : memref<8x64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    %double = arith.addf %row, %row : tensor<64xf32>
    norm.yield %double : tensor<64xf32>
  }
  return
}
func.func @odd(%x: memref<640x65xf32>, %y: memref<640x65xf32>) {
  norm.rowwise axes [1] maps [#id, #id]
      ins(%x : memref<640x65xf32>) outs(%y : memref<640x65xf32>) {
  ^bb0(%row: tensor<65xf32>):
    %double = arith.addf %row, %row : tensor<65xf32>
    norm.yield %double : tensor<65xf32>
  }
  return
}
func.func @narrow(%x: memref<?x64xbf16>, %y: memref<?x64xbf16>) {
  norm.rowwise axes [1] maps [#id, #id]
      ins(%x : memref<?x64xbf16>) outs(%y : memref<?x64xbf16>) {
  ^bb0(%row: tensor<64xbf16>):
    %double = arith.negf %row : tensor<64xbf16>
    norm.yield %double : tensor<64xbf16>
  }
  return
}
