//===- RowKernel.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowKernel.h"

#include "rmsnorm/Analysis/RowPhases/RowPhases.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

unsigned norm::getElementBytes(MemRefType type) {
  Type element = type.getElementType();
  return element.isIndex() ? 8
                           : std::max(1u, element.getIntOrFloatBitWidth() / 8);
}

Value norm::createByteCount(OpBuilder &builder, Location loc, Value memref) {
  Value bytes = arith::ConstantIndexOp::create(
      builder, loc, getElementBytes(cast<MemRefType>(memref.getType())));
  for (OpFoldResult size : memref::getMixedSizes(builder, loc, memref))
    bytes = builder.createOrFold<arith::MulIOp>(
        loc, bytes, getValueOrCreateConstantIndexOp(builder, loc, size));
  return bytes;
}

//===----------------------------------------------------------------------===//
// Merging dimensions
//===----------------------------------------------------------------------===//

static AffineMap getMap(RowwiseOp op, unsigned operand) {
  return cast<AffineMapAttr>(op.getIndexingMaps()[operand]).getValue();
}

/// True when domain dimension `dim + 1` is contiguous with those from `first`
/// to `dim`, which are merged, in every operand that follows them. Two that are
/// neighbours do not suffice: one of extent 1 goes with all others.
static bool isMergeable(RowwiseOp op, unsigned first, unsigned dim) {
  if (op.isAxis(dim) != op.isAxis(dim + 1))
    return false;
  for (auto [index, operand] : llvm::enumerate(op.getOperands())) {
    AffineMap map = getMap(op, index);
    if (map.isFunctionOfDim(dim) != map.isFunctionOfDim(dim + 1))
      return false;
    auto type = dyn_cast<MemRefType>(operand.getType());
    if (!type || !map.isFunctionOfDim(dim))
      continue;
    // Results are in increasing order, so they are neighbours.
    SmallVector<ReassociationIndices> groups;
    for (auto [position, expr] : llvm::enumerate(map.getResults())) {
      unsigned of = cast<AffineDimExpr>(expr).getPosition();
      if (of > first && of <= dim + 1)
        groups.back().push_back(position);
      else
        groups.push_back({static_cast<int64_t>(position)});
    }
    if (!memref::CollapseShapeOp::isGuaranteedCollapsible(type, groups))
      return false;
  }
  return true;
}

RowKernel RowKernel::create(OpBuilder &builder, RowwiseOp op) {
  Location loc = op.getLoc();
  RowKernel kernel;

  // merged[d] is the dimension that domain dimension d becomes part of.
  SmallVector<unsigned> merged;
  unsigned rank = 0, first = 0;
  for (unsigned dim = 0; dim < op.getDomainRank(); ++dim) {
    if (dim == 0 || !isMergeable(op, first, dim - 1)) {
      first = dim;
      (op.isAxis(dim) ? kernel.axes : kernel.grid).push_back(rank);
      ++rank;
    }
    merged.push_back(rank - 1);
  }

  for (auto [index, operand] : llvm::enumerate(op.getOperands())) {
    SmallVector<ReassociationIndices> groups;
    SmallVector<int64_t> dims;
    for (auto [position, expr] :
         llvm::enumerate(getMap(op, index).getResults())) {
      unsigned dim = merged[cast<AffineDimExpr>(expr).getPosition()];
      if (dims.empty() || dims.back() != dim) {
        dims.push_back(dim);
        groups.emplace_back();
      }
      groups.back().push_back(position);
    }
    Value value = operand;
    auto type = dyn_cast<MemRefType>(operand.getType());
    if (type && groups.size() < static_cast<size_t>(type.getRank()))
      value = memref::CollapseShapeOp::create(builder, loc, operand, groups);
    bool input = index < op.getInputs().size();
    (input ? kernel.inputs : kernel.inits).push_back(value);
    (input ? kernel.inputMaps : kernel.initMaps)
        .push_back(getDimsMap(op.getContext(), rank, dims));
  }
  for (unsigned index = 0; index < kernel.inits.size(); ++index)
    kernel.accumulated.push_back(op.isAccumulated(index));

  // A static extent known to any operand is better than a dynamic one.
  kernel.extents.resize(rank);
  auto visit = [&](Value operand, AffineMap map) {
    auto type = dyn_cast<MemRefType>(operand.getType());
    if (!type)
      return;
    for (auto [position, expr] : llvm::enumerate(map.getResults())) {
      OpFoldResult &extent =
          kernel.extents[cast<AffineDimExpr>(expr).getPosition()];
      if (!type.isDynamicDim(position))
        extent = builder.getIndexAttr(type.getDimSize(position));
      else if (!extent)
        extent = builder.createOrFold<memref::DimOp>(loc, operand, position);
    }
  };
  for (auto [operand, map] : llvm::zip_equal(kernel.inputs, kernel.inputMaps))
    visit(operand, map);
  for (auto [operand, map] : llvm::zip_equal(kernel.inits, kernel.initMaps))
    visit(operand, map);
  return kernel;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

/// True when a vector of this type lies in memory as its elements do. Vectors
/// of narrower integers are packed, memrefs of them are not.
static bool isByteSized(Type element) {
  if (element.isIndex())
    return true;
  unsigned width = element.getIntOrFloatBitWidth();
  return width >= 8 && width <= 64 && llvm::isPowerOf2_32(width);
}

bool RowKernel::isContiguousAlong(unsigned dim) const {
  auto contiguous = [&](Value operand, AffineMap map) {
    auto type = dyn_cast<MemRefType>(operand.getType());
    if (!type || !map.isFunctionOfDim(dim))
      return true;
    auto last = cast<AffineDimExpr>(map.getResults().back());
    return last.getPosition() == dim && type.isLastDimUnitStride() &&
           isByteSized(type.getElementType());
  };
  return llvm::all_of(
             llvm::zip_equal(inputs, inputMaps),
             [&](auto pair) { return std::apply(contiguous, pair); }) &&
         llvm::all_of(llvm::zip_equal(inits, initMaps),
                      [&](auto pair) { return std::apply(contiguous, pair); });
}

unsigned norm::getWidestValue(const RowPhases &phases, Block &program) {
  unsigned widest = 8;
  auto visit = [&](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type || !phases.isLive(value))
      return;
    Type element = type.getElementType();
    widest = std::max(widest,
                      element.isIndex() ? 64 : element.getIntOrFloatBitWidth());
  };
  for (Value argument : program.getArguments())
    visit(argument);
  for (Operation &op : program)
    for (Value result : op.getResults())
      visit(result);
  return widest;
}

//===----------------------------------------------------------------------===//
// Preconditions and phases
//===----------------------------------------------------------------------===//

LogicalResult norm::checkLowerable(RowwiseOp op) {
  if (!op.hasPureBufferSemantics())
    return op.emitOpError("is on tensors; bufferize it first");
  for (auto [number, operand] : llvm::enumerate(op.getOperands()))
    if (auto type = dyn_cast<MemRefType>(operand.getType()))
      if (!type.isStrided())
        return op.emitOpError() << "operand #" << number << " is " << type
                                << ", whose layout is not strided";
  if (Operation *constant =
          RowPhases::findNonSplatConstant(*op.getRowProgram()))
    return constant->emitOpError(
        "is a row of different constants; pass it as an input");
  return success();
}

RowPhases norm::storeEarly(const RowPhases &phases, Block &program,
                           const RowKernel &kernel,
                           function_ref<bool(unsigned)> isCandidate) {
  SmallVector<unsigned> results;
  for (auto [number, map] : llvm::enumerate(kernel.initMaps))
    if (!kernel.accumulated[number] &&
        map.isFunctionOfDim(kernel.getInnerAxis()) && isCandidate(number) &&
        phases.canBeEarly(program, number))
      results.push_back(number);
  // Without a grid nothing tells rows from what all of them share.
  if (results.empty() || kernel.grid.empty())
    return phases;
  RowPhases early(program, results);
  auto readsNoRow = [&](const RowSweep &sweep) {
    return llvm::all_of(sweep.inputs, [&](unsigned input) {
      return llvm::none_of(kernel.grid, [&](unsigned dim) {
        return kernel.inputMaps[input].isFunctionOfDim(dim);
      });
    });
  };
  bool isGood = false;
  for (const RowPhase &phase : llvm::drop_begin(early.getPhases())) {
    if (!llvm::all_of(phase.sweeps, readsNoRow))
      return phases;
    isGood |= llvm::any_of(phase.sweeps, [](const RowSweep &sweep) {
      return !sweep.reloads.empty();
    });
  }
  return isGood ? early : phases;
}
