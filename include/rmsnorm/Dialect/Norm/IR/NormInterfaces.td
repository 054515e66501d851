//===- NormInterfaces.td - The row program interface ------*- tablegen -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_DIALECT_NORM_IR_NORMINTERFACES_TD
#define RMSNORM_DIALECT_NORM_IR_NORMINTERFACES_TD

include "mlir/IR/OpBase.td"

def RowProgramOpInterface : OpInterface<"RowProgramOpInterface"> {
  let cppNamespace = "::mlir::norm";
  let description = [{
    An op that is defined by a row program. `getRowSignature` says which
    values the program reads and writes and how each is indexed by the domain;
    `buildRowProgram` emits the program itself, in arith, math,
    `tensor.splat`, `tensor.dim` and `norm.reduce`. This is the definition of
    the op: `convert-norm-to-rowwise` wraps it into a `norm.rowwise`,
    `norm-decompose` spells it out in linalg, and the reference interpreter
    runs it in f64.
  }];
  let methods = [
    InterfaceMethod<
      "The operands and results of the row program, and their indexing maps. "
      "Result k of the program defines result k of the op among those that "
      "are present.",
      "::mlir::norm::RowSignature", "getRowSignature">,
    InterfaceMethod<
      "Emits the row program at the builder's insertion point. `args` holds "
      "one value for each input of the signature: a 1-D tensor of the row "
      "where the input follows the axes, a scalar where it does not. Returns "
      "one value for each result of the signature, likewise.",
      "::llvm::SmallVector<::mlir::Value>", "buildRowProgram",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "::mlir::ValueRange":$args)>
  ];
}

#endif // RMSNORM_DIALECT_NORM_IR_NORMINTERFACES_TD
