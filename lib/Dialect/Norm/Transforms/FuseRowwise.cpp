//===- FuseRowwise.cpp - One fusion into a norm.rowwise -------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FuseRowwise.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace mlir::norm;

/// More operands than this make a kernel slow to compile and short of
/// registers.
static constexpr unsigned maxOperands = 32;

//===----------------------------------------------------------------------===//
// Traffic
//===----------------------------------------------------------------------===//

namespace {
/// Bytes read from and written to tensors. A dynamic extent counts as some
/// number, the same everywhere, and makes the figure inexact.
struct Traffic {
  int64_t bytes = 0;
  bool isExact = true;

  void add(Value value, int64_t times = 1) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type)
      return;
    int64_t size = type.getElementType().isIndex()
                       ? 8
                       : llvm::divideCeil(type.getElementTypeBitWidth(), 8);
    for (int64_t extent : type.getShape()) {
      bool isDynamic = ShapedType::isDynamic(extent);
      isExact &= !isDynamic;
      size *= isDynamic ? 1024 : extent;
    }
    bytes += times * size;
  }
};
} // namespace

static bool isRead(RowwiseOp op, const RowOperand &operand) {
  for (auto [index, input] : llvm::enumerate(op.getInputs()))
    if (input == operand.value && op.getInputMap(index) == operand.map)
      return true;
  return false;
}

/// The text of the remark: `before` the op's name `after`.
static std::string describe(StringRef before, Operation *op, StringRef after,
                            const Traffic &saved) {
  std::string text = (before + op->getName().getStringRef() + after).str();
  if (saved.isExact)
    text += ": " + std::to_string(saved.bytes) + " bytes less traffic";
  return text;
}

/// For views, which cost no traffic of their own.
static bool isView(Operation *op) {
  return isa<tensor::CastOp, tensor::ExpandShapeOp, tensor::SplatOp,
             arith::ConstantOp>(op);
}

/// The op of `block` that is or encloses `user`; null when `user` comes after
/// the block.
static Operation *getAncestor(Block *block, Operation *user) {
  return block->findAncestorOpInBlock(*user);
}

static bool isBefore(Operation *user, Operation *position) {
  Operation *ancestor = getAncestor(position->getBlock(), user);
  return ancestor && ancestor->isBeforeInBlock(position);
}

static FuseRefusal refuse(StringRef guard, const Twine &reason) {
  return {guard, reason.str()};
}

//===----------------------------------------------------------------------===//
// Producers
//===----------------------------------------------------------------------===//

/// Makes room for `value` to become a result of `op`: all its other users have
/// to come after `op`, which may be moved up; so no other operand of `op` may
/// be computed from it. Dry unless `move`.
static bool placeBeforeUsers(RowwiseOp op, Value value,
                             ArrayRef<RowOperand> operands, bool move) {
  Operation *position = op;
  for (Operation *user : value.getUsers())
    if (user != op && isBefore(user, position))
      position = getAncestor(op->getBlock(), user);
  if (position == op)
    return true;
  auto isAvailable = [&](Value operand) {
    return operand == value ||
           makeAvailable(operand, position, move, /*unread=*/value);
  };
  if (!llvm::all_of(op.getOperands(), isAvailable) ||
      !llvm::all_of(operands, [&](const RowOperand &operand) {
        return isAvailable(operand.value);
      }))
    return false;
  if (move)
    op->moveBefore(position);
  return true;
}

FuseOutcome norm::absorbProducer(RewriterBase &rewriter, RowwiseOp op,
                                 unsigned index) {
  Value value = op.getInputs()[index];
  Operation *producer = value.getDefiningOp();
  AffineMap map = op.getInputMap(index);
  // guard: producer-in-other-block
  if (producer->getBlock() != op->getBlock())
    return refuse("producer-in-other-block",
                  "it runs in another block, perhaps less often");
  auto outcome =
      readElementwise(producer, cast<OpResult>(value).getResultNumber());
  if (auto *refusal = std::get_if<FuseRefusal>(&outcome))
    return *refusal;
  auto &view = std::get<Elementwise>(outcome);

  SmallVector<unsigned> loopDims(view.resultMap.getNumDims());
  for (auto [position, expr] : llvm::enumerate(view.resultMap.getResults()))
    loopDims[cast<AffineDimExpr>(expr).getPosition()] =
        map.getDimPosition(position);
  auto composed = composeOperands(op, view, loopDims);
  if (auto *refusal = std::get_if<FuseRefusal>(&composed))
    return *refusal;
  auto &operands = std::get<SmallVector<RowOperand>>(composed);

  // guard: too-many-operands
  if (op->getNumOperands() + operands.size() > maxOperands)
    return refuse("too-many-operands", "the kernel would have more than " +
                                           Twine(maxOperands) + " operands");
  bool isMatrix = map.getNumResults() == map.getNumDims();
  // guard: math-once-per-row
  if (!isMatrix && view.isExpensive)
    return refuse("math-once-per-row",
                  "its math would run once for every row instead of once");

  bool isShared = llvm::any_of(value.getUses(), [&](OpOperand &use) {
    return use.getOwner() != op || use.getOperandNumber() != index;
  });
  bool readsTwice = llvm::count(op.getOperands(), value) > 1;
  bool escapes = isShared && isMatrix && !readsTwice && !isView(producer) &&
                 placeBeforeUsers(op, value, operands, /*move=*/false);
  Traffic saved, added;
  if (!isView(producer)) {
    saved.add(value, isShared ? 1 : 2);
    for (const RowOperand &operand : operands)
      if (!isShared || escapes)
        saved.add(operand.value);
  } else {
    saved.add(value);
  }
  for (const RowOperand &operand : operands)
    if (!isRead(op, operand)) {
      added.add(operand.value);
      saved.add(operand.value, -1);
    }
  if (isShared && !escapes) {
    // guard: expensive-twice
    if (view.isExpensive)
      return refuse("expensive-twice", "others read it before the kernel runs, "
                                       "and its math would run twice");
    // guard: no-traffic-saved
    if (saved.bytes < 0 || (saved.bytes == 0 && !isView(producer)))
      return refuse("no-traffic-saved",
                    "others read it too, and to compute it again reads as "
                    "many bytes as it has");
  }
  // guard: domain-changes
  if (!keepsDomain(op, escapes ? ArrayRef<Value>() : ArrayRef<Value>(value),
                   operands))
    return refuse("domain-changes",
                  "the extents of a row would no longer be known as they are");

  if (escapes)
    placeBeforeUsers(op, value, operands, /*move=*/true);
  RowwiseEditor editor(rewriter, op);
  SmallVector<Value> args;
  for (const RowOperand &operand : operands)
    args.push_back(editor.addInput(operand));
  BlockArgument argument = op.getRowProgram()->getArgument(index);
  Value computed = editor.emit(view, args, op.hasAxes(map));
  rewriter.replaceAllUsesWith(argument, computed);
  SmallVector<Attribute> maps(op.getIndexingMaps().getValue());
  maps.erase(maps.begin() + index);
  auto eraseInput = [&](RowwiseOp from) {
    rewriter.modifyOpInPlace(from, [&] {
      from.getRowProgram()->eraseArgument(index);
      from.getInputsMutable().erase(index);
      from.setIndexingMapsAttr(rewriter.getArrayAttr(maps));
    });
  };
  eraseInput(op);
  if (escapes) {
    Value result = editor.addResult(
        map, cast<RankedTensorType>(value.getType()), computed);
    rewriter.replaceAllUsesWith(value, result);
  }
  std::string text =
      describe(isShared && !escapes ? "computes again " : "absorbed ", producer,
               escapes ? ", whose value stays as a result" : "", saved);
  if (producer->use_empty())
    rewriter.eraseOp(producer);
  editor.prune();
  return Fusion{editor.getOp(), text};
}

//===----------------------------------------------------------------------===//
// Consumers
//===----------------------------------------------------------------------===//

/// Finds a place for `op` from which it can do the work of `consumer`: there
/// if nobody else reads `op` before, or where it is if `needed` are available.
static bool placeForConsumer(RowwiseOp op, Operation *consumer,
                             ArrayRef<Value> needed) {
  if (llvm::none_of(op->getUsers(), [&](Operation *user) {
        return isBefore(user, consumer);
      })) {
    op->moveBefore(consumer);
    return true;
  }
  auto isOwn = [&](Value value) { return value.getDefiningOp() == op; };
  for (bool move : {false, true})
    for (Value value : needed)
      if (!isOwn(value) && !makeAvailable(value, op, move))
        return false;
  return true;
}

/// The program's value for an operand that is a result of `op` itself; null
/// when it is read at other rows than it is written.
static Value getOwnValue(RowwiseEditor &editor, Value value, AffineMap map) {
  RowwiseOp op = editor.getOp();
  unsigned number = cast<OpResult>(value).getResultNumber();
  if (op.isAccumulated(number) || op.getInitMap(number) != map)
    return {};
  return editor.getYielded(number);
}

FuseOutcome norm::absorbConsumer(RewriterBase &rewriter, RowwiseOp op,
                                 unsigned number, Operation *consumer) {
  Value value = op.getResult(number);
  // guard: consumer-in-other-block
  if (consumer->getBlock() != op->getBlock())
    return refuse("consumer-in-other-block", "it runs in another block");
  auto outcome = readElementwise(consumer, 0);
  if (auto *refusal = std::get_if<FuseRefusal>(&outcome))
    return *refusal;
  auto &view = std::get<Elementwise>(outcome);
  // guard: accumulated-result
  if (op.isAccumulated(number))
    return refuse("accumulated-result",
                  "what it reads is only known after the last row");
  auto *input = llvm::find(view.inputs, value);
  // guard: value-not-read
  if (input == view.inputs.end())
    return refuse("value-not-read", "it takes only the shape of the result");
  AffineMap read = view.inputMaps[std::distance(view.inputs.begin(), input)];
  // guard: consumer-broadcasts
  if (!read.isPermutation())
    return refuse("consumer-broadcasts",
                  "it has other loops than the result has dimensions");
  AffineMap written = op.getInitMap(number);
  SmallVector<unsigned> loopDims(read.getNumDims());
  for (auto [position, expr] : llvm::enumerate(read.getResults()))
    loopDims[cast<AffineDimExpr>(expr).getPosition()] =
        written.getDimPosition(position);
  SmallVector<int64_t> dims;
  for (AffineExpr expr : view.resultMap.getResults())
    dims.push_back(loopDims[cast<AffineDimExpr>(expr).getPosition()]);
  // guard: transposed-result
  if (!llvm::is_sorted(dims))
    return refuse("transposed-result", "it writes dimensions in another order");
  auto composed = composeOperands(op, view, loopDims);
  if (auto *refusal = std::get_if<FuseRefusal>(&composed))
    return *refusal;
  auto &operands = std::get<SmallVector<RowOperand>>(composed);
  // guard: too-many-operands
  if (op->getNumOperands() + operands.size() > maxOperands)
    return refuse("too-many-operands", "the kernel would have more than " +
                                           Twine(maxOperands) + " operands");

  RowwiseEditor editor(rewriter, op);
  editor.emitAtEnd();
  SmallVector<RowOperand> foreign;
  SmallVector<Value> needed;
  for (const RowOperand &operand : operands) {
    needed.push_back(operand.value);
    if (operand.value.getDefiningOp() != op)
      foreign.push_back(operand);
    // guard: reads-other-rows
    else if (!getOwnValue(editor, operand.value, operand.map))
      return refuse("reads-other-rows",
                    "it reads a result at other rows than it is written");
  }
  AffineMap map = getDimsMap(op.getContext(), op.getDomainRank(), dims);
  SmallVector<RowOperand> added = foreign;
  added.push_back({view.result, map, {}});
  // guard: domain-changes
  if (!keepsDomain(op, {}, added))
    return refuse("domain-changes",
                  "the extents of a row would no longer be known as they are");
  // guard: operand-not-available
  if (!placeForConsumer(op, consumer, needed))
    return refuse("operand-not-available",
                  "an operand of it is computed after the kernel has to run");

  Traffic saved;
  saved.add(value);
  for (const RowOperand &operand : foreign)
    if (isRead(op, operand))
      saved.add(operand.value);
  if (value.hasOneUse())
    saved.add(value);
  SmallVector<Value> args;
  for (const RowOperand &operand : operands)
    args.push_back(operand.value.getDefiningOp() == op
                       ? getOwnValue(editor, operand.value, operand.map)
                       : editor.addInput(operand));
  Value computed = editor.emit(view, args, op.hasAxes(map));
  Value result = editor.addResult(
      map, cast<RankedTensorType>(view.result.getType()), computed);
  rewriter.replaceAllUsesWith(view.result, result);
  std::string text = describe("absorbed ", consumer, "", saved);
  rewriter.eraseOp(consumer);
  editor.prune();
  return Fusion{editor.getOp(), text};
}

//===----------------------------------------------------------------------===//
// Row programs
//===----------------------------------------------------------------------===//

FuseOutcome norm::absorbRowwise(RewriterBase &rewriter, RowwiseOp op,
                                RowwiseOp consumer) {
  // guard: consumer-in-other-block
  if (consumer->getBlock() != op->getBlock())
    return refuse("consumer-in-other-block", "it runs in another block");
  // guard: axes-differ
  if (consumer.getDomainRank() != op.getDomainRank() ||
      consumer.getAxes() != op.getAxes() ||
      consumer.getStaticRowSize() != op.getStaticRowSize())
    return refuse("axes-differ", "its rows are other rows");
  bool sharesMatrix = false;
  SmallVector<Value> needed;
  SmallVector<RowOperand> foreign;
  RowwiseEditor editor(rewriter, op);
  editor.emitAtEnd();
  for (auto [index, input] : llvm::enumerate(consumer.getInputs())) {
    AffineMap map = consumer.getInputMap(index);
    needed.push_back(input);
    if (input.getDefiningOp() != op) {
      foreign.push_back({input, map, {}});
      continue;
    }
    // guard: reads-other-rows
    if (!getOwnValue(editor, input, map))
      return refuse("reads-other-rows",
                    "it reads a result at other rows than it is written");
    sharesMatrix |= map.getNumResults() == map.getNumDims();
  }
  // guard: no-shared-matrix
  if (!sharesMatrix)
    return refuse("no-shared-matrix",
                  "nothing shows that the two have the same rows");
  for (Value init : consumer.getInits()) {
    // guard: result-is-destination
    if (init.getDefiningOp() == op)
      return refuse("result-is-destination", "it writes over a result");
    needed.push_back(init);
  }
  // guard: too-many-operands
  if (op->getNumOperands() + consumer->getNumOperands() > maxOperands)
    return refuse("too-many-operands", "the kernel would have more than " +
                                           Twine(maxOperands) + " operands");
  SmallVector<RowOperand> added = foreign;
  for (auto [index, init] : llvm::enumerate(consumer.getInits()))
    added.push_back({init, consumer.getInitMap(index), {}});
  // guard: domain-changes
  if (!keepsDomain(op, {}, added))
    return refuse("domain-changes",
                  "the extents of a row would no longer be known as they are");
  // guard: operand-not-available
  if (!placeForConsumer(op, consumer, needed))
    return refuse("operand-not-available",
                  "an operand of it is computed after the kernel has to run");

  Traffic saved;
  llvm::SmallPtrSet<Value, 4> own;
  for (Value input : consumer.getInputs())
    if (input.getDefiningOp() == op && own.insert(input).second)
      saved.add(input,
                llvm::all_of(input.getUsers(),
                             [&](Operation *user) { return user == consumer; })
                    ? 2
                    : 1);
  for (const RowOperand &operand : foreign)
    if (isRead(op, operand))
      saved.add(operand.value);
  IRMapping mapping;
  Block *block = consumer.getRowProgram();
  for (auto [index, input] : llvm::enumerate(consumer.getInputs())) {
    AffineMap map = consumer.getInputMap(index);
    mapping.map(block->getArgument(index),
                input.getDefiningOp() == op
                    ? getOwnValue(editor, input, map)
                    : editor.addInput({input, map, {}}));
  }
  {
    OpBuilder::InsertionGuard insertion(rewriter);
    rewriter.setInsertionPoint(op.getRowProgram()->getTerminator());
    for (Operation &scalar : block->without_terminator())
      rewriter.clone(scalar, mapping);
  }
  for (unsigned index = 0; index < consumer.getNumResults(); ++index) {
    Value result = editor.addResult(
        consumer, index,
        mapping.lookup(block->getTerminator()->getOperand(index)));
    rewriter.replaceAllUsesWith(consumer.getResult(index), result);
  }
  std::string text = describe("absorbed ", consumer, "", saved);
  rewriter.eraseOp(consumer);
  editor.prune();
  return Fusion{editor.getOp(), text};
}
