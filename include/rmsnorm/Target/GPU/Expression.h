//===- Expression.h ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the host computes before it launches kernels, as text for others.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TARGET_GPU_EXPRESSION_H
#define RMSNORM_TARGET_GPU_EXPRESSION_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/Support/LLVM.h"

#include <memory>
#include <optional>
#include <string>

namespace mlir::norm {

/// An expression of integers and of truth values over symbols. Null by default.
class Expression {
public:
  enum class Kind {
    Constant,
    Symbol,
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Min,
    Max,
    Select,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    And,
    Or,
    Not
  };

  Expression() = default;
  static Expression constant(int64_t value);
  static Expression symbol(StringRef name, bool isSize);
  /// An expression of the symbols that are named, in order.
  static Expression get(AffineExpr expr, ArrayRef<Expression> symbols);
  /// Of sums, products and comparisons; also of conditions. `Div` and `Rem` are
  /// of what is not negative, by what is not negative: of zero they are of one.
  static Expression get(Kind kind, Expression lhs, Expression rhs);
  static Expression ceilDiv(const Expression &lhs, Expression rhs);
  static Expression select(Expression condition, Expression yes, Expression no);
  static Expression negate(Expression condition);
  /// The same, of which is known that it is not negative.
  Expression asSize() const;

  explicit operator bool() const { return node != nullptr; }
  std::optional<int64_t> getConstant() const;
  bool isNeverNegative() const;
  bool isPositive() const;
  /// The number of symbols and constants.
  size_t getSize() const;

  /// The text in Python, and in C with the functions rmsnorm_min and
  /// rmsnorm_max.
  std::string getPython() const;
  std::string getC() const;

private:
  struct Node;
  class Printer;
  static Expression make(Node node);
  Kind getKind() const;
  std::shared_ptr<const Node> node;
};

} // namespace mlir::norm

#endif // RMSNORM_TARGET_GPU_EXPRESSION_H
