//===- Passes.td - Passes on the norm dialect -------------*- tablegen -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_DIALECT_NORM_TRANSFORMS_PASSES_TD
#define RMSNORM_DIALECT_NORM_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def NormRaisePass : Pass<"norm-raise"> {
  let summary = "Recognise LayerNorm and RMSNorm and raise them to norm ops";
  let description = [{
    Reads every reciprocal root of a row statistic as an expression in the row
    algebra, decides what it normalises, and replaces the program around it by
    `norm.rms_norm` or `norm.layer_norm`. Spelling does not matter: the
    expression has to be equal, over the reals, to the definition of the op,
    up to the rounding of literals. What does not is left as it was, and a
    missed-optimisation remark says what differs.

    ```mlir
    #row = affine_map<(d0, d1) -> (d0, d1)>
    #stat = affine_map<(d0, d1) -> (d0)>
    func.func @rms(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
      %zero = arith.constant 0.0 : f32
      %n = arith.constant 8.0 : f32
      %eps = arith.constant 1.0e-5 : f32
      %e = tensor.empty() : tensor<4xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<4xf32>)
          -> tensor<4xf32>
      %sum = linalg.generic {indexing_maps = [#row, #stat],
                             iterator_types = ["parallel", "reduction"]}
          ins(%x : tensor<4x8xf32>) outs(%init : tensor<4xf32>) {
      ^bb0(%in: f32, %out: f32):
        %sq = arith.mulf %in, %in : f32
        %a = arith.addf %out, %sq : f32
        linalg.yield %a : f32
      } -> tensor<4xf32>
      %o = tensor.empty() : tensor<4x8xf32>
      %y = linalg.generic {indexing_maps = [#row, #stat, #row],
                           iterator_types = ["parallel", "parallel"]}
          ins(%x, %sum : tensor<4x8xf32>, tensor<4xf32>)
          outs(%o : tensor<4x8xf32>) {
      ^bb0(%in: f32, %s: f32, %out: f32):
        %ms = arith.divf %s, %n : f32
        %v = arith.addf %ms, %eps : f32
        %r = math.rsqrt %v : f32
        %m = arith.mulf %in, %r : f32
        linalg.yield %m : f32
      } -> tensor<4x8xf32>
      return %y : tensor<4x8xf32>
    }
    ```

    becomes `norm.rms_norm %x axes [1] epsilon ...`.
  }];
  let options = [
    Option<"policy", "policy", "::mlir::norm::NumericsPolicy",
           /*default=*/"::mlir::norm::NumericsPolicy::Reassoc",
           "What may differ from the program's own rounding",
           [{::llvm::cl::values(
             clEnumValN(::mlir::norm::NumericsPolicy::Exact, "exact",
                        "the same rounding points"),
             clEnumValN(::mlir::norm::NumericsPolicy::Contract, "contract",
                        "interior roundings to 16 bits may go"),
             clEnumValN(::mlir::norm::NumericsPolicy::Reassoc, "reassoc",
                        "and sums may be reordered"),
             clEnumValN(::mlir::norm::NumericsPolicy::Fast, "fast",
                        "and anything else that is equal over the reals"))}]>
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::norm::NormDialect", "::mlir::tensor::TensorDialect"
  ];
}

#endif // RMSNORM_DIALECT_NORM_TRANSFORMS_PASSES_TD
