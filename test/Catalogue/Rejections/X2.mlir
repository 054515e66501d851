// Catalogue entry X2: a square tensor and a statistic without its unit
// dimension, which lands on the wrong one.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] keepdims-square |
// CHECK-SAME: Function=statistic_stablehlo
// CHECK-SAME: Remark="the statistic of one row divides another: x[i0, i1] beside (9.99999975e-06 + 1/4*sum{i0}(x[i1, i0]^(2)))"

func.func @statistic_stablehlo(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<4.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %6 = "stablehlo.add"(%4, %5) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.rsqrt"(%6) : (tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 1>}> : (tensor<4xf32>) -> tensor<4x4xf32>
  %9 = "stablehlo.multiply"(%x, %8) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return %9 : tensor<4x4xf32>
}

// CHECK: remark: [Missed] keepdims-square |
// CHECK-SAME: Function=statistic_torch
// CHECK-SAME: Remark="the statistic of one row divides another: x[i0, i1] beside (1e-05 + 1/4*sum{i0}(x[i1, i0]^(2)))"

func.func @statistic_torch(%x: !torch.vtensor<[4,4],f32>)
    -> !torch.vtensor<[4,4],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int4 = "torch.constant.int"() <{value = 4 : i64}> : () -> !torch.int
  %list5 = "torch.prim.ListConstruct"(%int4) : (!torch.int) -> !torch.list<int>
  %float6 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.mul.Tensor"(%x, %x) : (!torch.vtensor<[4,4],f32>, !torch.vtensor<[4,4],f32>) -> !torch.vtensor<[4,4],f32>
  %1 = "torch.aten.mean.dim"(%0, %list1, %true, %none) : (!torch.vtensor<[4,4],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.view"(%1, %list5) : (!torch.vtensor<[4,1],f32>, !torch.list<int>) -> !torch.vtensor<[4],f32>
  %3 = "torch.aten.add.Scalar"(%2, %float6, %int1) : (!torch.vtensor<[4],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[4],f32>) -> !torch.vtensor<[4],f32>
  %5 = "torch.aten.mul.Tensor"(%x, %4) : (!torch.vtensor<[4,4],f32>, !torch.vtensor<[4],f32>) -> !torch.vtensor<[4,4],f32>
  return %5 : !torch.vtensor<[4,4],f32>
}

// CHECK: remark: [Missed] keepdims-square |
// CHECK-SAME: Function=statistic_onnx
// CHECK-SAME: Remark="the statistic of one row divides another: x[i0, i1] beside (9.99999975e-06 + 1/4*sum{i0}(x[i1, i0]^(2)))"

func.func @statistic_onnx(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = "onnx.Mul"(%x, %x) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = "onnx.ReduceMeanV13"(%0) {axes = [1], keepdims = 1 : si64} : (tensor<4x4xf32>) -> tensor<4x1xf32>
  %2 = "onnx.Constant"() {value = dense<[4]> : tensor<1xi64>} : () -> tensor<1xi64>
  %3 = "onnx.Reshape"(%1, %2) {allowzero = 0 : si64} : (tensor<4x1xf32>, tensor<1xi64>) -> tensor<4xf32>
  %4 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %5 = "onnx.Add"(%3, %4) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %6 = "onnx.Sqrt"(%5) : (tensor<4xf32>) -> tensor<4xf32>
  %7 = "onnx.Reciprocal"(%6) : (tensor<4xf32>) -> tensor<4xf32>
  %8 = "onnx.Mul"(%x, %7) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4x4xf32>
  return %8 : tensor<4x4xf32>
}

// CHECK: remark: [Missed] mean-axes-differ |
// CHECK-SAME: Function=mean_stablehlo
// CHECK-SAME: Remark="the statistic has the term -1/8*sum{i1, i2}(x[i0, i1]*x[i1, i2]): the mean is not over the axes of the squares, [1]"

func.func @mean_stablehlo(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %1 = "stablehlo.reduce"(%x, %0) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %2 = "stablehlo.constant"() <{value = dense<4.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %3 = "stablehlo.divide"(%1, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %4 = "stablehlo.broadcast_in_dim"(%3) <{broadcast_dimensions = array<i64: 1>}> : (tensor<4xf32>) -> tensor<4x4xf32>
  %5 = "stablehlo.subtract"(%x, %4) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %6 = "stablehlo.broadcast_in_dim"(%3) <{broadcast_dimensions = array<i64: 1>}> : (tensor<4xf32>) -> tensor<4x4xf32>
  %7 = "stablehlo.subtract"(%x, %6) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%3) <{broadcast_dimensions = array<i64: 1>}> : (tensor<4xf32>) -> tensor<4x4xf32>
  %9 = "stablehlo.subtract"(%x, %8) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %10 = "stablehlo.multiply"(%7, %9) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %11 = "stablehlo.reduce"(%10, %0) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
  %12 = "stablehlo.divide"(%11, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %13 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %14 = "stablehlo.add"(%12, %13) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %15 = "stablehlo.rsqrt"(%14) : (tensor<4xf32>) -> tensor<4xf32>
  %16 = "stablehlo.broadcast_in_dim"(%15) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x4xf32>
  %17 = "stablehlo.multiply"(%5, %16) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return %17 : tensor<4x4xf32>
}

// CHECK: remark: [Missed] mean-axes-differ |
// CHECK-SAME: Function=mean_torch
// CHECK-SAME: Remark="the statistic has the term -1/8*sum{i1, i2}(x[i0, i1]*x[i1, i2]): the mean is not over the axes of the squares, [1]"

func.func @mean_torch(%x: !torch.vtensor<[4,4],f32>)
    -> !torch.vtensor<[4,4],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int4 = "torch.constant.int"() <{value = 4 : i64}> : () -> !torch.int
  %list5 = "torch.prim.ListConstruct"(%int4) : (!torch.int) -> !torch.list<int>
  %float6 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.mean.dim"(%x, %list1, %true, %none) : (!torch.vtensor<[4,4],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %1 = "torch.aten.view"(%0, %list5) : (!torch.vtensor<[4,1],f32>, !torch.list<int>) -> !torch.vtensor<[4],f32>
  %2 = "torch.aten.sub.Tensor"(%x, %1, %int1) : (!torch.vtensor<[4,4],f32>, !torch.vtensor<[4],f32>, !torch.int) -> !torch.vtensor<[4,4],f32>
  %3 = "torch.aten.sub.Tensor"(%x, %1, %int1) : (!torch.vtensor<[4,4],f32>, !torch.vtensor<[4],f32>, !torch.int) -> !torch.vtensor<[4,4],f32>
  %4 = "torch.aten.sub.Tensor"(%x, %1, %int1) : (!torch.vtensor<[4,4],f32>, !torch.vtensor<[4],f32>, !torch.int) -> !torch.vtensor<[4,4],f32>
  %5 = "torch.aten.mul.Tensor"(%3, %4) : (!torch.vtensor<[4,4],f32>, !torch.vtensor<[4,4],f32>) -> !torch.vtensor<[4,4],f32>
  %6 = "torch.aten.mean.dim"(%5, %list1, %true, %none) : (!torch.vtensor<[4,4],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %7 = "torch.aten.add.Scalar"(%6, %float6, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %8 = "torch.aten.rsqrt"(%7) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %9 = "torch.aten.mul.Tensor"(%2, %8) : (!torch.vtensor<[4,4],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,4],f32>
  return %9 : !torch.vtensor<[4,4],f32>
}
