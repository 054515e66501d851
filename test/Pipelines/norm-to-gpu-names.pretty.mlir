// RUN: rmsnorm-opt %s --norm-to-gpu=format=isa | FileCheck %s

// A norm, and what is not one, in a function whose name PTX has not.
// CHECK: .entry jit_f_7_0(
// CHECK: llvm.func @"jit.f-7"(
// CHECK: .entry jit_f_7_kernel(
func.func @"jit.f-7"(%x: tensor<8x64xf32>, %m: tensor<64x64xf32>) -> tensor<8x64xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<8x64xf32> -> tensor<8x64xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x64xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<8x64xf32>) -> tensor<8x64xf32>
  %z = linalg.matmul ins(%y, %m : tensor<8x64xf32>, tensor<64x64xf32>)
      outs(%f : tensor<8x64xf32>) -> tensor<8x64xf32>
  return %z : tensor<8x64xf32>
}
