"torch.global_slot"() <{sym_name = "weight", sym_visibility = "private", typeBound = !torch.tensor}> : () -> ()
"torch.global_slot"() <{sym_name = "training", typeBound = !torch.bool}> : () -> ()
"torch.global_slot.module_initializer"() ({
  %0 = "torch.tensor.literal"() <{value = dense<0.0> : tensor<f32>}> : () -> !torch.tensor
  %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
  "torch.initialize.global_slots"(%0, %true) <{slotSymNames = [@weight, @training]}> : (!torch.tensor, !torch.bool) -> ()
}) : () -> ()
func.func @forward() -> !torch.tensor {
  %0 = "torch.global_slot.get"() <{slot = @weight}> : () -> !torch.tensor
  "torch.global_slot.set"(%0) <{slot = @weight}> : (!torch.tensor) -> ()
  return %0 : !torch.tensor
}

// -----

"torch.class_type"() <{sym_name = "c"}> ({
  "torch.attr"() <{name = "b", type = !torch.bool}> : () -> ()
  "torch.attr"() <{isPrivate, name = "submodule", type = !torch.nn.Module<"empty">}> : () -> ()
  "torch.method"() <{function = @f, name = "forward"}> : () -> ()
  "torch.class_type_terminator"() : () -> ()
}) : () -> ()
"torch.class_type"() <{sym_name = "empty"}> ({
  "torch.class_type_terminator"() : () -> ()
}) : () -> ()
%submodule = "torch.nn_module"() ({
  "torch.nn_module_terminator"() : () -> ()
}) : () -> !torch.nn.Module<"empty">
%true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
%m = "torch.nn_module"() ({
  "torch.slot"(%true) <{name = "b"}> : (!torch.bool) -> ()
  "torch.slot"(%submodule) <{name = "submodule"}> : (!torch.nn.Module<"empty">) -> ()
  "torch.nn_module_terminator"() : () -> ()
}) : () -> !torch.nn.Module<"c">
func.func private @f(%arg0: !torch.nn.Module<"c">, %x: !torch.tensor) -> !torch.tensor {
  %0 = "torch.prim.GetAttr"(%arg0) <{name = "b"}> : (!torch.nn.Module<"c">) -> !torch.bool
  "torch.prim.SetAttr"(%arg0, %0) <{name = "b"}> : (!torch.nn.Module<"c">, !torch.bool) -> ()
  %1 = "torch.prim.CallMethod"(%arg0, %x) <{name = "forward"}> : (!torch.nn.Module<"c">, !torch.tensor) -> !torch.tensor
  %2 = "torch.prim.DictConstruct"(%x, %x) : (!torch.tensor, !torch.tensor) -> !torch.dict<tensor, tensor>
  return %1 : !torch.tensor
}
