// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise \
// RUN:     --remarks-filter=norm-raise --remark-format=emitRemark \
// RUN:     -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// An operand of one dimension, of dynamic extent, may be broadcast along it.
// CHECK: remark: [Missed] broadcast-extent |

func.func @broadcast_extent(%x: !torch.vtensor<[4,?],f32>, %w: !torch.vtensor<[?],f32>) -> !torch.vtensor<[4,?],f32> {
  %one = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %eps = "torch.constant.float"() <{value = 1.0e-05 : f64}> : () -> !torch.float
  %dims = "torch.prim.ListConstruct"(%one) : (!torch.int) -> !torch.list<int>
  %s = "torch.aten.mul.Tensor"(%x, %w) : (!torch.vtensor<[4,?],f32>, !torch.vtensor<[?],f32>) -> !torch.vtensor<[4,?],f32>
  %sq = "torch.aten.mul.Tensor"(%x, %s) : (!torch.vtensor<[4,?],f32>, !torch.vtensor<[4,?],f32>) -> !torch.vtensor<[4,?],f32>
  %ms = "torch.aten.mean.dim"(%sq, %dims, %true, %none) : (!torch.vtensor<[4,?],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[4,1],f32>
  %v = "torch.aten.add.Scalar"(%ms, %eps, %one) : (!torch.vtensor<[4,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[4,1],f32>
  %r = "torch.aten.rsqrt"(%v) : (!torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,1],f32>
  %y = "torch.aten.mul.Tensor"(%x, %r) : (!torch.vtensor<[4,?],f32>, !torch.vtensor<[4,1],f32>) -> !torch.vtensor<[4,?],f32>
  return %y : !torch.vtensor<[4,?],f32>
}
