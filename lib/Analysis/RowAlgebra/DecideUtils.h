//===- DecideUtils.h - Shared parts of the decisions ------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_ANALYSIS_ROWALGEBRA_DECIDEUTILS_H
#define RMSNORM_LIB_ANALYSIS_ROWALGEBRA_DECIDEUTILS_H

#include "rmsnorm/Analysis/RowAlgebra/Decide.h"

namespace mlir::norm::algebra::detail {

/// sum over some dimensions of x^power.
struct RowSum {
  const Atom *atom;
  IndexTuple indices;                  ///< of x in the summand
  llvm::SmallVector<unsigned, 2> axes; ///< dimensions of x with a bound index
  Polynomial extent;                   ///< number of summands
};

/// True when the value depends on x, or may.
bool dependsOn(const Algebra &algebra, const Atom *atom, unsigned x);
bool dependsOn(const Algebra &algebra, const Monomial &term, unsigned x);
bool dependsOn(const Algebra &algebra, const Polynomial &value, unsigned x);

/// `term` divided by the powers of `atoms` that it has.
Polynomial without(Algebra &algebra, const Monomial &term,
                   llvm::ArrayRef<const Atom *> atoms);

std::optional<RowSum> matchRowSum(Algebra &algebra, const Atom *atom,
                                  unsigned x, int64_t power);

/// True when the tuples agree in every dimension that is not in `axes`.
bool sameGrid(llvm::ArrayRef<Index> a, llvm::ArrayRef<Index> b,
              llvm::ArrayRef<unsigned> axes);

std::string axesText(llvm::ArrayRef<unsigned> axes);
std::string number(const Coefficient &value);

} // namespace mlir::norm::algebra::detail

#endif // RMSNORM_LIB_ANALYSIS_ROWALGEBRA_DECIDEUTILS_H
