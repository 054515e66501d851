//===- DecideBackward.h - Is this expression a gradient? --------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compares normal forms with the gradients of RMSNorm and LayerNorm from saved
// statistics, as docs of norm.rms_norm_backward and norm.layer_norm_backward
// state them:
//
//   g  = dy * (offset + scale)          xhat = x * r   or   (x - mean) * r
//   dx = r * (g - k * xhat * sum(g * xhat) / N)                   (RMSNorm)
//   dx = r * (g - sum(g) / N - k * xhat * sum(g * xhat) / N)      (LayerNorm)
//
// The leaves have no names that say which is dy and which is x, so each
// assignment of leaves to roles that fits their indices is written down as an
// expression and compared: the closed form is stated once, and equality is the
// normal form's.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_ANALYSIS_ROWALGEBRA_DECIDEBACKWARD_H
#define RMSNORM_ANALYSIS_ROWALGEBRA_DECIDEBACKWARD_H

#include "rmsnorm/Analysis/RowAlgebra/Decide.h"

namespace mlir::norm::algebra {

/// dx of a normalisation; the roles are symbols of leaves.
struct BackwardMatch {
  NormKind kind;
  unsigned dy, x, rstd;
  std::optional<unsigned> mean, scale;
  /// Where x is read: a variable for each dimension, no two the same. They name
  /// the dimensions of `value`.
  IndexTuple indices;
  /// Where the others are read: variables of `indices` in any order, none
  /// twice, and unit dimensions anywhere.
  IndexTuple dyIndices, rstdIndices, meanIndices, scaleIndices;
  /// Dimensions of x that are normalised, increasing, and how many elements
  /// the sums over them have. It is the caller's to compare that with x.
  llvm::SmallVector<unsigned, 2> axes;
  llvm::SmallVector<Polynomial, 2> extents;
  /// The dimensions of x that the scale follows, increasing.
  llvm::SmallVector<unsigned, 2> scaleDims;
  double scaleOffset = 0.0;
  double epsilon = 0.0;
  EpsilonPlacement placement = EpsilonPlacement::Inside;
};

/// Decides whether `value` is dx for some choice of roles among its leaves, in
/// which the symbol `dy` is dy if it is given: dy and the scale of a single row
/// may be told apart by nothing else.
Decision<BackwardMatch>
decideBackward(Algebra &algebra, const Polynomial &value,
               std::optional<unsigned> dy = std::nullopt);

/// dscale (the sum of dy * xhat over some dimensions of x) or dbias (of dy).
struct GradientMatch {
  bool isScale;
  /// The dimensions of x that are kept, increasing, and the indices of the
  /// value that they are read at.
  llvm::SmallVector<unsigned, 2> dims;
  IndexTuple indices;
  /// The dimensions of x that are summed and the number of summands, to be
  /// compared with x by the caller.
  llvm::SmallVector<std::pair<unsigned, Polynomial>, 2> summed;
};

/// Decides whether `value`, read at indices 0, 1, ..., is the gradient of the
/// scale or of the bias that goes with `match`.
Decision<GradientMatch> decideGradient(Algebra &algebra,
                                       const Polynomial &value,
                                       const BackwardMatch &match);

/// The names under which comparison and selection are imported: what a clamp
/// mode's gradient is written with.
inline constexpr llvm::StringLiteral selectName = "arith.select";
inline constexpr llvm::StringLiteral greaterOrEqualName =
    "arith.cmpf{predicate=3 : i64}";

} // namespace mlir::norm::algebra

#endif // RMSNORM_ANALYSIS_ROWALGEBRA_DECIDEBACKWARD_H
