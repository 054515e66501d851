//===- RowwiseCanonicalization.cpp ----------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
/// Drops inputs that the program does not read, and merges inputs that are
/// the same value under the same map. An input stays while it alone gives
/// some extent of the domain.
struct SimplifyInputs : OpRewritePattern<RowwiseOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RowwiseOp op,
                                PatternRewriter &rewriter) const override {
    Block *block = op.getRowProgram();
    for (unsigned index = 0; index < op.getInputs().size(); ++index) {
      BlockArgument argument = block->getArgument(index);
      for (unsigned other = 0; other < index; ++other)
        if (op.getInputs()[other] == op.getInputs()[index] &&
            op.getInputMap(other) == op.getInputMap(index) &&
            !argument.use_empty()) {
          rewriter.replaceAllUsesWith(argument, block->getArgument(other));
          return success();
        }
      if (!argument.use_empty() || !isCoveredWithout(op, index))
        continue;
      rewriter.modifyOpInPlace(op, [&] { op.eraseInput(index); });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "every input is read once");
  }

private:
  /// True when the other operands still give every extent, as statically.
  static bool isCoveredWithout(RowwiseOp op, unsigned index) {
    auto type = dyn_cast<ShapedType>(op.getInputs()[index].getType());
    if (!type)
      return true;
    for (auto [position, expr] :
         llvm::enumerate(op.getInputMap(index).getResults())) {
      bool found = false;
      for (auto [number, operand] : llvm::enumerate(op.getOperands())) {
        auto otherType = dyn_cast<ShapedType>(operand.getType());
        if (number == index || !otherType)
          continue;
        AffineMap map =
            cast<AffineMapAttr>(op.getIndexingMaps()[number]).getValue();
        std::optional<unsigned> at = map.getResultPosition(expr);
        found |=
            at && (type.isDynamicDim(position) || !otherType.isDynamicDim(*at));
      }
      if (!found)
        return false;
    }
    return true;
  }
};

/// Drops tensor results, with their destinations, that nobody reads.
struct DropUnusedRowResults : OpRewritePattern<RowwiseOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RowwiseOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.hasPureTensorSemantics() || op.getNumResults() < 2)
      return rewriter.notifyMatchFailure(op, "no result to spare");
    SmallVector<unsigned> kept;
    for (auto [index, result] : llvm::enumerate(op.getResults()))
      if (!result.use_empty())
        kept.push_back(index);
    if (kept.empty() || kept.size() == op.getNumResults())
      return rewriter.notifyMatchFailure(op, "every result is used");

    unsigned inputs = op.getInputs().size();
    SmallVector<AffineMap> maps;
    for (unsigned index = 0; index < inputs; ++index)
      maps.push_back(op.getInputMap(index));
    SmallVector<Value> inits, yielded, results;
    auto yield = cast<YieldOp>(op.getRowProgram()->getTerminator());
    for (unsigned index : kept) {
      inits.push_back(op.getInits()[index]);
      maps.push_back(op.getInitMap(index));
      yielded.push_back(yield.getOperands()[index]);
      results.push_back(op.getResults()[index]);
    }
    // The dropped destinations must not be what gives the domain its extents.
    SmallVector<int64_t> domain(op.getDomainRank(), ShapedType::kDynamic);
    SmallVector<bool> covered(op.getDomainRank(), false);
    SmallVector<Value> operands(op.getInputs());
    llvm::append_range(operands, inits);
    for (auto [operand, map] : llvm::zip_equal(operands, maps))
      if (auto type = dyn_cast<ShapedType>(operand.getType()))
        for (auto [position, expr] : llvm::enumerate(map.getResults())) {
          unsigned dim = cast<AffineDimExpr>(expr).getPosition();
          covered[dim] = true;
          if (!type.isDynamicDim(position))
            domain[dim] = type.getDimSize(position);
        }
    if (llvm::is_contained(covered, false) || domain != op.getStaticDomain())
      return rewriter.notifyMatchFailure(op, "the result gives an extent");

    auto newOp = RowwiseOp::create(rewriter, op.getLoc(), op.getInputs(), inits,
                                   op.getAxes(), maps);
    newOp->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    // Before the merge, which replaces the arguments that may be yielded.
    rewriter.modifyOpInPlace(
        yield, [&] { yield.getOperandsMutable().assign(yielded); });
    rewriter.mergeBlocks(op.getRowProgram(), newOp.getRowProgram(),
                         newOp.getRowProgram()->getArguments());
    for (auto [from, to] : llvm::zip_equal(results, newOp.getResults()))
      rewriter.replaceAllUsesWith(from, to);
    rewriter.eraseOp(op);
    return success();
  }
};

/// Takes what was cast to a tensor of fewer known extents: its extents are
/// those of the domain then, and of the row program. (Upstream's pattern for
/// all ops with destinations would leave the program as it was.)
struct FoldTensorCasts : OpRewritePattern<RowwiseOp> {
  FoldTensorCasts(MLIRContext *context)
      : OpRewritePattern(context, /*benefit=*/2) {}

  LogicalResult matchAndRewrite(RowwiseOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Value> operands(op.getOperands());
    bool hasFolded = false;
    for (Value &operand : operands)
      if (auto cast = operand.getDefiningOp<tensor::CastOp>();
          cast && tensor::canFoldIntoConsumerOp(cast)) {
        operand = cast.getSource();
        hasFolded = true;
      }
    if (!hasFolded)
      return rewriter.notifyMatchFailure(op, "no operand is a cast");
    unsigned inputs = op.getInputs().size();
    auto newOp = RowwiseOp::create(
        rewriter, op.getLoc(), ArrayRef(operands).take_front(inputs),
        ArrayRef(operands).drop_front(inputs), op.getAxes(),
        llvm::to_vector(op.getIndexingMaps().getAsValueRange<AffineMapAttr>()));
    newOp->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    cloneProgram(op, newOp, rewriter);
    SmallVector<Value> results;
    for (auto [from, to] : llvm::zip_equal(op.getResults(), newOp.getResults()))
      results.push_back(rewriter.createOrFold<tensor::CastOp>(
          op.getLoc(), from.getType(), to));
    rewriter.replaceOp(op, results);
    return success();
  }

private:
  /// With rows of the new op's length.
  static void cloneProgram(RowwiseOp op, RowwiseOp newOp,
                           PatternRewriter &rewriter) {
    OpBuilder::InsertionGuard guard(rewriter);
    Block *block = newOp.getRowProgram();
    rewriter.setInsertionPointToStart(block);
    int64_t size = newOp.getStaticRowSize();
    IRMapping values;
    values.map(op.getRowProgram()->getArguments(), block->getArguments());
    for (Operation &inner : *op.getRowProgram()) {
      Operation *clone = rewriter.clone(inner, values);
      for (Value result : clone->getResults())
        if (auto type = dyn_cast<RankedTensorType>(result.getType()))
          result.setType(RankedTensorType::get(size, type.getElementType()));
      if (auto splat = dyn_cast<tensor::SplatOp>(clone))
        if (!ShapedType::isDynamic(size))
          splat.getDynamicSizesMutable().clear();
    }
  }
};
} // namespace

void RowwiseOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<SimplifyInputs, DropUnusedRowResults, FoldTensorCasts>(context);
}
