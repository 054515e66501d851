// RUN: rmsnorm-opt --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(func.func(norm-loops-to-gpu,cse))' %s | FileCheck %s

// Loops over two dimensions become one of one, in tiles of 256.
// CHECK-LABEL: func.func @two_dimensions
// CHECK-SAME: %[[M:.+]]: index, %[[N:.+]]: index, %{{.+}}: memref
// CHECK: %[[ROWS:.+]] = arith.muli %{{.+}}, %[[M]]
// CHECK: %[[ALL:.+]] = arith.muli %[[ROWS]], %[[N]]
// CHECK: %[[TILE:.+]] = arith.muli %{{.+}}, %c256
// CHECK: scf.parallel (%{{.+}}) = (%c0) to (%[[ALL]]) step (%[[TILE]]) {
// CHECK: scf.parallel (%{{.+}}) = (%c0) to (%[[TILE]]) step (%c1) {
// CHECK: arith.cmpi ult, %{{.+}}, %[[ALL]]
// CHECK: scf.if
// CHECK: memref.store
func.func @two_dimensions(%m: index, %n: index, %x: memref<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  scf.parallel (%i, %j) = (%c0, %c0) to (%m, %n) step (%c1, %c1) {
    memref.store %zero, %x[%i, %j] : memref<?x?xf32>
  }
  return
}

// -----

// A thread of its own for an element, what it is computed from, and a value that
// two elements get.
// CHECK-LABEL: func.func @elements
// CHECK: memref.copy %arg0, %[[K:.+]] :
// CHECK-NOT: memref.load
// CHECK: scf.parallel
// CHECK: scf.parallel
// CHECK: %[[A:.+]] = memref.load %[[K]][]
// CHECK: %[[B:.+]] = math.sqrt %[[A]]
// CHECK: memref.store %[[B]], %arg1[%c0]
// CHECK: scf.parallel
// CHECK: scf.parallel
// CHECK: %[[C:.+]] = memref.load %[[K]][]
// CHECK: %[[D:.+]] = math.sqrt %[[C]]
// CHECK: memref.store %[[D]], %arg1[%c1]
func.func @elements(%x: memref<f32>, %y: memref<2xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %k = memref.alloc() : memref<f32>
  memref.copy %x, %k : memref<f32> to memref<f32>
  %a = memref.load %k[] : memref<f32>
  %b = math.sqrt %a : f32
  memref.store %b, %y[%c0] : memref<2xf32>
  memref.store %b, %y[%c1] : memref<2xf32>
  return
}

// -----

// An element that is overwritten before it is needed is kept until then.
// CHECK-LABEL: func.func @swapped
// CHECK: %[[KEPT:.+]] = memref.alloc() : memref<f32>
// CHECK: scf.parallel
// CHECK: %[[A:.+]] = memref.load %arg0[%c0]
// CHECK: memref.store %[[A]], %[[KEPT]][]
// CHECK: scf.parallel
// CHECK: %[[B:.+]] = memref.load %arg0[%c1]
// CHECK: memref.store %[[B]], %arg0[%c0]
// CHECK: scf.parallel
// CHECK: %[[C:.+]] = memref.load %[[KEPT]][]
// CHECK: memref.store %[[C]], %arg0[%c1]
// CHECK: memref.dealloc %[[KEPT]]
func.func @swapped(%x: memref<2xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.load %x[%c0] : memref<2xf32>
  %b = memref.load %x[%c1] : memref<2xf32>
  memref.store %b, %x[%c0] : memref<2xf32>
  memref.store %a, %x[%c1] : memref<2xf32>
  return
}

// -----

// So is one whose buffer is freed, and one that a call may write.
// CHECK-LABEL: func.func @freed
// CHECK: scf.parallel
// CHECK: memref.load %[[OLD:.+]][]
// CHECK: memref.dealloc %[[OLD]]
// CHECK: scf.parallel
// CHECK: memref.store %{{.+}}, %arg1
// CHECK-LABEL: func.func @called
// CHECK: scf.parallel
// CHECK: memref.load %arg0
// CHECK: call @writes
// CHECK: scf.parallel
// CHECK: memref.store %{{.+}}, %arg1
func.func @freed(%x: memref<f32>, %y: memref<f32>) {
  %old = memref.alloc() : memref<f32>
  memref.copy %x, %old : memref<f32> to memref<f32>
  %a = memref.load %old[] : memref<f32>
  memref.dealloc %old : memref<f32>
  memref.store %a, %y[] : memref<f32>
  return
}
func.func private @writes(memref<f32>)
func.func @called(%x: memref<f32>, %y: memref<f32>) {
  %a = memref.load %x[] : memref<f32>
  call @writes(%x) : (memref<f32>) -> ()
  memref.store %a, %y[] : memref<f32>
  return
}

// -----

// A loop over elements is one thread's; one around kernels stays.
// CHECK-LABEL: func.func @loops
// CHECK: scf.parallel
// CHECK: scf.parallel
// CHECK: scf.for
// CHECK: memref.store
// CHECK: scf.for
// CHECK-NEXT: scf.parallel
func.func @loops(%x: memref<8xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c1 to %n step %c1 {
    %j = arith.subi %i, %c1 : index
    %a = memref.load %x[%j] : memref<8xf32>
    memref.store %a, %x[%i] : memref<8xf32>
  }
  scf.for %i = %c0 to %n step %c1 {
    scf.parallel (%j) = (%c0) to (%n) step (%c1) {
      %a = memref.load %x[%j] : memref<8xf32>
      %b = arith.addf %a, %a : f32
      memref.store %b, %x[%j] : memref<8xf32>
    }
  }
  return
}

// -----

func.func @reduces(%x: memref<64xf32>, %y: memref<f32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %z = arith.constant 0.0 : f32
  // expected-error@+1 {{has results, which no kernel gives back to the host}}
  %s = scf.parallel (%i) = (%c0) to (%c64) step (%c1) init (%z) -> f32 {
    %v = memref.load %x[%i] : memref<64xf32>
    scf.reduce(%v : f32) {
    ^bb0(%a: f32, %b: f32):
      %t = arith.addf %a, %b : f32
      scf.reduce.return %t : f32
    }
  }
  memref.store %s, %y[] : memref<f32>
  return
}
