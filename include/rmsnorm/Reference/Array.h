//===- Array.h ----------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The values of the reference interpreter: dense row-major arrays of numbers,
// each with a bound on its error, and their conversion from and to bytes and
// MLIR constants.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_REFERENCE_ARRAY_H
#define RMSNORM_REFERENCE_ARRAY_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

#include <memory>
#include <vector>

namespace mlir::norm::reference {

/// One element. The element type of the array says which of `value` and
/// `integer` is meant. Integers are kept sign-extended, i1 as 0 or 1.
struct Number {
  Number() : value(0.0) {}
  static Number ofReal(double value, double error = 0.0) {
    Number number;
    number.value = value;
    number.error = error;
    return number;
  }
  static Number ofInteger(int64_t integer, double error = 0.0) {
    Number number;
    number.integer = integer;
    number.error = error;
    return number;
  }

  union {
    double value;
    int64_t integer;
  };
  /// A bound on the absolute difference between this number and what an
  /// implementation in the stated element types computes; infinite where
  /// there is none. 1 for an i1 that may come out either way.
  double error = 0.0;
};

/// A dense array in row-major order. A scalar is an array of rank 0.
struct Array {
  Array() = default;
  Array(Type elementType, ArrayRef<int64_t> shape)
      : elementType(elementType), shape(shape),
        elements(ShapedType::getNumElements(shape)) {}

  bool isFloat() const { return isa<FloatType>(elementType); }
  int64_t rank() const { return shape.size(); }
  int64_t size() const { return elements.size(); }
  /// The distance in elements between neighbours of each dimension.
  SmallVector<int64_t> strides() const;

  Type elementType;
  SmallVector<int64_t> shape;
  std::vector<Number> elements;
};

using ArrayPtr = std::shared_ptr<const Array>;

/// True for the element types that arrays hold: floats that APFloat knows,
/// signless integers of at most 64 bits, and index.
bool isSupportedElementType(Type type);

/// Integers of the same width without signedness, which ops and not arrays
/// know; other types as they are.
Type withoutSign(Type type);

/// The bytes that an element occupies in memory: i1 takes one, index eight.
unsigned getElementBytes(Type type);

/// Reads elements laid out as in memory of this (little-endian) machine.
/// `bytes` holds exactly size * getElementBytes(elementType) bytes.
Array fromBytes(Type elementType, ArrayRef<int64_t> shape,
                ArrayRef<char> bytes);

/// The reverse. Floats are rounded to nearest even into the element type.
std::vector<char> toBytes(const Array &array);

/// The value of a scalar, splat, dense or resource constant. Fails, without a
/// diagnostic, on element types that are not supported, on resources that are
/// not there, and on other attributes.
FailureOr<Array> fromAttribute(Attribute attribute);

} // namespace mlir::norm::reference

#endif // RMSNORM_REFERENCE_ARRAY_H
