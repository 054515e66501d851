//===- RaiseBackward.cpp - Gradients from saved statistics ----------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaiseBackward.h"

#include "rmsnorm/Analysis/Import/Importer.h"
#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::norm;
using algebra::BackwardMatch;
using algebra::EpsilonPlacement;
using algebra::Refusal;

/// How far from the projection dx is looked for, in ops.
static constexpr unsigned maxForward = 24;
/// How many values are tried for dy.
static constexpr unsigned maxBackward = 8;

/// Pure ops that work on whole tensors element by element or move them.
static bool isElementwise(Operation *op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return linalgOp.hasPureTensorSemantics() &&
           linalgOp.getNumReductionLoops() == 0;
  const OpRow *row = OpTable::get().lookup(op->getName().getStringRef());
  return op->getNumResults() == 1 && op->getNumRegions() == 0 &&
         (row ? row->elementwise ||
                    (row->kind == OpClass::Movement && row->dims)
              : op->hasTrait<OpTrait::Elementwise>());
}

/// Values of the shape of a sum's loops that it is computed from by elementwise
/// ops, its inputs first: one of them is dy.
static SmallVector<Value> getMatrices(linalg::LinalgOp sum) {
  llvm::SetVector<Value> values;
  for (OpOperand *input : sum.getDpsInputOperands()) {
    AffineMap map = sum.getMatchingIndexingMap(input);
    if (map.isPermutation() && map.getNumResults() == sum.getNumLoops())
      values.insert(input->get());
  }
  for (unsigned i = 0; i < values.size() && values.size() < maxBackward; ++i) {
    Operation *op = values[i].getDefiningOp();
    bool isSlice = isa_and_nonnull<tensor::ExtractSliceOp>(op);
    if (!op || !(isElementwise(op) || isSlice))
      continue;
    for (Value operand : op->getOperands()) {
      auto type = dyn_cast<RankedTensorType>(operand.getType());
      if (type && type.getRank() == static_cast<int64_t>(sum.getNumLoops()) &&
          !operand.getDefiningOp<tensor::EmptyOp>())
        values.insert(operand);
    }
  }
  return values.takeVector();
}

bool mlir::norm::isProjection(Operation *op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  return linalgOp && linalgOp.hasPureTensorSemantics() &&
         linalgOp.getNumReductionLoops() != 0 && op->getNumResults() == 1 &&
         getMatrices(linalgOp).size() >= 2;
}

/// Tensors computed from `start` by elementwise ops of the same block, nearest
/// first. With `sums`, one reduction may be on the way.
static SmallVector<Value> getForwardSlice(Value start, bool sums) {
  llvm::SetVector<Value> slice;
  slice.insert(start);
  llvm::DenseSet<Value> pastSum;
  Block *block = start.getParentBlock();
  for (unsigned i = 0; i < slice.size() && slice.size() < maxForward; ++i) {
    bool isPastSum = i != 0 && pastSum.contains(slice[i]);
    for (Operation *user : slice[i].getUsers()) {
      Operation *op = user->getBlock() == block
                          ? user
                          : block->findAncestorOpInBlock(*user);
      bool isSum = isa_and_nonnull<linalg::LinalgOp>(op) && !isElementwise(op);
      if (!op || (!isElementwise(op) && !(sums && isSum && !isPastSum)))
        continue;
      for (Value result : op->getResults())
        if (isa<RankedTensorType>(result.getType()) && slice.insert(result) &&
            (isPastSum || isSum))
          pastSum.insert(result);
    }
  }
  return SmallVector<Value>(slice.begin() + 1, slice.end());
}

/// True when a rounding between the leaves and `results` is not the op's own,
/// which happens at its results only.
static bool roundsInside(const Importer &importer, FloatType statistics,
                         algebra::Algebra &algebra,
                         ArrayRef<algebra::Polynomial> results) {
  return llvm::any_of(importer.getRoundings(), [&](Rounding rounding) {
    return rounding.type.getWidth() < statistics.getWidth() &&
           llvm::none_of(
               results,
               [&](const algebra::Polynomial &result) {
                 return algebra.agree(result, rounding.value);
               });
  });
}

namespace {
/// One attempt, with one input of the projection taken for dy.
class GradientMatcher {
public:
  GradientMatcher(Operation *projection, Value dy, ModuleView &view,
                  NumericsPolicy policy)
      : projection(projection), policy(policy), importer(algebra, dy, view) {
    gradient.dy = dy;
  }

  GradientOutcome run();

private:
  std::optional<Refusal> findDx();
  std::optional<Refusal> checkOperands();
  void findParameterGradients();
  bool choosePosition();
  bool hasExtentOfX(Value value, unsigned dim) {
    return algebra.agree(importer.extentOf(value, dim),
                         importer.extentOf(gradient.x, dim));
  }
  bool usesFollow(Value value);

  algebra::Polynomial importWhole(Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    return importer.import(value, identityIndices(type.getRank()));
  }

  Operation *projection;
  NumericsPolicy policy;
  algebra::Algebra algebra;
  Importer importer;
  RaisableGradient gradient;
  SmallVector<algebra::Polynomial> results;
};
} // namespace

std::optional<Refusal> GradientMatcher::findDx() {
  auto domain = cast<RankedTensorType>(gradient.dy.getType());
  std::optional<Refusal> best;
  for (Value value : getForwardSlice(projection->getResult(0), false)) {
    auto type = cast<RankedTensorType>(value.getType());
    if (type.getRank() != domain.getRank())
      continue;
    algebra::Polynomial polynomial = importWhole(value);
    algebra::Decision<BackwardMatch> decision =
        decideBackward(algebra, polynomial);
    if (auto *refusal = std::get_if<Refusal>(&decision)) {
      algebra.clearFailure();
      if (!best || refusal->progress > best->progress)
        best = *refusal;
      continue;
    }
    auto &match = std::get<BackwardMatch>(decision);
    // The sink is the last value: casts of dx are dx.
    if (match.dy != importer.getX() ||
        (gradient.dx && !gradient.dx.hasOneUse()))
      continue;
    gradient.match = match;
    gradient.dx = value;
    results.assign(1, polynomial);
  }
  if (gradient.dx)
    return std::nullopt;
  return best ? best : Refusal{"backward-no-dx", "nothing uses the sum", 0};
}

std::optional<Refusal> GradientMatcher::checkOperands() {
  const BackwardMatch &match = gradient.match;
  gradient.x = importer.getLeaf(match.x);
  gradient.rstd = importer.getLeaf(match.rstd);
  if (match.mean)
    gradient.mean = importer.getLeaf(*match.mean);
  if (match.scale)
    gradient.scale = importer.getLeaf(*match.scale);
  auto isFloatTensor = [](Value value) {
    return isa<RankedTensorType>(value.getType()) &&
           isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(
               getElementTypeOrSelf(value));
  };
  for (Value value : {gradient.dy, gradient.x, gradient.dx, gradient.rstd,
                      gradient.mean, gradient.scale})
    // guard: backward-element-type
    if (value && !isFloatTensor(value))
      return Refusal{"backward-element-type",
                     "a gradient's operands are float tensors", 4};
  auto statistics = cast<FloatType>(getElementTypeOrSelf(gradient.rstd));
  auto element = cast<FloatType>(getElementTypeOrSelf(gradient.x));
  // guard: backward-statistics-type
  if (statistics.getWidth() < 32 ||
      statistics.getWidth() < element.getWidth() ||
      (gradient.mean && getElementTypeOrSelf(gradient.mean) != statistics))
    return Refusal{"backward-statistics-type",
                   "the saved statistics are narrower than f32 or than x, or "
                   "of two types",
                   4};
  auto xType = cast<RankedTensorType>(gradient.x.getType());
  for (Value matrix : {gradient.dy, gradient.dx})
    for (int64_t dim = 0, rank = xType.getRank(); dim < rank; ++dim)
      // guard: backward-extent-differs
      if (cast<RankedTensorType>(matrix.getType()).getRank() != rank ||
          !hasExtentOfX(matrix, dim))
        return Refusal{"backward-extent-differs",
                       "dimension " + std::to_string(dim) +
                           " of dy or dx is not provably that of x",
                       4};
  for (auto [axis, extent] : llvm::zip_equal(match.axes, match.extents))
    // guard: backward-part-of-row
    if (!algebra.agree(extent, importer.extentOf(gradient.x, axis)))
      return Refusal{"backward-part-of-row",
                     "the sums are over " + algebra.str(extent) + " of the " +
                         algebra.str(importer.extentOf(gradient.x, axis)) +
                         " elements of dimension " + std::to_string(axis),
                     4};
  // guard: backward-unit-dimension
  if (llvm::is_contained(match.indices, algebra::unitIndex) ||
      match.indices != identityIndices(match.indices.size()))
    return Refusal{"backward-unit-dimension", "dx has other dimensions than x",
                   4};
  return std::nullopt;
}

/// The op's place is after all of its operands; every use of a value that it
/// replaces must come later.
bool GradientMatcher::usesFollow(Value value) {
  Block *block = gradient.dx.getParentBlock();
  return llvm::all_of(value.getUsers(), [&](Operation *user) {
    Operation *op = block->findAncestorOpInBlock(*user);
    return op && (!gradient.after || gradient.after->isBeforeInBlock(op));
  });
}

bool GradientMatcher::choosePosition() {
  Block *block = gradient.dx.getParentBlock();
  for (Value operand : {gradient.dy, gradient.x, gradient.mean, gradient.rstd,
                        gradient.scale}) {
    Operation *op = operand ? operand.getDefiningOp() : nullptr;
    if (op && op->getBlock() == block &&
        (!gradient.after || gradient.after->isBeforeInBlock(op)))
      gradient.after = op;
  }
  return usesFollow(gradient.dx);
}

void GradientMatcher::findParameterGradients() {
  for (Value value : getForwardSlice(gradient.dy, /*sums=*/true)) {
    auto type = cast<RankedTensorType>(value.getType());
    if (!isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(
            type.getElementType()) ||
        value == gradient.dx || !usesFollow(value))
      continue;
    algebra::Polynomial polynomial = importWhole(value);
    algebra::Decision<algebra::GradientMatch> decision =
        decideGradient(algebra, polynomial, gradient.match);
    algebra.clearFailure();
    auto *found = std::get_if<algebra::GradientMatch>(&decision);
    if (!found || type.getRank() != static_cast<int64_t>(found->dims.size()))
      continue;
    // A sum along whole rows is part of dx; a parameter follows the row.
    if (llvm::none_of(found->dims, [&](unsigned dim) {
          return llvm::is_contained(gradient.match.axes, dim);
        }))
      continue;
    // guard: gradient-part-of-rows
    if (llvm::any_of(found->summed, [&](auto &summed) {
          return !algebra.agree(summed.second,
                                importer.extentOf(gradient.x, summed.first));
        }))
      continue;
    if (found->isScale &&
        (!gradient.scale || found->dims != gradient.match.scaleDims))
      continue;
    Value &slot = found->isScale ? gradient.dscale : gradient.dbias;
    // Of a value and its casts the last one is wanted.
    if (slot && !slot.hasOneUse())
      continue;
    slot = value;
    results.push_back(polynomial);
    if (!found->isScale)
      gradient.biasDims.assign(found->dims.begin(), found->dims.end());
  }
}

GradientOutcome GradientMatcher::run() {
  if (std::optional<Refusal> refusal = findDx())
    return *refusal;
  if (std::optional<Refusal> refusal = checkOperands())
    return *refusal;
  // guard: backward-position
  if (!choosePosition())
    return Refusal{"backward-position",
                   "dx is used before all operands are there", 4};
  findParameterGradients();
  auto statistics = cast<FloatType>(getElementTypeOrSelf(gradient.rstd));
  // guard: backward-rounding-exact
  if (policy == NumericsPolicy::Exact &&
      roundsInside(importer, statistics, algebra, results))
    return Refusal{"backward-rounding-exact",
                   "the gradient is rounded on the way, which the op does not "
                   "do (policy is exact)",
                   5};
  return gradient;
}

GradientOutcome mlir::norm::matchGradient(Operation *projection,
                                          ModuleView &view,
                                          NumericsPolicy policy) {
  // Which value is dy is not known: each is tried. dy * scale may be taken for
  // dy too; the reading that explains most wins, and of two that explain the
  // same the farther one.
  std::optional<Refusal> refused;
  std::optional<RaisableGradient> best;
  auto explains = [](const RaisableGradient &gradient) {
    return int(bool(gradient.scale)) + int(bool(gradient.dscale)) +
           int(bool(gradient.dbias));
  };
  for (Value value : getMatrices(cast<linalg::LinalgOp>(projection))) {
    GradientOutcome outcome =
        GradientMatcher(projection, value, view, policy).run();
    if (auto *gradient = std::get_if<RaisableGradient>(&outcome)) {
      if (!best || explains(*gradient) >= explains(*best))
        best = *gradient;
      continue;
    }
    auto *refusal = std::get_if<Refusal>(&outcome);
    if (refusal && (!refused || refusal->progress > refused->progress))
      refused = *refusal;
  }
  if (best)
    return *best;
  // Only what has the operands of a gradient is a near miss worth a remark.
  if (refused && refused->progress >= 3)
    return *refused;
  return std::monostate();
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

static EpsilonMode getMode(EpsilonPlacement placement) {
  switch (placement) {
  case EpsilonPlacement::Inside:
    return EpsilonMode::Inside;
  case EpsilonPlacement::Outside:
    return EpsilonMode::Outside;
  case EpsilonPlacement::ClampVar:
    return EpsilonMode::ClampVar;
  case EpsilonPlacement::ClampNorm:
    return EpsilonMode::ClampNorm;
  }
  llvm_unreachable("all placements are handled");
}

Operation *mlir::norm::rewriteGradient(OpBuilder &builder,
                                       const RaisableGradient &gradient) {
  if (gradient.after)
    builder.setInsertionPointAfter(gradient.after);
  else
    builder.setInsertionPointToStart(Value(gradient.dx).getParentBlock());
  const BackwardMatch &match = gradient.match;
  Location loc = gradient.dx.getLoc();
  SmallVector<int64_t> axes(match.axes.begin(), match.axes.end());
  SmallVector<int64_t> scaleDims(match.scaleDims.begin(),
                                 match.scaleDims.end());
  DenseI64ArrayAttr scaleDimsAttr, biasDimsAttr;
  if (gradient.scale)
    scaleDimsAttr = builder.getDenseI64ArrayAttr(scaleDims);
  if (gradient.dbias)
    biasDimsAttr = builder.getDenseI64ArrayAttr(gradient.biasDims);
  auto typeOf = [](Value value) { return value ? value.getType() : Type(); };
  auto create = [&](auto tag, auto... statistics) -> Operation * {
    using OpTy = decltype(tag);
    return OpTy::create(
        builder, loc, typeOf(gradient.dx), typeOf(gradient.dscale),
        typeOf(gradient.dbias), gradient.dy, gradient.x, statistics...,
        gradient.scale, builder.getDenseI64ArrayAttr(axes),
        builder.getF64FloatAttr(match.epsilon),
        EpsilonModeAttr::get(builder.getContext(), getMode(match.placement)),
        scaleDimsAttr, biasDimsAttr,
        builder.getF64FloatAttr(match.scaleOffset));
  };
  Operation *op = gradient.mean ? create(LayerNormBackwardOp(), gradient.mean,
                                         gradient.rstd)
                                : create(RMSNormBackwardOp(), gradient.rstd);
  unsigned next = 0;
  for (Value value : {gradient.dx, gradient.dscale, gradient.dbias})
    if (value) {
      Value replaced = value;
      replaced.replaceAllUsesWith(op->getResult(next++));
    }
  return op;
}
