// RUN: rmsnorm-opt %s --norm-raise | FileCheck %s

// TOSA keeps the dimensions of what it sums.
// CHECK-LABEL: @rms_norm
// CHECK: %[[R:.*]] = tensor.collapse_shape %arg2 {{\[\[}}0, 1]]
// CHECK: %[[W:.*]] = tensor.collapse_shape %arg3 {{\[\[}}0, 1]]
// CHECK: %[[DX:.*]], %[[DW:.*]] = norm.rms_norm_backward %arg0, %arg1, %[[R]] scale(%[[W]] : tensor<8xf32> dims [1]) axes [1]
// CHECK: %[[DW1:.*]] = tensor.expand_shape %[[DW]] {{\[\[}}0, 1]] output_shape [1, 8]
// CHECK: return %[[DX]], %[[DW1]]
func.func @rms_norm(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>,
                    %rstd: tensor<4x1xf32>, %w: tensor<1x8xf32>)
    -> (tensor<4x8xf32>, tensor<1x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %n = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %xhat = tosa.mul %x, %rstd, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %g = tosa.mul %dy, %w, %shift : (tensor<4x8xf32>, tensor<1x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %gx = tosa.mul %g, %xhat, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %sum = tosa.reduce_sum %gx {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %mean = tosa.mul %sum, %n, %shift : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %q = tosa.mul %xhat, %mean, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %d = tosa.sub %g, %q : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %dx = tosa.mul %d, %rstd, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %p = tosa.mul %dy, %xhat, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %dw = tosa.reduce_sum %p {axis = 0 : i32} : (tensor<4x8xf32>) -> tensor<1x8xf32>
  return %dx, %dw : tensor<4x8xf32>, tensor<1x8xf32>
}

// Sums of one axis at a time; the statistics are computed here and not saved.
// CHECK-LABEL: @recomputed
// CHECK: %[[MEAN:.*]] = tosa.mul
// CHECK: %[[RSTD:.*]] = tosa.rsqrt
// CHECK: %[[M:.*]] = tensor.collapse_shape %[[MEAN]] {{\[\[}}0, 1, 2]]
// CHECK: %[[R:.*]] = tensor.collapse_shape %[[RSTD]] {{\[\[}}0, 1, 2]]
// CHECK: norm.layer_norm_backward %arg0, %arg1, %[[M]], %[[R]] axes [1, 2]
func.func @recomputed(%dy: tensor<4x2x4xf32>, %x: tensor<4x2x4xf32>) -> tensor<4x2x4xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %n = "tosa.const"() <{values = dense<0.125> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %eps = "tosa.const"() <{values = dense<1.0e-5> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %s0 = tosa.reduce_sum %x {axis = 1 : i32} : (tensor<4x2x4xf32>) -> tensor<4x1x4xf32>
  %s1 = tosa.reduce_sum %s0 {axis = 2 : i32} : (tensor<4x1x4xf32>) -> tensor<4x1x1xf32>
  %mean = tosa.mul %s1, %n, %shift : (tensor<4x1x1xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<4x1x1xf32>
  %d = tosa.sub %x, %mean : (tensor<4x2x4xf32>, tensor<4x1x1xf32>) -> tensor<4x2x4xf32>
  %d2 = tosa.mul %d, %d, %shift : (tensor<4x2x4xf32>, tensor<4x2x4xf32>, tensor<1xi8>) -> tensor<4x2x4xf32>
  %v0 = tosa.reduce_sum %d2 {axis = 1 : i32} : (tensor<4x2x4xf32>) -> tensor<4x1x4xf32>
  %v1 = tosa.reduce_sum %v0 {axis = 2 : i32} : (tensor<4x1x4xf32>) -> tensor<4x1x1xf32>
  %var = tosa.mul %v1, %n, %shift : (tensor<4x1x1xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<4x1x1xf32>
  %ve = tosa.add %var, %eps : (tensor<4x1x1xf32>, tensor<1x1x1xf32>) -> tensor<4x1x1xf32>
  %r = tosa.rsqrt %ve : (tensor<4x1x1xf32>) -> tensor<4x1x1xf32>
  // (x - mean) * rstd is never formed, so there is no norm in here.
  %dyd = tosa.mul %dy, %d, %shift : (tensor<4x2x4xf32>, tensor<4x2x4xf32>, tensor<1xi8>) -> tensor<4x2x4xf32>
  %p0 = tosa.reduce_sum %dyd {axis = 1 : i32} : (tensor<4x2x4xf32>) -> tensor<4x1x4xf32>
  %p1 = tosa.reduce_sum %p0 {axis = 2 : i32} : (tensor<4x1x4xf32>) -> tensor<4x1x1xf32>
  %r2 = tosa.mul %r, %r, %shift : (tensor<4x1x1xf32>, tensor<4x1x1xf32>, tensor<1xi8>) -> tensor<4x1x1xf32>
  %p2 = tosa.mul %p1, %r2, %shift : (tensor<4x1x1xf32>, tensor<4x1x1xf32>, tensor<1xi8>) -> tensor<4x1x1xf32>
  %p3 = tosa.mul %p2, %n, %shift : (tensor<4x1x1xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<4x1x1xf32>
  %q = tosa.mul %d, %p3, %shift : (tensor<4x2x4xf32>, tensor<4x1x1xf32>, tensor<1xi8>) -> tensor<4x2x4xf32>
  %g0 = tosa.reduce_sum %dy {axis = 1 : i32} : (tensor<4x2x4xf32>) -> tensor<4x1x4xf32>
  %g1 = tosa.reduce_sum %g0 {axis = 2 : i32} : (tensor<4x1x4xf32>) -> tensor<4x1x1xf32>
  %g2 = tosa.mul %g1, %n, %shift : (tensor<4x1x1xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<4x1x1xf32>
  %i0 = tosa.sub %dy, %g2 : (tensor<4x2x4xf32>, tensor<4x1x1xf32>) -> tensor<4x2x4xf32>
  %i1 = tosa.sub %i0, %q : (tensor<4x2x4xf32>, tensor<4x2x4xf32>) -> tensor<4x2x4xf32>
  %dx = tosa.mul %i1, %r, %shift : (tensor<4x2x4xf32>, tensor<4x1x1xf32>, tensor<1xi8>) -> tensor<4x2x4xf32>
  return %dx : tensor<4x2x4xf32>
}
