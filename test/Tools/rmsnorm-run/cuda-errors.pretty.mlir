// RUN: env RMSNORM_CUDA_DRIVER=/nowhere/libcuda.so.1 not rmsnorm-run %s --target=cuda --pipeline='%cuda_pipeline' 2>&1 | FileCheck %s --check-prefix=DRIVER
// RUN: %with_fake_gpu FAKE_CUDA_DEVICES=0 not rmsnorm-run %s --target=cuda --pipeline='%cuda_pipeline' 2>&1 | FileCheck %s --check-prefix=DEVICE
// RUN: %with_fake_gpu FAKE_CUDA_CAPABILITY=8.0 not rmsnorm-run %s --target=cuda --pipeline='%cuda_pipeline' 2>&1 | FileCheck %s --check-prefix=CHIP
// RUN: %with_fake_gpu FAKE_CUDA_FAIL=cuLaunchKernel=719 not rmsnorm-run %s --target=cuda --pipeline='%cuda_pipeline' 2>&1 | FileCheck %s --check-prefix=LAUNCH
// RUN: %with_fake_gpu FAKE_CUDA_FAIL=cuMemAllocFromPoolAsync=2 not rmsnorm-run %s --target=cuda --pipeline='%cuda_pipeline' 2>&1 | FileCheck %s --check-prefix=MEMORY
// RUN: %with_fake_gpu FAKE_CUDA_FAIL=cuMemcpyAsync=700@2 not rmsnorm-run %s --target=cuda --pipeline='%cuda_pipeline' 2>&1 | FileCheck %s --check-prefix=BACK
// RUN: %with_fake_gpu FAKE_CUDA_FAIL=cuEventElapsedTime=999 not rmsnorm-run %s --target=cuda --benchmark=1 --pipeline='%cuda_pipeline' 2>&1 | FileCheck %s --check-prefix=TIMER

// Before anything is compiled: with no device the pipeline is not looked at.
// RUN: %with_fake_gpu FAKE_CUDA_DEVICES=0 not rmsnorm-run %s --target=cuda --pipeline='builtin.module(no-such-pass)' 2>&1 | FileCheck %s --check-prefix=DEVICE

// DRIVER-NOT: rmsnorm:
// DRIVER: cuda-errors.pretty.mlir:[[@LINE+14]]:{{[0-9]+}}: error: cannot run with --target=cuda: cannot open the CUDA driver: /nowhere/libcuda.so.1: {{.*}}: install NVIDIA's driver, or name its file in RMSNORM_CUDA_DRIVER
// DEVICE: error: cannot run with --target=cuda: cannot start the CUDA driver: CUDA_ERROR_NO_DEVICE: no GPU is visible
// CHIP: rmsnorm: cannot load device code: CUDA_ERROR_NO_BINARY_FOR_GPU
// CHIP: error: did not run: cannot load device code: CUDA_ERROR_NO_BINARY_FOR_GPU: it was not compiled for Fake GPU 0: compile with chip=sm_80
// LAUNCH: error: did not run: cannot launch the kernel nothing on 4x1x1 blocks of 32x1x1 threads: CUDA_ERROR_LAUNCH_FAILED: a kernel has failed
// MEMORY: error: did not run: cannot allocate 128 bytes on GPU 0: CUDA_ERROR_OUT_OF_MEMORY: free device memory, or pass smaller arguments
// BACK: error: did not run: cannot copy memory: CUDA_ERROR_ILLEGAL_ADDRESS
// TIMER: error: did not run: cannot read a timer: CUDA error 999
module attributes {gpu.container_module} {
  gpu.module @kernels [#nvvm.target<chip = "sm_90", features = "+ptx80">] {
    gpu.func @nothing() kernel {
      gpu.return
    }
  }
  func.func @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c32 = arith.constant 32 : index
    gpu.launch_func @kernels::@nothing blocks in (%c4, %c1, %c1)
        threads in (%c32, %c1, %c1)
    return %x : tensor<4x8xf32>
  }
}
