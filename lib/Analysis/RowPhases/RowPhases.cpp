//===- RowPhases.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/RowPhases/RowPhases.h"
#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::norm;

static bool isTensor(Value value) {
  return isa<RankedTensorType>(value.getType());
}

static std::optional<int64_t> getFirst(ReduceOp reduce) {
  if (IntegerAttr first = reduce.getFirstAttr())
    return first.getInt();
  return std::nullopt;
}

Operation *RowPhases::findNonSplatConstant(Block &program) {
  for (Operation &op : program) {
    Attribute value;
    if (op.getNumResults() != 1 || !isTensor(op.getResult(0)) ||
        !matchPattern(&op, m_Constant(&value)))
      continue;
    if (!isa<SplatElementsAttr>(value))
      return &op;
  }
  return nullptr;
}

void RowPhases::markLive(Block &program) {
  for (Value value : program.getTerminator()->getOperands())
    live.insert(value);
  for (Operation &op : llvm::reverse(program.without_terminator())) {
    // The extent of a row needs the row's type, not its elements.
    if (isa<tensor::DimOp>(op) ||
        llvm::none_of(op.getResults(),
                      [&](Value result) { return live.contains(result); }))
      continue;
    live.insert(op.operand_begin(), op.operand_end());
  }
}

RowSweep RowPhases::buildSweep(Block &program, std::optional<int64_t> first,
                               ArrayRef<ReduceOp> reductions,
                               ArrayRef<unsigned> stores,
                               ArrayRef<unsigned> reloadable) {
  RowSweep sweep;
  sweep.first = first;
  sweep.reductions = llvm::to_vector(reductions);
  sweep.stores = llvm::to_vector(stores);
  llvm::DenseSet<Value> needed;
  for (ReduceOp reduce : reductions)
    needed.insert(reduce.getRow());
  for (unsigned index : stores)
    needed.insert(program.getTerminator()->getOperand(index));
  for (Operation &op : llvm::reverse(program.without_terminator())) {
    if (llvm::none_of(op.getResults(), [&](Value result) {
          return needed.contains(result) && varying.contains(result);
        }))
      continue;
    auto stored = llvm::find_if(reloadable, [&](unsigned index) {
      return program.getTerminator()->getOperand(index).getDefiningOp() == &op;
    });
    if (stored != reloadable.end()) {
      sweep.reloads.push_back(*stored);
      continue;
    }
    sweep.ops.push_back(&op);
    needed.insert(op.operand_begin(), op.operand_end());
  }
  std::reverse(sweep.ops.begin(), sweep.ops.end());
  for (BlockArgument argument : program.getArguments())
    if (isTensor(argument) && needed.contains(argument))
      sweep.inputs.push_back(argument.getArgNumber());
  return sweep;
}

bool RowPhases::canBeEarly(Block &program, unsigned result) const {
  Value value = program.getTerminator()->getOperand(result);
  Operation *op = value.getDefiningOp();
  return op && op->getNumResults() == 1 && isVarying(value) &&
         level.lookup(value) == 0;
}

RowPhases::RowPhases(Block &program, ArrayRef<unsigned> early) {
  markLive(program);
  for (BlockArgument argument : program.getArguments()) {
    level[argument] = 0;
    if (isTensor(argument))
      varying.insert(argument);
  }

  // The number of phases: one past the last phase that sweeps.
  unsigned count = 0;
  SmallVector<std::pair<unsigned, ReduceOp>> reductions;
  SmallVector<std::pair<unsigned, Operation *>> uniform;
  for (Operation &op : program.without_terminator()) {
    if (llvm::none_of(op.getResults(),
                      [&](Value result) { return live.contains(result); }))
      continue;
    unsigned opLevel = 0;
    bool varies = false;
    if (!isa<tensor::DimOp>(op))
      for (Value operand : op.getOperands()) {
        opLevel = std::max(opLevel, level.lookup(operand));
        varies |= varying.contains(operand);
      }
    auto reduce = dyn_cast<ReduceOp>(op);
    if (reduce) {
      reductions.emplace_back(opLevel++, reduce);
      count = std::max(count, opLevel);
    } else if (!varies) {
      uniform.emplace_back(opLevel, &op);
    }
    for (Value result : op.getResults()) {
      level[result] = opLevel;
      if (!reduce && varies)
        varying.insert(result);
    }
  }

  SmallVector<unsigned> stores;
  for (auto [index, value] :
       llvm::enumerate(program.getTerminator()->getOperands())) {
    if (!isTensor(value))
      continue;
    if (!llvm::is_contained(early, index))
      stores.push_back(index);
    count = std::max(count, level.lookup(value) + 1);
  }

  phases.resize(count);
  for (auto [opLevel, op] : uniform)
    (opLevel == 0 ? prologue : phases[opLevel - 1].uniformOps).push_back(op);
  for (unsigned index = 0; index < count; ++index) {
    // Sweeps over a part of the row come first, in the order of the program.
    SmallVector<std::optional<int64_t>> extents;
    bool whole = (index + 1 == count && !stores.empty()) ||
                 (index == 0 && !early.empty());
    for (auto [phase, reduce] : reductions) {
      if (phase != index)
        continue;
      std::optional<int64_t> first = getFirst(reduce);
      whole |= !first;
      if (first && !llvm::is_contained(extents, first))
        extents.push_back(first);
    }
    if (whole)
      extents.push_back(std::nullopt);
    for (std::optional<int64_t> first : extents) {
      SmallVector<ReduceOp> group;
      for (auto [phase, reduce] : reductions)
        if (phase == index && getFirst(reduce) == first)
          group.push_back(reduce);
      SmallVector<unsigned> stored;
      if (index == 0 && !first)
        llvm::append_range(stored, early);
      if (index + 1 == count && !first)
        llvm::append_range(stored, stores);
      phases[index].sweeps.push_back(
          buildSweep(program, first, group, stored,
                     index == 0 ? ArrayRef<unsigned>() : early));
    }
  }
}
