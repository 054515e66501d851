//===- Passes.h ------------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Passes on the norm dialect; Passes.td documents them.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_DIALECT_NORM_TRANSFORMS_PASSES_H
#define RMSNORM_DIALECT_NORM_TRANSFORMS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::norm {

/// What a rewrite may change about the rounding of a program. Each allows what
/// the ones before it allow. Statistics are never computed in less than f32.
enum class NumericsPolicy {
  Exact,    ///< the same rounding points
  Contract, ///< interior roundings to 16 bits may go
  Reassoc,  ///< sums may be reordered
  Fast      ///< anything that is equal over the reals
};

#define GEN_PASS_DECL
#include "rmsnorm/Dialect/Norm/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "rmsnorm/Dialect/Norm/Transforms/Passes.h.inc"

} // namespace mlir::norm

#endif // RMSNORM_DIALECT_NORM_TRANSFORMS_PASSES_H
