// Every type, rank 0 to 6, scalars, several results, results that are
// arguments, that share memory, and that are constants.
// RUN: rm -rf %t && mkdir %t
// RUN: rmsnorm-run %s --compare --pipeline='%upstream' --output=%t/r --shape=0:2x3 | FileCheck %s
// RUN: rmsnorm-run %s --compare --benchmark=2 --pipeline='%aliasing' --dynamic-size=2 | FileCheck %s
// What was written is read again: the same arguments give the same results.
// RUN: rmsnorm-run %s --seed=1 --pipeline='%upstream' --output=%t/s --input=%t/r0.npy --input=%t/r1.npy --input=%t/r2.npy --input=%t/r3.npy --input=%t/r4.npy --input=%t/r5.npy --input=%t/r6.npy --input=%t/r7.npy --input=%t/r8.npy
// RUN: cmp %t/r0.npy %t/s0.npy && cmp %t/r3.npy %t/s3.npy && cmp %t/r8.npy %t/s8.npy

// CHECK: result #0: 2x3xf64, [
// CHECK: result #1: f32, [
// CHECK: result #2: 1x2x1x2x1x2xf16, [
// CHECK: result #3: 2xbf16, [
// CHECK: result #4: 3xi8, [
// CHECK: result #5: i1, [
// CHECK: result #6: 2xi32, [
// CHECK: result #7: i64, [
// CHECK: result #8: index, [
// CHECK: result #9: 2xf32, [1.5, -2]
// CHECK: result #10: 0x3xf32, []
// CHECK-NEXT: no elements to compare
// CHECK: result #11: bf16, [
// CHECK-NOT: outside
func.func @types(%a: tensor<?x3xf64>, %b: tensor<f32>,
    %c: tensor<1x2x1x2x1x2xf16>, %d: tensor<2xbf16>, %e: tensor<3xi8>, %f: i1,
    %g: tensor<2xi32>, %h: i64, %i: index, %j: bf16)
    -> (tensor<?x3xf64>, tensor<f32>, tensor<1x2x1x2x1x2xf16>, tensor<2xbf16>,
        tensor<3xi8>, i1, tensor<2xi32>, i64, index, tensor<2xf32>,
        tensor<0x3xf32>, bf16) {
  %constant = arith.constant dense<[1.5, -2.0]> : tensor<2xf32>
  %nothing = tensor.empty() : tensor<0x3xf32>
  return %a, %b, %c, %d, %e, %f, %g, %h, %i, %constant, %nothing, %j
      : tensor<?x3xf64>, tensor<f32>, tensor<1x2x1x2x1x2xf16>, tensor<2xbf16>,
        tensor<3xi8>, i1, tensor<2xi32>, i64, index, tensor<2xf32>,
        tensor<0x3xf32>, bf16
}
