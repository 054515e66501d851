// Catalogue entry X21: dynamic extents that are not provably equal: N is the
// extent of another tensor, the scale may be stretched.
// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// CHECK: remark: [Missed] divisor-not-n-dynamic |
// CHECK-SAME: Function=other_extent
// CHECK-SAME: Remark="the sum of squares is multiplied by dim(argument #1, 1)^(-1), which is not provably 1/N with N = dim(x, 1)"

func.func @other_extent(%x: !torch.vtensor<[4,?],f32>,
    %y: !torch.vtensor<[4,?],f32>) -> !torch.vtensor<[4,?],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float4 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.mul.Tensor"(%x, %x) : (!torch.vtensor<[4,?],f32>, !torch.vtensor<[4,?],f32>) -> !torch.vtensor<[4,?],f32>
  %1 = "torch.aten.sum.dim_IntList"(%0, %list1, %true, %none) : (!torch.vtensor<[4,?],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.size.int"(%y, %int1) : (!torch.vtensor<[4,?],f32>, !torch.int) -> !torch.int
  %3 = "torch.aten.div.Scalar"(%1, %2) : (!torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.add.Scalar"(%3, %float4, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %5 = "torch.aten.rsqrt"(%4) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %6 = "torch.aten.mul.Tensor"(%x, %5) : (!torch.vtensor<[4,?],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,?],f32>
  return %6 : !torch.vtensor<[4,?],f32>
}

// CHECK: remark: [Missed] scale-depends-on-x |
// CHECK-SAME: Function=scale
// CHECK-SAME: Remark="'torch.aten.mul.Tensor'[i0, i1] depends on x in 'torch.aten.mul.Tensor'[i0, i1]*(1e-05 + dim(x, 1)^(-1)*sum{i1}(x[i0, i1]^(2)))^(-1/2)"

func.func @scale(%x: !torch.vtensor<[4,?],f32>, %w: !torch.vtensor<[?],f32>)
    -> !torch.vtensor<[4,?],f32> {
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %list1 = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %float4 = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %0 = "torch.aten.mul.Tensor"(%x, %x) : (!torch.vtensor<[4,?],f32>, !torch.vtensor<[4,?],f32>) -> !torch.vtensor<[4,?],f32>
  %1 = "torch.aten.sum.dim_IntList"(%0, %list1, %true, %none) : (!torch.vtensor<[4,?],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %2 = "torch.aten.size.int"(%x, %int1) : (!torch.vtensor<[4,?],f32>, !torch.int) -> !torch.int
  %3 = "torch.aten.div.Scalar"(%1, %2) : (!torch.vtensor<[4,1],f32>, !torch.int) -> !torch.vtensor<[4,1],f32>
  %4 = "torch.aten.mul.Tensor"(%x, %w) : (!torch.vtensor<[4,?],f32>, !torch.vtensor<[?],f32>) -> !torch.vtensor<[4,?],f32>
  %5 = "torch.aten.add.Scalar"(%3, %float4, %int1) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %6 = "torch.aten.rsqrt"(%5) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %7 = "torch.aten.mul.Tensor"(%4, %6) : (!torch.vtensor<[4,?],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,?],f32>
  return %7 : !torch.vtensor<[4,?],f32>
}
