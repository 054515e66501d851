//===- TensorType.h - Tensors of every front end ----------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A front end may have tensor types of its own. They are read through their
// text, so that neither the dialect nor its library is needed, and stand for
// the builtin tensor of the same shape and element type.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_ANALYSIS_IMPORT_TENSORTYPE_H
#define RMSNORM_ANALYSIS_IMPORT_TENSORTYPE_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

namespace mlir {
class OpBuilder;

namespace norm {

/// The builtin tensor that `type` is or stands for: `!torch.vtensor<[2,?],f32>`
/// is `tensor<2x?xf32>`. Null for scalars, unranked tensors and other types.
RankedTensorType getTensorType(Type type);
inline RankedTensorType getTensorType(Value value) {
  return getTensorType(value.getType());
}

/// How many dimensions of `type` are not of extent one.
int64_t countLongDims(RankedTensorType type);

/// The element type of a tensor of any front end; any other type is its own.
Type getElementType(Type type);
inline Type getElementType(Value value) {
  return getElementType(value.getType());
}

/// True for the element types of the norm ops: f16, bf16, f32, f64.
bool isNormElement(Type type);

/// `value` as a builtin tensor, through an unrealized_conversion_cast where its
/// type is a front end's own. Scalars are returned as they are.
Value castToBuiltin(OpBuilder &builder, Location loc, Value value);

/// The inverse: `value` as `type`, which stands for its type.
Value castFromBuiltin(OpBuilder &builder, Location loc, Value value, Type type);

} // namespace norm
} // namespace mlir

#endif // RMSNORM_ANALYSIS_IMPORT_TENSORTYPE_H
