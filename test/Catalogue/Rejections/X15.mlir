// Catalogue entry X15: epsilon is negative, NaN, or of each row another.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] epsilon-negative |
// CHECK-SAME: Function=negative_stablehlo
// CHECK-SAME: Remark="epsilon is negative: -9.99999975e-06"

func.func @negative_stablehlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.constant"() <{value = dense<-1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %6 = "stablehlo.add"(%4, %5) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.rsqrt"(%6) : (tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %9 = "stablehlo.multiply"(%x, %8) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}

// CHECK: remark: [Missed] epsilon-negative |
// CHECK-SAME: Function=negative_torch
// CHECK-SAME: Remark="epsilon is negative: -1e-05"

func.func @negative_torch(%x: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float4 = "torch.constant.float"() <{value = -1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.mul.Tensor"(%x, %x) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.mean.dim"(%0, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.add.Scalar"(%1, %float4, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.rsqrt"(%2) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.mul.Tensor"(%x, %3) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %4 : !torch.vtensor<[4,8],f32>
}

// CHECK: remark: [Missed] epsilon-negative |
// CHECK-SAME: Function=negative_onnx
// CHECK-SAME: Remark="epsilon is negative: -9.99999975e-06"

func.func @negative_onnx(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "onnx.Mul"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "onnx.ReduceMeanV13"(%0) {axes = [1], keepdims = 1 : si64} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %2 = "onnx.Constant"() {value = dense<-1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %3 = "onnx.Add"(%1, %2) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %4 = "onnx.Sqrt"(%3) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %5 = "onnx.Reciprocal"(%4) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %6 = "onnx.Mul"(%x, %5) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %6 : tensor<4x8xf32>
}

// CHECK: remark: [Missed] epsilon-not-constant |
// CHECK-SAME: Function=nan
// CHECK-SAME: Remark="epsilon is not a finite compile-time constant: 'stablehlo.constant'[i0]"

func.func @nan(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.constant"() <{value = dense<0x7FC00000> : tensor<4xf32>}> : () -> tensor<4xf32>
  %6 = "stablehlo.add"(%4, %5) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.rsqrt"(%6) : (tensor<4xf32>) -> tensor<4xf32>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %9 = "stablehlo.multiply"(%x, %8) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}

// CHECK: remark: [Missed] epsilon-not-constant |
// CHECK-SAME: Function=per_row_stablehlo
// CHECK-SAME: Remark="epsilon is not a finite compile-time constant: argument #1[i0, 0]"

func.func @per_row_stablehlo(%x: tensor<4x8xf32>, %eps: tensor<4x1xf32>)
    -> tensor<4x8xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.broadcast_in_dim"(%4) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x1xf32>
  %6 = "stablehlo.add"(%5, %eps) : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %7 = "stablehlo.rsqrt"(%6) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<4x1xf32>) -> tensor<4x8xf32>
  %9 = "stablehlo.multiply"(%x, %8) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}

// CHECK: remark: [Missed] epsilon-not-constant |
// CHECK-SAME: Function=per_row_torch
// CHECK-SAME: Remark="epsilon is not a finite compile-time constant: argument #1[i0, 0]"

func.func @per_row_torch(%x: !torch.vtensor<[4,8],f32>,
    %eps: !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %0 = "torch.aten.mul.Tensor"(%x, %x) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.mean.dim"(%0, %list1, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.add.Tensor"(%1, %eps, %int1) : (!torch.vtensor<[4,1],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,1],f32>
  %3 = "torch.aten.rsqrt"(%2) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.mul.Tensor"(%x, %3) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %4 : !torch.vtensor<[4,8],f32>
}
