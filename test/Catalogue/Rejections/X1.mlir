// Catalogue entry X1: the mean is over other axes than the variance.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] mean-axes-differ |
// CHECK-SAME: Function=columns_stablehlo
// CHECK-SAME: Remark="the statistic has the term -1/8*sum{i1, i2}(x[i0, i1]*x[i2, i1]): the mean is not over the axes of the squares, [1]"

func.func @columns_stablehlo(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %1 = "stablehlo.reduce"(%x, %0) <{dimensions = array<i64: 0>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %2 = "stablehlo.constant"() <{value = dense<4.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %3 = "stablehlo.divide"(%1, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %4 = "stablehlo.broadcast_in_dim"(%3) <{broadcast_dimensions = array<i64: 1>}> : (tensor<4xf32>) -> tensor<4x4xf32>
  %5 = "stablehlo.subtract"(%x, %4) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %6 = "stablehlo.reduce"(%x, %0) <{dimensions = array<i64: 0>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %7 = "stablehlo.divide"(%6, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 1>}> : (tensor<4xf32>) -> tensor<4x4xf32>
  %9 = "stablehlo.subtract"(%x, %8) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %10 = "stablehlo.reduce"(%x, %0) <{dimensions = array<i64: 0>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %11 = "stablehlo.divide"(%10, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %12 = "stablehlo.broadcast_in_dim"(%11) <{broadcast_dimensions = array<i64: 1>}> : (tensor<4xf32>) -> tensor<4x4xf32>
  %13 = "stablehlo.subtract"(%x, %12) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %14 = "stablehlo.multiply"(%9, %13) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %15 = "stablehlo.reduce"(%14, %0) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %16 = "stablehlo.divide"(%15, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %17 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %18 = "stablehlo.add"(%16, %17) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %19 = "stablehlo.rsqrt"(%18) : (tensor<4xf32>) -> tensor<4xf32>
  %20 = "stablehlo.broadcast_in_dim"(%19) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x4xf32>
  %21 = "stablehlo.multiply"(%5, %20) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return %21 : tensor<4x4xf32>
}

// CHECK: remark: [Missed] mean-axes-differ |
// CHECK-SAME: Function=columns_torch
// CHECK-SAME: Remark="the statistic has the term -1/8*sum{i1, i2}(x[i0, i1]*x[i2, i1]): the mean is not over the axes of the squares, [1]"

func.func @columns_torch(%x: !torch.vtensor<[4,4],f32>)
    -> !torch.vtensor<[4,4],f32> {
  %int0 = "torch.constant.int"() <{value = 0 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int0) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list5 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %float6 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.mean.dim"(%x, %list1, %true, %none) : (!torch.vtensor<[4,4],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[1,4],f32>
  %1 = "torch.aten.sub.Tensor"(%x, %0, %int1) : (!torch.vtensor<[4,4],f32>, !torch.vtensor<[1,4],f32>, !torch.int) -> !torch.vtensor<[4,4],f32>
  %2 = "torch.aten.mean.dim"(%x, %list1, %true, %none) : (!torch.vtensor<[4,4],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[1,4],f32>
  %3 = "torch.aten.sub.Tensor"(%x, %2, %int1) : (!torch.vtensor<[4,4],f32>, !torch.vtensor<[1,4],f32>, !torch.int) -> !torch.vtensor<[4,4],f32>
  %4 = "torch.aten.mean.dim"(%x, %list1, %true, %none) : (!torch.vtensor<[4,4],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[1,4],f32>
  %5 = "torch.aten.sub.Tensor"(%x, %4, %int1) : (!torch.vtensor<[4,4],f32>, !torch.vtensor<[1,4],f32>, !torch.int) -> !torch.vtensor<[4,4],f32>
  %6 = "torch.aten.mul.Tensor"(%3, %5) : (!torch.vtensor<[4,4],f32>, !torch.vtensor<[4,4],f32>) -> !torch.vtensor<[4,4],f32>
  %7 = "torch.aten.mean.dim"(%6, %list5, %true, %none) : (!torch.vtensor<[4,4],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %8 = "torch.aten.add.Scalar"(%7, %float6, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %9 = "torch.aten.rsqrt"(%8) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %10 = "torch.aten.mul.Tensor"(%1, %9) : (!torch.vtensor<[4,4],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,4],f32>
  return %10 : !torch.vtensor<[4,4],f32>
}

// CHECK: remark: [Missed] mean-axes-differ |
// CHECK-SAME: Function=more_axes_stablehlo
// CHECK-SAME: Remark="the statistic has the term 1/256*sum{i1}(sum{i2}(x[i0, i1, i2])^(2)): the mean is not over the axes of the squares, [1, 2]"

func.func @more_axes_stablehlo(%x: tensor<2x4x8xf32>) -> tensor<2x4x8xf32> {
  %0 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %1 = "stablehlo.reduce"(%x, %0) <{dimensions = array<i64: 2>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<2x4x8xf32>, tensor<f32>) -> tensor<2x4xf32>
  %2 = "stablehlo.constant"() <{value = dense<8.0> : tensor<2x4xf32>}> : () -> tensor<2x4xf32>
  %3 = "stablehlo.divide"(%1, %2) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %4 = "stablehlo.broadcast_in_dim"(%3) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<2x4xf32>) -> tensor<2x4x8xf32>
  %5 = "stablehlo.subtract"(%x, %4) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  %6 = "stablehlo.reduce"(%x, %0) <{dimensions = array<i64: 2>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<2x4x8xf32>, tensor<f32>) -> tensor<2x4xf32>
  %7 = "stablehlo.divide"(%6, %2) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<2x4xf32>) -> tensor<2x4x8xf32>
  %9 = "stablehlo.subtract"(%x, %8) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  %10 = "stablehlo.reduce"(%x, %0) <{dimensions = array<i64: 2>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<2x4x8xf32>, tensor<f32>) -> tensor<2x4xf32>
  %11 = "stablehlo.divide"(%10, %2) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %12 = "stablehlo.broadcast_in_dim"(%11) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<2x4xf32>) -> tensor<2x4x8xf32>
  %13 = "stablehlo.subtract"(%x, %12) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  %14 = "stablehlo.multiply"(%9, %13) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  %15 = "stablehlo.reduce"(%14, %0) <{dimensions = array<i64: 1, 2>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<2x4x8xf32>, tensor<f32>) -> tensor<2xf32>
  %16 = "stablehlo.constant"() <{value = dense<32.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %17 = "stablehlo.divide"(%15, %16) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %18 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<2xf32>}> : () -> tensor<2xf32>
  %19 = "stablehlo.add"(%17, %18) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %20 = "stablehlo.rsqrt"(%19) : (tensor<2xf32>) -> tensor<2xf32>
  %21 = "stablehlo.broadcast_in_dim"(%20) <{broadcast_dimensions = array<i64: 0>}> : (tensor<2xf32>) -> tensor<2x4x8xf32>
  %22 = "stablehlo.multiply"(%5, %21) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  return %22 : tensor<2x4x8xf32>
}

// CHECK: remark: [Missed] mean-axes-differ |
// CHECK-SAME: Function=more_axes_torch
// CHECK-SAME: Remark="the statistic has the term 1/256*sum{i1}(sum{i2}(x[i0, i1, i2])^(2)): the mean is not over the axes of the squares, [1, 2]"

func.func @more_axes_torch(%x: !torch.vtensor<[2,4,8],f32>)
    -> !torch.vtensor<[2,4,8],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int2) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list5 = "torch.prim.ListConstruct"(%int1, %int2) : (!torch.int, !torch.int) -> !torch.list<int>
  %float6 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.mean.dim"(%x, %list1, %true, %none) : (!torch.vtensor<[2,4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,4,1],f32>
  %1 = "torch.aten.sub.Tensor"(%x, %0, %int1) : (!torch.vtensor<[2,4,8],f32>, !torch.vtensor<[2,4,1],f32>, !torch.int) -> !torch.vtensor<[2,4,8],f32>
  %2 = "torch.aten.mean.dim"(%x, %list1, %true, %none) : (!torch.vtensor<[2,4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,4,1],f32>
  %3 = "torch.aten.sub.Tensor"(%x, %2, %int1) : (!torch.vtensor<[2,4,8],f32>, !torch.vtensor<[2,4,1],f32>, !torch.int) -> !torch.vtensor<[2,4,8],f32>
  %4 = "torch.aten.mean.dim"(%x, %list1, %true, %none) : (!torch.vtensor<[2,4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,4,1],f32>
  %5 = "torch.aten.sub.Tensor"(%x, %4, %int1) : (!torch.vtensor<[2,4,8],f32>, !torch.vtensor<[2,4,1],f32>, !torch.int) -> !torch.vtensor<[2,4,8],f32>
  %6 = "torch.aten.mul.Tensor"(%3, %5) : (!torch.vtensor<[2,4,8],f32>, !torch.vtensor<[2,4,8],f32>) -> !torch.vtensor<[2,4,8],f32>
  %7 = "torch.aten.mean.dim"(%6, %list5, %true, %none) : (!torch.vtensor<[2,4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,1,1],f32>
  %8 = "torch.aten.add.Scalar"(%7, %float6, %int1) : (!torch.vtensor<[2,1,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[2,1,1],f32>
  %9 = "torch.aten.rsqrt"(%8) : (!torch.vtensor<[2,1,1],f32>) -> !torch.vtensor<[2,1,1],f32>
  %10 = "torch.aten.mul.Tensor"(%1, %9) : (!torch.vtensor<[2,4,8],f32>, !torch.vtensor<[2,1,1],f32>) -> !torch.vtensor<[2,4,8],f32>
  return %10 : !torch.vtensor<[2,4,8],f32>
}
