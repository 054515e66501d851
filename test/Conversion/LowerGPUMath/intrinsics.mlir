// RUN: rmsnorm-opt %s --norm-lower-gpu-math=chip=sm_80 | FileCheck %s
// RUN: rmsnorm-opt %s --norm-lower-gpu-math=chip=gfx942 \
// RUN:   | FileCheck %s --check-prefix=AMD
// RUN: rmsnorm-opt %s --pass-pipeline='builtin.module(gpu.module(convert-vector-to-llvm),norm-lower-gpu-math{chip=sm_80},gpu.module(convert-vector-to-llvm,convert-gpu-to-nvvm{use-bare-ptr-memref-call-conv}))' \
// RUN:   | FileCheck %s --check-prefix=NVVM

// Ops of intrinsics are refused by convert-gpu-to-nvvm, calls are not.
// CHECK-LABEL: gpu.func @math(
// CHECK: llvm.call_intrinsic "llvm.fabs"({{.*}}) : (vector<4xf32>) -> vector<4xf32>
// CHECK: llvm.call_intrinsic "llvm.roundeven"
// CHECK: llvm.call_intrinsic "llvm.copysign"
// NVVM-LABEL: llvm.func @math(
// NVVM-NOT: llvm.call @
// NVVM: llvm.call_intrinsic "llvm.fabs"

// Nothing of LLVM's selects this on NVIDIA's chips.
// CHECK-LABEL: gpu.func @lrint(
// CHECK-NOT: llvm.intr.lrint
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.nvvm.f2i.rn"({{.*}}) : (f32) -> i32
// CHECK: llvm.call_intrinsic "llvm.nvvm.d2i.rn"({{.*}}) : (f64) -> i32
// AMD-LABEL: gpu.func @lrint(
// AMD-COUNT-2: llvm.intr.lrint
gpu.module @kernels {
  gpu.func @math(%x: vector<4xf32>, %out: memref<vector<4xf32>>) kernel {
    %0 = math.absf %x : vector<4xf32>
    %1 = math.roundeven %0 : vector<4xf32>
    %2 = math.copysign %1, %x : vector<4xf32>
    memref.store %2, %out[] : memref<vector<4xf32>>
    gpu.return
  }
  gpu.func @lrint(%x: vector<2xf32>, %y: f64, %out: memref<i32>,
                  %pair: memref<vector<2xi32>>) kernel {
    %0 = llvm.intr.lrint(%x) : (vector<2xf32>) -> vector<2xi32>
    memref.store %0, %pair[] : memref<vector<2xi32>>
    %1 = llvm.intr.lrint(%y) : (f64) -> i32
    memref.store %1, %out[] : memref<i32>
    gpu.return
  }
}
