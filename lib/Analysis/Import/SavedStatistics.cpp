//===- SavedStatistics.cpp - Reading what a gradient does not depend on ---===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A gradient is read with dy in the place of x, so that the statistics are free
// values. Those that the program computes, and does not get from elsewhere, are
// to be leaves all the same: a root is one by itself, a mean is not.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/Import/Importer.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlir::norm;

/// How many casts and movements may stand between a sum and its quotient.
static constexpr unsigned maxMeanSteps = 4;
/// How many dimensions may have an extent of x, and through how many ops at
/// each that is looked for.
static constexpr unsigned maxEqualExtents = 512;
static constexpr unsigned maxExtentOps = 16;

/// True for a statistic that a norm has as a result, or a view of one.
static bool isNormStatistic(Value value, ModuleView &view) {
  for (unsigned step = 0; step < maxMeanSteps; ++step) {
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      auto op = dyn_cast<linalg::LinalgOp>(argument.getOwner()->getParentOp());
      if (!op)
        return false;
      value = op.getMatchingOpOperand(argument)->get();
      continue;
    }
    Operation *op = value.getDefiningOp();
    StringRef name = op->getName().getStringRef();
    if (name == "norm.layer_norm" || name == "norm.rms_norm")
      return value != op->getResult(0);
    const OpRow *row = view.lookup(op);
    if (!row || !(row->isCast || row->kind == OpClass::Movement))
      return false;
    value = op->getOperand(0);
  }
  return false;
}

/// Division by anything, but not of a number: 1 / std is a statistic, unless
/// there is another that it is made from.
bool Importer::isQuotient(Operation *op, const OpRow &row) {
  static const ElementwiseFn div =
      OpTable::get().lookup("arith.divf")->elementwise;
  return savedStatistics && row.elementwise == div &&
         op->getNumOperands() == 2 &&
         (!isConstantTree(op->getOperand(0), /*depth=*/4) ||
          isNormStatistic(op->getOperand(1), view));
}

/// True for a tensor that is a sum times, or divided by, numbers.
bool Importer::isComputedMean(Operation *op) {
  if (!savedStatistics)
    return false;
  auto isNumber = [&](Value value) {
    Operation *source = value.getDefiningOp();
    return isa_and_nonnull<linalg::FillOp>(source) ||
           isConstantTree(value, /*depth=*/4);
  };
  auto countDims = [](Value value) {
    RankedTensorType type = getTensorType(value);
    return type ? countLongDims(type) : 0;
  };
  // The only operand that is no number.
  auto getScaled = [&](Operation *of) -> Value {
    Value scaled;
    ValueRange operands = of->getOperands();
    if (auto linalgOp = dyn_cast<linalg::LinalgOp>(of)) {
      if (!linalgOp.hasPureTensorSemantics() || view.isReduction(of))
        return {};
      operands = operands.take_front(linalgOp.getNumDpsInputs());
    } else {
      const OpRow *row = view.lookup(of);
      if (!row || !row->elementwise)
        return {};
      operands = row->getRead(of);
    }
    for (Value operand : operands) {
      if (isNumber(operand))
        continue;
      if (scaled)
        return {};
      scaled = operand;
    }
    return scaled;
  };
  Value at = getScaled(op);
  for (unsigned step = 0; at && step < maxMeanSteps; ++step) {
    if (countDims(at) != countDims(op->getResult(0)))
      return false;
    Operation *source = at.getDefiningOp();
    if (!source)
      return false;
    if (view.isReduction(source))
      return isTransparent(op);
    const OpRow *row = view.lookup(source);
    bool isMoved = row && (row->isCast || row->kind == OpClass::Movement);
    at = isMoved ? source->getOperand(0) : Value();
  }
  return false;
}

/// Calls `add` for the dimensions of operands and results that `op` runs over
/// with the loop of `dimension` of `value`, an operand or result.
static void addLoopDims(linalg::LinalgOp op, Value value, unsigned dimension,
                        llvm::function_ref<void(Value, unsigned)> add) {
  if (!op.hasPureTensorSemantics())
    return;
  for (OpOperand &from : op->getOpOperands()) {
    bool isResult = op.isDpsInit(&from) && op.getTiedOpResult(&from) == value;
    if (from.get() != value && !isResult)
      continue;
    AffineExpr loop = op.getMatchingIndexingMap(&from).getResult(dimension);
    if (!isa<AffineDimExpr>(loop))
      continue;
    for (OpOperand &to : op->getOpOperands()) {
      std::optional<unsigned> at =
          op.getMatchingIndexingMap(&to).getResultPosition(loop);
      if (!at)
        continue;
      add(to.get(), *at);
      if (op.isDpsInit(&to))
        add(op.getTiedOpResult(&to), *at);
    }
  }
}

/// Dimensions that have the extents of those of x because an op runs over both
/// with one loop, or moves one to the other. The statistics and x (which is dy
/// here) often meet only in what is computed from them.
void Importer::traceEqualExtents(
    SmallVector<std::pair<Value, unsigned>> worklist) {
  Block *block = xValue.getParentBlock();
  auto add = [&](Value value, unsigned dimension, unsigned ofX) {
    RankedTensorType type = getTensorType(value);
    if (type && dimension < type.getRank() && type.isDynamicDim(dimension) &&
        extentsOfX.try_emplace({value, dimension}, ofX).second)
      worklist.push_back({value, dimension});
  };
  for (unsigned i = 0; i < worklist.size() && i < maxEqualExtents; ++i) {
    Value value = worklist[i].first;
    unsigned dimension = worklist[i].second;
    unsigned ofX = extentsOfX.lookup(worklist[i]);
    SmallVector<Operation *> ops;
    if (Operation *source = value.getDefiningOp())
      ops.push_back(source);
    for (Operation *user : value.getUsers())
      if (ops.size() < maxExtentOps)
        ops.push_back(user);
    for (Operation *op : ops) {
      // An op of a branch that is not taken proves nothing.
      if (op->getBlock() != block)
        continue;
      if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
        addLoopDims(linalgOp, value, dimension,
                    [&](Value other, unsigned at) { add(other, at, ofX); });
        continue;
      }
      const OpRow *row = view.lookup(op);
      bool isElementwise = row ? row->kind == OpClass::Elementwise
                               : op->hasTrait<OpTrait::Elementwise>();
      auto addSameRank = [&](Value other) {
        RankedTensorType type = getTensorType(other);
        if (type && type.getRank() == getTensorType(value).getRank())
          add(other, dimension, ofX);
      };
      if (isElementwise) {
        auto read = row ? row->getRead(op) : op->getOperands();
        // What is only looked at for its type may have any shape.
        if (!llvm::is_contained(read, value) && value.getDefiningOp() != op)
          continue;
        llvm::for_each(read, addSameRank);
        llvm::for_each(op->getResults(), addSameRank);
      } else if (row && row->dims && !row->stretches &&
                 op->getNumResults() == 1 && op->getNumOperands()) {
        std::optional<DimMap> map = row->dims(op);
        if (!map)
          continue;
        for (auto [from, to] : llvm::enumerate(*map)) {
          if (op->getOperand(0) == value && from == dimension && to >= 0)
            add(op->getResult(0), to, ofX);
          if (op->getResult(0) == value && to == int64_t(dimension))
            add(op->getOperand(0), from, ofX);
        }
      }
    }
  }
}
