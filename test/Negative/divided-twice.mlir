// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// The rows that are summed are divided in two ways, by x and by what it is
// multiplied with: neither division may be summed over.
// CHECK: remark: [Missed] no-squares |
// CHECK-SAME: Remark="no sum of squares of x under the root: 1/12*sum{i1}(x[i0, i1])"

func.func @divided_twice(%x: tensor<4x3x4xf32>, %g: tensor<4x3xf32>) -> tensor<4x3x4xf32> {
  %zero = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %a = "stablehlo.reshape"(%x) : (tensor<4x3x4xf32>) -> tensor<4x12xf32>
  %gr = "stablehlo.reshape"(%g) : (tensor<4x3xf32>) -> tensor<12xf32>
  %gb = "stablehlo.broadcast_in_dim"(%gr) <{broadcast_dimensions = array<i64: 1>}> : (tensor<12xf32>) -> tensor<4x12xf32>
  %aa = "stablehlo.multiply"(%a, %a) : (tensor<4x12xf32>, tensor<4x12xf32>) -> tensor<4x12xf32>
  %q = "stablehlo.multiply"(%aa, %gb) : (tensor<4x12xf32>, tensor<4x12xf32>) -> tensor<4x12xf32>
  %s = "stablehlo.reduce"(%q, %zero) <{dimensions = array<i64: 1>}> ({
  ^bb0(%l: tensor<f32>, %r: tensor<f32>):
    %add = "stablehlo.add"(%l, %r) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x12xf32>, tensor<f32>) -> tensor<4xf32>
  %n = "stablehlo.constant"() <{value = dense<12.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %m = "stablehlo.divide"(%s, %n) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %e = "stablehlo.constant"() <{value = dense<1.0e-5> : tensor<4xf32>}> : () -> tensor<4xf32>
  %v = "stablehlo.add"(%m, %e) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %root = "stablehlo.rsqrt"(%v) : (tensor<4xf32>) -> tensor<4xf32>
  %w = "stablehlo.broadcast_in_dim"(%root) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x3x4xf32>
  %y = "stablehlo.multiply"(%x, %w) : (tensor<4x3x4xf32>, tensor<4x3x4xf32>) -> tensor<4x3x4xf32>
  return %y : tensor<4x3x4xf32>
}
