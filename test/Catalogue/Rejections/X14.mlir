// Catalogue entry X14: a reduction that starts from one, that is no sum, whose
// body does more than add.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] init-not-zero |
// CHECK-SAME: Function=init_stablehlo
// CHECK-SAME: Remark="a sum between x and the root starts from 1, not from 0"

func.func @init_stablehlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<1.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %6 = "stablehlo.add"(%4, %5) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.rsqrt"(%6) : (tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %9 = "stablehlo.multiply"(%x, %8) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}

// CHECK: remark: [Missed] init-not-zero |
// CHECK-SAME: Function=init_linalg
// CHECK-SAME: Remark="a sum between x and the root starts from 1, not from 0"

func.func @init_linalg(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = arith.mulf %x, %x : tensor<4x8xf32>
  %c2 = arith.constant dense<1.0> : tensor<4xf32>
  %2 = linalg.reduce { arith.addf } ins(%0 : tensor<4x8xf32>) outs(%c2 : tensor<4xf32>) dimensions = [1]
  %c4 = arith.constant dense<8.0> : tensor<4xf32>
  %4 = arith.divf %2, %c4 : tensor<4xf32>
  %c6 = arith.constant dense<1.0e-05> : tensor<4xf32>
  %6 = arith.addf %4, %c6 : tensor<4xf32>
  %7 = math.rsqrt %6 : tensor<4xf32>
  %e9 = tensor.empty() : tensor<4x8xf32>
  %9 = linalg.broadcast ins(%7 : tensor<4xf32>) outs(%e9 : tensor<4x8xf32>) dimensions = [1]
  %10 = arith.mulf %x, %9 : tensor<4x8xf32>
  return %10 : tensor<4x8xf32>
}

// CHECK: remark: [Missed] reducer-not-add |
// CHECK-SAME: Function=maximum_stablehlo
// CHECK-SAME: Remark="a reduction between x and the root is not a sum"

func.func @maximum_stablehlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.maximum"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %6 = "stablehlo.add"(%4, %5) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.rsqrt"(%6) : (tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %9 = "stablehlo.multiply"(%x, %8) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}

// CHECK: remark: [Missed] reducer-not-add |
// CHECK-SAME: Function=maximum_linalg
// CHECK-SAME: Remark="a reduction between x and the root is not a sum: it yields max(accumulator, x[i0, i1])"

func.func @maximum_linalg(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = arith.mulf %x, %x : tensor<4x8xf32>
  %c2 = arith.constant dense<0.0> : tensor<4xf32>
  %2 = linalg.reduce { arith.maximumf } ins(%0 : tensor<4x8xf32>) outs(%c2 : tensor<4xf32>) dimensions = [1]
  %c4 = arith.constant dense<8.0> : tensor<4xf32>
  %4 = arith.divf %2, %c4 : tensor<4xf32>
  %c6 = arith.constant dense<1.0e-05> : tensor<4xf32>
  %6 = arith.addf %4, %c6 : tensor<4xf32>
  %7 = math.rsqrt %6 : tensor<4xf32>
  %e9 = tensor.empty() : tensor<4x8xf32>
  %9 = linalg.broadcast ins(%7 : tensor<4xf32>) outs(%e9 : tensor<4x8xf32>) dimensions = [1]
  %10 = arith.mulf %x, %9 : tensor<4x8xf32>
  return %10 : tensor<4x8xf32>
}

// CHECK: remark: [Missed] reducer-not-add |
// CHECK-SAME: Function=region
// CHECK-SAME: Remark="a reduction between x and the root is not a sum"

func.func @region(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %t = "stablehlo.negate"(%rhs) : (tensor<f32>) -> tensor<f32>
    %add = "stablehlo.add"(%lhs, %t) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %6 = "stablehlo.add"(%4, %5) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.rsqrt"(%6) : (tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %9 = "stablehlo.multiply"(%x, %8) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}
