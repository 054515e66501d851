// RUN: rmsnorm-opt --split-input-file --verify-diagnostics --norm-to-gpu-launches=out-params %s | FileCheck %s

// Constants are uploaded, and functions that others call are part of them.
// CHECK-LABEL: func.func @model
// CHECK: memref.get_global
// CHECK: gpu.memcpy
// CHECK: gpu.launch_func @model_kernels::@model_0
// CHECK: gpu.launch_func
// CHECK: gpu.launch_func @model_kernels::@model_1
// CHECK: gpu.module @model_kernel
func.func private @block(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %w = arith.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]> : tensor<8xf32>
  %y = norm.rms_norm %x scale(%w : tensor<8xf32> dims [1]) axes [1]
      epsilon 1.0e-6 : tensor<4x8xf32> -> tensor<4x8xf32>
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

// -----

// Around kernels, loops and branches that numbers of the host decide stay there.
// CHECK-LABEL: func.func @control
// CHECK: scf.for
// CHECK: scf.if
// CHECK: gpu.launch_func
// CHECK: } else {
// CHECK: gpu.launch_func
func.func @control(%x: tensor<4x8xf32>, %n: index) -> tensor<4x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %y = scf.for %i = %c0 to %n step %c1 iter_args(%h = %x) -> tensor<4x8xf32> {
    %p = arith.cmpi eq, %i, %c1 : index
    %r = scf.if %p -> tensor<4x8xf32> {
      %a = norm.rms_norm %h axes [1] epsilon 1.0e-6 : tensor<4x8xf32> -> tensor<4x8xf32>
      scf.yield %a : tensor<4x8xf32>
    } else {
      %a = norm.layer_norm %h axes [1] epsilon 1.0e-6 : tensor<4x8xf32> -> tensor<4x8xf32>
      scf.yield %a : tensor<4x8xf32>
    }
    scf.yield %r : tensor<4x8xf32>
  }
  return %y : tensor<4x8xf32>
}

// -----

func.func @decides(%x: tensor<4xf32>) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  // expected-error@+1 {{'memref.load' op is left to the host, which cannot reach buffers in the memory of the device}}
  %v = tensor.extract %x[%c0] : tensor<4xf32>
  %p = arith.cmpf ogt, %v, %z : f32
  %r = scf.if %p -> tensor<4xf32> {
    %n = norm.rms_norm %x axes [0] epsilon 1.0e-6 : tensor<4xf32> -> tensor<4xf32>
    scf.yield %n : tensor<4xf32>
  } else {
    scf.yield %x : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// -----

func.func @number(%x: tensor<f32>) -> f32 {
  // expected-error@+1 {{'memref.load' op is left to the host}}
  %v = tensor.extract %x[] : tensor<f32>
  return %v : f32
}
