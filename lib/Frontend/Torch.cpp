//===- Torch.cpp ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The syntax of torch-mlir. Nearly all its ops are generated from PyTorch's
// registry and are written alike: operands, types, arrow, result types.
//
//===----------------------------------------------------------------------===//

#include "OpSyntax.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::frontend;

ArrayRef<OpSyntax> frontend::getTorchSyntax() {
  static constexpr OpSyntax rows[] = {
      {"aten.* prim.* prims.* quantized.* torchvision.* valsem.* onnx.* "
       "debug_prim.* hop_* per_tensor_affine.create promote_dtypes",
       "%* {} :list?"},
      {"linear_params.create", "%* {} :operands :=!torch.LinearParams"},

      // Constants.
      {"constant.none", "{} :=!torch.none"},
      {"constant.int", "{} value:i64 {} :=!torch.int"},
      {"constant.float", "{} value:f64 {} :=!torch.float"},
      {"constant.number", "{} value:attr {} :=!torch.number"},
      {"constant.bool", "{} value:bool {} :=!torch.bool"},
      {"constant.str", "{} value:str {} :=!torch.str"},
      {"constant.device", "{} value:str {} :=!torch.Device"},
      {"tensor.literal vtensor.literal", "( value:elements ) {} :results"},

      // Lists, tuples, dictionaries and what TorchScript does beside tensors.
      {"prim.ListConstruct", "%* {} :fn"},
      {"prim.DictConstruct",
       "keys ( %* :operands? ) values ( %* :operands? ) {} :arrow"},
      {"prim.Print", "( %* ) {} :operands?"},
      {"prim.RaiseException", "%* {} :operands"},
      {"prim.CallMethod", "% [ name:str ] ( %* ) {} :method"},
      {"prim.GetAttr", "% [ name:str ] {} :list"},
      {"prim.SetAttr", "% [ name:str ] = % {} :operands"},
      {"prim.CreateObject", "{} :results"},

      // Control flow.
      {"prim.If", "%=!torch.bool :arrow region else region {}"},
      {"prim.If.yield", "{} %* {} :operands?"},
      {"prim.Loop", "% , % , init ( %* ) region {} :fn"},
      {"prim.Loop.condition", "%=!torch.bool , iter ( %* :operands? ) {}"},

      // Changes of a type alone.
      {"derefine tensor_static_info_cast", "% {} :to"},
      {"copy.to_tensor copy.to_vtensor", "% {} :vtensor"},
      {"overwrite.tensor.contents", "% overwrites % {} :operands"},

      // Ops that torch-mlir has no definition of, ONNX ones among them.
      {"operator", "name:str ( %* ) {} :fn regions"},
      {"operator_terminator", "%* {} :operands?"},

      // Shapes.
      {"runtime.assert", "%=!torch.bool , message:str {}"},
      {"symbolic_int", "symbol_name:str {} :results"},
      {"bind_symbolic_shape",
       "% , [ %*=!torch.int ] , shape_expressions:attr {} :operands"},
      {"shape.calculate", "{}kw region shapes region {} :results?"},
      {"dtype.calculate", "{}kw region dtypes region {} :results?"},
      {"shape.calculate.yield shape.calculate.yield.shapes "
       "dtype.calculate.yield dtype.calculate.yield.dtypes",
       "{} %* {} :operands?"},

      // Modules: global slots, and objects before they have become those.
      {"global_slot", "sym_visibility:str? sym_name:sym {} : typeBound:type "
                      "regions"},
      {"global_slot.get", "slot:symref {} :results"},
      {"global_slot.set", "slot:symref = % {} :operands"},
      {"global_slot.init", "% {} :operands"},
      {"global_slot.module_initializer", "region {}"},
      {"initialize.global_slots", "<global-slots> {}"},
      {"class_type", "sym_name:sym region=torch.class_type_terminator {}"},
      {"attr", "isPrivate:unit=private? name:str : type:type {}"},
      {"method", "isPrivate:unit=private? name:str , function:symref {}"},
      {"nn_module", "region=torch.nn_module_terminator {} :results"},
      {"slot", "name:str , % {} :operands"},
      {"class_type_terminator nn_module_terminator", "{}"},
  };
  return rows;
}

ArrayRef<OpSyntax> frontend::getTorchConversionSyntax() {
  static constexpr OpSyntax rows[] = {
      {"to_builtin_tensor from_builtin_tensor", "% {} :list"},
      {"to_i1", "%=!torch.bool {} :=i1"},
      {"from_i1", "%=i1 {} :=!torch.bool"},
      {"to_i64", "%=!torch.int {} :=i64"},
      {"from_i64", "%=i64 {} :=!torch.int"},
      {"to_f64", "%=!torch.float {} :=f64"},
      {"from_f64", "%=f64 {} :=!torch.float"},
      {"i64_to_generator", "%=i64 {} :=!torch.Generator"},
      {"generator_to_i64", "%=!torch.Generator {} :=i64"},
      {"get_next_seed", "{} :fn"},
  };
  return rows;
}
