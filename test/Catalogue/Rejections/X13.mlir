// Catalogue entry X13: softmax with a root; instance norm, whose scale is of
// channels.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] no-squares |
// CHECK-SAME: Function=softmax_stablehlo
// CHECK-SAME: Remark="no sum of squares of x under the root: sum{i1}(x[i0, i1])"

func.func @softmax_stablehlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.exponential"(%x) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.add"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.rsqrt"(%4) : (tensor<4xf32>) -> tensor<4xf32>
  %6 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %7 = "stablehlo.multiply"(%0, %6) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %7 : tensor<4x8xf32>
}

// CHECK: remark: [Missed] no-squares |
// CHECK-SAME: Function=softmax_torch
// CHECK-SAME: Remark="no sum of squares of x under the root: sum{i1}(x[i0, i1])"

func.func @softmax_torch(%x: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float4 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.exp"(%x) : (!torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.sum.dim_IntList"(%0, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.add.Scalar"(%1, %float4, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.rsqrt"(%2) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.mul.Tensor"(%0, %3) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %4 : !torch.vtensor<[4,8],f32>
}

// CHECK: remark: [Missed] instance-norm |
// CHECK-SAME: Function=instance_stablehlo
// CHECK-SAME: Remark="the normalised value is scaled or shifted along dimensions that are not normalised: an instance norm"

func.func @instance_stablehlo(%x: tensor<4x8x3x2xf32>, %w: tensor<8x1x1xf32>)
    -> tensor<4x8x3x2xf32> {
  %0 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %1 = "stablehlo.reduce"(%x, %0) <{dimensions = array<i64: 2, 3>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8x3x2xf32>, tensor<f32>) -> tensor<4x8xf32>
  %2 = "stablehlo.constant"() <{value = dense<6.0> : tensor<4x8xf32>}> : () -> tensor<4x8xf32>
  %3 = "stablehlo.divide"(%1, %2) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %4 = "stablehlo.broadcast_in_dim"(%3) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<4x8xf32>) -> tensor<4x8x3x2xf32>
  %5 = "stablehlo.subtract"(%x, %4) : (tensor<4x8x3x2xf32>, tensor<4x8x3x2xf32>) -> tensor<4x8x3x2xf32>
  %6 = "stablehlo.multiply"(%5, %5) : (tensor<4x8x3x2xf32>, tensor<4x8x3x2xf32>) -> tensor<4x8x3x2xf32>
  %7 = "stablehlo.reduce"(%6, %0) <{dimensions = array<i64: 2, 3>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8x3x2xf32>, tensor<f32>) -> tensor<4x8xf32>
  %8 = "stablehlo.divide"(%7, %2) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %9 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4x8xf32>}> : () -> tensor<4x8xf32>
  %10 = "stablehlo.add"(%8, %9) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.rsqrt"(%10) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %12 = "stablehlo.broadcast_in_dim"(%11) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<4x8xf32>) -> tensor<4x8x3x2xf32>
  %13 = "stablehlo.multiply"(%5, %12) : (tensor<4x8x3x2xf32>, tensor<4x8x3x2xf32>) -> tensor<4x8x3x2xf32>
  %14 = "stablehlo.broadcast_in_dim"(%w) <{broadcast_dimensions = array<i64: 1, 2, 3>}> : (tensor<8x1x1xf32>) -> tensor<4x8x3x2xf32>
  %15 = "stablehlo.multiply"(%13, %14) : (tensor<4x8x3x2xf32>, tensor<4x8x3x2xf32>) -> tensor<4x8x3x2xf32>
  return %15 : tensor<4x8x3x2xf32>
}

// CHECK: remark: [Missed] instance-norm |
// CHECK-SAME: Function=instance_torch
// CHECK-SAME: Remark="the normalised value is scaled or shifted along dimensions that are not normalised: an instance norm"

func.func @instance_torch(%x: !torch.vtensor<[4,8,3,2],f32>,
    %w: !torch.vtensor<[8,1,1],f32>) -> !torch.vtensor<[4,8,3,2],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %int3 = "torch.constant.int"() <{value = 3 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%int2, %int3) : (!torch.int, !torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %float6 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.mean.dim"(%x, %list2, %true, %none) : (!torch.vtensor<[4,8,3,2],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,8,1,1],f32>
  %1 = "torch.aten.sub.Tensor"(%x, %0, %int1) : (!torch.vtensor<[4,8,3,2],f32>, !torch.vtensor<[4,8,1,1],f32>, !torch.int) -> !torch.vtensor<[4,8,3,2],f32>
  %2 = "torch.aten.mul.Tensor"(%1, %1) : (!torch.vtensor<[4,8,3,2],f32>, !torch.vtensor<[4,8,3,2],f32>) -> !torch.vtensor<[4,8,3,2],f32>
  %3 = "torch.aten.mean.dim"(%2, %list2, %true, %none) : (!torch.vtensor<[4,8,3,2],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,8,1,1],f32>
  %4 = "torch.aten.add.Scalar"(%3, %float6, %int1) : (!torch.vtensor<[4,8,1,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,8,1,1],f32>
  %5 = "torch.aten.rsqrt"(%4) : (!torch.vtensor<[4,8,1,1],f32>) -> !torch.vtensor<[4,8,1,1],f32>
  %6 = "torch.aten.mul.Tensor"(%1, %5) : (!torch.vtensor<[4,8,3,2],f32>, !torch.vtensor<[4,8,1,1],f32>) -> !torch.vtensor<[4,8,3,2],f32>
  %7 = "torch.aten.mul.Tensor"(%6, %w) : (!torch.vtensor<[4,8,3,2],f32>, !torch.vtensor<[8,1,1],f32>) -> !torch.vtensor<[4,8,3,2],f32>
  return %7 : !torch.vtensor<[4,8,3,2],f32>
}

// CHECK: remark: [Missed] instance-norm |
// CHECK-SAME: Function=instance_onnx
// CHECK-SAME: Remark="the normalised value is scaled or shifted along dimensions that are not normalised: an instance norm"

func.func @instance_onnx(%x: tensor<4x8x3x2xf32>, %w: tensor<8x1x1xf32>)
    -> tensor<4x8x3x2xf32> {
  %0 = "onnx.ReduceMeanV13"(%x) {axes = [2, 3], keepdims = 1 : si64} : (tensor<4x8x3x2xf32>) -> tensor<4x8x1x1xf32>
  %1 = "onnx.Sub"(%x, %0) : (tensor<4x8x3x2xf32>, tensor<4x8x1x1xf32>) -> tensor<4x8x3x2xf32>
  %2 = "onnx.Mul"(%1, %1) : (tensor<4x8x3x2xf32>, tensor<4x8x3x2xf32>) -> tensor<4x8x3x2xf32>
  %3 = "onnx.ReduceMeanV13"(%2) {axes = [2, 3], keepdims = 1 : si64} : (tensor<4x8x3x2xf32>) -> tensor<4x8x1x1xf32>
  %4 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %5 = "onnx.Add"(%3, %4) : (tensor<4x8x1x1xf32>, tensor<f32>) -> tensor<4x8x1x1xf32>
  %6 = "onnx.Sqrt"(%5) : (tensor<4x8x1x1xf32>) -> tensor<4x8x1x1xf32>
  %7 = "onnx.Reciprocal"(%6) : (tensor<4x8x1x1xf32>) -> tensor<4x8x1x1xf32>
  %8 = "onnx.Mul"(%1, %7) : (tensor<4x8x3x2xf32>, tensor<4x8x1x1xf32>) -> tensor<4x8x3x2xf32>
  %9 = "onnx.Mul"(%8, %w) : (tensor<4x8x3x2xf32>, tensor<8x1x1xf32>) -> tensor<4x8x3x2xf32>
  return %9 : tensor<4x8x3x2xf32>
}
