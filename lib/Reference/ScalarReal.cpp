//===- ScalarReal.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels of the ops whose operands or result are floats.
//
// Each computes the value in f64 and the largest change of it that changes of
// the operands within their bounds can cause. A monotone function is largest
// at the ends of the interval; others have a rule of their own.
//
//===----------------------------------------------------------------------===//

#include "Scalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::norm::reference;

static constexpr double infinity = std::numeric_limits<double>::infinity();

namespace {
enum class Shape {
  Monotone,
  /// Monotone on [0, inf). An operand that is not negative in the reference
  /// is taken not to be negative in an implementation either: were it, that
  /// would show as NaN.
  NonNegative,
  /// f(-x) = f(x), increasing in |x|.
  Even,
  /// |f'| <= 1 and |f| <= 1.
  Wave,
  /// No bound is known unless the operand is exact.
  Other
};
} // namespace

struct norm::reference::RealFunction {
  StringLiteral name;
  double (*evaluate)(double);
  Shape shape;
  /// Accuracy expected of implementations, in units of roundoff.
  double roundings;
};

static const RealFunction realFunctions[] = {
    {"arith.negf", [](double x) { return -x; }, Shape::Monotone, 0},
    {"math.absf", [](double x) { return std::fabs(x); }, Shape::Even, 0},
    {"math.ceil", [](double x) { return std::ceil(x); }, Shape::Monotone, 0},
    {"math.floor", [](double x) { return std::floor(x); }, Shape::Monotone, 0},
    {"math.round", [](double x) { return std::round(x); }, Shape::Monotone, 0},
    {"math.roundeven", [](double x) { return std::nearbyint(x); },
     Shape::Monotone, 0},
    {"math.trunc", [](double x) { return std::trunc(x); }, Shape::Monotone, 0},
    {"math.sqrt", [](double x) { return std::sqrt(x); }, Shape::NonNegative, 1},
    {"math.rsqrt", [](double x) { return 1.0 / std::sqrt(x); },
     Shape::NonNegative, 4},
    {"math.cbrt", [](double x) { return std::cbrt(x); }, Shape::Monotone, 4},
    {"math.exp", [](double x) { return std::exp(x); }, Shape::Monotone, 4},
    {"math.exp2", [](double x) { return std::exp2(x); }, Shape::Monotone, 4},
    {"math.expm1", [](double x) { return std::expm1(x); }, Shape::Monotone, 8},
    {"math.log", [](double x) { return std::log(x); }, Shape::Monotone, 4},
    {"math.log2", [](double x) { return std::log2(x); }, Shape::Monotone, 4},
    {"math.log10", [](double x) { return std::log10(x); }, Shape::Monotone, 4},
    {"math.log1p", [](double x) { return std::log1p(x); }, Shape::Monotone, 8},
    {"math.sin", [](double x) { return std::sin(x); }, Shape::Wave, 4},
    {"math.cos", [](double x) { return std::cos(x); }, Shape::Wave, 4},
    {"math.tan", [](double x) { return std::tan(x); }, Shape::Other, 8},
    {"math.asin", [](double x) { return std::asin(x); }, Shape::Monotone, 8},
    {"math.acos", [](double x) { return std::acos(x); }, Shape::Monotone, 8},
    {"math.atan", [](double x) { return std::atan(x); }, Shape::Monotone, 8},
    {"math.sinh", [](double x) { return std::sinh(x); }, Shape::Monotone, 8},
    {"math.cosh", [](double x) { return std::cosh(x); }, Shape::Even, 8},
    {"math.tanh", [](double x) { return std::tanh(x); }, Shape::Monotone, 8},
    {"logistic", [](double x) { return 1.0 / (1.0 + std::exp(-x)); },
     Shape::Monotone, 8},
    {"math.erf", [](double x) { return std::erf(x); }, Shape::Monotone, 8},
    {"math.erfc", [](double x) { return std::erfc(x); }, Shape::Monotone, 16},
};

static bool isExact(ArrayRef<Number> in) {
  return llvm::all_of(in, [](Number number) { return number.error == 0.0; });
}

static Number evaluateFunction(const ScalarOp &op, ArrayRef<Number> in) {
  const RealFunction &function = *op.function;
  double x = in[0].value, e = in[0].error;
  double value = function.evaluate(x);
  if (e == 0.0)
    return op.format.finish(value, 0.0, function.roundings);
  double low = x - e, high = x + e;
  switch (function.shape) {
  case Shape::Monotone:
    break;
  case Shape::NonNegative:
    low = x >= 0.0 ? std::fmax(low, 0.0) : low;
    break;
  case Shape::Even:
    low = std::fmax(std::fabs(x) - e, 0.0);
    high = std::fabs(x) + e;
    break;
  case Shape::Wave:
    return op.format.finish(value, std::fmin(e, 2.0), function.roundings);
  case Shape::Other:
    return op.format.finish(value, infinity, function.roundings);
  }
  // Not fmax: NaN at an end means that there is no bound.
  double below = std::fabs(function.evaluate(low) - value);
  double above = std::fabs(function.evaluate(high) - value);
  return op.format.finish(value, below >= above ? below : above + 0.0 * below,
                          function.roundings);
}

/// The largest change of a function of two variables that is monotone in each
/// over the box of their errors.
static double changeOverBox(double (*f)(double, double), Number a, Number b,
                            double value) {
  double change = 0.0;
  for (double x : {a.value - a.error, a.value + a.error})
    for (double y : {b.value - b.error, b.value + b.error}) {
      double difference = std::fabs(f(x, y) - value);
      if (std::isnan(difference))
        return infinity;
      change = std::fmax(change, difference);
    }
  return change;
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

static Number add(const ScalarOp &op, ArrayRef<Number> in) {
  return op.format.finish(in[0].value + in[1].value, in[0].error + in[1].error);
}

static Number subtract(const ScalarOp &op, ArrayRef<Number> in) {
  return op.format.finish(in[0].value - in[1].value, in[0].error + in[1].error);
}

static double productError(Number a, Number b) {
  if (a.error == 0.0 && b.error == 0.0)
    return 0.0;
  return std::fabs(a.value) * b.error + std::fabs(b.value) * a.error +
         a.error * b.error;
}

static Number multiply(const ScalarOp &op, ArrayRef<Number> in) {
  return op.format.finish(in[0].value * in[1].value,
                          productError(in[0], in[1]));
}

static Number fusedMultiplyAdd(const ScalarOp &op, ArrayRef<Number> in) {
  // An implementation may round the product.
  double product = std::fabs(in[0].value * in[1].value);
  double propagated = productError(in[0], in[1]) + in[2].error;
  if (op.format.mode.hasBounds() && std::isfinite(product))
    propagated += op.format.unit * product;
  return op.format.finish(std::fma(in[0].value, in[1].value, in[2].value),
                          propagated);
}

static Number divide(const ScalarOp &op, ArrayRef<Number> in) {
  double value = in[0].value / in[1].value;
  double change = 0.0;
  if (!isExact(in))
    change = std::fabs(in[1].value) <= in[1].error
                 ? infinity
                 : changeOverBox([](double x, double y) { return x / y; },
                                 in[0], in[1], value);
  // A division by a constant or of many by one may be a multiplication by the
  // reciprocal: two roundings.
  return op.format.finish(value, change, 2.0);
}

static Number remainder(const ScalarOp &op, ArrayRef<Number> in) {
  return op.format.finish(std::fmod(in[0].value, in[1].value),
                          isExact(in) ? 0.0 : infinity, 0.0);
}

static Number power(const ScalarOp &op, ArrayRef<Number> in) {
  double value = std::pow(in[0].value, in[1].value);
  double change = 0.0;
  if (!isExact(in)) {
    // Even powers have their least value at zero, inside of the box.
    bool crossesZero = std::fabs(in[0].value) <= in[0].error;
    change = changeOverBox([](double x, double y) { return std::pow(x, y); },
                           in[0], in[1], value);
    if (crossesZero)
      change = in[1].error == 0.0 && in[1].value > 0.0
                   ? std::fmax(change, std::fabs(value))
                   : infinity;
  }
  return op.format.finish(value, change, 8.0);
}

static Number integerPower(const ScalarOp &op, ArrayRef<Number> in) {
  Number exponent = Number::ofReal(static_cast<double>(in[1].integer));
  if (in[1].error != 0.0)
    exponent.error = infinity;
  return power(op, {in[0], exponent});
}

static Number arcTangent2(const ScalarOp &op, ArrayRef<Number> in) {
  return op.format.finish(std::atan2(in[0].value, in[1].value),
                          isExact(in) ? 0.0 : infinity, 8.0);
}

static Number copySign(const ScalarOp &op, ArrayRef<Number> in) {
  double flip = std::fabs(in[1].value) <= in[1].error && in[1].error != 0.0
                    ? 2.0 * std::fabs(in[0].value)
                    : 0.0;
  return op.format.finish(std::copysign(in[0].value, in[1].value),
                          in[0].error + flip, 0.0);
}

/// The largest (sign = 1) or smallest (-1) of two. NaN wins in maximumf and
/// loses in maxnumf.
template <int sign, bool propagatesNaN>
static Number extremum(const ScalarOp &op, ArrayRef<Number> in) {
  double x = in[0].value, y = in[1].value;
  double value = sign > 0 ? std::fmax(x, y) : std::fmin(x, y);
  if (propagatesNaN && (std::isnan(x) || std::isnan(y)))
    value = std::numeric_limits<double>::quiet_NaN();
  // The smaller one does not matter when it is smaller whatever the errors.
  double error = std::fmax(in[0].error, in[1].error);
  if (sign * (x - y) > in[0].error + in[1].error)
    error = in[0].error;
  else if (sign * (y - x) > in[0].error + in[1].error)
    error = in[1].error;
  return op.format.finish(value, error, 0.0);
}

static Number clamp(const ScalarOp &op, ArrayRef<Number> in) {
  double value = std::fmin(std::fmax(in[0].value, in[1].value), in[2].value);
  if (std::isnan(in[0].value))
    value = in[0].value;
  double error = std::fmax(in[0].error, std::fmax(in[1].error, in[2].error));
  return op.format.finish(value, error, 0.0);
}

//===----------------------------------------------------------------------===//
// Conversions and comparisons
//===----------------------------------------------------------------------===//

static Number extend(const ScalarOp &op, ArrayRef<Number> in) { return in[0]; }

static Number truncate(const ScalarOp &op, ArrayRef<Number> in) {
  return op.format.finish(in[0].value, in[0].error);
}

static double unsignedValue(Number number, unsigned width) {
  uint64_t bits = number.integer;
  if (width < 64)
    bits &= (uint64_t(1) << width) - 1;
  return static_cast<double>(bits);
}

template <bool isSigned>
static Number fromInteger(const ScalarOp &op, ArrayRef<Number> in) {
  unsigned width = op.operandFormat.width;
  double value = isSigned ? static_cast<double>(in[0].integer)
                          : unsignedValue(in[0], width);
  if (isSigned && width == 1)
    value = -value;
  // Integers of up to the precision of the type convert exactly.
  double roundings = std::fabs(value) * op.format.unit < 1.0 ? 0.0 : 1.0;
  return op.format.finish(value, in[0].error, roundings);
}

template <bool isSigned>
static Number toInteger(const ScalarOp &op, ArrayRef<Number> in) {
  double value = std::trunc(in[0].value);
  unsigned width = op.format.width;
  double low = isSigned ? -std::ldexp(1.0, width - 1) : 0.0;
  double high = std::ldexp(1.0, isSigned ? width - 1 : width);
  // Out of range is poison: no result is wrong.
  if (!(value >= low && value < high))
    return Number::ofInteger(0, infinity);
  double error = 0.0;
  if (in[0].error != 0.0)
    error = std::fmax(std::trunc(in[0].value + in[0].error) - value,
                      value - std::trunc(in[0].value - in[0].error));
  int64_t integer = value >= 9223372036854775808.0
                        ? static_cast<int64_t>(static_cast<uint64_t>(value))
                        : static_cast<int64_t>(value);
  if (width == 1)
    return Number::ofInteger(integer & 1, error);
  return Number::ofInteger(llvm::SignExtend64(integer, width), error);
}

static Number compareReals(const ScalarOp &op, ArrayRef<Number> in) {
  double x = in[0].value, y = in[1].value;
  bool unordered = std::isnan(x) || std::isnan(y);
  // The predicates are bit masks of the outcomes: 1 equal, 2 greater, 4 less,
  // 8 unordered.
  auto predicate = static_cast<arith::CmpFPredicate>(op.predicate);
  static_assert(static_cast<int>(arith::CmpFPredicate::OEQ) == 1 &&
                static_cast<int>(arith::CmpFPredicate::OLT) == 4 &&
                static_cast<int>(arith::CmpFPredicate::UNO) == 14 &&
                static_cast<int>(arith::CmpFPredicate::AlwaysTrue) == 15);
  int64_t mask = static_cast<int64_t>(predicate);
  if (mask == 7) // ORD
    return Number::ofInteger(!unordered);
  int64_t outcome = unordered ? 8 : x == y ? 1 : x > y ? 2 : 4;
  int64_t result;
  if (mask <= 6)
    result = (mask & outcome) != 0;
  else if (mask == 14) // UNO
    result = unordered;
  else if (mask == 15)
    result = 1;
  else
    result = unordered || ((mask - 7) & outcome) != 0;
  double slack = in[0].error + in[1].error;
  bool uncertain =
      slack > 0.0 && mask != 0 && mask != 15 && !(std::fabs(x - y) > slack);
  return Number::ofInteger(result, uncertain ? 1.0 : 0.0);
}

static Number isNaN(const ScalarOp &op, ArrayRef<Number> in) {
  return Number::ofInteger(std::isnan(in[0].value));
}
static Number isInfinite(const ScalarOp &op, ArrayRef<Number> in) {
  return Number::ofInteger(std::isinf(in[0].value));
}
static Number isFinite(const ScalarOp &op, ArrayRef<Number> in) {
  return Number::ofInteger(std::isfinite(in[0].value));
}

Kernel norm::reference::getRealKernel(StringRef name,
                                      const RealFunction *&function) {
  for (const RealFunction &entry : realFunctions)
    if (entry.name == name) {
      function = &entry;
      return evaluateFunction;
    }
  return llvm::StringSwitch<Kernel>(name)
      .Case("arith.addf", add)
      .Case("arith.subf", subtract)
      .Case("arith.mulf", multiply)
      .Case("arith.divf", divide)
      .Case("arith.remf", remainder)
      .Case("arith.maximumf", extremum<1, true>)
      .Case("arith.minimumf", extremum<-1, true>)
      .Case("arith.maxnumf", extremum<1, false>)
      .Case("arith.minnumf", extremum<-1, false>)
      .Case("arith.extf", extend)
      .Case("arith.truncf", truncate)
      .Case("arith.sitofp", fromInteger<true>)
      .Case("arith.uitofp", fromInteger<false>)
      .Case("arith.fptosi", toInteger<true>)
      .Case("arith.fptoui", toInteger<false>)
      .Case("arith.cmpf", compareReals)
      .Case("math.fma", fusedMultiplyAdd)
      .Case("math.powf", power)
      .Case("math.fpowi", integerPower)
      .Case("math.atan2", arcTangent2)
      .Case("math.copysign", copySign)
      .Case("math.clampf", clamp)
      .Case("math.isnan", isNaN)
      .Case("math.isinf", isInfinite)
      .Case("math.isfinite", isFinite)
      .Default(nullptr);
}
