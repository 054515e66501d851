//===- Decompose.cpp - norm-decompose -------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Dialect/Norm/Transforms/Decompose.h"
#include "RowProgramDecomposer.h"
#include "rmsnorm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMDECOMPOSEPASS
#include "rmsnorm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Rounds to the element type of `type` and forgets or states extents.
static Value convertTo(OpBuilder &b, Location loc, Value value, Type type) {
  auto have = cast<RankedTensorType>(value.getType());
  auto want = cast<RankedTensorType>(type);
  if (have.getElementType() != want.getElementType()) {
    unsigned haveWidth = have.getElementTypeBitWidth();
    Type converted = have.clone(want.getElementType());
    if (haveWidth > want.getElementTypeBitWidth())
      value = arith::TruncFOp::create(b, loc, converted, value);
    else
      value = arith::ExtFOp::create(b, loc, converted, value);
  }
  if (value.getType() != want)
    value = tensor::CastOp::create(b, loc, want, value);
  return value;
}

SmallVector<Value> norm::decompose(OpBuilder &builder,
                                   RowProgramOpInterface op) {
  Location loc = op.getLoc();
  RowSignature signature = op.getRowSignature();
  SmallVector<OpFoldResult> extents =
      tensor::getMixedSizes(builder, loc, signature.domain);

  // The program is written into a block that belongs to no op, to be read.
  Block block;
  int64_t rowSize = 1;
  for (int64_t axis : signature.axes) {
    std::optional<int64_t> extent = getConstantIntValue(extents[axis]);
    rowSize = extent && !ShapedType::isDynamic(rowSize) ? rowSize * *extent
                                                        : ShapedType::kDynamic;
  }
  RowProgramDecomposer decomposer(builder, loc, signature.axes, extents);
  for (auto [input, map] :
       llvm::zip_equal(signature.inputs, signature.inputMaps)) {
    Type type = getElementTypeOrSelf(input);
    AffineMap inputMap = map;
    if (llvm::any_of(signature.axes, [&](int64_t axis) {
          return inputMap.isFunctionOfDim(axis);
        }))
      type = RankedTensorType::get({rowSize}, type);
    decomposer.addInput(block.addArgument(type, loc), input, map);
  }
  OpBuilder program(op.getContext());
  program.setInsertionPointToEnd(&block);
  SmallVector<Value> yielded =
      op.buildRowProgram(program, loc, block.getArguments());
  YieldOp::create(program, loc, yielded);

  decomposer.visitProgram(&block);
  SmallVector<Value> results;
  for (auto [index, result] : llvm::enumerate(signature.results)) {
    Value value = decomposer.emitResult(
        yielded[index], {signature.resultMaps[index], /*init=*/Value()});
    results.push_back(convertTo(builder, loc, value, result.getType()));
  }
  return results;
}

FailureOr<SmallVector<Value>> norm::decompose(OpBuilder &builder,
                                              RowwiseOp op) {
  // guard: rowwise-on-memrefs
  if (!op.hasPureTensorSemantics())
    return failure();
  Location loc = op.getLoc();
  SmallVector<OpFoldResult> extents;
  for (auto [dim, size] : llvm::enumerate(op.getStaticDomain())) {
    if (!ShapedType::isDynamic(size)) {
      extents.push_back(builder.getIndexAttr(size));
      continue;
    }
    for (auto [operand, map] :
         llvm::zip_equal(op.getOperands(),
                         op.getIndexingMaps().getAsValueRange<AffineMapAttr>()))
      if (std::optional<unsigned> position = map.getResultPosition(
              getAffineDimExpr(dim, builder.getContext()))) {
        extents.push_back(
            tensor::getMixedSize(builder, loc, operand, *position));
        break;
      }
  }
  Block *block = op.getRowProgram();
  RowProgramDecomposer decomposer(builder, loc, op.getAxes(), extents);
  for (auto [index, input] : llvm::enumerate(op.getInputs()))
    decomposer.addInput(block->getArgument(index), input,
                        op.getInputMap(index));
  decomposer.visitProgram(block);
  SmallVector<Value> results;
  for (auto [index, init] : llvm::enumerate(op.getInits())) {
    Value value =
        decomposer.emitResult(block->getTerminator()->getOperand(index),
                              {op.getInitMap(index), init});
    results.push_back(convertTo(builder, loc, value, init.getType()));
  }
  return results;
}

namespace {
struct DecomposeSemanticOp : OpInterfaceRewritePattern<RowProgramOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(RowProgramOpInterface op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, decompose(rewriter, op));
    return success();
  }
};

struct DecomposeRowwise : OpRewritePattern<RowwiseOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RowwiseOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<SmallVector<Value>> results = decompose(rewriter, op);
    if (failed(results))
      return rewriter.notifyMatchFailure(op, onMemrefs);
    rewriter.replaceOp(op, *results);
    return success();
  }

  static constexpr const char *onMemrefs =
      "a row program on memrefs has no values to replace";
};

struct NormDecompose : norm::impl::NormDecomposePassBase<NormDecompose> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateNormDecomposePatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    getOperation()->walk([](RowwiseOp op) {
      auto function = op->getParentOfType<FunctionOpInterface>();
      remark::missed(op.getLoc(),
                     remark::RemarkOpts::name("rowwise-on-memrefs")
                         .category("norm-decompose")
                         .function(function ? function.getName() : StringRef()))
          << DecomposeRowwise::onMemrefs;
    });
  }
};

template <typename OpTy>
struct DecomposeModel
    : linalg::AggregatedOpInterface::ExternalModel<DecomposeModel<OpTy>, OpTy> {
  FailureOr<SmallVector<Value>> decomposeOperation(Operation *op,
                                                   OpBuilder &builder) const {
    if constexpr (std::is_same_v<OpTy, RowwiseOp>)
      return decompose(builder, cast<RowwiseOp>(op));
    else
      return decompose(builder, cast<RowProgramOpInterface>(op));
  }
};
} // namespace

void norm::populateNormDecomposePatterns(RewritePatternSet &patterns) {
  patterns.add<DecomposeSemanticOp, DecomposeRowwise>(patterns.getContext());
}

void norm::registerDecomposeExternalModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, NormDialect *) {
    RMSNormOp::attachInterface<DecomposeModel<RMSNormOp>>(*context);
    LayerNormOp::attachInterface<DecomposeModel<LayerNormOp>>(*context);
    RMSNormBackwardOp::attachInterface<DecomposeModel<RMSNormBackwardOp>>(
        *context);
    LayerNormBackwardOp::attachInterface<DecomposeModel<LayerNormBackwardOp>>(
        *context);
    RowwiseOp::attachInterface<DecomposeModel<RowwiseOp>>(*context);
  });
}
