//===- ModuleView.cpp - What kind of op is it? ----------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/Import/ModuleView.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::norm;
using algebra::Coefficient;

const OpRow *ModuleView::lookup(Operation *op) const {
  OperationName known = op->getName();
  auto [it, isNew] = rows.try_emplace(known.getAsOpaquePointer());
  if (isNew)
    it->second = table.lookup(known.getStringRef());
  if (!known.getStringRef().ends_with(".custom_call"))
    return it->second;
  auto target = op->getAttrOfType<StringAttr>("call_target_name");
  auto hasEffect = op->getAttrOfType<BoolAttr>("has_side_effect");
  // guard: custom-call-effect
  if (hasEffect && hasEffect.getValue())
    return nullptr;
  return target ? table.lookup(OpTable::customCall(target.getValue()))
                : nullptr;
}

const Callee *ModuleView::getCallee(Operation *op) {
  StringRef name = op->getName().getStringRef();
  FlatSymbolRefAttr symbol;
  if (name.ends_with(".call"))
    symbol = op->getAttrOfType<FlatSymbolRefAttr>("callee");
  else if (name.ends_with(".composite"))
    symbol = op->getAttrOfType<FlatSymbolRefAttr>("decomposition");
  if (!symbol)
    return nullptr;
  Operation *function = symbols.lookupNearestSymbolFrom(op, symbol);
  if (!function || function->getNumRegions() != 1 ||
      !function->getRegion(0).hasOneBlock())
    return nullptr;
  Block *body = &function->getRegion(0).front();
  if (body->empty() || body->getNumArguments() != op->getNumOperands() ||
      body->back().getNumOperands() != op->getNumResults())
    return nullptr;
  auto [it, isNew] = callees.try_emplace(function);
  if (!isNew) // null for a function that calls itself
    return it->second.get();

  auto result = std::make_unique<Callee>();
  Callee &callee = *result;
  callee.body = body;
  callee.isPure = true;
  for (Operation &inner : body->without_terminator()) {
    const Callee *nested = getCallee(&inner);
    callee.isPure &= isPure(&inner);
    callee.hasRoot |= nested ? nested->hasRoot : isRoot(&inner);
    callee.hasReduction |= nested ? nested->hasReduction : isReduction(&inner);
    // A root or a sum in the body of an op, which is what linalg has.
    if (isa<linalg::LinalgOp>(inner))
      inner.walk([&](Operation *scalar) { callee.hasRoot |= isRoot(scalar); });
  }
  return (callees[function] = std::move(result)).get();
}

bool ModuleView::isPure(Operation *op) {
  // The last op of a block is its terminator, registered or not.
  bool isPureInside = llvm::all_of(op->getRegions(), [&](Region &region) {
    return llvm::all_of(region.getOps(), [&](Operation &inner) {
      return &inner == &inner.getBlock()->back() || isPure(&inner);
    });
  });
  if (!isPureInside)
    return false;
  if (isMemoryEffectFree(op) || lookup(op))
    return true;
  const Callee *callee = getCallee(op);
  return callee && callee->isPure;
}

bool ModuleView::isElementwiseOrMovement(Operation *op) {
  // The operands of an einsum of torch.
  if (op->getName().getStringRef() == "torch.prim.ListConstruct")
    return op->getNumOperands() && getTensorType(op->getOperand(0));
  if (isa<linalg::LinalgOp>(op))
    return !isReduction(op);
  if (const OpRow *row = lookup(op))
    return row->kind == OpClass::Elementwise ||
           row->kind == OpClass::Broadcasting || row->kind == OpClass::Movement;
  if (op->hasTrait<OpTrait::Elementwise>())
    return true;
  const Callee *callee = getCallee(op);
  return callee && callee->isPure && !callee->hasReduction;
}

bool ModuleView::isReduction(Operation *op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return linalgOp.getNumReductionLoops() != 0;
  if (const OpRow *row = lookup(op))
    return row->kind == OpClass::Norm ||
           (row->kind == OpClass::Reduction && (!row->isSum || row->isSum(op)));
  const Callee *callee = getCallee(op);
  return callee && callee->isPure && callee->hasReduction;
}

bool ModuleView::isRoot(Operation *op) {
  if (const OpRow *row = lookup(op))
    return row->isRoot;
  const Callee *callee = getCallee(op);
  return callee && callee->isPure && callee->hasRoot;
}

bool ModuleView::isCompositeRoot(Operation *op) {
  if (const OpRow *row = lookup(op))
    return row->isRoot && !row->elementwise;
  return isRoot(op);
}

bool ModuleView::isConstant(Operation *op) const {
  if (const OpRow *row = lookup(op); row && row->kind == OpClass::Constant)
    return true;
  return op->hasTrait<OpTrait::ConstantLike>();
}

bool ModuleView::isIdle(Operation *op) {
  constexpr unsigned maxIdleOps = 64;
  llvm::SetVector<Operation *> ops;
  ops.insert(op);
  for (unsigned i = 0; i < ops.size(); ++i) {
    if (isMetadata(ops[i]))
      continue;
    if (i >= maxIdleOps || ops[i]->getNumResults() == 0 || !isPure(ops[i]))
      return false;
    ops.insert_range(ops[i]->getUsers());
  }
  return true;
}

bool ModuleView::isWidening(Operation *op) const {
  const OpRow *row = lookup(op);
  if (!row || !row->isCast || op->getNumOperands() == 0)
    return false;
  auto from = dyn_cast<FloatType>(getElementType(op->getOperand(0)));
  auto to = dyn_cast<FloatType>(getElementType(op->getResult(0)));
  return from && to && from.getWidth() < to.getWidth();
}

bool ModuleView::isReciprocalRoot(Operation *op) const {
  static const ElementwiseFn rsqrt =
      OpTable::get().lookup("math.rsqrt")->elementwise;
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
    Operation *root = getOnlyOp(linalgOp);
    return root && isReciprocalRoot(root);
  }
  const OpRow *row = lookup(op);
  return row && row->elementwise == rsqrt;
}

std::optional<Coefficient> ModuleView::readLiteral(FloatAttr literal) {
  auto [it, isNew] = literals.try_emplace(literal);
  if (!isNew)
    return it->second;
  const llvm::fltSemantics &semantics = literal.getValue().getSemantics();
  bool losesInfo = false;
  APFloat wide = literal.getValue();
  wide.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &losesInfo);
  if (losesInfo)
    return it->second;
  double value = wide.convertToDouble();
  bool isAsWritten =
      areNarrowAsWritten && APFloat::semanticsSizeInBits(semantics) < 32;
  it->second = isAsWritten ? Coefficient(algebra::Rational::fromDouble(value))
                           : Coefficient::fromLiteral(value, semantics);
  return it->second;
}

Operation *norm::getOnlyOp(linalg::LinalgOp op) {
  Block *body = op.getBlock();
  Operation *only = &body->front();
  bool isApplied = llvm::hasNItems(*body, 2) && only->getNumOperands() != 0 &&
                   only->getNumResults() != 0 &&
                   only->getOperand(0) == body->getArgument(0) &&
                   body->getTerminator()->getOperand(0) == only->getResult(0);
  return isApplied ? only : nullptr;
}

llvm::SetVector<Value> norm::getReadValues(Operation *op) {
  llvm::SetVector<Value> values;
  values.insert_range(op->getOperands());
  getUsedValuesDefinedAbove(op->getRegions(), values);
  return values;
}

/// True when no op of `block` uses a value that an op after it defines.
static bool isBlockInOrder(Block *block) {
  auto definesBefore = [&](Operation *op, Operation *user) {
    return llvm::all_of(user->getOperands(), [&](Value operand) {
      Operation *source = operand.getDefiningOp();
      return !source || source->getBlock() != block ||
             source->isBeforeInBlock(op);
    });
  };
  for (Operation &op : *block) {
    if (op.hasTrait<OpTrait::IsIsolatedFromAbove>()) {
      if (!definesBefore(&op, &op))
        return false;
      continue;
    }
    WalkResult result = op.walk([&](Operation *user) {
      return definesBefore(&op, user) ? WalkResult::advance()
                                      : WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      return false;
  }
  return true;
}

bool ModuleView::isInOrder(Operation *op) {
  for (; op && op->getBlock(); op = op->getParentOp()) {
    Block *block = op->getBlock();
    auto [it, isNew] = inOrder.try_emplace(block, true);
    // Nor need a block that cannot be reached be in order.
    if (isNew &&
        (mayBeGraphRegion(*block->getParent()) || !block->isEntryBlock()))
      it->second = isBlockInOrder(block);
    if (!it->second)
      return false;
  }
  return true;
}
