// RUN: rmsnorm-opt --distinct-buffer-results %s | FileCheck %s
// RUN: rmsnorm-opt --norm-to-cpu=out-params %s | FileCheck %s --check-prefix=LLVM

// LLVM: llvm.func @twice
// LLVM: llvm.return{{$}}

// CHECK-LABEL: func.func @twice
// CHECK: %[[X:.+]] = memref.alloc(%[[N:.+]]) : memref<?xf32>
// CHECK: %[[DIM:.+]] = memref.dim %[[X]]
// CHECK: %[[COPY:.+]] = memref.alloc(%[[DIM]]) : memref<?xf32>
// CHECK: memref.copy %[[X]], %[[COPY]]
// CHECK: return %[[X]], %[[N]], %[[N]], %[[COPY]]
func.func @twice(%n: index) -> (memref<?xf32>, index, index, memref<?xf32>) {
  %x = memref.alloc(%n) : memref<?xf32>
  return %x, %n, %n, %x : memref<?xf32>, index, index, memref<?xf32>
}

// CHECK-LABEL: func.func @once
// CHECK-NOT: memref.copy
// CHECK: return
func.func @once() -> (memref<8xf32>, memref<8xf32>) {
  %x = memref.alloc() : memref<8xf32>
  %y = memref.alloc() : memref<8xf32>
  return %x, %y : memref<8xf32>, memref<8xf32>
}
