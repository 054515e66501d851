//===- RaiseRewrite.cpp - Creating the op that was found ------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaiseErase.h"
#include "RaiseMatch.h"

#include "rmsnorm/Dialect/Norm/IR/Norm.h"
#include "rmsnorm/Dialect/Norm/IR/RowBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

//===----------------------------------------------------------------------===//
// Scale and bias
//===----------------------------------------------------------------------===//

/// The dimension of x that `index` runs along.
static int64_t dimensionOf(const NormMatch &match, Index index) {
  return std::distance(match.indices.begin(), llvm::find(match.indices, index));
}

/// value = offset + leaf, with the leaf's dimensions in the order of x.
static const Atom *getDirectLeaf(const NormMatch &match,
                                 const Polynomial &value, bool isScale,
                                 double &offset) {
  const Atom *leaf = nullptr;
  offset = 0.0;
  for (const Monomial &term : value.terms) {
    if (term.isConstant() && isScale) {
      offset = term.coefficient.value().toDouble();
      continue;
    }
    if (leaf || term.factors.size() != 1 || !term.coefficient.isOne())
      return nullptr;
    leaf = term.factors[0].atom;
  }
  if (!leaf)
    return nullptr;
  int64_t previous = -1;
  for (Index index : leaf->indices) {
    if (index == unitIndex)
      continue;
    int64_t dim = dimensionOf(match, index);
    if (dim <= previous)
      return nullptr;
    previous = dim;
  }
  return leaf;
}

bool norm::isDirectAffine(const RaisableNorm &norm, const Polynomial &value,
                          bool isScale) {
  double offset;
  return value == norm.algebra->constant(isScale ? 1 : 0) ||
         getDirectLeaf(norm.match, value, isScale, offset);
}

/// `value` without the unit dimensions that are not in `keep`.
static Value dropUnitDims(OpBuilder &builder, Location loc, Value value,
                          ArrayRef<Index> indices) {
  RankedTensorType type = getTensorType(value);
  SmallVector<int64_t> shape;
  SmallVector<ReassociationIndices> groups;
  ReassociationIndices pending;
  for (auto [dim, index] : llvm::enumerate(indices)) {
    pending.push_back(dim);
    if (index == unitIndex)
      continue;
    shape.push_back(type.getDimSize(dim));
    groups.push_back(std::exchange(pending, {}));
  }
  if (static_cast<int64_t>(shape.size()) == type.getRank())
    return value;
  if (!groups.empty())
    llvm::append_range(groups.back(), pending);
  return tensor::CollapseShapeOp::create(
      builder, loc, RankedTensorType::get(shape, type.getElementType()), value,
      groups);
}

/// Computes sum(coefficient * product(leaves)) over the dimensions it follows.
static Value materialize(OpBuilder &builder, Location loc,
                         const RaisableNorm &norm, const Polynomial &value,
                         double factor, FloatType type,
                         ArrayRef<int64_t> dims) {
  MLIRContext *context = builder.getContext();
  RankedTensorType xType = getTensorType(norm.x);
  SmallVector<int64_t> shape;
  SmallVector<Value> dynamicSizes;
  for (int64_t dim : dims) {
    shape.push_back(xType.getDimSize(dim));
    if (xType.isDynamicDim(dim))
      dynamicSizes.push_back(tensor::DimOp::create(
          builder, loc, castToBuiltin(builder, loc, norm.x), dim));
  }
  llvm::SetVector<const Atom *> leaves;
  for (const Monomial &term : value.terms)
    for (const Factor &operand : term.factors)
      leaves.insert(operand.atom);

  SmallVector<Value> inputs, captured(leaves.size());
  SmallVector<AffineMap> maps;
  for (auto [position, leaf] : llvm::enumerate(leaves)) {
    Value input =
        castToBuiltin(builder, loc, norm.importer->getLeaf(leaf->symbol));
    if (!isa<RankedTensorType>(input.getType())) {
      captured[position] = input;
      continue;
    }
    SmallVector<AffineExpr> exprs;
    for (Index index : leaf->indices)
      exprs.push_back(
          index == unitIndex
              ? getAffineConstantExpr(0, context)
              : getAffineDimExpr(
                    std::distance(
                        dims.begin(),
                        llvm::find(dims, dimensionOf(norm.match, index))),
                    context));
    inputs.push_back(input);
    maps.push_back(AffineMap::get(dims.size(), 0, exprs, context));
  }
  maps.push_back(AffineMap::getMultiDimIdentityMap(dims.size(), context));
  Value init = tensor::EmptyOp::create(builder, loc, shape, type, dynamicSizes);
  SmallVector<utils::IteratorType> iterators(dims.size(),
                                             utils::IteratorType::parallel);
  auto body = [&](OpBuilder &b, Location l, ValueRange arguments) {
    unsigned next = 0;
    SmallVector<Value> operands;
    for (Value scalar : captured) {
      Value operand = scalar ? scalar : arguments[next++];
      auto from = cast<FloatType>(operand.getType());
      if (from.getWidth() < type.getWidth())
        operand = arith::ExtFOp::create(b, l, type, operand);
      else if (from != type)
        operand = arith::TruncFOp::create(b, l, type, operand);
      operands.push_back(operand);
    }
    Value total;
    for (const Monomial &term : value.terms) {
      Value product;
      double coefficient = term.coefficient.value().toDouble() * factor;
      if (coefficient != 1.0 || term.isConstant())
        product =
            arith::ConstantOp::create(b, l, b.getFloatAttr(type, coefficient));
      for (const Factor &operand : term.factors) {
        Value leaf = operands[std::distance(leaves.begin(),
                                            llvm::find(leaves, operand.atom))];
        product = product ? arith::MulFOp::create(b, l, product, leaf) : leaf;
      }
      total = total ? arith::AddFOp::create(b, l, total, product) : product;
    }
    linalg::YieldOp::create(b, l, total);
  };
  return linalg::GenericOp::create(builder, loc, init.getType(), inputs, init,
                                   maps, iterators, body)
      .getResult(0);
}

AffineOperand norm::buildAffine(OpBuilder &builder, Location loc,
                                const RaisableNorm &norm,
                                const Polynomial &value, bool isScale) {
  AffineOperand result;
  const NormMatch &match = norm.match;
  double factor = isScale ? match.correction : 1.0;
  if (factor == 1.0 && value == norm.algebra->constant(isScale ? 1 : 0))
    return result;
  if (factor == 1.0)
    if (const Atom *leaf =
            getDirectLeaf(match, value, isScale, result.offset)) {
      Value source =
          castToBuiltin(builder, loc, norm.importer->getLeaf(leaf->symbol));
      for (Index index : leaf->indices)
        if (index != unitIndex)
          result.dims.push_back(dimensionOf(match, index));
      result.value =
          isa<RankedTensorType>(source.getType())
              ? dropUnitDims(builder, loc, source, leaf->indices)
              : tensor::FromElementsOp::create(
                    builder, loc, RankedTensorType::get({}, source.getType()),
                    source);
      return result;
    }

  result.offset = 0.0;
  uint64_t used = value.freeIndices();
  for (auto [dim, index] : llvm::enumerate(match.indices))
    if (index != unitIndex && (used >> index & 1))
      result.dims.push_back(dim);
  auto xElement = cast<FloatType>(getTensorType(norm.x).getElementType());
  FloatType type = norm.statistics
                       ? norm.statistics
                       : getWiderType(xElement, builder.getF32Type());
  if (std::optional<Coefficient> constant = value.asConstant()) {
    auto scalar = RankedTensorType::get({}, type);
    double number = constant->value().toDouble() * factor;
    result.value = arith::ConstantOp::create(
        builder, loc,
        DenseElementsAttr::get(scalar, builder.getFloatAttr(type, number)));
    return result;
  }
  result.value =
      materialize(builder, loc, norm, value, factor, type, result.dims);
  return result;
}

//===----------------------------------------------------------------------===//
// The op
//===----------------------------------------------------------------------===//

/// `value` as a tensor of `type`: the same but for unit dimensions and the
/// element type.
static Value withShape(OpBuilder &builder, Location loc, Value value,
                       RankedTensorType type) {
  auto want = cast<FloatType>(type.getElementType());
  RankedTensorType have = getTensorType(value);
  auto from = cast<FloatType>(have.getElementType());
  auto converted = have.clone(want);
  if (from.getWidth() < want.getWidth())
    value = arith::ExtFOp::create(builder, loc, converted, value);
  else if (from != want)
    value = arith::TruncFOp::create(builder, loc, converted, value);
  if (type.getShape() == have.getShape())
    return value;
  // Without unit dimensions the shapes are the same.
  SmallVector<Index> isUnit;
  for (int64_t extent : have.getShape())
    isUnit.push_back(extent == 1 ? unitIndex : 0);
  value = dropUnitDims(builder, loc, value, isUnit);
  RankedTensorType plain = getTensorType(value);
  if (type.getShape() == plain.getShape())
    return value;
  // Each dimension takes the unit dimensions that follow it; the first takes
  // those before it too.
  SmallVector<ReassociationIndices> groups;
  ReassociationIndices leading;
  SmallVector<OpFoldResult> sizes;
  for (auto [dim, extent] : llvm::enumerate(type.getShape())) {
    if (extent != 1) {
      groups.push_back(std::exchange(leading, {}));
      groups.back().push_back(dim);
    } else if (groups.empty()) {
      leading.push_back(dim);
    } else {
      groups.back().push_back(dim);
    }
    if (ShapedType::isDynamic(extent))
      sizes.push_back(
          tensor::DimOp::create(builder, loc, value, groups.size() - 1)
              .getResult());
    else
      sizes.push_back(builder.getIndexAttr(extent));
  }
  return tensor::ExpandShapeOp::create(
      builder, loc, type.clone(plain.getElementType()), value, groups, sizes);
}

/// What `statistic` is made from rstd, which is of the shape of the grid.
static Value deriveStatistic(OpBuilder &builder, Location loc, Value rstd,
                             const DerivedStatistic &statistic) {
  RankedTensorType type = getTensorType(rstd);
  SmallVector<Value> sizes;
  for (auto [dim, extent] : llvm::enumerate(type.getShape()))
    if (ShapedType::isDynamic(extent))
      sizes.push_back(tensor::DimOp::create(builder, loc, rstd, dim));
  Value init = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                       type.getElementType(), sizes);
  AffineMap map = builder.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  auto body = [&](OpBuilder &b, Location l, ValueRange arguments) {
    Type element = type.getElementType();
    auto number = [&](double value) -> Value {
      return arith::ConstantOp::create(b, l, b.getFloatAttr(element, value));
    };
    Value deviation =
        arith::DivFOp::create(b, l, number(1.0), arguments.front());
    Value result = deviation;
    if (statistic.exponent == -2)
      result = arith::MulFOp::create(b, l, deviation, deviation);
    // No variance is negative, whatever the rounding of rstd.
    if (statistic.shift != 0.0)
      result = arith::MaximumFOp::create(
          b, l, arith::SubFOp::create(b, l, result, number(statistic.shift)),
          number(0.0));
    linalg::YieldOp::create(b, l, result);
  };
  return linalg::GenericOp::create(builder, loc, type, rstd, init, {map, map},
                                   iterators, body)
      .getResult(0);
}

EpsilonMode norm::getEpsilonMode(EpsilonPlacement placement) {
  switch (placement) {
  case EpsilonPlacement::Inside:
    return EpsilonMode::Inside;
  case EpsilonPlacement::Outside:
    return EpsilonMode::Outside;
  case EpsilonPlacement::ClampVar:
    return EpsilonMode::ClampVar;
  case EpsilonPlacement::ClampNorm:
    return EpsilonMode::ClampNorm;
  }
  llvm_unreachable("unknown epsilon placement");
}

/// Creates the op of either kind; `scaled` is where the product with the scale
/// is rounded in the program.
template <typename OpTy, typename... Extra>
static OpTy createForward(OpBuilder &builder, Location loc,
                          TypeRange resultTypes, const RaisableNorm &norm,
                          const AffineOperand &scale, const AffineOperand &bias,
                          FloatType scaled, Extra... extra) {
  auto dims = [&](const AffineOperand &operand) {
    return operand.value ? builder.getDenseI64ArrayAttr(operand.dims)
                         : DenseI64ArrayAttr();
  };
  auto typeAttr = [](FloatType type) {
    return type ? TypeAttr::get(type) : TypeAttr();
  };
  SmallVector<int64_t> axes(norm.match.axes.begin(), norm.match.axes.end());
  auto op = OpTy::create(
      builder, loc, resultTypes, castToBuiltin(builder, loc, norm.x),
      scale.value, bias.value, builder.getDenseI64ArrayAttr(axes),
      builder.getF64FloatAttr(norm.match.epsilon),
      EpsilonModeAttr::get(builder.getContext(),
                           getEpsilonMode(norm.match.placement)),
      dims(scale), dims(bias), builder.getF64FloatAttr(scale.offset),
      typeAttr(norm.statistics), typeAttr(norm.normalized), TypeAttr(),
      extra...);
  // Without a bias the product is rounded to the result at once; that the op
  // rounds it to something as wide before makes no difference.
  auto result = cast<FloatType>(getElementTypeOrSelf(op.getY()));
  FloatType byDefault = op.getScaledElementType();
  bool matters =
      norm.scaled || bias.value || byDefault.getWidth() < result.getWidth();
  if (scale.value && matters && byDefault != scaled)
    op.setScaledTypeAttr(TypeAttr::get(scaled));
  return op;
}

Operation *norm::rewriteNorm(OpBuilder &builder, const RaisableNorm &norm,
                             llvm::DenseSet<Operation *> &erased) {
  OpBuilder::InsertionGuard insertion(builder);
  builder.setInsertionPoint(norm.position);
  Location loc = norm.sink.getLoc();
  AffineOperand scale =
      buildAffine(builder, loc, norm, norm.match.scale, /*isScale=*/true);
  AffineOperand bias =
      buildAffine(builder, loc, norm, norm.match.bias, /*isScale=*/false);

  RankedTensorType xType = getTensorType(norm.x),
                   sinkType = getTensorType(norm.sink);
  FloatType statistics =
      norm.statistics ? norm.statistics
                      : getWiderType(cast<FloatType>(xType.getElementType()),
                                     builder.getF32Type());
  SmallVector<int64_t> axes(norm.match.axes.begin(), norm.match.axes.end());
  SmallVector<int64_t> gridShape;
  for (int64_t dim : getGridDims(xType.getRank(), axes))
    gridShape.push_back(xType.getDimSize(dim));
  auto gridType = RankedTensorType::get(gridShape, statistics);

  SmallVector<Type> types{xType.clone(sinkType.getElementType())};
  Type none;
  bool isLayerNorm = norm.match.kind == NormKind::LayerNorm;
  Type meanType = norm.means.empty() ? none : gridType;
  Type rstdType = norm.rstds.empty() && norm.derived.empty() ? none : gridType;
  FloatType scaled = norm.scaled ? norm.scaled : statistics;
  Operation *op;
  Value y, mean, rstd;
  for (Type type : {meanType, rstdType})
    if (type)
      types.push_back(type);
  if (isLayerNorm) {
    auto layerNorm = createForward<LayerNormOp>(builder, loc, types, norm,
                                                scale, bias, scaled);
    layerNorm.getProperties().setResultSegmentSizes(
        {1, meanType ? 1 : 0, rstdType ? 1 : 0});
    op = layerNorm;
    y = layerNorm.getY();
    mean = layerNorm.getMean();
    rstd = layerNorm.getRstd();
  } else {
    IntegerAttr extent = norm.statisticsExtent
                             ? builder.getI64IntegerAttr(*norm.statisticsExtent)
                             : IntegerAttr();
    auto rmsNorm = createForward<RMSNormOp>(builder, loc, types, norm, scale,
                                            bias, scaled, extent);
    op = rmsNorm;
    y = rmsNorm.getY();
    rstd = rmsNorm.getRstd();
  }

  y = withShape(builder, loc, y, sinkType);

  Eraser eraser(norm.importer->getView(), erased);
  // What nothing uses may be before the op, and goes.
  auto replace = [&](Value value, Value statistic) {
    eraser.eraseIdleUsers(value);
    value.replaceAllUsesWith(castFromBuiltin(
        builder, loc, withShape(builder, loc, statistic, getTensorType(value)),
        value.getType()));
  };
  for (Value value : norm.means)
    replace(value, mean);
  for (Value value : norm.rstds)
    replace(value, rstd);
  for (const DerivedStatistic &statistic : norm.derived)
    replace(statistic.value, deriveStatistic(builder, loc, rstd, statistic));
  Value sink = norm.sink;
  sink.replaceAllUsesWith(castFromBuiltin(builder, loc, y, sink.getType()));
  for (auto [user, dim] : norm.extents) {
    if (eraser.isGone(user))
      continue;
    builder.setInsertionPoint(user);
    user->getResult(0).replaceAllUsesWith(
        tensor::DimOp::create(builder, user->getLoc(), norm.x, dim));
    eraser.erase(user);
  }
  for (Operation *dead : norm.dead)
    eraser.erase(dead);
  eraser.eraseFeeders();
  return op;
}
