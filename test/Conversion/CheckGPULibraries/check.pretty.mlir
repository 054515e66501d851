// RUN: mkdir -p %t.cuda/nvvm/libdevice %t.other
// RUN: echo > %t.cuda/nvvm/libdevice/libdevice.10.bc
// RUN: rmsnorm-opt %s --norm-check-gpu-libraries=toolkit=%t.cuda
// RUN: env -u CUDA_ROOT -u CUDA_PATH CUDA_HOME=%t.cuda rmsnorm-opt %s --norm-check-gpu-libraries
// RUN: not rmsnorm-opt %s --norm-check-gpu-libraries=toolkit=%t.other 2>&1 | FileCheck %s --check-prefix=FOLDER -DFOLDER=%t.other

// FOLDER: check.pretty.mlir:[[@LINE+9]]:10: error: takes '__nv_expf' of CUDA's libdevice, which is not in '[[FOLDER]]'

// The host may call what is named alike, and kernels other functions.
llvm.func @__nv_sinf(f32) -> f32
gpu.module @kernels {
  llvm.func @__nv_expf(f32) -> f32
  llvm.func @own(f32) -> f32
  llvm.func @kernel(%x: f32) -> f32 {
    %y = llvm.call @own(%x) : (f32) -> f32
    %0 = llvm.call @__nv_expf(%y) : (f32) -> f32
    llvm.return %0 : f32
  }
}
