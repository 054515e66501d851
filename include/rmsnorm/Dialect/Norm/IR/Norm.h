//===- Norm.h --------------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The norm dialect: its ops, enums and the row program interface. See
// NormDialect.td for the vocabulary (domain, axes, grid, row) and docs of the
// ops.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_DIALECT_NORM_IR_NORM_H
#define RMSNORM_DIALECT_NORM_IR_NORM_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "rmsnorm/Dialect/Norm/IR/NormDialect.h.inc"
#include "rmsnorm/Dialect/Norm/IR/NormEnums.h.inc"

namespace mlir::norm {

/// What a row program reads and writes, and how each operand is indexed by
/// the domain. Maps are projected permutations from the domain with results
/// in increasing order. Unlike those of `norm.rowwise`, they may hold some of
/// the axes without the others; the conversion broadcasts (reduces) such
/// operands (results) to all axes.
struct RowSignature {
  /// The value whose shape is the domain.
  Value domain;
  SmallVector<int64_t> axes;
  SmallVector<Value> inputs;
  SmallVector<AffineMap> inputMaps;
  /// The results of the op that the program computes, in order.
  SmallVector<Value> results;
  SmallVector<AffineMap> resultMaps;
  /// The element type that the program yields for each result. It differs
  /// from that of the result only for results that are accumulated over rows:
  /// those are summed in the statistics type and rounded once at the end.
  SmallVector<Type> yieldedTypes;
};

/// The map from a domain of rank `rank` to the dimensions `dims`.
AffineMap getDimsMap(MLIRContext *context, unsigned rank,
                     ArrayRef<int64_t> dims);

/// The dimensions of a domain of rank `rank` that are not in `axes`.
SmallVector<int64_t> getGridDims(unsigned rank, ArrayRef<int64_t> axes);

/// The narrowest of bf16, f16, f32, f64 that holds every value of both types.
FloatType getWiderType(FloatType a, FloatType b);

} // namespace mlir::norm

#include "rmsnorm/Dialect/Norm/IR/NormInterfaces.h.inc"

#define GET_OP_CLASSES
#include "rmsnorm/Dialect/Norm/IR/NormOps.h.inc"

#endif // RMSNORM_DIALECT_NORM_IR_NORM_H
