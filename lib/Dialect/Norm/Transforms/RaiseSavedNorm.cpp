//===- RaiseSavedNorm.cpp - Gradients that start from a raised norm -------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where forward and backward are one function, the gradient reads xhat, which
// by then is the result of a norm op. It is read as (x - mean) * rstd, for
// which the op needs its statistics as results.
//
//===----------------------------------------------------------------------===//

#include "RaiseBackward.h"

#include "rmsnorm/Analysis/Import/Importer.h"
#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::norm;

/// True for an op whose first result is xhat: a norm without scale and bias.
static bool givesXhat(Operation *op) {
  auto isPlain = [](auto norm) { return !norm.getScale() && !norm.getBias(); };
  if (auto layerNorm = dyn_cast_or_null<LayerNormOp>(op))
    return isPlain(layerNorm);
  auto rmsNorm = dyn_cast_or_null<RMSNormOp>(op);
  return rmsNorm && isPlain(rmsNorm);
}

/// `op` with exactly the statistics in `mean` and `rstd` as results; it must
/// have the ones that are used.
static Operation *withStatistics(OpBuilder &builder, Operation *op, bool mean,
                                 bool rstd, ReplacedFn replaced) {
  builder.setInsertionPoint(op);
  auto replace = [&](auto norm, ArrayRef<Value> old, ArrayRef<bool> wanted) {
    using OpTy = decltype(norm);
    SmallVector<int64_t> shape;
    RankedTensorType domain = norm.getX().getType();
    for (int64_t dim : getGridDims(domain.getRank(), norm.getAxes()))
      shape.push_back(domain.getDimSize(dim));
    auto grid = RankedTensorType::get(shape, norm.getStatisticsElementType());
    SmallVector<Type> types{norm.getY().getType()};
    for (bool isWanted : wanted)
      if (isWanted)
        types.push_back(grid);
    OperationState state(norm.getLoc(), norm->getName(), norm->getOperands(),
                         types, llvm::to_vector(norm->getDiscardableAttrs()));
    auto properties = norm.getProperties();
    if constexpr (std::is_same_v<OpTy, LayerNormOp>)
      properties.resultSegmentSizes = {1, wanted[0], wanted[1]};
    state.getOrAddProperties<typename OpTy::Properties>() = properties;
    Operation *changed = builder.create(state);
    replaced(op, changed);
    norm.getY().replaceAllUsesWith(changed->getResult(0));
    unsigned next = 1;
    for (auto [value, isWanted] : llvm::zip_equal(old, wanted))
      if (isWanted) {
        Value result = changed->getResult(next++);
        if (Value before = value)
          before.replaceAllUsesWith(result);
      }
    op->erase();
    return changed;
  };
  if (auto layerNorm = dyn_cast<LayerNormOp>(op))
    return replace(layerNorm, {layerNorm.getMean(), layerNorm.getRstd()},
                   {mean, rstd});
  auto rmsNorm = cast<RMSNormOp>(op);
  return replace(rmsNorm, {rmsNorm.getRstd()}, {rstd});
}

SmallVector<Operation *>
mlir::norm::addStatistics(OpBuilder &builder, ArrayRef<Operation *> projections,
                          ModuleView &view, ReplacedFn replaced) {
  llvm::SetVector<Operation *> norms;
  for (Operation *projection : projections)
    for (Value value : getMatrices(projection, view))
      if (Operation *op = value.getDefiningOp(); givesXhat(op))
        norms.insert(op);
  SmallVector<Operation *> changed;
  for (Operation *op : norms)
    changed.push_back(
        withStatistics(builder, op, /*mean=*/true, /*rstd=*/true, replaced));
  return changed;
}

void mlir::norm::dropStatistics(OpBuilder &builder, ArrayRef<Operation *> norms,
                                ReplacedFn replaced) {
  auto isUsed = [](Value value) { return value && !value.use_empty(); };
  for (Operation *op : norms) {
    if (auto layerNorm = dyn_cast<LayerNormOp>(op))
      withStatistics(builder, op, isUsed(layerNorm.getMean()),
                     isUsed(layerNorm.getRstd()), replaced);
    else
      withStatistics(builder, op, false, isUsed(cast<RMSNormOp>(op).getRstd()),
                     replaced);
  }
}

std::optional<algebra::Polynomial>
mlir::norm::readXhat(Importer &importer, Value value,
                     ArrayRef<algebra::Index> indices, NumericsPolicy policy) {
  Operation *op = value.getDefiningOp();
  if (!givesXhat(op) || value != op->getResult(0))
    return std::nullopt;
  Value mean, rstd;
  ArrayRef<int64_t> axes;
  bool isRounded;
  auto look = [&](auto norm) {
    rstd = norm.getRstd();
    axes = norm.getAxes();
    auto element = cast<FloatType>(getElementType(value));
    isRounded = norm.getNormalizedType() ||
                element.getWidth() < norm.getStatisticsElementType().getWidth();
  };
  if (auto layerNorm = dyn_cast<LayerNormOp>(op)) {
    look(layerNorm);
    mean = layerNorm.getMean();
    if (!mean)
      return std::nullopt;
  } else {
    look(cast<RMSNormOp>(op));
  }
  // The gradient that the op computes does not round xhat.
  // guard: backward-xhat-rounded
  if (isRounded && policy == NumericsPolicy::Exact)
    return std::nullopt;
  if (!rstd)
    return std::nullopt;
  algebra::IndexTuple grid;
  for (auto [dim, index] : llvm::enumerate(indices))
    if (!llvm::is_contained(axes, static_cast<int64_t>(dim)))
      grid.push_back(index);
  algebra::Algebra &algebra = importer.getAlgebra();
  algebra::Polynomial centred = importer.import(op->getOperand(0), indices);
  if (mean)
    centred = algebra.sub(centred, importer.import(mean, grid));
  return algebra.mul(centred, importer.import(rstd, grid));
}
