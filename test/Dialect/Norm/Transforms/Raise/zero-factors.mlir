// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s

// x * (1 / x) is not 1 where x is 0, and stays outside.

// CHECK-LABEL: func.func @main(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0
// CHECK: %[[I:.*]] = tosa.reciprocal %arg0
// CHECK: %[[ONE:.*]] = tosa.mul %[[I]], %arg0
// CHECK: tosa.mul %[[Y]], %[[ONE]]
func.func @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zp = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %e = "tosa.const"() <{values = dense<1.0e-5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %n = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>

  %q = tosa.mul %x, %x, %zp : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s = tosa.reduce_sum %q {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %ms = tosa.mul %s, %n, %zp : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %ve = tosa.add %ms, %e : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %r = tosa.rsqrt %ve : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %y0 = tosa.mul %x, %r, %zp : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %i = tosa.reciprocal %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %b = tosa.mul %i, %x, %zp : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %y = tosa.mul %y0, %b, %zp : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
