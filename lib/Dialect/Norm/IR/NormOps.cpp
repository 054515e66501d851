//===- NormOps.cpp ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Verifiers, canonicalisation and shapes of the semantic ops.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

#define GET_OP_CLASSES
#include "rmsnorm/Dialect/Norm/IR/NormOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Domains and types
//===----------------------------------------------------------------------===//

AffineMap mlir::norm::getDimsMap(MLIRContext *context, unsigned rank,
                                 ArrayRef<int64_t> dims) {
  SmallVector<AffineExpr> results;
  for (int64_t dim : dims)
    results.push_back(getAffineDimExpr(dim, context));
  return AffineMap::get(rank, /*symbolCount=*/0, results, context);
}

SmallVector<int64_t> mlir::norm::getGridDims(unsigned rank,
                                             ArrayRef<int64_t> axes) {
  SmallVector<int64_t> dims;
  for (int64_t dim = 0; dim < rank; ++dim)
    if (!llvm::is_contained(axes, dim))
      dims.push_back(dim);
  return dims;
}

FloatType mlir::norm::getWiderType(FloatType a, FloatType b) {
  if (a == b)
    return a;
  if (a.getWidth() == b.getWidth())
    return Float32Type::get(a.getContext());
  return a.getWidth() > b.getWidth() ? a : b;
}

static FloatType elementType(Value value) {
  return cast<FloatType>(getElementTypeOrSelf(value));
}

template <typename OpTy> static FloatType statisticsType(OpTy op) {
  if (std::optional<Type> type = op.getStatisticsType())
    return cast<FloatType>(*type);
  return getWiderType(elementType(op.getX()),
                      Float32Type::get(op.getContext()));
}

template <typename OpTy> static FloatType normalizedType(OpTy op) {
  if (std::optional<Type> type = op.getNormalizedType())
    return cast<FloatType>(*type);
  return op.getStatisticsElementType();
}

template <typename OpTy> static FloatType defaultScaledType(OpTy op) {
  FloatType type = op.getNormalizedElementType();
  if (!op.getScale())
    return type;
  type = getWiderType(type, elementType(op.getScale()));
  if (op.getScaleOffset().convertToDouble() != 0.0)
    type = getWiderType(type, op.getStatisticsElementType());
  return type;
}

template <typename OpTy> static FloatType scaledType(OpTy op) {
  if (std::optional<Type> type = op.getScaledType())
    return cast<FloatType>(*type);
  return defaultScaledType(op);
}

FloatType RMSNormOp::getStatisticsElementType() {
  return statisticsType(*this);
}
FloatType RMSNormOp::getNormalizedElementType() {
  return normalizedType(*this);
}
FloatType RMSNormOp::getScaledElementType() { return scaledType(*this); }
FloatType LayerNormOp::getStatisticsElementType() {
  return statisticsType(*this);
}
FloatType LayerNormOp::getNormalizedElementType() {
  return normalizedType(*this);
}
FloatType LayerNormOp::getScaledElementType() { return scaledType(*this); }
FloatType RMSNormBackwardOp::getStatisticsElementType() {
  return elementType(getRstd());
}
FloatType LayerNormBackwardOp::getStatisticsElementType() {
  return elementType(getRstd());
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

/// `dims` is increasing, without duplicates, and within the domain.
static LogicalResult verifyDims(Operation *op, StringRef name,
                                ArrayRef<int64_t> dims, int64_t rank) {
  int64_t previous = -1;
  for (int64_t dim : dims) {
    if (dim < 0 || dim >= rank)
      return op->emitOpError() << "'" << name << "' names dimension " << dim
                               << ", but 'x' has rank " << rank;
    if (dim <= previous)
      return op->emitOpError()
             << "'" << name << "' must be strictly increasing, but " << dim
             << " follows " << previous;
    previous = dim;
  }
  return success();
}

/// `value` has the extents of the domain dimensions `dims`.
static LogicalResult verifyShape(Operation *op, StringRef name, Value value,
                                 ArrayRef<int64_t> dims,
                                 RankedTensorType domain) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getEncoding())
    return op->emitOpError()
           << "'" << name << "' must be dense, but is " << type;
  if (type.getRank() != static_cast<int64_t>(dims.size()))
    return op->emitOpError()
           << "'" << name << "' has rank " << type.getRank() << ", but follows "
           << dims.size() << " dimension(s) of 'x'";
  for (auto [index, dim] : llvm::enumerate(dims)) {
    int64_t have = type.getDimSize(index), want = domain.getDimSize(dim);
    if (!ShapedType::isDynamic(have) && !ShapedType::isDynamic(want) &&
        have != want)
      return op->emitOpError()
             << "'" << name << "' has extent " << have << " in dimension "
             << index << ", but dimension " << dim << " of 'x' has extent "
             << want;
  }
  return success();
}

/// An affine operand and its dimension map come together.
static LogicalResult verifyAffine(Operation *op, StringRef name, Value value,
                                  std::optional<ArrayRef<int64_t>> dims,
                                  RankedTensorType domain) {
  if (!value && !dims)
    return success();
  if (!value)
    return op->emitOpError()
           << "'" << name << "_dims' without '" << name << "'";
  if (!dims)
    return op->emitOpError()
           << "'" << name << "' without '" << name << "_dims'";
  if (failed(verifyDims(op, (name + "_dims").str(), *dims, domain.getRank())))
    return failure();
  return verifyShape(op, name, value, *dims, domain);
}

template <typename OpTy> static LogicalResult verifyCommon(OpTy op) {
  RankedTensorType domain = op.getDomainType();
  if (op.getAxes().empty())
    return op.emitOpError("'axes' is empty: nothing is normalised");
  if (failed(verifyDims(op, "axes", op.getAxes(), domain.getRank())))
    return failure();
  if (domain.getEncoding())
    return op.emitOpError() << "'x' must be dense, but is " << domain;
  int64_t size = 1;
  for (int64_t axis : op.getAxes())
    if (!domain.isDynamicDim(axis) &&
        llvm::MulOverflow(size, domain.getDimSize(axis), size))
      return op.emitOpError("has more elements in a row than 64 bits count");
  double epsilon = op.getEpsilon().convertToDouble();
  if (!(epsilon >= 0.0) || std::isinf(epsilon))
    return op.emitOpError()
           << "'epsilon' must be finite and not negative, but is " << epsilon;
  if (!std::isfinite(op.getScaleOffset().convertToDouble()))
    return op.emitOpError("'scale_offset' must be finite");
  if (!op.getScale() && op.getScaleOffset().convertToDouble() != 0.0)
    return op.emitOpError("'scale_offset' without 'scale'");
  return verifyAffine(op, "scale", op.getScale(), op.getScaleDims(), domain);
}

static LogicalResult verifyTypeAttr(Operation *op, StringRef name,
                                    std::optional<Type> type, bool statistics) {
  if (!type)
    return success();
  if (isa<Float32Type, Float64Type>(*type) ||
      (!statistics && isa<Float16Type, BFloat16Type>(*type)))
    return success();
  return op->emitOpError() << "'" << name << "' must be "
                           << (statistics ? "f32 or f64"
                                          : "f16, bf16, f32 or f64")
                           << ", but is " << *type;
}

template <typename OpTy> static LogicalResult verifyForward(OpTy op) {
  if (failed(verifyCommon(op)) ||
      failed(verifyAffine(op, "bias", op.getBias(), op.getBiasDims(),
                          op.getDomainType())) ||
      failed(verifyTypeAttr(op, "statistics_type", op.getStatisticsType(),
                            /*statistics=*/true)) ||
      failed(verifyTypeAttr(op, "normalized_type", op.getNormalizedType(),
                            /*statistics=*/false)) ||
      failed(verifyTypeAttr(op, "scaled_type", op.getScaledType(),
                            /*statistics=*/false)))
    return failure();

  RankedTensorType domain = op.getDomainType();
  FloatType statistics = op.getStatisticsElementType();
  if (statistics.getWidth() < elementType(op.getX()).getWidth())
    return op.emitOpError() << "'statistics_type' " << statistics
                            << " is narrower than the elements of 'x', "
                            << elementType(op.getX());
  SmallVector<int64_t> all =
      llvm::to_vector(llvm::seq<int64_t>(0, domain.getRank()));
  if (failed(verifyShape(op, "y", op.getY(), all, domain)))
    return failure();
  auto verifyStatistic = [&](StringRef name, Value value) -> LogicalResult {
    if (!value)
      return success();
    if (elementType(value) != statistics)
      return op.emitOpError()
             << "'" << name << "' has element type " << elementType(value)
             << ", but the statistics type is " << statistics;
    return verifyShape(op, name, value,
                       getGridDims(domain.getRank(), op.getAxes()), domain);
  };
  if constexpr (std::is_same_v<OpTy, LayerNormOp>)
    if (failed(verifyStatistic("mean", op.getMean())))
      return failure();
  return verifyStatistic("rstd", op.getRstd());
}

LogicalResult RMSNormOp::verify() {
  if (failed(verifyForward(*this)))
    return failure();
  std::optional<int64_t> extent = getStatisticsExtent();
  if (!extent)
    return success();
  if (getAxes().size() != 1)
    return emitOpError() << "'statistics_extent' needs a single axis, but "
                         << getAxes().size() << " are normalised";
  int64_t size = getDomainType().getDimSize(getAxes().front());
  if (*extent < 1 || (!ShapedType::isDynamic(size) && *extent > size))
    return emitOpError() << "'statistics_extent' is " << *extent
                         << ", but must lie between 1 and the row size"
                         << (ShapedType::isDynamic(size)
                                 ? std::string()
                                 : " " + std::to_string(size));
  return success();
}

LogicalResult LayerNormOp::verify() { return verifyForward(*this); }

template <typename OpTy> static LogicalResult verifyBackward(OpTy op) {
  if (failed(verifyCommon(op)))
    return failure();
  RankedTensorType domain = op.getDomainType();
  SmallVector<int64_t> all =
      llvm::to_vector(llvm::seq<int64_t>(0, domain.getRank()));
  SmallVector<int64_t> grid = getGridDims(domain.getRank(), op.getAxes());
  FloatType statistics = op.getStatisticsElementType();
  if (statistics.getWidth() < elementType(op.getX()).getWidth())
    return op.emitOpError()
           << "'rstd' has element type " << statistics
           << ", narrower than the elements of 'x', " << elementType(op.getX());
  if (failed(verifyShape(op, "dy", op.getDy(), all, domain)) ||
      failed(verifyShape(op, "dx", op.getDx(), all, domain)) ||
      failed(verifyShape(op, "rstd", op.getRstd(), grid, domain)))
    return failure();
  if (op.getDscale()) {
    if (!op.getScale())
      return op.emitOpError("'dscale' without 'scale'");
    if (failed(verifyShape(op, "dscale", op.getDscale(), *op.getScaleDims(),
                           domain)))
      return failure();
  }
  if (!op.getDbias() != !op.getBiasDims())
    return op.emitOpError(op.getDbias() ? "'dbias' without 'bias_dims'"
                                        : "'bias_dims' without 'dbias'");
  if (!op.getDbias())
    return success();
  if (failed(verifyDims(op, "bias_dims", *op.getBiasDims(), domain.getRank())))
    return failure();
  return verifyShape(op, "dbias", op.getDbias(), *op.getBiasDims(), domain);
}

LogicalResult RMSNormBackwardOp::verify() { return verifyBackward(*this); }

LogicalResult LayerNormBackwardOp::verify() {
  if (failed(verifyBackward(*this)))
    return failure();
  if (getMean().getType().getElementType() != getStatisticsElementType())
    return emitOpError() << "'mean' has element type "
                         << getMean().getType().getElementType()
                         << ", but 'rstd' has " << getStatisticsElementType();
  return verifyShape(*this, "mean", getMean(),
                     getGridDims(getDomainType().getRank(), getAxes()),
                     getDomainType());
}

LogicalResult ReduceOp::verify() {
  std::optional<int64_t> first = getFirst();
  if (!first)
    return success();
  int64_t size = cast<RankedTensorType>(getRow().getType()).getDimSize(0);
  if (*first < 1 || (!ShapedType::isDynamic(size) && *first > size))
    return emitOpError() << "'first' is " << *first
                         << ", but must lie between 1 and the row size"
                         << (ShapedType::isDynamic(size)
                                 ? std::string()
                                 : " " + std::to_string(size));
  return success();
}

//===----------------------------------------------------------------------===//
// Shapes of results
//===----------------------------------------------------------------------===//

/// Every result of a semantic op has extents of the domain, by the maps of
/// its row signature.
template <typename OpTy>
static LogicalResult reifyFromSignature(OpTy op, OpBuilder &builder,
                                        ReifiedRankedShapedTypeDims &shapes) {
  // An extent is an attribute where the type of the result states it, and a
  // value elsewhere, whatever the type of x states.
  RowSignature signature = op.getRowSignature();
  for (auto [result, map] :
       llvm::zip_equal(signature.results, signature.resultMaps)) {
    auto type = cast<RankedTensorType>(result.getType());
    SmallVector<OpFoldResult> shape;
    for (auto [index, expr] : llvm::enumerate(map.getResults())) {
      if (!type.isDynamicDim(index)) {
        shape.push_back(builder.getIndexAttr(type.getDimSize(index)));
        continue;
      }
      OpFoldResult size =
          tensor::getMixedSize(builder, op.getLoc(), signature.domain,
                               cast<AffineDimExpr>(expr).getPosition());
      shape.push_back(
          getValueOrCreateConstantIndexOp(builder, op.getLoc(), size));
    }
    shapes.push_back(std::move(shape));
  }
  return success();
}

LogicalResult
RMSNormOp::reifyResultShapes(OpBuilder &builder,
                             ReifiedRankedShapedTypeDims &shapes) {
  return reifyFromSignature(*this, builder, shapes);
}
LogicalResult
LayerNormOp::reifyResultShapes(OpBuilder &builder,
                               ReifiedRankedShapedTypeDims &shapes) {
  return reifyFromSignature(*this, builder, shapes);
}
LogicalResult
RMSNormBackwardOp::reifyResultShapes(OpBuilder &builder,
                                     ReifiedRankedShapedTypeDims &shapes) {
  return reifyFromSignature(*this, builder, shapes);
}
LogicalResult
LayerNormBackwardOp::reifyResultShapes(OpBuilder &builder,
                                       ReifiedRankedShapedTypeDims &shapes) {
  return reifyFromSignature(*this, builder, shapes);
}

//===----------------------------------------------------------------------===//
// Canonicalisation
//===----------------------------------------------------------------------===//

namespace {
/// Drops optional results that nobody reads: statistics, dscale and dbias.
template <typename OpTy> struct DropUnusedResults : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    // The first result is not optional.
    SmallVector<Type> types = {op->getResult(0).getType()};
    SmallVector<Value> kept = {op->getResult(0)};
    for (Value result : op->getResults().drop_front())
      if (!result.use_empty()) {
        types.push_back(result.getType());
        kept.push_back(result);
      }
    if (kept.size() == op->getNumResults())
      return rewriter.notifyMatchFailure(op, "every result is used");

    auto isKept = [](Value result) { return result && !result.use_empty(); };
    OperationState state(op.getLoc(), op->getName(), op->getOperands(), types,
                         llvm::to_vector(op->getDiscardableAttrs()));
    auto properties = op.getProperties();
    if constexpr (std::is_same_v<OpTy, LayerNormOp>)
      properties.resultSegmentSizes = {1, isKept(op.getMean()),
                                       isKept(op.getRstd())};
    if constexpr (std::is_same_v<OpTy, RMSNormBackwardOp> ||
                  std::is_same_v<OpTy, LayerNormBackwardOp>) {
      properties.resultSegmentSizes = {1, isKept(op.getDscale()),
                                       isKept(op.getDbias())};
      if (!isKept(op.getDbias()))
        properties.bias_dims = nullptr;
    }
    state.getOrAddProperties<typename OpTy::Properties>() = properties;
    Operation *newOp = rewriter.create(state);
    for (auto [from, to] : llvm::zip_equal(kept, newOp->getResults()))
      rewriter.replaceAllUsesWith(from, to);
    rewriter.eraseOp(op);
    return success();
  }
};

/// Drops a scale of ones and a bias of negative zeros: both are exact
/// identities. (Adding +0 is not: it would turn -0 into +0.)
template <typename OpTy> struct DropIdentityAffine : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    // Without the rounding points being stated, dropping the scale would
    // change the type that the normalised value is rounded to.
    FloatType scaled = op.getScaledElementType();
    APFloat constant(0.0);
    if (op.getScale() && op.getScaleOffset().convertToDouble() == 0.0 &&
        matchPattern(op.getScale(), m_ConstantFloat(&constant)) &&
        constant.isExactlyValue(1.0)) {
      rewriter.modifyOpInPlace(op, [&] {
        op.getScaleMutable().clear();
        op.removeScaleDimsAttr();
        if (op.getScaledElementType() != scaled)
          op.setScaledType(scaled);
      });
      return success();
    }
    if (op.getBias() &&
        matchPattern(op.getBias(), m_ConstantFloat(&constant)) &&
        constant.isNegZero()) {
      rewriter.modifyOpInPlace(op, [&] {
        op.getBiasMutable().clear();
        op.removeBiasDimsAttr();
      });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no identity scale or bias");
  }
};

/// Drops rounding points that are where the value is rounded anyway: to the
/// default type, or to the type of the result with nothing in between.
template <typename OpTy> struct DropRedundantRounding : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    FloatType result = elementType(op.getY());
    FloatType scaled = op.getScaledElementType();
    FloatType normalized = op.getNormalizedElementType();
    if (op.getNormalizedType()) {
      // Without a scale the two rounding points are one.
      bool isDefault = normalized == op.getStatisticsElementType();
      bool isRepeated =
          !op.getScale() &&
          (op.getScaledType() ? scaled == normalized
                              : !op.getBias() && result == normalized);
      if (isDefault || isRepeated) {
        rewriter.modifyOpInPlace(op, [&] { op.removeNormalizedTypeAttr(); });
        return success();
      }
    }
    if (op.getScaledType()) {
      // The product is formed in a type that the stated one may widen.
      FloatType byDefault = defaultScaledType(op);
      bool isRepeated = !op.getBias() && scaled == result &&
                        getWiderType(byDefault, scaled) == byDefault;
      if (byDefault == scaled || isRepeated) {
        rewriter.modifyOpInPlace(op, [&] { op.removeScaledTypeAttr(); });
        return success();
      }
    }
    return rewriter.notifyMatchFailure(op, "every rounding point matters");
  }
};
} // namespace

void RMSNormOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<DropUnusedResults<RMSNormOp>, DropIdentityAffine<RMSNormOp>,
               DropRedundantRounding<RMSNormOp>>(context);
}
void LayerNormOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                              MLIRContext *context) {
  patterns.add<DropUnusedResults<LayerNormOp>, DropIdentityAffine<LayerNormOp>,
               DropRedundantRounding<LayerNormOp>>(context);
}
void RMSNormBackwardOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                                    MLIRContext *context) {
  patterns.add<DropUnusedResults<RMSNormBackwardOp>>(context);
}
void LayerNormBackwardOp::getCanonicalizationPatterns(
    RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<DropUnusedResults<LayerNormBackwardOp>>(context);
}
