// Catalogue entry R11: groups of a row, and a scale after they are joined
// again: it becomes one of [G, D/G].
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'
// XFAIL: *

// CHECK-LABEL: func.func @scaled_stablehlo(
// CHECK: norm.rms_norm {{.*}}scale({{.*}} dims [1, 2]) axes [2] epsilon {{[0-9.E+-]+}}
func.func @scaled_stablehlo(%x: tensor<4x16xf32>, %w: tensor<16xf32>)
    -> tensor<4x16xf32> {
  %0 = "stablehlo.reshape"(%x) : (tensor<4x16xf32>) -> tensor<4x2x8xf32>
  %1 = "stablehlo.multiply"(%0, %0) : (tensor<4x2x8xf32>, tensor<4x2x8xf32>) -> tensor<4x2x8xf32>
  %2 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %3 = "stablehlo.reduce"(%1, %2) <{dimensions = array<i64: 2>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x2x8xf32>, tensor<f32>) -> tensor<4x2xf32>
  %4 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4x2xf32>}> : () -> tensor<4x2xf32>
  %5 = "stablehlo.divide"(%3, %4) : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %6 = "stablehlo.constant"() <{value = dense<1.0e-06> : tensor<4x2xf32>}> : () -> tensor<4x2xf32>
  %7 = "stablehlo.add"(%5, %6) : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %8 = "stablehlo.rsqrt"(%7) : (tensor<4x2xf32>) -> tensor<4x2xf32>
  %9 = "stablehlo.broadcast_in_dim"(%8) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<4x2xf32>) -> tensor<4x2x8xf32>
  %10 = "stablehlo.multiply"(%0, %9) : (tensor<4x2x8xf32>, tensor<4x2x8xf32>) -> tensor<4x2x8xf32>
  %11 = "stablehlo.reshape"(%10) : (tensor<4x2x8xf32>) -> tensor<4x16xf32>
  %12 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<16xf32>) -> tensor<4x16xf32>
  %13 = "stablehlo.multiply"(%11, %12) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  return %13 : tensor<4x16xf32>
}

// CHECK-LABEL: func.func @scaled_torch(
// CHECK: norm.rms_norm {{.*}}scale({{.*}} dims [1, 2]) axes [2] epsilon {{[0-9.E+-]+}}
func.func @scaled_torch(%x: !torch.vtensor<[4,16],f32>,
    %w: !torch.vtensor<[16],f32>) -> !torch.vtensor<[4,16],f32> {
  %int4 = "torch.constant.int"() <{value = 4 : i64}> : () -> !torch.int
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int8 = "torch.constant.int"() <{value = 8 : i64}> : () -> !torch.int
  %list3 = "torch.prim.ListConstruct"(%int4, %int2, %int8) : (!torch.int, !torch.int, !torch.int) -> !torch.list<int>
  %list4 = "torch.prim.ListConstruct"(%int2) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %float8 = "torch.constant.float"() <{value = 1.0e-06 : f64}> : () -> !torch.float
  %int16 = "torch.constant.int"() <{value = 16 : i64}> : () -> !torch.int
  %list10 = "torch.prim.ListConstruct"(%int4, %int16) : (!torch.int, !torch.int) -> !torch.list<int>
  %0 = "torch.aten.view"(%x, %list3) : (!torch.vtensor<[4,16],f32>, !torch.list<int>) -> !torch.vtensor<[4,2,8],f32>
  %1 = "torch.aten.pow.Tensor_Scalar"(%0, %int2) : (!torch.vtensor<[4,2,8],f32>, !torch.int) -> !torch.vtensor<[4,2,8],f32>
  %2 = "torch.aten.mean.dim"(%1, %list4, %true, %none) : (!torch.vtensor<[4,2,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,2,1],f32>
  %3 = "torch.aten.add.Scalar"(%2, %float8, %int1) : (!torch.vtensor<[4,2,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,2,1],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[4,2,1],f32>) -> !torch.vtensor<[4,2,1],f32>
  %5 = "torch.aten.mul.Tensor"(%0, %4) : (!torch.vtensor<[4,2,8],f32>, !torch.vtensor<[4,2,1],f32>) -> !torch.vtensor<[4,2,8],f32>
  %6 = "torch.aten.view"(%5, %list10) : (!torch.vtensor<[4,2,8],f32>, !torch.list<int>) -> !torch.vtensor<[4,16],f32>
  %7 = "torch.aten.mul.Tensor"(%6, %w) : (!torch.vtensor<[4,16],f32>, !torch.vtensor<[16],f32>) -> !torch.vtensor<[4,16],f32>
  return %7 : !torch.vtensor<[4,16],f32>
}
