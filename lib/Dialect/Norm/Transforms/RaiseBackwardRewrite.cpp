//===- RaiseBackwardRewrite.cpp - Creating the gradient that was found ----===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaiseBackward.h"
#include "RaiseMatch.h"

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

//===----------------------------------------------------------------------===//
// Dimensions
//===----------------------------------------------------------------------===//

/// The groups of dimensions of `fine` that are the dimensions of `coarse`, each
/// with unit dimensions beside it; nullopt when they do not meet in order.
static std::optional<SmallVector<ReassociationIndices>>
groupDims(ArrayRef<Index> fine, ArrayRef<Index> coarse) {
  SmallVector<ReassociationIndices> groups;
  ReassociationIndices pending;
  for (auto [dim, index] : llvm::enumerate(fine)) {
    pending.push_back(dim);
    if (groups.size() < coarse.size() && coarse[groups.size()] == index)
      groups.push_back(std::exchange(pending, {}));
    else if (index != unitIndex)
      return std::nullopt;
  }
  if (groups.size() != coarse.size())
    return std::nullopt;
  if (!groups.empty())
    llvm::append_range(groups.back(), pending);
  return groups;
}

static RankedTensorType typeAt(RankedTensorType type, ArrayRef<Index> from,
                               ArrayRef<Index> to) {
  SmallVector<int64_t> shape;
  for (Index index : to)
    shape.push_back(index == unitIndex
                        ? 1
                        : type.getDimSize(std::distance(
                              from.begin(), llvm::find(from, index))));
  return RankedTensorType::get(shape, type.getElementType());
}

/// `value`, whose dimensions are named by `from`, as a tensor whose dimensions
/// are named by `to`: the same names in any order, and other unit dimensions.
static Value moveDims(OpBuilder &builder, Location loc, Value value,
                      ArrayRef<Index> from, ArrayRef<Index> to) {
  if (from == to)
    return value;
  auto type = cast<RankedTensorType>(value.getType());
  RankedTensorType moved = typeAt(type, from, to);
  if (from.size() > to.size())
    if (auto groups = groupDims(from, to))
      return tensor::CollapseShapeOp::create(builder, loc, moved, value,
                                             *groups);
  if (from.size() < to.size())
    if (auto groups = groupDims(to, from)) {
      SmallVector<OpFoldResult> sizes;
      for (auto [dim, index] : llvm::enumerate(to)) {
        if (!moved.isDynamicDim(dim)) {
          sizes.push_back(builder.getIndexAttr(moved.getDimSize(dim)));
          continue;
        }
        int64_t source = std::distance(from.begin(), llvm::find(from, index));
        sizes.push_back(
            tensor::DimOp::create(builder, loc, value, source).getResult());
      }
      return tensor::ExpandShapeOp::create(builder, loc, moved, value, *groups,
                                           sizes);
    }
  auto withoutUnits = [](ArrayRef<Index> indices) {
    IndexTuple rest;
    llvm::copy_if(indices, std::back_inserter(rest),
                  [](Index index) { return index != unitIndex; });
    return rest;
  };
  IndexTuple fromLong = withoutUnits(from), toLong = withoutUnits(to);
  value = moveDims(builder, loc, value, from, fromLong);
  if (fromLong != toLong) {
    RankedTensorType target = typeAt(type, from, toLong);
    SmallVector<int64_t> permutation;
    SmallVector<Value> sizes;
    for (auto [dim, index] : llvm::enumerate(toLong)) {
      permutation.push_back(
          std::distance(fromLong.begin(), llvm::find(fromLong, index)));
      if (target.isDynamicDim(dim))
        sizes.push_back(
            tensor::DimOp::create(builder, loc, value, permutation.back()));
    }
    Value init = tensor::EmptyOp::create(builder, loc, target, sizes);
    value = linalg::TransposeOp::create(builder, loc, value, init, permutation)
                ->getResult(0);
  }
  return moveDims(builder, loc, value, toLong, to);
}

IndexTuple mlir::norm::getWholeIndices(RankedTensorType type) {
  IndexTuple indices;
  for (auto [dim, extent] : llvm::enumerate(type.getShape()))
    indices.push_back(extent == 1 ? unitIndex : static_cast<Index>(dim));
  return indices;
}

//===----------------------------------------------------------------------===//
// The op
//===----------------------------------------------------------------------===//

Operation *mlir::norm::rewriteGradient(OpBuilder &builder,
                                       const RaisableGradient &gradient) {
  OpBuilder::InsertionGuard insertion(builder);
  if (gradient.after)
    builder.setInsertionPointAfter(gradient.after);
  else
    builder.setInsertionPointToStart(Value(gradient.dx).getParentBlock());
  const BackwardMatch &match = gradient.match;
  Location loc = gradient.dx.getLoc();

  IndexTuple grid, scaleIndices;
  for (auto [dim, index] : llvm::enumerate(match.indices))
    if (!llvm::is_contained(match.axes, dim))
      grid.push_back(index);
  for (unsigned dim : match.scaleDims)
    scaleIndices.push_back(match.indices[dim]);
  auto operand = [&](Value value, ArrayRef<Index> from,
                     ArrayRef<Index> to) -> Value {
    return value ? moveDims(builder, loc, castToBuiltin(builder, loc, value),
                            from, to)
                 : Value();
  };
  Value dy = operand(gradient.dy, match.dyIndices, match.indices);
  Value x = castToBuiltin(builder, loc, gradient.x);
  Value mean = operand(gradient.mean, match.meanIndices, grid);
  Value rstd = operand(gradient.rstd, match.rstdIndices, grid);
  Value scale = operand(gradient.scale, match.scaleIndices, scaleIndices);

  /// A value that the op replaces, and the names of the op's result.
  struct Replaced {
    Value value;
    ArrayRef<Index> indices;
    Type type() const {
      if (!value)
        return {};
      RankedTensorType own = getTensorType(value);
      return typeAt(own, getWholeIndices(own), indices);
    }
  };
  std::array<Replaced, 3> replaced = {
      Replaced{gradient.dx, match.indices},
      Replaced{gradient.dscale, gradient.scaleGradient.indices},
      Replaced{gradient.dbias, gradient.biasGradient.indices}};

  auto dims = [&](ArrayRef<unsigned> list) {
    return builder.getDenseI64ArrayAttr(
        SmallVector<int64_t>(list.begin(), list.end()));
  };
  DenseI64ArrayAttr scaleDims, biasDims;
  if (scale)
    scaleDims = dims(match.scaleDims);
  if (gradient.dbias)
    biasDims = dims(gradient.biasGradient.dims);
  auto create = [&](auto tag, auto... statistics) -> Operation * {
    using OpTy = decltype(tag);
    return OpTy::create(
        builder, loc, replaced[0].type(), replaced[1].type(),
        replaced[2].type(), dy, x, statistics..., scale, dims(match.axes),
        builder.getF64FloatAttr(match.epsilon),
        EpsilonModeAttr::get(builder.getContext(),
                             getEpsilonMode(match.placement)),
        scaleDims, biasDims, builder.getF64FloatAttr(match.scaleOffset));
  };
  Operation *op = mean ? create(LayerNormBackwardOp(), mean, rstd)
                       : create(RMSNormBackwardOp(), rstd);
  unsigned next = 0;
  for (Replaced &old : replaced) {
    if (!old.value)
      continue;
    Value result = moveDims(builder, loc, op->getResult(next++), old.indices,
                            getWholeIndices(getTensorType(old.value)));
    old.value.replaceAllUsesWith(
        castFromBuiltin(builder, loc, result, old.value.getType()));
  }
  return op;
}
