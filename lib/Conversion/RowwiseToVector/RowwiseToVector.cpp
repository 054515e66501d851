//===- RowwiseToVector.cpp -------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The loops over the grid, the preconditions, and the pass.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/RowwiseToVector/RowwiseToVector.h"
#include "Lanes.h"
#include "RowEmitter.h"

#include "rmsnorm/Analysis/RowPhases/RowPhases.h"
#include "rmsnorm/Conversion/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::norm {
#define GEN_PASS_DEF_CONVERTROWWISETOVECTOR
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Grid
//===----------------------------------------------------------------------===//

namespace {
/// Emits one loop for each dimension of the grid, in order, around the rows.
/// Rows run one after another, so accumulated destinations are summed in the
/// order of the grid.
struct GridEmitter {
  void emit(unsigned depth) {
    if (depth == kernel.grid.size())
      return emitRows(/*count=*/1);
    unsigned dim = kernel.grid[depth];
    Value extent = getValueOrCreateConstantIndexOp(b, loc, kernel.extents[dim]);
    if (lanes.kind == Lanes::Kind::Rows && lanes.dim == dim)
      return emitLanes(dim, extent);
    if (depth + 1 == kernel.grid.size())
      return emitBlocks(dim, extent);
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    Value one = arith::ConstantIndexOp::create(b, loc, 1);
    auto loop = scf::ForOp::create(b, loc, zero, extent, one);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    position[dim] = loop.getInductionVar();
    emit(depth + 1);
  }

  /// Rows a vector at a time, then those that are left under a mask. `dim` is
  /// the last of the grid.
  void emitLanes(unsigned dim, Value extent) {
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    Value step = lanes.getCount(b, loc);
    Value rest = b.createOrFold<arith::RemUIOp>(loc, extent, step);
    Value begin = b.createOrFold<arith::SubIOp>(loc, extent, rest);
    auto loop = scf::ForOp::create(b, loc, zero, begin, step);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    position[dim] = loop.getInductionVar();
    emitRows(/*count=*/1);

    b.setInsertionPointAfter(loop);
    position[dim] = begin;
    VectorType maskType = lanes.getType(b.getI1Type());
    if (std::optional<int64_t> known = getConstantIntValue(rest)) {
      if (*known != 0)
        emitRows(/*count=*/1, vector::ConstantMaskOp::create(
                                  b, loc, maskType, ArrayRef<int64_t>{*known}));
      return;
    }
    Value some =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, rest, zero);
    auto ifOp = scf::IfOp::create(b, loc, some, /*withElseRegion=*/false);
    b.setInsertionPointToStart(ifOp.thenBlock());
    emitRows(/*count=*/1, vector::CreateMaskOp::create(b, loc, maskType, rest));
  }

  void emitRows(unsigned count, Value mask = Value()) {
    RowBlock rows = row.getRows(position, count, mask);
    row.emitRows(rows);
  }

  /// Rows a block at a time, then those that are left one by one. `dim` is the
  /// last of the grid.
  void emitBlocks(unsigned dim, Value extent) {
    unsigned count = countRows(extent);
    Value step = arith::ConstantIndexOp::create(b, loc, count);
    Value rest = b.createOrFold<arith::RemUIOp>(loc, extent, step);
    Value end = b.createOrFold<arith::SubIOp>(loc, extent, rest);
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    if (schedule.overlaps)
      emitOverlapped(dim, end, step, count);
    else
      emitLoop(dim, zero, end, step, count);
    std::optional<int64_t> known = getConstantIntValue(rest);
    if (!known || *known != 0)
      emitLoop(dim, end, extent, arith::ConstantIndexOp::create(b, loc, 1), 1);
  }

  void emitLoop(unsigned dim, Value begin, Value end, Value step,
                unsigned count) {
    auto loop = scf::ForOp::create(b, loc, begin, end, step);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    position[dim] = loop.getInductionVar();
    emitRows(count);
  }

  /// The back of each block with the front of the next.
  void emitOverlapped(unsigned dim, Value end, Value step, unsigned count) {
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    Value some =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, end, zero);
    auto ifOp = scf::IfOp::create(b, loc, some, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(ifOp.thenBlock());
    position[dim] = zero;
    RowBlock rows = row.getRows(position, count);
    row.emitFront(rows);
    auto loop =
        scf::ForOp::create(b, loc, step, end, step, row.getCarried(rows));
    b.setInsertionPointToStart(loop.getBody());
    Value next = loop.getInductionVar();
    position[dim] = arith::SubIOp::create(b, loc, next, step);
    RowBlock back = row.getRows(position, count);
    row.setCarried(back, loop.getRegionIterArgs());
    position[dim] = next;
    RowBlock front = row.getRows(position, count);
    row.emitOverlap(back, front);
    if (loop.getNumResults() > 0)
      scf::YieldOp::create(b, loc, row.getCarried(front));

    b.setInsertionPointAfter(loop);
    position[dim] = arith::SubIOp::create(b, loc, end, step);
    RowBlock last = row.getRows(position, count);
    row.setCarried(last, loop.getResults());
    row.emitBack(last);
  }

  unsigned countRows(Value extent) const {
    unsigned count = schedule.rows;
    if (std::optional<int64_t> known = getConstantIntValue(extent))
      while (count > 1 && count > *known)
        count /= 2;
    return count;
  }

  OpBuilder &b;
  Location loc;
  const RowKernel &kernel;
  const Lanes &lanes;
  RowEmitter &row;
  Schedule schedule;
  /// The index in each domain dimension; null in those of the row.
  SmallVector<Value> position;
};
} // namespace

//===----------------------------------------------------------------------===//
// Lowering
//===----------------------------------------------------------------------===//

LogicalResult
norm::lowerRowwiseToVector(RewriterBase &rewriter, RowwiseOp op,
                           const RowwiseToVectorOptions &options) {
  if (failed(checkLowerable(op)))
    return failure();
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  Block &program = *op.getRowProgram();
  RowPhases phases(program);
  RowKernel kernel = RowKernel::create(rewriter, op);
  Lanes lanes = chooseLanes(kernel, phases, program, options);
  Location loc = op.getLoc();
  RowPhases early = storeEarly(phases, program, kernel, [&](unsigned init) {
    return lanes.kind == Lanes::Kind::Elements &&
           lanes.areIn(kernel.initMaps[init]);
  });
  auto emitGrid = [&](const RowPhases &phases, Schedule schedule,
                      const NontemporalStores *stores) {
    RowEmitter row(rewriter, loc, program, phases, kernel, lanes, options);
    if (stores)
      row.setNontemporal(*stores);
    schedule.overlaps &= row.canOverlap();
    GridEmitter grid{rewriter,
                     loc,
                     kernel,
                     lanes,
                     row,
                     schedule,
                     SmallVector<Value>(kernel.extents.size())};
    grid.emit(/*depth=*/0);
  };
  Schedule schedule = Schedule::choose(kernel, lanes, options);
  // Several short rows are several streams: beyond the L2 cache, where no store
  // makes up for that, sooner one by one.
  uint64_t bytes = options.nontemporalBytes;
  if (schedule.rows > options.blockRows)
    bytes /= 2;
  auto stores = NontemporalStores::create(rewriter, loc, kernel, lanes, bytes);
  bool isOther = !stores.inits.empty() || schedule.overlaps ||
                 schedule.rows > options.blockRows;
  if (!stores.condition || !isOther) {
    emitGrid(early, schedule, nullptr);
    rewriter.eraseOp(op);
    return success();
  }
  auto ifOp = scf::IfOp::create(rewriter, loc, stores.condition,
                                /*withElseRegion=*/true);
  rewriter.setInsertionPointToStart(ifOp.elseBlock());
  emitGrid(early, schedule, nullptr);
  // What comes from memory comes best as one stream; what has gone past the
  // caches is not read back.
  schedule.overlaps = false;
  if (stores.inits.empty())
    schedule.rows = 1;
  rewriter.setInsertionPointToStart(ifOp.thenBlock());
  emitGrid(stores.inits.empty() ? early : phases, schedule, &stores);
  if (!stores.inits.empty()) {
    rewriter.setInsertionPoint(ifOp.thenYield());
    createStoreFence(rewriter, loc);
  }
  rewriter.eraseOp(op);
  return success();
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {
struct ConvertRowwiseToVector
    : norm::impl::ConvertRowwiseToVectorBase<ConvertRowwiseToVector> {
  using ConvertRowwiseToVectorBase::ConvertRowwiseToVectorBase;

  void runOnOperation() override {
    auto isUsable = [&](unsigned value, StringRef name) {
      if (llvm::isPowerOf2_32(value))
        return true;
      emitError(getOperation()->getLoc())
          << "convert-rowwise-to-vector: '" << name
          << "' must be a power of two, but is " << value;
      return false;
    };
    if (!isUsable(vectorWidth, "vector-width") ||
        !isUsable(accumulators, "accumulators") ||
        !isUsable(blockRows, "block-rows"))
      return signalPassFailure();
    RowwiseToVectorOptions options;
    options.vectorWidth = vectorWidth;
    options.scalable = scalable;
    options.accumulators = accumulators;
    options.blockRows = blockRows;
    options.overlapBytes = overlapBytes;
    options.contract = contract;
    options.prefetch = prefetch;
    options.nontemporalBytes = nontemporalBytes;

    SmallVector<RowwiseOp> ops;
    getOperation()->walk([&](RowwiseOp op) { ops.push_back(op); });
    // One op that cannot be lowered leaves them all as they were.
    for (RowwiseOp op : ops)
      if (failed(checkLowerable(op)))
        return signalPassFailure();
    IRRewriter rewriter(&getContext());
    for (RowwiseOp op : ops)
      if (failed(lowerRowwiseToVector(rewriter, op, options)))
        return signalPassFailure();
  }
};
} // namespace
