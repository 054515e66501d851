// Catalogue entry X10: the statistic is of a part of the row that is no prefix;
// the mean is of a prefix.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] numerator-not-x |
// CHECK-SAME: Function=middle_stablehlo
// CHECK-SAME: Remark="the root does not multiply x in (9.99999975e-06 + 1/4*sum{i1}(x[i0, i1]^(2)))^(-1/2)"

func.func @middle_stablehlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.slice"(%x) <{limit_indices = array<i64: 4, 6>, start_indices = array<i64: 0, 2>, strides = array<i64: 1, 1>}> : (tensor<4x8xf32>) -> tensor<4x4xf32>
  %1 = "stablehlo.multiply"(%0, %0) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %3 = "stablehlo.reduce"(%1, %2) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %4 = "stablehlo.constant"() <{value = dense<4.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %5 = "stablehlo.divide"(%3, %4) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %6 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %7 = "stablehlo.add"(%5, %6) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.rsqrt"(%7) : (tensor<4xf32>) -> tensor<4xf32>
  %9 = "stablehlo.broadcast_in_dim"(%8) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %10 = "stablehlo.multiply"(%x, %9) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %10 : tensor<4x8xf32>
}

// CHECK: remark: [Missed] numerator-not-x |
// CHECK-SAME: Function=middle_torch
// CHECK-SAME: Remark="the root does not multiply x in (1e-05 + 1/4*sum{i1}(x[i0, i1]^(2)))^(-1/2)"

func.func @middle_torch(%x: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int6 = "torch.constant.int"() <{value = 6 : i64}> : () -> !torch.int
  %list3 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float6 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.slice.Tensor"(%x, %int1, %int2, %int6, %int1) : (!torch.vtensor<[4,8],f32>, !torch.int, !torch.int, !torch.int, !torch.int) -> !torch.vtensor<[4,4],f32>
  %1 = "torch.aten.mul.Tensor"(%0, %0) : (!torch.vtensor<[4,4],f32>, !torch.vtensor<[4,4],f32>) -> !torch.vtensor<[4,4],f32>
  %2 = "torch.aten.mean.dim"(%1, %list3, %true, %none) : (!torch.vtensor<[4,4],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.add.Scalar"(%2, %float6, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.mul.Tensor"(%x, %4) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %5 : !torch.vtensor<[4,8],f32>
}

// CHECK: remark: [Missed] mean-axes-differ |
// CHECK-SAME: Function=mean_of_prefix_stablehlo
// CHECK-SAME: Remark="the statistic has the term -1/16*sum{i1}(x[i0, i1])*sum{i1}(x[i0, i1]): the mean is not over the axes of the squares, [1]"

func.func @mean_of_prefix_stablehlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.slice"(%x) <{limit_indices = array<i64: 4, 4>, start_indices = array<i64: 0, 0>, strides = array<i64: 1, 1>}> : (tensor<4x8xf32>) -> tensor<4x4xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<4.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.broadcast_in_dim"(%4) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %6 = "stablehlo.subtract"(%x, %5) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %7 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %8 = "stablehlo.divide"(%7, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %9 = "stablehlo.broadcast_in_dim"(%8) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %10 = "stablehlo.subtract"(%x, %9) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %12 = "stablehlo.divide"(%11, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %13 = "stablehlo.broadcast_in_dim"(%12) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %14 = "stablehlo.subtract"(%x, %13) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %15 = "stablehlo.multiply"(%10, %14) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %16 = "stablehlo.reduce"(%15, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %17 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %18 = "stablehlo.divide"(%16, %17) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %19 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %20 = "stablehlo.add"(%18, %19) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %21 = "stablehlo.rsqrt"(%20) : (tensor<4xf32>) -> tensor<4xf32>
  %22 = "stablehlo.broadcast_in_dim"(%21) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %23 = "stablehlo.multiply"(%6, %22) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %23 : tensor<4x8xf32>
}

// CHECK: remark: [Missed] mean-axes-differ |
// CHECK-SAME: Function=mean_of_prefix_torch
// CHECK-SAME: Remark="the statistic has the term -1/16*sum{i1}(x[i0, i1])*sum{i1}(x[i0, i1]): the mean is not over the axes of the squares, [1]"

func.func @mean_of_prefix_torch(%x: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %int0 = "torch.constant.int"() <{value = 0 : i64}> : () -> !torch.int
  %int4 = "torch.constant.int"() <{value = 4 : i64}> : () -> !torch.int
  %list3 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float6 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.slice.Tensor"(%x, %int1, %int0, %int4, %int1) : (!torch.vtensor<[4,8],f32>, !torch.int, !torch.int, !torch.int, !torch.int) -> !torch.vtensor<[4,4],f32>
  %1 = "torch.aten.mean.dim"(%0, %list3, %true, %none) : (!torch.vtensor<[4,4],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.sub.Tensor"(%x, %1, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %3 = "torch.aten.mean.dim"(%0, %list3, %true, %none) : (!torch.vtensor<[4,4],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.sub.Tensor"(%x, %3, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %5 = "torch.aten.mean.dim"(%0, %list3, %true, %none) : (!torch.vtensor<[4,4],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %6 = "torch.aten.sub.Tensor"(%x, %5, %int1) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %7 = "torch.aten.mul.Tensor"(%4, %6) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %8 = "torch.aten.mean.dim"(%7, %list3, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %9 = "torch.aten.add.Scalar"(%8, %float6, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %10 = "torch.aten.rsqrt"(%9) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %11 = "torch.aten.mul.Tensor"(%2, %10) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %11 : !torch.vtensor<[4,8],f32>
}
