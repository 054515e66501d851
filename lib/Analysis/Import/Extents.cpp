//===- Extents.cpp - How far dimensions run -------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpReader.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

/// How many ops an extent is followed through.
static constexpr unsigned maxExtentSteps = 64;

bool Importer::isExtentOfX(Value value, unsigned dimension) {
  Polynomial extent = extentOf(value, dimension);
  if (extent.terms.size() != 1)
    return false;
  return llvm::all_of(extent.terms[0].factors, [&](const Factor &factor) {
    return factor.atom->kind == Atom::Kind::Extent && factor.atom->symbol == x;
  });
}

std::optional<std::pair<Value, unsigned>>
Importer::getLoopOperand(linalg::LinalgOp op, unsigned loop) {
  // All operands that follow the loop agree about its extent. A static one
  // says most; then one that leads to x; then the first.
  std::optional<std::pair<Value, unsigned>> first;
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
      if (isExtentOfX(found.first, found.second))
        return found;
      if (!first)
        first = found;
    }
  }
  return first;
}

Polynomial Importer::loopExtent(linalg::LinalgOp op, unsigned loop) {
  std::optional<std::pair<Value, unsigned>> operand = getLoopOperand(op, loop);
  return operand ? extentOf(operand->first, operand->second)
                 : algebra.apply("extent", {});
}

std::optional<Importer::ExtentSource>
Importer::getLinalgExtent(linalg::LinalgOp op, unsigned result,
                          unsigned dimension) {
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(result));
  auto dim = dyn_cast<AffineDimExpr>(map.getResult(dimension));
  if (!dim)
    return std::nullopt;
  auto operand = getLoopOperand(op, dim.getPosition());
  if (!operand)
    return std::nullopt;
  return ExtentSource{operand->first, operand->second};
}

/// The operand that gives element `position` of a list of extents.
static Value getListElement(Value list, unsigned position) {
  Operation *op = list.getDefiningOp();
  if (!op)
    return {};
  StringRef name = op->getName().getStringRef();
  bool isList = name == "torch.prim.ListConstruct" ||
                name == "tensor.from_elements" ||
                name == "stablehlo.concatenate" || name == "onnx.Concat" ||
                name == "mhlo.concatenate";
  bool areNumbers = llvm::all_of(op->getOperandTypes(), [](Type type) {
    RankedTensorType tensor = getTensorType(type);
    return !tensor || (tensor.hasStaticShape() && tensor.getNumElements() == 1);
  });
  return isList && areNumbers && position < op->getNumOperands()
             ? op->getOperand(position)
             : Value();
}

std::optional<Importer::ExtentSource>
Importer::getExtentSource(Value value, unsigned dimension) {
  Operation *op = value.getDefiningOp();
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return getLinalgExtent(linalgOp, cast<OpResult>(value).getResultNumber(),
                           dimension);
  RankedTensorType type = getTensorType(value);
  StringRef name = op->getName().getStringRef();
  if (name == "tensor.empty" || name == "tensor.splat") {
    unsigned position = name == "tensor.splat";
    for (unsigned i = 0; i < dimension; ++i)
      position += type.isDynamicDim(i);
    if (position < op->getNumOperands())
      return ExtentSource{op->getOperand(position), std::nullopt};
    return std::nullopt;
  }
  const OpRow *row = view.lookup(op);
  auto operandType = [&](unsigned i) {
    return getTensorType(op->getOperand(i));
  };
  // What only moves its operand has its extents, whatever is said about them.
  if (row && row->dims && !row->stretches && op->getNumOperands() &&
      operandType(0)) {
    std::optional<DimMap> map = row->dims(op);
    if (map && static_cast<int64_t>(map->size()) == operandType(0).getRank())
      for (auto [dim, to] : llvm::enumerate(*map))
        if (to == static_cast<int64_t>(dimension))
          return ExtentSource{op->getOperand(0), static_cast<unsigned>(dim)};
  }
  if (row && row->shapeOperand >= 0 &&
      static_cast<unsigned>(row->shapeOperand) < op->getNumOperands())
    if (Value size =
            getListElement(op->getOperand(row->shapeOperand), dimension);
        size && getInt(size).value_or(1) >= 0)
      return ExtentSource{size, std::nullopt};
  // The results of a norm are of the shape of x, but for unit dimensions.
  if (row && row->kind == OpClass::Norm && op->getNumOperands() &&
      operandType(0) && operandType(0).getRank() == type.getRank())
    return ExtentSource{op->getOperand(0), dimension};
  if (row && row->extent)
    if (auto source = row->extent(op, dimension))
      return ExtentSource{op->getOperand(source->first), source->second};
  bool isBroadcast = row && row->kind == OpClass::Broadcasting;
  bool isElementwise = row ? row->kind == OpClass::Elementwise
                           : op->hasTrait<OpTrait::Elementwise>();
  if (isBroadcast ? !broadcastsTrailing(op) : !isElementwise)
    return std::nullopt;
  // A broadcast has the extent of those operands that have not one; if their
  // extents are dynamic, they must be the same.
  std::optional<ExtentSource> source;
  std::optional<Polynomial> extent;
  auto read = row ? row->getRead(op) : op->getOperands();
  for (auto [i, operand] : llvm::enumerate(read)) {
    RankedTensorType other = operandType(i);
    if (!other || other.getRank() == 0)
      continue;
    int64_t dim =
        static_cast<int64_t>(dimension) + other.getRank() - type.getRank();
    if (dim < 0 || dim >= other.getRank() || other.getDimSize(dim) == 1)
      continue;
    ExtentSource candidate{operand, static_cast<unsigned>(dim)};
    if (!other.isDynamicDim(dim))
      return candidate;
    // All operands of the same shape say the same.
    if (isElementwise) {
      if (isExtentOfX(operand, dim))
        return candidate;
      if (!source)
        source = candidate;
      continue;
    }
    Polynomial own = extentOf(operand, dim);
    if (extent && !algebra.agree(*extent, own))
      return std::nullopt;
    extent = own;
    source = candidate;
  }
  return source;
}

/// The dimensions that have the extents of those of x because x is made from
/// them, element by element.
void Importer::traceExtentsOfX() {
  RankedTensorType xType = getTensorType(xValue);
  tracedX = true;
  if (!xType || xType.hasStaticShape())
    return;
  SmallVector<std::pair<Value, unsigned>> worklist;
  auto add = [&](Value value, unsigned dimension, unsigned ofX) {
    RankedTensorType type = getTensorType(value);
    if (type && type.isDynamicDim(dimension) &&
        extentsOfX.try_emplace({value, dimension}, ofX).second)
      worklist.push_back({value, dimension});
  };
  for (unsigned dim = 0; dim < xType.getRank(); ++dim)
    add(xValue, dim, dim);
  for (unsigned i = 0; i < worklist.size() && i < maxExtentSteps; ++i) {
    auto [value, dimension] = worklist[i];
    unsigned ofX = extentsOfX.lookup(worklist[i]);
    Operation *op = value.getDefiningOp();
    if (!op)
      continue;
    if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
      if (!linalgOp.hasPureTensorSemantics())
        continue;
      AffineExpr loop = linalgOp
                            .getMatchingIndexingMap(linalgOp.getDpsInitOperand(
                                cast<OpResult>(value).getResultNumber()))
                            .getResult(dimension);
      for (OpOperand &operand : op->getOpOperands()) {
        AffineMap map = linalgOp.getMatchingIndexingMap(&operand);
        std::optional<unsigned> at = map.getResultPosition(loop);
        if (at && isa<AffineDimExpr>(loop))
          add(operand.get(), *at, ofX);
      }
      continue;
    }
    const OpRow *row = view.lookup(op);
    bool isElementwise = row ? row->kind == OpClass::Elementwise
                             : op->hasTrait<OpTrait::Elementwise>();
    if (isElementwise) {
      for (Value operand : row ? row->getRead(op) : op->getOperands())
        if (RankedTensorType type = getTensorType(operand);
            type && type.getRank() == getTensorType(value).getRank())
          add(operand, dimension, ofX);
    } else if (auto source = getExtentSource(value, dimension);
               source && source->dimension) {
      add(source->value, *source->dimension, ofX);
    }
  }
  if (savedStatistics)
    traceEqualExtents(std::move(worklist));
  // What was traced on the way did not know of x.
  extents.clear();
}

Polynomial Importer::extentOf(Value value, unsigned dimension) {
  RankedTensorType type = getTensorType(value);
  if (!type.isDynamicDim(dimension))
    return algebra.constant(type.getDimSize(dimension));
  auto key = std::pair(framed(value), dimension);
  auto known = extents.find(key);
  if (known != extents.end())
    return known->second;
  Polynomial result = traceExtent(value, dimension);
  extents.try_emplace(key, result);
  return result;
}

Polynomial Importer::traceExtent(Value value, unsigned dimension) {
  if (Value operand = getCallOperand(value)) {
    llvm::SaveAndRestore scope(frame, frames[frame].parent);
    return extentOf(operand, dimension);
  }
  if (frame == 0) {
    if (!tracedX)
      traceExtentsOfX();
    auto equal = extentsOfX.find({value, dimension});
    if (equal != extentsOfX.end())
      return algebra.extent(x, equal->second);
  }
  Operation *op = value.getDefiningOp();
  if (op && extentDepth < maxExtentSteps) {
    llvm::SaveAndRestore deeper(extentDepth, extentDepth + 1);
    if (std::optional<unsigned> inner = enterCall(op)) {
      llvm::SaveAndRestore scope(frame, *inner);
      Value returned = frames[*inner].body->back().getOperand(
          cast<OpResult>(value).getResultNumber());
      if (returned.getType() == value.getType())
        return extentOf(returned, dimension);
    } else if (auto source = getExtentSource(value, dimension)) {
      if (source->dimension)
        return extentOf(source->value, *source->dimension);
      RankedTensorType type = getTensorType(source->value);
      return import(source->value,
                    IndexTuple(type ? type.getRank() : 0, unitIndex));
    }
  }
  if (frame == 0)
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
    // An op of a branch that is not taken proves nothing.
    if (++steps > 8 || user->getBlock() != xValue.getParentBlock())
      continue;
    const OpRow *row = view.lookup(user);
    if (row && row->kind == OpClass::Elementwise &&
        getTensorType(value).getRank() == getTensorType(xValue).getRank() &&
        llvm::is_contained(row->getRead(user), value) &&
        llvm::is_contained(row->getRead(user), xValue))
      return dimension;
    auto op = dyn_cast<linalg::LinalgOp>(user);
    if (!op)
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
