//===- RaiseMatch.h - What norm-raise found ---------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The two halves of norm-raise: `matchNorm` looks and touches nothing,
// `rewriteNorm` does what was found.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISEMATCH_H
#define RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISEMATCH_H

#include "rmsnorm/Analysis/Import/Importer.h"
#include "rmsnorm/Dialect/Norm/Transforms/Passes.h"

#include <memory>
#include <variant>

namespace mlir {
class OpBuilder;
} // namespace mlir

namespace mlir::norm {

enum class EpsilonMode : uint32_t;

/// A statistic that stays in use and is made from another: rstd to the power
/// -2 (the variance and epsilon) or -1 (the deviation), less `shift`.
struct DerivedStatistic {
  Value value;
  int exponent;
  double shift = 0.0;
};

/// A norm that can be raised.
struct RaisableNorm {
  /// What the expressions of `match` are made in.
  std::unique_ptr<algebra::Algebra> algebra;
  std::unique_ptr<Importer> importer;
  algebra::NormMatch match;
  /// What the sink is, and of what has been read for it how many roundings and
  /// the widest sum; what is read afterwards is beside it.
  algebra::Polynomial value;
  unsigned numSinkRoundings = 0;
  FloatType accumulator;

  Value x;
  /// The value that the op replaces. It has the extents of x, with unit
  /// dimensions more or less.
  Value sink;
  /// Values that stay in use and are a statistic, to be replaced too.
  SmallVector<Value> means, rstds;
  SmallVector<DerivedStatistic> derived;
  /// The op goes before this one.
  Operation *position = nullptr;
  /// Ops that nothing uses afterwards, users before what they use.
  SmallVector<Operation *> dead;
  /// tensor.dim ops on these, and the dimension of x that they mean.
  SmallVector<std::pair<Operation *, unsigned>> extents;

  /// The statistic is over this many first elements, if not over all.
  std::optional<int64_t> statisticsExtent;

  /// Rounding points, null where the default of the op is meant.
  FloatType statistics, normalized, scaled;
  /// How the program spelled it, for the remark.
  std::string spelling;
};

/// The attribute of the ops for what the algebra found.
EpsilonMode getEpsilonMode(algebra::EpsilonPlacement placement);

/// What became of a root: nothing that looks like a norm (monostate), a near
/// miss, or a norm.
using RaiseOutcome =
    std::variant<std::monostate, algebra::Refusal, RaisableNorm>;

/// The op on tensors that `root` is, or is in the body of; null if there is
/// none.
Operation *getTensorOp(Operation *root);

/// Looks for a norm around `root`, which is a root for `view`.
RaiseOutcome matchNorm(Operation *root, ModuleView &view,
                       NumericsPolicy policy);

/// Chooses the rounding points of `norm`; refuses those that the op does not
/// have under `policy`.
std::optional<algebra::Refusal> matchRounding(RaisableNorm &norm,
                                              NumericsPolicy policy);

/// Decides which ops die, which statistics stay in use and where the op goes.
/// Under the policy exact a statistic is not made from another.
std::optional<algebra::Refusal> matchEscapes(RaisableNorm &norm,
                                             NumericsPolicy policy);

/// The values that a scale or a bias reads.
SmallVector<Value> getAffineLeaves(const RaisableNorm &norm,
                                   const algebra::Polynomial &value);

/// Creates the op, replaces the uses and erases what is dead, which is added to
/// `erased`. Returns the op.
Operation *rewriteNorm(OpBuilder &builder, const RaisableNorm &norm,
                       llvm::DenseSet<Operation *> &erased);

/// Creates the operand for a scale or bias, and its dimension map; a null
/// value for an absent one. `offset` is what the op adds to a scale by itself
/// (scale_offset).
struct AffineOperand {
  Value value;
  SmallVector<int64_t> dims;
  double offset = 0.0;
};
/// True when the op can take `value` as it stands, without new arithmetic.
bool isDirectAffine(const RaisableNorm &norm, const algebra::Polynomial &value,
                    bool isScale);
AffineOperand buildAffine(OpBuilder &builder, Location loc,
                          const RaisableNorm &norm,
                          const algebra::Polynomial &value, bool isScale);

} // namespace mlir::norm

#endif // RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISEMATCH_H
