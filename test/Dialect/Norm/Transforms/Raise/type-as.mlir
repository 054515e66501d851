// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise | FileCheck %s

// What is looked at for its type only may have other extents: the scale stays
// outside.

// CHECK-LABEL: func.func @main(
// CHECK: norm.rms_norm %{{.*}} axes [1]
// CHECK: "torch.aten.mul.Tensor"
module attributes {torch.debug_module_name = "M"} {
func.func @main(%x: !torch.vtensor<[?,?],f32>, %g: !torch.vtensor<[?,?],f32>, %w: !torch.vtensor<[1,?],f32>) -> (!torch.vtensor<[?,?],f32>, !torch.vtensor<[?,?],f32>) {
  %int0 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %int1 = "torch.constant.int"() <{value = 1 : i64}> : () -> !torch.int
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %none = "torch.constant.none"() : () -> !torch.none
  %eps = "torch.constant.float"() <{value = 1.0e-5 : f64}> : () -> !torch.float
  %l = "torch.prim.ListConstruct"(%int1) : (!torch.int) -> !torch.list<int>
  %z = "torch.aten.type_as"(%x, %w) : (!torch.vtensor<[?,?],f32>, !torch.vtensor<[1,?],f32>) -> !torch.vtensor<[?,?],f32>
  %q = "torch.aten.mul.Tensor"(%x, %x) : (!torch.vtensor<[?,?],f32>, !torch.vtensor<[?,?],f32>) -> !torch.vtensor<[?,?],f32>
  %m = "torch.aten.mean.dim"(%q, %l, %true, %none) : (!torch.vtensor<[?,?],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[?,1],f32>
  %ve = "torch.aten.add.Scalar"(%m, %eps, %int1) : (!torch.vtensor<[?,1],f32>, !torch.float, !torch.int) -> !torch.vtensor<[?,1],f32>
  %r = "torch.aten.rsqrt"(%ve) : (!torch.vtensor<[?,1],f32>) -> !torch.vtensor<[?,1],f32>
  %h = "torch.aten.mul.Tensor"(%x, %r) : (!torch.vtensor<[?,?],f32>, !torch.vtensor<[?,1],f32>) -> !torch.vtensor<[?,?],f32>
  %y = "torch.aten.mul.Tensor"(%h, %w) : (!torch.vtensor<[?,?],f32>, !torch.vtensor<[1,?],f32>) -> !torch.vtensor<[?,?],f32>
  return %y, %z : !torch.vtensor<[?,?],f32>, !torch.vtensor<[?,?],f32>
}
}
