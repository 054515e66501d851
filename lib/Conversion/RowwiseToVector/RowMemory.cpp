//===- RowMemory.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loads and stores.
//
//===----------------------------------------------------------------------===//

#include "RowEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

SmallVector<Value> RowEmitter::indices(AffineMap map) {
  SmallVector<Value> result;
  for (AffineExpr expr : map.getResults())
    result.push_back(position[cast<AffineDimExpr>(expr).getPosition()]);
  return result;
}

Value RowEmitter::loadLanes(Value memref, AffineMap map, Value mask) {
  Type element = getElementTypeOrSelf(memref.getType());
  VectorType type = lanes.getStepType(element);
  if (!mask)
    return vector::LoadOp::create(b, loc, type, memref, indices(map));
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  return vector::MaskedLoadOp::create(b, loc, type, memref, indices(map), mask,
                                      zero);
}

void RowEmitter::storeLanes(Value value, Value memref, AffineMap map,
                            Value mask, bool isNontemporal) {
  // One lane is stored as what it is. LLVM 22 for x86 does so too, but forgets
  // that the store may be of fewer bits than the lane has.
  if (auto constant = mask ? mask.getDefiningOp<vector::ConstantMaskOp>()
                           : vector::ConstantMaskOp();
      constant && constant.getMaskDimSizes() == ArrayRef<int64_t>{1}) {
    Value lane = vector::ExtractOp::create(b, loc, value, 0);
    memref::StoreOp::create(b, loc, lane, memref, indices(map));
    return;
  }
  if (mask)
    vector::MaskedStoreOp::create(b, loc, memref, indices(map), mask, value);
  else if (isNontemporal)
    vector::StoreOp::create(b, loc, value, memref, indices(map),
                            /*nontemporal=*/true,
                            llvm::MaybeAlign(nontemporal->alignment));
  else
    vector::StoreOp::create(b, loc, value, memref, indices(map));
}

Value RowEmitter::load(Value operand, AffineMap map, Value argument,
                       Value mask) {
  Value source = operand;
  if (isa<MemRefType>(source.getType())) {
    if (lanes.areIn(map))
      return loadLanes(source, map, mask);
    source = memref::LoadOp::create(b, loc, source, indices(map));
  }
  return broadcast(source, convert(argument.getType()));
}

void RowEmitter::loadStep(Value operand, AffineMap map, Value argument,
                          const StepMask &mask, ArrayRef<IRMapping *> vectors) {
  Value all = load(operand, map, argument, mask.whole);
  if (vectors.size() == 1 || !lanes.areIn(map)) {
    for (IRMapping *own : vectors)
      own->map(argument, all);
    return;
  }
  // Two bf16 are 32 bits, the first in the low half; an f32 has its bf16 in the
  // high half.
  Type element = getElementTypeOrSelf(argument.getType());
  auto isWidened = [](Operation *user) {
    return isa<arith::ExtFOp>(user) &&
           getElementTypeOrSelf(user->getResult(0).getType()).isF32();
  };
  if (element.isBF16() && llvm::any_of(argument.getUsers(), isWidened)) {
    auto integers = VectorType::get({lanes.count}, b.getI32Type());
    auto floats = VectorType::get({lanes.count}, b.getF32Type());
    auto constant = [&](uint32_t value) -> Value {
      return arith::ConstantOp::create(
          b, loc, DenseElementsAttr::get(integers, APInt(32, value)));
    };
    Value pairs = vector::BitCastOp::create(b, loc, integers, all);
    Value halves[] = {
        arith::ShLIOp::create(b, loc, pairs, constant(16)),
        arith::AndIOp::create(b, loc, pairs, constant(0xffff0000))};
    for (auto [own, half] : llvm::zip_equal(vectors, halves)) {
      Value wide = arith::BitcastOp::create(b, loc, floats, half);
      for (Operation *user : argument.getUsers())
        if (isWidened(user))
          own->map(user->getResult(0), wide);
    }
    // What is read back is not stored again, unless it is yielded twice.
    bool isDone =
        argument.getDefiningOp() &&
        llvm::count(program.getTerminator()->getOperands(), argument) == 1;
    if (llvm::all_of(argument.getUsers(), [&](Operation *user) {
          return isWidened(user) || (isDone && user == program.getTerminator());
        }))
      return;
  }
  auto split = vector::DeinterleaveOp::create(b, loc, toInteger(all));
  vectors[0]->map(argument, fromInteger(split.getRes1(), element));
  vectors[1]->map(argument, fromInteger(split.getRes2(), element));
}

Value RowEmitter::join(ArrayRef<Value> vectors) {
  if (vectors.size() == 1)
    return vectors.front();
  Value joined = vector::InterleaveOp::create(b, loc, toInteger(vectors[0]),
                                              toInteger(vectors[1]));
  return fromInteger(joined, getElementTypeOrSelf(vectors[0].getType()));
}

Value RowEmitter::toInteger(Value vector) {
  auto type = cast<VectorType>(vector.getType());
  if (type.getElementTypeBitWidth() != 16 || type.getElementType().isInteger())
    return vector;
  return arith::BitcastOp::create(b, loc, type.clone(b.getI16Type()), vector);
}

Value RowEmitter::fromInteger(Value vector, Type element) {
  auto type = cast<VectorType>(vector.getType());
  if (type.getElementType() == element)
    return vector;
  return arith::BitcastOp::create(b, loc, type.clone(element), vector);
}

void RowEmitter::accumulate(unsigned init, ArrayRef<Value> values, Value mask) {
  Value memref = kernel.inits[init];
  AffineMap map = kernel.initMaps[init];
  if (lanes.areIn(map)) {
    Value sum = loadLanes(memref, map, mask);
    for (Value value : values)
      sum = arith::AddFOp::create(b, loc, sum, value);
    storeLanes(sum, memref, map, mask);
    return;
  }
  Value sum = memref::LoadOp::create(b, loc, memref, indices(map));
  for (Value value : values) {
    if (!isa<VectorType>(value.getType())) {
      sum = arith::AddFOp::create(b, loc, sum, value);
      continue;
    }
    // Lanes are rows: they are added in their order.
    if (mask) {
      Value zero =
          arith::ConstantOp::create(b, loc, b.getZeroAttr(value.getType()));
      value = arith::SelectOp::create(b, loc, mask, value, zero);
    }
    sum = vector::ReductionOp::create(b, loc, vector::CombiningKind::ADD, value,
                                      sum);
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
    int64_t bytes = stepSize() * getElementBytes(type);
    if (bytes * which % cacheLineBytes != 0)
      continue;
    position[dim] = b.createOrFold<arith::AddIOp>(loc, row, index(1));
    memref::PrefetchOp::create(b, loc, source, indices(map), /*isWrite=*/false,
                               /*localityHint=*/3, /*isDataCache=*/true);
  }
  position[dim] = row;
}
