//===- RowEmitter.cpp ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Values, memory and the order of phases. The loops are in RowSweeps.cpp.
//
//===----------------------------------------------------------------------===//

#include "RowEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Type RowEmitter::convert(Type type) {
  Type element = getElementTypeOrSelf(type);
  bool isVector = lanes.kind == Lanes::Kind::Rows ||
                  (lanesAreElements() && isa<RankedTensorType>(type));
  return isVector ? VectorType::get({lanes.count}, element) : element;
}

Value RowEmitter::index(int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

Value RowEmitter::rowSize() {
  Value size = index(1);
  for (unsigned axis : kernel.axes)
    size = b.createOrFold<arith::MulIOp>(
        loc, size,
        getValueOrCreateConstantIndexOp(b, loc, kernel.extents[axis]));
  return size;
}

Value RowEmitter::broadcast(Value value, Type type) {
  if (value.getType() == type)
    return value;
  return vector::BroadcastOp::create(b, loc, type, value);
}

void RowEmitter::allowContraction(Operation *op) {
  if (!options.contract ||
      !isa<arith::AddFOp, arith::SubFOp, arith::MulFOp>(op))
    return;
  auto fast = cast<arith::ArithFastMathInterface>(op);
  arith::FastMathFlags flags = fast.getFastMathFlagsAttr().getValue();
  op->setAttr(fast.getFastMathAttrName(),
              arith::FastMathFlagsAttr::get(
                  op->getContext(), flags | arith::FastMathFlags::contract));
}

void RowEmitter::evaluate(Operation *op, IRMapping &values) {
  if (auto splat = dyn_cast<tensor::SplatOp>(op)) {
    values.map(splat.getResult(), broadcast(values.lookup(splat.getInput()),
                                            convert(splat.getType())));
    return;
  }
  if (isa<tensor::DimOp>(op)) {
    Value result = op->getResult(0);
    values.map(result, broadcast(rowSize(), convert(result.getType())));
    return;
  }
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    TypedAttr value = constant.getValue();
    Type type = convert(constant.getType());
    if (type != constant.getType()) {
      if (auto splat = dyn_cast<SplatElementsAttr>(value))
        value = cast<TypedAttr>(splat.getSplatValue<Attribute>());
      if (auto vector = dyn_cast<VectorType>(type))
        value = DenseElementsAttr::get(vector, Attribute(value));
    }
    values.map(constant.getResult(),
               arith::ConstantOp::create(b, op->getLoc(), value));
    return;
  }
  // Elementwise ops mean the same on scalars, tensors and vectors.
  Operation *clone = b.clone(*op, values);
  allowContraction(clone);
  for (OpResult result : clone->getResults())
    result.setType(convert(result.getType()));
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

SmallVector<Value> RowEmitter::indices(AffineMap map) {
  SmallVector<Value> result;
  for (AffineExpr expr : map.getResults())
    result.push_back(position[cast<AffineDimExpr>(expr).getPosition()]);
  return result;
}

Value RowEmitter::loadLanes(Value memref, AffineMap map, Value mask) {
  Type element = getElementTypeOrSelf(memref.getType());
  auto type = VectorType::get({lanes.count}, element);
  if (!mask)
    return vector::LoadOp::create(b, loc, type, memref, indices(map));
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  return vector::MaskedLoadOp::create(b, loc, type, memref, indices(map), mask,
                                      zero);
}

void RowEmitter::storeLanes(Value value, Value memref, AffineMap map,
                            Value mask, bool isNontemporal) {
  if (mask)
    vector::MaskedStoreOp::create(b, loc, memref, indices(map), mask, value);
  else
    vector::StoreOp::create(b, loc, value, memref, indices(map), isNontemporal,
                            isNontemporal
                                ? llvm::MaybeAlign(nontemporal->alignment)
                                : llvm::MaybeAlign());
}

Value RowEmitter::load(unsigned input, Value mask) {
  Value source = kernel.inputs[input];
  AffineMap map = kernel.inputMaps[input];
  if (isa<MemRefType>(source.getType())) {
    if (lanes.areIn(map))
      return loadLanes(source, map, mask);
    source = memref::LoadOp::create(b, loc, source, indices(map));
  }
  return broadcast(source, convert(program.getArgument(input).getType()));
}

void RowEmitter::accumulate(unsigned init, Value value, Value mask) {
  Value memref = kernel.inits[init];
  AffineMap map = kernel.initMaps[init];
  if (lanes.areIn(map)) {
    Value old = loadLanes(memref, map, mask);
    Value sum = arith::AddFOp::create(b, loc, old, value);
    storeLanes(sum, memref, map, mask);
    return;
  }
  Value old = memref::LoadOp::create(b, loc, memref, indices(map));
  Value sum;
  if (isa<VectorType>(value.getType())) {
    // Lanes are rows: they are added in their order.
    if (mask) {
      Value zero =
          arith::ConstantOp::create(b, loc, b.getZeroAttr(value.getType()));
      value = arith::SelectOp::create(b, loc, mask, value, zero);
    }
    sum = vector::ReductionOp::create(b, loc, vector::CombiningKind::ADD, value,
                                      old);
  } else {
    sum = arith::AddFOp::create(b, loc, old, value);
  }
  memref::StoreOp::create(b, loc, sum, memref, indices(map));
}

void RowEmitter::store(unsigned init, Value value, Value mask) {
  if (kernel.accumulated[init])
    return accumulate(init, value, mask);
  Value memref = kernel.inits[init];
  AffineMap map = kernel.initMaps[init];
  if (lanes.areIn(map))
    storeLanes(value, memref, map, mask,
               nontemporal && llvm::is_contained(nontemporal->inits, init));
  else
    memref::StoreOp::create(b, loc, value, memref, indices(map));
}

void RowEmitter::prefetchNextRow(unsigned which) {
  if (!lanesAreElements() || kernel.grid.empty())
    return;
  unsigned dim = kernel.grid.back();
  Value row = position[dim];
  for (auto [source, map] : llvm::zip_equal(kernel.inputs, kernel.inputMaps)) {
    auto type = dyn_cast<MemRefType>(source.getType());
    if (!type || !map.isFunctionOfDim(dim) || !lanes.areIn(map))
      continue;
    // One for each line.
    int64_t bytes =
        std::max<int64_t>(1, lanes.count * type.getElementTypeBitWidth() / 8);
    if (bytes * which % cacheLineBytes != 0)
      continue;
    position[dim] = b.createOrFold<arith::AddIOp>(loc, row, index(1));
    memref::PrefetchOp::create(b, loc, source, indices(map), /*isWrite=*/false,
                               /*localityHint=*/3, /*isDataCache=*/true);
  }
  position[dim] = row;
}

//===----------------------------------------------------------------------===//
// The row
//===----------------------------------------------------------------------===//

void RowEmitter::emitRow(ArrayRef<Value> at, Value mask) {
  position = llvm::to_vector(at);
  rowMask = mask;
  uniform = IRMapping();
  for (BlockArgument argument : program.getArguments())
    if (!phases.isVarying(argument) && phases.isLive(argument))
      uniform.map(argument, load(argument.getArgNumber(), mask));
  for (Operation *op : phases.getPrologue())
    evaluate(op, uniform);
  for (const RowPhase &phase : phases.getPhases()) {
    for (const RowSweep &sweep : phase.sweeps)
      emitSweep(sweep);
    for (Operation *op : phase.uniformOps)
      evaluate(op, uniform);
  }
  // Scalars are stored last: a destination may share the buffer of an input.
  for (auto [init, value] :
       llvm::enumerate(program.getTerminator()->getOperands()))
    if (!isa<RankedTensorType>(value.getType()))
      store(init, uniform.lookup(value), mask);
}
