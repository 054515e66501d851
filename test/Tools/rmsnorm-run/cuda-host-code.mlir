// RUN: %with_fake_gpu not rmsnorm-run %s --target=cuda --pipeline='builtin.module(norm-to-cpu)' 2>&1 | FileCheck %s --check-prefix=NORM
// RUN: %with_fake_gpu not rmsnorm-run %s --target=cuda --entry=copied --pipeline='%aliasing' 2>&1 | FileCheck %s --check-prefix=COPY
// RUN: %with_fake_gpu not rmsnorm-run %s --target=cuda --entry=read --pipeline='%aliasing' 2>&1 | FileCheck %s --check-prefix=READ
// RUN: %with_fake_gpu rmsnorm-run %s --target=cuda --entry=scalar --compare --pipeline='%aliasing' | FileCheck %s --check-prefix=SCALAR

// Host code that would touch device memory is not run.

// NORM: cuda-host-code.mlir:[[@LINE+2]]:8: error: {{.*}}is host code that touches elements, but they are in the memory of the device: the pipeline has not moved all work to the device
func.func @main(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<8x64xf32> -> tensor<8x64xf32>
  return %y : tensor<8x64xf32>
}

func.func private @copied(%x: tensor<8x16xf32>) -> tensor<8x16xf32> {
  %0 = bufferization.to_buffer %x read_only : tensor<8x16xf32> to memref<8x16xf32>
  %1 = memref.alloca() : memref<8x4xf32>
  %2 = memref.subview %0[0, 4] [8, 4] [1, 1]
      : memref<8x16xf32> to memref<8x4xf32, strided<[16, 1], offset: 4>>
  // COPY: cuda-host-code.mlir:[[@LINE+1]]:3: error: {{.*}}is host code
  memref.copy %2, %1 : memref<8x4xf32, strided<[16, 1], offset: 4>> to memref<8x4xf32>
  return %x : tensor<8x16xf32>
}

func.func private @inner(%x: tensor<8xf32>) -> f32 {
  %c0 = arith.constant 0 : index
  // READ: cuda-host-code.mlir:[[@LINE+1]]:8: error: {{.*}}is host code
  %r = tensor.extract %x[%c0] : tensor<8xf32>
  return %r : f32
}
func.func private @read(%x: tensor<8xf32>) -> f32 {
  %r = func.call @inner(%x) : (tensor<8xf32>) -> f32
  return %r : f32
}

// What the host computes from scalars is its own.
// SCALAR: result #1: f32
// SCALAR: within the bound
func.func private @scalar(%x: tensor<8xf32>, %s: f32)
    -> (tensor<8xf32>, f32) {
  %r = arith.addf %s, %s : f32
  return %x, %r : tensor<8xf32>, f32
}
