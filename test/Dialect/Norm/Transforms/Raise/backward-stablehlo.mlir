// RUN: rmsnorm-opt %s --norm-raise --allow-unregistered-dialect | FileCheck %s

// What jax.grad leaves of a LayerNorm: the cube of rstd, a half times two, and
// the mean of one summand, with saved statistics. dy is also summed to dscale
// and dbias.
// CHECK-LABEL: @autodiff
// CHECK-NEXT: %[[DX:.*]], %[[DW:.*]], %[[DB:.*]] = norm.layer_norm_backward %arg0, %arg1, %arg2, %arg3 scale(%arg4 : tensor<8xf32> dims [1]) axes [1] bias_dims [1]
// CHECK-NEXT: return %[[DX]], %[[DW]], %[[DB]]
func.func @autodiff(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>,
    %mean: tensor<4xf32>, %rstd: tensor<4xf32>, %w: tensor<8xf32>)
    -> (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %zero = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %half = "stablehlo.constant"() <{value = dense<-0.5> : tensor<4xf32>}> : () -> tensor<4xf32>
  %two = "stablehlo.constant"() <{value = dense<2.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %n = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %mb = "stablehlo.broadcast_in_dim"(%mean) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %rb = "stablehlo.broadcast_in_dim"(%rstd) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %wb = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %d = "stablehlo.subtract"(%x, %mb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %g = "stablehlo.multiply"(%dy, %wb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %f2 = "stablehlo.multiply"(%g, %rb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %dg = "stablehlo.multiply"(%d, %g) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %sdg = "stablehlo.reduce"(%dg, %zero) <{dimensions = array<i64: 1>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = "stablehlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%s) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %r2 = "stablehlo.multiply"(%rstd, %rstd) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %r3 = "stablehlo.multiply"(%r2, %rstd) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %h = "stablehlo.multiply"(%r3, %half) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %h2 = "stablehlo.multiply"(%h, %two) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %hn = "stablehlo.divide"(%h2, %n) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %c = "stablehlo.multiply"(%sdg, %hn) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %cb = "stablehlo.broadcast_in_dim"(%c) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %f1 = "stablehlo.multiply"(%d, %cb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %f = "stablehlo.add"(%f1, %f2) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %sf = "stablehlo.reduce"(%f2, %zero) <{dimensions = array<i64: 1>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = "stablehlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%s) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %mf = "stablehlo.divide"(%sf, %n) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %mfb = "stablehlo.broadcast_in_dim"(%mf) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %dx = "stablehlo.subtract"(%f, %mfb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %xhat = "stablehlo.multiply"(%d, %rb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %p = "stablehlo.multiply"(%dy, %xhat) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %dw = "stablehlo.reduce"(%p, %zero) <{dimensions = array<i64: 0>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = "stablehlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%s) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<8xf32>
  %db = "stablehlo.reduce"(%dy, %zero) <{dimensions = array<i64: 0>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = "stablehlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%s) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<8xf32>
  return %dx, %dw, %db : tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>
}

// dy comes in another order than x: it is transposed first.
// CHECK-LABEL: @transposed
// CHECK: %[[DY:.*]] = linalg.transpose ins(%arg0 : tensor<8x4xf32>) outs(%{{.*}} : tensor<4x8xf32>) permutation = [1, 0]
// CHECK: %[[DX:.*]] = norm.rms_norm_backward %[[DY]], %arg1, %arg2 axes [1]
// CHECK: return %[[DX]]
func.func @transposed(%dyt: tensor<8x4xf32>, %x: tensor<4x8xf32>,
    %rstd: tensor<4xf32>) -> tensor<4x8xf32> {
  %zero = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %n = "stablehlo.constant"() <{value = dense<0.125> : tensor<4xf32>}> : () -> tensor<4xf32>
  %dy = "stablehlo.transpose"(%dyt) <{permutation = array<i64: 1, 0>}> : (tensor<8x4xf32>) -> tensor<4x8xf32>
  %rb = "stablehlo.broadcast_in_dim"(%rstd) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %xhat = "stablehlo.multiply"(%x, %rb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %p = "stablehlo.multiply"(%dy, %xhat) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %s = "stablehlo.reduce"(%p, %zero) <{dimensions = array<i64: 1>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %t = "stablehlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%t) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %m = "stablehlo.multiply"(%s, %n) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %mb = "stablehlo.broadcast_in_dim"(%m) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %q = "stablehlo.multiply"(%xhat, %mb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %d = "stablehlo.subtract"(%dy, %q) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %dx = "stablehlo.multiply"(%d, %rb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %dx : tensor<4x8xf32>
}
