// What is read is what stock mlir-opt makes of the generic form.
// RUN: rmsnorm-opt --mlir-print-op-generic --split-input-file %s > %t.pretty
// RUN: %mlir_opt --allow-unregistered-dialect --mlir-print-op-generic \
// RUN:   --split-input-file %S/Inputs/module.mlir | diff - %t.pretty

torch.global_slot "private" @weight : !torch.tensor
torch.global_slot @training : !torch.bool
torch.global_slot.module_initializer {
  %0 = torch.tensor.literal(dense<0.0> : tensor<f32>) : !torch.tensor
  %true = torch.constant.bool true
  torch.initialize.global_slots [
    @weight(%0 : !torch.tensor)
    @training(%true : !torch.bool)
  ]
}
func.func @forward() -> !torch.tensor {
  %0 = torch.global_slot.get @weight : !torch.tensor
  torch.global_slot.set @weight = %0 : !torch.tensor
  return %0 : !torch.tensor
}

// -----

torch.class_type @c {
  torch.attr "b" : !torch.bool
  torch.attr private "submodule" : !torch.nn.Module<"empty">
  torch.method "forward", @f
}
torch.class_type @empty {}
%submodule = torch.nn_module {} : !torch.nn.Module<"empty">
%true = torch.constant.bool true
%m = torch.nn_module {
  torch.slot "b", %true : !torch.bool
  torch.slot "submodule", %submodule : !torch.nn.Module<"empty">
} : !torch.nn.Module<"c">
func.func private @f(%arg0: !torch.nn.Module<"c">, %x: !torch.tensor) -> !torch.tensor {
  %0 = torch.prim.GetAttr %arg0["b"] : !torch.nn.Module<"c"> -> !torch.bool
  torch.prim.SetAttr %arg0["b"] = %0 : !torch.nn.Module<"c">, !torch.bool
  %1 = torch.prim.CallMethod %arg0["forward"] (%x) : !torch.nn.Module<"c">, (!torch.tensor) -> !torch.tensor
  %2 = torch.prim.DictConstruct keys(%x : !torch.tensor) values(%x : !torch.tensor) -> !torch.dict<tensor, tensor>
  return %1 : !torch.tensor
}
