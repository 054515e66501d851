//===- LinalgOps.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluation of linalg, through LinalgOp: iterator types, indexing maps and a
// scalar body. The body is decoded once and run for every point of the
// iteration space, in the order of the loops that the op stands for.
//
//===----------------------------------------------------------------------===//

#include "Engine.h"

#include "mlir/Analysis/FlatLinearValueConstraints.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm::reference;

namespace {
/// A body, decoded to instructions on registers. Registers 0 to the number of
/// block arguments are those.
class Body {
public:
  LogicalResult decode(Engine &engine, linalg::LinalgOp op);
  LogicalResult run(ArrayRef<int64_t> indices);

  std::vector<Number> registers;
  SmallVector<unsigned> yields;

  /// When the body adds something to output `k` and does nothing else with
  /// it, the register of that something: a sum whose order is free.
  SmallVector<std::optional<unsigned>> addends;

private:
  struct Instruction {
    ScalarOp scalar;
    SmallVector<unsigned, 3> operands;
    unsigned result = 0;
    /// linalg.index: the dimension. tensor.extract: the array.
    int64_t dim = -1;
    ArrayPtr array;
    Operation *op = nullptr;
  };

  unsigned allocate(Value value) {
    registerOf[value] = registers.size();
    registers.emplace_back();
    return registers.size() - 1;
  }
  /// The register of an operand; outer scalars are loaded into one.
  unsigned use(Engine &engine, Value value);
  LogicalResult decode(Engine &engine, Operation &op);
  void findSums(linalg::LinalgOp op);

  DenseMap<Value, unsigned> registerOf;
  std::vector<Instruction> instructions;
  SmallVector<Number> scratch;
};

/// How one operand is indexed by the loops: its element offset is linear.
struct Access {
  int64_t start = 0;
  SmallVector<int64_t> strides;

  int64_t offset(ArrayRef<int64_t> indices) const {
    return start + dot(indices, strides);
  }
};
} // namespace

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

unsigned Body::use(Engine &engine, Value value) {
  auto known = registerOf.find(value);
  if (known != registerOf.end())
    return known->second;
  unsigned index = allocate(value);
  registers[index] = engine.getScalar(value);
  return index;
}

LogicalResult Body::decode(Engine &engine, Operation &op) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    FailureOr<Array> value = fromAttribute(constant.getValue());
    if (failed(value) || !value->shape.empty())
      return op.emitOpError("is a constant that the reference interpreter "
                            "cannot read in a linalg body");
    boundLiterals(*value, engine.mode);
    registers[allocate(constant.getResult())] = value->elements[0];
    return success();
  }
  Instruction instruction;
  instruction.op = &op;
  ValueRange operands = op.getOperands();
  if (auto index = dyn_cast<linalg::IndexOp>(op)) {
    instruction.dim = index.getDim();
  } else if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    if (!engine.has(extract.getTensor()))
      return op.emitOpError("reads a tensor made inside of a linalg body");
    instruction.array = engine.get(extract.getTensor());
    operands = extract.getIndices();
  } else if (std::optional<ScalarOp> scalar = getScalarOp(&op, engine.mode);
             scalar && !isa<ShapedType>(op.getResult(0).getType())) {
    instruction.scalar = *scalar;
  } else {
    return op.emitOpError("is not known to the reference interpreter in a "
                          "linalg body, with these types");
  }
  for (Value operand : operands)
    instruction.operands.push_back(use(engine, operand));
  instruction.result = allocate(op.getResult(0));
  instructions.push_back(std::move(instruction));
  return success();
}

LogicalResult Body::decode(Engine &engine, linalg::LinalgOp op) {
  Block *block = op.getBlock();
  for (BlockArgument argument : block->getArguments()) {
    if (!isSupportedElementType(argument.getType()))
      return op->emitOpError() << "has elements of " << argument.getType()
                               << ", which the reference interpreter does not "
                               << "know";
    allocate(argument);
  }
  for (Operation &inner : block->without_terminator())
    if (failed(decode(engine, inner)))
      return failure();
  for (Value operand : block->getTerminator()->getOperands())
    yields.push_back(use(engine, operand));
  findSums(op);
  return success();
}

void Body::findSums(linalg::LinalgOp op) {
  addends.resize(yields.size());
  Block *block = op.getBlock();
  for (auto [index, yielded] :
       llvm::enumerate(block->getTerminator()->getOperands())) {
    unsigned position = op.getNumDpsInputs() + index;
    if (position >= block->getNumArguments())
      continue;
    BlockArgument out = block->getArgument(position);
    auto add = yielded.getDefiningOp<arith::AddFOp>();
    // No pass reorders sums in 16 bits or less: statistics are never computed
    // in those types. Their bound is that of the source's order.
    if (!add || !add->hasOneUse() || !out.hasOneUse() ||
        op.getNumReductionLoops() == 0 ||
        out.getType().getIntOrFloatBitWidth() < 32)
      continue;
    if (add.getLhs() == out)
      addends[index] = registerOf.lookup(add.getRhs());
    else if (add.getRhs() == out)
      addends[index] = registerOf.lookup(add.getLhs());
    else
      continue;
    llvm::erase_if(instructions, [&](const Instruction &instruction) {
      return instruction.op == add;
    });
  }
}

LogicalResult Body::run(ArrayRef<int64_t> indices) {
  for (Instruction &instruction : instructions) {
    Number &result = registers[instruction.result];
    if (instruction.dim >= 0) {
      result = Number::ofInteger(indices[instruction.dim]);
      continue;
    }
    scratch.clear();
    for (unsigned operand : instruction.operands)
      scratch.push_back(registers[operand]);
    if (!instruction.array) {
      result = instruction.scalar(scratch);
      continue;
    }
    const Array &array = *instruction.array;
    int64_t offset = 0;
    for (auto [dim, index] : llvm::enumerate(scratch)) {
      if (index.error != 0.0 || index.integer < 0 ||
          index.integer >= array.shape[dim])
        return instruction.op->emitOpError()
               << "has index " << index.integer << " in dimension " << dim
               << " of extent " << array.shape[dim];
      offset = offset * array.shape[dim] + index.integer;
    }
    result = array.elements[offset];
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Iteration
//===----------------------------------------------------------------------===//

/// The extents of the loops; fails when the operands disagree on them.
static FailureOr<SmallVector<int64_t>>
getLoopExtents(linalg::LinalgOp op, ArrayRef<const Array *> arrays) {
  SmallVector<int64_t> extents(op.getNumLoops(), -1);
  for (auto [map, array] : llvm::zip_equal(op.getIndexingMapsArray(), arrays))
    for (auto [expr, size] : llvm::zip_equal(map.getResults(), array->shape)) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (!dim)
        continue;
      int64_t &extent = extents[dim.getPosition()];
      if (extent >= 0 && extent != size)
        return op->emitOpError()
               << "iterates over dimension " << dim.getPosition() << " to "
               << extent << " by one operand, but to " << size << " by another";
      extent = size;
    }
  for (auto [dim, extent] : llvm::enumerate(extents))
    if (extent < 0)
      return op->emitOpError()
             << "has no operand that gives the extent of dimension " << dim;
  return extents;
}

/// Fails when the map is not linear or leaves the operand.
static FailureOr<Access> getAccess(linalg::LinalgOp op, AffineMap map,
                                   const Array &array,
                                   ArrayRef<int64_t> extents) {
  Access access;
  access.strides.assign(extents.size(), 0);
  bool empty = llvm::is_contained(extents, 0);
  for (auto [expr, stride, size] :
       llvm::zip_equal(map.getResults(), array.strides(), array.shape)) {
    SmallVector<int64_t> flat;
    if (failed(getFlattenedAffineExpr(expr, extents.size(), 0, &flat)) ||
        flat.size() != extents.size() + 1)
      return op->emitOpError()
             << "has the indexing map " << AffineMapAttr::get(map)
             << ", which is not linear";
    int64_t low = flat.back(), high = flat.back();
    for (auto [dim, extent] : llvm::enumerate(extents)) {
      access.strides[dim] += flat[dim] * stride;
      (flat[dim] < 0 ? low : high) += flat[dim] * (extent - 1);
    }
    access.start += flat.back() * stride;
    if (!empty && (low < 0 || high >= size))
      return op->emitOpError() << "accesses [" << low << ", " << high
                               << "] in a dimension of extent " << size;
  }
  return access;
}

static FailureOr<Arrays> evaluateLinalg(Engine &engine, linalg::LinalgOp op) {
  if (!op.hasPureTensorSemantics())
    return op->emitOpError("is not on tensors, so the reference interpreter "
                           "cannot evaluate it");
  Body body;
  if (failed(body.decode(engine, op)))
    return failure();

  SmallVector<const Array *> arrays;
  std::vector<std::shared_ptr<Array>> outputs;
  unsigned numInputs = op.getNumDpsInputs();
  unsigned numArguments = op.getBlock()->getNumArguments();
  for (auto [index, operand] : llvm::enumerate(op->getOperands())) {
    arrays.push_back(engine.get(operand).get());
    if (index >= numInputs) {
      outputs.push_back(std::make_shared<Array>(*arrays.back()));
      arrays.back() = outputs.back().get();
    }
  }
  FailureOr<SmallVector<int64_t>> extents = getLoopExtents(op, arrays);
  if (failed(extents))
    return failure();
  SmallVector<Access> accesses;
  for (auto [map, array] : llvm::zip_equal(op.getIndexingMapsArray(), arrays)) {
    FailureOr<Access> access = getAccess(op, map, *array, *extents);
    if (failed(access))
      return failure();
    accesses.push_back(std::move(*access));
  }

  // A sum starts at the initial value of its output.
  std::vector<std::vector<Sum>> sums(outputs.size());
  std::vector<Format> formats;
  for (auto [index, output] : llvm::enumerate(outputs)) {
    formats.emplace_back(output->elementType, engine.mode);
    if (!body.addends[index])
      continue;
    sums[index].resize(output->size());
    for (auto [sum, element] : llvm::zip_equal(sums[index], output->elements))
      sum.add(formats.back(), element);
  }

  LogicalResult status = success();
  SmallVector<int64_t> offsets(arrays.size());
  forEachIndex(*extents, [&](ArrayRef<int64_t> indices) {
    if (failed(status))
      return;
    for (auto [i, access] : llvm::enumerate(accesses)) {
      offsets[i] = access.offset(indices);
      // Some named ops do not give their body the output.
      if (i < numArguments)
        body.registers[i] = arrays[i]->elements[offsets[i]];
    }
    status = body.run(indices);
    for (auto [i, output] : llvm::enumerate(outputs)) {
      int64_t offset = offsets[numInputs + i];
      if (body.addends[i])
        sums[i][offset].add(formats[i], body.registers[*body.addends[i]]);
      else
        output->elements[offset] = body.registers[body.yields[i]];
    }
  });
  if (failed(status))
    return failure();

  Arrays results;
  for (auto [index, output] : llvm::enumerate(outputs)) {
    if (body.addends[index])
      for (auto [sum, element] : llvm::zip_equal(sums[index], output->elements))
        element = sum.finish(formats[index]);
    results.push_back(output);
  }
  return results;
}

FailureOr<Arrays> norm::reference::evaluateLinalgOp(Engine &engine,
                                                    Operation *op,
                                                    bool &handled) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return evaluateLinalg(engine, linalgOp);
  handled = false;
  return failure();
}
