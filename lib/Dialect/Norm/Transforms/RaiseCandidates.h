//===- RaiseCandidates.h - What x may be ------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISECANDIDATES_H
#define RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISECANDIDATES_H

#include "RaiseMatch.h"

namespace mlir::norm {

/// True when `a` came further than `b`, and so says more.
inline bool isLater(const algebra::Refusal &a,
                    const std::optional<algebra::Refusal> &b) {
  return !b || a.progress > b->progress;
}

/// A power is a root for exponents of one half only.
bool isHalfPower(Operation *root, ModuleView &view);

/// The tensors that x may be: what is summed, and what that is computed from,
/// near to far.
SmallVector<Value> getCandidates(Operation *root, ModuleView &view);

/// The candidates that x may be, likeliest first: the nearest of which the
/// value under the root is a variance, then those of which it is a mean square,
/// near to far. If there are none, why not.
std::variant<SmallVector<Value>, algebra::Refusal>
chooseX(Operation *root, ArrayRef<Value> candidates, ModuleView &view);

/// The only tensor of data that `value` is computed from, element by element,
/// or that it is a view or a permutation of; null if there is no such.
Value getOnlySource(Value value, ModuleView &view);

/// What `value` is widened from, however often.
Value getNarrow(Value value, ModuleView &view);

} // namespace mlir::norm

#endif // RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISECANDIDATES_H
