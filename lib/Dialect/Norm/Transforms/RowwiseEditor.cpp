//===- RowwiseEditor.cpp - Changes to a norm.rowwise ----------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowwiseEditor.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Utils/Utils.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Queries
//===----------------------------------------------------------------------===//

std::variant<SmallVector<RowOperand>, FuseRefusal>
norm::composeOperands(RowwiseOp op, const Elementwise &view,
                      ArrayRef<unsigned> loopDims) {
  SmallVector<RowOperand> operands;
  for (auto [value, map] : llvm::zip_equal(view.inputs, view.inputMaps)) {
    RowOperand &operand = operands.emplace_back();
    operand.value = value;
    auto type = dyn_cast<RankedTensorType>(value.getType());
    SmallVector<int64_t> dims;
    for (auto [position, expr] : llvm::enumerate(map.getResults())) {
      if (auto loop = dyn_cast<AffineDimExpr>(expr)) {
        dims.push_back(loopDims[loop.getPosition()]);
        continue;
      }
      auto constant = dyn_cast<AffineConstantExpr>(expr);
      // guard: strided-operand
      if (!constant || constant.getValue() != 0 ||
          type.getDimSize(position) != 1)
        return FuseRefusal{"strided-operand",
                           "it reads at indices that are no loop index"};
      operand.dropped.push_back(position);
    }
    // guard: transposed-operand
    if (!llvm::is_sorted(dims, std::less_equal<int64_t>()))
      return FuseRefusal{"transposed-operand",
                         "it reads dimensions in another order"};
    operand.map = getDimsMap(op.getContext(), op.getDomainRank(), dims);
    unsigned axes = llvm::count_if(op.getAxes(), [&](int64_t axis) {
      return llvm::is_contained(dims, axis);
    });
    // guard: part-of-the-axes
    if (axes != 0 && axes != op.getAxes().size())
      return FuseRefusal{"part-of-the-axes",
                         "it reads an operand along some of the axes only"};
    // guard: not-dense
    if (type && type.getEncoding())
      return FuseRefusal{"not-dense", "it reads a sparse tensor"};
  }
  return operands;
}

/// The extents of the dimensions that remain.
static SmallVector<int64_t> getShape(const RowOperand &operand) {
  SmallVector<int64_t> shape;
  if (auto type = dyn_cast<ShapedType>(operand.value.getType()))
    for (auto [position, size] : llvm::enumerate(type.getShape()))
      if (!llvm::is_contained(operand.dropped, position))
        shape.push_back(size);
  return shape;
}

bool norm::keepsDomain(RowwiseOp op, ArrayRef<Value> excluded,
                       ArrayRef<RowOperand> added) {
  SmallVector<int64_t> domain(op.getDomainRank(), ShapedType::kDynamic);
  SmallVector<bool> covered(op.getDomainRank(), false);
  bool agree = true;
  auto add = [&](const RowOperand &operand) {
    for (auto [expr, size] :
         llvm::zip_equal(operand.map.getResults(), getShape(operand))) {
      unsigned dim = cast<AffineDimExpr>(expr).getPosition();
      covered[dim] = true;
      if (ShapedType::isDynamic(size))
        continue;
      agree &= ShapedType::isDynamic(domain[dim]) || domain[dim] == size;
      domain[dim] = size;
    }
  };
  for (auto [operand, attribute] :
       llvm::zip_equal(op.getOperands(), op.getIndexingMaps()))
    if (!llvm::is_contained(excluded, operand))
      add({operand, cast<AffineMapAttr>(attribute).getValue(), {}});
  for (const RowOperand &operand : added)
    add(operand);
  SmallVector<int64_t> before = op.getStaticDomain();
  return agree && !llvm::is_contained(covered, false) &&
         llvm::all_of(op.getAxes(), [&](int64_t axis) {
           return domain[axis] == before[axis];
         });
}

bool norm::makeAvailable(Value value, Operation *position, bool move,
                         Value unread) {
  Operation *producer = value.getDefiningOp();
  if (!producer || producer->getBlock() != position->getBlock() ||
      producer->isBeforeInBlock(position))
    return true;
  if (producer == position || producer->getNumRegions() != 0 ||
      !isPure(producer))
    return false;
  for (Value operand : producer->getOperands())
    if (operand == unread || !makeAvailable(operand, position, move, unread))
      return false;
  if (move)
    producer->moveBefore(position);
  return true;
}

//===----------------------------------------------------------------------===//
// Edits
//===----------------------------------------------------------------------===//

void RowwiseEditor::setInsertionPoint() {
  Block *block = op.getRowProgram();
  if (!atStart)
    rewriter.setInsertionPoint(block->getTerminator());
  else if (last)
    rewriter.setInsertionPointAfter(last);
  else
    rewriter.setInsertionPointToStart(block);
}

Value RowwiseEditor::anyRow() {
  for (BlockArgument argument : op.getRowProgram()->getArguments())
    if (isa<RankedTensorType>(argument.getType()))
      return argument;
  return {};
}

Value RowwiseEditor::getYielded(unsigned number) {
  return op.getRowProgram()->getTerminator()->getOperand(number);
}

Value RowwiseEditor::addInput(const RowOperand &operand) {
  OpBuilder::InsertionGuard insertion(rewriter);
  Value value = operand.value;
  if (auto constant = value.getDefiningOp<arith::ConstantOp>();
      constant && !isa<ShapedType>(value.getType())) {
    setInsertionPoint();
    Operation *clone = rewriter.clone(*constant);
    if (atStart)
      last = clone;
    return clone->getResult(0);
  }
  if (!operand.dropped.empty()) {
    rewriter.setInsertionPoint(op);
    llvm::SmallBitVector dims(
        cast<RankedTensorType>(value.getType()).getRank());
    for (unsigned dim : operand.dropped)
      dims.set(dim);
    value = tensor::dropGivenUnitDims(rewriter, op.getLoc(), value, dims);
  }
  Block *block = op.getRowProgram();
  unsigned count = op.getInputs().size();
  for (unsigned index = 0; index < count; ++index)
    if (op.getInputs()[index] == value && op.getInputMap(index) == operand.map)
      return block->getArgument(index);
  Type type = getElementTypeOrSelf(value);
  if (op.hasAxes(operand.map))
    type = RankedTensorType::get({op.getStaticRowSize()}, type);
  SmallVector<Attribute> maps(op.getIndexingMaps().getValue());
  maps.insert(maps.begin() + count, AffineMapAttr::get(operand.map));
  rewriter.modifyOpInPlace(op, [&] {
    op.getInputsMutable().append(value);
    op.setIndexingMapsAttr(rewriter.getArrayAttr(maps));
  });
  return block->addArgument(type, value.getLoc());
}

Value RowwiseEditor::emit(const Elementwise &view, ValueRange args,
                          bool wantRow) {
  OpBuilder::InsertionGuard insertion(rewriter);
  setInsertionPoint();
  Value value =
      view.emit(rewriter, args, wantRow, op.getStaticRowSize(), anyRow());
  // Later ops read what was emitted, so they go behind it.
  Block::iterator end = rewriter.getInsertionPoint();
  if (atStart)
    last = end == op.getRowProgram()->begin() ? nullptr : &*std::prev(end);
  return value;
}

void RowwiseEditor::rebuild(ValueRange inits, ArrayRef<AffineMap> initMaps,
                            ValueRange yielded,
                            ArrayRef<unsigned> keptResults) {
  OpBuilder::InsertionGuard insertion(rewriter);
  rewriter.setInsertionPoint(op);
  SmallVector<AffineMap> maps;
  for (unsigned index = 0; index < op.getInputs().size(); ++index)
    maps.push_back(op.getInputMap(index));
  llvm::append_range(maps, initMaps);
  auto newOp = RowwiseOp::create(rewriter, op.getLoc(), op.getInputs(), inits,
                                 op.getAxes(), maps);
  newOp->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  Operation *terminator = op.getRowProgram()->getTerminator();
  rewriter.modifyOpInPlace(terminator,
                           [&] { terminator->setOperands(yielded); });
  rewriter.mergeBlocks(op.getRowProgram(), newOp.getRowProgram(),
                       newOp.getRowProgram()->getArguments());
  for (auto [index, kept] : llvm::enumerate(keptResults))
    rewriter.replaceAllUsesWith(op.getResult(kept), newOp.getResult(index));
  rewriter.eraseOp(op);
  op = newOp;
}

Value RowwiseEditor::addResult(AffineMap map, RankedTensorType type,
                               Value yielded) {
  OpBuilder::InsertionGuard insertion(rewriter);
  rewriter.setInsertionPoint(op);
  // The extents come from the operands; what the type does not state is read
  // off the first operand that follows the dimension.
  SmallVector<OpFoldResult> sizes;
  for (auto [position, expr] : llvm::enumerate(map.getResults())) {
    if (!type.isDynamicDim(position)) {
      sizes.push_back(rewriter.getIndexAttr(type.getDimSize(position)));
      continue;
    }
    for (auto [operand, other] :
         llvm::zip_equal(op.getOperands(),
                         op.getIndexingMaps().getAsValueRange<AffineMapAttr>()))
      if (std::optional<unsigned> at = other.getResultPosition(expr)) {
        Value index =
            arith::ConstantIndexOp::create(rewriter, op.getLoc(), *at);
        sizes.push_back(
            tensor::DimOp::create(rewriter, op.getLoc(), operand, index)
                .getResult());
        break;
      }
  }
  Value init = tensor::EmptyOp::create(rewriter, op.getLoc(), sizes,
                                       type.getElementType());
  SmallVector<Value> inits(op.getInits()), values;
  SmallVector<AffineMap> maps;
  SmallVector<unsigned> kept;
  for (unsigned index = 0; index < op.getNumResults(); ++index) {
    maps.push_back(op.getInitMap(index));
    values.push_back(getYielded(index));
    kept.push_back(index);
  }
  inits.push_back(init);
  maps.push_back(map);
  values.push_back(yielded);
  rebuild(inits, maps, values, kept);
  return op->getResults().back();
}

Value RowwiseEditor::addResult(RowwiseOp from, unsigned number, Value yielded) {
  SmallVector<Value> inits(op.getInits()), values;
  SmallVector<AffineMap> maps;
  SmallVector<unsigned> kept;
  for (unsigned index = 0; index < op.getNumResults(); ++index) {
    maps.push_back(op.getInitMap(index));
    values.push_back(getYielded(index));
    kept.push_back(index);
  }
  inits.push_back(from.getInits()[number]);
  maps.push_back(from.getInitMap(number));
  values.push_back(yielded);
  rebuild(inits, maps, values, kept);
  return op->getResults().back();
}

void RowwiseEditor::prune() {
  // Program ops first: what only they read is unread without them.
  Block *block = op.getRowProgram();
  auto eraseDead = [&] {
    // Reversed is the block itself, not a range of it: a std::reverse_iterator
    // holds on to the op that was erased last.
    for (Operation &scalar : llvm::make_early_inc_range(llvm::reverse(*block)))
      if (isOpTriviallyDead(&scalar))
        rewriter.eraseOp(&scalar);
  };
  SmallVector<unsigned> kept;
  SmallVector<Value> inits, values, spared;
  SmallVector<AffineMap> maps;
  for (unsigned index = 0; index < op.getNumResults(); ++index) {
    if (op.getResult(index).use_empty()) {
      spared.push_back(op.getInits()[index]);
      if (keepsDomain(op, spared, {}))
        continue;
      spared.pop_back();
    }
    kept.push_back(index);
    inits.push_back(op.getInits()[index]);
    maps.push_back(op.getInitMap(index));
    values.push_back(getYielded(index));
  }
  if (!kept.empty() && kept.size() != op.getNumResults()) {
    rebuild(inits, maps, values, kept);
    block = op.getRowProgram();
  }
  eraseDead();
  for (unsigned index = op.getInputs().size(); index-- > 0;) {
    if (!block->getArgument(index).use_empty() ||
        llvm::count(op.getOperands(), op.getInputs()[index]) != 1 ||
        !keepsDomain(op, op.getInputs()[index], {}))
      continue;
    rewriter.modifyOpInPlace(op, [&] { op.eraseInput(index); });
  }
}
