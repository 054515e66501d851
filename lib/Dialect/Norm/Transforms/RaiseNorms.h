//===- RaiseNorms.h - Raising, and who listens ------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The driver of norm-raise. It finds and rewrites; what is told to the user
// about it is a listener's: the remarks of norm-raise, the facts of
// norm-report.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISENORMS_H
#define RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISENORMS_H

#include "RaiseBackward.h"
#include "RaiseMatch.h"

#include "mlir/IR/Builders.h"

namespace mlir::norm {

/// What was found, before or after it is rewritten: a norm, or the gradient of
/// one. The IR that the members point to is there before only.
using RaisedNorm = std::variant<const RaisableNorm *, const RaisableGradient *>;

/// Is told what raiseNorms does, in order. As a listener of the builder, it is
/// also told of the ops that are inserted between willRaise and didRaise.
class RaiseListener : public OpBuilder::Listener {
public:
  /// `norm`, which was found at `root`, is about to be rewritten.
  virtual void willRaise(Operation *root, RaisedNorm norm, ModuleView &view) {}
  /// `op` stands for `norm` now. `erased` holds the ops that are gone, and must
  /// only be compared with.
  virtual void didRaise(RaisedNorm norm, Operation *op,
                        const llvm::DenseSet<Operation *> &erased) {}
  /// `norm` is about to be replaced by `changed`, the same norm with other
  /// statistics as results.
  virtual void willReplace(Operation *norm, Operation *changed) {}
  /// There is something like a norm at `root`, which is left as it is.
  virtual void missed(Operation *root, const algebra::Refusal &refusal,
                      ModuleView &view) {}
};

/// Raises every norm and gradient inside of `root`.
void raiseNorms(Operation *root, NumericsPolicy policy,
                RaiseListener &listener);

/// The values that stand for something else afterwards, y or dx first.
SmallVector<Value> getReplaced(RaisedNorm norm);

/// One sentence: to what `norm` was raised, and from what.
std::string describeRaised(RaisedNorm norm, Operation *op);

/// Where `op` is, or the op around it: the short forms of linalg make bodies
/// that have no location.
Location getKnownLoc(Operation *op);

/// The name of the function that `op` is in; empty if it is in none.
StringRef getFunctionName(Operation *op);

} // namespace mlir::norm

#endif // RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISENORMS_H
