// Catalogue entry X25: a unit dimension goes at another place than it comes; a
// reshape of [A, B] to [B, A].
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] keepdims-square |
// CHECK-SAME: Function=unit_stablehlo
// CHECK-SAME: Remark="the statistic of one row divides another: x[i0, 0, i2] beside (9.99999975e-06 + 1/4*sum{i0}(x[i2, 0, i0]^(2)))"

func.func @unit_stablehlo(%x: tensor<4x1x4xf32>) -> tensor<4x1x4xf32> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x1x4xf32>, tensor<4x1x4xf32>) -> tensor<4x1x4xf32>
  %1 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %2 = "stablehlo.reduce"(%0, %1) <{dimensions = array<i64: 2>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x1x4xf32>, tensor<f32>) -> tensor<4x1xf32>
  %3 = "stablehlo.constant"() <{value = dense<4.0> : tensor<4x1xf32>}> : () -> tensor<4x1xf32>
  %4 = "stablehlo.divide"(%2, %3) : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %5 = "stablehlo.reshape"(%4) : (tensor<4x1xf32>) -> tensor<1x1x4xf32>
  %6 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<1x1x4xf32>}> : () -> tensor<1x1x4xf32>
  %7 = "stablehlo.add"(%5, %6) : (tensor<1x1x4xf32>, tensor<1x1x4xf32>) -> tensor<1x1x4xf32>
  %8 = "stablehlo.rsqrt"(%7) : (tensor<1x1x4xf32>) -> tensor<1x1x4xf32>
  %9 = "stablehlo.broadcast_in_dim"(%8) <{broadcast_dimensions = array<i64: 0, 1, 2>}> : (tensor<1x1x4xf32>) -> tensor<4x1x4xf32>
  %10 = "stablehlo.multiply"(%x, %9) : (tensor<4x1x4xf32>, tensor<4x1x4xf32>) -> tensor<4x1x4xf32>
  return %10 : tensor<4x1x4xf32>
}

// CHECK: remark: [Missed] keepdims-square |
// CHECK-SAME: Function=unit_torch
// CHECK-SAME: Remark="the statistic of one row divides another: x[i0, 0, i2] beside (1e-05 + 1/4*sum{i0}(x[i2, 0, i0]^(2)))"

func.func @unit_torch(%x: !torch.vtensor<[4,1,4],f32>)
    -> !torch.vtensor<[4,1,4],f32> {
  %int2 = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int2) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %int4 = "torch.constant.int"() <{value = 4 : i64}> : () -> !torch.int
  %list6 = "torch.prim.ListConstruct"(%int1, %int1, %int4) : (!torch.int, !torch.int, !torch.int) -> !torch.list<int>
  %float7 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.mul.Tensor"(%x, %x) : (!torch.vtensor<[4,1,4],f32>, !torch.vtensor<[4,1,4],f32>) -> !torch.vtensor<[4,1,4],f32>
  %1 = "torch.aten.mean.dim"(%0, %list1, %true, %none) : (!torch.vtensor<[4,1,4],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1,1],f32>
  %2 = "torch.aten.view"(%1, %list6) : (!torch.vtensor<[4,1,1],f32>, !torch.list<int>) -> !torch.vtensor<[1,1,4],f32>
  %3 = "torch.aten.add.Scalar"(%2, %float7, %int1) : (!torch.vtensor<[1,1,4],f32>, !torch.float, !torch.int) -> !torch.vtensor<[1,1,4],f32>
  %4 = "torch.aten.rsqrt"(%3) : (!torch.vtensor<[1,1,4],f32>) -> !torch.vtensor<[1,1,4],f32>
  %5 = "torch.aten.mul.Tensor"(%x, %4) : (!torch.vtensor<[4,1,4],f32>, !torch.vtensor<[1,1,4],f32>) -> !torch.vtensor<[4,1,4],f32>
  return %5 : !torch.vtensor<[4,1,4],f32>
}

// CHECK: remark: [Missed] keepdims-square |
// CHECK-SAME: Function=unit_onnx
// CHECK-SAME: Remark="the statistic of one row divides another: x[i0, 0, i2] beside (9.99999975e-06 + 1/4*sum{i0}(x[i2, 0, i0]^(2)))"

func.func @unit_onnx(%x: tensor<4x1x4xf32>) -> tensor<4x1x4xf32> {
  %0 = "onnx.Mul"(%x, %x) : (tensor<4x1x4xf32>, tensor<4x1x4xf32>) -> tensor<4x1x4xf32>
  %1 = "onnx.ReduceMeanV13"(%0) {axes = [2], keepdims = 1 : si64} : (tensor<4x1x4xf32>) -> tensor<4x1x1xf32>
  %2 = "onnx.Constant"() {value = dense<[1, 1, 4]> : tensor<3xi64>} : () -> tensor<3xi64>
  %3 = "onnx.Reshape"(%1, %2) {allowzero = 0 : si64} : (tensor<4x1x1xf32>, tensor<3xi64>) -> tensor<1x1x4xf32>
  %4 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %5 = "onnx.Add"(%3, %4) : (tensor<1x1x4xf32>, tensor<f32>) -> tensor<1x1x4xf32>
  %6 = "onnx.Sqrt"(%5) : (tensor<1x1x4xf32>) -> tensor<1x1x4xf32>
  %7 = "onnx.Reciprocal"(%6) : (tensor<1x1x4xf32>) -> tensor<1x1x4xf32>
  %8 = "onnx.Mul"(%x, %7) : (tensor<4x1x4xf32>, tensor<1x1x4xf32>) -> tensor<4x1x4xf32>
  return %8 : tensor<4x1x4xf32>
}

// CHECK: remark: [Missed] numerator-not-x |
// CHECK-SAME: Function=swapped_stablehlo
// CHECK-SAME: Remark="the root does not multiply x in (9.99999975e-06 + 1/8*sum{i1}(x[i1, i0]^(2)))^(-1/2)"

func.func @swapped_stablehlo(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "stablehlo.reshape"(%x) : (tensor<4x8xf32>) -> tensor<8x4xf32>
  %1 = "stablehlo.multiply"(%0, %0) : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<8x4xf32>
  %2 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %3 = "stablehlo.reduce"(%1, %2) <{dimensions = array<i64: 0>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<8x4xf32>, tensor<f32>) -> tensor<4xf32>
  %4 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %5 = "stablehlo.divide"(%3, %4) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %6 = "stablehlo.reshape"(%5) : (tensor<4xf32>) -> tensor<4x1xf32>
  %7 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4x1xf32>}> : () -> tensor<4x1xf32>
  %8 = "stablehlo.add"(%6, %7) : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %9 = "stablehlo.rsqrt"(%8) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %10 = "stablehlo.broadcast_in_dim"(%9) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<4x1xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.multiply"(%x, %10) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %11 : tensor<4x8xf32>
}

// CHECK: remark: [Missed] numerator-not-x |
// CHECK-SAME: Function=swapped_torch
// CHECK-SAME: Remark="the root does not multiply x in (1e-05 + 1/8*sum{i1}(x[i1, i0]^(2)))^(-1/2)"

func.func @swapped_torch(%x: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %int8 = "torch.constant.int"() <{value = 8 : i64}> : () -> !torch.int
  %int4 = "torch.constant.int"() <{value = 4 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%int8, %int4) : (!torch.int, !torch.int) -> !torch.list<int>
  %int0 = "torch.constant.int"() <{value = 0 : i64}> : () -> !torch.int
  %list4 = "torch.prim.ListConstruct"(%int0) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list8 = "torch.prim.ListConstruct"(%int4, %int1) : (!torch.int, !torch.int) -> !torch.list<int>
  %float9 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.view"(%x, %list2) : (!torch.vtensor<[4,8],f32>, !torch.list<int>) -> !torch.vtensor<[8,4],f32>
  %1 = "torch.aten.mul.Tensor"(%0, %0) : (!torch.vtensor<[8,4],f32>, !torch.vtensor<[8,4],f32>) -> !torch.vtensor<[8,4],f32>
  %2 = "torch.aten.mean.dim"(%1, %list4, %true, %none) : (!torch.vtensor<[8,4],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[1,4],f32>
  %3 = "torch.aten.view"(%2, %list8) : (!torch.vtensor<[1,4],f32>, !torch.list<int>) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.add.Scalar"(%3, %float9, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.rsqrt"(%4) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %6 = "torch.aten.mul.Tensor"(%x, %5) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %6 : !torch.vtensor<[4,8],f32>
}

// CHECK: remark: [Missed] numerator-not-x |
// CHECK-SAME: Function=swapped_onnx
// CHECK-SAME: Remark="the root does not multiply x in (9.99999975e-06 + 1/8*sum{i1}(x[i1, i0]^(2)))^(1/2)"

func.func @swapped_onnx(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = "onnx.Constant"() {value = dense<[8, 4]> : tensor<2xi64>} : () -> tensor<2xi64>
  %1 = "onnx.Reshape"(%x, %0) {allowzero = 0 : si64} : (tensor<4x8xf32>, tensor<2xi64>) -> tensor<8x4xf32>
  %2 = "onnx.Mul"(%1, %1) : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<8x4xf32>
  %3 = "onnx.ReduceMeanV13"(%2) {axes = [0], keepdims = 1 : si64} : (tensor<8x4xf32>) -> tensor<1x4xf32>
  %4 = "onnx.Constant"() {value = dense<[4, 1]> : tensor<2xi64>} : () -> tensor<2xi64>
  %5 = "onnx.Reshape"(%3, %4) {allowzero = 0 : si64} : (tensor<1x4xf32>, tensor<2xi64>) -> tensor<4x1xf32>
  %6 = "onnx.Constant"() {value = dense<1.0e-05> : tensor<f32>} : () -> tensor<f32>
  %7 = "onnx.Add"(%5, %6) : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %8 = "onnx.Sqrt"(%7) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %9 = "onnx.Reciprocal"(%8) : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %10 = "onnx.Mul"(%x, %9) : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %10 : tensor<4x8xf32>
}
