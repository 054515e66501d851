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

/// Division by anything, but not of a number: 1 / std is a statistic.
bool Importer::isQuotient(Operation *op, const OpRow &row) {
  static const ElementwiseFn div =
      OpTable::get().lookup("arith.divf")->elementwise;
  return savedStatistics && row.elementwise == div &&
         op->getNumOperands() == 2 &&
         !isConstantTree(op->getOperand(0), /*depth=*/4);
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
  auto countLongDims = [](Value value) {
    RankedTensorType type = getTensorType(value);
    return type ? llvm::count_if(type.getShape(),
                                 [](int64_t extent) { return extent != 1; })
                : 0;
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
      if (row->arity)
        operands = operands.take_front(row->arity);
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
    if (countLongDims(at) != countLongDims(op->getResult(0)))
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
