// RUN: env -u CUDA_ROOT -u CUDA_PATH -u CUDA_HOME rmsnorm-opt %s --norm-check-gpu-libraries | FileCheck %s
// RUN: not rmsnorm-opt %s --norm-check-gpu-libraries=toolkit=%t.none 2>&1 | FileCheck %s --check-prefix=FOLDER

// FOLDER: error: '{{.*}}.none' is no folder of CUDA: it has no 'nvvm/libdevice/libdevice.10.bc'

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
