// Catalogue entry B-layer-norm-jax: F1 + F2 - sum(F2) / N with the cube of
// rstd, as JAX derives it; statistics that are saved.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s

// CHECK-LABEL: func.func @layer_norm_stablehlo(
// CHECK: %[[DX:.*]], %[[DW:.*]], %[[DB:.*]] = norm.layer_norm_backward %arg0, %arg1, %arg2, %arg3 scale(%arg4 : tensor<8xf32> dims [1]) axes [1] bias_dims [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32> -> tensor<4x8xf32> dscale tensor<8xf32> dbias tensor<8xf32>
// CHECK: return %[[DX]], %[[DW]], %[[DB]]
func.func @layer_norm_stablehlo(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>,
    %mean: tensor<4xf32>, %rstd: tensor<4xf32>, %w: tensor<8xf32>)
    -> (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %0 = "stablehlo.broadcast_in_dim"(%mean) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.subtract"(%x, %0) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %2 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %3 = "stablehlo.multiply"(%dy, %2) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %4 = "stablehlo.broadcast_in_dim"(%rstd) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %5 = "stablehlo.multiply"(%1, %4) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %6 = "stablehlo.multiply"(%rstd, %rstd) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.multiply"(%6, %rstd) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%rstd) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %9 = "stablehlo.multiply"(%3, %8) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %10 = "stablehlo.multiply"(%1, %3) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %12 = "stablehlo.reduce"(%10, %11) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %13 = "stablehlo.constant"() <{value = dense<-0.5> : tensor<4xf32>}> : () -> tensor<4xf32>
  %14 = "stablehlo.multiply"(%7, %13) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %15 = "stablehlo.multiply"(%12, %14) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %16 = "stablehlo.constant"() <{value = dense<2.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %17 = "stablehlo.multiply"(%15, %16) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %18 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %19 = "stablehlo.divide"(%17, %18) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %20 = "stablehlo.broadcast_in_dim"(%19) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %21 = "stablehlo.multiply"(%1, %20) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %22 = "stablehlo.add"(%21, %9) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %23 = "stablehlo.reduce"(%9, %11) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %24 = "stablehlo.divide"(%23, %18) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %25 = "stablehlo.broadcast_in_dim"(%24) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %26 = "stablehlo.subtract"(%22, %25) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %27 = "stablehlo.multiply"(%dy, %5) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %28 = "stablehlo.reduce"(%27, %11) <{dimensions = array<i64: 0>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<8xf32>
  %29 = "stablehlo.reduce"(%dy, %11) <{dimensions = array<i64: 0>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<8xf32>
  return %26, %28, %29 : tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>
}

// CHECK-LABEL: func.func @layer_norm_mhlo(
// CHECK: %[[DX:.*]], %[[DW:.*]], %[[DB:.*]] = norm.layer_norm_backward %arg0, %arg1, %arg2, %arg3 scale(%arg4 : tensor<8xf32> dims [1]) axes [1] bias_dims [1] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32> -> tensor<4x8xf32> dscale tensor<8xf32> dbias tensor<8xf32>
// CHECK: return %[[DX]], %[[DW]], %[[DB]]
func.func @layer_norm_mhlo(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>,
    %mean: tensor<4xf32>, %rstd: tensor<4xf32>, %w: tensor<8xf32>)
    -> (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %0 = "mhlo.broadcast_in_dim"(%mean) {broadcast_dimensions = dense<[0]> : tensor<1xi64>} : (tensor<4xf32>) -> tensor<4x8xf32>
  %1 = "mhlo.subtract"(%x, %0) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %2 = "mhlo.broadcast_in_dim"(%w) {broadcast_dimensions = dense<[1]> : tensor<1xi64>} : (tensor<8xf32>) -> tensor<4x8xf32>
  %3 = "mhlo.multiply"(%dy, %2) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %4 = "mhlo.broadcast_in_dim"(%rstd) {broadcast_dimensions = dense<[0]> : tensor<1xi64>} : (tensor<4xf32>) -> tensor<4x8xf32>
  %5 = "mhlo.multiply"(%1, %4) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %6 = "mhlo.multiply"(%rstd, %rstd) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "mhlo.multiply"(%6, %rstd) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %8 = "mhlo.broadcast_in_dim"(%rstd) {broadcast_dimensions = dense<[0]> : tensor<1xi64>} : (tensor<4xf32>) -> tensor<4x8xf32>
  %9 = "mhlo.multiply"(%3, %8) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %10 = "mhlo.multiply"(%1, %3) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %11 = "mhlo.constant"() {value = dense<0.0> : tensor<f32>} : () -> tensor<f32>
  %12 = "mhlo.reduce"(%10, %11) ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "mhlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "mhlo.return"(%add) : (tensor<f32>) -> ()
  }) {dimensions = dense<[1]> : tensor<1xi64>} : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %13 = "mhlo.constant"() {value = dense<-0.5> : tensor<4xf32>} : () -> tensor<4xf32>
  %14 = "mhlo.multiply"(%7, %13) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %15 = "mhlo.multiply"(%12, %14) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %16 = "mhlo.constant"() {value = dense<2.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %17 = "mhlo.multiply"(%15, %16) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %18 = "mhlo.constant"() {value = dense<8.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %19 = "mhlo.divide"(%17, %18) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %20 = "mhlo.broadcast_in_dim"(%19) {broadcast_dimensions = dense<[0]> : tensor<1xi64>} : (tensor<4xf32>) -> tensor<4x8xf32>
  %21 = "mhlo.multiply"(%1, %20) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %22 = "mhlo.add"(%21, %9) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %23 = "mhlo.reduce"(%9, %11) ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "mhlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "mhlo.return"(%add) : (tensor<f32>) -> ()
  }) {dimensions = dense<[1]> : tensor<1xi64>} : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %24 = "mhlo.divide"(%23, %18) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %25 = "mhlo.broadcast_in_dim"(%24) {broadcast_dimensions = dense<[0]> : tensor<1xi64>} : (tensor<4xf32>) -> tensor<4x8xf32>
  %26 = "mhlo.subtract"(%22, %25) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %27 = "mhlo.multiply"(%dy, %5) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %28 = "mhlo.reduce"(%27, %11) ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "mhlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "mhlo.return"(%add) : (tensor<f32>) -> ()
  }) {dimensions = dense<[0]> : tensor<1xi64>} : (tensor<4x8xf32>, tensor<f32>) -> tensor<8xf32>
  %29 = "mhlo.reduce"(%dy, %11) ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "mhlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "mhlo.return"(%add) : (tensor<f32>) -> ()
  }) {dimensions = dense<[0]> : tensor<1xi64>} : (tensor<4x8xf32>, tensor<f32>) -> tensor<8xf32>
  return %26, %28, %29 : tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>
}
