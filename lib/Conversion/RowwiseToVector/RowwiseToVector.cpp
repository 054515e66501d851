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
#include "RowEmitter.h"
#include "RowKernel.h"

#include "rmsnorm/Analysis/RowPhases/RowPhases.h"
#include "rmsnorm/Conversion/Passes.h"

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
      return row.emitRow(position, /*mask=*/Value());
    unsigned dim = kernel.grid[depth];
    Value extent = getValueOrCreateConstantIndexOp(b, loc, kernel.extents[dim]);
    if (lanes.kind == Lanes::Kind::Rows && lanes.dim == dim)
      return emitLanes(dim, extent);
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
    Value step = arith::ConstantIndexOp::create(b, loc, lanes.count);
    Value rest = b.createOrFold<arith::RemUIOp>(loc, extent, step);
    Value begin = b.createOrFold<arith::SubIOp>(loc, extent, rest);
    auto loop = scf::ForOp::create(b, loc, zero, begin, step);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    position[dim] = loop.getInductionVar();
    row.emitRow(position, /*mask=*/Value());

    b.setInsertionPointAfter(loop);
    position[dim] = begin;
    auto maskType = VectorType::get({lanes.count}, b.getI1Type());
    if (std::optional<int64_t> known = getConstantIntValue(rest)) {
      if (*known != 0)
        row.emitRow(position, vector::ConstantMaskOp::create(
                                  b, loc, maskType, ArrayRef<int64_t>{*known}));
      return;
    }
    Value some =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, rest, zero);
    auto ifOp = scf::IfOp::create(b, loc, some, /*withElseRegion=*/false);
    b.setInsertionPointToStart(ifOp.thenBlock());
    row.emitRow(position, vector::CreateMaskOp::create(b, loc, maskType, rest));
  }

  OpBuilder &b;
  Location loc;
  const RowKernel &kernel;
  const Lanes &lanes;
  RowEmitter &row;
  /// The index in each domain dimension; null in those of the row.
  SmallVector<Value> position;
};
} // namespace

//===----------------------------------------------------------------------===//
// Lowering
//===----------------------------------------------------------------------===//

static LogicalResult checkPreconditions(RowwiseOp op) {
  if (!op.hasPureBufferSemantics())
    return op.emitOpError("is on tensors; bufferize it first");
  for (auto [number, operand] : llvm::enumerate(op.getOperands()))
    if (auto type = dyn_cast<MemRefType>(operand.getType()))
      if (!type.isStrided())
        return op.emitOpError() << "operand #" << number << " is " << type
                                << ", whose layout is not strided";
  if (Operation *constant =
          RowPhases::findNonSplatConstant(*op.getRowProgram()))
    return constant->emitOpError(
        "is a row of different constants; pass it as an input");
  return success();
}

LogicalResult
norm::lowerRowwiseToVector(RewriterBase &rewriter, RowwiseOp op,
                           const RowwiseToVectorOptions &options) {
  if (failed(checkPreconditions(op)))
    return failure();
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  Block &program = *op.getRowProgram();
  RowPhases phases(program);
  RowKernel kernel = RowKernel::create(rewriter, op);
  Lanes lanes = chooseLanes(kernel, phases, program, options.vectorWidth);
  Location loc = op.getLoc();
  RowEmitter row(rewriter, loc, program, phases, kernel, lanes, options);
  auto emitGrid = [&] {
    GridEmitter grid{rewriter, loc, kernel,
                     lanes,    row, SmallVector<Value>(kernel.extents.size())};
    grid.emit(/*depth=*/0);
  };
  auto stores = NontemporalStores::create(rewriter, loc, kernel, lanes,
                                          options.nontemporalBytes);
  scf::IfOp ifOp;
  if (stores.condition) {
    ifOp = scf::IfOp::create(rewriter, loc, stores.condition,
                             /*withElseRegion=*/true);
    rewriter.setInsertionPointToStart(ifOp.elseBlock());
  }
  emitGrid();
  if (ifOp) {
    rewriter.setInsertionPointToStart(ifOp.thenBlock());
    row.setNontemporal(stores);
    emitGrid();
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
        !isUsable(accumulators, "accumulators"))
      return signalPassFailure();
    RowwiseToVectorOptions options;
    options.vectorWidth = vectorWidth;
    options.accumulators = accumulators;
    options.contract = contract;
    options.prefetch = prefetch;
    options.nontemporalBytes = nontemporalBytes;

    SmallVector<RowwiseOp> ops;
    getOperation()->walk([&](RowwiseOp op) { ops.push_back(op); });
    // One op that cannot be lowered leaves them all as they were.
    for (RowwiseOp op : ops)
      if (failed(checkPreconditions(op)))
        return signalPassFailure();
    IRRewriter rewriter(&getContext());
    for (RowwiseOp op : ops)
      if (failed(lowerRowwiseToVector(rewriter, op, options)))
        return signalPassFailure();
  }
};
} // namespace
