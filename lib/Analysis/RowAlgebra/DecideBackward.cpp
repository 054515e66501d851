//===- DecideBackward.cpp - Gradients of normalisations -------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/RowAlgebra/DecideBackward.h"

#include "DecideUtils.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir::norm::algebra;
using namespace mlir::norm::algebra::detail;

namespace {

/// An assignment of leaves to roles, as atoms at the indices of dx.
struct Roles {
  const Atom *dy = nullptr, *x = nullptr, *rstd = nullptr;
  const Atom *mean = nullptr, *scale = nullptr;
};

class BackwardDecision {
public:
  BackwardDecision(Algebra &algebra, const Polynomial &value)
      : algebra(algebra), value(value) {}

  Decision<BackwardMatch> decide();

private:
  void collect(const Polynomial &part, bool bound);
  std::optional<Refusal> sortLeaves();
  std::optional<Refusal> findAxes();
  /// Fills in offset, epsilon and mode as the terms of dx show them.
  void readConstants(const Roles &roles, BackwardMatch &match);
  Polynomial projectionFactor(const Roles &roles, const BackwardMatch &match);
  Polynomial closedForm(const Roles &roles, const BackwardMatch &match);
  bool tryRoles(const Roles &roles, BackwardMatch &match);

  Polynomial atom(const Atom *a) { return algebra.product(1, Factor{a, 1}); }
  Polynomial sumRow(Polynomial body) {
    for (auto [axis, extent] : llvm::zip_equal(axes, extents))
      body = algebra.sum(body, indices[axis], extent);
    return body;
  }

  Algebra &algebra;
  const Polynomial &value;
  llvm::SmallSetVector<const Atom *, 8> leaves, sums;
  llvm::SmallVector<const Atom *, 2> matrices, rows, columns;
  IndexTuple indices;
  llvm::SmallVector<unsigned, 2> axes;
  llvm::SmallVector<Polynomial, 2> extents;
  Polynomial rowSize;
};

} // namespace

void BackwardDecision::collect(const Polynomial &part, bool bound) {
  for (const Monomial &term : part.terms)
    for (const Factor &factor : term.factors) {
      const Atom *atom = factor.atom;
      if (atom->kind == Atom::Kind::Leaf && !bound)
        leaves.insert(atom);
      if (atom->kind == Atom::Kind::Sum && !bound)
        sums.insert(atom);
      for (const Polynomial &operand : atom->operands)
        collect(operand, bound || atom->kind == Atom::Kind::Sum);
    }
}

std::optional<Refusal> BackwardDecision::sortLeaves() {
  collect(value, /*bound=*/false);
  uint64_t all = value.freeIndices();
  for (const Atom *leaf : leaves)
    if (leaf->free == all && llvm::none_of(leaf->indices, [&](Index index) {
          return index != unitIndex && llvm::count(leaf->indices, index) > 1;
        }))
      matrices.push_back(leaf);
  // guard: backward-matrices
  if (matrices.size() != 2 || matrices[0]->indices != matrices[1]->indices)
    return Refusal{"backward-matrices",
                   "a gradient is made of dy and x at the same indices, but "
                   "there are " +
                       std::to_string(matrices.size()) +
                       " operands of its shape",
                   1};
  indices = matrices[0]->indices;
  return std::nullopt;
}

std::optional<Refusal> BackwardDecision::findAxes() {
  // The row is what a sum over both matrices runs over.
  for (const Atom *sum : sums) {
    for (const Factor &factor : sum->body().factors) {
      if (factor.atom->kind != Atom::Kind::Leaf ||
          factor.atom->symbol != matrices[0]->symbol)
        continue;
      axes.clear();
      extents.clear();
      for (auto [dimension, index] : llvm::enumerate(factor.atom->indices)) {
        const auto *bound = llvm::find(sum->indices, index);
        if (index == unitIndex || bound == sum->indices.end())
          continue;
        axes.push_back(dimension);
        extents.push_back(sum->extents[bound - sum->indices.begin()]);
      }
      if (axes.size() == sum->indices.size())
        break;
    }
    if (!axes.empty())
      break;
  }
  // guard: backward-no-projection
  if (axes.empty() || llvm::any_of(axes, [&](unsigned axis) {
        return indices[axis] == unitIndex;
      }))
    return Refusal{"backward-no-projection",
                   "no sum over a row of dy * x in " + algebra.str(value), 1};
  rowSize = algebra.constant(1);
  uint64_t row = 0;
  for (auto [axis, extent] : llvm::zip_equal(axes, extents)) {
    rowSize = algebra.mul(rowSize, extent);
    row |= uint64_t(1) << indices[axis];
  }
  uint64_t grid = value.freeIndices() & ~row;
  for (const Atom *leaf : leaves) {
    if (llvm::is_contained(matrices, leaf))
      continue;
    (leaf->free == grid ? rows : columns).push_back(leaf);
  }
  // guard: backward-operands
  if (rows.empty() || rows.size() > 2 || columns.size() > 1)
    return Refusal{"backward-operands",
                   "a gradient has one or two statistics and at most one "
                   "scale, but here are " +
                       std::to_string(rows.size()) + " and " +
                       std::to_string(columns.size()),
                   2};
  return std::nullopt;
}

void BackwardDecision::readConstants(const Roles &roles, BackwardMatch &match) {
  // The coefficient of dy * r, without the scale, is the offset.
  match.scaleOffset = roles.scale ? 0.0 : 1.0;
  for (const Monomial &term : value.terms)
    if (roles.scale && term.factors.size() == 2 &&
        term.exponentOf(roles.dy).isOne() &&
        term.exponentOf(roles.rstd).isOne())
      match.scaleOffset = term.coefficient.value().toDouble();

  // k is a factor of its own: 1 / (1 - epsilon * r), or a selection by r.
  for (const Monomial &term : value.terms)
    for (const Factor &factor : term.factors) {
      const Atom *atom = factor.atom;
      if (atom->kind == Atom::Kind::Base && factor.exponent == Rational(-1))
        for (const Monomial &part : atom->base().terms)
          if (part.factors.size() == 1 &&
              part.factors.front() == Factor{roles.rstd, 1}) {
            match.placement = EpsilonPlacement::Outside;
            match.epsilon = -part.coefficient.value().toDouble();
          }
      if (atom->kind != Atom::Kind::Apply || atom->name != selectName)
        continue;
      const Polynomial &condition = atom->operands.front();
      if (condition.terms.size() != 1 ||
          condition.terms.front().factors.size() != 1)
        continue;
      const Atom *compare = condition.terms.front().factors.front().atom;
      if (compare->kind != Atom::Kind::Apply ||
          compare->name != greaterOrEqualName || compare->operands.size() != 2)
        continue;
      // The bound is 1 / epsilon, or epsilon^-1/2 when that is how it is
      // written; a bound whose square root is rational reads as the former.
      const Polynomial &bound = compare->operands[1];
      std::optional<Coefficient> plain = bound.asConstant();
      std::optional<Coefficient> squared =
          algebra.mul(bound, bound).asConstant();
      if (plain && !plain->isZero()) {
        match.placement = EpsilonPlacement::ClampNorm;
        match.epsilon = plain->inverse().value().toDouble();
      } else if (squared && !squared->isZero()) {
        match.placement = EpsilonPlacement::ClampVar;
        match.epsilon = squared->inverse().value().toDouble();
      }
    }
}

Polynomial BackwardDecision::projectionFactor(const Roles &roles,
                                              const BackwardMatch &match) {
  Polynomial one = algebra.constant(1), rstd = atom(roles.rstd);
  Polynomial epsilon = algebra.constant(Rational::fromDouble(match.epsilon));
  auto unlessClamped = [&](const Polynomial &bound) {
    Polynomial clamped = algebra.apply(greaterOrEqualName, {rstd, bound});
    return algebra.apply(selectName, {clamped, algebra.constant(0), one});
  };
  switch (match.placement) {
  case EpsilonPlacement::Inside:
    return one;
  case EpsilonPlacement::Outside:
    return algebra.pow(algebra.sub(one, algebra.mul(epsilon, rstd)), -1);
  case EpsilonPlacement::ClampVar:
    return unlessClamped(algebra.pow(epsilon, Rational(-1, 2)));
  case EpsilonPlacement::ClampNorm:
    return unlessClamped(algebra.pow(epsilon, -1));
  }
  return one;
}

Polynomial BackwardDecision::closedForm(const Roles &roles,
                                        const BackwardMatch &match) {
  Polynomial centred = atom(roles.x);
  if (roles.mean)
    centred = algebra.sub(centred, atom(roles.mean));
  Polynomial rstd = atom(roles.rstd);
  Polynomial xhat = algebra.mul(centred, rstd);
  Polynomial factor = algebra.constant(Rational::fromDouble(match.scaleOffset));
  if (roles.scale)
    factor = algebra.add(factor, atom(roles.scale));
  Polynomial gradient = algebra.mul(atom(roles.dy), factor);
  Polynomial projection =
      algebra.div(sumRow(algebra.mul(gradient, xhat)), rowSize);
  projection = algebra.mul(projection, projectionFactor(roles, match));
  Polynomial inner = algebra.sub(gradient, algebra.mul(xhat, projection));
  if (roles.mean)
    inner = algebra.sub(inner, algebra.div(sumRow(gradient), rowSize));
  return algebra.mul(inner, rstd);
}

bool BackwardDecision::tryRoles(const Roles &roles, BackwardMatch &match) {
  match.kind = roles.mean ? NormKind::LayerNorm : NormKind::RMS;
  match.dy = roles.dy->symbol;
  match.x = roles.x->symbol;
  match.rstd = roles.rstd->symbol;
  if (roles.mean)
    match.mean = roles.mean->symbol;
  match.indices = indices;
  match.axes.assign(axes.begin(), axes.end());
  match.extents.assign(extents.begin(), extents.end());
  if (roles.scale) {
    match.scale = roles.scale->symbol;
    for (Index index : roles.scale->indices)
      match.scaleDims.push_back(llvm::find(indices, index) - indices.begin());
  }
  readConstants(roles, match);
  if (!algebra.agree(closedForm(roles, match), value))
    return false;
  // Without a scale there is nothing that the offset is added to.
  if (!roles.scale)
    match.scaleOffset = 0.0;
  return true;
}

Decision<BackwardMatch> BackwardDecision::decide() {
  if (std::optional<Refusal> refusal = sortLeaves())
    return *refusal;
  if (std::optional<Refusal> refusal = findAxes())
    return *refusal;
  for (bool swapMatrices : {false, true})
    for (bool swapRows : {false, true}) {
      if (swapRows && rows.size() < 2)
        continue;
      Roles roles;
      roles.dy = matrices[swapMatrices];
      roles.x = matrices[!swapMatrices];
      roles.rstd = rows[swapRows];
      if (rows.size() == 2)
        roles.mean = rows[!swapRows];
      if (!columns.empty())
        roles.scale = columns.front();
      // The statistics and the scale must be read along the dimensions of x,
      // in order, none of them twice.
      auto follows = [&](const Atom *leaf) {
        int previous = -1;
        return !leaf || llvm::all_of(leaf->indices, [&](Index index) {
          int position = llvm::find(indices, index) - indices.begin();
          bool fits = index != unitIndex && position > previous &&
                      position < static_cast<int>(indices.size());
          previous = position;
          return fits;
        });
      };
      // guard: backward-statistic-transposed
      if (!follows(roles.rstd) || !follows(roles.mean) || !follows(roles.scale))
        continue;
      BackwardMatch match;
      if (tryRoles(roles, match))
        return match;
    }
  return Refusal{"backward-not-closed-form",
                 "not the gradient of a norm for any roles of its operands: " +
                     algebra.str(value),
                 3};
}

Decision<BackwardMatch>
mlir::norm::algebra::decideBackward(Algebra &algebra, const Polynomial &value) {
  if (!algebra.failure().empty())
    return Refusal{"monomial-cap", algebra.failure().str(), 1};
  Decision<BackwardMatch> decision = BackwardDecision(algebra, value).decide();
  if (!algebra.failure().empty())
    return Refusal{"monomial-cap", algebra.failure().str(), 1};
  return decision;
}

//===----------------------------------------------------------------------===//
// dscale and dbias
//===----------------------------------------------------------------------===//

/// A sum in `value` that has the leaf `symbol` as a factor, with that leaf.
static std::pair<const Atom *, const Atom *> findSumOf(const Polynomial &value,
                                                       unsigned symbol) {
  for (const Monomial &term : value.terms)
    for (const Factor &factor : term.factors)
      if (factor.atom->kind == Atom::Kind::Sum)
        for (const Factor &inner : factor.atom->body().factors)
          if (inner.atom->kind == Atom::Kind::Leaf &&
              inner.atom->symbol == symbol)
            return {factor.atom, inner.atom};
  return {nullptr, nullptr};
}

Decision<GradientMatch>
mlir::norm::algebra::decideGradient(Algebra &algebra, const Polynomial &value,
                                    const BackwardMatch &match) {
  const Atom *sum, *dy;
  std::tie(sum, dy) = findSumOf(value, match.dy);
  // guard: gradient-no-sum
  if (!sum)
    return Refusal{"gradient-no-sum",
                   "no sum over rows of " + algebra.symbolName(match.dy).str(),
                   0};
  // Kept dimensions are read at 0, 1, ... in order: the frame of the result.
  GradientMatch result;
  Index next = 0;
  for (auto [dimension, index] : llvm::enumerate(dy->indices)) {
    if (const auto *bound = llvm::find(sum->indices, index);
        bound != sum->indices.end()) {
      result.summed.push_back(
          {dimension, sum->extents[bound - sum->indices.begin()]});
      continue;
    }
    // guard: gradient-transposed
    if (index != next++)
      return Refusal{
          "gradient-transposed",
          "dimensions are summed or kept out of order: " + algebra.str(dy), 1};
    result.dims.push_back(dimension);
  }
  IndexTuple statistic;
  for (auto [dimension, index] : llvm::enumerate(dy->indices))
    if (!llvm::is_contained(match.axes, dimension))
      statistic.push_back(index);
  auto sumOf = [&](Polynomial body) {
    for (auto [index, extent] : llvm::zip_equal(sum->indices, sum->extents))
      body = algebra.sum(body, index, extent);
    return body;
  };
  Polynomial gradient = algebra.leaf(match.dy, dy->indices);
  if (algebra.agree(value, sumOf(gradient))) {
    result.isScale = false;
    return result;
  }
  Polynomial centred = algebra.leaf(match.x, dy->indices);
  if (match.mean)
    centred = algebra.sub(centred, algebra.leaf(*match.mean, statistic));
  Polynomial xhat = algebra.mul(centred, algebra.leaf(match.rstd, statistic));
  // guard: gradient-not-closed-form
  if (!algebra.agree(value, sumOf(algebra.mul(gradient, xhat))))
    return Refusal{
        "gradient-not-closed-form",
        "neither dy nor dy * xhat summed over rows: " + algebra.str(value), 2};
  result.isScale = true;
  return result;
}
