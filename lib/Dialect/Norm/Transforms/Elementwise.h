//===- Elementwise.h - Element-wise ops of several dialects -----*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// One view of the ops that compute each element of their result from elements
// of their operands: linalg ops without reductions, arith and math on tensors,
// constants, tensor.splat, tensor.cast, and tensor.expand_shape by unit
// dimensions.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_DIALECT_NORM_TRANSFORMS_ELEMENTWISE_H
#define RMSNORM_DIALECT_NORM_TRANSFORMS_ELEMENTWISE_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Operation.h"
#include <variant>

namespace mlir {
class OpBuilder;

namespace norm {

/// Why something was not fused.
struct FuseRefusal {
  /// The name of the guard that refused, as in the tests.
  StringRef guard;
  /// One sentence.
  std::string reason;
};

/// `result` at the loop indices is a scalar function of `inputs` at them.
struct Elementwise {
  Operation *op;
  Value result;
  /// From the loops to the dimensions of each input: loops or constant zeros
  /// for tensors, no results for scalars.
  SmallVector<Value> inputs;
  SmallVector<AffineMap> inputMaps;
  /// From the loops to the dimensions of the result, of which each is one loop.
  AffineMap resultMap;
  /// The block of scalar ops whose arguments are the inputs (see
  /// `inputArguments`), or null when `op` itself is applied to elements.
  Block *body = nullptr;
  /// The argument of the body that stands for each input.
  SmallVector<unsigned> inputArguments;
  /// What the body captures: scalars that are no constants. They come last in
  /// `inputs`.
  SmallVector<Value> captured;
  /// True when an op costs more than to load its operands again.
  bool isExpensive = false;

  /// Emits the function for rows of `rowSize` elements. `args` holds a row or
  /// a scalar for each input; `anyRow` is a row of that size, or null when
  /// there is none and `rowSize` is static. The value is a row if `wantRow`
  /// or if an argument is one.
  Value emit(OpBuilder &builder, ValueRange args, bool wantRow, int64_t rowSize,
             Value anyRow) const;
};

/// Reads result `number` of `op`, or says why it is not element-wise.
std::variant<Elementwise, FuseRefusal> readElementwise(Operation *op,
                                                       unsigned number);

} // namespace norm
} // namespace mlir

#endif // RMSNORM_DIALECT_NORM_TRANSFORMS_ELEMENTWISE_H
