//===- LoopsToGPU.cpp -----------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is around the norms, for a GPU: parallel loops get one thread for each
// iteration, and what is left of the host's accesses to memory a thread of its
// own. Upstream's passes do the rest.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"

#include "mlir/Analysis/AliasAnalysis.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/Utils/Utils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMLOOPSTOGPU
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;

/// Threads of a block.
static constexpr int64_t blockThreads = 256;

/// An op that is to run on the device whole: nothing of it is needed by the
/// host.
static bool touchesElements(Operation &op) {
  if (op.getNumResults() != 0 || op.hasTrait<OpTrait::IsTerminator>() ||
      isa<scf::ParallelOp>(op))
    return false;
  if (isa<memref::StoreOp>(op))
    return true;
  if (!isa<scf::ForOp>(op))
    return false;
  bool touches = false;
  WalkResult result = op.walk([&](Operation *nested) {
    // Host's control flow around kernels stays on the host.
    if (isa<scf::ParallelOp, memref::AllocOp, CallOpInterface>(nested) ||
        !isa<arith::ArithDialect, memref::MemRefDialect, scf::SCFDialect,
             affine::AffineDialect>(nested->getDialect()))
      if (nested->getDialect()->getNamespace() != "math")
        return WalkResult::interrupt();
    touches |= isa<memref::LoadOp, memref::StoreOp>(nested);
    return WalkResult::advance();
  });
  return touches && !result.wasInterrupted();
}

namespace {
/// Puts what the host would compute into loops of one iteration, together with
/// the loads before it, and what is computed from them.
class SequentialOps {
public:
  explicit SequentialOps(AliasAnalysis &aliases) : aliases(aliases) {}

  void wrap(Operation *op);

private:
  static bool isLoaded(Value value, Block *block);
  bool isOverwritten(memref::LoadOp load, Operation *before);
  Value save(memref::LoadOp load);
  Value fetch(OpBuilder &b, Value value, Operation *loop, IRMapping &fetched);

  AliasAnalysis &aliases;
  /// Elements that are overwritten before they are needed, where they are kept.
  llvm::DenseMap<Operation *, Value> saved;
};
} // namespace

/// True for a value that is loaded in the block, or computed there from one
/// that is.
bool SequentialOps::isLoaded(Value value, Block *block) {
  Operation *source = value.getDefiningOp();
  if (!source || source->getBlock() != block || source->getNumRegions() != 0)
    return false;
  if (isa<memref::LoadOp>(source))
    return true;
  return (isa<arith::ArithDialect>(source->getDialect()) ||
          source->getDialect()->getNamespace() == "math") &&
         llvm::any_of(source->getOperands(),
                      [&](Value operand) { return isLoaded(operand, block); });
}

/// True if the element may have another value, or be gone, before the op.
bool SequentialOps::isOverwritten(memref::LoadOp load, Operation *before) {
  Value memref = load.getMemref();
  auto writes = [&](Operation *op) {
    if (auto dealloc = dyn_cast<memref::DeallocOp>(op))
      return !aliases.alias(dealloc.getMemref(), memref).isNo();
    return !op->hasTrait<OpTrait::HasRecursiveMemoryEffects>() &&
           aliases.getModRef(op, memref).isMod();
  };
  for (Operation *op = load->getNextNode(); op != before;
       op = op->getNextNode()) {
    WalkResult result = op->walk([&](Operation *nested) {
      return writes(nested) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (result.wasInterrupted())
      return true;
  }
  return false;
}

/// Keeps the element in a buffer of its own, until the end of the block.
Value SequentialOps::save(memref::LoadOp load) {
  Value &buffer = saved[load];
  if (buffer)
    return buffer;
  OpBuilder b(load->getContext());
  b.setInsertionPointAfter(load);
  Location loc = load.getLoc();
  buffer = memref::AllocOp::create(b, loc, MemRefType::get({}, load.getType()));
  auto store = memref::StoreOp::create(b, loc, load, buffer, ValueRange());
  b.setInsertionPoint(load->getBlock()->getTerminator());
  memref::DeallocOp::create(b, loc, buffer);
  Value result = buffer; // `saved` may grow
  wrap(store);
  return result;
}

/// Loads or computes the value again, in the loop.
Value SequentialOps::fetch(OpBuilder &b, Value value, Operation *loop,
                           IRMapping &fetched) {
  if (Value known = fetched.lookupOrNull(value))
    return known;
  Operation *source = value.getDefiningOp();
  for (Value operand : source->getOperands())
    if (isLoaded(operand, loop->getBlock()))
      fetch(b, operand, loop, fetched);
  auto load = dyn_cast<memref::LoadOp>(source);
  if (load && isOverwritten(load, loop))
    fetched.map(value, memref::LoadOp::create(b, load.getLoc(), save(load)));
  else
    b.clone(*source, fetched);
  return fetched.lookup(value);
}

void SequentialOps::wrap(Operation *op) {
  OpBuilder b(op);
  Location loc = op->getLoc();
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  auto loop = scf::ParallelOp::create(b, loc, zero, one, one);
  op->moveBefore(loop.getBody()->getTerminator());
  b.setInsertionPoint(op);
  IRMapping fetched;
  SmallVector<Operation *> sources;
  op->walk([&](Operation *nested) {
    for (OpOperand &operand : nested->getOpOperands()) {
      Value value = operand.get();
      if (!isLoaded(value, loop->getBlock()))
        continue;
      operand.set(fetch(b, value, loop, fetched));
      sources.push_back(value.getDefiningOp());
    }
  });
  // What nothing on the host needs is not there any more.
  llvm::SmallDenseSet<Operation *> erased;
  while (!sources.empty()) {
    Operation *source = sources.pop_back_val();
    if (erased.contains(source) || !isOpTriviallyDead(source))
      continue;
    for (Value operand : source->getOperands())
      if (Operation *next = operand.getDefiningOp())
        sources.push_back(next);
    erased.insert(source);
    saved.erase(source);
    source->erase();
  }
}

namespace {
struct NormLoopsToGPU : norm::impl::NormLoopsToGPUBase<NormLoopsToGPU> {
  void runOnOperation() override {
    SmallVector<Operation *> sequential;
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<scf::ParallelOp>(op))
        return WalkResult::skip();
      if (op == getOperation() || !touchesElements(*op))
        return WalkResult::advance();
      sequential.push_back(op);
      return WalkResult::skip();
    });
    SequentialOps ops(getAnalysis<AliasAnalysis>());
    for (Operation *op : sequential)
      ops.wrap(op);

    SmallVector<scf::ParallelOp> loops;
    getOperation().walk<WalkOrder::PreOrder>([&](scf::ParallelOp loop) {
      loops.push_back(loop);
      return WalkResult::skip();
    });
    IRRewriter rewriter(&getContext());
    for (scf::ParallelOp loop : loops) {
      if (loop.getNumResults() != 0) {
        loop.emitOpError("has results, which no kernel gives back to the host");
        return signalPassFailure();
      }
      if (loop.getNumLoops() > 1) {
        std::vector<unsigned> all(loop.getNumLoops());
        std::iota(all.begin(), all.end(), 0);
        Operation *next = loop->getNextNode();
        rewriter.setInsertionPoint(loop);
        collapseParallelLoops(rewriter, loop, all);
        loop = cast<scf::ParallelOp>(next->getPrevNode());
      }
      scf::tileParallelLoop(loop, {blockThreads}, /*noMinMaxBounds=*/true);
    }
  }
};
} // namespace
