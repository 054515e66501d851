//===- RaiseEscapes.cpp - What stays in use ------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaiseMatch.h"

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

SmallVector<Value> norm::getAffineLeaves(const RaisableNorm &norm,
                                         const Polynomial &value) {
  SmallVector<Value> leaves;
  for (const Monomial &term : value.terms)
    for (const Factor &factor : term.factors)
      leaves.push_back(norm.importer->getLeaf(factor.atom->symbol));
  return leaves;
}

//===----------------------------------------------------------------------===//
// Escapes
//===----------------------------------------------------------------------===//

/// The indices, in the frame of the sink, at which `value` would be read if it
/// held one element for each row; nullopt if its shape is not the grid's, but
/// for unit dimensions.
static std::optional<IndexTuple> getGridIndices(const RaisableNorm &norm,
                                                Value value) {
  RankedTensorType type = getTensorType(value);
  RankedTensorType xType = getTensorType(norm.x);
  if (!type)
    return std::nullopt;
  SmallVector<std::pair<Index, int64_t>> grid;
  for (auto [dim, index] : llvm::enumerate(norm.match.indices))
    if (!llvm::is_contained(norm.match.axes, dim) && index != unitIndex)
      grid.push_back({index, xType.getDimSize(dim)});
  IndexTuple indices;
  unsigned next = 0;
  for (int64_t extent : type.getShape()) {
    if (extent == 1) {
      indices.push_back(unitIndex);
      continue;
    }
    if (next == grid.size() || grid[next].second != extent)
      return std::nullopt;
    indices.push_back(grid[next++].first);
  }
  if (next != grid.size())
    return std::nullopt;
  return indices;
}

/// Reads what is computed, row by row, from the values of the cone, so that a
/// statistic that is computed a second time for other users is in the cone too.
static void readSideStatistics(RaisableNorm &norm) {
  Importer &importer = *norm.importer;
  Block *block = norm.sink.getParentBlock();
  llvm::SetVector<Operation *> worklist;
  worklist.insert_range(importer.getCone());
  unsigned budget = 32;
  for (unsigned i = 0; i < worklist.size() && budget; ++i) {
    if (worklist[i]->getBlock() != block)
      continue;
    for (Operation *user : worklist[i]->getUsers()) {
      if (user->getBlock() != block || user->getNumResults() != 1 ||
          worklist.contains(user) || !importer.getView().isPure(user) ||
          !budget)
        continue;
      Value result = user->getResult(0);
      std::optional<IndexTuple> grid = getGridIndices(norm, result);
      if (!grid)
        continue;
      --budget;
      importer.import(result, *grid);
      worklist.insert(user);
    }
  }
}

/// How `value` is made from rstd, if it is.
static std::optional<DerivedStatistic> deriveFromRstd(const RaisableNorm &norm,
                                                      const Polynomial &value,
                                                      NumericsPolicy policy) {
  Algebra &algebra = *norm.algebra;
  if (!norm.match.rstd)
    return std::nullopt;
  Polynomial square = algebra.pow(*norm.match.rstd, -2);
  if (algebra.agree(value, square))
    return DerivedStatistic{{}, -2};
  if (algebra.agree(value, algebra.pow(*norm.match.rstd, -1)))
    return DerivedStatistic{{}, -1};
  // Less epsilon, what is much smaller than that loses its digits.
  // guard: variance-cancels
  if (policy != NumericsPolicy::Fast)
    return std::nullopt;
  if (norm.match.placement != EpsilonPlacement::Inside)
    return std::nullopt;
  double epsilon = norm.match.epsilon;
  Polynomial variance =
      algebra.sub(square, algebra.constant(Rational::fromDouble(epsilon)));
  if (algebra.agree(value, variance))
    return DerivedStatistic{{}, -2, epsilon};
  return std::nullopt;
}

/// The op's statistic is rounded once, to the type of `result`: that of the
/// program must not be rounded elsewhere.
static std::optional<Refusal> checkStatisticRounding(const RaisableNorm &norm,
                                                     Value result,
                                                     const Polynomial &value) {
  auto type = dyn_cast<FloatType>(getElementType(result));
  for (const Rounding &rounding : norm.importer->getRoundings()) {
    FloatType narrow = rounding.type;
    if (narrow != type && (!type || narrow.getWidth() < type.getWidth()) &&
        norm.algebra->agree(rounding.value, value))
      return Refusal{"rounding-exact",
                     "a statistic that stays in use is rounded on the way; the "
                     "policy is exact",
                     6};
  }
  return std::nullopt;
}

/// The dimension of x that `user`, a tensor.dim, asks for; nullopt for other
/// ops and other extents.
static std::optional<unsigned> getExtentOfX(const RaisableNorm &norm,
                                            Operation *user) {
  auto dim = dyn_cast<tensor::DimOp>(user);
  std::optional<int64_t> index = dim ? dim.getConstantIndex() : std::nullopt;
  RankedTensorType type =
      dim ? getTensorType(dim.getSource()) : RankedTensorType();
  if (!type || !isa<RankedTensorType>(norm.x.getType()) || !index ||
      *index < 0 || *index >= type.getRank())
    return std::nullopt;
  Polynomial extent = norm.importer->extentOf(dim.getSource(), *index);
  if (extent.terms.size() != 1 || !extent.terms[0].coefficient.isOne() ||
      extent.terms[0].factors.size() != 1)
    return std::nullopt;
  const auto &[atom, exponent] = extent.terms[0].factors[0];
  bool isOfX = atom->kind == Atom::Kind::Extent &&
               atom->symbol == norm.importer->getX() && exponent.isOne();
  return isOfX ? std::optional(atom->dimension) : std::nullopt;
}

std::optional<Refusal> norm::matchEscapes(RaisableNorm &norm,
                                          NumericsPolicy policy) {
  Importer &importer = *norm.importer;
  llvm::SmallPtrSet<Operation *, 16> isOwn;
  isOwn.insert_range(importer.getCone());
  isOwn.insert(norm.sink.getDefiningOp());
  readSideStatistics(norm);
  Algebra &algebra = *norm.algebra;
  Operation *sinkOp = norm.sink.getDefiningOp();
  SmallVector<Operation *> cone(importer.getCone());
  if (!llvm::is_contained(cone, sinkOp))
    cone.push_back(sinkOp);
  // The cone may lie in several blocks only when x is outside of a region.
  // guard: control-flow
  if (llvm::any_of(cone, [&](Operation *op) {
        return op->getBlock() != sinkOp->getBlock();
      }))
    return Refusal{"control-flow", "the norm crosses the boundary of a region",
                   6};
  llvm::sort(cone,
             [](Operation *a, Operation *b) { return b->isBeforeInBlock(a); });
  llvm::SmallPtrSet<Operation *, 16> inCone(cone.begin(), cone.end()), live;
  norm.position = sinkOp;

  auto isLiveUser = [&](Operation *user) {
    Operation *op = sinkOp->getBlock()->findAncestorOpInBlock(*user);
    if (op && inCone.contains(op))
      return live.contains(op);
    return !importer.getView().isIdle(user) && !getExtentOfX(norm, user);
  };
  for (Operation *op : cone) {
    bool isLive = false;
    for (Value result : op->getResults()) {
      if (result == norm.sink || llvm::none_of(result.getUsers(), isLiveUser))
        continue;
      bool isMean = false, isRstd = false;
      std::optional<DerivedStatistic> derived;
      if (std::optional<IndexTuple> grid = getGridIndices(norm, result)) {
        Polynomial value = importer.import(result, *grid);
        isMean = norm.match.mean && algebra.agree(value, *norm.match.mean);
        isRstd = norm.match.rstd && algebra.agree(value, *norm.match.rstd);
        if (!isMean && !isRstd && policy != NumericsPolicy::Exact)
          derived = deriveFromRstd(norm, value, policy);
      }
      // guard: rounding-exact
      if ((isMean || isRstd) && policy == NumericsPolicy::Exact)
        if (std::optional<Refusal> why = checkStatisticRounding(
                norm, result, isMean ? *norm.match.mean : *norm.match.rstd))
          return why;
      if (isMean || isRstd) {
        (isMean ? norm.means : norm.rstds).push_back(result);
      } else if (derived) {
        derived->value = result;
        norm.derived.push_back(*derived);
      } else {
        isLive = true;
        continue;
      }
      // The statistic has to be there for its first use.
      for (Operation *user : result.getUsers())
        if (Operation *at = sinkOp->getBlock()->findAncestorOpInBlock(*user);
            at && isLiveUser(user) && at->isBeforeInBlock(norm.position))
          norm.position = at;
    }
    if (!isLive) {
      norm.dead.push_back(op);
      for (Operation *user : op->getUsers())
        if (std::optional<unsigned> dim =
                inCone.contains(user) ? std::nullopt : getExtentOfX(norm, user))
          norm.extents.push_back({user, *dim});
      continue;
    }
    live.insert(op);
    // What was read beside the norm may as well stay.
    if (!isOwn.contains(op))
      continue;
    bool reduces = importer.getView().isReduction(op);
    bool normalizes = false;
    for (Value result : op->getResults()) {
      RankedTensorType type = getTensorType(result);
      if (!type)
        continue;
      Polynomial value =
          importer.import(result, identityIndices(type.getRank()));
      normalizes |= std::holds_alternative<NormMatch>(
          decideNorm(algebra, value, importer.getX()));
    }
    // guard: escape-not-expressible
    if (reduces || normalizes)
      return Refusal{"escape-not-expressible",
                     std::string("a ") +
                         (reduces ? "statistic" : "normalised value") +
                         " between x and the result has other uses, and is "
                         "no result of the op: " +
                         op->getName().getStringRef().str(),
                     6};
  }

  // Everything that the op reads has to be there already.
  SmallVector<Value> operands = getAffineLeaves(norm, norm.match.scale);
  llvm::append_range(operands, getAffineLeaves(norm, norm.match.bias));
  operands.push_back(norm.x);
  for (Value operand : operands) {
    Operation *op = operand.getDefiningOp();
    // guard: escape-before-operand
    if (op && op->getBlock() == norm.position->getBlock() &&
        !op->isBeforeInBlock(norm.position))
      return Refusal{"escape-before-operand",
                     "a statistic is used before all operands are there", 6};
    RankedTensorType type = getTensorType(operand);
    // guard: operand-type
    if (!isNormElement(getElementType(operand)) || (type && type.getEncoding()))
      return Refusal{"operand-type",
                     "a scale or bias is not f16, bf16, f32 or f64, or has an "
                     "encoding",
                     6};
    // guard: operand-not-visible
    if (!operand.getParentRegion()->isAncestor(
            norm.position->getParentRegion()))
      return Refusal{"operand-not-visible",
                     "a scale or bias is a value inside of the body of an op",
                     6};
  }
  return std::nullopt;
}
