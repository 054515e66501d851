// Catalogue entry C6: sums with N * epsilon: times sqrt(N) it is the norm;
// without, sqrt(N) goes into the scale.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @root_n_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<16xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK: return %[[Y]]
func.func @root_n_stablehlo(%x: tensor<4x16xf32>, %w: tensor<16xf32>)
    -> tensor<4x16xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x16xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<0.00016> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.add"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.rsqrt"(%4) : (tensor<4xf32>) -> tensor<4xf32>
  %6 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x16xf32>
  %7 = "stablehlo.multiply"(%x, %6) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  %8 = "stablehlo.constant"() <{value = dense<4.0> : tensor<4x16xf32>}> : () -> tensor<4x16xf32>
  %9 = "stablehlo.multiply"(%7, %8) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  %10 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<16xf32>) -> tensor<4x16xf32>
  %11 = "stablehlo.multiply"(%9, %10) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  return %11 : tensor<4x16xf32>
}

// CHECK-LABEL: func.func @root_n_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] scale(%[[W]] : tensor<16xf32> dims [1]) axes [1] epsilon 1.000000e-05 : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @root_n_torch(%x: !torch.vtensor<[4,16],f32>,
    %w: !torch.vtensor<[16],f32>) -> !torch.vtensor<[4,16],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float4 = "torch.constant.float"() <{value = 0.00016 : f64}> : () -> !torch.float
  %float5 = "torch.constant.float"() <{value = 4.0 : f64}> : () -> !torch.float
  %0 = "torch.aten.mul.Tensor"(%x, %x) : (!torch.vtensor<[4,16],f32>, !torch.vtensor<[4,16],f32>) -> !torch.vtensor<[4,16],f32>
  %1 = "torch.aten.sum.dim_IntList"(%0, %list1, %true, %none) : (!torch.vtensor<[4,16],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.add.Scalar"(%1, %float4, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.rsqrt"(%2) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.mul.Tensor"(%x, %3) : (!torch.vtensor<[4,16],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,16],f32>
  %5 = "torch.aten.mul.Scalar"(%4, %float5) : (!torch.vtensor<[4,16],f32>, !torch.float) -> !torch.vtensor<[4,16],f32>
  %6 = "torch.aten.mul.Tensor"(%5, %w) : (!torch.vtensor<[4,16],f32>, !torch.vtensor<[16],f32>) -> !torch.vtensor<[4,16],f32>
  return %6 : !torch.vtensor<[4,16],f32>
}
