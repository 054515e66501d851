//===- Expression.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Target/GPU/Expression.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

struct Expression::Node {
  explicit Node(Kind kind) : kind(kind) {}

  Kind kind;
  int64_t value = 0;
  std::string name;
  SmallVector<Expression, 3> operands;
  bool isNeverNegative = false, isPositive = false;
  size_t size = 1;
};

Expression Expression::make(Node node) {
  if (!node.operands.empty())
    node.size = 0;
  for (const Expression &operand : node.operands)
    node.size += operand.getSize();
  node.isNeverNegative |= node.isPositive;
  Expression result;
  result.node = std::make_shared<const Node>(std::move(node));
  return result;
}

Expression::Kind Expression::getKind() const { return node->kind; }
bool Expression::isNeverNegative() const { return node->isNeverNegative; }
bool Expression::isPositive() const { return node->isPositive; }
size_t Expression::getSize() const { return node->size; }

std::optional<int64_t> Expression::getConstant() const {
  if (getKind() != Kind::Constant)
    return std::nullopt;
  return node->value;
}

//===----------------------------------------------------------------------===//
// Construction
//===----------------------------------------------------------------------===//

Expression Expression::constant(int64_t value) {
  Node node(Kind::Constant);
  node.value = value;
  node.isNeverNegative = value >= 0;
  node.isPositive = value > 0;
  return make(std::move(node));
}

Expression Expression::symbol(StringRef name, bool isSize) {
  Node node(Kind::Symbol);
  node.name = name.str();
  node.isNeverNegative = isSize;
  return make(std::move(node));
}

Expression Expression::asSize() const {
  Node copy = *node;
  copy.isNeverNegative = true;
  return make(std::move(copy));
}

static std::optional<int64_t> fold(Expression::Kind kind, int64_t lhs,
                                   int64_t rhs) {
  using Kind = Expression::Kind;
  int64_t result = 0;
  switch (kind) {
  case Kind::Add:
    return llvm::AddOverflow(lhs, rhs, result) ? std::nullopt
                                               : std::optional(result);
  case Kind::Sub:
    return llvm::SubOverflow(lhs, rhs, result) ? std::nullopt
                                               : std::optional(result);
  case Kind::Mul:
    return llvm::MulOverflow(lhs, rhs, result) ? std::nullopt
                                               : std::optional(result);
  case Kind::Div:
    return lhs / rhs;
  case Kind::Rem:
    return lhs % rhs;
  case Kind::Min:
    return std::min(lhs, rhs);
  case Kind::Max:
    return std::max(lhs, rhs);
  case Kind::Equal:
    return lhs == rhs;
  case Kind::NotEqual:
    return lhs != rhs;
  case Kind::Less:
    return lhs < rhs;
  case Kind::LessEqual:
    return lhs <= rhs;
  case Kind::Greater:
    return lhs > rhs;
  case Kind::GreaterEqual:
    return lhs >= rhs;
  case Kind::And:
    return lhs != 0 && rhs != 0;
  case Kind::Or:
    return lhs != 0 || rhs != 0;
  default:
    return std::nullopt;
  }
}

/// What needs no operation; null if it does.
static Expression simplify(Expression::Kind kind, const Expression &lhs,
                           const Expression &rhs) {
  using Kind = Expression::Kind;
  std::optional<int64_t> left = lhs.getConstant(), right = rhs.getConstant();
  if (left && right)
    if (std::optional<int64_t> value = fold(kind, *left, *right))
      return Expression::constant(*value);
  switch (kind) {
  case Kind::Add:
    return left == 0 ? rhs : right == 0 ? lhs : Expression();
  case Kind::Sub:
    return right == 0 ? lhs : Expression();
  case Kind::Mul:
    return left == 1 ? rhs : right == 1 ? lhs : Expression();
  case Kind::Div:
    return right == 1 ? lhs : Expression();
  case Kind::Rem:
    return right == 1 ? Expression::constant(0) : Expression();
  case Kind::Max:
    if ((right == 0 && lhs.isNeverNegative()) ||
        (right == 1 && lhs.isPositive()))
      return lhs;
    return Expression();
  case Kind::Less:
    return right == 0 && lhs.isNeverNegative() ? Expression::constant(0)
                                               : Expression();
  case Kind::LessEqual:
    return right == 0 && lhs.isPositive() ? Expression::constant(0)
                                          : Expression();
  case Kind::Greater:
    return right == 0 && lhs.isPositive() ? Expression::constant(1)
                                          : Expression();
  case Kind::GreaterEqual:
    return right == 0 && lhs.isNeverNegative() ? Expression::constant(1)
                                               : Expression();
  case Kind::And:
    if (left)
      return *left ? rhs : lhs;
    if (right)
      return *right ? lhs : rhs;
    return Expression();
  case Kind::Or:
    if (left)
      return *left ? lhs : rhs;
    if (right)
      return *right ? rhs : lhs;
    return Expression();
  default:
    return Expression();
  }
}

Expression Expression::get(Kind kind, Expression lhs, Expression rhs) {
  // Where the host's code would divide by a size of zero there is no launch.
  if ((kind == Kind::Div || kind == Kind::Rem) && !rhs.isPositive())
    rhs = get(Kind::Max, rhs, constant(1));
  if (Expression simple = simplify(kind, lhs, rhs))
    return simple;
  Node node(kind);
  bool both = lhs.isNeverNegative() && rhs.isNeverNegative();
  bool bothPositive = lhs.isPositive() && rhs.isPositive();
  bool onePositive = lhs.isPositive() || rhs.isPositive();
  switch (kind) {
  case Kind::Add:
    node.isNeverNegative = both;
    node.isPositive = both && onePositive;
    break;
  case Kind::Sub:
    break;
  case Kind::Max:
    node.isNeverNegative = lhs.isNeverNegative() || rhs.isNeverNegative();
    node.isPositive = onePositive;
    break;
  case Kind::Mul:
  case Kind::Min:
    node.isNeverNegative = both;
    node.isPositive = bothPositive;
    break;
  default:
    node.isNeverNegative = true;
    break;
  }
  node.operands = {std::move(lhs), std::move(rhs)};
  return make(std::move(node));
}

Expression Expression::ceilDiv(const Expression &lhs, Expression rhs) {
  if (!rhs.isPositive())
    rhs = get(Kind::Max, rhs, constant(1));
  bool isPositive = lhs.isPositive();
  Expression less = get(Kind::Sub, rhs, constant(1));
  Expression result = get(Kind::Div, get(Kind::Add, lhs, less), rhs);
  if (!isPositive || result.getConstant())
    return result;
  Node copy = *result.node;
  copy.isPositive = true;
  return make(std::move(copy));
}

Expression Expression::select(Expression condition, Expression yes,
                              Expression no) {
  if (std::optional<int64_t> known = condition.getConstant())
    return *known ? yes : no;
  Node node(Kind::Select);
  node.isNeverNegative = yes.isNeverNegative() && no.isNeverNegative();
  node.isPositive = yes.isPositive() && no.isPositive();
  node.operands = {std::move(condition), std::move(yes), std::move(no)};
  return make(std::move(node));
}

Expression Expression::negate(Expression condition) {
  auto inverse = [&](Kind kind) {
    return get(kind, condition.node->operands[0], condition.node->operands[1]);
  };
  switch (condition.getKind()) {
  case Kind::Constant:
    return constant(condition.node->value == 0);
  case Kind::Equal:
    return inverse(Kind::NotEqual);
  case Kind::NotEqual:
    return inverse(Kind::Equal);
  case Kind::Less:
    return inverse(Kind::GreaterEqual);
  case Kind::LessEqual:
    return inverse(Kind::Greater);
  case Kind::Greater:
    return inverse(Kind::LessEqual);
  case Kind::GreaterEqual:
    return inverse(Kind::Less);
  case Kind::Not:
    return condition.node->operands[0];
  default:
    Node node(Kind::Not);
    node.isNeverNegative = true;
    node.operands = {std::move(condition)};
    return make(std::move(node));
  }
}

Expression Expression::get(AffineExpr expr, ArrayRef<Expression> symbols) {
  if (auto known = dyn_cast<AffineConstantExpr>(expr))
    return constant(known.getValue());
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return symbols[symbol.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  Expression lhs = get(binary.getLHS(), symbols);
  Expression rhs = get(binary.getRHS(), symbols);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return get(Kind::Add, lhs, rhs);
  case AffineExprKind::Mul:
    return get(Kind::Mul, lhs, rhs);
  case AffineExprKind::Mod:
    return get(Kind::Rem, lhs, rhs);
  case AffineExprKind::FloorDiv:
    return get(Kind::Div, lhs, rhs);
  default:
    return ceilDiv(lhs, rhs);
  }
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// Prints with the parentheses that both precedences need.
class Expression::Printer {
public:
  explicit Printer(bool isC) : isC(isC) {}

  std::string print(const Expression &expr, unsigned outer = 0) {
    unsigned own = getPrecedence(expr.getKind());
    std::string text = printBare(expr, own);
    return own < outer ? "(" + text + ")" : text;
  }

private:
  static unsigned getPrecedence(Kind kind) {
    switch (kind) {
    case Kind::Select:
      return 1;
    case Kind::Or:
      return 2;
    case Kind::And:
      return 3;
    case Kind::Not:
      return 4;
    case Kind::Equal:
    case Kind::NotEqual:
    case Kind::Less:
    case Kind::LessEqual:
    case Kind::Greater:
    case Kind::GreaterEqual:
      return 5;
    case Kind::Add:
    case Kind::Sub:
      return 6;
    case Kind::Mul:
    case Kind::Div:
    case Kind::Rem:
      return 7;
    default:
      return 8;
    }
  }

  std::string getOperator(Kind kind) const {
    switch (kind) {
    case Kind::Add:
      return "+";
    case Kind::Sub:
      return "-";
    case Kind::Mul:
      return "*";
    case Kind::Div:
      return isC ? "/" : "//";
    case Kind::Rem:
      return "%";
    case Kind::Equal:
      return "==";
    case Kind::NotEqual:
      return "!=";
    case Kind::Less:
      return "<";
    case Kind::LessEqual:
      return "<=";
    case Kind::Greater:
      return ">";
    case Kind::GreaterEqual:
      return ">=";
    case Kind::And:
      return isC ? "&&" : "and";
    case Kind::Or:
      return isC ? "||" : "or";
    default:
      llvm_unreachable("no operator between two operands");
    }
  }

  std::string printBare(const Expression &expr, unsigned own) {
    ArrayRef<Expression> operands = expr.node->operands;
    switch (expr.getKind()) {
    case Kind::Constant: {
      std::string text = std::to_string(expr.node->value);
      return expr.node->value < 0 ? "(" + text + ")" : text;
    }
    case Kind::Symbol:
      return expr.node->name;
    case Kind::Min:
    case Kind::Max: {
      std::string name = expr.getKind() == Kind::Min ? "min" : "max";
      return (isC ? "rmsnorm_" + name : name) + "(" + print(operands[0]) +
             ", " + print(operands[1]) + ")";
    }
    case Kind::Not:
      return isC ? "!" + print(operands[0], 8) : "not " + print(operands[0], 5);
    case Kind::Select:
      if (isC)
        return print(operands[0], 2) + " ? " + print(operands[1], 2) + " : " +
               print(operands[2], 2);
      return print(operands[1], 2) + " if " + print(operands[0], 2) + " else " +
             print(operands[2], 2);
    default:
      break;
    }
    // Sums and conditions of one kind need no parentheses on the left; nor do
    // conditions on the right. Python chains comparisons.
    bool isComparison = own == 5;
    unsigned left = isComparison ? own + 1 : own;
    // A compiler warns about && within || without them.
    if (expr.getKind() == Kind::Or)
      left = 4;
    unsigned right = own == 2 || own == 3 ? left : own + 1;
    return print(operands[0], left) + " " + getOperator(expr.getKind()) + " " +
           print(operands[1], right);
  }

  bool isC;
};

std::string Expression::getPython() const {
  return Printer(/*isC=*/false).print(*this);
}

std::string Expression::getC() const {
  return Printer(/*isC=*/true).print(*this);
}
