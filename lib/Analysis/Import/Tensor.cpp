//===- Tensor.cpp - The tensor dialect ------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elements.h"

#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

/// The only dimension of `group` whose extent is not one; unitDim if all are
/// one, nullopt if there are several.
static std::optional<int64_t> onlyLongDimension(RankedTensorType type,
                                                ArrayRef<int64_t> group) {
  int64_t result = unitDim;
  for (int64_t dim : group) {
    if (dim < 0 || dim >= type.getRank())
      return std::nullopt;
    if (type.getDimSize(dim) == 1)
      continue;
    if (result != unitDim)
      return std::nullopt;
    result = dim;
  }
  return result;
}

/// The dimensions that meet in a reshape with a reassociation attribute: each
/// group of one side is one dimension of the other.
static std::optional<DimMap> reassociated(Operation *op) {
  auto groups = op->getAttrOfType<ArrayAttr>("reassociation");
  RankedTensorType from = getTensorType(op->getOperand(0));
  RankedTensorType to = getTensorType(op->getResult(0));
  if (!groups || !from || !to)
    return std::nullopt;
  bool expands = to.getRank() > from.getRank();
  RankedTensorType low = expands ? from : to, high = expands ? to : from;
  if (static_cast<int64_t>(groups.size()) != low.getRank())
    return std::nullopt;
  DimMap map(from.getRank(), unitDim);
  for (auto [dim, group] : llvm::enumerate(groups)) {
    std::optional<SmallVector<int64_t>> dims = getInts(group);
    std::optional<int64_t> other =
        dims ? onlyLongDimension(high, *dims) : std::nullopt;
    if (!other)
      return std::nullopt;
    if (expands)
      map[dim] = *other;
    else if (*other >= 0)
      map[*other] = dim;
  }
  return map;
}

/// The first elements of each dimension keep their indices. A leaf would lose
/// its extents, so only what is made from x is looked through.
static Result prefix(OpReader &r) {
  auto isAll = [&](StringRef name, int64_t value) {
    auto attribute = r.op->getAttrOfType<DenseI64ArrayAttr>(name);
    return attribute && llvm::all_of(attribute.asArrayRef(),
                                     [&](int64_t i) { return i == value; });
  };
  RankedTensorType type = getTensorType(r.op->getOperand(0));
  if (!type || static_cast<size_t>(type.getRank()) != r.indices.size() ||
      !isAll("static_offsets", 0) || !isAll("static_strides", 1) ||
      !r.importer.dependsOnX(r.op->getOperand(0)))
    return std::nullopt;
  return r.operand(0, r.indices);
}

/// One value as one of another type; others put several together.
static std::optional<DimMap> converted(Operation *op) {
  bool isOne =
      op->getNumOperands() == 1 && op->getNumResults() == 1 &&
      getElementType(op->getOperand(0)) == getElementType(op->getResult(0));
  return isOne ? dims::identity(op) : std::nullopt;
}

static Result splat(OpReader &r) { return r.operand(0); }

static Result extract(OpReader &r) {
  RankedTensorType type = getTensorType(r.op->getOperand(0));
  if (!type || !type.hasStaticShape() || type.getNumElements() != 1)
    return std::nullopt;
  return r.operand(0, IndexTuple(type.getRank(), unitIndex));
}

static Result extent(OpReader &r) {
  RankedTensorType type = getTensorType(r.op->getOperand(0));
  std::optional<int64_t> dim = getInt(r.op->getOperand(1));
  if (!type || !dim || *dim < 0 || *dim >= type.getRank())
    return std::nullopt;
  return r.importer.extentOf(r.op->getOperand(0), *dim);
}

void norm::addTensorRows(OpTable &t) {
  t.reshape("tensor.expand_shape", reassociated);
  t.reshape("tensor.collapse_shape", reassociated);
  t.movement("tensor.cast", dims::identity);
  t.movement("tensor.extract_slice", prefix);
  t.movement("tensor.splat", splat);
  t.movement("tensor.extract", extract);
  t.scalar("tensor.dim", extent);
  t.movement("builtin.unrealized_conversion_cast", converted);
}
