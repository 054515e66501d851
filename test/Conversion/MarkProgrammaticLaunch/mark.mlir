// RUN: rmsnorm-opt --pass-pipeline="builtin.module(gpu.module(norm-mark-programmatic-launch))" --split-input-file --verify-diagnostics %s | FileCheck %s

// CHECK-LABEL: gpu.module @waits
// CHECK-NEXT: llvm.mlir.global external constant @rmsnorm_programmatic_launch(1 : i32) {addr_space = 1 : i32, alignment = 4 : i64} : i32
// CHECK-NOT: llvm.mlir.global
gpu.module @waits {
  llvm.func @kernel() {
    nvvm.griddepcontrol wait
    llvm.return
  }
}

// -----

// What is marked is not marked again.
// CHECK-LABEL: gpu.module @marked
// CHECK-COUNT-1: llvm.mlir.global
// CHECK-NOT: llvm.mlir.global
gpu.module @marked {
  llvm.mlir.global external constant @rmsnorm_programmatic_launch(1 : i32)
      {addr_space = 1 : i32} : i32
  llvm.func @kernel() {
    nvvm.griddepcontrol wait
    llvm.return
  }
}

// -----

// CHECK-LABEL: gpu.module @plain
// CHECK-NOT: llvm.mlir.global
// CHECK: llvm.func @kernel
gpu.module @plain {
  llvm.func @kernel() {
    llvm.return
  }
}

// -----

gpu.module @taken {
  // expected-error @below {{has the name 'rmsnorm_programmatic_launch', which is taken}}
  llvm.func @rmsnorm_programmatic_launch() {
    nvvm.griddepcontrol wait
    llvm.return
  }
}
