// RUN: rmsnorm-opt %s --norm-raise --allow-unregistered-dialect | FileCheck %s

// Forward and backward of a LayerNorm in one function, as a train step has
// them. The forward norm is raised up to xhat, which both need; the gradient
// does not need the mean, but the op does, so the norm returns it.
// CHECK-LABEL: @train_step
// CHECK: %[[Y:.*]], %[[MEAN:.*]], %[[RSTD:.*]] = norm.layer_norm %arg0 axes [1]
// CHECK-NEXT: %[[DX:.*]], %[[DW:.*]] = norm.layer_norm_backward %arg3, %arg0, %[[MEAN]], %[[RSTD]] scale(%arg1 : tensor<8xf32> dims [1]) axes [1]
// CHECK-NOT: stablehlo.reduce
func.func @train_step(%x: tensor<4x8xf32>, %w: tensor<8xf32>,
    %b: tensor<8xf32>, %dy: tensor<4x8xf32>)
    -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<8xf32>) {
  %zero = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %n = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %eps = "stablehlo.constant"() <{value = dense<1.0e-5> : tensor<4xf32>}> : () -> tensor<4xf32>
  %s = "stablehlo.reduce"(%x, %zero) <{dimensions = array<i64: 1>}> ({
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %t = "stablehlo.add"(%a, %c) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%t) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %mean = "stablehlo.divide"(%s, %n) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %mb = "stablehlo.broadcast_in_dim"(%mean) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %d = "stablehlo.subtract"(%x, %mb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %d2 = "stablehlo.multiply"(%d, %d) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %v = "stablehlo.reduce"(%d2, %zero) <{dimensions = array<i64: 1>}> ({
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %t = "stablehlo.add"(%a, %c) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%t) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %var = "stablehlo.divide"(%v, %n) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %ve = "stablehlo.add"(%var, %eps) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %r = "stablehlo.rsqrt"(%ve) : (tensor<4xf32>) -> tensor<4xf32>
  %rb = "stablehlo.broadcast_in_dim"(%r) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %xhat = "stablehlo.multiply"(%d, %rb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %wb = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %bb = "stablehlo.broadcast_in_dim"(%b) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %xw = "stablehlo.multiply"(%xhat, %wb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %y = "stablehlo.add"(%xw, %bb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %g = "stablehlo.multiply"(%dy, %wb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %gx = "stablehlo.multiply"(%g, %xhat) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %sg = "stablehlo.reduce"(%g, %zero) <{dimensions = array<i64: 1>}> ({
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %t = "stablehlo.add"(%a, %c) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%t) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %sgx = "stablehlo.reduce"(%gx, %zero) <{dimensions = array<i64: 1>}> ({
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %t = "stablehlo.add"(%a, %c) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%t) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %mg = "stablehlo.divide"(%sg, %n) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %mgx = "stablehlo.divide"(%sgx, %n) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %mgb = "stablehlo.broadcast_in_dim"(%mg) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %mgxb = "stablehlo.broadcast_in_dim"(%mgx) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %q = "stablehlo.multiply"(%xhat, %mgxb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %i0 = "stablehlo.subtract"(%g, %mgb) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %i1 = "stablehlo.subtract"(%i0, %q) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %dx = "stablehlo.multiply"(%rb, %i1) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %p = "stablehlo.multiply"(%dy, %xhat) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %dw = "stablehlo.reduce"(%p, %zero) <{dimensions = array<i64: 0>}> ({
  ^bb0(%a: tensor<f32>, %c: tensor<f32>):
    %t = "stablehlo.add"(%a, %c) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%t) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<8xf32>
  return %y, %dx, %dw : tensor<4x8xf32>, tensor<4x8xf32>, tensor<8xf32>
}

// The norm whose result is x of the gradient is another one: its statistics
// are not those of the gradient, and it keeps its only result.
// CHECK-LABEL: @norm_of_norm
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon {{.*}} : tensor<4x8xf32> -> tensor<4x8xf32>{{$}}
// CHECK: norm.rms_norm_backward %arg1, %[[Y]], %arg2 axes [1]
func.func @norm_of_norm(%x: tensor<4x8xf32>, %dy: tensor<4x8xf32>,
                        %rstd: tensor<4xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  %rb = linalg.broadcast ins(%rstd : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %h = arith.mulf %y, %rb : tensor<4x8xf32>
  %p = arith.mulf %dy, %h : tensor<4x8xf32>
  %sum = linalg.reduce { arith.addf } ins(%p : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %c = arith.divf %sum, %n : tensor<4xf32>
  %cb = linalg.broadcast ins(%c : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %q = arith.mulf %h, %cb : tensor<4x8xf32>
  %d = arith.subf %dy, %q : tensor<4x8xf32>
  %dx = arith.mulf %d, %rb : tensor<4x8xf32>
  return %dx : tensor<4x8xf32>
}
