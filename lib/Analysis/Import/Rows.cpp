//===- Rows.cpp - Reading ops by the table --------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpReader.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

bool norm::broadcastsTrailing(Operation *op) {
  Attribute attribute = op->getAttr("broadcast_dimensions");
  if (!attribute)
    return true;
  std::optional<SmallVector<int64_t>> dims = getInts(attribute);
  RankedTensorType type = op->getNumResults() ? getTensorType(op->getResult(0))
                                              : RankedTensorType();
  if (!dims || !type)
    return false;
  int64_t next = type.getRank() - static_cast<int64_t>(dims->size());
  return llvm::all_of(*dims, [&](int64_t dim) { return dim == next++; });
}

std::optional<Polynomial> Importer::readRow(const OpRow &row, Operation *op,
                                            unsigned result,
                                            ArrayRef<Index> indices) {
  switch (row.kind) {
  case OpClass::Constant:
    return readConstant(op);
  case OpClass::Elementwise:
  case OpClass::Broadcasting: {
    if (row.kind == OpClass::Broadcasting && !broadcastsTrailing(op))
      return std::nullopt;
    unsigned number = 0;
    return readElementwise(
        op, [&](Value) { return readOperand(&row, op, number++, indices); });
  }
  case OpClass::Movement:
  case OpClass::Reduction:
    if (row.dims)
      return readMapped(row, op, result, indices);
    [[fallthrough]];
  case OpClass::Norm:
  case OpClass::Scalar:
  case OpClass::Metadata: {
    if (!row.read)
      return std::nullopt;
    OpReader reader(*this, op, result, indices);
    std::optional<Polynomial> value = row.read(reader);
    if (value && row.kind == OpClass::Norm)
      addRounding(*value, op->getResult(result));
    return value;
  }
  }
  llvm_unreachable("a class of op without results");
}

std::optional<Polynomial> Importer::readOperand(const OpRow *row, Operation *op,
                                                unsigned number,
                                                ArrayRef<Index> indices) {
  Value operand = op->getOperand(number);
  RankedTensorType type = getTensorType(operand);
  if (!type || type.getRank() == 0)
    return import(operand, {});
  int64_t rank = type.getRank(), all = indices.size();
  bool isBroadcast = row && row->kind == OpClass::Broadcasting;
  if (rank > all || (rank < all && !isBroadcast))
    return std::nullopt;
  // A dynamic extent may be one, and then be stretched.
  if (isBroadcast)
    for (int64_t dim = 0; dim < rank; ++dim) {
      if (!type.isDynamicDim(dim))
        continue;
      Value result = op->getResult(0);
      // guard: broadcast-extent
      if (!algebra.agree(extentOf(operand, dim),
                         extentOf(result, dim + all - rank))) {
        refuse("broadcast-extent",
               "an op between x and the root may stretch dimension " +
                   Twine(dim) + " of an operand: its extent is not known");
        return std::nullopt;
      }
    }
  return import(operand, indices.take_back(rank));
}

std::optional<DimMap> Importer::matchReshape(Value source, Value result) {
  RankedTensorType from = getTensorType(source), to = getTensorType(result);
  DimMap map;
  int64_t next = 0;
  auto skipUnits = [&] {
    while (next < to.getRank() && to.getDimSize(next) == 1)
      ++next;
  };
  for (int64_t dim = 0; dim < from.getRank(); ++dim) {
    if (from.getDimSize(dim) == 1) {
      map.push_back(unitDim);
      continue;
    }
    skipUnits();
    if (next >= to.getRank() ||
        !algebra.agree(extentOf(source, dim), extentOf(result, next)))
      return std::nullopt;
    map.push_back(next++);
  }
  skipUnits();
  return next == to.getRank() ? std::optional(map) : std::nullopt;
}

std::optional<Polynomial> Importer::readMapped(const OpRow &row, Operation *op,
                                               unsigned result,
                                               ArrayRef<Index> indices) {
  unsigned number = row.isPerResult ? result : 0;
  if (number >= op->getNumOperands())
    return std::nullopt;
  Value source = op->getOperand(number);
  RankedTensorType type = getTensorType(source);
  RankedTensorType resultType = getTensorType(op->getResult(result));
  if (!type || !resultType)
    return std::nullopt;
  std::optional<DimMap> dims = row.dims(op);
  if (!dims && row.shapeOperand >= 0 && !row.stretches)
    dims = matchReshape(source, op->getResult(result));
  if (!dims && row.isReshape)
    if (std::optional<Polynomial> value = readRegrouped(op, indices))
      return value;
  if (!dims) {
    bool splits = resultType.getRank() > type.getRank();
    // guard: reshape-splits-dimension
    if (row.kind == OpClass::Movement && splits)
      refuse("reshape-splits-dimension",
             "a reshape splits a dimension between x and the root");
    // guard: reshape-merges-dimensions
    if (row.kind == OpClass::Movement && !splits)
      refuse("reshape-merges-dimensions",
             "a reshape merges dimensions between x and the root");
    return std::nullopt;
  }
  if (static_cast<int64_t>(dims->size()) != type.getRank())
    return std::nullopt;

  // Ops that are not registered are not verified either.
  IndexTuple at;
  SmallVector<int64_t> axes;
  for (auto [dim, to] : llvm::enumerate(*dims)) {
    int64_t extent = type.getDimSize(dim);
    if (to == reducedDim)
      axes.push_back(dim);
    if (to < 0) {
      at.push_back(unitIndex);
      continue;
    }
    if (to >= resultType.getRank())
      return std::nullopt;
    int64_t resultExtent = resultType.getDimSize(to);
    if (extent != resultExtent && extent != 1 &&
        !ShapedType::isDynamic(extent) && !ShapedType::isDynamic(resultExtent))
      return std::nullopt;
    // guard: broadcast-extent
    if (row.stretches && ShapedType::isDynamic(extent) &&
        !algebra.agree(extentOf(source, dim),
                       extentOf(op->getResult(result), to))) {
      refuse("broadcast-extent",
             "a broadcast between x and the root may "
             "stretch a dimension: its extent is not known");
      return std::nullopt;
    }
    at.push_back(extent == 1 ? unitIndex : indices[to]);
  }
  if (row.kind == OpClass::Movement)
    return import(source, at);

  OpReader reader(*this, op, result, indices);
  std::optional<Row> over = reader.rowOf(number, at, axes);
  if (!over)
    return std::nullopt;
  reader.row = *over;
  std::optional<Polynomial> value = row.combine(reader, over->element);
  if (!value)
    return std::nullopt;
  auto element = dyn_cast<FloatType>(resultType.getElementType());
  // guard: integer-types
  if (!element || !isNormElement(element))
    return std::nullopt;
  if (!accumulator || accumulator.getWidth() < element.getWidth())
    accumulator = element;
  for (const Monomial &term : over->element.terms)
    for (const Factor &factor : term.factors)
      centredSum |= factor.atom->kind == Atom::Kind::Sum;
  addRounding(*value, op->getResult(result));
  return value;
}
