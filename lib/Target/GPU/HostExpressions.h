//===- HostExpressions.h ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The index arithmetic of a host function as expressions.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_TARGET_GPU_HOSTEXPRESSIONS_H
#define RMSNORM_LIB_TARGET_GPU_HOSTEXPRESSIONS_H

#include "rmsnorm/Target/GPU/Expression.h"

#include "mlir/IR/Value.h"

namespace mlir::norm {

/// Turns values into expressions when they are asked for, since what nothing
/// needs may have no expression.
class HostExpressions {
public:
  void set(Value value, Expression expression) {
    known[value] = std::move(expression);
  }
  /// Null, with a diagnostic, where there is none.
  Expression get(Value value) { return get(value, /*depth=*/0); }

private:
  Expression get(Value value, unsigned depth);
  Expression build(Operation *op, unsigned depth);
  Expression buildSelect(Operation *op, unsigned depth);

  DenseMap<Value, Expression> known;
};

} // namespace mlir::norm

#endif // RMSNORM_LIB_TARGET_GPU_HOSTEXPRESSIONS_H
