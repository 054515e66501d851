//===- Elements.h - Functions of elements, for the tables -------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The vocabulary in which the rows of OpTable are written: functions of
// elements, combinations of a reduction, and where dimensions go. All front
// ends have the same ones under other names.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_ANALYSIS_IMPORT_ELEMENTS_H
#define RMSNORM_LIB_ANALYSIS_IMPORT_ELEMENTS_H

#include "OpReader.h"

namespace mlir::norm {

using Operands = ArrayRef<algebra::Polynomial>;
using Result = std::optional<algebra::Polynomial>;

/// The tensor type of operand 0; null if it has none, or is not there.
RankedTensorType inputType(Operation *op);

/// True for a list that is known, and has `value` everywhere.
bool areAll(const std::optional<SmallVector<int64_t>> &ints, int64_t value);
/// The same for an attribute, if it is there.
bool areAll(Operation *op, StringRef attribute, int64_t value);
/// True for what stands for an operand that is left out.
bool isAbsent(Value value);

namespace elements {
// Arithmetic. What is wanted of integers is checked by the importer.
Result add(algebra::Algebra &a, Operation *, Operands o);
Result sub(algebra::Algebra &a, Operation *, Operands o);
Result reversedSub(algebra::Algebra &a, Operation *, Operands o);
Result mul(algebra::Algebra &a, Operation *, Operands o);
Result div(algebra::Algebra &a, Operation *, Operands o);
Result negate(algebra::Algebra &a, Operation *, Operands o);
Result max(algebra::Algebra &a, Operation *, Operands o);
Result min(algebra::Algebra &a, Operation *, Operands o);
Result abs(algebra::Algebra &a, Operation *, Operands o);
Result square(algebra::Algebra &a, Operation *, Operands o);
Result squaredDifference(algebra::Algebra &a, Operation *, Operands o);
Result fma(algebra::Algebra &a, Operation *, Operands o);
Result sqrt(algebra::Algebra &a, Operation *, Operands o);
Result rsqrt(algebra::Algebra &a, Operation *, Operands o);
Result reciprocal(algebra::Algebra &a, Operation *, Operands o);
/// For constant exponents that a norm may have.
Result power(algebra::Algebra &a, Operation *, Operands o);
Result identity(algebra::Algebra &a, Operation *, Operands o);
/// The first operand when that is a constant or made from extents.
Result integerIdentity(algebra::Algebra &a, Operation *, Operands o);
/// The same, if it is not negative either.
Result unsignedIdentity(algebra::Algebra &a, Operation *, Operands o);
/// Operand 1 or 2, where operand 0 is known.
Result select(algebra::Algebra &a, Operation *, Operands o);
} // namespace elements

/// Combinations of a reduction.
namespace combine {
Result sum(OpReader &r, const algebra::Polynomial &element);
Result mean(OpReader &r, const algebra::Polynomial &element);
Result sumOfSquares(OpReader &r, const algebra::Polynomial &element);
Result l2Norm(OpReader &r, const algebra::Polynomial &element);
} // namespace combine

/// Where the dimensions of operand 0 go.
namespace dims {
/// Each to the same place.
std::optional<DimMap> identity(Operation *op);
/// By the shapes of operand and result alone: only unit dimensions come and go.
std::optional<DimMap> reshape(Operation *op);
/// Result dimension i is operand dimension permutation[i].
std::optional<DimMap> permute(ArrayRef<int64_t> permutation);
/// `axes` (negative ones count from the end) are reduced; the others keep
/// their order, and with `keepsDims` their place.
std::optional<DimMap> reduce(Operation *op, ArrayRef<int64_t> axes,
                             bool keepsDims);
/// Trailing dimensions meet, as in an explicit broadcast of NumPy.
std::optional<DimMap> broadcast(Operation *op);
/// Pooling with one window, `kernel`, which is all of the dimensions from
/// `first` on: these are reduced, and keep their place.
std::optional<DimMap> pool(Operation *op, int64_t first,
                           ArrayRef<int64_t> kernel);
} // namespace dims

// The front ends.
void addArithRows(OpTable &table);
void addTensorRows(OpTable &table);
void addTosaRows(OpTable &table);
void addStableHLORows(OpTable &table);
void addTorchRows(OpTable &table);
void addONNXRows(OpTable &table);
void addTensorFlowRows(OpTable &table);

} // namespace mlir::norm

#endif // RMSNORM_LIB_ANALYSIS_IMPORT_ELEMENTS_H
