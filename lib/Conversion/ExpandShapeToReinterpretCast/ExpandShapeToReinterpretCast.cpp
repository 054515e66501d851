//===- ExpandShapeToReinterpretCast.cpp ------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's expand-strided-metadata asserts that a group of an expand_shape
// has one dynamic dimension at most; linalg-on-tensors programs with a dynamic
// batch and sequence break that. The sizes are operands of the op nowadays, so
// nothing has to be inferred.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::norm {
#define GEN_PASS_DEF_CONVERTEXPANDSHAPETOREINTERPRETCAST
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;

namespace {

struct ConvertExpandShape : OpRewritePattern<memref::ExpandShapeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(memref::ExpandShapeOp op,
                                PatternRewriter &rewriter) const override {
    MemRefType type = op.getResultType();
    SmallVector<int64_t> strides;
    int64_t offset;
    if (failed(type.getStridesAndOffset(strides, offset)))
      return rewriter.notifyMatchFailure(op, "the layout is not strided");
    Location loc = op.getLoc();
    auto metadata =
        memref::ExtractStridedMetadataOp::create(rewriter, loc, op.getSrc());
    SmallVector<OpFoldResult> sizes = op.getMixedOutputShape();
    // The unit dimensions that a rank of 0 becomes are in no group.
    SmallVector<OpFoldResult> mixedStrides(sizes.size(),
                                           rewriter.getIndexAttr(1));
    for (auto [group, stride] :
         llvm::zip_equal(op.getReassociationIndices(), metadata.getStrides())) {
      Value next = stride;
      for (int64_t dim : llvm::reverse(group)) {
        if (ShapedType::isDynamic(strides[dim]))
          mixedStrides[dim] = next;
        else
          mixedStrides[dim] = rewriter.getIndexAttr(strides[dim]);
        Value size = getValueOrCreateConstantIndexOp(rewriter, loc, sizes[dim]);
        next = arith::MulIOp::create(rewriter, loc, next, size);
      }
    }
    OpFoldResult mixedOffset = metadata.getOffset();
    if (!ShapedType::isDynamic(offset))
      mixedOffset = rewriter.getIndexAttr(offset);
    rewriter.replaceOpWithNewOp<memref::ReinterpretCastOp>(
        op, type, metadata.getBaseBuffer(), mixedOffset, sizes, mixedStrides);
    return success();
  }
};

struct ConvertExpandShapeToReinterpretCast
    : norm::impl::ConvertExpandShapeToReinterpretCastBase<
          ConvertExpandShapeToReinterpretCast> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ConvertExpandShape>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
