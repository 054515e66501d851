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

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/Utils/Utils.h"
#include "mlir/IR/PatternMatch.h"

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

/// Puts what the host would compute into a loop of one iteration, together with
/// the loads before it that only it uses.
static void wrap(Operation *op) {
  OpBuilder b(op);
  Location loc = op->getLoc();
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  auto loop = scf::ParallelOp::create(b, loc, zero, one, one);
  op->moveBefore(loop.getBody()->getTerminator());
  // Backwards through what feeds it.
  SmallVector<Operation *> pending = {op};
  while (!pending.empty()) {
    Operation *user = pending.pop_back_val();
    user->walk([&](Operation *nested) {
      for (Value operand : nested->getOperands()) {
        Operation *source = operand.getDefiningOp();
        if (!source || source->getBlock() != loop->getBlock() ||
            source->getNumRegions() != 0 ||
            !llvm::all_of(source->getUsers(), [&](Operation *other) {
              return loop->isProperAncestor(other);
            }))
          continue;
        bool isLoad = isa<memref::LoadOp>(source);
        if (!isLoad && !isa<arith::ArithDialect>(source->getDialect()) &&
            source->getDialect()->getNamespace() != "math")
          continue;
        source->moveBefore(loop.getBody(), loop.getBody()->begin());
        pending.push_back(source);
      }
    });
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
    for (Operation *op : sequential)
      wrap(op);

    SmallVector<scf::ParallelOp> loops;
    getOperation().walk<WalkOrder::PreOrder>([&](scf::ParallelOp loop) {
      loops.push_back(loop);
      return WalkResult::skip();
    });
    IRRewriter rewriter(&getContext());
    for (scf::ParallelOp loop : loops) {
      // Reductions in a parallel loop are not of ours.
      if (loop.getNumResults() != 0)
        continue;
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
