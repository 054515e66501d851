//===- Scalar.h ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Scalar arithmetic with error bounds: what one op does to one element.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_REFERENCE_SCALAR_H
#define RMSNORM_LIB_REFERENCE_SCALAR_H

#include "rmsnorm/Reference/Interpreter.h"

#include "llvm/ADT/APFloat.h"

#include <optional>

namespace mlir {
class Operation;
} // namespace mlir

namespace mlir::norm::reference {

/// How ops round, and the state of the random numbers of Rounding::Random.
struct Mode {
  Rounding rounding = Rounding::None;
  uint64_t *randomState = nullptr;
  /// The largest relative error of a literal that was met.
  double *literalError = nullptr;

  bool hasBounds() const {
    return rounding == Rounding::None || rounding == Rounding::Reals;
  }
};

/// What is known of an element type.
struct Format {
  Format() = default;
  Format(Type type, Mode mode);

  /// `value` rounded as the mode says.
  double round(double value) const;
  /// The result of an op: the exact value, the error that the operands'
  /// errors cause, and the roundings of the op itself, in units of `unit`.
  Number finish(double value, double propagated, double roundings = 1.0) const;

  Mode mode;
  const llvm::fltSemantics *semantics = nullptr;
  /// Bits of an integer type.
  unsigned width = 64;
  /// Unit roundoff, that of the f64 reference itself included.
  double unit = 0.0;
  /// The smallest positive number: bounds the error of an underflow.
  double tiny = 0.0;
  double largest = 0.0;

private:
  /// A neighbour of `value` in the type, at random, so that `value` is the
  /// mean.
  double roundRandomly(double value) const;
  double random() const;
};

/// Rounds to nearest even into a float format.
double roundTo(const llvm::fltSemantics &semantics, double value);

/// Sums in a type. The error bound holds for every order of summation.
class Sum {
public:
  void add(const Format &format, Number term);
  Number finish(const Format &format) const;

private:
  double total = 0.0, magnitude = 0.0, error = 0.0;
  int64_t count = 0;
};

struct ScalarOp;
using Kernel = Number (*)(const ScalarOp &op, ArrayRef<Number> operands);

/// A real function of one variable: a row of the table of functions.
struct RealFunction;

/// An arith or math op, decoded.
struct ScalarOp {
  Number operator()(ArrayRef<Number> operands) const {
    return kernel(*this, operands);
  }

  Kernel kernel = nullptr;
  /// Formats of the result and of the first operand.
  Format format, operandFormat;
  int64_t predicate = 0;
  const RealFunction *function = nullptr;
};

/// Decodes an op by its element types; none when it is not known.
std::optional<ScalarOp> getScalarOp(Operation *op, Mode mode);

/// The same for an op of that name, which is that of an arith or math op, with
/// a result and a first operand of these element types.
std::optional<ScalarOp> getScalarOp(StringRef name, Type result, Type operand,
                                    Mode mode, int64_t predicate = 0);

/// The parts of getScalarOp: kernels on floats and on integers.
Kernel getRealKernel(StringRef name, const RealFunction *&function);
Kernel getIntegerKernel(StringRef name);

/// Gives the literals of a program their errors under Rounding::Reals.
void boundLiterals(Array &array, Mode mode);

} // namespace mlir::norm::reference

#endif // RMSNORM_LIB_REFERENCE_SCALAR_H
