// RUN: rmsnorm-opt --convert-strided-copy-to-linalg %s | FileCheck %s
// RUN: rmsnorm-opt --norm-to-cpu %s | FileCheck %s --check-prefix=LLVM --implicit-check-not=memrefCopy

// LLVM: llvm.func @strided

// CHECK-LABEL: func.func @strided
// CHECK-SAME: %[[X:.+]]: memref<?x8xf32>, %[[Y:.+]]: memref<?x8xf32, strided<[?, 1]>>
// CHECK-NOT: memref.copy
// CHECK: linalg.generic {{.*}} ins(%[[X]] : {{.*}}) outs(%[[Y]] : {{.*}})
// CHECK: linalg.generic {{.*}} ins(%[[Y]] : {{.*}}) outs(%[[X]] : {{.*}})
func.func @strided(%x: memref<?x8xf32>, %y: memref<?x8xf32, strided<[?, 1]>>) {
  memref.copy %x, %y : memref<?x8xf32> to memref<?x8xf32, strided<[?, 1]>>
  memref.copy %y, %x : memref<?x8xf32, strided<[?, 1]>> to memref<?x8xf32>
  return
}

// One call of memcpy does this one.
// CHECK-LABEL: func.func @contiguous
// CHECK-NEXT: memref.copy
func.func @contiguous(%x: memref<?x8xf32>, %y: memref<?x8xf32>) {
  memref.copy %x, %y : memref<?x8xf32> to memref<?x8xf32>
  return
}
