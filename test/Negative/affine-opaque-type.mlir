// RUN: rmsnorm-opt %s --allow-unregistered-dialect --norm-raise -o %t.after
// RUN: rmsnorm-opt %s --allow-unregistered-dialect -o %t.before
// RUN: diff %t.before %t.after

// Nor is one of a type that is not known.

module attributes {torch.debug_module_name = "M"} {
func.func @main(%x: !torch.vtensor<[4,8],f32>, %w: !torch.vtensor<[8],f8E4M3FN>, %b: !torch.vtensor) -> !torch.vtensor<[4,8],f32> {
  %int8 = "torch.constant.int"() <{value = 8 : i64}> : () -> !torch.int
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  %eps = "torch.constant.float"() <{value = 1.0e-5 : f64}> : () -> !torch.float
  %l = "torch.prim.ListConstruct"(%int8) : (!torch.int) -> !torch.list<int>
  %y = "torch.aten.layer_norm"(%x, %l, %w, %b, %eps, %true) : (!torch.vtensor<[4,8],f32>, !torch.list<int>, !torch.vtensor<[8],f8E4M3FN>, !torch.vtensor, !torch.float, !torch.bool) -> !torch.vtensor<[4,8],f32>
  return %y : !torch.vtensor<[4,8],f32>
}
}
