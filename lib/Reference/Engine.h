//===- Engine.h ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The interpreter's engine: values of one function call, and the evaluation of
// ops by dialect.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_REFERENCE_ENGINE_H
#define RMSNORM_LIB_REFERENCE_ENGINE_H

#include "Scalar.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::norm::reference {

using Arrays = SmallVector<ArrayPtr>;

class Engine {
public:
  Engine(Mode mode, unsigned depth) : mode(mode), depth(depth) {}

  /// Evaluates the ops of a block; returns the operands of its terminator.
  FailureOr<Arrays> run(Block &block, ArrayRef<ArrayPtr> arguments);
  /// Evaluates `ops`; returns the values of `results`.
  FailureOr<Arrays> run(ArrayRef<Value> results, ArrayRef<Operation *> ops,
                        ArrayRef<Value> inputs, ArrayRef<ArrayPtr> arguments);
  /// Calls the function of that name with the operands of `op`.
  FailureOr<Arrays> call(Operation *op, SymbolRefAttr name);

  /// The value of an operand; every op of the block before it has run.
  const ArrayPtr &get(Value value) const { return values.find(value)->second; }
  const Number &getScalar(Value value) const {
    return get(value)->elements.front();
  }
  bool has(Value value) const { return values.contains(value); }

  const Mode mode;

private:
  LogicalResult evaluate(Operation *op);
  FailureOr<Arrays> dispatch(Operation *op);
  FailureOr<Arrays> evaluateControlFlow(Operation *op);
  FailureOr<Arrays> evaluateElementwise(Operation *op);

  /// Nested function calls, to stop a recursion that does not end.
  const unsigned depth;
  DenseMap<Value, ArrayPtr> values;
};

/// Each evaluates an op of its kind, or emits a diagnostic and fails.
/// `handled` is set to false, without a diagnostic, for ops of other kinds.
FailureOr<Arrays> evaluateTensorOp(Engine &engine, Operation *op,
                                   bool &handled);
FailureOr<Arrays> evaluateLinalgOp(Engine &engine, Operation *op,
                                   bool &handled);
FailureOr<Arrays> evaluateRowOp(Engine &engine, Operation *op, bool &handled);
/// Ops of other compilers, by their names.
FailureOr<Arrays> evaluateNamedOp(Engine &engine, Operation *op, bool &handled);

/// Succeeds when the array has the type that the program states.
LogicalResult checkType(Operation *op, const Twine &what, Type type,
                        const Array &array);

/// Calls `visit` with every index of an array of shape `shape`, in row-major
/// order.
template <typename F> void forEachIndex(ArrayRef<int64_t> shape, F visit) {
  if (llvm::is_contained(shape, 0))
    return;
  SmallVector<int64_t> index(shape.size(), 0);
  while (true) {
    visit(ArrayRef<int64_t>(index));
    int64_t dim = static_cast<int64_t>(shape.size()) - 1;
    for (; dim >= 0; --dim) {
      if (++index[dim] < shape[dim])
        break;
      index[dim] = 0;
    }
    if (dim < 0)
      return;
  }
}

inline int64_t dot(ArrayRef<int64_t> index, ArrayRef<int64_t> strides) {
  int64_t offset = 0;
  for (auto [i, stride] : llvm::zip_equal(index, strides))
    offset += i * stride;
  return offset;
}

template <typename... Args> ArrayPtr makeArray(Args &&...args) {
  return std::make_shared<Array>(std::forward<Args>(args)...);
}

} // namespace mlir::norm::reference

#endif // RMSNORM_LIB_REFERENCE_ENGINE_H
