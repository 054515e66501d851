// RUN: rmsnorm-opt %s --norm-to-gpu | FileCheck %s
// RUN: rmsnorm-opt %s --norm-to-gpu="chip=sm_80 features=+ptx78 c-wrappers=false out-params" | FileCheck %s --check-prefix=OPTIONS
// RUN: rmsnorm-opt %s --norm-to-gpu="chip=gfx942" | FileCheck %s --check-prefix=AMD
// RUN: rmsnorm-opt %s --norm-to-gpu="chip=gfx942 features=-xnack" | FileCheck %s --check-prefix=XNACK
// RUN: rmsnorm-opt %s --norm-to-gpu-launches | FileCheck %s --check-prefix=LAUNCHES
// RUN: rmsnorm-opt %s --norm-to-gpu-launches="multiprocessors=1 contract=false" | FileCheck %s --check-prefix=ONE

// What does not exist, or is not supported, is refused.
// RUN: not rmsnorm-opt %s --norm-to-gpu="chip=sm_91" 2>&1 | FileCheck %s --check-prefix=CHIP
// RUN: not rmsnorm-opt %s --norm-to-gpu="chip=sm_60" 2>&1 | FileCheck %s --check-prefix=OLD
// RUN: not rmsnorm-opt %s --norm-to-gpu="chip=gfx1030" 2>&1 | FileCheck %s --check-prefix=WARPS
// RUN: not rmsnorm-opt %s --norm-to-gpu-launches="chip=h100" 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not rmsnorm-opt %s --norm-to-gpu="features=+ptx80,+ptx999" 2>&1 | FileCheck %s --check-prefix=FEATURE
// RUN: not rmsnorm-opt %s --norm-to-gpu="features=ptx80" 2>&1 | FileCheck %s --check-prefix=SIGN
// RUN: not rmsnorm-opt %s --norm-to-gpu="features=-sm_90" 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: not rmsnorm-opt %s --norm-to-gpu="chip=gfx942 features=+wavefrontsize32" 2>&1 | FileCheck %s --check-prefix=WAVES
// RUN: not rmsnorm-opt %s --norm-to-gpu="format=cubin" 2>&1 | FileCheck %s --check-prefix=FORMAT

// Machine code takes programs of CUDA's.
// RUN: mkdir -p %t.empty
// RUN: env -u CUDA_ROOT -u CUDA_PATH CUDA_HOME=%t.empty not rmsnorm-opt %s --norm-to-gpu="format=fatbin toolkit=%t.empty" 2>&1 | FileCheck %s --check-prefix=TOOLKIT
// RUN: env -u CUDA_ROOT -u CUDA_PATH CUDA_HOME=%t.empty not rmsnorm-opt %s --norm-to-gpu="format=bin toolkit=%t.empty" 2>&1 | FileCheck %s --check-prefix=TOOLKIT

// CHECK: gpu.binary @norm_kernels [#gpu.object<#nvvm.target<O = 3, chip = "sm_90", features = "+ptx80">, {{.*}}assembly = "{{.*}}.entry norm_0
// CHECK-NOT: func.func
// CHECK: llvm.func @norm
// CHECK: llvm.call @mgpuMemAlloc
// CHECK: gpu.launch_func {{.*}}@norm_kernels::@norm_0
// CHECK-NOT: unrealized_conversion_cast
// CHECK: llvm.func @_mlir_ciface_norm
// OPTIONS: #nvvm.target<O = 3, chip = "sm_80", features = "+ptx71,+ptx78">
// OPTIONS-NOT: mgpuMemAlloc
// OPTIONS-NOT: _mlir_ciface
// XNACK: #rocdl.target<O = 3, chip = "gfx942", features = "-xnack">
// AMD: gpu.binary @norm_kernels [#gpu.object<#rocdl.target<O = 3, chip = "gfx942">, {{.*}}assembly = "{{.*}}norm_0

// LAUNCHES: gpu.func @norm_0
// LAUNCHES: llvm.intr.fmuladd
// LAUNCHES: func.func @norm
// LAUNCHES: arith.constant 1{{[0-9]+}} : index
// ONE-NOT: llvm.intr.fmuladd
// ONE: func.func @norm

// CHIP: norm-to-gpu: there is no chip 'sm_91' of nvptx64-nvidia-cuda
// OLD: norm-to-gpu: 'sm_60' is too old: kernels need sm_70 or newer
// WARPS: norm-to-gpu: 'gfx1030' has other warps than kernels are made for: only chips gfx9.. are supported
// NAME: norm-to-gpu-launches: there is no chip 'h100'; chips are named as sm_90, gfx942
// FEATURE: norm-to-gpu: '+ptx999' is no feature that chips of nvptx64-nvidia-cuda have or have not; these are given as +name or -name: +ptx80, -xnack
// SIGN: norm-to-gpu: 'ptx80' is no feature that chips of nvptx64-nvidia-cuda have
// OTHER: norm-to-gpu: '-sm_90' is no feature that chips of nvptx64-nvidia-cuda have
// WAVES: norm-to-gpu: '+wavefrontsize32' is no feature that chips of amdgcn-amd-amdhsa have
// FORMAT: for the --format option: Cannot find option named 'cubin'!
// TOOLKIT: error: '{{.*}}.empty' is no folder of CUDA: it has no 'nvvm/libdevice/libdevice.10.bc'
func.func @norm(%x: tensor<?x512xbf16>, %w: tensor<512xbf16>)
    -> tensor<?x512xbf16> {
  %y = norm.rms_norm %x scale(%w : tensor<512xbf16> dims [1]) axes [1]
      epsilon 1.0e-6 : tensor<?x512xbf16> -> tensor<?x512xbf16>
  return %y : tensor<?x512xbf16>
}
