//===- RowBuilder.h --------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits row programs: arith and math on 1-D tensors and scalars. Shared by
// the ops that state their row program and by the passes that edit one.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_DIALECT_NORM_IR_ROWBUILDER_H
#define RMSNORM_DIALECT_NORM_IR_ROWBUILDER_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mlir::norm {

class RowBuilder {
public:
  /// `row` is any 1-D tensor of the program; it gives N.
  RowBuilder(OpBuilder &builder, Location loc, Value row)
      : builder(builder), loc(loc), row(row) {}

  /// Converts the elements to `type`: exactly when widening, rounding to
  /// nearest even otherwise. f16 and bf16 meet in f32.
  Value convert(Value value, FloatType type);
  /// A scalar. A value that `type` does not hold exactly is written in f64
  /// and rounded by an `arith.truncf`, which is not folded.
  Value constant(double value, FloatType type);
  /// N as a float. For a dynamic N the conversion is from i64.
  Value rowSize(FloatType type);
  /// A row of copies of a scalar; rows are returned as they are.
  Value splat(Value value);
  Value sum(Value row, std::optional<int64_t> first = std::nullopt);

  Value add(Value lhs, Value rhs);
  Value sub(Value lhs, Value rhs);
  Value mul(Value lhs, Value rhs);
  Value div(Value lhs, Value rhs);

private:
  /// Splats the scalar when the other operand is a row.
  void unify(Value &lhs, Value &rhs);

  OpBuilder &builder;
  Location loc;
  Value row;
};

} // namespace mlir::norm

#endif // RMSNORM_DIALECT_NORM_IR_ROWBUILDER_H
