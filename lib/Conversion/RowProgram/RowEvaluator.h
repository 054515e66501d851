//===- RowEvaluator.h ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits the ops of a row program on vectors and scalars. What a vector holds,
// and where it comes from, is each lowering's own; what is computed, and where
// it is rounded, is the same for all.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_CONVERSION_ROWPROGRAM_ROWEVALUATOR_H
#define RMSNORM_LIB_CONVERSION_ROWPROGRAM_ROWEVALUATOR_H

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::norm {

/// True when no sign bit is set, be it of a zero or a NaN.
bool isNeverNegative(Value row);

class RowEvaluator {
protected:
  /// With `contract` a product may be added without being rounded.
  RowEvaluator(OpBuilder &builder, Location loc, bool contract)
      : b(builder), loc(loc), contract(contract) {}
  virtual ~RowEvaluator() = default;

  /// How a value of the row program is represented.
  virtual Type convert(Type type) = 0;
  /// The elements of a row, as an index.
  virtual Value rowSize() = 0;
  /// Brings a scalar to the representation `type`.
  virtual Value broadcast(Value value, Type type);

  void evaluate(Operation *op, IRMapping &values);

  /// What changes no sum, or maximum: of vectors of the row, and of scalars.
  Value neutral(ReduceOp reduce);
  Value neutralScalar(ReduceOp reduce);
  Value combine(ReduceOp reduce, Value lhs, Value rhs);
  /// Takes a vector of the row into a partial sum, a product unrounded.
  Value addTo(ReduceOp reduce, Value sum, IRMapping &values);

  OpBuilder &b;
  Location loc;
  bool contract;

private:
  static TypedAttr getNeutral(ReduceOp reduce);
  /// What `lhs + rhs`, or `lhs - rhs`, is when one of them is a product that
  /// goes nowhere else: one op. Null if neither is, or that is not allowed. It
  /// depends on the row program alone, not on what the code generator sees
  /// around it, so that every row gets the same bits.
  Value fuseProduct(Location loc, Value lhs, Value rhs, bool subtracts,
                    IRMapping &values);
  /// An integer that is converted from a float rounded to even, by one op that
  /// does both: what does not fit is poison in either. Null for other ops.
  Value roundToInteger(Operation *op, IRMapping &values);
};

} // namespace mlir::norm

#endif // RMSNORM_LIB_CONVERSION_ROWPROGRAM_ROWEVALUATOR_H
