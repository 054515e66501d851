//===- Tensor.cpp - The table of ops that move data, and extents ----------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/Import/Importer.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

namespace {

enum class Movement {
  None,
  Expand,
  Collapse,
  Cast,
  Prefix,
  Splat,
  Extract,
  Dim
};

Movement lookupMovement(StringRef name) {
  return llvm::StringSwitch<Movement>(name)
      .Case("tensor.expand_shape", Movement::Expand)
      .Case("tensor.collapse_shape", Movement::Collapse)
      .Case("tensor.cast", Movement::Cast)
      .Case("tensor.extract_slice", Movement::Prefix)
      .Case("tensor.splat", Movement::Splat)
      .Case("tensor.extract", Movement::Extract)
      .Case("tensor.dim", Movement::Dim)
      .Default(Movement::None);
}

/// Dimension groups of a reshape: for each dimension of the side of lower
/// rank, those of the other side.
SmallVector<SmallVector<int64_t>> getGroups(Operation *op) {
  SmallVector<SmallVector<int64_t>> groups;
  auto attribute = op->getAttrOfType<ArrayAttr>("reassociation");
  if (!attribute)
    return groups;
  for (Attribute group : attribute) {
    groups.emplace_back();
    if (auto dims = dyn_cast<ArrayAttr>(group))
      for (Attribute dim : dims)
        if (auto integer = dyn_cast<IntegerAttr>(dim))
          groups.back().push_back(integer.getInt());
  }
  return groups;
}

/// The only dimension of `group` whose extent is not one: -1 if all are one,
/// nullopt if there are several.
std::optional<int64_t> onlyLongDimension(RankedTensorType type,
                                         ArrayRef<int64_t> group) {
  int64_t result = -1;
  for (int64_t dim : group) {
    if (type.getDimSize(dim) == 1)
      continue;
    if (result != -1)
      return std::nullopt;
    result = dim;
  }
  return result;
}

} // namespace

bool norm::isMovement(Operation *op) {
  return lookupMovement(op->getName().getStringRef()) != Movement::None;
}

std::optional<Polynomial> Importer::readMovement(Operation *op,
                                                 ArrayRef<Index> indices) {
  Movement movement = lookupMovement(op->getName().getStringRef());
  if (movement == Movement::None || op->getNumOperands() == 0)
    return std::nullopt;
  Value source = op->getOperand(0);
  auto type = dyn_cast<RankedTensorType>(source.getType());
  switch (movement) {
  case Movement::None:
    return std::nullopt;
  case Movement::Splat:
    return import(source, {});
  case Movement::Cast:
    return type ? std::optional(import(source, indices)) : std::nullopt;
  case Movement::Prefix: {
    // The first elements of each dimension keep their indices. A leaf would
    // lose its extents, so only what is made from x is looked through.
    auto isAll = [&](StringRef name, int64_t value) {
      auto attribute = op->getAttrOfType<DenseI64ArrayAttr>(name);
      return attribute && llvm::all_of(attribute.asArrayRef(),
                                       [&](int64_t i) { return i == value; });
    };
    if (!type || static_cast<size_t>(type.getRank()) != indices.size() ||
        !isAll("static_offsets", 0) || !isAll("static_strides", 1) ||
        !dependsOnX(source))
      return std::nullopt;
    return import(source, indices);
  }
  case Movement::Extract: {
    if (!type || type.getNumElements() != 1)
      return std::nullopt;
    return import(source, IndexTuple(type.getRank(), unitIndex));
  }
  case Movement::Dim: {
    IntegerAttr dimension;
    if (!type || !matchPattern(op->getOperand(1), m_Constant(&dimension)) ||
        dimension.getInt() < 0 || dimension.getInt() >= type.getRank())
      return std::nullopt;
    return extentOf(source, dimension.getInt());
  }
  case Movement::Expand: {
    auto resultType = dyn_cast<RankedTensorType>(op->getResult(0).getType());
    SmallVector<SmallVector<int64_t>> groups = getGroups(op);
    if (!type || !resultType ||
        static_cast<int64_t>(groups.size()) != type.getRank())
      return std::nullopt;
    IndexTuple at;
    for (ArrayRef<int64_t> group : groups) {
      std::optional<int64_t> dim = onlyLongDimension(resultType, group);
      // guard: reshape-splits-dimension
      if (!dim) {
        refuse("reshape-splits-dimension",
               "a reshape splits a dimension between x and the root");
        return std::nullopt;
      }
      at.push_back(*dim < 0 ? unitIndex : indices[*dim]);
    }
    return import(source, at);
  }
  case Movement::Collapse: {
    SmallVector<SmallVector<int64_t>> groups = getGroups(op);
    if (!type || groups.size() != indices.size())
      return std::nullopt;
    IndexTuple at(type.getRank(), unitIndex);
    for (auto [group, index] : llvm::zip(groups, indices)) {
      std::optional<int64_t> dim = onlyLongDimension(type, group);
      // guard: reshape-merges-dimensions
      if (!dim) {
        refuse("reshape-merges-dimensions",
               "a reshape merges dimensions between x and the root");
        return std::nullopt;
      }
      if (*dim >= 0)
        at[*dim] = index;
    }
    return import(source, at);
  }
  }
  llvm_unreachable("unknown movement");
}

//===----------------------------------------------------------------------===//
// Extents
//===----------------------------------------------------------------------===//

std::optional<std::pair<Value, unsigned>>
Importer::getLoopOperand(linalg::LinalgOp op, unsigned loop) {
  // All operands that follow the loop agree about its extent. A static one
  // says most; then one that leads to x; then the first.
  std::optional<std::pair<Value, unsigned>> first, towardsX;
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    auto type = dyn_cast<RankedTensorType>(operand.get().getType());
    if (!type)
      continue;
    for (auto [position, expr] : llvm::enumerate(map.getResults())) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (!dim || dim.getPosition() != loop)
        continue;
      std::pair<Value, unsigned> found(operand.get(), position);
      if (!type.isDynamicDim(position))
        return found;
      if (!first)
        first = found;
      if (!towardsX && dependsOnX(operand.get()))
        towardsX = found;
    }
  }
  return towardsX ? towardsX : first;
}

Polynomial Importer::loopExtent(linalg::LinalgOp op, unsigned loop) {
  std::optional<std::pair<Value, unsigned>> operand = getLoopOperand(op, loop);
  return operand ? extentOf(operand->first, operand->second)
                 : algebra.apply("extent", {});
}

Polynomial Importer::extentOf(Value value, unsigned dimension) {
  for (unsigned step = 0; step < 64; ++step) {
    auto type = cast<RankedTensorType>(value.getType());
    if (!type.isDynamicDim(dimension))
      return algebra.constant(type.getDimSize(dimension));
    Operation *op = value.getDefiningOp();
    if (!op || value == xValue)
      break;
    if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
      OpOperand *init =
          linalgOp.getDpsInitOperand(cast<OpResult>(value).getResultNumber());
      AffineMap map = linalgOp.getMatchingIndexingMap(init);
      auto dim = dyn_cast<AffineDimExpr>(map.getResult(dimension));
      if (!dim)
        break;
      std::optional<std::pair<Value, unsigned>> next =
          getLoopOperand(linalgOp, dim.getPosition());
      if (!next)
        break;
      value = next->first;
      dimension = next->second;
      continue;
    }
    Movement movement = lookupMovement(op->getName().getStringRef());
    if (movement == Movement::Cast &&
        isa<RankedTensorType>(op->getOperand(0).getType())) {
      value = op->getOperand(0);
      continue;
    }
    if (movement == Movement::Expand || movement == Movement::Collapse) {
      bool expands = movement == Movement::Expand;
      Value source = op->getOperand(0);
      auto long_ = expands ? type : cast<RankedTensorType>(source.getType());
      bool found = false;
      for (auto [low, group] : llvm::enumerate(getGroups(op))) {
        bool inGroup =
            expands ? llvm::is_contained(group, dimension) : low == dimension;
        std::optional<int64_t> dim = onlyLongDimension(long_, group);
        if (!inGroup || !dim || *dim < 0)
          continue;
        value = source;
        dimension = expands ? low : *dim;
        found = true;
        break;
      }
      if (found)
        continue;
      break;
    }
    if (op->getName().getStringRef() == "tensor.empty") {
      unsigned position = 0;
      for (unsigned i = 0; i < dimension; ++i)
        position += type.isDynamicDim(i);
      if (position < op->getNumOperands())
        return import(op->getOperand(position), {});
      break;
    }
    if (!op->hasTrait<OpTrait::Elementwise>())
      break;
    value = op->getOperand(0);
  }
  if (std::optional<unsigned> equal = findEqualDimensionOfX(value, dimension))
    return algebra.extent(x, *equal);
  return algebra.extent(symbolOf(value), dimension);
}

std::optional<unsigned> Importer::findEqualDimensionOfX(Value value,
                                                        unsigned dimension) {
  if (value == xValue)
    return std::nullopt;
  // A few users are enough: what matters is read together with x.
  unsigned steps = 0;
  for (Operation *user : value.getUsers()) {
    auto op = dyn_cast<linalg::LinalgOp>(user);
    // An op of a branch that is not taken proves nothing.
    if (++steps > 8 || !op || op->getBlock() != xValue.getParentBlock())
      continue;
    std::optional<unsigned> loop;
    std::optional<AffineMap> xMap;
    for (OpOperand &operand : op->getOpOperands()) {
      AffineMap map = op.getMatchingIndexingMap(&operand);
      if (operand.get() == value)
        if (auto dim = dyn_cast<AffineDimExpr>(map.getResult(dimension)))
          loop = dim.getPosition();
      if (operand.get() == xValue)
        xMap = map;
    }
    if (!loop || !xMap)
      continue;
    AffineExpr dim = getAffineDimExpr(*loop, op->getContext());
    if (std::optional<unsigned> position = xMap->getResultPosition(dim))
      return position;
  }
  return std::nullopt;
}
