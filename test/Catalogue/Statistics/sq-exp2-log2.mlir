// Catalogue entry sq-exp2-log2: exp2(2 * log2|x|) is no square: it is refused.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] no-squares |
// CHECK-SAME: Function=rms
// CHECK-SAME: Remark="no sum of squares of x under the root: 1/8*sum{i1}(x[i0, i1])"

func.func @rms(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = math.absf %x : tensor<4x8xf32>
  %1 = math.log2 %0 : tensor<4x8xf32>
  %c3 = arith.constant dense<2.0> : tensor<4x8xf32>
  %3 = arith.mulf %1, %c3 : tensor<4x8xf32>
  %4 = math.exp2 %3 : tensor<4x8xf32>
  %c6 = arith.constant dense<0.0> : tensor<4xf32>
  %6 = linalg.reduce { arith.addf } ins(%4 : tensor<4x8xf32>) outs(%c6 : tensor<4xf32>) dimensions = [1]
  %c8 = arith.constant dense<8.0> : tensor<4xf32>
  %8 = arith.divf %6, %c8 : tensor<4xf32>
  %c10 = arith.constant dense<1.0e-05> : tensor<4xf32>
  %10 = arith.addf %8, %c10 : tensor<4xf32>
  %11 = math.rsqrt %10 : tensor<4xf32>
  %e13 = tensor.empty() : tensor<4x8xf32>
  %13 = linalg.broadcast ins(%11 : tensor<4xf32>) outs(%e13 : tensor<4x8xf32>) dimensions = [1]
  %14 = arith.mulf %x, %13 : tensor<4x8xf32>
  return %14 : tensor<4x8xf32>
}

// CHECK: remark: [Missed] no-squares |
// CHECK-SAME: Function=rms_torch
// CHECK-SAME: Remark="no sum of squares of x under the root: 1/8*sum{i1}(x[i0, i1])"

func.func @rms_torch(%x: !torch.vtensor<[4,8],f32>)
    -> !torch.vtensor<[4,8],f32> {
  %float0 = "torch.constant.float"() <{value = 2.0 : f64}> : () -> !torch.float
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list2 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float5 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.abs"(%x) : (!torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %1 = "torch.aten.log2"(%0) : (!torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %2 = "torch.aten.mul.Scalar"(%1, %float0) : (!torch.vtensor<[4,8],f32>, !torch.float) -> !torch.vtensor<[4,8],f32>
  %3 = "torch.aten.exp2"(%2) : (!torch.vtensor<[4,8],f32>) -> !torch.vtensor<[4,8],f32>
  %4 = "torch.aten.mean.dim"(%3, %list2, %true, %none) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.add.Scalar"(%4, %float5, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %6 = "torch.aten.rsqrt"(%5) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %7 = "torch.aten.mul.Tensor"(%x, %6) : (!torch.vtensor<[4,8],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,8],f32>
  return %7 : !torch.vtensor<[4,8],f32>
}
