// RUN: rmsnorm-opt --norm-to-gpu-launches %s | FileCheck %s

// Functions that only others call become part of them: otherwise the host would
// find out by tables in memory who frees what they return.
// CHECK-NOT: @block
// CHECK-LABEL: func.func @model
// CHECK-NOT: call @
// CHECK: gpu.launch_func @model_kernels::@model_0
// CHECK: gpu.launch_func {{.*}}@model_kernel
// CHECK: gpu.launch_func @model_kernels::@model_1
// CHECK-COUNT-2: gpu.dealloc
// CHECK-NOT: memref.load
// CHECK: return
func.func private @block(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
func.func @model(%x: tensor<4x8xf32>, %m: tensor<8x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %a = call @block(%x) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %b = linalg.matmul ins(%a, %m : tensor<4x8xf32>, tensor<8x8xf32>)
      outs(%z : tensor<4x8xf32>) -> tensor<4x8xf32>
  %c = call @block(%b) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %c : tensor<4x8xf32>
}
