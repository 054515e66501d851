//===- Decide.h - Is this expression a normalisation? -----------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compares normal forms with the closed forms of RMSNorm and LayerNorm. With
// N the number of elements of a row and sums over the row,
//
//   ms   = sum(x^2) / N                      xhat = x * r
//   var  = sum(x^2) / N - sum(x)^2 / N^2     xhat = (x - sum(x) / N) * r
//   r    = (s + e)^-1/2 | (s^1/2 + e)^-1 | max(s, e)^-1/2 | max(s^1/2, e)^-1
//   y    = scale * xhat + bias
//
// An answer is exact: `scale`, `bias` and `epsilon` are those for which the
// closed form equals the expression over the reals, up to the rounding of
// literals. Anything else is refused, with the part that differs.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_ANALYSIS_ROWALGEBRA_DECIDE_H
#define RMSNORM_ANALYSIS_ROWALGEBRA_DECIDE_H

#include "rmsnorm/Analysis/RowAlgebra/Polynomial.h"
#include <variant>

namespace mlir::norm::algebra {

enum class NormKind { RMS, LayerNorm };

/// Where epsilon enters, in the order of the closed forms above.
enum class EpsilonPlacement { Inside, Outside, ClampVar, ClampNorm };

/// Why an expression is not a normalisation of x.
struct Refusal {
  /// The name of the check that refused, as in the tests.
  std::string guard;
  /// One sentence with the part that differs.
  std::string reason;
  /// How far the decision came: a later refusal explains more.
  unsigned progress;
};

/// A mean square or a variance of x, with the epsilon beside it.
struct Statistic {
  NormKind kind;
  /// Dimensions of x that are summed over, increasing.
  llvm::SmallVector<unsigned, 2> axes;
  /// The indices of x under the sum; those at `axes` are bound there.
  IndexTuple indices;
  /// N.
  Polynomial extent;
  /// The expression is multiple * (ms or var) + epsilon, or the larger of
  /// the two when `clamped`.
  Coefficient multiple;
  Coefficient epsilon;
  bool clamped = false;
};

/// y = scale * xhat + bias.
struct NormMatch {
  NormKind kind;
  llvm::SmallVector<unsigned, 2> axes;
  /// The indices of x in the numerator: one variable for each dimension of x
  /// (unitIndex where its extent is one), no two the same.
  IndexTuple indices;
  /// The number of elements that the statistics are over. It is the caller's
  /// to compare it with the extents of x.
  Polynomial extent;
  double epsilon;
  EpsilonPlacement placement;
  /// Free of x. Polynomials in leaves, each leaf to the first power.
  Polynomial scale, bias;
  /// An irrational constant that multiplies `scale` (1 for almost all): for an
  /// unbiased variance, sqrt((N - 1) / N).
  double correction = 1.0;
  /// The statistics as expressions, to recognise them elsewhere: sum(x) / N
  /// (LayerNorm only) and r, where it is not off by a factor.
  std::optional<Polynomial> mean, rstd;
};

template <typename T> using Decision = std::variant<T, Refusal>;

/// Decides whether `value` (what a program takes the root of) is a statistic
/// of the leaf `x`, at any indices.
Decision<Statistic> decideStatistic(Algebra &algebra, const Polynomial &value,
                                    unsigned x);

/// Decides whether `value` is a normalisation of the leaf `x`.
Decision<NormMatch> decideNorm(Algebra &algebra, const Polynomial &value,
                               unsigned x);

} // namespace mlir::norm::algebra

#endif // RMSNORM_ANALYSIS_ROWALGEBRA_DECIDE_H
