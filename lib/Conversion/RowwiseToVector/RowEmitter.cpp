//===- RowEmitter.cpp ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Values and the order of phases. Memory is in RowMemory.cpp, the loops are in
// RowSweeps.cpp, their sums in RowSums.cpp.
//
//===----------------------------------------------------------------------===//

#include "RowEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Type RowEmitter::convert(Type type) {
  Type element = getElementTypeOrSelf(type);
  bool isVector = lanes.kind == Lanes::Kind::Rows ||
                  (lanesAreElements() && isa<RankedTensorType>(type));
  return isVector ? lanes.getType(element) : element;
}

Value RowEmitter::index(int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

Value RowEmitter::rowSize() {
  Value size = index(1);
  for (unsigned axis : kernel.axes)
    size = b.createOrFold<arith::MulIOp>(
        loc, size,
        getValueOrCreateConstantIndexOp(b, loc, kernel.extents[axis]));
  return size;
}

Value RowEmitter::broadcast(Value value, Type type) {
  // LLVM has integers of every width on every target, scalable ones too.
  Type element = value.getType();
  if (lanes.scalable && element != type &&
      (element.isF16() || element.isBF16())) {
    value = arith::BitcastOp::create(b, loc, b.getI16Type(), value);
    auto integers = cast<VectorType>(type).clone(b.getI16Type());
    value = vector::BroadcastOp::create(b, loc, integers, value);
    return fromInteger(value, element);
  }
  return RowEvaluator::broadcast(value, type);
}

void RowEmitter::evaluate(ArrayRef<Operation *> ops, RowValues &values) {
  for (Operation *op : ops)
    for (auto [number, own] : llvm::enumerate(values)) {
      if (own.contains(op->getResult(0)))
        continue; // came with the load
      if (number == 0 || !shared.contains(op->getResult(0))) {
        evaluate(op, own);
        continue;
      }
      for (Value result : op->getResults())
        own.map(result, values.front().lookup(result));
    }
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

RowEmitter::RowEmitter(OpBuilder &builder, Location loc, Block &program,
                       const RowPhases &phases, const RowKernel &kernel,
                       const Lanes &lanes,
                       const RowwiseToVectorOptions &options)
    : RowEvaluator(builder, loc, options.contract), program(program),
      phases(phases), kernel(kernel), lanes(lanes), options(options) {
  findShared();
  findCarried();
  if (lanes.scalable && lanesAreElements())
    scalableStep = lanes.getCount(b, loc);
}

void RowEmitter::findShared() {
  if (kernel.grid.empty())
    return;
  unsigned dim = kernel.grid.back();
  for (auto [argument, map] :
       llvm::zip(program.getArguments(), kernel.inputMaps))
    if (!map.isFunctionOfDim(dim))
      shared.insert(argument);
  for (Operation &op : program.without_terminator())
    if (!isa<ReduceOp>(op) &&
        llvm::all_of(op.getOperands(), [&](Value operand) {
          return shared.contains(operand) || isa<tensor::DimOp>(op);
        }))
      shared.insert(op.result_begin(), op.result_end());
}

void RowEmitter::findCarried() {
  if (phases.getPhases().empty())
    return;
  const RowPhase &last = phases.getPhases().back();
  const RowSweep &sweep = last.sweeps.back();
  auto isBehind = [&](Operation *op) {
    return op == program.getTerminator() || llvm::is_contained(sweep.ops, op) ||
           llvm::is_contained(last.uniformOps, op) ||
           llvm::is_contained(sweep.reductions, op);
  };
  auto visit = [&](Value value) {
    if (phases.isVarying(value) || !phases.isLive(value))
      return;
    // A product may be part of the sum that uses it.
    bool isNeeded = llvm::any_of(value.getUsers(), [&](Operation *user) {
      return isBehind(user) || (isa<arith::MulFOp>(user) &&
                                llvm::any_of(user->getUsers(), isBehind));
    });
    if (isNeeded)
      carried.push_back(value);
  };
  llvm::for_each(program.getArguments(), visit);
  for (Operation &op : program.without_terminator())
    if (!op.hasTrait<OpTrait::ConstantLike>() &&
        !llvm::is_contained(sweep.reductions, &op) &&
        !llvm::is_contained(last.uniformOps, &op))
      llvm::for_each(op.getResults(), visit);
}

RowBlock RowEmitter::getRows(ArrayRef<Value> first, unsigned count,
                             Value mask) {
  rowMask = mask;
  RowBlock rows(count);
  for (auto [number, row] : llvm::enumerate(rows)) {
    row.position = llvm::to_vector(first);
    if (number > 0) {
      Value &own = row.position[kernel.grid.back()];
      own = b.createOrFold<arith::AddIOp>(loc, own, index(number));
    }
  }
  return rows;
}

void RowEmitter::evaluateUniform(ArrayRef<Operation *> ops, RowBlock &rows) {
  for (Operation *op : ops)
    for (RowState &row : rows) {
      position = row.position;
      evaluate(op, row.uniform);
    }
}

void RowEmitter::emitPrologue(RowBlock &rows) {
  for (RowState &row : rows) {
    position = row.position;
    for (BlockArgument argument : program.getArguments())
      if (!phases.isVarying(argument) && phases.isLive(argument))
        row.uniform.map(argument,
                        load(kernel.inputs[argument.getArgNumber()],
                             kernel.inputMaps[argument.getArgNumber()],
                             argument, rowMask));
  }
  evaluateUniform(phases.getPrologue(), rows);
}

void RowEmitter::emitScalarStores(RowBlock &rows) {
  // Scalars are stored last: a destination may share the buffer of an input.
  for (auto [init, value] :
       llvm::enumerate(program.getTerminator()->getOperands())) {
    if (isa<RankedTensorType>(value.getType()))
      continue;
    for (RowState &row : rows) {
      position = row.position;
      store(init, row.uniform.lookup(value), rowMask);
    }
  }
}

void RowEmitter::emitRows(RowBlock &rows) {
  emitFront(rows);
  emitBack(rows);
}

void RowEmitter::emitUpToLast(ArrayRef<RowPhase> rest, RowBlock &rows) {
  for (const RowPhase &phase : rest) {
    bool isLast = &phase == &phases.getPhases().back();
    for (const RowSweep &sweep : ArrayRef(phase.sweeps).drop_back(isLast))
      emitSweep(sweep, rows);
    if (!isLast)
      evaluateUniform(phase.uniformOps, rows);
  }
}

void RowEmitter::emitFront(RowBlock &rows) {
  emitPrologue(rows);
  emitUpToLast(phases.getPhases(), rows);
}

void RowEmitter::emitBack(RowBlock &rows) {
  if (!phases.getPhases().empty()) {
    const RowPhase &last = phases.getPhases().back();
    emitSweep(last.sweeps.back(), rows);
    evaluateUniform(last.uniformOps, rows);
  }
  emitScalarStores(rows);
}

bool RowEmitter::canOverlap() const {
  // A sweep over a part of the row has other loops.
  ArrayRef<RowPhase> all = phases.getPhases();
  return all.size() > 1 && all.front().sweeps.size() == 1 &&
         !all.front().sweeps.front().first && !all.back().sweeps.back().first;
}

void RowEmitter::emitOverlap(RowBlock &back, RowBlock &front) {
  ArrayRef<RowPhase> all = phases.getPhases();
  emitPrologue(front);
  Track tracks[] = {createTrack(all.front().sweeps.front(), front),
                    createTrack(all.back().sweeps.back(), back)};
  emitTracks(tracks);
  evaluateUniform(all.back().uniformOps, back);
  emitScalarStores(back);
  evaluateUniform(all.front().uniformOps, front);
  emitUpToLast(all.drop_front(), front);
}

SmallVector<Value> RowEmitter::getCarried(const RowBlock &rows) const {
  SmallVector<Value> values;
  for (const RowState &row : rows)
    for (Value value : carried)
      values.push_back(row.uniform.lookup(value));
  return values;
}

void RowEmitter::setCarried(RowBlock &rows, ValueRange values) {
  for (Operation *op : phases.getPrologue())
    if (op->hasTrait<OpTrait::ConstantLike>())
      evaluateUniform(op, rows);
  for (RowState &row : rows)
    for (Value value : carried) {
      row.uniform.map(value, values.front());
      values = values.drop_front();
    }
}
