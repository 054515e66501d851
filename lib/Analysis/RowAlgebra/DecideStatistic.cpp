//===- DecideStatistic.cpp - Mean squares and variances -------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DecideUtils.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir::norm::algebra;
using namespace mlir::norm::algebra::detail;

bool detail::dependsOn(const Algebra &algebra, const Atom *atom, unsigned x) {
  if (atom->kind == Atom::Kind::Leaf)
    return atom->symbol == x || algebra.isOpaque(atom->symbol);
  return llvm::any_of(atom->operands, [&](const Polynomial &operand) {
    return dependsOn(algebra, operand, x);
  });
}

bool detail::dependsOn(const Algebra &algebra, const Monomial &term,
                       unsigned x) {
  return llvm::any_of(term.factors, [&](const Factor &factor) {
    return dependsOn(algebra, factor.atom, x);
  });
}

bool detail::dependsOn(const Algebra &algebra, const Polynomial &value,
                       unsigned x) {
  return llvm::any_of(value.terms, [&](const Monomial &term) {
    return dependsOn(algebra, term, x);
  });
}

Polynomial detail::without(Algebra &algebra, const Monomial &term,
                           llvm::ArrayRef<const Atom *> atoms) {
  FactorList rest;
  for (const Factor &factor : term.factors)
    if (!llvm::is_contained(atoms, factor.atom))
      rest.push_back(factor);
  return algebra.product(term.coefficient, rest);
}

std::optional<RowSum> detail::matchRowSum(Algebra &algebra, const Atom *atom,
                                          unsigned x, int64_t power) {
  if (atom->kind != Atom::Kind::Sum || atom->body().factors.size() != 1)
    return std::nullopt;
  const Factor &factor = atom->body().factors.front();
  if (factor.atom->kind != Atom::Kind::Leaf || factor.atom->symbol != x ||
      factor.exponent != Rational(power))
    return std::nullopt;
  RowSum result;
  result.atom = atom;
  result.indices = factor.atom->indices;
  result.extent = algebra.constant(1);
  for (auto [dimension, index] : llvm::enumerate(result.indices)) {
    if (!llvm::is_contained(atom->indices, index))
      continue;
    // x[t, t] is a diagonal, not a row.
    if (llvm::count(result.indices, index) != 1)
      return std::nullopt;
    result.axes.push_back(dimension);
  }
  for (const Polynomial &extent : atom->extents)
    result.extent = algebra.mul(result.extent, extent);
  return result;
}

bool detail::sameGrid(llvm::ArrayRef<Index> a, llvm::ArrayRef<Index> b,
                      llvm::ArrayRef<unsigned> axes) {
  for (auto [dimension, pair] : llvm::enumerate(llvm::zip_equal(a, b)))
    if (!llvm::is_contained(axes, dimension) &&
        std::get<0>(pair) != std::get<1>(pair))
      return false;
  return true;
}

std::string detail::axesText(llvm::ArrayRef<unsigned> axes) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << '[';
  llvm::interleaveComma(axes, os);
  os << ']';
  return text;
}

std::string detail::number(const Coefficient &value) {
  std::string text;
  llvm::raw_string_ostream os(text);
  value.print(os);
  return text;
}

namespace {

/// Says what is wrong with a term of a statistic.
Refusal explainTerm(Algebra &algebra, const Monomial &term, unsigned x,
                    const std::optional<RowSum> &squares) {
  unsigned progress = squares ? 2 : 1;
  Polynomial whole = algebra.fromMonomial(term);
  std::string text = "the statistic has the term " + algebra.str(whole);
  for (const Factor &factor : term.factors) {
    const Atom *atom = factor.atom;
    if (atom->kind != Atom::Kind::Sum) {
      // guard: statistic-not-reduced
      if (atom->kind == Atom::Kind::Leaf && atom->symbol == x)
        return {"statistic-not-reduced",
                text + ", which still has elements of x outside of the sum",
                progress};
      continue;
    }
    for (const Factor &inner : atom->body().factors) {
      // guard: l1-norm
      if (inner.atom->kind == Atom::Kind::Apply && inner.atom->name == "abs" &&
          mentions(inner.atom->base(), x))
        return {"l1-norm", text + ": a sum of absolute values, not of squares",
                progress};
      bool isX =
          inner.atom->kind == Atom::Kind::Leaf && inner.atom->symbol == x;
      // guard: exponent-three
      if (isX && atom->body().factors.size() == 1 && inner.exponent != 1 &&
          inner.exponent != 2)
        return {"exponent-three", text + ": the elements are not squared",
                progress};
      // guard: different-x
      if (!isX && inner.atom->kind == Atom::Kind::Leaf)
        return {"different-x",
                text + ", whose summand has " + algebra.str(inner.atom) +
                    " beside x",
                progress};
    }
    // guard: mean-axes-differ
    if (squares && mentions(atom->base(), x)) {
      return {"mean-axes-differ",
              text + ": the mean is not over the axes of the squares, " +
                  axesText(squares->axes),
              3};
    }
  }
  // guard: no-squares
  if (!squares)
    return {"no-squares",
            "no sum of squares of " + algebra.symbolName(x).str() +
                " under the root: " + algebra.str(whole),
            0};
  return {"statistic-term",
          text + ", which neither a mean square nor a variance has", progress};
}

/// max(0, v) is v when v is a variance or a mean square: neither is negative.
Polynomial dropClampAtZero(Algebra &algebra, const Polynomial &value,
                           unsigned x) {
  auto getClamp = [](const Monomial &term) {
    const Atom *clamp = nullptr;
    for (const Factor &factor : term.factors)
      if (factor.atom->kind == Atom::Kind::Max && factor.exponent.isOne() &&
          factor.atom->operands.size() == 2 &&
          factor.atom->operands[0].isZero())
        clamp = factor.atom;
    return clamp;
  };
  if (llvm::none_of(value.terms, getClamp))
    return value;
  Polynomial result;
  for (const Monomial &term : value.terms) {
    const Atom *clamp = getClamp(term);
    if (clamp) {
      Decision<Statistic> inner =
          decideStatistic(algebra, clamp->operands[1], x);
      auto *statistic = std::get_if<Statistic>(&inner);
      if (statistic && statistic->epsilon.isZero() && !statistic->clamped &&
          !statistic->multiple.value().isNegative()) {
        result = algebra.add(result, algebra.mul(without(algebra, term, clamp),
                                                 clamp->operands[1]));
        continue;
      }
    }
    result = algebra.add(result, algebra.fromMonomial(term));
  }
  return result;
}

/// max(statistic, epsilon), times a constant.
std::optional<Decision<Statistic>>
decideClamped(Algebra &algebra, const Polynomial &value, unsigned x) {
  if (value.terms.size() != 1 || value.terms.front().factors.size() != 1)
    return std::nullopt;
  const Monomial &term = value.terms.front();
  const Atom *clamp = term.factors.front().atom;
  if (clamp->kind != Atom::Kind::Max || clamp->operands.size() != 2 ||
      !term.factors.front().exponent.isOne())
    return std::nullopt;
  std::optional<Coefficient> floor = clamp->operands[0].asConstant();
  if (!floor)
    return std::nullopt;
  Decision<Statistic> inner = decideStatistic(algebra, clamp->operands[1], x);
  auto *statistic = std::get_if<Statistic>(&inner);
  if (!statistic)
    return inner;
  // guard: epsilon-twice
  if (!statistic->epsilon.isZero() || statistic->clamped)
    return Refusal{"epsilon-twice",
                   "epsilon " + number(statistic->epsilon) +
                       " is added and the result is clamped at " +
                       number(*floor) + " too",
                   3};
  // guard: epsilon-negative
  if (floor->value().isNegative() || term.coefficient.value().isNegative())
    return Refusal{"epsilon-negative",
                   "the statistic is clamped at a negative number: " +
                       number(*floor * term.coefficient),
                   3};
  statistic->multiple = statistic->multiple * term.coefficient;
  statistic->epsilon = *floor * term.coefficient;
  statistic->clamped = true;
  return inner;
}

} // namespace

Decision<Statistic>
mlir::norm::algebra::decideStatistic(Algebra &algebra,
                                     const Polynomial &original, unsigned x) {
  Polynomial value = dropClampAtZero(algebra, original, x);
  if (std::optional<Decision<Statistic>> clamped =
          decideClamped(algebra, value, x))
    return *clamped;

  // value = a * sum(x^2) + b * sum(x)^2 + epsilon
  std::optional<RowSum> squares, means;
  Polynomial a, b, epsilon;
  for (const Monomial &term : value.terms)
    for (const Factor &factor : term.factors)
      if (!squares && factor.exponent.isOne())
        squares = matchRowSum(algebra, factor.atom, x, 2);
  for (const Monomial &term : value.terms) {
    bool isKnown = !dependsOn(algebra, term, x);
    if (isKnown)
      epsilon = algebra.add(epsilon, algebra.fromMonomial(term));
    for (const Factor &factor : term.factors) {
      Polynomial rest = without(algebra, term, factor.atom);
      if (dependsOn(algebra, rest, x))
        continue;
      if (squares && factor.atom == squares->atom && factor.exponent.isOne()) {
        a = algebra.add(a, rest);
        isKnown = true;
        continue;
      }
      std::optional<RowSum> sum = matchRowSum(algebra, factor.atom, x, 1);
      if (!sum || factor.exponent != Rational(2) ||
          (means && means->atom != sum->atom))
        continue;
      means = sum;
      b = algebra.add(b, rest);
      isKnown = true;
    }
    if (!isKnown)
      return explainTerm(algebra, term, x, squares);
  }
  if (!squares)
    return Refusal{"no-squares",
                   algebra.symbolName(x).str() + " is not under the root", 0};

  Statistic result;
  result.kind = means ? NormKind::LayerNorm : NormKind::RMS;
  result.axes = squares->axes;
  result.indices = squares->indices;
  result.extent = squares->extent;
  if (means) {
    // guard: mean-axes-differ
    if (means->axes != squares->axes)
      return Refusal{"mean-axes-differ",
                     "the mean is over axes " + axesText(means->axes) +
                         " but the squares are summed over axes " +
                         axesText(squares->axes),
                     3};
    // guard: keepdims-square
    if (!sameGrid(means->indices, squares->indices, squares->axes))
      return Refusal{"keepdims-square",
                     "the mean of one row is subtracted from another: " +
                         algebra.str(means->atom) + " beside " +
                         algebra.str(squares->atom),
                     3};
    // guard: mean-extent-differs
    if (!algebra.agree(means->extent, squares->extent))
      return Refusal{"mean-extent-differs",
                     "the mean is over " + algebra.str(means->extent) +
                         " elements but the squares are summed over " +
                         algebra.str(squares->extent),
                     3};
    // guard: mean-square-mixup
    if (!algebra.add(algebra.mul(b, squares->extent), a).isZero())
      return Refusal{"mean-square-mixup",
                     "the square of the sum has the coefficient " +
                         algebra.str(b) + " beside " + algebra.str(a) +
                         " for the sum of squares: not a variance",
                     3};
  }
  std::optional<Coefficient> multiple =
      algebra.mul(a, squares->extent).asConstant();
  // guard: divisor-not-n-dynamic
  if (!multiple)
    return Refusal{"divisor-not-n-dynamic",
                   "the sum of squares is multiplied by " + algebra.str(a) +
                       ", which is not provably 1/N with N = " +
                       algebra.str(squares->extent),
                   2};
  // guard: empty-row
  if (multiple->isZero())
    return Refusal{"empty-row", "the row has no elements", 2};
  // guard: negative-statistic
  if (multiple->value().isNegative())
    return Refusal{"negative-statistic",
                   "the sum of squares has a negative coefficient", 2};
  std::optional<Coefficient> constantEpsilon = epsilon.asConstant();
  // guard: epsilon-not-constant
  if (!constantEpsilon)
    return Refusal{"epsilon-not-constant",
                   "epsilon is not a finite compile-time constant: " +
                       algebra.str(epsilon),
                   3};
  // guard: epsilon-negative
  if (constantEpsilon->value().isNegative())
    return Refusal{"epsilon-negative",
                   "epsilon is negative: " + number(*constantEpsilon), 3};
  result.multiple = *multiple;
  result.epsilon = *constantEpsilon;
  return result;
}
