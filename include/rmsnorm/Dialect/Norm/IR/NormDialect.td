//===- NormDialect.td - The norm dialect, its enums -------*- tablegen -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_DIALECT_NORM_IR_NORMDIALECT_TD
#define RMSNORM_DIALECT_NORM_IR_NORMDIALECT_TD

include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

def Norm_Dialect : Dialect {
  let name = "norm";
  let cppNamespace = "::mlir::norm";
  let summary = "Row normalisations: LayerNorm, RMSNorm, their gradients, and "
                "the fused row kernels that they lower to";
  let description = [{
    Two levels. The *semantic* ops (`norm.rms_norm`, `norm.layer_norm` and
    their backward ops) say what is computed, on tensors, with value
    semantics, for any rank and any set of normalised axes. `norm.rowwise` is
    the one fused kernel op: a grid of rows, and a straight-line *row program*
    in upstream ops that is run once for every row.

    Every semantic op states its row program once, behind
    `RowProgramOpInterface`; the lowering, the reference interpreter and the
    decomposition to linalg all read that one statement.

    Vocabulary used by all ops. The *domain* is the shape of `x`. Its
    dimensions are split into the normalised *axes* and the rest, the *grid*.
    A *row* is the set of elements that share their grid indices; N is its
    length, the product of the extents of the axes. Element types are f16,
    bf16, f32 and f64. Statistics are computed in the *statistics type*, f32
    or f64, never in less.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
}

class Norm_I32Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::mlir::norm";
}

def Norm_EpsilonModeAttr : Norm_I32Enum<"EpsilonMode",
    "Where epsilon enters the reciprocal standard deviation", [
      I32EnumAttrCase<"Inside", 0, "inside">,
      I32EnumAttrCase<"Outside", 1, "outside">,
      I32EnumAttrCase<"ClampVar", 2, "clamp_var">,
      I32EnumAttrCase<"ClampNorm", 3, "clamp_norm">
    ]>;

def Norm_ReduceKindAttr : Norm_I32Enum<"ReduceKind", "How a row is reduced", [
      I32EnumAttrCase<"Add", 0, "add">,
      I32EnumAttrCase<"Max", 1, "max">
    ]>;

#endif // RMSNORM_DIALECT_NORM_IR_NORMDIALECT_TD
