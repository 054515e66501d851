//===- Rational.cpp - Exact numbers of the row algebra --------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/RowAlgebra/Rational.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cassert>
#include <cmath>
#include <limits>

using namespace mlir::norm::algebra;

namespace {

DynamicAPInt powerOfTwo(unsigned exponent) {
  DynamicAPInt result(1);
  const DynamicAPInt chunk(int64_t(1) << 62);
  for (; exponent >= 62; exponent -= 62)
    result *= chunk;
  return result * DynamicAPInt(int64_t(1) << exponent);
}

bool isBetween(const DynamicAPInt &value, int64_t low, int64_t high) {
  return value >= low && value <= high;
}

/// The number of bits of a non-negative integer.
unsigned bitLength(DynamicAPInt value) {
  unsigned bits = 0;
  const DynamicAPInt chunk(int64_t(1) << 62);
  while (value >= chunk) {
    value = value / chunk;
    bits += 62;
  }
  for (auto small = static_cast<int64_t>(value); small; small >>= 1)
    ++bits;
  return bits;
}

DynamicAPInt integerSqrt(const DynamicAPInt &value) {
  if (value < 2)
    return value;
  // Newton's iteration from above converges monotonically.
  DynamicAPInt x = powerOfTwo((bitLength(value) + 1) / 2);
  while (true) {
    DynamicAPInt next = (x + value / x) / DynamicAPInt(2);
    if (next >= x)
      return x;
    x = next;
  }
}

/// Rounds a non-negative bound up, so that bounds stay bounds.
double up(double bound) {
  return bound == 0.0 ? 0.0
                      : std::nextafter(bound * (1 + 0x1p-50),
                                       std::numeric_limits<double>::infinity());
}

} // namespace

Rational::Rational(const DynamicAPInt &numerator,
                   const DynamicAPInt &denominator)
    : num(numerator), den(denominator) {
  assert(den != 0 && "division by zero");
  if (den < 0) {
    num = -num;
    den = -den;
  }
  DynamicAPInt divisor = gcd(num < 0 ? -num : num, den);
  if (divisor != 1) {
    num = num / divisor;
    den = den / divisor;
  }
}

Rational Rational::fromDouble(double value) {
  assert(std::isfinite(value) && "only finite numbers are rational");
  int exponent = 0;
  double fraction = std::frexp(value, &exponent);
  DynamicAPInt significand(static_cast<int64_t>(std::ldexp(fraction, 53)));
  exponent -= 53;
  if (exponent >= 0)
    return Rational(significand * powerOfTwo(exponent), DynamicAPInt(1));
  return Rational(significand, powerOfTwo(-exponent));
}

std::optional<int64_t> Rational::asInteger() const {
  if (!isInteger() || num > std::numeric_limits<int64_t>::max() ||
      num < std::numeric_limits<int64_t>::min())
    return std::nullopt;
  return static_cast<int64_t>(num);
}

bool Rational::isHuge() const {
  // Almost all numbers are small, and comparison with a large one is slow.
  if (isBetween(num, INT64_MIN, INT64_MAX) && isBetween(den, 1, INT64_MAX))
    return false;
  static const DynamicAPInt limit = powerOfTwo(2048);
  return num > limit || num < -limit || den > limit;
}

double Rational::toDouble() const {
  if (isZero())
    return 0.0;
  // A quotient of exact doubles is rounded once.
  constexpr int64_t exact = int64_t(1) << 53;
  if (isBetween(num, -exact, exact) && isBetween(den, 1, exact))
    return static_cast<double>(static_cast<int64_t>(num)) /
           static_cast<double>(static_cast<int64_t>(den));
  DynamicAPInt magnitude = isNegative() ? -num : num;
  // Scale so that the quotient has 54 or 55 bits, then fold what is cut off
  // into the last one: the conversion to double rounds once, correctly.
  int shift = 55 - (static_cast<int>(bitLength(magnitude)) -
                    static_cast<int>(bitLength(den)));
  DynamicAPInt scaledNum = magnitude, scaledDen = den;
  if (shift >= 0)
    scaledNum *= powerOfTwo(shift);
  else
    scaledDen *= powerOfTwo(-shift);
  DynamicAPInt quotient = scaledNum / scaledDen;
  auto bits = static_cast<int64_t>(quotient);
  if (quotient * scaledDen != scaledNum)
    bits |= 1;
  double result = std::ldexp(static_cast<double>(bits), -shift);
  return isNegative() ? -result : result;
}

Rational Rational::operator-() const {
  Rational result = *this;
  result.num = -result.num;
  return result;
}

Rational Rational::operator+(const Rational &other) const {
  return Rational(num * other.den + other.num * den, den * other.den);
}

Rational Rational::operator*(const Rational &other) const {
  return Rational(num * other.num, den * other.den);
}

Rational Rational::operator/(const Rational &other) const {
  return Rational(num * other.den, den * other.num);
}

Rational Rational::pow(int64_t exponent) const {
  if (exponent < 0)
    return (Rational(1) / *this).pow(-exponent);
  Rational result(1), base = *this;
  for (; exponent; exponent >>= 1) {
    if (exponent & 1)
      result = result * base;
    if (exponent > 1)
      base = base * base;
  }
  return result;
}

std::optional<Rational> Rational::sqrt() const {
  if (isNegative())
    return std::nullopt;
  DynamicAPInt n = integerSqrt(num), d = integerSqrt(den);
  if (n * n != num || d * d != den)
    return std::nullopt;
  return Rational(n, d);
}

void Rational::print(llvm::raw_ostream &os) const {
  os << num;
  if (den != 1)
    os << '/' << den;
}

Coefficient Coefficient::fromLiteral(double value,
                                     const llvm::fltSemantics &semantics) {
  Rational exact = Rational::fromDouble(value);
  if (exact.isInteger())
    return Coefficient(exact);
  unsigned precision = llvm::APFloat::semanticsPrecision(semantics);
  int exponent = 0;
  std::frexp(value, &exponent);
  // The odd part of the significand: how many bits the author needed.
  DynamicAPInt odd = exact.abs().numerator();
  // A bf16 or f16 significand is too short to tell 0.5 from a rounded number
  // by its zeros, unless it is a power of two.
  unsigned written = bitLength(odd);
  if (written == 1 || (precision >= 16 && written * 2 <= precision))
    return Coefficient(exact);
  // Less than half a unit, so that no two neighbours agree.
  return Coefficient(
      exact, up(std::ldexp(0.499, exponent - static_cast<int>(precision))));
}

bool Coefficient::isZero() const {
  return val.isZero() || (err > 0.0 && std::fabs(val.toDouble()) <= err);
}

Coefficient Coefficient::operator+(const Coefficient &other) const {
  return Coefficient(val + other.val, up(err + other.err));
}

Coefficient Coefficient::operator*(const Coefficient &other) const {
  Rational product = val * other.val;
  if (isExact() && other.isExact())
    return Coefficient(product);
  double a = std::fabs(val.toDouble()), b = std::fabs(other.val.toDouble());
  return Coefficient(product, up(a * other.err + b * err + err * other.err));
}

Coefficient Coefficient::inverse() const {
  Rational reciprocal = Rational(1) / val;
  if (isExact())
    return Coefficient(reciprocal);
  double a = std::fabs(val.toDouble());
  if (err >= a)
    return Coefficient(reciprocal, std::numeric_limits<double>::infinity());
  return Coefficient(reciprocal, up(err / (a * (a - err))));
}

Coefficient Coefficient::pow(int64_t exponent) const {
  if (exponent < 0)
    return inverse().pow(-exponent);
  Coefficient result(1), base = *this;
  for (; exponent; exponent >>= 1) {
    if (exponent & 1)
      result = result * base;
    if (exponent > 1)
      base = base * base;
  }
  return result;
}

void Coefficient::print(llvm::raw_ostream &os) const {
  if (isExact() && !val.isHuge() &&
      bitLength(val.denominator()) + bitLength(val.abs().numerator()) < 48) {
    val.print(os);
    return;
  }
  os << llvm::format("%.9g", val.toDouble());
}
