// Catalogue entry mean-sum-times-inverse-n: Sum * (1/N), the constant rounded
// to its type.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:   | FileCheck %s \
// RUN:       --implicit-check-not='{{[rR]?[sS]qrt|[pP]ow}}'

// CHECK-LABEL: func.func @rms_stablehlo(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x6xf32> -> tensor<4x6xf32>
// CHECK: return %[[Y]]
func.func @rms_stablehlo(%x: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x6xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<0.16666666666666666> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.multiply"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %6 = "stablehlo.add"(%4, %5) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.rsqrt"(%6) : (tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x6xf32>
  %9 = "stablehlo.multiply"(%x, %8) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  return %9 : tensor<4x6xf32>
}

// CHECK-LABEL: func.func @rms_torch(
// CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK: %[[Y:.*]] = norm.rms_norm %[[X]] axes [1] epsilon 1.000000e-05 : tensor<4x6xf32> -> tensor<4x6xf32>
// CHECK: %[[V:.*]] = builtin.unrealized_conversion_cast %[[Y]]
// CHECK: return %[[V]]
func.func @rms_torch(%x: !torch.vtensor<[4,6],f32>)
    -> !torch.vtensor<[4,6],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float5 = "torch.constant.float"() <{value = 0.16666666666666666 : f64}> : () -> !torch.float
  %float6 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.pow.Tensor_Scalar"(%x, %int2) : (!torch.vtensor<[4,6],f32>, !torch.int) -> !torch.vtensor<[4,6],f32>
  %1 = "torch.aten.sum.dim_IntList"(%0, %list2, %true, %none) : (!torch.vtensor<[4,6],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.mul.Scalar"(%1, %float5) : (!torch.vtensor<[4,1],f32>, !torch.float) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.add.Scalar"(%2, %float6, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.mul.Tensor"(%x, %4) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,6],f32>
  return %5 : !torch.vtensor<[4,6],f32>
}

// CHECK-LABEL: func.func @rms_tosa(
// CHECK: %[[Y:.*]] = norm.rms_norm %arg0 axes [1] epsilon 9.9999997473787516E-6 : tensor<4x6xf32> -> tensor<4x6xf32>
// CHECK: return %[[Y]]
func.func @rms_tosa(%x: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %c1 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %1 = tosa.mul %x, %x, %c1 : (tensor<4x6xf32>, tensor<4x6xf32>, tensor<1xi8>) -> tensor<4x6xf32>
  %2 = tosa.reduce_sum %1 {axis = 1 : i32} : (tensor<4x6xf32>) -> tensor<4x1xf32>
  %c4 = "tosa.const"() <{values = dense<0.16666666666666666> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %4 = tosa.mul %2, %c4, %c1 : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %c6 = "tosa.const"() <{values = dense<1.0e-05> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %6 = tosa.add %4, %c6 : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %7 = tosa.rsqrt %6 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %8 = tosa.mul %x, %7, %c1 : (tensor<4x6xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x6xf32>
  return %8 : tensor<4x6xf32>
}
