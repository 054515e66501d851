// Catalogue entry X17: the square is rounded to f16, the op computes it in f32:
// refused under the policy exact.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise=policy=exact \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] rounding-exact |
// CHECK-SAME: Function=square_stablehlo
// CHECK-SAME: Remark="x[i0, i1]^(2) is rounded to f16, which the op does not do; the policy is exact"

func.func @square_stablehlo(%x: tensor<4x8xf16>) -> tensor<4x8xf16> {
  %0 = "stablehlo.multiply"(%x, %x) : (tensor<4x8xf16>, tensor<4x8xf16>) -> tensor<4x8xf16>
  %1 = "stablehlo.convert"(%0) : (tensor<4x8xf16>) -> tensor<4x8xf32>
  %2 = "stablehlo.convert"(%x) : (tensor<4x8xf16>) -> tensor<4x8xf32>
  %3 = "stablehlo.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
  %4 = "stablehlo.reduce"(%1, %3) <{dimensions = array<i64: 1>}> ({
  ^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
    %add = "stablehlo.add"(%lhs, %rhs) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%add) : (tensor<f32>) -> ()
  }) : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %5 = "stablehlo.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %6 = "stablehlo.divide"(%4, %5) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %7 = "stablehlo.constant"() <{value = dense<1.0e-05> : tensor<4xf32>}> : () -> tensor<4xf32>
  %8 = "stablehlo.add"(%6, %7) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %9 = "stablehlo.rsqrt"(%8) : (tensor<4xf32>) -> tensor<4xf32>
  %10 = "stablehlo.broadcast_in_dim"(%9) <{broadcast_dimensions = array<i64: 0>}> : (tensor<4xf32>) -> tensor<4x8xf32>
  %11 = "stablehlo.multiply"(%2, %10) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %12 = "stablehlo.convert"(%11) : (tensor<4x8xf32>) -> tensor<4x8xf16>
  return %12 : tensor<4x8xf16>
}

// CHECK: remark: [Missed] rounding-exact |
// CHECK-SAME: Function=square_torch
// CHECK-SAME: Remark="x[i0, i1]^(2) is rounded to f16, which the op does not do; the policy is exact"

func.func @square_torch(%x: !torch.vtensor<[4,8],f16>)
    -> !torch.vtensor<[4,8],f16> {
  %false = "torch.constant.bool"() <{value = false}> : () -> !torch.bool
  %int6 = "torch.constant.int"() <{value = 6 : i64}> : () -> !torch.int
  %none = "torch.constant.none"() : () -> !torch.none
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list4 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %float6 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %int5 = "torch.constant.int"() <{value = 5 : i64}> : () -> !torch.int
  %0 = "torch.aten.mul.Tensor"(%x, %x) : (!torch.vtensor<[4,8],f16>, !torch.vtensor<[4,8],f16>) -> !torch.vtensor<[4,8],f16>
  %1 = "torch.aten.to.dtype"(%0, %int6, %false, %false, %none) : (!torch.vtensor<[4,8],f16>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.to.dtype"(%x, %int6, %false, %false, %none) : (!torch.vtensor<[4,8],f16>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],f32>
  %3 = "torch.aten.mean.dim"(%1, %list4, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.add.Scalar"(%3, %float6, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.rsqrt"(%4) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %6 = "torch.aten.mul.Tensor"(%2, %5) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %7 = "torch.aten.to.dtype"(%6, %int5, %false, %false, %none) : (!torch.vtensor<[4,8],f32>, !torch.int, !torch.bool, !torch.bool, !torch.none) -> !torch.vtensor<[4,8],f16>
  return %7 : !torch.vtensor<[4,8],f16>
}
