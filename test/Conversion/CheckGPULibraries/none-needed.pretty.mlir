// RUN: mkdir -p %t.none
// RUN: rmsnorm-opt %s --norm-check-gpu-libraries=toolkit=%t.none | FileCheck %s

// CHECK: llvm.func @kernel
llvm.func @__nv_sinf(f32) -> f32
llvm.func @host(%x: f32) -> f32 {
  %y = llvm.call @__nv_sinf(%x) : (f32) -> f32
  llvm.return %y : f32
}
gpu.module @kernels {
  llvm.func @own(f32) -> f32
  llvm.func @kernel(%x: f32) -> f32 {
    %y = llvm.call @own(%x) : (f32) -> f32
    llvm.return %y : f32
  }
}
