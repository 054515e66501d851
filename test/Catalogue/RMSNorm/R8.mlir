// Catalogue entry R8: sums in the place of means: Sum/N, sqrt(N) outside with N
// * epsilon, sqrt(N) in the scale (FlashNorm).
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @sum_over_n_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999999747524271E-7 : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK: return %[[Y]]
func.func @sum_over_n_stablehlo(%x: tensor<4x16xf32>, %w: tensor<16xf32>)
    -> tensor<4x16xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x16xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<16.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.constant"() <{value = dense<1.0e-06> : tensor<4xf32>}> : () -> tensor<4xf32>
  %6 = "stablehlo.add"(%4, %5) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.rsqrt"(%6) : (tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x16xf32>
  %9 = "stablehlo.multiply"(%x, %8) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  return %9 : tensor<4x16xf32>
}

// CHECK-LABEL: func.func @sum_over_n_torch(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] axes [1] epsilon 9.9999999999999995E-7 : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @sum_over_n_torch(%x: !torch.vtensor<[4,16],f32>,
    %w: !torch.vtensor<[16],f32>) -> !torch.vtensor<[4,16],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float4 = "torch.constant.float"() <{value = 16.0 : f64}> : () -> !torch.float
  %float5 = "torch.constant.float"() <{value = 1.0e-06 : f64}> : () -> !torch.float
  %0 = "torch.aten.mul.Tensor"(%x, %x) : (!torch.vtensor<[4,16],f32>, !torch.vtensor<[4,16],f32>) -> !torch.vtensor<[4,16],f32>
  %1 = "torch.aten.sum.dim_IntList"(%0, %list1, %true, %none) : (!torch.vtensor<[4,16],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.div.Scalar"(%1, %float4) : (!torch.vtensor<[4,1],f32>, !torch.float) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.add.Scalar"(%2, %float5, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.mul.Tensor"(%x, %4) : (!torch.vtensor<[4,16],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,16],f32>
  return %5 : !torch.vtensor<[4,16],f32>
}

// CHECK-LABEL: func.func @root_n_outside_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999999747524271E-7 : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK: return %[[Y]]
func.func @root_n_outside_stablehlo(%x: tensor<4x16xf32>, %w: tensor<16xf32>)
    -> tensor<4x16xf32> {
  %0 = "stablehlo.constant"() <{value = dense<4.0> : tensor<4x16xf32>}> : () -> tensor<4x16xf32>
  %1 = "stablehlo.multiply"(%x, %0) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  %2 = "stablehlo.multiply"(%x, %x) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  %3 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %4 = "stablehlo.reduce"(%2, %3) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x16xf32>, tensor<f32>) -> tensor<4xf32>
  %5 = "stablehlo.constant"() <{value = dense<1.6e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %6 = "stablehlo.add"(%4, %5) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.rsqrt"(%6) : (tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x16xf32>
  %9 = "stablehlo.multiply"(%1, %8) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  return %9 : tensor<4x16xf32>
}

// CHECK-LABEL: func.func @root_n_outside_torch(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] axes [1] epsilon 9.9999999999999995E-7 : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @root_n_outside_torch(%x: !torch.vtensor<[4,16],f32>,
    %w: !torch.vtensor<[16],f32>) -> !torch.vtensor<[4,16],f32> {
  %float0 = "torch.constant.float"() <{value = 4.0 : f64}> : () -> !torch.float
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float5 = "torch.constant.float"() <{value = 1.6e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.mul.Scalar"(%x, %float0) : (!torch.vtensor<[4,16],f32>, !torch.float) -> !torch.vtensor<[4,16],f32>
  %1 = "torch.aten.mul.Tensor"(%x, %x) : (!torch.vtensor<[4,16],f32>, !torch.vtensor<[4,16],f32>) -> !torch.vtensor<[4,16],f32>
  %2 = "torch.aten.sum.dim_IntList"(%1, %list2, %true, %none) : (!torch.vtensor<[4,16],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.add.Scalar"(%2, %float5, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.mul.Tensor"(%0, %4) : (!torch.vtensor<[4,16],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,16],f32>
  return %5 : !torch.vtensor<[4,16],f32>
}

// CHECK-LABEL: func.func @root_n_in_scale_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%arg1 : tensor<16xf32> dims [1]) axes [1] epsilon 9.9999999747524271E-7 : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK: return %[[Y]]
func.func @root_n_in_scale_stablehlo(%x: tensor<4x16xf32>, %w: tensor<16xf32>)
    -> tensor<4x16xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x16xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<1.6e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.add"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.rsqrt"(%4) : (tensor<4xf32>) -> tensor<4xf32>
  %6 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x16xf32>
  %7 = "stablehlo.multiply"(%x, %6) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  %8 = "stablehlo.constant"() <{value = dense<4.0> : tensor<16xf32>}> : () -> tensor<16xf32>
  %9 = "stablehlo.multiply"(%w, %8) : (tensor<16xf32>, tensor<16xf32>) -> tensor<16xf32>
  %10 = "stablehlo.broadcast_in_dim"(%9) <{broadcast_dimensions = array<i64: 1>}> : (tensor<16xf32>) -> tensor<4x16xf32>
  %11 = "stablehlo.multiply"(%7, %10) : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  return %11 : tensor<4x16xf32>
}

// CHECK-LABEL: func.func @root_n_in_scale_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] scale(%[[W]] : tensor<16xf32> dims [1]) axes [1] epsilon 9.9999999999999995E-7 : tensor<4x16xf32> -> tensor<4x16xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @root_n_in_scale_torch(%x: !torch.vtensor<[4,16],f32>,
    %w: !torch.vtensor<[16],f32>) -> !torch.vtensor<[4,16],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float4 = "torch.constant.float"() <{value = 1.6e-05 : f64}> : () -> !torch.float
  %float5 = "torch.constant.float"() <{value = 4.0 : f64}> : () -> !torch.float
  %0 = "torch.aten.mul.Tensor"(%x, %x) : (!torch.vtensor<[4,16],f32>, !torch.vtensor<[4,16],f32>) -> !torch.vtensor<[4,16],f32>
  %1 = "torch.aten.sum.dim_IntList"(%0, %list1, %true, %none) : (!torch.vtensor<[4,16],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.add.Scalar"(%1, %float4, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.rsqrt"(%2) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.mul.Tensor"(%x, %3) : (!torch.vtensor<[4,16],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,16],f32>
  %5 = "torch.aten.mul.Scalar"(%w, %float5) : (!torch.vtensor<[16],f32>, !torch.float) -> !torch.vtensor<[16],f32>
  %6 = "torch.aten.mul.Tensor"(%4, %5) : (!torch.vtensor<[4,16],f32>, !torch.vtensor<[16],f32>) -> !torch.vtensor<[4,16],f32>
  return %6 : !torch.vtensor<[4,16],f32>
}
