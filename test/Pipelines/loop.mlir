// RUN: rmsnorm-run %s --entry=one --compare | FileCheck %s --check-prefix=BOUND
// RUN: rmsnorm-run %s --entry=nest --compare | FileCheck %s --check-prefix=BOUND
// RUN: rmsnorm-opt %s --norm-to-cpu --mlir-print-ir-after=convert-bufferization-to-memref 2>&1 >/dev/null | FileCheck %s

// BOUND: within the bound

// A loop carries what an iteration makes. The buffer of the iteration before
// is freed, unless it is the caller's.
// CHECK: func.func @one(%[[X:.+]]: memref<16x16xf32>)
// CHECK: scf.for {{.*}} iter_args(%[[OLD:.+]] = %[[X]], %[[OWNED:.+]] = %false)
// CHECK: %[[NEW:.+]] = memref.alloc() {{.*}} : memref<16x16xf32>
// CHECK: %[[BASE:.+]], %{{.+}}, %{{.+}}:2, %{{.+}}:2 = memref.extract_strided_metadata %[[OLD]]
// CHECK-NEXT: scf.if %[[OWNED]]
// CHECK-NEXT: memref.dealloc %[[BASE]]
// CHECK: scf.yield %[[NEW]], %true
func.func @one(%x: tensor<16x16xf32>) -> tensor<16x16xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %y = scf.for %i = %c0 to %c5 step %c1 iter_args(%a = %x)
      -> tensor<16x16xf32> {
    %z = norm.rms_norm %a axes [1] epsilon 1.0e-3
        : tensor<16x16xf32> -> tensor<16x16xf32>
    scf.yield %z : tensor<16x16xf32>
  }
  return %y : tensor<16x16xf32>
}

// A loop in a loop; one value is that of the iteration before.
func.func @nest(%x: tensor<16x16xf32>, %n: index)
    -> (tensor<16x16xf32>, tensor<16x16xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %y:2 = scf.for %i = %c0 to %c5 step %c1 iter_args(%a = %x, %b = %x)
      -> (tensor<16x16xf32>, tensor<16x16xf32>) {
    %q = scf.for %j = %c0 to %n step %c1 iter_args(%c = %a)
        -> tensor<16x16xf32> {
      %s = norm.layer_norm %c axes [1] epsilon 1.0e-3
          : tensor<16x16xf32> -> tensor<16x16xf32>
      %t = arith.addf %s, %b : tensor<16x16xf32>
      scf.yield %t : tensor<16x16xf32>
    }
    scf.yield %q, %a : tensor<16x16xf32>, tensor<16x16xf32>
  }
  return %y#0, %y#1 : tensor<16x16xf32>, tensor<16x16xf32>
}
