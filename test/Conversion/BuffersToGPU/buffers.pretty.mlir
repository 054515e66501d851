// RUN: rmsnorm-opt --split-input-file --verify-diagnostics --norm-buffers-to-gpu %s | FileCheck %s

// CHECK-LABEL: func.func @buffers
// CHECK-SAME: %[[N:.+]]: index
// CHECK: %[[A:.+]] = gpu.alloc (%[[N]]) : memref<?xf32>
// CHECK: gpu.memcpy %[[A]], %{{.+}} : memref<?xf32>, memref<?xf32>
// CHECK: gpu.dealloc %[[A]]
// CHECK-NOT: memref.alloc
func.func @buffers(%n: index, %x: memref<?xf32>) {
  %a = memref.alloc(%n) : memref<?xf32>
  memref.copy %x, %a : memref<?xf32> to memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  return
}

// -----

// Constants are uploaded when the function begins, also for a loop, and freed
// wherever it returns.
// CHECK-LABEL: func.func @constants
// CHECK: %[[HOST:.+]] = memref.get_global @c
// CHECK-NEXT: %[[DEVICE:.+]] = gpu.alloc () : memref<4xf32>
// CHECK-NEXT: gpu.memcpy %[[DEVICE]], %[[HOST]]
// CHECK: cf.cond_br
// CHECK: call @user(%[[DEVICE]])
// CHECK: gpu.dealloc %[[DEVICE]]
// CHECK-NEXT: return
// CHECK: gpu.dealloc %[[DEVICE]]
// CHECK-NEXT: return
memref.global "private" constant @c : memref<4xf32> = dense<[1.0, 2.0, 3.0, 4.0]>
func.func private @user(memref<4xf32>)
func.func @constants(%p: i1) {
  cf.cond_br %p, ^one, ^two
^one:
  %c = memref.get_global @c : memref<4xf32>
  call @user(%c) : (memref<4xf32>) -> ()
  return
^two:
  return
}

// -----

// Kernels touch elements.
// CHECK-LABEL: gpu.func @kernel
// CHECK: memref.load
gpu.module @kernels {
  gpu.func @kernel(%x: memref<f32>) kernel {
    %a = memref.load %x[] : memref<f32>
    memref.store %a, %x[] : memref<f32>
    gpu.return
  }
}

// -----

func.func @load(%x: memref<f32>) -> f32 {
  // expected-error@+1 {{'memref.load' op is left to the host, which cannot reach buffers in the memory of the device}}
  %a = memref.load %x[] : memref<f32>
  return %a : f32
}

// -----

func.func @vector(%x: memref<4xf32>, %v: vector<4xf32>) {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{'vector.store' op is left to the host}}
  vector.store %v, %x[%c0] : memref<4xf32>, vector<4xf32>
  return
}

// -----

func.func private @user(memref<4xf32>)
func.func @stack() {
  // expected-error@+1 {{'memref.alloca' op is on the stack of the host, which kernels cannot reach}}
  %a = memref.alloca() : memref<4xf32>
  call @user(%a) : (memref<4xf32>) -> ()
  return
}
