//===- RaiseComputedMean.cpp - Gradients of what is centred in place ------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Automatic differentiation subtracts the mean of all that flows back to x, and
// so also that of (x - mean) * c, which is zero: but only because the mean is
// the mean of x. The gradient is read with the mean as a leaf. Where the
// program computes it from x, a sum of x along the row is N * mean.
//
//===----------------------------------------------------------------------===//

#include "RaiseBackward.h"

#include "rmsnorm/Analysis/Import/Importer.h"
#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

/// A sum of one leaf along its row, or null.
static const Atom *getSummedLeaf(const Atom *sum) {
  if (sum->kind != Atom::Kind::Sum || sum->body().factors.size() != 1 ||
      !sum->body().factors[0].exponent.isOne())
    return nullptr;
  const Atom *leaf = sum->body().factors[0].atom;
  bool isRow = leaf->kind == Atom::Kind::Leaf &&
               llvm::all_of(sum->indices, [&](Index bound) {
                 return llvm::count(leaf->indices, bound) == 1;
               });
  return isRow ? leaf : nullptr;
}

static void collectLeaves(const Polynomial &value,
                          llvm::SetVector<const Atom *> &leaves) {
  for (const Monomial &term : value.terms)
    for (const Factor &factor : term.factors) {
      if (factor.atom->kind == Atom::Kind::Leaf)
        leaves.insert(factor.atom);
      for (const Polynomial &operand : factor.atom->operands)
        collectLeaves(operand, leaves);
    }
}

/// True when the program computes `mean`, read at `meanIndices`, as the mean of
/// `x`, read at `xIndices`, over the indices in `bound`.
static bool isMeanOf(Value mean, ArrayRef<Index> meanIndices, Value x,
                     ArrayRef<Index> xIndices, ArrayRef<Index> bound,
                     ModuleView &view) {
  SmallVector<int64_t> axes;
  IndexTuple kept;
  for (auto [dim, index] : llvm::enumerate(xIndices)) {
    if (llvm::is_contained(bound, index))
      axes.push_back(dim);
    else
      kept.push_back(index);
  }
  if (auto norm = mean.getDefiningOp<LayerNormOp>())
    return mean == norm.getMean() && norm.getX() == x &&
           norm.getAxes() == ArrayRef(axes) && kept == IndexTuple(meanIndices);
  Algebra algebra;
  Importer importer(algebra, x, view);
  IndexTuple at;
  Index fresh = meanIndices.size();
  SummedIndices summed;
  for (auto [dim, index] : llvm::enumerate(xIndices)) {
    const auto *position = llvm::find(meanIndices, index);
    if (index == unitIndex) {
      at.push_back(unitIndex);
    } else if (llvm::is_contained(bound, index)) {
      at.push_back(fresh);
      summed.push_back({fresh++, importer.extentOf(x, dim)});
    } else if (position != meanIndices.end()) {
      at.push_back(position - meanIndices.begin());
    } else {
      return false;
    }
  }
  Polynomial total = algebra.leaf(importer.getX(), at);
  for (auto &[index, extent] : summed)
    total = algebra.div(algebra.sum(total, index, extent), extent);
  return algebra.agree(
      total, importer.import(mean, identityIndices(meanIndices.size())));
}

Polynomial mlir::norm::foldComputedMeans(Importer &importer,
                                         const Polynomial &value) {
  Algebra &algebra = importer.getAlgebra();
  llvm::SetVector<const Atom *> leaves;
  llvm::DenseMap<const Atom *, Polynomial> known;
  auto getByMean = [&](const Atom *sum) -> std::optional<Polynomial> {
    const Atom *x = getSummedLeaf(sum);
    Value xValue = x ? importer.getLeaf(x->symbol) : Value();
    if (!xValue)
      return std::nullopt;
    if (leaves.empty())
      collectLeaves(value, leaves);
    for (const Atom *leaf : leaves) {
      Value mean = importer.getLeaf(leaf->symbol);
      if (leaf->free != sum->free || !mean || !getTensorType(mean) ||
          !isMeanOf(mean, leaf->indices, xValue, x->indices, sum->indices,
                    importer.getView()))
        continue;
      Polynomial total = algebra.product(1, Factor{leaf, 1});
      for (const Polynomial &extent : sum->extents)
        total = algebra.mul(total, extent);
      return total;
    }
    return std::nullopt;
  };
  Polynomial result;
  for (const Monomial &term : value.terms) {
    Polynomial product = algebra.constant(term.coefficient);
    for (const Factor &factor : term.factors) {
      Polynomial own = algebra.product(1, factor);
      if (factor.exponent.isOne())
        if (std::optional<Polynomial> byMean = getByMean(factor.atom))
          own = *byMean;
      product = algebra.mul(product, own);
    }
    result = algebra.add(result, product);
  }
  return result;
}
