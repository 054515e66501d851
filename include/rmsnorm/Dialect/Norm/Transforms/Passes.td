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

// What norm-raise and norm-report raise under.
def NumericsPolicyOption
    : Option<"policy", "policy", "::mlir::norm::NumericsPolicy",
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
                          "and anything else that is equal over the reals"))}]>;

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

    With `verify`, each norm and gradient is validated: what computed the values
    that it replaces and what computes them now are evaluated by the reference
    interpreter on the same inputs, random and adversarial ones, and compared
    within the bounds on their errors. If they differ, that is an error at the
    norm, and the pass fails. A remark `verified` says how many rows were
    compared; a remark `not-verified` says why nothing was. See
    `docs/Recognition.md`.
  }];
  let options = [
    NumericsPolicyOption,
    Option<"verify", "verify", "bool", /*default=*/"false",
           "Validate what is raised by the reference interpreter">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::norm::NormDialect", "::mlir::tensor::TensorDialect"
  ];
}

def NormReportPass : Pass<"norm-report", "::mlir::ModuleOp"> {
  let summary = "Report which norms norm-raise finds, and why not others";
  let description = [{
    Raises the norms of a copy of the module, as `norm-raise` does with the
    same `policy`, and writes what it finds: for every function the norms with
    their location, spelling, attributes, the ops they were spelled with and
    the op that stands for them, and the bytes that both move; and the
    near-misses with the guard that refused them and its reason. These are the
    facts of the remarks of `norm-raise`. The module stays as it is.

    `json` and `html` name the files to write, `-` for the standard output.
    Without either, the JSON goes to the standard output. The page is
    one file that needs nothing else. `docs/Report.md` describes the fields of
    the JSON and how bytes are counted.

    ```sh
    rmsnorm-opt model.mlir -o /dev/null \
      --pass-pipeline='builtin.module(norm-report{json=norms.json html=norms.html})'
    ```
  }];
  let options = [
    Option<"json", "json", "std::string", /*default=*/"\"\"",
           "The file for the JSON, '-' for the standard output">,
    Option<"html", "html", "std::string", /*default=*/"\"\"",
           "The file for the page, '-' for the standard output">,
    NumericsPolicyOption
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::norm::NormDialect", "::mlir::tensor::TensorDialect"
  ];
}

def NormDecomposePass : Pass<"norm-decompose"> {
  let summary = "Spell norm ops out in linalg, tensor, arith and math";
  let description = [{
    Replaces every norm op on tensors by what it stands for: one
    `linalg.generic` for each reduction of its row program (with the
    element-wise ops that feed it in the body), one for each scalar of a row
    that others read (mean, rstd), and one for each result. Gradients and
    other accumulated results are reductions over the grid dimensions that
    they lack. Types and rounding points are kept.

    A `norm.rowwise` on memrefs stays as it is, with a remark.

    ```mlir
    func.func @rms(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
      %y = norm.rms_norm %x axes [1] epsilon 1.0e-5
          : tensor<4x8xf32> -> tensor<4x8xf32>
      return %y : tensor<4x8xf32>
    }
    ```

    becomes

    ```mlir
    #row = affine_map<(d0, d1) -> (d0, d1)>
    #stat = affine_map<(d0, d1) -> (d0)>
    #grid = affine_map<(d0) -> (d0)>
    func.func @rms(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
      %n = arith.constant 8.0 : f32
      %zero = arith.constant 0.0 : f32
      %eps = arith.constant 1.0e-5 : f32
      %e0 = tensor.empty() : tensor<4xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e0 : tensor<4xf32>)
          -> tensor<4xf32>
      %sum = linalg.generic {indexing_maps = [#row, #stat],
                             iterator_types = ["parallel", "reduction"]}
          ins(%x : tensor<4x8xf32>) outs(%init : tensor<4xf32>) {
      ^bb0(%in: f32, %out: f32):
        %sq = arith.mulf %in, %in : f32
        %a = arith.addf %out, %sq : f32
        linalg.yield %a : f32
      } -> tensor<4xf32>
      %e1 = tensor.empty() : tensor<4xf32>
      %rstd = linalg.generic {indexing_maps = [#grid, #grid],
                              iterator_types = ["parallel"]}
          ins(%sum : tensor<4xf32>) outs(%e1 : tensor<4xf32>) {
      ^bb0(%in: f32, %out: f32):
        %ms = arith.divf %in, %n : f32
        %v = arith.addf %ms, %eps : f32
        %r = math.rsqrt %v : f32
        linalg.yield %r : f32
      } -> tensor<4xf32>
      %e2 = tensor.empty() : tensor<4x8xf32>
      %y = linalg.generic {indexing_maps = [#row, #stat, #row],
                           iterator_types = ["parallel", "parallel"]}
          ins(%x, %rstd : tensor<4x8xf32>, tensor<4xf32>)
          outs(%e2 : tensor<4x8xf32>) {
      ^bb0(%in: f32, %r: f32, %out: f32):
        %m = arith.mulf %in, %r : f32
        linalg.yield %m : f32
      } -> tensor<4x8xf32>
      return %y : tensor<4x8xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
}

def NormFusePass : Pass<"norm-fuse"> {
  let summary = "Turn norm ops into row programs and fuse their neighbours in";
  let description = [{
    Converts every semantic op to `norm.rowwise`, and then absorbs into the row
    program, until nothing is left to absorb:

    - *producers* of its inputs that are element-wise: linalg ops without
      reductions, arith and math on tensors, fills, broadcasts, casts,
      expansions by unit dimensions, splat constants. A value that others read
      too (the sum of a residual connection) becomes a result of the kernel;
    - *consumers* of its results that are element-wise and whose other
      operands are, or can be made, available: casts, gates, residual adds,
      static quantisation. A result that others read too stays a result;
    - another `norm.rowwise` over the same domain and axes that reads a matrix
      of it.

    Scalar ops are carried over one by one, so that no rounding point is added
    or dropped.

    The gate counts bytes that are read from and written to whole tensors. A
    producer that nobody else reads always saves its write and its read. One
    that others read saves the read, when it can become a result; where it
    cannot (a reader comes before the kernel), it is computed a second time
    only if its operands are fewer bytes than its value and its math is cheap.
    Math that is not cheap is never moved to where it runs once for every row
    instead of once.

    A remark names each fusion with the bytes it saves (for static shapes), and
    each op next to a row program that was not absorbed with the guard that
    refused.

    ```mlir
    func.func @residual(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>)
        -> (tensor<4x8xf32>, tensor<4x8xf32>) {
      %s = arith.addf %a, %b : tensor<4x8xf32>
      %y = norm.rms_norm %s axes [1] epsilon 1.0e-5
          : tensor<4x8xf32> -> tensor<4x8xf32>
      return %s, %y : tensor<4x8xf32>, tensor<4x8xf32>
    }
    ```

    becomes one `norm.rowwise` that reads `%a` and `%b` and writes both the
    normalised rows and the sum.
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

#endif // RMSNORM_DIALECT_NORM_TRANSFORMS_PASSES_TD
