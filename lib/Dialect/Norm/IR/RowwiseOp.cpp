//===- RowwiseOp.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// norm.rowwise: its verifiers, effects and shapes.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Domain queries
//===----------------------------------------------------------------------===//

unsigned RowwiseOp::getDomainRank() {
  return cast<AffineMapAttr>(getIndexingMaps()[0]).getValue().getNumDims();
}

SmallVector<unsigned> RowwiseOp::getGridDims() {
  SmallVector<unsigned> dims;
  for (unsigned dim = 0, rank = getDomainRank(); dim < rank; ++dim)
    if (!isAxis(dim))
      dims.push_back(dim);
  return dims;
}

SmallVector<int64_t> RowwiseOp::getStaticDomain() {
  SmallVector<int64_t> domain(getDomainRank(), ShapedType::kDynamic);
  for (auto [operand, attribute] :
       llvm::zip_equal(getOperands(), getIndexingMaps())) {
    auto type = dyn_cast<ShapedType>(operand.getType());
    if (!type)
      continue;
    AffineMap map = cast<AffineMapAttr>(attribute).getValue();
    for (auto [index, expr] : llvm::enumerate(map.getResults())) {
      int64_t size = type.getDimSize(index);
      if (!ShapedType::isDynamic(size))
        domain[cast<AffineDimExpr>(expr).getPosition()] = size;
    }
  }
  return domain;
}

int64_t RowwiseOp::getStaticRowSize() {
  SmallVector<int64_t> domain = getStaticDomain();
  int64_t size = 1;
  for (int64_t axis : getAxes()) {
    if (ShapedType::isDynamic(domain[axis]))
      return ShapedType::kDynamic;
    size *= domain[axis];
  }
  return size;
}

bool RowwiseOp::hasAxes(AffineMap map) {
  return llvm::any_of(getAxes(),
                      [&](int64_t axis) { return map.isFunctionOfDim(axis); });
}

bool RowwiseOp::isAccumulated(unsigned index) {
  AffineMap map = getInitMap(index);
  return llvm::any_of(getGridDims(),
                      [&](unsigned dim) { return !map.isFunctionOfDim(dim); });
}

void RowwiseOp::eraseInput(unsigned index) {
  SmallVector<Attribute> maps(getIndexingMaps().getValue());
  maps.erase(maps.begin() + index);
  getRowProgram()->eraseArgument(index);
  getInputsMutable().erase(index);
  setIndexingMapsAttr(ArrayAttr::get(getContext(), maps));
}

//===----------------------------------------------------------------------===//
// Building and verification
//===----------------------------------------------------------------------===//

/// The type of an operand's block argument or yielded value.
static Type getRowValueType(RowwiseOp op, Type operand, AffineMap map) {
  Type element = getElementTypeOrSelf(operand);
  if (op.hasAxes(map))
    return RankedTensorType::get({op.getStaticRowSize()}, element);
  return element;
}

void RowwiseOp::build(OpBuilder &builder, OperationState &state,
                      ValueRange inputs, ValueRange inits,
                      ArrayRef<int64_t> axes, ArrayRef<AffineMap> maps) {
  SmallVector<Type> results;
  for (Value init : inits)
    if (isa<RankedTensorType>(init.getType()))
      results.push_back(init.getType());
  build(builder, state, results, inputs, inits, axes,
        builder.getAffineMapArrayAttr(maps));

  // The static row size needs the op's queries, so it is read off the state.
  SmallVector<int64_t> domain(maps[0].getNumDims(), ShapedType::kDynamic);
  SmallVector<Value> operands(inputs);
  llvm::append_range(operands, inits);
  for (auto [operand, map] : llvm::zip_equal(operands, maps))
    if (auto type = dyn_cast<ShapedType>(operand.getType()))
      for (auto [index, expr] : llvm::enumerate(map.getResults()))
        if (!type.isDynamicDim(index))
          domain[cast<AffineDimExpr>(expr).getPosition()] =
              type.getDimSize(index);
  int64_t rowSize = 1;
  for (int64_t axis : axes)
    rowSize =
        ShapedType::isDynamic(rowSize) || ShapedType::isDynamic(domain[axis])
            ? ShapedType::kDynamic
            : rowSize * domain[axis];

  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(state.regions[0].get());
  for (auto [input, map] : llvm::zip(inputs, maps)) {
    Type type = getElementTypeOrSelf(input);
    AffineMap inputMap = map;
    if (llvm::any_of(
            axes, [&](int64_t axis) { return inputMap.isFunctionOfDim(axis); }))
      type = RankedTensorType::get({rowSize}, type);
    block->addArgument(type, input.getLoc());
  }
}

static LogicalResult verifyMap(RowwiseOp op, const Twine &name, AffineMap map,
                               Type operand) {
  if (map.getNumDims() != op.getDomainRank())
    return op.emitOpError()
           << name << ": its map has " << map.getNumDims()
           << " dimensions, but the domain has " << op.getDomainRank();
  if (map.getNumSymbols() != 0 || !map.isProjectedPermutation())
    return op.emitOpError()
           << name << ": its map must be a projected "
           << "permutation, but is " << AffineMapAttr::get(map);
  int64_t previous = -1;
  for (AffineExpr expr : map.getResults()) {
    int64_t dim = cast<AffineDimExpr>(expr).getPosition();
    if (dim < previous)
      return op.emitOpError()
             << name << ": its map must name dimensions in "
             << "increasing order, but is " << AffineMapAttr::get(map);
    previous = dim;
  }
  int64_t rank = 0;
  if (auto shaped = dyn_cast<ShapedType>(operand)) {
    if (!shaped.hasRank() || !isa<RankedTensorType, MemRefType>(shaped))
      return op.emitOpError() << name << " must be a ranked tensor, a memref "
                              << "or a scalar, but is " << operand;
    rank = shaped.getRank();
  }
  if (rank != map.getNumResults())
    return op.emitOpError()
           << name << " has rank " << rank << ", but its map has "
           << map.getNumResults() << " results";
  unsigned axes = llvm::count_if(
      op.getAxes(), [&](int64_t axis) { return map.isFunctionOfDim(axis); });
  if (axes != 0 && axes != op.getAxes().size())
    return op.emitOpError()
           << name << " follows " << axes << " of the " << op.getAxes().size()
           << " axes: it must follow all or none";
  Type element = getElementTypeOrSelf(operand);
  if (!element.isIntOrIndexOrFloat())
    return op.emitOpError() << name << " must have integer or float elements, "
                            << "but is " << operand;
  if (auto tensor = dyn_cast<RankedTensorType>(operand);
      tensor && tensor.getEncoding())
    return op.emitOpError() << name << " must be dense, but is " << operand;
  return success();
}

/// The extents that the operands give the domain agree, and there is one for
/// each dimension.
static LogicalResult verifyDomain(RowwiseOp op) {
  SmallVector<int64_t> domain(op.getDomainRank(), ShapedType::kDynamic);
  SmallVector<bool> covered(op.getDomainRank(), false);
  for (auto [number, operand, attribute] :
       llvm::enumerate(op.getOperands(), op.getIndexingMaps())) {
    auto type = dyn_cast<ShapedType>(operand.getType());
    if (!type)
      continue;
    AffineMap map = cast<AffineMapAttr>(attribute).getValue();
    for (auto [index, expr] : llvm::enumerate(map.getResults())) {
      unsigned dim = cast<AffineDimExpr>(expr).getPosition();
      covered[dim] = true;
      int64_t size = type.getDimSize(index);
      if (ShapedType::isDynamic(size))
        continue;
      if (!ShapedType::isDynamic(domain[dim]) && domain[dim] != size)
        return op.emitOpError() << "operand #" << number << " has extent "
                                << size << " in domain dimension " << dim
                                << ", but another has " << domain[dim];
      domain[dim] = size;
    }
  }
  for (auto [dim, known] : llvm::enumerate(covered))
    if (!known)
      return op.emitOpError() << "no operand gives the extent of domain "
                              << "dimension " << dim;
  int64_t size = 1;
  for (int64_t axis : op.getAxes())
    if (!ShapedType::isDynamic(domain[axis]) &&
        llvm::MulOverflow(size, domain[axis], size))
      return op.emitOpError("has more elements in a row than 64 bits count");
  return success();
}

LogicalResult RowwiseOp::verify() {
  if (getInits().empty())
    return emitOpError("needs at least one destination");
  if (getIndexingMaps().size() != getNumOperands())
    return emitOpError() << "has " << getIndexingMaps().size() << " maps for "
                         << getNumOperands() << " operands";
  int64_t rank = getDomainRank();
  if (getAxes().empty())
    return emitOpError("'axes' is empty: there is no row");
  int64_t previous = -1;
  for (int64_t axis : getAxes()) {
    if (axis <= previous || axis >= rank)
      return emitOpError() << "'axes' must be strictly increasing and within "
                           << "the domain of rank " << rank;
    previous = axis;
  }
  for (auto [index, input] : llvm::enumerate(getInputs()))
    if (failed(verifyMap(*this, "input #" + Twine(index), getInputMap(index),
                         input.getType())))
      return failure();
  unsigned tensors = 0;
  for (auto [index, init] : llvm::enumerate(getInits())) {
    if (failed(verifyMap(*this, "destination #" + Twine(index),
                         getInitMap(index), init.getType())))
      return failure();
    if (isAccumulated(index) &&
        !isa<FloatType>(getElementTypeOrSelf(init.getType())))
      return emitOpError() << "destination #" << index
                           << " is accumulated and must have float elements, "
                           << "but is " << init.getType();
    tensors += isa<RankedTensorType>(init.getType());
  }
  if (tensors != 0 && tensors != getInits().size())
    return emitOpError("mixes tensor and memref destinations");
  for (auto [index, input] : llvm::enumerate(getInputs()))
    if (auto shaped = dyn_cast<ShapedType>(input.getType()))
      if (isa<RankedTensorType>(shaped) != (tensors != 0))
        return emitOpError() << "input #" << index << " is "
                             << (tensors ? "a memref, but the destinations "
                                           "are tensors"
                                         : "a tensor, but the destinations "
                                           "are memrefs");
  return verifyDomain(*this);
}

/// True for the ops that a row program may hold.
static bool isRowProgramOp(Operation &op) {
  if (isa<ReduceOp, YieldOp, tensor::SplatOp, tensor::DimOp>(op))
    return true;
  return op.getNumRegions() == 0 &&
         isa_and_nonnull<arith::ArithDialect, math::MathDialect>(
             op.getDialect());
}

LogicalResult RowwiseOp::verifyRegions() {
  Block &block = getBody().front();
  if (block.getNumArguments() != getInputs().size())
    return emitOpError() << "the row program has " << block.getNumArguments()
                         << " arguments, but there are " << getInputs().size()
                         << " inputs";
  for (auto [index, argument] : llvm::enumerate(block.getArguments())) {
    Type want = getRowValueType(*this, getInputs()[index].getType(),
                                getInputMap(index));
    if (argument.getType() != want)
      return emitOpError() << "argument #" << index << " of the row program is "
                           << argument.getType() << ", but its input needs "
                           << want;
  }
  for (Operation &op : block) {
    if (!isRowProgramOp(op))
      return op.emitOpError("is not allowed in a row program");
    for (Type type : op.getResultTypes()) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      if (isa<ShapedType>(type) && !tensor)
        return op.emitOpError() << "has a result of type " << type
                                << "; a row program holds 1-D tensors and "
                                << "scalars";
      if (tensor &&
          (tensor.getRank() != 1 || tensor.getDimSize(0) != getStaticRowSize()))
        return op.emitOpError() << "has a result of type " << tensor
                                << ", which is not a row of the domain";
    }
  }
  // Every other terminator was refused above.
  auto yield = cast<YieldOp>(block.getTerminator());
  if (yield.getNumOperands() != getInits().size())
    return yield.emitOpError()
           << "yields " << yield.getNumOperands() << " values, but there are "
           << getInits().size() << " destinations";
  for (auto [index, value] : llvm::enumerate(yield.getOperands())) {
    Type want =
        getRowValueType(*this, getInits()[index].getType(), getInitMap(index));
    if (value.getType() != want)
      return yield.emitOpError()
             << "value #" << index << " is " << value.getType()
             << ", but its destination needs " << want;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Interfaces
//===----------------------------------------------------------------------===//

void RowwiseOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  for (OpOperand &operand : getInputsMutable())
    if (isa<MemRefType>(operand.get().getType()))
      effects.emplace_back(MemoryEffects::Read::get(), &operand,
                           SideEffects::DefaultResource::get());
  for (auto [index, operand] : llvm::enumerate(getInitsMutable())) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    if (isAccumulated(index))
      effects.emplace_back(MemoryEffects::Read::get(), &operand,
                           SideEffects::DefaultResource::get());
    effects.emplace_back(MemoryEffects::Write::get(), &operand,
                         SideEffects::DefaultResource::get());
  }
}

Speculation::Speculatability RowwiseOp::getSpeculatability() {
  // On tensors nothing can trap but the body's integer divisions.
  if (!hasPureTensorSemantics())
    return Speculation::NotSpeculatable;
  return llvm::all_of(*getRowProgram(),
                      [](Operation &op) {
                        return isa<YieldOp>(op) || isSpeculatable(&op);
                      })
             ? Speculation::Speculatable
             : Speculation::NotSpeculatable;
}

LogicalResult
RowwiseOp::reifyResultShapes(OpBuilder &builder,
                             ReifiedRankedShapedTypeDims &shapes) {
  if (!hasPureTensorSemantics())
    return failure();
  for (Value init : getInits())
    shapes.push_back(tensor::getMixedSizes(builder, getLoc(), init));
  return success();
}
