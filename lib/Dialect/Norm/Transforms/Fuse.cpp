//===- Fuse.cpp - norm-fuse -----------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FuseRowwise.h"

#include "rmsnorm/Conversion/NormToRowwise/NormToRowwise.h"
#include "rmsnorm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMFUSEPASS
#include "rmsnorm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

static remark::RemarkOpts getRemarkOpts(StringRef name, Operation *op) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  return remark::RemarkOpts::name(name)
      .category("norm-fuse")
      .function(function ? function.getName() : StringRef());
}

/// True for what computes on tensors; reshapes and the like cost nothing where
/// they are.
static bool isComputation(Operation *op) {
  return isa<linalg::LinalgOp, RowwiseOp>(op) ||
         isa_and_nonnull<arith::ArithDialect, math::MathDialect>(
             op->getDialect());
}

static bool isProducer(Operation *op) {
  return op && !isa<RowwiseOp>(op) &&
         (isComputation(op) ||
          isa<tensor::CastOp, tensor::ExpandShapeOp, tensor::SplatOp>(op));
}

namespace {
struct NormFuse : norm::impl::NormFusePassBase<NormFuse> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<RowProgramOpInterface> semantic;
    getOperation()->walk(
        [&](RowProgramOpInterface op) { semantic.push_back(op); });
    for (RowProgramOpInterface op : semantic)
      convertToRowwise(rewriter, op);
    resolveDims(rewriter);

    bool changed = true;
    while (changed) {
      changed = false;
      SmallVector<RowwiseOp> ops;
      getOperation()->walk([&](RowwiseOp op) {
        if (op.hasPureTensorSemantics())
          ops.push_back(op);
      });
      // One fusion may erase another op of the list.
      for (RowwiseOp op : ops)
        if ((changed = fuseOne(rewriter, op)))
          break;
    }
    getOperation()->walk([&](RowwiseOp op) {
      if (op.hasPureTensorSemantics())
        explain(op);
    });
  }

  /// Extents are read off what is left when a value is gone.
  void resolveDims(RewriterBase &rewriter) {
    SmallVector<tensor::DimOp> dims;
    getOperation()->walk([&](tensor::DimOp op) { dims.push_back(op); });
    while (!dims.empty()) {
      tensor::DimOp dim = dims.pop_back_val();
      auto result = dyn_cast<OpResult>(dim.getSource());
      std::optional<int64_t> index = dim.getConstantIndex();
      auto type = dyn_cast<RankedTensorType>(dim.getSource().getType());
      if (!result || !type || !index || *index < 0 || *index >= type.getRank())
        continue;
      Operation *producer = result.getOwner();
      if (auto empty = dyn_cast<tensor::EmptyOp>(producer)) {
        if (type.isDynamicDim(*index))
          rewriter.replaceOp(dim, empty.getDynamicSize(*index));
        continue;
      }
      if (isa<tensor::CastOp>(producer) ||
          (producer->hasTrait<OpTrait::Elementwise>() &&
           isComputation(producer))) {
        // Whichever operand is a ranked tensor has the same extents.
        for (Value operand : producer->getOperands())
          if (isa<RankedTensorType>(operand.getType())) {
            rewriter.modifyOpInPlace(
                dim, [&] { dim.getSourceMutable().assign(operand); });
            dims.push_back(dim);
            break;
          }
        continue;
      }
      if (!isa<linalg::LinalgOp, RowwiseOp>(producer))
        continue;
      rewriter.setInsertionPoint(dim);
      Operation *before = dim->getPrevNode();
      FailureOr<OpFoldResult> size = reifyDimOfResult(
          rewriter, result.getOwner(), result.getResultNumber(), *index);
      if (failed(size))
        continue;
      for (Operation *op = dim->getPrevNode(); op && op != before;
           op = op->getPrevNode())
        if (auto inner = dyn_cast<tensor::DimOp>(op))
          dims.push_back(inner);
      rewriter.replaceOp(
          dim, getValueOrCreateConstantIndexOp(rewriter, dim.getLoc(), *size));
    }
  }

  /// One fusion into `op`, if there is one to do.
  bool fuseOne(RewriterBase &rewriter, RowwiseOp op) {
    Operation *origin = op;
    Location loc = op.getLoc();
    auto done = [&](const FuseOutcome &outcome) {
      auto *fusion = std::get_if<Fusion>(&outcome);
      if (!fusion)
        return false;
      remark::passed(loc, getRemarkOpts("fused", fusion->op)) << fusion->text;
      return true;
    };
    for (unsigned index = 0; index < op.getInputs().size(); ++index)
      if (isProducer(op.getInputs()[index].getDefiningOp()) &&
          done(absorbProducer(rewriter, op, index)))
        return true;
    for (OpResult result : origin->getResults())
      for (Operation *user : getConsumers(result))
        if (done(fuseConsumer(rewriter, op, result, user)))
          return true;
    return false;
  }

  static FuseOutcome fuseConsumer(RewriterBase &rewriter, RowwiseOp op,
                                  OpResult result, Operation *user) {
    if (auto rowwise = dyn_cast<RowwiseOp>(user))
      return absorbRowwise(rewriter, op, rowwise);
    return absorbConsumer(rewriter, op, result.getResultNumber(), user);
  }

  /// The users of a result that compute, in the order of the program.
  static SmallVector<Operation *> getConsumers(Value result) {
    SmallVector<Operation *> users;
    for (Operation *user : result.getUsers())
      if (user->getNumResults() != 0 && isComputation(user) &&
          !llvm::is_contained(users, user))
        users.push_back(user);
    std::reverse(users.begin(), users.end());
    return users;
  }

  /// Says why the neighbours of `op` were not absorbed. Nothing is left that
  /// can be, so that asking again changes nothing.
  void explain(RowwiseOp op) {
    IRRewriter rewriter(&getContext());
    auto miss = [&](Operation *neighbour, const FuseOutcome &outcome) {
      auto &refusal = std::get<FuseRefusal>(outcome);
      remark::missed(neighbour->getLoc(),
                     getRemarkOpts(refusal.guard, neighbour))
          << neighbour->getName().getStringRef().str() +
                 " is not absorbed: " + refusal.reason;
    };
    for (unsigned index = 0; index < op.getInputs().size(); ++index)
      if (Operation *producer = op.getInputs()[index].getDefiningOp();
          isProducer(producer))
        miss(producer, absorbProducer(rewriter, op, index));
    for (OpResult result : op->getResults())
      for (Operation *user : getConsumers(result))
        miss(user, fuseConsumer(rewriter, op, result, user));
  }
};
} // namespace
