//===- RaiseBackward.cpp - Where a gradient may be ------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaiseBackward.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::norm;
using algebra::Refusal;

/// How many values are looked at from a sum, or from dy, on.
static constexpr unsigned maxForward = 48;
/// How many values are tried for dy.
static constexpr unsigned maxMatrices = 16;
/// How many ops may stand between a sum and the product under it.
static constexpr unsigned maxProductSteps = 8;

//===----------------------------------------------------------------------===//
// Projections
//===----------------------------------------------------------------------===//

/// True for tensors of floats that may be `domain` with its dimensions in
/// another order, or unit dimensions more or less.
static bool isLike(Value value, RankedTensorType domain) {
  RankedTensorType type = getTensorType(value);
  if (!type || !isa<FloatType>(type.getElementType()) ||
      countLongDims(type) != countLongDims(domain))
    return false;
  return !type.hasStaticShape() || !domain.hasStaticShape() ||
         type.getNumElements() == domain.getNumElements();
}

/// What a sum sums: its operands that have all of the dimensions that it runs
/// over.
static SmallVector<Value> getSummands(Operation *sum, ModuleView &view) {
  SmallVector<Value> summands;
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(sum)) {
    if (!linalgOp.hasPureTensorSemantics())
      return summands;
    for (OpOperand *input : linalgOp.getDpsInputOperands()) {
      AffineMap map = linalgOp.getMatchingIndexingMap(input);
      if (map.isPermutation() && map.getNumResults() == linalgOp.getNumLoops())
        summands.push_back(input->get());
    }
    return summands;
  }
  const OpRow *row = view.lookup(sum);
  if (!row || row->kind != OpClass::Reduction || sum->getNumOperands() == 0)
    return summands;
  RankedTensorType domain = getTensorType(sum->getOperand(0));
  for (Value operand : sum->getOperands())
    if (domain && isLike(operand, domain))
      summands.push_back(operand);
  return summands;
}

/// The different operands of an op that have the shape of its result.
static llvm::SetVector<Value> getLikeOperands(Operation *op,
                                              RankedTensorType domain) {
  llvm::SetVector<Value> operands;
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  unsigned inputs =
      linalgOp ? linalgOp.getNumDpsInputs() : op->getNumOperands();
  for (Value operand : op->getOperands().take_front(inputs))
    if (isLike(operand, domain))
      operands.insert(operand);
  return operands;
}

SmallVector<Value> mlir::norm::getMatrices(Operation *projection,
                                           ModuleView &view) {
  llvm::SetVector<Value> values;
  values.insert_range(getSummands(projection, view));
  if (values.empty())
    return {};
  RankedTensorType domain = getTensorType(values.front());
  SmallVector<Value> matrices;
  for (unsigned i = 0; i < values.size() && matrices.size() < maxMatrices;
       ++i) {
    Operation *op = values[i].getDefiningOp();
    if (op && view.isConstant(op))
      continue;
    // The whole of a part that is summed may have any size.
    bool isSlice = op && op->getName().getStringRef() == "tensor.extract_slice";
    if (!op || !(isSlice || view.isElementwiseOrMovement(op))) {
      matrices.push_back(values[i]);
      continue;
    }
    if (isSlice)
      domain = getTensorType(op->getOperand(0));
    llvm::SetVector<Value> operands = getLikeOperands(op, domain);
    // What is broadcast is no matrix.
    if (operands.empty())
      continue;
    matrices.push_back(values[i]);
    values.insert_range(operands);
  }
  return matrices;
}

/// True when a product of two different matrices is summed, as far as can be
/// seen without reading.
static bool sumsProduct(Operation *sum, ModuleView &view) {
  static const OpTable &table = OpTable::get();
  static const ElementwiseFn add = table.lookup("arith.addf")->elementwise;
  static const ElementwiseFn sub = table.lookup("arith.subf")->elementwise;
  static const ElementwiseFn negate = table.lookup("arith.negf")->elementwise;
  SmallVector<Value> summands = getSummands(sum, view);
  if (summands.size() != 1)
    return summands.size() > 1;
  Value at = summands.front();
  RankedTensorType domain = getTensorType(at);
  for (unsigned step = 0; step < maxProductSteps; ++step) {
    Operation *op = at.getDefiningOp();
    if (!op)
      return false;
    if (op->getName().getStringRef() == "tensor.extract_slice") {
      at = op->getOperand(0);
      domain = getTensorType(at);
      continue;
    }
    if (!view.isElementwiseOrMovement(op))
      return false;
    llvm::SetVector<Value> operands = getLikeOperands(op, domain);
    const OpRow *row = view.lookup(op);
    if (operands.size() != 1)
      return operands.size() > 1 &&
             !(row && (row->elementwise == add || row->elementwise == sub));
    // A square, or another function of one value, is no product of two.
    bool passes = !row || row->isCast || row->kind == OpClass::Movement ||
                  row->elementwise == negate;
    bool isTwice = llvm::count(op->getOperands(), operands[0]) > 1;
    bool isScaled = row && row->isAffine;
    if (isTwice || !(passes || isScaled))
      return false;
    at = operands[0];
  }
  return false;
}

bool mlir::norm::isProjection(Operation *op, ModuleView &view) {
  if (op->getNumResults() != 1 || !view.isReduction(op))
    return false;
  RankedTensorType result = getTensorType(op->getResult(0));
  SmallVector<Value> summands = getSummands(op, view);
  if (!result || summands.empty() ||
      countLongDims(result) >= countLongDims(getTensorType(summands[0])))
    return false;
  return sumsProduct(op, view) && getMatrices(op, view).size() >= 2;
}

SmallVector<Value> mlir::norm::getForwardSlice(Value start, bool isSum,
                                               ModuleView &view) {
  // Where a value is: before a sum, a sum (of one axis, maybe), or beyond.
  enum Place { Before, Sum, Beyond };
  llvm::MapVector<Value, Place> slice;
  slice[start] = isSum ? Sum : Before;
  Block *block = start.getParentBlock();
  for (unsigned i = 0; i < slice.size() && slice.size() < maxForward; ++i) {
    auto [value, place] = *(slice.begin() + i);
    for (Operation *user : value.getUsers()) {
      Operation *op = user->getBlock() == block
                          ? user
                          : block->findAncestorOpInBlock(*user);
      if (!op)
        continue;
      bool sums = view.isReduction(op);
      if (sums ? place == Beyond : !view.isElementwiseOrMovement(op))
        continue;
      const OpRow *row = view.lookup(op);
      bool keeps = row && (row->isCast || row->kind == OpClass::Movement);
      Place next = sums ? Sum : keeps || place != Sum ? place : Beyond;
      for (Value result : op->getResults())
        if (getTensorType(result))
          slice.insert({result, next});
    }
  }
  SmallVector<Value> values;
  for (auto [value, place] : llvm::drop_begin(slice))
    values.push_back(value);
  return values;
}

//===----------------------------------------------------------------------===//
// Which value is dy
//===----------------------------------------------------------------------===//

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
           int(bool(gradient.dbias)) +
           // 1 + w is more likely a scale than a gradient.
           int(gradient.match.scaleOffset != 0.0);
  };
  for (Value value : getMatrices(projection, view)) {
    GradientOutcome outcome = matchGradient(projection, value, view, policy);
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
