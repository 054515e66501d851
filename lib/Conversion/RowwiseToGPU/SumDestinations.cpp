//===- SumDestinations.cpp ------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SumDestinations.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace mlir::norm;

/// A buffer that no other value is, but for results of its users: an
/// allocation, or an argument of a function.
static bool isOwn(Value buffer) {
  if (auto argument = dyn_cast<BlockArgument>(buffer))
    return isa<FunctionOpInterface>(argument.getOwner()->getParentOp());
  return buffer.getDefiningOp<memref::AllocOp>() != nullptr;
}

/// The result may be the buffer, or a part of it.
static bool makesAlias(Operation *user) {
  return llvm::any_of(user->getResultTypes(), llvm::IsaPred<BaseMemRefType>);
}

/// The last user of a buffer before an op, of those that are not `ignored`;
/// null if there is none. Fails if the buffer is used elsewhere than in the
/// op's block, or is not one of its own.
static FailureOr<Operation *>
getLastUserBefore(Operation *op, Value buffer,
                  function_ref<bool(Operation *)> ignored) {
  if (!isOwn(buffer))
    return failure();
  Operation *last = nullptr;
  for (Operation *user : buffer.getUsers()) {
    if (user->getBlock() != op->getBlock() || makesAlias(user))
      return failure();
    if (user != op && user->isBeforeInBlock(op) && !ignored(user) &&
        (!last || last->isBeforeInBlock(user)))
      last = user;
  }
  return last;
}

/// The op that fills a buffer with zeros, of which nothing is read before `op`;
/// null if there is none.
static Operation *findZeros(Operation *op, Value buffer,
                            function_ref<bool(Operation *)> ignored) {
  FailureOr<Operation *> last = getLastUserBefore(op, buffer, ignored);
  if (failed(last) || !*last)
    return nullptr;
  if (auto fill = dyn_cast<linalg::FillOp>(*last))
    return fill.getDpsInits()[0] == buffer &&
                   matchPattern(fill.getInputs()[0], m_PosZeroFloat())
               ? *last
               : nullptr;
  auto copy = dyn_cast<memref::CopyOp>(*last);
  if (!copy || copy.getTarget() != buffer || copy.getSource() == buffer)
    return nullptr;
  Value source = copy.getSource();
  auto isCopyOfSource = [&](Operation *user) {
    auto other = dyn_cast<memref::CopyOp>(user);
    return other && other.getSource() == source && other.getTarget() != source;
  };
  return findZeros(copy, source, isCopyOfSource) ? *last : nullptr;
}

/// Erases a buffer that is only written, by fills.
static void eraseIfUnread(Value buffer) {
  if (!buffer.getDefiningOp<memref::AllocOp>() ||
      !llvm::all_of(buffer.getUsers(), [](Operation *user) {
        return isa<linalg::FillOp, memref::DeallocOp>(user);
      }))
    return;
  for (Operation *user : llvm::make_early_inc_range(buffer.getUsers()))
    user->erase();
  buffer.getDefiningOp()->erase();
}

/// The op behind `op` that rounds all elements of a buffer to another, if that
/// is all that happens to it.
static linalg::GenericOp findRounding(RowwiseOp op, Value buffer) {
  linalg::GenericOp rounding;
  for (Operation *user : buffer.getUsers()) {
    if (user == op || isa<memref::DeallocOp>(user))
      continue;
    auto generic = dyn_cast<linalg::GenericOp>(user);
    if (!generic || rounding || user->getBlock() != op->getBlock() ||
        !op->isBeforeInBlock(user))
      return nullptr;
    rounding = generic;
  }
  if (!rounding || !buffer.getDefiningOp<memref::AllocOp>() ||
      rounding.getNumDpsInputs() != 1 || rounding.getNumDpsInits() != 1 ||
      rounding.getDpsInputs()[0] != buffer ||
      !llvm::all_of(rounding.getIndexingMapsArray(),
                    [](AffineMap map) { return map.isIdentity(); }))
    return nullptr;
  Block *body = rounding.getBody();
  auto truncate = dyn_cast<arith::TruncFOp>(body->front());
  // The op rounds to the nearest, ties to even.
  bool isRounding = truncate && !truncate.getRoundingmode() &&
                    truncate->getNextNode() == body->getTerminator() &&
                    truncate.getIn() == body->getArgument(0) &&
                    body->getTerminator()->getOperand(0) == truncate;
  return isRounding ? rounding : nullptr;
}

/// Makes the destination of the rounding op there before `op`, if it is not;
/// nothing that touches it may be between the two.
static bool makeAvailable(Value buffer, RowwiseOp op, Operation *rounding) {
  auto alloc = buffer.getDefiningOp<memref::AllocOp>();
  if (!alloc)
    return isOwn(buffer) &&
           llvm::none_of(buffer.getUsers(), [&](Operation *user) {
             return user->getBlock() != op->getBlock() || makesAlias(user) ||
                    user == op ||
                    (op->isBeforeInBlock(user) &&
                     user->isBeforeInBlock(rounding));
           });
  if (alloc->getBlock() != op->getBlock() ||
      !llvm::all_of(buffer.getUsers(), [&](Operation *user) {
        return user == rounding || (user->getBlock() == op->getBlock() &&
                                    rounding->isBeforeInBlock(user));
      }))
    return false;
  if (alloc->isBeforeInBlock(op))
    return true;
  for (Value size : alloc->getOperands())
    if (Operation *source = size.getDefiningOp();
        source && source->getBlock() == op->getBlock() &&
        !source->isBeforeInBlock(op))
      return false;
  alloc->moveBefore(op);
  return true;
}

SumDestination SumDestination::fold(RowwiseOp op, unsigned init) {
  SumDestination destination;
  Value buffer = op.getInits()[init];
  auto type = cast<FloatType>(getElementTypeOrSelf(buffer.getType()));
  destination.type =
      type.getWidth() < 32 ? Float32Type::get(op.getContext()) : type;
  // The op may read the zeros, too.
  Operation *zeros =
      llvm::count(op->getOperands(), buffer) == 1
          ? findZeros(op, buffer, [](Operation *) { return false; })
          : nullptr;
  if (zeros) {
    destination.isZero = true;
    auto copy = dyn_cast<memref::CopyOp>(zeros);
    Value source = copy ? copy.getSource() : Value();
    zeros->erase();
    if (source)
      eraseIfUnread(source);
  }
  // A type that is narrower than sums rounds them first.
  linalg::GenericOp rounding = destination.isZero && type == destination.type
                                   ? findRounding(op, buffer)
                                   : linalg::GenericOp();
  if (!rounding)
    return destination;
  Value result = rounding.getDpsInits()[0];
  auto resultType = dyn_cast<MemRefType>(result.getType());
  if (!resultType || !resultType.isStrided() ||
      !makeAvailable(result, op, rounding))
    return destination;
  rounding.erase();
  op.getInitsMutable()[init].set(result);
  eraseIfUnread(buffer);
  return destination;
}
