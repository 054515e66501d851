//===- DecideGradient.cpp - Gradients of scale and bias -------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/RowAlgebra/DecideBackward.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir::norm::algebra;

/// The leaf `symbol` as a factor of `value`, and the sum that it is in, which
/// is null when nothing is summed.
static std::pair<const Atom *, const Atom *> findSumOf(const Polynomial &value,
                                                       unsigned symbol) {
  auto isLeaf = [&](const Factor &factor) {
    return factor.atom->kind == Atom::Kind::Leaf &&
           factor.atom->symbol == symbol;
  };
  for (const Monomial &term : value.terms)
    for (const Factor &factor : term.factors) {
      if (isLeaf(factor))
        return {nullptr, factor.atom};
      if (factor.atom->kind != Atom::Kind::Sum)
        continue;
      for (const Factor &inner : factor.atom->body().factors)
        if (isLeaf(inner))
          return {factor.atom, inner.atom};
    }
  return {nullptr, nullptr};
}

Decision<GradientMatch>
mlir::norm::algebra::decideGradient(Algebra &algebra, const Polynomial &value,
                                    const BackwardMatch &match) {
  const Atom *sum, *dy;
  std::tie(sum, dy) = findSumOf(value, match.dy);
  bool hasGrid = false;
  for (auto [dimension, index] : llvm::enumerate(match.indices))
    hasGrid |= index != unitIndex && !llvm::is_contained(match.axes, dimension);
  // One row alone is its own sum.
  // guard: gradient-no-sum
  if (!dy || (!sum && hasGrid))
    return Refusal{"gradient-no-sum",
                   "no sum over rows of " + algebra.symbolName(match.dy).str(),
                   0};
  llvm::ArrayRef<Index> bound;
  llvm::ArrayRef<Polynomial> extents;
  if (sum) {
    bound = sum->indices;
    extents = sum->extents;
  }
  GradientMatch result;
  // What the variables of dx are called here.
  llvm::SmallVector<std::pair<Index, Index>, 4> names;
  for (auto [from, to] : llvm::zip_equal(match.dyIndices, dy->indices))
    names.push_back({from, to});
  auto rename = [&](llvm::ArrayRef<Index> indices) {
    IndexTuple renamed;
    for (Index index : indices) {
      const auto *name = llvm::find_if(
          names, [&](auto &entry) { return entry.first == index; });
      renamed.push_back(
          index == unitIndex || name == names.end() ? unitIndex : name->second);
    }
    return renamed;
  };
  IndexTuple x = rename(match.indices);
  for (auto [dimension, index] : llvm::enumerate(x)) {
    if (index == unitIndex)
      continue;
    const auto *at = llvm::find(bound, index);
    if (at != bound.end()) {
      result.summed.push_back({dimension, extents[at - bound.begin()]});
      continue;
    }
    result.dims.push_back(dimension);
    result.indices.push_back(index);
  }
  auto sumOf = [&](Polynomial body) {
    for (auto [index, extent] : llvm::zip_equal(bound, extents))
      body = algebra.sum(body, index, extent);
    return body;
  };
  Polynomial gradient = algebra.leaf(match.dy, dy->indices);
  // That dy is the gradient of the bias needs no op.
  if (sum && algebra.agree(value, sumOf(gradient))) {
    result.isScale = false;
    return result;
  }
  Polynomial centred = algebra.leaf(match.x, x);
  if (match.mean)
    centred = algebra.sub(centred,
                          algebra.leaf(*match.mean, rename(match.meanIndices)));
  Polynomial xhat =
      algebra.mul(centred, algebra.leaf(match.rstd, rename(match.rstdIndices)));
  // guard: gradient-not-closed-form
  if (!algebra.agree(value, sumOf(algebra.mul(gradient, xhat))))
    return Refusal{
        "gradient-not-closed-form",
        "neither dy nor dy * xhat summed over rows: " + algebra.str(value), 2};
  result.isScale = true;
  return result;
}
