//===- NormToRowwise.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/NormToRowwise/NormToRowwise.h"
#include "rmsnorm/Conversion/Passes.h"
#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::norm {
#define GEN_PASS_DEF_CONVERTNORMTOROWWISE
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

namespace {
/// Converts one op; holds what its steps share.
class Converter {
public:
  Converter(RewriterBase &rewriter, RowProgramOpInterface op)
      : rewriter(rewriter), loc(op.getLoc()), op(op),
        signature(op.getRowSignature()) {}

  RowwiseOp run();

private:
  /// `map` with all axes added, when it has some of them but not all.
  AffineMap completeAxes(AffineMap map);
  Value createDestination(AffineMap map, Type element, bool accumulated);
  Value broadcast(Value input, AffineMap from, AffineMap to);
  /// Brings a rowwise result to the shape and type of the op's result.
  Value finish(Value value, AffineMap from, AffineMap to, Value result);

  RewriterBase &rewriter;
  Location loc;
  RowProgramOpInterface op;
  RowSignature signature;
};
} // namespace

AffineMap Converter::completeAxes(AffineMap map) {
  SmallVector<int64_t> dims;
  unsigned held = 0;
  for (unsigned dim = 0; dim < map.getNumDims(); ++dim) {
    bool axis = llvm::is_contained(signature.axes, dim);
    held += axis && map.isFunctionOfDim(dim);
    if (axis || map.isFunctionOfDim(dim))
      dims.push_back(dim);
  }
  if (held == 0 || held == signature.axes.size())
    return map;
  return getDimsMap(rewriter.getContext(), map.getNumDims(), dims);
}

/// The dimensions of `to` that `from` lacks, as positions in `to`.
static SmallVector<int64_t> addedPositions(AffineMap from, AffineMap to) {
  SmallVector<int64_t> positions;
  for (auto [position, expr] : llvm::enumerate(to.getResults()))
    if (!from.getResultPosition(expr))
      positions.push_back(position);
  return positions;
}

Value Converter::createDestination(AffineMap map, Type element,
                                   bool accumulated) {
  SmallVector<OpFoldResult> sizes;
  for (AffineExpr expr : map.getResults())
    sizes.push_back(
        tensor::getMixedSize(rewriter, loc, signature.domain,
                             cast<AffineDimExpr>(expr).getPosition()));
  Value empty = tensor::EmptyOp::create(rewriter, loc, sizes, element);
  if (!accumulated)
    return empty;
  Value zero =
      arith::ConstantOp::create(rewriter, loc, rewriter.getZeroAttr(element));
  return linalg::FillOp::create(rewriter, loc, zero, empty).getResult(0);
}

Value Converter::broadcast(Value input, AffineMap from, AffineMap to) {
  if (from == to)
    return input;
  // linalg.broadcast wants the very extents of its destination, and x and the
  // input may each state some that the other does not.
  auto domain = cast<RankedTensorType>(signature.domain.getType());
  SmallVector<int64_t> shape;
  for (AffineExpr expr : from.getResults())
    shape.push_back(domain.getDimSize(cast<AffineDimExpr>(expr).getPosition()));
  auto type =
      RankedTensorType::get(shape, getElementTypeOrSelf(input.getType()));
  if (input.getType() != type)
    input = tensor::CastOp::create(rewriter, loc, type, input);
  Value init = createDestination(to, getElementTypeOrSelf(input),
                                 /*accumulated=*/false);
  return linalg::BroadcastOp::create(rewriter, loc, input, init,
                                     addedPositions(from, to))
      ->getResult(0);
}

Value Converter::finish(Value value, AffineMap from, AffineMap to,
                        Value result) {
  if (from != to) {
    Value init = createDestination(to, getElementTypeOrSelf(value),
                                   /*accumulated=*/true);
    value = linalg::ReduceOp::create(
                rewriter, loc, value, init, addedPositions(to, from),
                [](OpBuilder &b, Location bodyLoc, ValueRange args) {
                  Value sum =
                      arith::AddFOp::create(b, bodyLoc, args[0], args[1]);
                  linalg::YieldOp::create(b, bodyLoc, sum);
                })
                .getResult(0);
  }
  auto have = cast<RankedTensorType>(value.getType());
  auto want = cast<RankedTensorType>(result.getType());
  auto haveElement = cast<FloatType>(have.getElementType());
  auto wantElement = cast<FloatType>(want.getElementType());
  if (haveElement.getWidth() > wantElement.getWidth())
    value =
        arith::TruncFOp::create(rewriter, loc, have.clone(wantElement), value);
  else if (haveElement.getWidth() < wantElement.getWidth())
    value =
        arith::ExtFOp::create(rewriter, loc, have.clone(wantElement), value);
  if (value.getType() != want)
    value = tensor::CastOp::create(rewriter, loc, want, value);
  return value;
}

RowwiseOp Converter::run() {
  rewriter.setInsertionPoint(op);
  SmallVector<AffineMap> maps;
  SmallVector<Value> inputs, inits;
  for (auto [input, map] :
       llvm::zip_equal(signature.inputs, signature.inputMaps)) {
    maps.push_back(completeAxes(map));
    inputs.push_back(broadcast(input, map, maps.back()));
  }
  SmallVector<int64_t> grid =
      getGridDims(maps.front().getNumDims(), signature.axes);
  for (auto [map, element] :
       llvm::zip_equal(signature.resultMaps, signature.yieldedTypes)) {
    AffineMap complete = completeAxes(map);
    bool accumulated = llvm::any_of(
        grid, [&](int64_t dim) { return !complete.isFunctionOfDim(dim); });
    maps.push_back(complete);
    inits.push_back(createDestination(complete, element, accumulated));
  }

  auto rowwise =
      RowwiseOp::create(rewriter, loc, inputs, inits, signature.axes, maps);
  {
    OpBuilder::InsertionGuard guard(rewriter);
    Block *block = rowwise.getRowProgram();
    rewriter.setInsertionPointToStart(block);
    SmallVector<Value> yielded =
        op.buildRowProgram(rewriter, loc, block->getArguments());
    YieldOp::create(rewriter, loc, yielded);
  }
  SmallVector<Value> replacements;
  for (auto [index, result] : llvm::enumerate(signature.results))
    replacements.push_back(finish(rowwise.getResult(index),
                                  rowwise.getInitMap(index),
                                  signature.resultMaps[index], result));
  rewriter.replaceOp(op, replacements);
  return rowwise;
}

RowwiseOp mlir::norm::convertToRowwise(RewriterBase &rewriter,
                                       RowProgramOpInterface op) {
  return Converter(rewriter, op).run();
}

namespace {
struct ConvertPattern : OpInterfaceRewritePattern<RowProgramOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(RowProgramOpInterface op,
                                PatternRewriter &rewriter) const override {
    convertToRowwise(rewriter, op);
    return success();
  }
};

struct ConvertNormToRowwise
    : norm::impl::ConvertNormToRowwiseBase<ConvertNormToRowwise> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateNormToRowwisePatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace

void mlir::norm::populateNormToRowwisePatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertPattern>(patterns.getContext());
}
