// RUN: rm -f %t.log
// RUN: %with_fake_gpu rmsnorm-run %s --target=cuda --raise=0 --shape=0:5x8 --pipeline='%cuda_pipeline' | FileCheck %s
// RUN: FileCheck %s --check-prefix=LOG < %t.log

// Memory is copied and filled; kernels are launched, which do nothing here.

// CHECK: cuda.pretty.mlir: @main
// CHECK-NEXT: result #0: 5x8xf32, [-0.395664, -0.0707196, 0.0114939, -0.0600891, ...]
// CHECK-NEXT: result #1: 5x8xf32, [7, 7, 7, 7, ...]
// CHECK-NEXT: result #2: f32, [0.719683]

// LOG:      cuMemAllocFromPoolAsync s1 d1 bytes=160
// LOG:      cuMemcpyAsync 0 to=d1 from=host bytes=160
// LOG:      cuMemcpyAsync s2 to=d2 from=d1 bytes=160
// LOG:      cuMemsetD32Async s2 d3 value=1088421888 count=40
// LOG:      cuModuleLoadDataEx ptx level=2
// LOG:      cuFuncSetAttribute scale 8=60000
// LOG-NEXT: cuLaunchKernelEx scale grid=2x1x1 block=128x1x1 shared=60000 s2 cluster=2x1x1 (d4, 5, 0.719683)
// LOG:      cuStreamSynchronize s2
// LOG-NEXT: cuLaunchKernel scale grid=5x1x1 block=128x1x1 shared=0 s2 (d3, 5, 0.719683)
// LOG:      cuMemcpyAsync 0 to=host from=d2 bytes=160
// LOG:      cuMemcpyAsync 0 to=host from=d3 bytes=160
// LOG:      cuModuleUnload
// LOG:      live allocations: 0
module attributes {gpu.container_module} {
  gpu.module @kernels [#nvvm.target<chip = "sm_90", features = "+ptx80">] {
    gpu.func @scale(%x: memref<f32>, %n: index, %factor: f32) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
      %v = memref.load %x[] : memref<f32>
      %s = arith.mulf %v, %factor : f32
      memref.store %s, %x[] : memref<f32>
      gpu.return
    }
  }
  func.func @main(%x: tensor<?x8xf32>, %factor: f32) -> (tensor<?x8xf32>, tensor<?x8xf32>, f32) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c128 = arith.constant 128 : index
    %shared = arith.constant 60000 : i32
    %seven = arith.constant 7.0 : f32
    %m = bufferization.to_buffer %x read_only : tensor<?x8xf32> to memref<?x8xf32>
    %n = memref.dim %m, %c0 : memref<?x8xf32>
    %t0 = gpu.wait async
    %copy, %t1 = gpu.alloc async [%t0] (%n) : memref<?x8xf32>
    %fill, %t2 = gpu.alloc async [%t1] (%n) : memref<?x8xf32>
    %t3 = gpu.memcpy async [%t2] %copy, %m : memref<?x8xf32>, memref<?x8xf32>
    %t4 = gpu.memset async [%t3] %fill, %seven : memref<?x8xf32>, f32
    %work, %t5 = gpu.alloc async [%t4] (%n) : memref<?x8xf32>
    %base, %offset, %sizes:2, %strides:2 = memref.extract_strided_metadata %work : memref<?x8xf32> -> memref<f32>, index, index, index, index, index
    %t6 = gpu.launch_func async [%t5] @kernels::@scale clusters in (%c2, %c1, %c1) blocks in (%c2, %c1, %c1) threads in (%c128, %c1, %c1) dynamic_shared_memory_size %shared args(%base : memref<f32>, %n : index, %factor : f32)
    %t7 = gpu.dealloc async [%t6] %work : memref<?x8xf32>
    gpu.wait [%t7]
    %base2, %offset2, %sizes2:2, %strides2:2 = memref.extract_strided_metadata %fill : memref<?x8xf32> -> memref<f32>, index, index, index, index, index
    gpu.launch_func @kernels::@scale blocks in (%n, %c1, %c1) threads in (%c128, %c1, %c1) args(%base2 : memref<f32>, %n : index, %factor : f32)
    %r0 = bufferization.to_tensor %copy restrict : memref<?x8xf32> to tensor<?x8xf32>
    %r1 = bufferization.to_tensor %fill restrict : memref<?x8xf32> to tensor<?x8xf32>
    return %r0, %r1, %factor : tensor<?x8xf32>, tensor<?x8xf32>, f32
  }
}
