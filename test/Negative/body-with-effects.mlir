// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// The body of an op calls what has effects; they must not go with the op.
// CHECK: remark: [Missed] body-with-effects |
// CHECK-SAME: Function=squares
// CHECK: remark: [Missed] body-with-effects |
// CHECK-SAME: Function=sum

func.func private @print(f32)
func.func @squares(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-6> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = linalg.map ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) (%i: f32, %o: f32) {
    %p = arith.mulf %i, %i : f32
    func.call @print(%p) : (f32) -> ()
    linalg.yield %p : f32
  }
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>) outs(%zero : tensor<4xf32>) dimensions = [1]
  %m = arith.divf %s, %n : tensor<4xf32>
  %me = arith.addf %m, %eps : tensor<4xf32>
  %r = math.rsqrt %me : tensor<4xf32>
  %b = linalg.broadcast ins(%r : tensor<4xf32>) outs(%e : tensor<4x8xf32>) dimensions = [1]
  %y = arith.mulf %x, %b : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

func.func @sum(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %z = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %n = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %eps = "stablehlo.constant"() <{value = dense<1.0e-6> : tensor<4xf32>}> : () -> tensor<4xf32>
  %sq = "stablehlo.multiply"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %s = "stablehlo.reduce"(%sq, %z) <{dimensions = array<i64: 1>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %c = "stablehlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.custom_call"(%a) <{call_target_name = "print", has_side_effect = true}> : (tensor<f32>) -> ()
    "stablehlo.return"(%c) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %m = "stablehlo.divide"(%s, %n) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %me = "stablehlo.add"(%m, %eps) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %r = "stablehlo.rsqrt"(%me) : (tensor<4xf32>) -> tensor<4xf32>
  %b = "stablehlo.broadcast_in_dim"(%r) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %y = "stablehlo.multiply"(%x, %b) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
