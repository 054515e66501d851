// RUN: rmsnorm-opt %s --norm-raise --allow-unregistered-dialect \
// RUN:   -split-input-file | FileCheck %s

// native_layer_norm_backward as torch decomposes it, with saved statistics that
// kept their unit dimension, and with dscale and dbias:
//   dx = (rstd / N) * (N * g - sum(g) - xhat * sum(g * xhat)).
// CHECK-LABEL: @layer_norm
// CHECK-DAG: %[[DY:.*]] = builtin.unrealized_conversion_cast %arg0
// CHECK-DAG: %[[X:.*]] = builtin.unrealized_conversion_cast %arg1
// CHECK-DAG: %[[MEAN1:.*]] = builtin.unrealized_conversion_cast %arg2
// CHECK-DAG: %[[MEAN:.*]] = tensor.collapse_shape %[[MEAN1]] {{\[\[}}0, 1]] : tensor<4x1xf32> into tensor<4xf32>
// CHECK-DAG: %[[RSTD1:.*]] = builtin.unrealized_conversion_cast %arg3
// CHECK-DAG: %[[RSTD:.*]] = tensor.collapse_shape %[[RSTD1]] {{\[\[}}0, 1]] : tensor<4x1xf32> into tensor<4xf32>
// CHECK-DAG: %[[W:.*]] = builtin.unrealized_conversion_cast %arg4
// CHECK: norm.layer_norm_backward %[[DY]], %[[X]], %[[MEAN]], %[[RSTD]] scale(%[[W]] : tensor<6xf32> dims [1]) axes [1] bias_dims [1]
// CHECK-SAME: -> tensor<4x6xf32> dscale tensor<6xf32> dbias tensor<6xf32>
// CHECK-NOT: torch.aten
func.func @layer_norm(%dy: !torch.vtensor<[4,6],f32>,
    %x: !torch.vtensor<[4,6],f32>, %mean: !torch.vtensor<[4,1],f32>,
    %rstd: !torch.vtensor<[4,1],f32>, %w: !torch.vtensor<[6],f32>)
    -> (!torch.vtensor<[4,6],f32>, !torch.vtensor<[6],f32>,
        !torch.vtensor<[6],f32>) {
  %none = "torch.constant.none"() : () -> !torch.none
  %false = "torch.constant.bool"() <{value = false}> : () -> !torch.bool
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %one = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %zero = "torch.constant.int"() <{value = 0 : i64}> : () -> !torch.int
  %n = "torch.constant.int"() <{value = 6 : i64}> : () -> !torch.int
  %row = "torch.prim.ListConstruct"(%one) : (!torch.int) -> !torch.list<int>
  %rows = "torch.prim.ListConstruct"(%zero) : (!torch.int) -> !torch.list<int>
  %d = "torch.aten.sub.Tensor"(%x, %mean, %one) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,6],f32>
  %xhat = "torch.aten.mul.Tensor"(%d, %rstd) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,6],f32>
  %g = "torch.aten.mul.Tensor"(%dy, %w) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[6],f32>) -> !torch.vtensor<[4,6],f32>
  %a = "torch.aten.mul.Scalar"(%g, %n) : (!torch.vtensor<[4,6],f32>, !torch.int) -> !torch.vtensor<[4,6],f32>
  %b = "torch.aten.sum.dim_IntList"(%g, %row, %true, %none) : (!torch.vtensor<[4,6],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %gx = "torch.aten.mul.Tensor"(%g, %xhat) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[4,6],f32>) -> !torch.vtensor<[4,6],f32>
  %c2 = "torch.aten.sum.dim_IntList"(%gx, %row, %true, %none) : (!torch.vtensor<[4,6],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %c3 = "torch.aten.mul.Tensor"(%xhat, %c2) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,6],f32>
  %s = "torch.aten.sub.Tensor"(%a, %b, %one) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,6],f32>
  %inner = "torch.aten.sub.Tensor"(%s, %c3, %one) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[4,6],f32>, !torch.int) -> !torch.vtensor<[4,6],f32>
  %rn = "torch.aten.div.Scalar"(%rstd, %n) : (!torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,1],f32>
  %dx = "torch.aten.mul.Tensor"(%rn, %inner) : (!torch.vtensor<[4,1],f32>, !torch.vtensor<[4,6],f32>) -> !torch.vtensor<[4,6],f32>
  %p = "torch.aten.mul.Tensor"(%dy, %xhat) : (!torch.vtensor<[4,6],f32>, !torch.vtensor<[4,6],f32>) -> !torch.vtensor<[4,6],f32>
  %dw = "torch.aten.sum.dim_IntList"(%p, %rows, %false, %none) : (!torch.vtensor<[4,6],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[6],f32>
  %db = "torch.aten.sum.dim_IntList"(%dy, %rows, %false, %none) : (!torch.vtensor<[4,6],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[6],f32>
  return %dx, %dw, %db : !torch.vtensor<[4,6],f32>, !torch.vtensor<[6],f32>, !torch.vtensor<[6],f32>
}

// -----

// The gradient of the residual stream is added to dx: it stays outside.
// CHECK-LABEL: @residual
// CHECK: %[[DX:.*]] = norm.rms_norm_backward
// CHECK: %[[CAST:.*]] = builtin.unrealized_conversion_cast %[[DX]]
// CHECK: "torch.aten.add.Tensor"(%arg3, %[[CAST]]
func.func @residual(%dy: !torch.vtensor<[4,8],f32>,
    %x: !torch.vtensor<[4,8],f32>, %rstd: !torch.vtensor<[4,1],f32>,
    %ds: !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32> {
  %none = "torch.constant.none"() : () -> !torch.none
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %one = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %row = "torch.prim.ListConstruct"(%one) : (!torch.int) -> !torch.list<int>
  %xhat = "torch.aten.mul.Tensor"(%x, %rstd) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %gx = "torch.aten.mul.Tensor"(%dy, %xhat) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %m = "torch.aten.mean.dim"(%gx, %row, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %q = "torch.aten.mul.Tensor"(%xhat, %m) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %d = "torch.aten.sub.Tensor"(%dy, %q, %one) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  %dx = "torch.aten.mul.Tensor"(%d, %rstd) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  %sum = "torch.aten.add.Tensor"(%ds, %dx, %one) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,8],f32>, !torch.int) -> !torch.vtensor<[4,8],f32>
  return %sum : !torch.vtensor<[4,8],f32>
}
