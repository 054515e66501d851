//===- RowProgramDecomposer.cpp - Row programs in linalg ------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowProgramDecomposer.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

SmallVector<int64_t> RowProgramDecomposer::getDims(AffineMap map) {
  return llvm::map_to_vector(map.getResults(), [](AffineExpr expr) -> int64_t {
    return cast<AffineDimExpr>(expr).getPosition();
  });
}

TypedAttr RowProgramDecomposer::getNeutral(ReduceKind kind, Type element) {
  auto type = cast<FloatType>(element);
  if (kind == ReduceKind::Add)
    return b.getZeroAttr(type);
  return b.getFloatAttr(
      type, APFloat::getInf(type.getFloatSemantics(), /*Negative=*/true));
}

//===----------------------------------------------------------------------===//
// One linalg.generic
//===----------------------------------------------------------------------===//

void RowProgramDecomposer::collectCone(
    Value value, llvm::SetVector<Value> &leaves,
    llvm::SmallPtrSetImpl<Operation *> &ops) {
  SmallVector<Value> worklist = {value};
  while (!worklist.empty()) {
    Value current = worklist.pop_back_val();
    if (sources.contains(current)) {
      leaves.insert(current);
      continue;
    }
    Operation *op = current.getDefiningOp();
    if (!ops.insert(op).second)
      continue;
    // The sizes of a splat are not elements.
    ValueRange operands = op->getOperands();
    if (isa<tensor::SplatOp>(op))
      operands = operands.take_front();
    for (Value operand : llvm::reverse(operands))
      worklist.push_back(operand);
  }
}

/// Emits `op` of the row program on elements.
static void emitScalar(OpBuilder &body, Operation &op, IRMapping &mapping) {
  if (auto splat = dyn_cast<tensor::SplatOp>(op)) {
    mapping.map(splat.getResult(), mapping.lookup(splat.getInput()));
    return;
  }
  Operation *clone = body.clone(op, mapping);
  for (Value result : clone->getResults())
    result.setType(getElementTypeOrSelf(result));
}

/// `value` in the first elements of the row, the neutral element in the rest.
Value RowProgramDecomposer::selectFirst(OpBuilder &body, Value value,
                                        int64_t first, ArrayRef<int64_t> loops,
                                        ReduceKind kind) {
  Value position;
  for (int64_t axis : axes) {
    Value index = linalg::IndexOp::create(
        body, loc, std::distance(loops.begin(), llvm::find(loops, axis)));
    if (position) {
      Value extent = getValueOrCreateConstantIndexOp(body, loc, extents[axis]);
      position = arith::MulIOp::create(body, loc, position, extent);
      index = arith::AddIOp::create(body, loc, position, index);
    }
    position = index;
  }
  Value bound = arith::ConstantIndexOp::create(body, loc, first);
  Value inside = arith::CmpIOp::create(body, loc, arith::CmpIPredicate::ult,
                                       position, bound);
  Value neutral =
      arith::ConstantOp::create(body, loc, getNeutral(kind, value.getType()));
  return arith::SelectOp::create(body, loc, inside, value, neutral);
}

Value RowProgramDecomposer::buildGeneric(Value value, ArrayRef<int64_t> loops,
                                         Value init,
                                         ArrayRef<int64_t> resultDims,
                                         std::optional<ReduceKind> reduction,
                                         std::optional<int64_t> first) {
  llvm::SetVector<Value> leaves;
  llvm::SmallPtrSet<Operation *, 16> cone;
  collectCone(value, leaves, cone);

  auto getMap = [&](ArrayRef<int64_t> dims) {
    SmallVector<int64_t> positions;
    for (int64_t dim : dims)
      positions.push_back(std::distance(loops.begin(), llvm::find(loops, dim)));
    return getDimsMap(b.getContext(), loops.size(), positions);
  };
  // One axis: the prefix of the row is a slice of whatever follows it.
  bool slices = first && axes.size() == 1;
  IRMapping mapping;
  SmallVector<Value> inputs, inputLeaves;
  SmallVector<AffineMap> maps;
  llvm::SmallBitVector covered = toBits(resultDims);
  for (Value leaf : leaves) {
    const Source &source = sources[leaf];
    if (!isa<RankedTensorType>(source.value.getType())) {
      mapping.map(leaf, source.value);
      continue;
    }
    Value input = source.value;
    if (slices && llvm::is_contained(source.dims, axes.front())) {
      SmallVector<OpFoldResult> offsets(source.dims.size(), b.getIndexAttr(0)),
          strides(source.dims.size(), b.getIndexAttr(1)), sizes;
      for (int64_t dim : source.dims)
        sizes.push_back(dim == axes.front()
                            ? OpFoldResult(b.getIndexAttr(*first))
                            : extents[dim]);
      input = tensor::ExtractSliceOp::create(b, loc, input, offsets, sizes,
                                             strides);
    }
    inputs.push_back(input);
    inputLeaves.push_back(leaf);
    maps.push_back(getMap(source.dims));
    covered |= toBits(source.dims);
  }
  // Loops that no operand follows need one that gives their extent.
  llvm::SmallBitVector missing = toBits(loops);
  missing.reset(covered);
  if (missing.any()) {
    SmallVector<int64_t> dims = toDims(missing);
    SmallVector<OpFoldResult> sizes;
    for (int64_t dim : dims)
      sizes.push_back(slices && dim == axes.front()
                          ? OpFoldResult(b.getIndexAttr(*first))
                          : extents[dim]);
    inputs.push_back(
        tensor::EmptyOp::create(b, loc, sizes, getElementTypeOrSelf(init)));
    maps.push_back(getMap(dims));
  }
  maps.push_back(getMap(resultDims));

  SmallVector<utils::IteratorType> iterators;
  for (int64_t dim : loops)
    iterators.push_back(llvm::is_contained(resultDims, dim)
                            ? utils::IteratorType::parallel
                            : utils::IteratorType::reduction);
  auto generic = linalg::GenericOp::create(
      b, loc, init.getType(), inputs, init, maps, iterators,
      [&](OpBuilder &body, Location, ValueRange args) {
        for (auto [leaf, argument] : llvm::zip(inputLeaves, args))
          mapping.map(leaf, argument);
        // The cone in program order; its ops share the program's one block.
        if (!cone.empty())
          for (Operation &op : *(*cone.begin())->getBlock())
            if (cone.contains(&op))
              emitScalar(body, op, mapping);
        Value result = mapping.lookup(value);
        if (first && !slices)
          result = selectFirst(body, result, *first, loops, *reduction);
        if (reduction == ReduceKind::Add)
          result = arith::AddFOp::create(body, loc, args.back(), result);
        else if (reduction == ReduceKind::Max)
          result = arith::MaximumFOp::create(body, loc, args.back(), result);
        linalg::YieldOp::create(body, loc, result);
      });
  return generic.getResult(0);
}

//===----------------------------------------------------------------------===//
// The program
//===----------------------------------------------------------------------===//

/// False for what only gives the number of a dimension or a size.
static bool isReadAsElement(Value value) {
  return llvm::any_of(value.getUses(), [](OpOperand &use) {
    Operation *user = use.getOwner();
    return !isa<tensor::DimOp>(user) &&
           !(isa<tensor::SplatOp>(user) && use.getOperandNumber() != 0);
  });
}

void RowProgramDecomposer::visitConstant(arith::ConstantOp op) {
  if (!isReadAsElement(op.getResult()))
    return;
  deps[op.getResult()] = llvm::SmallBitVector(extents.size());
  Source &source = sources[op.getResult()];
  auto row = dyn_cast<RankedTensorType>(op.getType());
  auto elements = dyn_cast<SplatElementsAttr>(op.getValue());
  if (!row || elements) {
    TypedAttr value = row ? elements.getSplatValue<TypedAttr>() : op.getValue();
    source.value = arith::ConstantOp::create(b, loc, value);
    return;
  }
  source.value = arith::ConstantOp::create(b, loc, op.getValue());
  source.dims = llvm::to_vector(axes);
  deps[op.getResult()] = toBits(axes);
  if (axes.size() == 1)
    return;
  SmallVector<int64_t> shape;
  for (int64_t axis : axes)
    shape.push_back(*getConstantIntValue(extents[axis]));
  ReassociationIndices all =
      llvm::to_vector(llvm::seq<int64_t>(0, axes.size()));
  source.value = tensor::ExpandShapeOp::create(
      b, loc, RankedTensorType::get(shape, row.getElementType()), source.value,
      ArrayRef<ReassociationIndices>(all));
}

void RowProgramDecomposer::visitReduce(ReduceOp op) {
  llvm::SmallBitVector result = deps[op.getRow()];
  result.reset(toBits(axes));
  SmallVector<int64_t> resultDims = toDims(result);
  llvm::SmallBitVector loops = result;
  loops |= toBits(axes);
  Type element = op.getType();
  Value neutral =
      arith::ConstantOp::create(b, loc, getNeutral(op.getKind(), element));
  Value init =
      linalg::FillOp::create(b, loc, neutral, createEmpty(resultDims, element))
          .getResult(0);
  Source source;
  source.value = buildGeneric(op.getRow(), toDims(loops), init, resultDims,
                              op.getKind(), op.getFirst());
  source.dims = resultDims;
  sources[op.getResult()] = source;
  deps[op.getResult()] = result;
}

void RowProgramDecomposer::materialize(Value scalar) {
  if (sources.contains(scalar) || deps[scalar].none())
    return;
  Source source;
  source.dims = toDims(deps[scalar]);
  source.value = buildGeneric(
      scalar, source.dims, createEmpty(source.dims, scalar.getType()),
      source.dims, /*reduction=*/std::nullopt, /*first=*/std::nullopt);
  sources[scalar] = source;
}

void RowProgramDecomposer::visitProgram(Block *block) {
  for (Operation &op : block->without_terminator()) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      visitConstant(constant);
      continue;
    }
    if (auto reduce = dyn_cast<ReduceOp>(op)) {
      visitReduce(reduce);
      continue;
    }
    if (isa<tensor::DimOp>(op)) {
      // Every row has N elements.
      if (!isReadAsElement(op.getResult(0)))
        continue;
      Source source;
      for (int64_t axis : axes) {
        Value extent = getValueOrCreateConstantIndexOp(b, loc, extents[axis]);
        source.value = source.value
                           ? arith::MulIOp::create(b, loc, source.value, extent)
                           : extent;
      }
      sources[op.getResult(0)] = source;
      deps[op.getResult(0)] = llvm::SmallBitVector(extents.size());
      continue;
    }
    llvm::SmallBitVector used(extents.size());
    bool isRowOp = llvm::any_of(op.getResults(), isRow);
    ValueRange operands = op.getOperands();
    if (isa<tensor::SplatOp>(op)) // the others are sizes
      operands = operands.take_front();
    for (Value operand : operands) {
      used |= deps[operand];
      if (isRowOp && !isRow(operand))
        materialize(operand);
    }
    for (Value result : op.getResults())
      deps[result] = used;
    // What is the same in all rows is computed once, unless it may trap.
    if (isRowOp || used.any() || !isSpeculatable(&op) ||
        llvm::any_of(op.getOperands(), [&](Value operand) {
          auto it = sources.find(operand);
          return it == sources.end() ||
                 isa<RankedTensorType>(it->second.value.getType());
        }))
      continue;
    IRMapping mapping;
    for (Value operand : op.getOperands())
      mapping.map(operand, sources[operand].value);
    Operation *clone = b.clone(op, mapping);
    for (auto [from, to] : llvm::zip(op.getResults(), clone->getResults()))
      sources[from].value = to;
  }
}

Value RowProgramDecomposer::emitResult(Value yielded, Destination destination) {
  SmallVector<int64_t> dims = getDims(destination.map);
  SmallVector<int64_t> loops =
      isRow(yielded) ? llvm::to_vector(llvm::seq<int64_t>(0, extents.size()))
                     : grid;
  bool accumulates = loops != dims;
  if (!isRow(yielded)) {
    materialize(yielded);
    auto it = sources.find(yielded);
    if (!accumulates && it != sources.end() && it->second.dims == dims &&
        isa<RankedTensorType>(it->second.value.getType()))
      return it->second.value;
  }
  Value init = destination.init;
  if (!init) {
    Type element = getElementTypeOrSelf(yielded);
    init = createEmpty(dims, element);
    if (accumulates) {
      Value zero = arith::ConstantOp::create(
          b, loc, getNeutral(ReduceKind::Add, element));
      init = linalg::FillOp::create(b, loc, zero, init).getResult(0);
    }
  }
  return buildGeneric(yielded, loops, init, dims,
                      accumulates ? std::optional(ReduceKind::Add)
                                  : std::nullopt,
                      /*first=*/std::nullopt);
}
