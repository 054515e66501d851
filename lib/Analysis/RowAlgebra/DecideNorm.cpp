//===- DecideNorm.cpp - Normalisations ------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DecideUtils.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace mlir::norm::algebra;
using namespace mlir::norm::algebra::detail;

namespace {

/// The constant part of a term, squared so that square roots are rational
/// too; nullopt when something is left that is not a constant.
std::optional<Coefficient> squareOf(Algebra &algebra, const Polynomial &value) {
  return algebra.mul(value, value).asConstant();
}

/// factor^exponent as a closed form of r: (squared multiple of the statistic).
struct Root {
  Statistic statistic;
  EpsilonPlacement placement;
  /// r = (scale * (s or s^1/2) + epsilon)^exponent: scale^2 if the root is
  /// taken before epsilon enters, scale otherwise. Either way, r is
  /// scaleSquared^-1/2 times a closed form.
  Coefficient scaleSquared;
  Coefficient epsilon;
  /// r.
  Polynomial value;
};

class NormDecision {
public:
  NormDecision(Algebra &algebra, unsigned x) : algebra(algebra), x(x) {}

  Decision<NormMatch> decide(const Polynomial &value);

private:
  bool onX(const Atom *atom) { return dependsOn(algebra, atom, x); }
  bool onX(const Polynomial &value) { return dependsOn(algebra, value, x); }

  std::optional<Refusal> split(const Polynomial &value);
  std::optional<Refusal> splitTerm(const Monomial &term);
  Decision<Root> decideRoot(const Factor &factor);
  Decision<Root> decideRootOfRoot(llvm::ArrayRef<const Polynomial *> parts,
                                  bool clamped);
  std::optional<Refusal> checkNumerator(const Root &root);
  std::optional<Refusal> correct(const Root &root, NormMatch &match);
  std::optional<Refusal> checkAffine(const Polynomial &value,
                                     const NormMatch &match, bool isScale);

  Algebra &algebra;
  unsigned x;

  // value = direct * x * r + centre * sum(x) * r + bias
  Polynomial direct, centre, bias;
  const Atom *numerator = nullptr;
  std::optional<RowSum> rowSum;
  std::optional<Factor> rootFactor;
};

} // namespace

std::optional<Refusal> NormDecision::splitTerm(const Monomial &term) {
  const Atom *linear = nullptr, *root = nullptr;
  std::optional<RowSum> sum;
  auto text = [&] { return algebra.str(algebra.fromMonomial(term)); };
  for (const Factor &factor : term.factors) {
    const Atom *atom = factor.atom;
    if (!onX(atom))
      continue;
    if (atom->kind == Atom::Kind::Leaf && atom->symbol == x) {
      // guard: x-twice
      if (linear || !factor.exponent.isOne())
        return Refusal{"x-twice", "x enters more than once in " + text(), 4};
      // guard: keepdims-square
      if (numerator && numerator != atom)
        return Refusal{"keepdims-square",
                       "x is read at two places: " + algebra.str(numerator) +
                           " and " + algebra.str(atom),
                       4};
      linear = numerator = atom;
      continue;
    }
    std::optional<RowSum> candidate = matchRowSum(algebra, atom, x, 1);
    if (candidate && factor.exponent.isOne()) {
      // guard: x-twice
      if (linear)
        return Refusal{"x-twice", "x enters more than once in " + text(), 4};
      // guard: mean-axes-differ
      if (rowSum && rowSum->atom != atom)
        return Refusal{
            "mean-axes-differ",
            "two different means are subtracted: " + algebra.str(rowSum->atom) +
                " and " + algebra.str(atom),
            4};
      linear = atom;
      rowSum = sum = candidate;
      continue;
    }
    // guard: scale-depends-on-x
    if (atom->kind == Atom::Kind::Leaf || root)
      return Refusal{"scale-depends-on-x",
                     algebra.str(atom) + " depends on x in " + text(), 4};
    // guard: two-roots
    if (rootFactor && !(*rootFactor == factor))
      return Refusal{"two-roots",
                     "two different roots: " + algebra.str(rootFactor->atom) +
                         " and " + algebra.str(atom),
                     4};
    root = atom;
    rootFactor = factor;
  }
  if (!linear && !root) {
    bias = algebra.add(bias, algebra.fromMonomial(term));
    return std::nullopt;
  }
  // guard: x-outside-root
  if (!root)
    return Refusal{"x-outside-root", "x is used without the root in " + text(),
                   3};
  // guard: numerator-not-x
  if (!linear)
    return Refusal{"numerator-not-x",
                   "the root does not multiply x in " + text(), 2};
  Polynomial rest = without(algebra, term, {linear, root});
  (sum ? centre : direct) = algebra.add(sum ? centre : direct, rest);
  return std::nullopt;
}

std::optional<Refusal> NormDecision::split(const Polynomial &value) {
  for (const Monomial &term : value.terms)
    if (std::optional<Refusal> refusal = splitTerm(term))
      return refusal;
  // guard: numerator-not-x
  if (!numerator || !rootFactor || direct.isZero())
    return Refusal{
        "numerator-not-x",
        algebra.symbolName(x).str() + " is not what the root divides", 2};
  return std::nullopt;
}

Decision<Root>
NormDecision::decideRootOfRoot(llvm::ArrayRef<const Polynomial *> parts,
                               bool clamped) {
  // One term is c * s^1/2 with c > 0; the others are epsilon.
  Polynomial epsilon, scale;
  const Atom *inner = nullptr;
  bool isOther = false;
  for (const Polynomial *part : parts)
    for (const Monomial &term : part->terms) {
      Polynomial whole = algebra.fromMonomial(term);
      if (!onX(whole)) {
        epsilon = algebra.add(epsilon, whole);
        continue;
      }
      const Atom *root = nullptr;
      for (const Factor &factor : term.factors)
        if (factor.exponent == Rational(1, 2) && onX(factor.atom))
          root = factor.atom;
      isOther |= !root || inner || term.coefficient.value().isNegative();
      if (!root || inner)
        continue;
      inner = root;
      scale = without(algebra, term, inner);
    }
  // guard: root-exponent
  if (isOther || !inner || onX(scale))
    return Refusal{"root-exponent",
                   "x is divided by " + algebra.str(*parts.front()) +
                       (clamped ? " or " + algebra.str(*parts.back()) : "") +
                       ", which is not the root of a mean square or variance",
                   3};
  // c belongs under the root: N^-1/2 does, where N is not known.
  Polynomial under = inner->kind == Atom::Kind::Base
                         ? inner->base()
                         : algebra.product(1, Factor{inner, 1});
  under = algebra.mul(algebra.mul(scale, scale), under);
  Decision<Statistic> decision = decideStatistic(algebra, under, x);
  if (auto *refusal = std::get_if<Refusal>(&decision))
    return *refusal;
  auto &statistic = std::get<Statistic>(decision);
  std::optional<Coefficient> outside = epsilon.asConstant();
  // guard: epsilon-not-constant
  if (!outside)
    return Refusal{"epsilon-not-constant",
                   "epsilon is not a finite compile-time constant: " +
                       algebra.str(epsilon),
                   3};
  // guard: epsilon-negative
  if (outside->value().isNegative())
    return Refusal{"epsilon-negative",
                   "epsilon is negative: " + number(*outside), 3};
  // guard: epsilon-twice
  if (!statistic.epsilon.isZero())
    return Refusal{"epsilon-twice",
                   "epsilon is added inside of the root (" +
                       number(statistic.epsilon) + ") and outside (" +
                       number(*outside) + ")",
                   3};
  Coefficient scaleSquared = statistic.multiple;
  return Root{std::move(statistic),
              clamped ? EpsilonPlacement::ClampNorm : EpsilonPlacement::Outside,
              scaleSquared, *outside, algebra.product(1, *rootFactor)};
}

Decision<Root> NormDecision::decideRoot(const Factor &factor) {
  const Atom *atom = factor.atom;
  if (factor.exponent == Rational(-1, 2)) {
    Polynomial base = atom->kind == Atom::Kind::Base
                          ? atom->base()
                          : algebra.product(1, Factor{atom, 1});
    // A sum of squares without epsilon, whose N is not known: of
    // sum^-1/2 = N^-1/2 (sum / N)^-1/2 the first factor is the numerator's.
    if (std::optional<RowSum> squares = matchRowSum(algebra, atom, x, 2);
        squares && !squares->extent.asConstant()) {
      base = algebra.div(base, squares->extent);
      Polynomial root = algebra.pow(squares->extent, Rational(-1, 2));
      direct = algebra.mul(direct, root);
      centre = algebra.mul(centre, root);
    }
    Decision<Statistic> decision = decideStatistic(algebra, base, x);
    if (auto *refusal = std::get_if<Refusal>(&decision))
      return *refusal;
    auto &statistic = std::get<Statistic>(decision);
    auto placement = statistic.clamped ? EpsilonPlacement::ClampVar
                                       : EpsilonPlacement::Inside;
    Coefficient multiple = statistic.multiple, epsilon = statistic.epsilon;
    return Root{std::move(statistic), placement, multiple, epsilon,
                algebra.pow(base, Rational(-1, 2))};
  }
  if (factor.exponent == Rational(-1)) {
    if (atom->kind == Atom::Kind::Base)
      return decideRootOfRoot(&atom->base(), /*clamped=*/false);
    // The first operand of a maximum is its constant, if it has one.
    if (atom->kind == Atom::Kind::Max && atom->operands.size() == 2 &&
        atom->operands[0].asConstant() && atom->operands[1].terms.size() == 1)
      return decideRootOfRoot({&atom->operands[1], &atom->operands[0]},
                              /*clamped=*/true);
  }
  return Refusal{"root-exponent",
                 algebra.str(algebra.product(1, factor)) +
                     " is not the inverse root of a mean square or variance",
                 3};
}

std::optional<Refusal> NormDecision::checkNumerator(const Root &root) {
  const Statistic &statistic = root.statistic;
  llvm::ArrayRef<Index> indices = numerator->indices;
  for (Index index : indices)
    // guard: diagonal
    if (index != unitIndex && llvm::count(indices, index) != 1)
      return Refusal{"diagonal",
                     "two dimensions of x have the same index: " +
                         algebra.str(numerator),
                     4};
  bool axesMissing = llvm::any_of(statistic.axes, [&](unsigned axis) {
    return indices[axis] == unitIndex;
  });
  // guard: keepdims-square
  if (axesMissing || !sameGrid(indices, statistic.indices, statistic.axes))
    return Refusal{
        "keepdims-square",
        "the statistic of one row divides another: " + algebra.str(numerator) +
            " beside " + algebra.str(rootFactor->atom),
        4};
  if (statistic.kind == NormKind::RMS) {
    // guard: centred-over-rms
    if (!centre.isZero())
      return Refusal{"centred-over-rms",
                     "the mean is subtracted from x but not from what is "
                     "squared: " +
                         algebra.str(rootFactor->atom),
                     4};
    return std::nullopt;
  }
  // guard: std-without-centring
  if (centre.isZero())
    return Refusal{"std-without-centring",
                   "x is divided by its standard deviation but its mean is "
                   "not subtracted",
                   4};
  // guard: mean-axes-differ
  if (rowSum->axes != statistic.axes)
    return Refusal{"mean-axes-differ",
                   "the mean is over axes " + axesText(rowSum->axes) +
                       " but the variance is over axes " +
                       axesText(statistic.axes),
                   4};
  // guard: keepdims-square
  if (!sameGrid(rowSum->indices, statistic.indices, statistic.axes))
    return Refusal{"keepdims-square",
                   "the mean of one row is subtracted from another: " +
                       algebra.str(rowSum->atom) + " beside " +
                       algebra.str(numerator),
                   4};
  // guard: mean-extent-differs
  if (!algebra.agree(rowSum->extent, statistic.extent))
    return Refusal{"mean-extent-differs",
                   "the mean is over " + algebra.str(rowSum->extent) +
                       " elements but the variance is over " +
                       algebra.str(statistic.extent),
                   4};
  // guard: mean-divisor-not-n
  if (!algebra.add(algebra.mul(centre, statistic.extent), direct).isZero())
    return Refusal{"mean-divisor-not-n",
                   "the sum is multiplied by " + algebra.str(centre) +
                       " where x is multiplied by " + algebra.str(direct) +
                       " and N = " + algebra.str(statistic.extent),
                   4};
  return std::nullopt;
}

/// The number that a product of literals was meant to be: the fraction with
/// the smallest denominator, or its reciprocal, that it agrees with.
static Rational getMeant(const Coefficient &value) {
  constexpr int64_t maxDenominator = 64;
  if (value.isExact() || value.isZero())
    return value.value();
  auto find = [&](const Coefficient &of) -> std::optional<Rational> {
    for (int64_t denominator = 1; denominator <= maxDenominator;
         ++denominator) {
      Rational scaled = of.value() * Rational(2 * denominator) + Rational(1);
      Rational candidate(scaled.floor() / DynamicAPInt(2),
                         DynamicAPInt(denominator));
      if (!candidate.isZero() && of.agreesWith(candidate))
        return candidate;
    }
    return std::nullopt;
  };
  if (std::optional<Rational> meant = find(value))
    return *meant;
  if (std::optional<Rational> meant = find(value.inverse()))
    return Rational(1) / *meant;
  return value.value();
}

std::optional<Refusal> NormDecision::correct(const Root &root,
                                             NormMatch &match) {
  const Coefficient &k = root.scaleSquared;
  bool squaredEpsilon = root.placement == EpsilonPlacement::Inside ||
                        root.placement == EpsilonPlacement::ClampVar;
  if (k.agreesWith(1)) {
    match.scale = direct;
    match.epsilon = root.epsilon.value().toDouble();
    return std::nullopt;
  }
  // The closed form that r is k^-1/2 times of has epsilon / k, or
  // epsilon / k^1/2 where epsilon is beside the root.
  Rational ratio = getMeant(k);
  match.epsilon = squaredEpsilon ? (root.epsilon.value() / ratio).toDouble()
                                 : root.epsilon.value().toDouble() /
                                       std::sqrt(ratio.toDouble());

  if (std::optional<Coefficient> n = root.statistic.extent.asConstant();
      n && match.kind == NormKind::LayerNorm && Rational(1) < n->value() &&
      k.agreesWith(n->value() / (n->value() - Rational(1)))) {
    Rational factor = (n->value() - Rational(1)) / n->value();
    match.scale = direct;
    match.correction = std::sqrt(factor.toDouble());
    // The literal stood for exactly (N - 1) / N.
    match.epsilon = squaredEpsilon
                        ? (root.epsilon.value() * factor).toDouble()
                        : root.epsilon.value().toDouble() * match.correction;
    return std::nullopt;
  }
  // Otherwise the factor has to be taken back, exactly, by what multiplies x.
  for (const Monomial &term : direct.terms) {
    FactorList constants, rest;
    for (const Factor &factor : term.factors)
      (factor.atom->kind == Atom::Kind::Constant ||
               factor.atom->kind == Atom::Kind::Extent
           ? constants
           : rest)
          .push_back(factor);
    std::optional<Coefficient> square =
        squareOf(algebra, algebra.product(term.coefficient, constants));
    // A factor that is left would be exact, too, but what a program means that
    // divides by another N is not known.
    bool isTaken = square && square->agreesWith(k);
    // guard: l2-normalize
    if (k.agreesWith(root.statistic.extent.asConstant().value_or(1)) &&
        !isTaken)
      return Refusal{"l2-normalize",
                     "x is divided by the root of its sum of squares, not of "
                     "their mean: N = " +
                         algebra.str(root.statistic.extent),
                     3};
    // guard: divisor-not-n
    if (!isTaken)
      return Refusal{"divisor-not-n",
                     "the sum of squares is multiplied by " +
                         number(k * root.statistic.extent.terms.front()
                                        .coefficient.inverse()) +
                         ", which is not 1/N with N = " +
                         algebra.str(root.statistic.extent),
                     3};
    int64_t sign = term.coefficient.value().isNegative() ? -1 : 1;
    match.scale = algebra.add(match.scale, algebra.product(sign, rest));
  }
  return std::nullopt;
}

std::optional<Refusal> NormDecision::checkAffine(const Polynomial &value,
                                                 const NormMatch &match,
                                                 bool isScale) {
  std::string what = isScale ? "scale" : "bias";
  uint64_t used = value.freeIndices(), row = 0, all = 0;
  for (auto [dimension, index] : llvm::enumerate(match.indices)) {
    if (index == unitIndex)
      continue;
    all |= uint64_t(1) << index;
    if (llvm::is_contained(match.axes, dimension))
      row |= uint64_t(1) << index;
  }
  for (const Monomial &term : value.terms)
    for (const Factor &factor : term.factors) {
      // guard: scale-not-a-leaf
      if (factor.atom->kind != Atom::Kind::Leaf)
        return Refusal{what + "-not-a-leaf",
                       "the " + what + " contains " + algebra.str(factor.atom),
                       5};
      // guard: scale-twice
      if (!factor.exponent.isOne())
        return Refusal{
            what + "-twice",
            "the " + what + " has a power of " + algebra.str(factor.atom), 5};
      for (Index index : factor.atom->indices)
        // guard: scale-diagonal
        if (index != unitIndex && llvm::count(factor.atom->indices, index) > 1)
          return Refusal{what + "-diagonal",
                         "the " + what + " is read along a diagonal: " +
                             algebra.str(factor.atom),
                         5};
    }
  // guard: scale-index
  if (used & ~all)
    return Refusal{what + "-index",
                   "the " + what + " " + algebra.str(value) +
                       " has an index that x does not have",
                   5};
  // guard: row-scale
  if (used && !(used & row))
    return Refusal{"row-" + what,
                   "the " + what + " " + algebra.str(value) +
                       " does not vary along a normalised axis",
                   5};
  // guard: matrix-scale
  if (row != all && used == all)
    return Refusal{"matrix-" + what,
                   "the " + what + " " + algebra.str(value) +
                       " varies along every dimension of x",
                   5};
  return std::nullopt;
}

Decision<NormMatch> NormDecision::decide(const Polynomial &value) {
  if (std::optional<Refusal> refusal = split(value))
    return *refusal;
  Decision<Root> rootDecision = decideRoot(*rootFactor);
  if (auto *refusal = std::get_if<Refusal>(&rootDecision))
    return *refusal;
  const Root &root = std::get<Root>(rootDecision);
  if (std::optional<Refusal> refusal = checkNumerator(root))
    return *refusal;

  NormMatch match;
  match.kind = root.statistic.kind;
  match.axes = root.statistic.axes;
  match.indices = numerator->indices;
  match.extent = root.statistic.extent;
  match.placement = root.placement;
  match.bias = bias;
  if (std::optional<Refusal> refusal = correct(root, match))
    return *refusal;
  if (std::optional<Refusal> refusal = checkAffine(match.scale, match, true))
    return *refusal;
  if (std::optional<Refusal> refusal = checkAffine(match.bias, match, false))
    return *refusal;
  if (rowSum)
    match.mean = algebra.div(algebra.product(1, Factor{rowSum->atom, 1}),
                             root.statistic.extent);
  // r is k^-1/2 times the closed form.
  if (root.scaleSquared.agreesWith(1))
    match.rstd = root.value;
  else if (root.scaleSquared.isExact())
    match.rstd =
        algebra.mul(root.value, algebra.pow(algebra.constant(root.scaleSquared),
                                            Rational(1, 2)));
  return match;
}

Decision<NormMatch> mlir::norm::algebra::decideNorm(Algebra &algebra,
                                                    const Polynomial &value,
                                                    unsigned x) {
  Decision<NormMatch> decision = NormDecision(algebra, x).decide(value);
  // guard: monomial-cap
  if (!algebra.failure().empty())
    return Refusal{"monomial-cap", algebra.failure().str(), 1};
  return decision;
}
