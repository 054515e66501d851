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

#include <algorithm>
#include <cmath>

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
  BackwardDecision(Algebra &algebra, const Polynomial &value,
                   std::optional<unsigned> dy)
      : algebra(algebra), value(value), dy(dy) {}

  Decision<BackwardMatch> decide();

private:
  void collect(const Polynomial &part, bool bound);
  std::optional<Refusal> sortLeaves();
  std::optional<Refusal> findRow();
  Refusal refuseMatrices();
  /// Fills in offset, epsilon and mode as the terms of dx show them.
  void readConstants(const Roles &roles, BackwardMatch &match);
  Polynomial projectionFactor(const Roles &roles, const BackwardMatch &match);
  Polynomial closedForm(const Roles &roles, const BackwardMatch &match);
  bool tryRoles(const Roles &roles, BackwardMatch &match);

  Polynomial atom(const Atom *a) { return algebra.product(1, Factor{a, 1}); }
  Polynomial sumRow(Polynomial body) {
    for (auto &[index, extent] : row)
      body = algebra.sum(body, index, extent);
    return body;
  }

  Algebra &algebra;
  const Polynomial &value;
  std::optional<unsigned> dy;
  llvm::SmallSetVector<const Atom *, 8> leaves, sums;
  llvm::SmallVector<const Atom *, 2> matrices, rows, columns;
  /// The variables that run along a row, and how far.
  llvm::SmallVector<std::pair<Index, Polynomial>, 2> row;
  Polynomial rowSize;
  bool hasGrid = true, isMatrixScale = false;
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
  if (matrices.size() == 2 || matrices.size() == 3)
    return std::nullopt;
  return refuseMatrices();
}

Refusal BackwardDecision::refuseMatrices() {
  return Refusal{"backward-matrices",
                 "a gradient is made of dy and x at the same indices, but "
                 "there are " +
                     std::to_string(matrices.size()) + " operands of its shape",
                 1};
}

std::optional<Refusal> BackwardDecision::findRow() {
  // The row is what a sum over both matrices runs over.
  const Atom *matrix = matrices[0];
  for (const Atom *sum : sums) {
    for (const Factor &factor : sum->body().factors) {
      if (factor.atom->kind != Atom::Kind::Leaf ||
          factor.atom->symbol != matrix->symbol)
        continue;
      row.clear();
      for (auto [dimension, index] : llvm::enumerate(factor.atom->indices)) {
        const auto *bound = llvm::find(sum->indices, index);
        if (index == unitIndex || bound == sum->indices.end())
          continue;
        row.push_back({matrix->indices[dimension],
                       sum->extents[bound - sum->indices.begin()]});
      }
      if (row.size() == sum->indices.size())
        break;
    }
    if (!row.empty())
      break;
  }
  // guard: backward-no-projection
  if (row.empty() || llvm::any_of(row, [](const auto &bound) {
        return bound.first == unitIndex;
      }))
    return Refusal{"backward-no-projection",
                   "no sum over a row of dy * x in " + algebra.str(value), 1};
  rowSize = algebra.constant(1);
  uint64_t grid = value.freeIndices();
  for (auto &[index, extent] : row) {
    rowSize = algebra.mul(rowSize, extent);
    grid &= ~(uint64_t(1) << index);
  }
  for (const Atom *leaf : leaves) {
    if (llvm::is_contained(matrices, leaf))
      continue;
    (leaf->free == grid ? rows : columns).push_back(leaf);
  }
  // Without a grid a scale has the shape of x, or, if it is one number for all
  // elements, that of a statistic.
  hasGrid = grid != 0;
  isMatrixScale = matrices.size() == 3;
  // guard: backward-matrices
  if (isMatrixScale && hasGrid)
    return refuseMatrices();
  unsigned maxRows = hasGrid || !columns.empty() || isMatrixScale ? 2 : 3;
  // guard: backward-operands
  if (rows.empty() || rows.size() > maxRows || columns.size() > 1 ||
      (isMatrixScale && !columns.empty()))
    return Refusal{"backward-operands",
                   "a gradient has one or two statistics and at most one "
                   "scale, but here are " +
                       std::to_string(rows.size()) + " and " +
                       std::to_string(columns.size()),
                   2};
  return std::nullopt;
}

void BackwardDecision::readConstants(const Roles &roles, BackwardMatch &match) {
  // The coefficient of dy * r, without the scale, is the offset. Where a
  // rounded literal is part of it, it is the whole number that was meant.
  match.scaleOffset = roles.scale ? 0.0 : 1.0;
  for (const Monomial &term : value.terms)
    if (roles.scale && term.factors.size() == 2 &&
        term.exponentOf(roles.dy).isOne() &&
        term.exponentOf(roles.rstd).isOne()) {
      double offset = term.coefficient.value().toDouble();
      double whole = std::round(offset);
      bool isWhole =
          std::abs(whole) < 1e6 &&
          term.coefficient.agreesWith(Coefficient(static_cast<int64_t>(whole)));
      match.scaleOffset = isWhole ? whole : offset;
    }

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
  match.indices = roles.x->indices;
  match.dyIndices = roles.dy->indices;
  match.rstdIndices = roles.rstd->indices;
  auto dimension = [&](Index index) {
    return static_cast<unsigned>(llvm::find(match.indices, index) -
                                 match.indices.begin());
  };
  llvm::SmallVector<std::pair<unsigned, Polynomial>> sorted;
  for (auto &[index, extent] : row)
    sorted.push_back({dimension(index), extent});
  llvm::sort(sorted, llvm::less_first());
  for (auto &[axis, extent] : sorted) {
    match.axes.push_back(axis);
    match.extents.push_back(extent);
  }
  if (roles.mean)
    match.meanIndices = roles.mean->indices;
  if (roles.scale) {
    match.scale = roles.scale->symbol;
    match.scaleIndices = roles.scale->indices;
    for (Index index : roles.scale->indices)
      if (index != unitIndex)
        match.scaleDims.push_back(dimension(index));
    llvm::sort(match.scaleDims);
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
  if (std::optional<Refusal> refusal = findRow())
    return *refusal;
  // None of a statistic's or the scale's dimensions may be read twice.
  for (const Atom *leaf : leaves)
    for (Index index : leaf->indices)
      // guard: backward-diagonal
      if (index != unitIndex && llvm::count(leaf->indices, index) > 1)
        return Refusal{
            "backward-diagonal",
            "an operand is read along a diagonal: " + algebra.str(leaf), 2};
  llvm::SmallVector<const Atom *> all(leaves.begin(), leaves.end());
  auto byId = [](const Atom *a, const Atom *b) { return a->id < b->id; };
  auto isMatrix = [&](const Atom *leaf) {
    return llvm::is_contained(matrices, leaf);
  };
  for (bool hasScale : {false, true}) {
    // A column is a scale; without a grid a scale may look like a statistic.
    if (!columns.empty() || isMatrixScale ? !hasScale : hasScale && hasGrid)
      continue;
    size_t statistics = all.size() - 2 - hasScale;
    if (all.size() < 3u + hasScale || statistics > 2)
      continue;
    // In the order of the roles: dy, x, rstd, mean and scale if there are any.
    llvm::sort(all, byId);
    do {
      Roles roles;
      roles.dy = all[0];
      roles.x = all[1];
      roles.rstd = all[2];
      if (statistics == 2)
        roles.mean = all[3];
      if (hasScale)
        roles.scale = all.back();
      bool fits = isMatrix(roles.dy) && isMatrix(roles.x) &&
                  (!dy || roles.dy->symbol == *dy) &&
                  llvm::is_contained(rows, roles.rstd) &&
                  (!roles.mean || llvm::is_contained(rows, roles.mean));
      BackwardMatch match;
      if (fits && tryRoles(roles, match))
        return match;
    } while (std::next_permutation(all.begin(), all.end(), byId));
  }
  return Refusal{"backward-not-closed-form",
                 "not the gradient of a norm for any roles of its operands: " +
                     algebra.str(value),
                 3};
}

Decision<BackwardMatch>
mlir::norm::algebra::decideBackward(Algebra &algebra, const Polynomial &value,
                                    std::optional<unsigned> dy) {
  if (!algebra.failure().empty())
    return Refusal{"monomial-cap", algebra.failure().str(), 1};
  Decision<BackwardMatch> decision =
      BackwardDecision(algebra, value, dy).decide();
  if (!algebra.failure().empty())
    return Refusal{"monomial-cap", algebra.failure().str(), 1};
  return decision;
}
