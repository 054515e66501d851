// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// Groups of channels are normalised, and scaled channel by channel.
// CHECK: remark: [Missed] group-norm |

func.func @group_norm(%x: tensor<2x4x6x6xf32>, %w: tensor<4xf32>) -> tensor<2x4x6x6xf32> {
  %g = "stablehlo.reshape"(%x) : (tensor<2x4x6x6xf32>) -> tensor<2x2x2x6x6xf32>
  %zero = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %n = "stablehlo.constant"() <{value = dense<72.0> : tensor<2x2xf32>}> : () -> tensor<2x2xf32>
  %eps = "stablehlo.constant"() <{value = dense<1.0e-5> : tensor<2x2xf32>}> : () -> tensor<2x2xf32>
  %s = "stablehlo.reduce"(%g, %zero) <{dimensions = array<i64: 2, 3, 4>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %t = "stablehlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%t) : (tensor<f32>) -> ()
  }) : (tensor<2x2x2x6x6xf32>, tensor<f32>) -> tensor<2x2xf32>
  %mu = "stablehlo.divide"(%s, %n) : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %mub = "stablehlo.broadcast_in_dim"(%mu) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<2x2xf32>) -> tensor<2x2x2x6x6xf32>
  %d = "stablehlo.subtract"(%g, %mub) : (tensor<2x2x2x6x6xf32>, tensor<2x2x2x6x6xf32>) -> tensor<2x2x2x6x6xf32>
  %sq = "stablehlo.multiply"(%d, %d) : (tensor<2x2x2x6x6xf32>, tensor<2x2x2x6x6xf32>) -> tensor<2x2x2x6x6xf32>
  %ss = "stablehlo.reduce"(%sq, %zero) <{dimensions = array<i64: 2, 3, 4>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %t = "stablehlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%t) : (tensor<f32>) -> ()
  }) : (tensor<2x2x2x6x6xf32>, tensor<f32>) -> tensor<2x2xf32>
  %v = "stablehlo.divide"(%ss, %n) : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %ve = "stablehlo.add"(%v, %eps) : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %r = "stablehlo.rsqrt"(%ve) : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %rb = "stablehlo.broadcast_in_dim"(%r) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<2x2xf32>) -> tensor<2x2x2x6x6xf32>
  %y = "stablehlo.multiply"(%d, %rb) : (tensor<2x2x2x6x6xf32>, tensor<2x2x2x6x6xf32>) -> tensor<2x2x2x6x6xf32>
  %u = "stablehlo.reshape"(%y) : (tensor<2x2x2x6x6xf32>) -> tensor<2x4x6x6xf32>
  %wb = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<4xf32>) -> tensor<2x4x6x6xf32>
  %z = "stablehlo.multiply"(%u, %wb) : (tensor<2x4x6x6xf32>, tensor<2x4x6x6xf32>) -> tensor<2x4x6x6xf32>
  return %z : tensor<2x4x6x6xf32>
}
