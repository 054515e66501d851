//===- HostExpressions.cpp --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostExpressions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::norm;

using Kind = Expression::Kind;

/// Chains of ops and expressions that are longer have another reason than
/// shapes.
static constexpr unsigned mostDepth = 500;
static constexpr size_t mostSize = 2000;

Expression HostExpressions::get(Value value, unsigned depth) {
  if (Expression found = known.lookup(value))
    return found;
  Expression result;
  Operation *op = value.getDefiningOp();
  APInt constant;
  if (!op || depth > mostDepth) {
    emitError(value.getLoc(), "a launch depends on a value that does not "
                              "follow from the sizes of arguments");
  } else if (matchPattern(value, m_ConstantInt(&constant))) {
    result = Expression::constant(value.getType().isInteger(1)
                                      ? constant.getZExtValue()
                                      : constant.getSExtValue());
  } else {
    result = build(op, depth + 1);
    if (result && result.getSize() > mostSize) {
      op->emitOpError("is the last one of an expression that is too long");
      result = Expression();
    }
  }
  known[value] = result;
  return result;
}

/// The kind of a comparison; with `isUnsigned` of those without sign.
static Kind getComparison(arith::CmpIPredicate predicate, bool &isUnsigned) {
  isUnsigned = false;
  switch (predicate) {
  case arith::CmpIPredicate::eq:
    return Kind::Equal;
  case arith::CmpIPredicate::ne:
    return Kind::NotEqual;
  case arith::CmpIPredicate::ult:
    isUnsigned = true;
    [[fallthrough]];
  case arith::CmpIPredicate::slt:
    return Kind::Less;
  case arith::CmpIPredicate::ule:
    isUnsigned = true;
    [[fallthrough]];
  case arith::CmpIPredicate::sle:
    return Kind::LessEqual;
  case arith::CmpIPredicate::ugt:
    isUnsigned = true;
    [[fallthrough]];
  case arith::CmpIPredicate::sgt:
    return Kind::Greater;
  case arith::CmpIPredicate::uge:
    isUnsigned = true;
    [[fallthrough]];
  default:
    return Kind::GreaterEqual;
  }
}

/// x of `x <= 0 ? -(q) : q + 1` with `q = (x <= 0 ? -x : x - 1) / d`, which
/// upstream makes of a division that rounds up, and d; else null.
static std::pair<Value, Value> matchCeilDiv(arith::SelectOp op) {
  auto isAtMostZero = [](Value condition, Value &x) {
    auto compare = condition.getDefiningOp<arith::CmpIOp>();
    if (!compare || compare.getPredicate() != arith::CmpIPredicate::sle ||
        !isConstantIntValue(compare.getRhs(), 0))
      return false;
    x = compare.getLhs();
    return true;
  };
  auto isNegative = [](Value value, Value of) {
    auto sub = value.getDefiningOp<arith::SubIOp>();
    return sub && isConstantIntValue(sub.getLhs(), 0) && sub.getRhs() == of;
  };
  auto isPlus = [](Value value, Value of, int64_t number) {
    Operation *sum = value.getDefiningOp();
    if (!isa_and_nonnull<arith::AddIOp, arith::SubIOp>(sum) ||
        sum->getOperand(0) != of)
      return false;
    std::optional<int64_t> added = getConstantIntValue(sum->getOperand(1));
    return added && (isa<arith::AddIOp>(sum) ? *added : -*added) == number;
  };
  Value x, same;
  if (!isAtMostZero(op.getCondition(), x))
    return {};
  auto next = op.getFalseValue().getDefiningOp<arith::AddIOp>();
  auto division =
      next ? next.getLhs().getDefiningOp<arith::DivSIOp>() : arith::DivSIOp();
  if (!division || !isPlus(op.getFalseValue(), division, 1) ||
      !isNegative(op.getTrueValue(), division))
    return {};
  auto inner = division.getLhs().getDefiningOp<arith::SelectOp>();
  if (!inner || !isAtMostZero(inner.getCondition(), same) || same != x ||
      !isNegative(inner.getTrueValue(), x) ||
      !isPlus(inner.getFalseValue(), x, -1))
    return {};
  return {x, division.getRhs()};
}

Expression HostExpressions::buildSelect(Operation *op, unsigned depth) {
  auto select = cast<arith::SelectOp>(op);
  if (auto [x, divisor] = matchCeilDiv(select); x) {
    Expression lhs = get(x, depth), rhs = get(divisor, depth);
    if (!lhs || !rhs)
      return Expression();
    if (lhs.isNeverNegative() && rhs.isPositive())
      return Expression::ceilDiv(lhs, rhs);
  }
  Expression condition = get(select.getCondition(), depth);
  if (!condition)
    return Expression();
  // The other one may have no expression.
  if (std::optional<int64_t> known = condition.getConstant())
    return get(*known ? select.getTrueValue() : select.getFalseValue(), depth);
  Expression yes = get(select.getTrueValue(), depth);
  Expression no = yes ? get(select.getFalseValue(), depth) : Expression();
  return no ? Expression::select(condition, yes, no) : Expression();
}

Expression HostExpressions::build(Operation *op, unsigned depth) {
  if (isa<arith::SelectOp>(op))
    return buildSelect(op, depth);
  std::optional<Kind> kind;
  // Of numbers that are not negative it does not matter whether ops have signs,
  // nor how divisions round.
  bool needsSizes = false;
  bool isCeil = isa<arith::CeilDivUIOp, arith::CeilDivSIOp>(op);
  bool isLogical =
      op->getNumResults() == 1 && op->getResult(0).getType().isInteger(1);
  if (isa<arith::AddIOp>(op) && !isLogical)
    kind = Kind::Add;
  else if (isa<arith::SubIOp>(op) && !isLogical)
    kind = Kind::Sub;
  else if (isa<arith::MulIOp>(op) && !isLogical)
    kind = Kind::Mul;
  else if (isa<arith::MinSIOp, arith::MinUIOp>(op) && !isLogical)
    kind = Kind::Min;
  else if (isa<arith::MaxSIOp, arith::MaxUIOp>(op) && !isLogical)
    kind = Kind::Max;
  else if (isa<arith::AndIOp>(op) && isLogical)
    kind = Kind::And;
  else if (isa<arith::OrIOp>(op) && isLogical)
    kind = Kind::Or;
  else if (isa<arith::XOrIOp>(op) && isLogical)
    kind = Kind::NotEqual;
  else if (isa<arith::DivSIOp, arith::DivUIOp, arith::FloorDivSIOp>(op) ||
           isCeil)
    kind = Kind::Div;
  else if (isa<arith::RemSIOp, arith::RemUIOp>(op))
    kind = Kind::Rem;
  needsSizes = isa<arith::MinUIOp, arith::MaxUIOp>(op) || kind == Kind::Div ||
               kind == Kind::Rem;
  if (auto compare = dyn_cast<arith::CmpIOp>(op))
    kind = getComparison(compare.getPredicate(), needsSizes);
  if (!kind) {
    op->emitOpError("decides about a launch, which only arithmetic on sizes "
                    "can do");
    return Expression();
  }
  Expression lhs = get(op->getOperand(0), depth);
  Expression rhs = lhs ? get(op->getOperand(1), depth) : Expression();
  if (!rhs)
    return rhs;
  if (needsSizes && (!lhs.isNeverNegative() || !rhs.isNeverNegative())) {
    op->emitOpError("has an operand that may be negative, so that a launch "
                    "does not follow from it alike in all languages");
    return Expression();
  }
  if (isCeil)
    return Expression::ceilDiv(lhs, rhs);
  if (*kind == Kind::NotEqual && isLogical && isa<arith::XOrIOp>(op) &&
      rhs.getConstant() == 1)
    return Expression::negate(lhs);
  return Expression::get(*kind, lhs, rhs);
}
