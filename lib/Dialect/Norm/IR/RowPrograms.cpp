//===- RowPrograms.cpp -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The row program of each semantic op: the definition of the op, stated once.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Dialect/Norm/IR/Norm.h"
#include "rmsnorm/Dialect/Norm/IR/RowBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// RowBuilder
//===----------------------------------------------------------------------===//

static bool isRow(Value value) {
  return isa<RankedTensorType>(value.getType());
}

Value RowBuilder::convert(Value value, FloatType type) {
  auto from = cast<FloatType>(getElementTypeOrSelf(value));
  if (from == type)
    return value;
  auto withElement = [&](FloatType element) -> Type {
    if (auto tensor = dyn_cast<RankedTensorType>(value.getType()))
      return tensor.clone(element);
    return element;
  };
  if (from.getWidth() == type.getWidth()) {
    value = arith::ExtFOp::create(builder, loc,
                                  withElement(builder.getF32Type()), value);
    from = builder.getF32Type();
  }
  if (from.getWidth() < type.getWidth())
    return arith::ExtFOp::create(builder, loc, withElement(type), value);
  return arith::TruncFOp::create(builder, loc, withElement(type), value);
}

Value RowBuilder::constant(double value, FloatType type) {
  APFloat rounded(value);
  bool losesInfo = false;
  rounded.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                  &losesInfo);
  // A number that the type does not hold is rounded by the program, so that
  // whoever reads the program finds the number itself.
  FloatType written = losesInfo ? builder.getF64Type() : type;
  Value constant = arith::ConstantOp::create(
      builder, loc, builder.getFloatAttr(written, value));
  return convert(constant, type);
}

Value RowBuilder::rowSize(FloatType type) {
  int64_t size = cast<RankedTensorType>(row.getType()).getDimSize(0);
  if (!ShapedType::isDynamic(size))
    return constant(static_cast<double>(size), type);
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value dim = tensor::DimOp::create(builder, loc, row, zero);
  Value integer =
      arith::IndexCastOp::create(builder, loc, builder.getI64Type(), dim);
  return arith::SIToFPOp::create(builder, loc, type, integer);
}

Value RowBuilder::splat(Value value) {
  if (isRow(value))
    return value;
  auto rowType = cast<RankedTensorType>(row.getType());
  SmallVector<Value> sizes;
  if (rowType.isDynamicDim(0)) {
    Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
    sizes.push_back(tensor::DimOp::create(builder, loc, row, zero));
  }
  auto type = RankedTensorType::get(rowType.getShape(), value.getType());
  return tensor::SplatOp::create(builder, loc, type, value, sizes);
}

Value RowBuilder::sum(Value row, std::optional<int64_t> first) {
  IntegerAttr firstAttr = first ? builder.getI64IntegerAttr(*first) : nullptr;
  return ReduceOp::create(builder, loc, getElementTypeOrSelf(row),
                          ReduceKind::Add, row, firstAttr);
}

void RowBuilder::unify(Value &lhs, Value &rhs) {
  if (isRow(lhs) || isRow(rhs)) {
    lhs = splat(lhs);
    rhs = splat(rhs);
  }
}

Value RowBuilder::add(Value lhs, Value rhs) {
  unify(lhs, rhs);
  return arith::AddFOp::create(builder, loc, lhs, rhs);
}
Value RowBuilder::sub(Value lhs, Value rhs) {
  unify(lhs, rhs);
  return arith::SubFOp::create(builder, loc, lhs, rhs);
}
Value RowBuilder::mul(Value lhs, Value rhs) {
  unify(lhs, rhs);
  return arith::MulFOp::create(builder, loc, lhs, rhs);
}
Value RowBuilder::div(Value lhs, Value rhs) {
  unify(lhs, rhs);
  return arith::DivFOp::create(builder, loc, lhs, rhs);
}

//===----------------------------------------------------------------------===//
// Signatures
//===----------------------------------------------------------------------===//

namespace {
/// Collects a signature over the domain of `x`.
struct SignatureBuilder {
  SignatureBuilder(Value x, ArrayRef<int64_t> axes)
      : context(x.getContext()),
        rank(cast<RankedTensorType>(x.getType()).getRank()) {
    signature.domain = x;
    signature.axes = llvm::to_vector(axes);
    for (unsigned dim = 0; dim < rank; ++dim)
      all.push_back(dim);
    grid = getGridDims(rank, axes);
  }

  void input(Value value, ArrayRef<int64_t> dims) {
    if (!value)
      return;
    signature.inputs.push_back(value);
    signature.inputMaps.push_back(getDimsMap(context, rank, dims));
  }
  void result(Value value, ArrayRef<int64_t> dims, Type yielded) {
    if (!value)
      return;
    signature.results.push_back(value);
    signature.resultMaps.push_back(getDimsMap(context, rank, dims));
    signature.yieldedTypes.push_back(yielded);
  }

  MLIRContext *context;
  unsigned rank;
  SmallVector<int64_t> all, grid;
  RowSignature signature;
};
} // namespace

static Type elementType(Value value) {
  return value ? getElementTypeOrSelf(value) : Type();
}

static ArrayRef<int64_t> dimsOrEmpty(std::optional<ArrayRef<int64_t>> dims) {
  return dims.value_or(ArrayRef<int64_t>());
}

RowSignature RMSNormOp::getRowSignature() {
  SignatureBuilder b(getX(), getAxes());
  b.input(getX(), b.all);
  b.input(getScale(), dimsOrEmpty(getScaleDims()));
  b.input(getBias(), dimsOrEmpty(getBiasDims()));
  b.result(getY(), b.all, elementType(getY()));
  b.result(getRstd(), b.grid, elementType(getRstd()));
  return b.signature;
}

RowSignature LayerNormOp::getRowSignature() {
  SignatureBuilder b(getX(), getAxes());
  b.input(getX(), b.all);
  b.input(getScale(), dimsOrEmpty(getScaleDims()));
  b.input(getBias(), dimsOrEmpty(getBiasDims()));
  b.result(getY(), b.all, elementType(getY()));
  b.result(getMean(), b.grid, elementType(getMean()));
  b.result(getRstd(), b.grid, elementType(getRstd()));
  return b.signature;
}

/// True when a result over `dims` is summed after the row program has yielded
/// it: over rows, or over those axes that it lacks when it has others.
static bool isSummed(ArrayRef<int64_t> dims, ArrayRef<int64_t> axes,
                     ArrayRef<int64_t> grid) {
  auto lacks = [&](int64_t dim) { return !llvm::is_contained(dims, dim); };
  return llvm::any_of(grid, lacks) ||
         (llvm::any_of(axes, lacks) && !llvm::all_of(axes, lacks));
}

template <typename OpTy>
static RowSignature getBackwardSignature(OpTy op, Value mean) {
  SignatureBuilder b(op.getX(), op.getAxes());
  Type statistics = op.getStatisticsElementType();
  auto addGradient = [&](Value result, ArrayRef<int64_t> dims) {
    b.result(result, dims,
             isSummed(dims, op.getAxes(), b.grid) ? statistics
                                                  : elementType(result));
  };
  b.input(op.getDy(), b.all);
  b.input(op.getX(), b.all);
  b.input(mean, b.grid);
  b.input(op.getRstd(), b.grid);
  b.input(op.getScale(), dimsOrEmpty(op.getScaleDims()));
  b.result(op.getDx(), b.all, elementType(op.getDx()));
  addGradient(op.getDscale(), dimsOrEmpty(op.getScaleDims()));
  addGradient(op.getDbias(), dimsOrEmpty(op.getBiasDims()));
  return b.signature;
}

RowSignature RMSNormBackwardOp::getRowSignature() {
  return getBackwardSignature(*this, Value());
}
RowSignature LayerNormBackwardOp::getRowSignature() {
  return getBackwardSignature(*this, getMean());
}

//===----------------------------------------------------------------------===//
// Forward programs
//===----------------------------------------------------------------------===//

/// 1 / (root of a mean square or variance, with epsilon as the mode says).
static Value buildRstd(OpBuilder &builder, Location loc, RowBuilder &rows,
                       Value moment, double epsilon, EpsilonMode mode) {
  auto type = cast<FloatType>(moment.getType());
  Value eps = rows.constant(epsilon, type);
  auto reciprocal = [&](Value value) {
    return rows.div(rows.constant(1.0, type), value);
  };
  switch (mode) {
  case EpsilonMode::Inside:
    return math::RsqrtOp::create(builder, loc, rows.add(moment, eps));
  case EpsilonMode::Outside:
    return reciprocal(
        rows.add(math::SqrtOp::create(builder, loc, moment), eps));
  case EpsilonMode::ClampVar:
    return math::RsqrtOp::create(
        builder, loc, arith::MaximumFOp::create(builder, loc, moment, eps));
  case EpsilonMode::ClampNorm:
    return reciprocal(arith::MaximumFOp::create(
        builder, loc, math::SqrtOp::create(builder, loc, moment), eps));
  }
  llvm_unreachable("all epsilon modes are handled");
}

/// scale_offset + scale, in the type that it is multiplied in.
static Value buildScaleFactor(RowBuilder &rows, Value scale, double offset,
                              FloatType statistics) {
  if (offset == 0.0)
    return scale;
  FloatType type =
      getWiderType(statistics, cast<FloatType>(getElementTypeOrSelf(scale)));
  return rows.add(rows.convert(scale, type), rows.constant(offset, type));
}

/// Scale, bias and the rounding points around them.
template <typename OpTy>
static Value buildAffine(OpTy op, RowBuilder &rows, Value value, Value scale,
                         Value bias) {
  value = rows.convert(value, op.getNormalizedElementType());
  FloatType scaledType = op.getScaledElementType();
  if (scale) {
    Value factor =
        buildScaleFactor(rows, scale, op.getScaleOffset().convertToDouble(),
                         op.getStatisticsElementType());
    FloatType type = getWiderType(
        getWiderType(op.getNormalizedElementType(),
                     cast<FloatType>(getElementTypeOrSelf(factor))),
        scaledType);
    value = rows.mul(rows.convert(value, type), rows.convert(factor, type));
  }
  value = rows.convert(value, scaledType);
  auto resultType = cast<FloatType>(getElementTypeOrSelf(op.getY()));
  if (bias) {
    FloatType type = getWiderType(
        getWiderType(scaledType, cast<FloatType>(getElementTypeOrSelf(bias))),
        resultType);
    value = rows.add(rows.convert(value, type), rows.convert(bias, type));
  }
  return rows.convert(value, resultType);
}

SmallVector<Value> RMSNormOp::buildRowProgram(OpBuilder &builder, Location loc,
                                              ValueRange args) {
  FloatType type = getStatisticsElementType();
  RowBuilder rows(builder, loc, args[0]);
  unsigned next = 1;
  Value scale = getScale() ? args[next++] : Value();
  Value bias = getBias() ? args[next++] : Value();

  Value x = rows.convert(args[0], type);
  std::optional<int64_t> extent = getStatisticsExtent();
  Value count = extent ? rows.constant(static_cast<double>(*extent), type)
                       : rows.rowSize(type);
  Value meanSquare = rows.div(rows.sum(rows.mul(x, x), extent), count);
  Value rstd = buildRstd(builder, loc, rows, meanSquare,
                         getEpsilon().convertToDouble(), getEpsilonMode());
  SmallVector<Value> results = {
      buildAffine(*this, rows, rows.mul(x, rstd), scale, bias)};
  if (getRstd())
    results.push_back(rstd);
  return results;
}

SmallVector<Value> LayerNormOp::buildRowProgram(OpBuilder &builder,
                                                Location loc, ValueRange args) {
  FloatType type = getStatisticsElementType();
  RowBuilder rows(builder, loc, args[0]);
  unsigned next = 1;
  Value scale = getScale() ? args[next++] : Value();
  Value bias = getBias() ? args[next++] : Value();

  Value x = rows.convert(args[0], type);
  Value count = rows.rowSize(type);
  Value mean = rows.div(rows.sum(x), count);
  Value centred = rows.sub(x, mean);
  Value variance = rows.div(rows.sum(rows.mul(centred, centred)), count);
  Value rstd = buildRstd(builder, loc, rows, variance,
                         getEpsilon().convertToDouble(), getEpsilonMode());
  SmallVector<Value> results = {
      buildAffine(*this, rows, rows.mul(centred, rstd), scale, bias)};
  if (getMean())
    results.push_back(mean);
  if (getRstd())
    results.push_back(rstd);
  return results;
}

//===----------------------------------------------------------------------===//
// Backward programs
//===----------------------------------------------------------------------===//

/// The factor k of the projection onto xhat: the derivative of rstd by its
/// moment relative to that of `inside`. Null when it is 1.
static Value buildProjectionFactor(OpBuilder &builder, Location loc,
                                   RowBuilder &rows, Value rstd, double epsilon,
                                   EpsilonMode mode) {
  auto type = cast<FloatType>(rstd.getType());
  Value one = rows.constant(1.0, type);
  Value eps = rows.constant(epsilon, type);
  // A clamped row has the largest rstd there is, computed from epsilon by the
  // very operations of the forward program, so it is compared for equality
  // from below.
  auto unlessClamped = [&](Value bound) -> Value {
    Value clamped = arith::CmpFOp::create(
        builder, loc, arith::CmpFPredicate::OGE, rstd, bound);
    return arith::SelectOp::create(builder, loc, clamped,
                                   rows.constant(0.0, type), one);
  };
  switch (mode) {
  case EpsilonMode::Inside:
    return Value();
  case EpsilonMode::Outside:
    return rows.div(one, rows.sub(one, rows.mul(eps, rstd)));
  case EpsilonMode::ClampVar:
    return unlessClamped(math::RsqrtOp::create(builder, loc, eps));
  case EpsilonMode::ClampNorm:
    return unlessClamped(rows.div(one, eps));
  }
  llvm_unreachable("all epsilon modes are handled");
}

template <typename OpTy>
static SmallVector<Value> buildBackward(OpTy op, bool centred,
                                        OpBuilder &builder, Location loc,
                                        ValueRange args) {
  FloatType type = op.getStatisticsElementType();
  RowBuilder rows(builder, loc, args[0]);
  unsigned next = 2;
  Value mean = centred ? args[next++] : Value();
  Value rstd = args[next++];
  Value scale = op.getScale() ? args[next++] : Value();

  Value dy = rows.convert(args[0], type);
  Value x = rows.convert(args[1], type);
  if (centred)
    x = rows.sub(x, rows.convert(mean, type));
  Value xhat = rows.mul(x, rstd);
  Value gradient = dy;
  if (scale) {
    Value factor = buildScaleFactor(
        rows, scale, op.getScaleOffset().convertToDouble(), type);
    gradient = rows.mul(dy, rows.convert(factor, type));
  }
  Value count = rows.rowSize(type);
  Value projection = rows.div(rows.sum(rows.mul(gradient, xhat)), count);
  if (Value factor = buildProjectionFactor(builder, loc, rows, rstd,
                                           op.getEpsilon().convertToDouble(),
                                           op.getEpsilonMode()))
    projection = rows.mul(projection, factor);
  Value inner = gradient;
  if (centred)
    inner = rows.sub(inner, rows.div(rows.sum(gradient), count));
  inner = rows.sub(inner, rows.mul(xhat, projection));
  Value dx = rows.mul(inner, rstd);

  // A gradient that follows no axis is one number a row.
  RowSignature signature = op.getRowSignature();
  auto finish = [&](Value value, unsigned index) {
    AffineMap map = signature.resultMaps[index];
    bool follows = llvm::any_of(signature.axes, [&](int64_t axis) {
      return map.isFunctionOfDim(axis);
    });
    if (!follows)
      value = rows.sum(value);
    return rows.convert(value, cast<FloatType>(signature.yieldedTypes[index]));
  };
  SmallVector<Value> results = {finish(dx, 0)};
  if (op.getDscale())
    results.push_back(finish(rows.mul(dy, xhat), results.size()));
  if (op.getDbias())
    results.push_back(finish(dy, results.size()));
  return results;
}

SmallVector<Value> RMSNormBackwardOp::buildRowProgram(OpBuilder &builder,
                                                      Location loc,
                                                      ValueRange args) {
  return buildBackward(*this, /*centred=*/false, builder, loc, args);
}

SmallVector<Value> LayerNormBackwardOp::buildRowProgram(OpBuilder &builder,
                                                        Location loc,
                                                        ValueRange args) {
  return buildBackward(*this, /*centred=*/true, builder, loc, args);
}
