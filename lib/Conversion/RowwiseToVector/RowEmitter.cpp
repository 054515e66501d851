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
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
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
  return isVector ? lanes.getType(element) : element;
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
  // LLVM has integers of every width on every target, scalable ones too.
  Type element = value.getType();
  if (lanes.scalable && (element.isF16() || element.isBF16())) {
    value = arith::BitcastOp::create(b, loc, b.getI16Type(), value);
    auto integers = cast<VectorType>(type).clone(b.getI16Type());
    value = vector::BroadcastOp::create(b, loc, integers, value);
    return fromInteger(value, element);
  }
  return vector::BroadcastOp::create(b, loc, type, value);
}

/// A product of f32 or f64 that has one use.
static arith::MulFOp getProduct(Value value) {
  auto product = value.getDefiningOp<arith::MulFOp>();
  Type element = getElementTypeOrSelf(value.getType());
  bool isWide = element.isF32() || element.isF64();
  return product && isWide && value.hasOneUse() ? product : nullptr;
}

Value RowEmitter::fuseProduct(Location loc, Value lhs, Value rhs,
                              bool subtracts, IRMapping &values) {
  if (!options.contract)
    return {};
  auto negate = [&](Value value) -> Value {
    return subtracts ? arith::NegFOp::create(b, loc, value).getResult() : value;
  };
  if (auto product = getProduct(lhs))
    return LLVM::FMulAddOp::create(b, loc, values.lookup(product.getLhs()),
                                   values.lookup(product.getRhs()),
                                   negate(values.lookup(rhs)));
  if (auto product = getProduct(rhs))
    return LLVM::FMulAddOp::create(
        b, loc, negate(values.lookup(product.getLhs())),
        values.lookup(product.getRhs()), values.lookup(lhs));
  return {};
}

Value RowEmitter::roundToInteger(Operation *op, IRMapping &values) {
  auto toInteger = dyn_cast<arith::FPToSIOp>(op);
  auto round = toInteger ? toInteger.getIn().getDefiningOp<math::RoundEvenOp>()
                         : nullptr;
  if (!round || !getElementTypeOrSelf(round.getType()).isF32())
    return {};
  Type type = convert(toInteger.getType());
  unsigned width = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  if (width > 32)
    return {};
  Type i32 = b.getI32Type();
  if (auto vector = dyn_cast<VectorType>(type))
    i32 = vector.clone(i32);
  Value integer = LLVM::LrintOp::create(b, op->getLoc(), i32,
                                        values.lookup(round.getOperand()));
  return width == 32 ? integer
                     : arith::TruncIOp::create(b, op->getLoc(), type, integer);
}

void RowEmitter::evaluate(ArrayRef<Operation *> ops, RowValues &values) {
  for (Operation *op : ops)
    for (auto [number, own] : llvm::enumerate(values)) {
      if (own.contains(op->getResult(0)))
        continue; // came with the load
      if (number == 0 || !shared.contains(op->getResult(0))) {
        evaluate(op, own);
        continue;
      }
      for (Value result : op->getResults())
        own.map(result, values.front().lookup(result));
    }
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
  if (isa<arith::AddFOp, arith::SubFOp>(op))
    if (Value fused =
            fuseProduct(op->getLoc(), op->getOperand(0), op->getOperand(1),
                        isa<arith::SubFOp>(op), values)) {
      values.map(op->getResult(0), fused);
      return;
    }
  if (Value rounded = roundToInteger(op, values)) {
    values.map(op->getResult(0), rounded);
    return;
  }
  // Elementwise ops mean the same on scalars, tensors and vectors.
  Operation *clone = b.clone(*op, values);
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
    auto isStored = [&](Operation *user) {
      return user == program.getTerminator() &&
             argument.getDefiningOp() != nullptr;
    };
    // What is read back is not stored again.
    if (llvm::all_of(argument.getUsers(), [&](Operation *user) {
          return isWidened(user) || isStored(user);
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
        std::max<int64_t>(1, stepSize() * type.getElementTypeBitWidth() / 8);
    if (bytes * which % cacheLineBytes != 0)
      continue;
    position[dim] = b.createOrFold<arith::AddIOp>(loc, row, index(1));
    memref::PrefetchOp::create(b, loc, source, indices(map), /*isWrite=*/false,
                               /*localityHint=*/3, /*isDataCache=*/true);
  }
  position[dim] = row;
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

RowEmitter::RowEmitter(OpBuilder &builder, Location loc, Block &program,
                       const RowPhases &phases, const RowKernel &kernel,
                       const Lanes &lanes,
                       const RowwiseToVectorOptions &options)
    : b(builder), loc(loc), program(program), phases(phases), kernel(kernel),
      lanes(lanes), options(options) {
  findShared();
  findCarried();
  if (lanes.scalable && lanesAreElements())
    scalableStep = lanes.getCount(b, loc);
}

void RowEmitter::findShared() {
  if (kernel.grid.empty())
    return;
  unsigned dim = kernel.grid.back();
  for (auto [argument, map] :
       llvm::zip(program.getArguments(), kernel.inputMaps))
    if (!map.isFunctionOfDim(dim))
      shared.insert(argument);
  for (Operation &op : program.without_terminator())
    if (!isa<ReduceOp>(op) &&
        llvm::all_of(op.getOperands(), [&](Value operand) {
          return shared.contains(operand) || isa<tensor::DimOp>(op);
        }))
      shared.insert(op.result_begin(), op.result_end());
}

void RowEmitter::findCarried() {
  if (phases.getPhases().empty())
    return;
  const RowPhase &last = phases.getPhases().back();
  const RowSweep &sweep = last.sweeps.back();
  auto isBehind = [&](Operation *op) {
    return op == program.getTerminator() || llvm::is_contained(sweep.ops, op) ||
           llvm::is_contained(last.uniformOps, op);
  };
  auto visit = [&](Value value) {
    if (!phases.isVarying(value) && phases.isLive(value) &&
        llvm::any_of(value.getUsers(), isBehind))
      carried.push_back(value);
  };
  llvm::for_each(program.getArguments(), visit);
  for (Operation &op : program.without_terminator())
    if (!op.hasTrait<OpTrait::ConstantLike>() &&
        !llvm::is_contained(sweep.reductions, &op) &&
        !llvm::is_contained(last.uniformOps, &op))
      llvm::for_each(op.getResults(), visit);
}

RowBlock RowEmitter::getRows(ArrayRef<Value> first, unsigned count,
                             Value mask) {
  rowMask = mask;
  RowBlock rows(count);
  for (auto [number, row] : llvm::enumerate(rows)) {
    row.position = llvm::to_vector(first);
    if (number > 0) {
      Value &own = row.position[kernel.grid.back()];
      own = b.createOrFold<arith::AddIOp>(loc, own, index(number));
    }
  }
  return rows;
}

void RowEmitter::evaluateUniform(ArrayRef<Operation *> ops, RowBlock &rows) {
  for (Operation *op : ops)
    for (RowState &row : rows) {
      position = row.position;
      evaluate(op, row.uniform);
    }
}

void RowEmitter::emitPrologue(RowBlock &rows) {
  for (RowState &row : rows) {
    position = row.position;
    for (BlockArgument argument : program.getArguments())
      if (!phases.isVarying(argument) && phases.isLive(argument))
        row.uniform.map(argument,
                        load(kernel.inputs[argument.getArgNumber()],
                             kernel.inputMaps[argument.getArgNumber()],
                             argument, rowMask));
  }
  evaluateUniform(phases.getPrologue(), rows);
}

void RowEmitter::emitScalarStores(RowBlock &rows) {
  // Scalars are stored last: a destination may share the buffer of an input.
  for (auto [init, value] :
       llvm::enumerate(program.getTerminator()->getOperands())) {
    if (isa<RankedTensorType>(value.getType()))
      continue;
    for (RowState &row : rows) {
      position = row.position;
      Value own = row.uniform.lookup(value);
      if (kernel.accumulated[init])
        accumulate(init, own, rowMask);
      else
        store(init, own, rowMask);
    }
  }
}

void RowEmitter::emitRows(RowBlock &rows) {
  emitFront(rows);
  emitBack(rows);
}

void RowEmitter::emitFront(RowBlock &rows) {
  emitPrologue(rows);
  for (const RowPhase &phase : phases.getPhases()) {
    bool isLast = &phase == &phases.getPhases().back();
    for (const RowSweep &sweep : ArrayRef(phase.sweeps).drop_back(isLast))
      emitSweep(sweep, rows);
    if (!isLast)
      evaluateUniform(phase.uniformOps, rows);
  }
}

void RowEmitter::emitBack(RowBlock &rows) {
  if (!phases.getPhases().empty()) {
    const RowPhase &last = phases.getPhases().back();
    emitSweep(last.sweeps.back(), rows);
    evaluateUniform(last.uniformOps, rows);
  }
  emitScalarStores(rows);
}

bool RowEmitter::canOverlap() const {
  // A sweep over a part of the row has other loops.
  ArrayRef<RowPhase> all = phases.getPhases();
  return all.size() > 1 && all.front().sweeps.size() == 1 &&
         !all.front().sweeps.front().first && !all.back().sweeps.back().first;
}

void RowEmitter::emitOverlap(RowBlock &back, RowBlock &front) {
  ArrayRef<RowPhase> all = phases.getPhases();
  emitPrologue(front);
  Track tracks[] = {createTrack(all.front().sweeps.front(), front),
                    createTrack(all.back().sweeps.back(), back)};
  emitTracks(tracks);
  evaluateUniform(all.back().uniformOps, back);
  emitScalarStores(back);
  evaluateUniform(all.front().uniformOps, front);
  for (const RowPhase &phase : all.drop_front()) {
    bool isLast = &phase == &all.back();
    for (const RowSweep &sweep : ArrayRef(phase.sweeps).drop_back(isLast))
      emitSweep(sweep, front);
    if (!isLast)
      evaluateUniform(phase.uniformOps, front);
  }
}

SmallVector<Value> RowEmitter::getCarried(const RowBlock &rows) const {
  SmallVector<Value> values;
  for (const RowState &row : rows)
    for (Value value : carried)
      values.push_back(row.uniform.lookup(value));
  return values;
}

void RowEmitter::setCarried(RowBlock &rows, ValueRange values) {
  for (Operation *op : phases.getPrologue())
    if (op->hasTrait<OpTrait::ConstantLike>())
      evaluateUniform(op, rows);
  for (RowState &row : rows)
    for (Value value : carried) {
      row.uniform.map(value, values.front());
      values = values.drop_front();
    }
}
