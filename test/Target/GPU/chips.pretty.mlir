// The version of PTX that LLVM needs, which ends the process otherwise.
// RUN: rmsnorm-opt %s --norm-to-gpu="chip=sm_87 format=isa" | FileCheck %s -DPTX=7.4 -DCHIP=sm_87
// RUN: rmsnorm-opt %s --norm-to-gpu="chip=sm_88 format=isa" | FileCheck %s -DPTX=9.0 -DCHIP=sm_88
// RUN: rmsnorm-opt %s --norm-to-gpu="chip=sm_90a format=isa" | FileCheck %s -DPTX=8.0 -DCHIP=sm_90a
// RUN: rmsnorm-opt %s --norm-to-gpu="chip=sm_100f format=isa" | FileCheck %s -DPTX=8.8 -DCHIP=sm_100f
// RUN: rmsnorm-opt %s --norm-to-gpu="chip=sm_103a format=isa" | FileCheck %s -DPTX=8.8 -DCHIP=sm_103a
// RUN: rmsnorm-opt %s --norm-to-gpu="chip=sm_110 format=isa" | FileCheck %s -DPTX=9.0 -DCHIP=sm_110
// RUN: rmsnorm-opt %s --norm-to-gpu="chip=sm_120f format=isa" | FileCheck %s -DPTX=8.8 -DCHIP=sm_120f
// RUN: rmsnorm-opt %s --norm-to-gpu="chip=sm_121 format=isa" | FileCheck %s -DPTX=8.8 -DCHIP=sm_121

// CHECK: .version [[PTX]]
// CHECK-SAME: .target [[CHIP]]
func.func @f(%x: tensor<8x256xf32>) -> tensor<8x256xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<8x256xf32> -> tensor<8x256xf32>
  return %y : tensor<8x256xf32>
}
