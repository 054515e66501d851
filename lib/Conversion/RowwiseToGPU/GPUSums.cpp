//===- GPUSums.cpp --------------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sums over rows, such as the gradients of scale and bias. Each block, or
// cluster, adds its rows in registers, in their order, and leaves a row of
// partial sums in memory. A second kernel adds those.
//
//===----------------------------------------------------------------------===//

#include "GPURowEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

/// A value as it is added up.
static Value widen(OpBuilder &b, Location loc, Value value, FloatType element) {
  Type type = element;
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    type = vector.clone(element);
  if (value.getType() == type)
    return value;
  return arith::ExtFOp::create(b, loc, type, value);
}

bool GPURowEmitter::hasColumns(unsigned init) const {
  return rows.initMaps[init].isFunctionOfDim(rows.getInnerAxis());
}

void GPURowEmitter::createSums() {
  for (unsigned init = 0; init < rows.inits.size(); ++init) {
    if (!rows.accumulated[init])
      continue;
    bool isRow = hasColumns(init);
    if (isRow && isSummedInMemory()) {
      clearPartials(init);
      continue;
    }
    Type type = getSumType(init);
    if (isRow && plan.vector > 1)
      type = VectorType::get({plan.vector}, type);
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
    sumsOverRows[init].assign(isRow ? steps.size() : 1, zero);
  }
}

void GPURowEmitter::addToSum(unsigned init, unsigned step, Value value,
                             Value present) {
  Value &sum = sumsOverRows[init][step];
  value = widen(b, loc, value, getSumType(init));
  sum = select(present, arith::AddFOp::create(b, loc, sum, value), sum);
}

/// Where the cluster's row of partial sums begins.
Value GPURowEmitter::getPartialRow(unsigned init) {
  return hasColumns(init) ? mul(cluster, size) : cluster;
}

void GPURowEmitter::accumulateInMemory(unsigned init, Value value,
                                       Value column) {
  Value partials = kernel.partials.lookup(init);
  Value at = add(getPartialRow(init), column);
  value = widen(b, loc, value, getSumType(init));
  Value sum = arith::AddFOp::create(b, loc, loadChunk(partials, at), value);
  storeChunk(sum, partials, at);
}

void GPURowEmitter::clearPartials(unsigned init) {
  // The chunks that the thread adds to.
  Value step = index(int64_t{plan.getSharers()} * plan.vector);
  Value first =
      mul(add(mul(rank, index(plan.rowThreads)), own), index(plan.vector));
  Type type = getSumType(init);
  if (plan.vector > 1)
    type = VectorType::get({plan.vector}, type);
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  Value begin = getPartialRow(init);
  auto loop = scf::ForOp::create(b, loc, first, size, step);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  storeChunk(zero, kernel.partials.lookup(init),
             add(begin, loop.getInductionVar()));
}

/// Adds the sums of the rows side by side in a warp; each thread has the sum
/// of all that have the same chunks.
Value GPURowEmitter::addInWarp(Value sum) {
  for (unsigned distance = plan.rowThreads; distance < warpSize;
       distance *= 2) {
    auto vector = dyn_cast<VectorType>(sum.getType());
    if (!vector) {
      sum = arith::AddFOp::create(b, loc, sum, shuffle(sum, distance));
      continue;
    }
    Values lanes;
    for (int64_t lane = 0; lane < vector.getNumElements(); ++lane)
      lanes.push_back(
          shuffle(vector::ExtractOp::create(b, loc, sum, lane), distance));
    Value other = vector::FromElementsOp::create(b, loc, vector, lanes);
    sum = arith::AddFOp::create(b, loc, sum, other);
  }
  return sum;
}

void GPURowEmitter::emitPartials() {
  if (sumsOverRows.empty())
    return;
  // The sums of a block, and where they go, for the threads that have them.
  struct Partial {
    Value sum, partials, at, inRow, buffer, local;
  };
  SmallVector<Partial> all;
  int64_t warps = plan.blockRows == 1 ? 1 : plan.getThreads() / warpSize;
  int64_t chunk = int64_t{plan.rowThreads} * plan.vector;
  for (auto &[init, sums] : sumsOverRows) {
    Value begin = getPartialRow(init);
    bool isRow = hasColumns(init);
    Value buffer;
    if (warps > 1)
      buffer = createShared(getSumType(init), isRow ? chunk * steps.size() : 1);
    for (auto [step, sum] : llvm::enumerate(sums)) {
      Partial &partial = all.emplace_back();
      partial.sum = addInWarp(sum);
      partial.partials = kernel.partials.lookup(init);
      partial.buffer = buffer;
      if (isRow) {
        partial.at = add(begin, steps[step].column);
        partial.inRow = steps[step].inRow;
        partial.local = add(mul(own, index(plan.vector)), index(step * chunk));
      } else {
        partial.at = begin;
        partial.local = index(0);
        partial.inRow = arith::CmpIOp::create(
            b, loc, arith::CmpIPredicate::eq,
            add(own, mul(rank, index(plan.rowThreads))), index(0));
      }
    }
  }
  auto is = [&](Value value, int64_t what) -> Value {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, value,
                                 index(what));
  };
  // The first row of each warp, one warp after another.
  Value warp = div(thread, index(warpSize));
  Value isFirst =
      plan.rowThreads < warpSize
          ? isLess(rem(thread, index(warpSize)), index(plan.rowThreads))
          : Value();
  auto access = [&](const Partial &partial, Value memref, Value at,
                    Value stored) -> Value {
    bool isScalar = !isa<VectorType>(partial.sum.getType());
    if (stored) {
      if (isScalar)
        memref::StoreOp::create(b, loc, stored, memref, at);
      else
        storeChunk(stored, memref, at);
      return {};
    }
    return isScalar ? memref::LoadOp::create(b, loc, memref, at).getResult()
                    : loadChunk(memref, at);
  };
  for (int64_t number = 0; number < warps; ++number) {
    Value isMine = warps > 1 ? is(warp, number) : Value();
    guardedStore(both(isMine, isFirst), [&] {
      for (const Partial &partial : all)
        guardedStore(partial.inRow, [&] {
          Value sum = partial.sum;
          if (number > 0)
            sum = arith::AddFOp::create(
                b, loc, access(partial, partial.buffer, partial.local, {}),
                sum);
          if (number + 1 == warps)
            access(partial, partial.partials, partial.at, sum);
          else
            access(partial, partial.buffer, partial.local, sum);
        });
    });
    if (number + 1 < warps)
      gpu::BarrierOp::create(b, loc);
  }
}

//===----------------------------------------------------------------------===//
// The second kernel
//===----------------------------------------------------------------------===//

void GPURowEmitter::emitFinalSums() {
  findThread();
  waitForKernelBefore();
  Value columns = hasColumns(kernel.partials.front().first) ? size : index(1);
  Value blocks =
      mul(b.createOrFold<arith::CeilDivUIOp>(loc, columns, index(sumColumns)),
          countPositions(kernel.segmentDims));
  Value which = div(cluster, blocks), block = rem(cluster, blocks);
  for (auto [number, entry] : llvm::enumerate(kernel.partials)) {
    unsigned init = entry.first;
    Value isThis = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq,
                                         which, index(number));
    guardedStore(kernel.partials.size() > 1 ? isThis : Value(),
                 [&] { emitFinalSum(init, block, columns); });
  }
}

/// Warps of a block take every eighth row of the partial sums each, in their
/// order; then their sums are added in the order of the warps, and all to what
/// the destination has.
void GPURowEmitter::emitFinalSum(unsigned init, Value block, Value columns) {
  constexpr int64_t warps = sumThreads / sumColumns;
  FloatType type = getSumType(init);
  Value partials = kernel.partials.lookup(init);
  Value columnBlocks =
      b.createOrFold<arith::CeilDivUIOp>(loc, columns, index(sumColumns));
  Value lane = rem(thread, index(sumColumns));
  Value warp = div(thread, index(sumColumns));
  Value column = add(mul(rem(block, columnBlocks), index(sumColumns)), lane);
  segment = div(block, columnBlocks);
  Value inRow = isLess(column, columns);
  Value begin = mul(segment, kernel.segmentClusters);
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  Values sums = guarded(inRow, [&] {
    auto loop = scf::ForOp::create(b, loc, warp, kernel.segmentClusters,
                                   index(warps), zero);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value at = add(mul(add(begin, loop.getInductionVar()), columns), column);
    Value next = memref::LoadOp::create(b, loc, partials, at);
    Value sum =
        arith::AddFOp::create(b, loc, loop.getRegionIterArgs()[0], next);
    scf::YieldOp::create(b, loc, sum);
    return Values{loop.getResult(0)};
  });
  // Each block has sums of one destination only.
  Value &buffer = sumBuffers[type];
  if (!buffer)
    buffer = createShared(type, sumThreads);
  memref::StoreOp::create(b, loc, sums[0], buffer, thread);
  gpu::BarrierOp::create(b, loc);
  Value isFirst = isLess(thread, index(sumColumns));
  guardedStore(both(isFirst, inRow), [&] {
    Value sum = memref::LoadOp::create(b, loc, buffer, lane);
    for (int64_t other = 1; other < warps; ++other)
      sum = arith::AddFOp::create(
          b, loc, sum,
          memref::LoadOp::create(b, loc, buffer,
                                 add(lane, index(other * sumColumns))));
    moveTo(kernel.segmentDims, segment);
    if (hasColumns(init))
      moveToColumn(column);
    Value memref = rows.inits[init];
    Values at = indices(rows.initMaps[init]);
    Type stored = getElementTypeOrSelf(memref.getType());
    if (!kernel.sums.lookup(init).isZero) {
      Value before = memref::LoadOp::create(b, loc, memref, at);
      sum = arith::AddFOp::create(b, loc, widen(b, loc, before, type), sum);
    }
    if (sum.getType() != stored)
      sum = arith::TruncFOp::create(b, loc, stored, sum);
    memref::StoreOp::create(b, loc, sum, memref, at);
  });
}
