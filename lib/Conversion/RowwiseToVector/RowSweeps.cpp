//===- RowSweeps.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The loops of a sweep, and the order in which it sums.
//
// Along the last axis, element i belongs to partial sum i mod M, where M is
// the number of accumulators times the lanes that advance along the row. Each
// partial sum starts at the neutral element and takes its elements in
// increasing order. At the end partial sum j takes in j + M/2, then j + M/4,
// and so on down to one. Partial sums that no element belongs to are neutral
// and change no bit, so a short row may use fewer accumulators or lanes and
// still give the same result as a long, or dynamic, extent.
//
//===----------------------------------------------------------------------===//

#include "RowEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Partial sums
//===----------------------------------------------------------------------===//

Value RowEmitter::neutral(ReduceOp reduce) {
  auto element = cast<FloatType>(reduce.getType());
  APFloat value =
      reduce.getKind() == ReduceKind::Add
          ? APFloat::getZero(element.getFloatSemantics())
          : APFloat::getInf(element.getFloatSemantics(), /*Negative=*/true);
  TypedAttr attribute = FloatAttr::get(element, value);
  if (auto type = dyn_cast<VectorType>(convert(reduce.getRow().getType())))
    attribute = DenseElementsAttr::get(type, Attribute(attribute));
  return arith::ConstantOp::create(b, loc, attribute);
}

Value RowEmitter::combine(ReduceOp reduce, Value lhs, Value rhs) {
  if (reduce.getKind() == ReduceKind::Add) {
    auto sum = arith::AddFOp::create(b, reduce.getLoc(), lhs, rhs);
    allowContraction(sum);
    return sum;
  }
  return arith::MaximumFOp::create(b, reduce.getLoc(), lhs, rhs);
}

Value RowEmitter::finish(ReduceOp reduce, ArrayRef<Value> partialSums) {
  SmallVector<Value> sums = llvm::to_vector(partialSums);
  while (sums.size() > 1) {
    size_t half = sums.size() / 2;
    for (size_t i = 0; i < half; ++i)
      sums[i] = combine(reduce, sums[i], sums[i + half]);
    sums.truncate(half);
  }
  Value sum = sums.front();
  if (!lanesAreElements())
    return sum;
  for (int64_t width = lanes.count / 2; width > 0; width /= 2) {
    Value low = vector::ExtractStridedSliceOp::create(b, loc, sum, 0, width, 1);
    Value high =
        vector::ExtractStridedSliceOp::create(b, loc, sum, width, width, 1);
    sum = combine(reduce, low, high);
  }
  return vector::ExtractOp::create(b, loc, sum, 0);
}

unsigned RowEmitter::countPartials(const RowSweep &sweep) {
  unsigned most = options.accumulators;
  // What only stores has no sums to wait for.
  if (sweep.reductions.empty())
    most = std::min(most, 4u);
  std::optional<int64_t> extent =
      getConstantIntValue(kernel.extents[kernel.getInnerAxis()]);
  if (!extent)
    return most;
  int64_t steps = llvm::divideCeil(std::max<int64_t>(*extent, 1), stepSize());
  return std::min<int64_t>(most, llvm::PowerOf2Ceil(steps));
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// Creates a loop that carries `carried`, calls `body` to emit its body, and
/// leaves the loop's results in `carried`.
static void emitFor(OpBuilder &b, Location loc, Value begin, Value end,
                    Value step, SmallVector<Value> &carried,
                    function_ref<void(Value)> body) {
  auto loop = scf::ForOp::create(b, loc, begin, end, step, carried);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    carried = llvm::to_vector(ValueRange(loop.getRegionIterArgs()));
    body(loop.getInductionVar());
    if (!carried.empty())
      scf::YieldOp::create(b, loc, carried);
  }
  carried = llvm::to_vector(ValueRange(loop.getResults()));
}

/// The same for code under a condition; where it is false, `carried` stays.
static void emitIf(OpBuilder &b, Location loc, Value condition,
                   SmallVector<Value> &carried, function_ref<void()> body) {
  bool hasResults = !carried.empty();
  auto ifOp = scf::IfOp::create(b, loc, ValueRange(carried).getTypes(),
                                condition, /*withElseRegion=*/hasResults);
  {
    OpBuilder::InsertionGuard guard(b);
    if (hasResults) {
      b.setInsertionPointToStart(ifOp.elseBlock());
      scf::YieldOp::create(b, loc, carried);
    }
    b.setInsertionPointToStart(ifOp.thenBlock());
    body();
    if (hasResults)
      scf::YieldOp::create(b, loc, carried);
  }
  carried = llvm::to_vector(ValueRange(ifOp.getResults()));
}

void RowEmitter::emitSweep(const RowSweep &sweep) {
  partials = countPartials(sweep);
  Partials sums;
  for (ReduceOp reduce : sweep.reductions)
    sums.append(partials, neutral(reduce));
  emitOuterAxes(sweep, /*depth=*/0, sweep.first ? index(0) : Value(), sums);
  for (auto [number, op] : llvm::enumerate(sweep.reductions)) {
    ReduceOp reduce = op;
    ArrayRef<Value> own = ArrayRef(sums).slice(number * partials, partials);
    uniform.map(reduce.getResult(), finish(reduce, own));
  }
}

void RowEmitter::emitOuterAxes(const RowSweep &sweep, unsigned depth,
                               Value before, Partials &sums) {
  unsigned axis = kernel.axes[depth];
  if (axis == kernel.getInnerAxis())
    return emitInnerAxis(sweep, getSweepExtent(sweep, before), sums);
  Value extent = getValueOrCreateConstantIndexOp(b, loc, kernel.extents[axis]);
  emitFor(b, loc, index(0), extent, index(1), sums, [&](Value iv) {
    position[axis] = iv;
    Value next;
    if (before) {
      next = b.createOrFold<arith::MulIOp>(loc, before, extent);
      next = b.createOrFold<arith::AddIOp>(loc, next, iv);
    }
    emitOuterAxes(sweep, depth + 1, next, sums);
  });
}

Value RowEmitter::getSweepExtent(const RowSweep &sweep, Value before) {
  Value extent = getValueOrCreateConstantIndexOp(
      b, loc, kernel.extents[kernel.getInnerAxis()]);
  if (!sweep.first)
    return extent;
  Value done = b.createOrFold<arith::MulIOp>(loc, before, extent);
  Value left = b.createOrFold<arith::SubIOp>(loc, index(*sweep.first), done);
  left = b.createOrFold<arith::MaxSIOp>(loc, left, index(0));
  return b.createOrFold<arith::MinSIOp>(loc, left, extent);
}

void RowEmitter::emitInnerAxis(const RowSweep &sweep, Value extent,
                               Partials &sums) {
  int64_t block = partials * stepSize();
  Value begin;
  std::optional<int64_t> known = getConstantIntValue(extent);
  if (known) {
    begin = index(*known / block * block);
  } else {
    Value rest = b.createOrFold<arith::RemUIOp>(loc, extent, index(block));
    begin = b.createOrFold<arith::SubIOp>(loc, extent, rest);
  }
  if (!known || *known >= block)
    emitFor(b, loc, index(0), begin, index(block), sums, [&](Value iv) {
      // Loads first: what is stored might be what is loaded, for all that the
      // code generator knows.
      SmallVector<std::pair<Value, IRMapping>> steps;
      for (unsigned which = 0; which < partials; ++which) {
        Value at =
            b.createOrFold<arith::AddIOp>(loc, iv, index(which * stepSize()));
        steps.push_back({at, emitStep(sweep, at, which, rowMask, sums)});
      }
      for (auto [which, step] : llvm::enumerate(steps))
        emitStores(sweep, step.first, which, rowMask, step.second);
    });
  if (!known || *known % block != 0)
    emitTail(sweep, begin, extent, sums);
}

void RowEmitter::emitTail(const RowSweep &sweep, Value begin, Value extent,
                          Partials &sums) {
  auto at = [&](unsigned which) {
    return b.createOrFold<arith::AddIOp>(loc, begin, index(which * stepSize()));
  };
  auto isBefore = [&](Value lhs, Value rhs) -> Value {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, lhs, rhs);
  };
  auto maskType = VectorType::get({lanes.count}, b.getI1Type());

  if (std::optional<int64_t> known = getConstantIntValue(extent)) {
    int64_t rest = *known - *getConstantIntValue(begin);
    for (unsigned which = 0; rest > 0; ++which, rest -= stepSize()) {
      Value mask = rowMask;
      if (rest < stepSize())
        mask = vector::ConstantMaskOp::create(b, loc, maskType,
                                              ArrayRef<int64_t>{rest});
      emitWholeStep(sweep, at(which), which, mask, sums);
    }
    return;
  }
  if (lanesAreElements()) {
    emitIf(b, loc, isBefore(begin, extent), sums, [&] {
      for (unsigned which = 0; which < partials; ++which) {
        Value from = at(which);
        Value rest = arith::SubIOp::create(b, loc, extent, from);
        Value mask = vector::CreateMaskOp::create(b, loc, maskType, rest);
        emitWholeStep(sweep, from, which, mask, sums);
      }
    });
    return;
  }
  // The last of a block is never left over.
  for (unsigned which = 0; which + 1 < partials; ++which) {
    Value from = at(which);
    emitIf(b, loc, isBefore(from, extent), sums,
           [&] { emitWholeStep(sweep, from, which, rowMask, sums); });
  }
}

IRMapping RowEmitter::emitStep(const RowSweep &sweep, Value at, unsigned which,
                               Value mask, Partials &sums) {
  position[kernel.getInnerAxis()] = at;
  IRMapping values = uniform;
  for (unsigned input : sweep.inputs)
    values.map(program.getArgument(input), load(input, mask));
  for (Operation *op : sweep.ops)
    evaluate(op, values);
  for (auto [number, op] : llvm::enumerate(sweep.reductions)) {
    ReduceOp reduce = op;
    Value &sum = sums[number * partials + which];
    Value value = combine(reduce, sum, values.lookup(reduce.getRow()));
    // Lanes past the end of the row hold anything; those of rows that are not
    // there are never stored.
    if (mask && lanesAreElements())
      value = arith::SelectOp::create(b, loc, mask, value, sum);
    sum = value;
  }
  return values;
}

void RowEmitter::emitStores(const RowSweep &sweep, Value at, unsigned which,
                            Value mask, const IRMapping &values) {
  position[kernel.getInnerAxis()] = at;
  if (options.prefetch && !sweep.stores.empty())
    prefetchNextRow(which);
  for (unsigned init : sweep.stores)
    store(init, values.lookup(program.getTerminator()->getOperand(init)), mask);
}

void RowEmitter::emitWholeStep(const RowSweep &sweep, Value at, unsigned which,
                               Value mask, Partials &sums) {
  IRMapping values = emitStep(sweep, at, which, mask, sums);
  emitStores(sweep, at, which, mask, values);
}
