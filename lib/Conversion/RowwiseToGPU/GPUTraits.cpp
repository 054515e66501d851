//===- GPUTraits.cpp ------------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a plan needs to know of a row program and its operands.
//
//===----------------------------------------------------------------------===//

#include "GPURowEmitter.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::norm;

static bool follows(AffineMap map, ArrayRef<unsigned> dims) {
  return llvm::any_of(dims,
                      [&](unsigned dim) { return map.isFunctionOfDim(dim); });
}

SmallVector<Value> norm::getReread(Block &program, const RowPhases &phases,
                                   const RowKernel &rows,
                                   ArrayRef<unsigned> rowDims) {
  SmallVector<Value> reread;
  llvm::DenseSet<Value> seen;
  OperandRange results = program.getTerminator()->getOperands();
  for (const RowPhase &phase : phases.getPhases())
    for (const RowSweep &sweep : phase.sweeps) {
      for (unsigned input : sweep.inputs) {
        Value argument = program.getArgument(input);
        if (follows(rows.inputMaps[input], rowDims) &&
            !seen.insert(argument).second &&
            !llvm::is_contained(reread, argument))
          reread.push_back(argument);
      }
      for (unsigned init : sweep.reloads)
        if (!llvm::is_contained(reread, results[init]))
          reread.push_back(results[init]);
    }
  return reread;
}

static unsigned getBytes(Value value) {
  Type element = getElementTypeOrSelf(value.getType());
  return element.isIndex() ? 8
                           : std::max(1u, element.getIntOrFloatBitWidth() / 8);
}

unsigned norm::getReducedBytes(Block &program) {
  unsigned bytes = 0;
  for (ReduceOp reduce : program.getOps<ReduceOp>())
    bytes += getBytes(reduce.getResult());
  return bytes;
}

RowTraits RowTraits::get(Block &program, const RowPhases &phases,
                         const RowKernel &rows, ArrayRef<unsigned> rowDims) {
  RowTraits traits;
  traits.widest = getWidestValue(phases, program) / 8;
  traits.keptBytes = 0;
  traits.narrowest = 16;
  auto isRow = [&](AffineMap map) {
    return map.isFunctionOfDim(rows.getInnerAxis());
  };
  for (auto [input, map] : llvm::zip_equal(rows.inputs, rows.inputMaps)) {
    if (!isRow(map))
      continue;
    if (!follows(map, rowDims)) {
      traits.sharedBytes += getBytes(input);
      continue;
    }
    traits.narrowest = std::min(traits.narrowest, getBytes(input));
    traits.keptBytes += getBytes(input);
  }
  // What only writes is as wide as what it writes.
  for (auto [init, map] : llvm::zip_equal(rows.inits, rows.initMaps))
    if (traits.keptBytes == 0 && isRow(map))
      traits.narrowest = std::min(traits.narrowest, getBytes(init));
  traits.rereadBytes = 0;
  for (Value value : getReread(program, phases, rows, rowDims))
    traits.rereadBytes += getBytes(value);
  for (auto [map, isSummed] : llvm::zip_equal(rows.initMaps, rows.accumulated))
    traits.sums += isSummed && isRow(map);
  traits.reductions =
      llvm::count_if(program, [](Operation &op) { return isa<ReduceOp>(op); });
  for (auto [init, map] : llvm::zip_equal(rows.inits, rows.initMaps))
    traits.isQuantized |=
        isRow(map) && getBytes(init) == 1 && traits.narrowest > 1;
  traits.isSizeKnown = llvm::all_of(rows.axes, [&](unsigned axis) {
    return getConstantIntValue(rows.extents[axis]).has_value();
  });
  traits.reducedBytes = getReducedBytes(program);
  traits.isSpeculatable =
      llvm::all_of(program.without_terminator(), [](Operation &op) {
        return isa<ReduceOp>(op) || mlir::isSpeculatable(&op);
      });
  traits.isContiguous = rows.isContiguousAlong(rows.getInnerAxis());
  traits.areRowsContiguous =
      !rows.grid.empty() && rows.isContiguousAlong(rows.grid.back());
  return traits;
}
