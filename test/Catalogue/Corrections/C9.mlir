// Catalogue entry C9: a factor and a summand after the norm go into scale and
// bias.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @affine_stablehlo(
// CHECK: %[[V:.*]] = tensor.empty()
// CHECK: %[[V1:.*]] = linalg.generic
// CHECK: %[[V2:.*]] = tensor.empty()
// CHECK: %[[V3:.*]] = linalg.generic
// CHECK: %[[Y:.*]] = norm.layer_norm %arg0 scale(%[[V1]] : tensor<8xf32> dims [1]) bias(%[[V3]] : tensor<8xf32> dims [1]) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @affine_stablehlo(%x: tensor<4x8xf32>, %w: tensor<8xf32>,
    %b: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %1 = "stablehlo.reduce"(%x, %0) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %2 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %3 = "stablehlo.divide"(%1, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %4 = "stablehlo.broadcast_in_dim"(%3) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %5 = "stablehlo.subtract"(%x, %4) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %6 = "stablehlo.multiply"(%5, %5) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %7 = "stablehlo.reduce"(%6, %0) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %8 = "stablehlo.divide"(%7, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %9 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %10 = "stablehlo.add"(%8, %9) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %11 = "stablehlo.rsqrt"(%10) : (tensor<4xf32>) -> tensor<4xf32>
  %12 = "stablehlo.broadcast_in_dim"(%11) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %13 = "stablehlo.multiply"(%5, %12) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %14 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %15 = "stablehlo.multiply"(%13, %14) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %16 = "stablehlo.broadcast_in_dim"(%b) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<4x8xf32>
  %17 = "stablehlo.add"(%15, %16) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %18 = "stablehlo.constant"() <{value = dense<0.5> : tensor<4x8xf32>}> : () -> tensor<4x8xf32>
  %19 = "stablehlo.multiply"(%17, %18) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %20 = "stablehlo.constant"() <{value = dense<0.25> : tensor<4x8xf32>}> : () -> tensor<4x8xf32>
  %21 = "stablehlo.add"(%19, %20) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %21 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @affine_torch(
// CHECK: %[[W:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK: %[[V:.*]] = tensor.empty()
// CHECK: %[[V1:.*]] = linalg.generic
// CHECK: %[[B:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK: %[[V2:.*]] = tensor.empty()
// CHECK: %[[V3:.*]] = linalg.generic
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.layer_norm %[[X]] scale(%[[V1]] : tensor<8xf32> dims [1]) bias(%[[V3]] : tensor<8xf32> dims [1]) axes [1] epsilon 1.000000e-05 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V4:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V4]]
func.func @affine_torch(%x: !torch.vtensor<[4,8],f32>,
    %w: !torch.vtensor<[8],f32>, %b: !torch.vtensor<[8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %float5 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %float6 = "torch.constant.float"() <{value = 0.5 : f64}> : () -> !torch.float
  %float7 = "torch.constant.float"() <{value = 0.25 : f64}> : () -> !torch.float
  %0 = "torch.aten.mean.dim"(%x, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %1 = "torch.aten.sub.Tensor"(%x, %0, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.pow.Tensor_Scalar"(%1, %int2) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %3 = "torch.aten.mean.dim"(%2, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.add.Scalar"(%3, %float5, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.rsqrt"(%4) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %6 = "torch.aten.mul.Tensor"(%1, %5) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %7 = "torch.aten.mul.Tensor"(%6, %w) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>) -> !torch.vtensor<[4,8],f32>
  %8 = "torch.aten.add.Tensor"(%7, %b, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %9 = "torch.aten.mul.Scalar"(%8, %float6) : (!torch.vtensor<[4,8],f32>, !torch.float) -> !torch.vtensor<[4,8],f32>
  %10 = "torch.aten.add.Scalar"(%9, %float7, %int1) : (!torch.vtensor<[4,8],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,8],f32>
  return %10 : !torch.vtensor<[4,8],f32>
}

// CHECK-LABEL: func.func @plain_stablehlo(
// CHECK: %[[V:.*]] = arith.constant dense<5.000000e-01> : tensor<f32>
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 scale(%[[V]] : tensor<f32> dims []) axes [1] epsilon 9.9999997473787516E-6 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: return %[[Y]]
func.func @plain_stablehlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
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
  %10 = "stablehlo.constant"() <{value = dense<0.5> : tensor<4x8xf32>}> : () -> tensor<4x8xf32>
  %11 = "stablehlo.multiply"(%9, %10) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %11 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @plain_torch(
// CHECK: %[[V:.*]] = arith.constant dense<5.000000e-01> : tensor<f32>
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] scale(%[[V]] : tensor<f32> dims []) axes [1] epsilon 1.000000e-05 : tensor<4x8xf32> -> tensor<4x8xf32>
// CHECK: %[[V1:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V1]]
func.func @plain_torch(%x: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float5 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %float6 = "torch.constant.float"() <{value = 0.5 : f64}> : () -> !torch.float
  %0 = "torch.aten.pow.Tensor_Scalar"(%x, %int2) : (!torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.mean.dim"(%0, %list2, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.add.Scalar"(%1, %float5, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.rsqrt"(%2) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.mul.Tensor"(%x, %3) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %5 = "torch.aten.mul.Scalar"(%4, %float6) : (!torch.vtensor<[4,8],f32>, !torch.float) -> !torch.vtensor<[4,8],f32>
  return %5 : !torch.vtensor<[4,8],f32>
}
