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
// still give the same result as a long, or dynamic, extent. The lanes of
// scalable vectors are added in the order of the target's instruction.
//
//===----------------------------------------------------------------------===//

#include "RowEmitter.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Counts
//===----------------------------------------------------------------------===//

std::optional<int64_t> RowEmitter::countVectors() {
  std::optional<int64_t> extent =
      getConstantIntValue(kernel.extents[kernel.getInnerAxis()]);
  if (!extent)
    return std::nullopt;
  return llvm::divideCeil(std::max<int64_t>(*extent, 1), stepSize()) *
         lanes.vectors;
}

unsigned RowEmitter::countPartials(const RowSweep &sweep) {
  if (sweep.reductions.empty())
    return 1;
  unsigned most = std::max<unsigned>(
      1, options.accumulators / llvm::PowerOf2Ceil(sweep.reductions.size()));
  if (std::optional<int64_t> vectors = countVectors())
    return std::min<int64_t>(most, llvm::PowerOf2Ceil(*vectors));
  return most;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// The partial sums of all, one after another.
template <typename Track>
static SmallVector<Value> getSums(ArrayRef<Track> tracks) {
  SmallVector<Value> sums;
  for (const Track &track : tracks)
    llvm::append_range(sums, track.sums);
  return sums;
}

template <typename Track>
static void setSums(MutableArrayRef<Track> tracks, ValueRange sums) {
  for (Track &track : tracks) {
    llvm::copy(sums.take_front(track.sums.size()), track.sums.begin());
    sums = sums.drop_front(track.sums.size());
  }
}

/// Steps are unrolled here as far as is good: more only makes the code large
/// and its loads come out of order.
static void forbidUnrolling(scf::ForOp loop) {
  MLIRContext *context = loop.getContext();
  auto yes = BoolAttr::get(context, true);
  auto unroll = LLVM::LoopUnrollAttr::get(context, /*disable=*/yes, {}, {}, {},
                                          {}, {}, {});
  auto vectorize = LLVM::LoopVectorizeAttr::get(context, /*disable=*/yes, {},
                                                {}, {}, {}, {}, {});
  auto annotation =
      LLVM::LoopAnnotationAttr::get(context, {}, vectorize, {}, unroll, {}, {},
                                    {}, {}, {}, {}, {}, {}, {}, {}, {});
  loop->setAttr("llvm.loop_annotation", annotation);
}

void RowEmitter::emitFor(MutableArrayRef<Track> tracks, Value begin, Value end,
                         Value step, function_ref<void(Value)> body) {
  auto loop = scf::ForOp::create(b, loc, begin, end, step,
                                 getSums(ArrayRef<Track>(tracks)));
  forbidUnrolling(loop);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    setSums(tracks, loop.getRegionIterArgs());
    body(loop.getInductionVar());
    if (loop.getNumResults() > 0)
      scf::YieldOp::create(b, loc, getSums(ArrayRef<Track>(tracks)));
  }
  setSums(tracks, loop.getResults());
}

void RowEmitter::emitIf(MutableArrayRef<Track> tracks, Value condition,
                        function_ref<void()> body) {
  SmallVector<Value> sums = getSums(ArrayRef<Track>(tracks));
  auto ifOp = scf::IfOp::create(b, loc, ValueRange(sums).getTypes(), condition,
                                /*withElseRegion=*/!sums.empty());
  {
    OpBuilder::InsertionGuard guard(b);
    if (!sums.empty()) {
      b.setInsertionPointToStart(ifOp.elseBlock());
      scf::YieldOp::create(b, loc, sums);
    }
    b.setInsertionPointToStart(ifOp.thenBlock());
    body();
    if (!sums.empty())
      scf::YieldOp::create(b, loc, getSums(ArrayRef<Track>(tracks)));
  }
  setSums(tracks, ifOp.getResults());
}

RowEmitter::Track RowEmitter::createTrack(const RowSweep &sweep,
                                          RowBlock &rows) {
  Track track{sweep, rows, countPartials(sweep), {}};
  for (ReduceOp reduce : sweep.reductions)
    track.sums.append(track.partials * rows.size(), neutral(reduce));
  return track;
}

void RowEmitter::finishTrack(Track &track) {
  for (auto [number, op] : llvm::enumerate(track.sweep.reductions)) {
    ReduceOp reduce = op;
    for (auto [which, row] : llvm::enumerate(track.rows)) {
      ArrayRef<Value> own(&track.sum(number, which, 0), track.partials);
      row.uniform.map(reduce.getResult(), finish(reduce, own));
    }
  }
}

void RowEmitter::emitSweep(const RowSweep &sweep, RowBlock &rows) {
  Track track = createTrack(sweep, rows);
  emitTracks(track);
}

void RowEmitter::emitTracks(MutableArrayRef<Track> tracks) {
  Value before = tracks.front().sweep.first ? index(0) : Value();
  emitOuterAxes(tracks, /*depth=*/0, before);
  llvm::for_each(tracks, [&](Track &track) { finishTrack(track); });
}

void RowEmitter::emitOuterAxes(MutableArrayRef<Track> tracks, unsigned depth,
                               Value before) {
  unsigned axis = kernel.axes[depth];
  if (axis == kernel.getInnerAxis())
    return emitInnerAxis(tracks, getSweepExtent(tracks.front().sweep, before));
  Value extent = getValueOrCreateConstantIndexOp(b, loc, kernel.extents[axis]);
  emitFor(tracks, index(0), extent, index(1), [&](Value iv) {
    for (Track &track : tracks)
      for (RowState &row : track.rows)
        row.position[axis] = iv;
    Value next;
    if (before) {
      next = b.createOrFold<arith::MulIOp>(loc, before, extent);
      next = b.createOrFold<arith::AddIOp>(loc, next, iv);
    }
    emitOuterAxes(tracks, depth + 1, next);
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

/// Stores of so many vectors follow each other.
static constexpr unsigned storesTogether = 4;

unsigned RowEmitter::countBetweenStores(ArrayRef<Track> tracks) {
  unsigned rows = 1;
  for (const Track &track : tracks)
    if (!track.sweep.stores.empty())
      rows = track.rows.size();
  return std::max<unsigned>(1, storesTogether / (rows * lanes.vectors));
}

unsigned RowEmitter::countUnrolled(ArrayRef<Track> tracks) {
  unsigned unroll = 1;
  for (const Track &track : tracks) {
    if (!track.sweep.stores.empty())
      unroll = std::max(unroll, countBetweenStores(tracks));
    unroll = std::max(unroll, track.partials / lanes.vectors);
  }
  if (std::optional<int64_t> vectors = countVectors())
    return std::min<int64_t>(unroll,
                             llvm::PowerOf2Ceil(*vectors / lanes.vectors));
  return unroll;
}

void RowEmitter::emitInnerAxis(MutableArrayRef<Track> tracks, Value extent) {
  StepMask all{rowMask, SmallVector<Value, 2>(lanes.vectors, rowMask)};
  unsigned unroll = countUnrolled(tracks);
  Value block = steps(unroll);
  Value rest = b.createOrFold<arith::RemUIOp>(loc, extent, block);
  Value begin = b.createOrFold<arith::SubIOp>(loc, extent, rest);
  std::optional<int64_t> knownBegin = getConstantIntValue(begin);
  if (!knownBegin || *knownBegin > 0)
    emitFor(tracks, index(0), begin, block, [&](Value iv) {
      unsigned together = countBetweenStores(tracks);
      for (unsigned which = 0; which < unroll; which += together)
        emitSteps(tracks, iv, which, std::min(together, unroll - which), all);
    });
  std::optional<int64_t> knownRest = getConstantIntValue(rest);
  if (!knownRest || *knownRest != 0)
    emitTail(tracks, unroll, begin, extent);
}

void RowEmitter::emitTail(MutableArrayRef<Track> tracks, unsigned unroll,
                          Value begin, Value extent) {
  auto isBefore = [&](Value lhs, Value rhs) -> Value {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, lhs, rhs);
  };
  StepMask all{rowMask, SmallVector<Value, 2>(lanes.vectors, rowMask)};
  std::optional<int64_t> known = getConstantIntValue(extent);
  if (known && !scalableStep) {
    int64_t rest = *known - *getConstantIntValue(begin);
    for (unsigned which = 0; rest > 0; ++which, rest -= stepSize())
      emitSteps(tracks, begin, which, 1,
                rest < stepSize() ? createMask(b.getIndexAttr(rest)) : all);
    return;
  }
  if (lanesAreElements()) {
    emitIf(tracks, isBefore(begin, extent), [&] {
      for (unsigned which = 0; which < unroll; ++which) {
        Value rest = arith::SubIOp::create(b, loc, extent, at(begin, which));
        emitSteps(tracks, begin, which, 1, createMask(rest));
      }
    });
    return;
  }
  // The last of a block is never left over.
  for (unsigned which = 0; which + 1 < unroll; ++which)
    emitIf(tracks, isBefore(at(begin, which), extent),
           [&] { emitSteps(tracks, begin, which, 1, all); });
}

RowEmitter::StepMask RowEmitter::createMask(OpFoldResult rest) {
  auto create = [&](VectorType type, OpFoldResult rest) -> Value {
    if (std::optional<int64_t> known = getConstantIntValue(rest))
      return vector::ConstantMaskOp::create(
          b, loc, type,
          ArrayRef<int64_t>{std::min(*known, type.getDimSize(0))});
    return vector::CreateMaskOp::create(b, loc, type, cast<Value>(rest));
  };
  Type bit = b.getI1Type();
  StepMask mask{create(lanes.getStepType(bit), rest), {}};
  if (lanes.vectors == 1) {
    mask.vectors.push_back(mask.whole);
    return mask;
  }
  // Of an odd number the elements of even number are one more. `rest` may be
  // negative.
  AffineExpr number = b.getAffineDimExpr(0);
  for (AffineExpr own : {(number + 1).floorDiv(2), number.floorDiv(2)})
    mask.vectors.push_back(create(
        lanes.getType(bit), affine::makeComposedFoldedAffineApply(
                                b, loc, AffineMap::get(1, 0, own), rest)));
  return mask;
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

Value RowEmitter::steps(unsigned count) {
  if (!scalableStep)
    return index(count * stepSize());
  return b.createOrFold<arith::MulIOp>(loc, scalableStep, index(count));
}

Value RowEmitter::at(Value begin, unsigned which) {
  return b.createOrFold<arith::AddIOp>(loc, begin, steps(which));
}

void RowEmitter::emitSteps(MutableArrayRef<Track> tracks, Value begin,
                           unsigned first, unsigned count,
                           const StepMask &mask) {
  // Loads first: what is stored might be what is loaded, for all that the code
  // generator knows.
  SmallVector<std::tuple<Track *, unsigned, StepValues>, 0> steps;
  for (unsigned which = first; which < first + count; ++which)
    for (Track &track : tracks)
      steps.push_back(
          {&track, which, emitStep(track, at(begin, which), which, mask)});
  for (auto &[track, which, values] : steps)
    emitStores(*track, at(begin, which), which, mask, values);
}

RowEmitter::StepValues RowEmitter::emitStep(Track &track, Value at,
                                            unsigned which,
                                            const StepMask &mask) {
  StepValues values(lanes.vectors, RowValues(track.rows.size()));
  for (auto [number, row] : llvm::enumerate(track.rows)) {
    SmallVector<IRMapping *> vectors;
    for (RowValues &vector : values) {
      vector[number] = row.uniform;
      vectors.push_back(&vector[number]);
    }
    position = row.position;
    position[kernel.getInnerAxis()] = at;
    for (unsigned input : track.sweep.inputs) {
      Value argument = program.getArgument(input);
      if (number == 0 || !shared.contains(argument)) {
        loadStep(kernel.inputs[input], kernel.inputMaps[input], argument, mask,
                 vectors);
        continue;
      }
      for (auto [own, vector] : llvm::zip_equal(vectors, values)) {
        const IRMapping &first = vector.front();
        if (Value value = first.lookupOrNull(argument))
          own->map(argument, value);
        for (Operation *user : argument.getUsers())
          if (user->getNumResults() == 1)
            if (Value value = first.lookupOrNull(user->getResult(0)))
              own->map(user->getResult(0), value);
      }
    }
    for (unsigned init : track.sweep.reloads)
      loadStep(kernel.inits[init], kernel.initMaps[init],
               program.getTerminator()->getOperand(init), mask, vectors);
  }
  for (auto [part, vector] : llvm::enumerate(values)) {
    evaluate(track.sweep.ops, vector);
    unsigned partial = (which * lanes.vectors + part) % track.partials;
    for (auto [number, op] : llvm::enumerate(track.sweep.reductions)) {
      ReduceOp reduce = op;
      for (auto [row, own] : llvm::enumerate(vector)) {
        Value &sum = track.sum(number, row, partial);
        Value value = addTo(reduce, sum, own);
        // Lanes past the end of the row hold anything; those of rows that are
        // not there are never stored.
        if (mask.whole && lanesAreElements())
          value =
              arith::SelectOp::create(b, loc, mask.vectors[part], value, sum);
        sum = value;
      }
    }
  }
  return values;
}

void RowEmitter::emitStores(Track &track, Value at, unsigned which,
                            const StepMask &mask, const StepValues &values) {
  if (track.sweep.stores.empty())
    return;
  auto moveTo = [&](const RowState &row) {
    position = row.position;
    position[kernel.getInnerAxis()] = at;
  };
  // In the caches the hardware does it better, and for several rows too.
  if (options.prefetch && nontemporal && !nontemporal->inits.empty() &&
      track.rows.size() == 1) {
    moveTo(track.rows.front());
    prefetchNextRow(which);
  }
  for (unsigned init : track.sweep.stores) {
    Value stored = program.getTerminator()->getOperand(init);
    SmallVector<Value> rows;
    for (unsigned row = 0; row < track.rows.size(); ++row)
      rows.push_back(
          join(llvm::map_to_vector(values, [&](const RowValues &vector) {
            return vector[row].lookup(stored);
          })));
    if (kernel.accumulated[init] &&
        !kernel.initMaps[init].isFunctionOfDim(kernel.grid.back())) {
      moveTo(track.rows.front());
      accumulate(init, rows, mask.whole);
      continue;
    }
    for (auto [row, value] : llvm::zip_equal(track.rows, rows)) {
      moveTo(row);
      store(init, value, mask.whole);
    }
  }
}
