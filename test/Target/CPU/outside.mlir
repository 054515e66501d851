// RUN: rmsnorm-translate --norm-to-assembly --triple=x86_64-linux-gnu --header=%t.h %s | FileCheck %s
// RUN: FileCheck %s --check-prefix=HEADER --input-file=%t.h

// C's functions of scalars can be called, its library's and others.
// CHECK-LABEL: elementwise:
// CHECK-DAG: call{{.*}} sinh
// CHECK-DAG: call{{.*}} weight_of
// HEADER-NOT: weight_of
// HEADER: void elementwise(
// HEADER-NOT: weight_of
func.func private @sinh(f64) -> f64
func.func private @weight_of(f64, index) -> f64
func.func @elementwise(%x: tensor<?xf64>, %n: index) -> tensor<?xf64> {
  %y = linalg.map ins(%x : tensor<?xf64>) outs(%x : tensor<?xf64>)
      (%a: f64, %o: f64) {
    %b = func.call @sinh(%a) : (f64) -> f64
    %c = func.call @weight_of(%b, %n) : (f64, index) -> f64
    linalg.yield %c : f64
  }
  return %y : tensor<?xf64>
}

// A variable belongs to the object alone, and is no friend of threads.
// CHECK-LABEL: count:
// CHECK: incq {{.*}}calls
// CHECK-NOT: .globl calls
// HEADER: /* count
// HEADER: * Not to be called by two threads at a time: it keeps state.
memref.global @calls : memref<1xi64> = dense<0>
func.func @count() {
  %calls = memref.get_global @calls : memref<1xi64>
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i64
  %old = memref.load %calls[%c0] : memref<1xi64>
  %new = arith.addi %old, %one : i64
  memref.store %new, %calls[%c0] : memref<1xi64>
  return
}
