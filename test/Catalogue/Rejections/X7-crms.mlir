// Catalogue entry X7: (S2 + S1^2) / d, which is CRMSNorm and no op here.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] mean-square-mixup |
// CHECK-SAME: Function=crms_stablehlo
// CHECK-SAME: Remark="the square of the sum has the coefficient 1/8 beside 1/8 for the sum of squares: not a variance"

func.func @crms_stablehlo(%x: tensor<4x7xf32>) -> tensor<4x7xf32> {
  %0 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %1 = "stablehlo.reduce"(%x, %0) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x7xf32>, tensor<f32>) -> tensor<4xf32>
  %2 = "stablehlo.multiply"(%x, %x) : (tensor<4x7xf32>, tensor<4x7xf32>) -> tensor<4x7xf32>
  %3 = "stablehlo.reduce"(%2, %0) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x7xf32>, tensor<f32>) -> tensor<4xf32>
  %4 = "stablehlo.multiply"(%1, %1) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.add"(%3, %4) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %6 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %7 = "stablehlo.divide"(%5, %6) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %9 = "stablehlo.add"(%7, %8) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %10 = "stablehlo.rsqrt"(%9) : (tensor<4xf32>) -> tensor<4xf32>
  %11 = "stablehlo.broadcast_in_dim"(%10) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x7xf32>
  %12 = "stablehlo.multiply"(%x, %11) : (tensor<4x7xf32>, tensor<4x7xf32>) -> tensor<4x7xf32>
  return %12 : tensor<4x7xf32>
}

// CHECK: remark: [Missed] mean-square-mixup |
// CHECK-SAME: Function=crms_torch
// CHECK-SAME: Remark="the square of the sum has the coefficient 1/8 beside 1/8 for the sum of squares: not a variance"

func.func @crms_torch(%x: !torch.vtensor<[4,7],f32>)
    -> !torch.vtensor<[4,7],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float4 = "torch.constant.float"() <{value = 8.0 : f64}> : () -> !torch.float
  %float5 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.sum.dim_IntList"(%x, %list1, %true, %none) : (!torch.vtensor<[4,7],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %1 = "torch.aten.mul.Tensor"(%x, %x) : (!torch.vtensor<[4,7],f32>, !torch.vtensor<[4,7],f32>) -> !torch.vtensor<[4,7],f32>
  %2 = "torch.aten.sum.dim_IntList"(%1, %list1, %true, %none) : (!torch.vtensor<[4,7],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.mul.Tensor"(%0, %0) : (!torch.vtensor<[4,1],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.add.Tensor"(%2, %3, %int1) : (!torch.vtensor<[4,1],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.div.Scalar"(%4, %float4) : (!torch.vtensor<[4,1],f32>, !torch.float) -> !torch.vtensor<[4,1],f32>
  %6 = "torch.aten.add.Scalar"(%5, %float5, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %7 = "torch.aten.rsqrt"(%6) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %8 = "torch.aten.mul.Tensor"(%x, %7) : (!torch.vtensor<[4,7],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,7],f32>
  return %8 : !torch.vtensor<[4,7],f32>
}
