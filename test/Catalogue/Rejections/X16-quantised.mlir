// Catalogue entry X16: quantised types.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] no-squares |
// CHECK-SAME: Function=quantised
// CHECK-SAME: Remark="no sum of squares of x under the root: 1/8*sum{i1}(x[i0, i1])"

func.func @quantised(%q: tensor<4x8x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x8x!quant.uniform<i8:f32, 0.5>> {
  %zero = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %n = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %sq = "stablehlo.multiply"(%q, %q) : (tensor<4x8x!quant.uniform<i8:f32, 0.5>>, tensor<4x8x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x8x!quant.uniform<i8:f32, 0.5>>
  %f = "stablehlo.uniform_dequantize"(%sq) : (tensor<4x8x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x8xf32>
  %s = "stablehlo.reduce"(%f, %zero) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %m = "stablehlo.divide"(%s, %n) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %r = "stablehlo.rsqrt"(%m) : (tensor<4xf32>) -> tensor<4xf32>
  %rq = "stablehlo.uniform_quantize"(%r) : (tensor<4xf32>) -> tensor<4x!quant.uniform<i8:f32, 0.5>>
  %rb = "stablehlo.broadcast_in_dim"(%rq) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x8x!quant.uniform<i8:f32, 0.5>>
  %y = "stablehlo.multiply"(%q, %rb) : (tensor<4x8x!quant.uniform<i8:f32, 0.5>>, tensor<4x8x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x8x!quant.uniform<i8:f32, 0.5>>
  return %y : tensor<4x8x!quant.uniform<i8:f32, 0.5>>
}
