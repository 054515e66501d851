//===- Scalar.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Float formats, sums, and the decoding of ops.
//
//===----------------------------------------------------------------------===//

#include "Scalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::norm::reference;

static constexpr double infinity = std::numeric_limits<double>::infinity();

double norm::reference::roundTo(const llvm::fltSemantics &semantics,
                                double value) {
  if (&semantics == &llvm::APFloat::IEEEdouble())
    return value;
  if (&semantics == &llvm::APFloat::IEEEsingle())
    return static_cast<float>(value);
  llvm::APFloat rounded(value);
  bool losesInfo;
  rounded.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  rounded.convert(llvm::APFloat::IEEEdouble(),
                  llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return rounded.convertToDouble();
}

static double toDouble(llvm::APFloat value) {
  bool losesInfo;
  value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value.convertToDouble();
}

Format::Format(Type type, Mode mode) : mode(mode) {
  if (auto floatType = dyn_cast<FloatType>(type)) {
    semantics = &floatType.getFloatSemantics();
    unit = std::ldexp(1.0, -static_cast<int>(floatType.getFPMantissaWidth())) +
           std::ldexp(1.0, -53);
    tiny = toDouble(llvm::APFloat::getSmallest(*semantics));
    largest = toDouble(llvm::APFloat::getLargest(*semantics));
    if (mode.rounding == Rounding::Reals) {
      unit = std::ldexp(1.0, -53);
      tiny = std::numeric_limits<double>::denorm_min();
      largest = std::numeric_limits<double>::max();
    }
  } else if (!isa<IndexType>(type)) {
    width = type.getIntOrFloatBitWidth();
  }
}

double Format::random() const {
  // xorshift64*: small, fast, and good enough to decide roundings.
  uint64_t &state = *mode.randomState;
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return static_cast<double>((state * 0x2545F4914F6CDD1DULL) >> 11) * 0x1p-53;
}

double Format::roundRandomly(double value) const {
  if (!std::isfinite(value) || value == 0.0)
    return value;
  int precision = llvm::APFloat::semanticsPrecision(*semantics);
  if (precision >= 53) {
    // Nothing is finer than f64: a random step of one unit stands for it.
    return value + std::ldexp(value, -53) * (2.0 * random() - 1.0) * 2.0;
  }
  int exponent = std::max(std::ilogb(value),
                          llvm::APFloat::semanticsMinExponent(*semantics));
  double step = std::ldexp(1.0, exponent - precision + 1);
  double low = std::floor(value / step) * step;
  double rounded = low + (random() * step < value - low ? step : 0.0);
  if (std::fabs(rounded) > largest)
    return std::copysign(infinity, value);
  return rounded;
}

double Format::round(double value) const {
  switch (mode.rounding) {
  case Rounding::None:
  case Rounding::Reals:
    return value;
  case Rounding::ElementType:
    return roundTo(*semantics, value);
  case Rounding::Random:
    return roundRandomly(value);
  }
  llvm_unreachable("all kinds of rounding are handled");
}

Number Format::finish(double value, double propagated, double roundings) const {
  if (mode.rounding == Rounding::ElementType)
    return Number::ofReal(roundTo(*semantics, value));
  if (mode.rounding == Rounding::Random) {
    if (roundings == 0.0)
      return Number::ofReal(value);
    // What is not a single rounding is an implementation's own inaccuracy.
    if (roundings > 1.0 && std::isfinite(value))
      value += (roundings - 1.0) * unit * value * (2.0 * random() - 1.0);
    return Number::ofReal(roundRandomly(value));
  }
  // NaN and infinity are certain when the operands are.
  if (!std::isfinite(value))
    return Number::ofReal(value, propagated == 0.0 ? 0.0 : infinity);
  if (std::isnan(propagated))
    return Number::ofReal(value, infinity);
  double error =
      propagated +
      (roundings == 0.0
           ? 0.0
           : roundings * unit * (std::fabs(value) + propagated) + tiny);
  // Beyond the type's range an implementation may have overflowed.
  if (std::fabs(value) + error > largest)
    error = infinity;
  return Number::ofReal(value, error);
}

void Sum::add(const Format &format, Number term) {
  total = format.round(total + term.value);
  if (!format.mode.hasBounds())
    return;
  error += term.error;
  magnitude += std::fabs(term.value) + term.error;
  ++count;
}

Number Sum::finish(const Format &format) const {
  if (!format.mode.hasBounds())
    return Number::ofReal(total);
  double growth = static_cast<double>(count) * format.unit;
  if (growth >= 1.0)
    return Number::ofReal(total, infinity);
  double roundings = growth / (1.0 - growth) * magnitude;
  // A sum of certain numbers that is not finite is certain; finish decides.
  if (!std::isfinite(total))
    return format.finish(total, error, 0.0);
  // A partial sum may be as large as the sum of magnitudes.
  if (magnitude + roundings > format.largest)
    return Number::ofReal(total, infinity);
  return format.finish(total, error + roundings, 0.0);
}

std::optional<ScalarOp> norm::reference::getScalarOp(Operation *op, Mode mode) {
  if (op->getNumResults() != 1 || op->getNumOperands() == 0 ||
      op->getNumRegions() != 0)
    return std::nullopt;
  Type result = getElementTypeOrSelf(op->getResult(0));
  Type operand = getElementTypeOrSelf(op->getOperand(0));
  if (!isSupportedElementType(result) ||
      !llvm::all_of(op->getOperandTypes(), [](Type type) {
        return isSupportedElementType(getElementTypeOrSelf(type));
      }))
    return std::nullopt;
  int64_t predicate = 0;
  if (auto compare = dyn_cast<arith::CmpFOp>(op))
    predicate = static_cast<int64_t>(compare.getPredicate());
  else if (auto compare = dyn_cast<arith::CmpIOp>(op))
    predicate = static_cast<int64_t>(compare.getPredicate());
  return getScalarOp(op->getName().getStringRef(), result, operand, mode,
                     predicate);
}

std::optional<ScalarOp> norm::reference::getScalarOp(StringRef name,
                                                     Type result, Type operand,
                                                     Mode mode,
                                                     int64_t predicate) {
  ScalarOp scalar;
  scalar.format = Format(result, mode);
  scalar.operandFormat = Format(operand, mode);
  scalar.predicate = predicate;
  scalar.kernel = getRealKernel(name, scalar.function);
  if (!scalar.kernel)
    scalar.kernel = getIntegerKernel(name);
  if (!scalar.kernel)
    return std::nullopt;
  return scalar;
}

void norm::reference::boundLiterals(Array &array, Mode mode) {
  auto type = dyn_cast<FloatType>(array.elementType);
  if (mode.rounding != Rounding::Reals || !type)
    return;
  int precision = static_cast<int>(type.getFPMantissaWidth());
  double unit = std::ldexp(1.0, 1 - precision);
  // Neighbours of 1 / n and of n are told apart up to here.
  double whole = std::ldexp(1.0, precision - 1);
  for (Number &number : array.elements) {
    double magnitude = std::fabs(number.value);
    int exponent;
    // Whole numbers and powers of two are meant as they stand.
    bool isWhole = std::trunc(magnitude) == magnitude && magnitude < whole;
    bool isPower = std::frexp(magnitude, &exponent) == 0.5 &&
                   magnitude * whole > 1.0 && magnitude < whole;
    bool isExact = !std::isfinite(magnitude) || isWhole || isPower;
    if (isExact)
      continue;
    number.error = unit * magnitude;
    if (mode.literalError)
      *mode.literalError = std::fmax(*mode.literalError, unit);
  }
}
