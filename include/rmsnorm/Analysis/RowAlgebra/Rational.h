//===- Rational.h - Exact numbers of the row algebra ------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `Rational` is an exact fraction of unbounded integers. `Coefficient` is a
// rational together with a bound on how far it may be from the number that the
// program's author meant; the bound comes only from literals that had to be
// rounded when they were written (1/768 as an f32 is off by up to one unit in
// its last place), never from the algebra.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_ANALYSIS_ROWALGEBRA_RATIONAL_H
#define RMSNORM_ANALYSIS_ROWALGEBRA_RATIONAL_H

#include "llvm/ADT/DynamicAPInt.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/bit.h"
#include <optional>

namespace llvm {
struct fltSemantics;
class raw_ostream;
} // namespace llvm

namespace mlir::norm::algebra {

using llvm::DynamicAPInt;

/// An exact fraction in lowest terms, with a positive denominator.
class Rational {
public:
  Rational(int64_t value = 0) : num(value), den(1) {}
  /// `denominator` must not be zero.
  Rational(const DynamicAPInt &numerator, const DynamicAPInt &denominator);
  Rational(int64_t numerator, int64_t denominator)
      : Rational(DynamicAPInt(numerator), DynamicAPInt(denominator)) {}
  /// The exact value of a finite double.
  static Rational fromDouble(double value);

  const DynamicAPInt &numerator() const { return num; }
  const DynamicAPInt &denominator() const { return den; }

  bool isZero() const { return num == 0; }
  bool isOne() const { return num == 1 && den == 1; }
  bool isNegative() const { return num < 0; }
  bool isInteger() const { return den == 1; }
  bool isEvenInteger() const { return den == 1 && num % 2 == 0; }
  /// The value when it is an integer that fits, otherwise nullopt.
  std::optional<int64_t> asInteger() const;
  /// The largest integer that is not above the value.
  DynamicAPInt floor() const { return floorDiv(num, den); }
  /// True when numerator or denominator has grown past 2^2048: callers give up
  /// rather than compute with such numbers.
  bool isHuge() const;
  /// The nearest double (ties to even; exact when representable).
  double toDouble() const;

  Rational operator-() const;
  Rational operator+(const Rational &other) const;
  Rational operator-(const Rational &other) const { return *this + -other; }
  Rational operator*(const Rational &other) const;
  /// `other` must not be zero.
  Rational operator/(const Rational &other) const;
  Rational abs() const { return isNegative() ? -*this : *this; }
  /// Integer power; a zero base needs a positive exponent.
  Rational pow(int64_t exponent) const;
  /// The square root when it is rational.
  std::optional<Rational> sqrt() const;

  bool operator==(const Rational &o) const {
    return num == o.num && den == o.den;
  }
  bool operator!=(const Rational &o) const { return !(*this == o); }
  bool operator<(const Rational &o) const { return num * o.den < o.num * den; }

  friend llvm::hash_code hash_value(const Rational &value) {
    return llvm::hash_combine(value.num, value.den);
  }

  void print(llvm::raw_ostream &os) const;

private:
  DynamicAPInt num, den;
};

/// A rational and an absolute bound on its distance from the intended number.
class Coefficient {
public:
  Coefficient(int64_t value = 0) : val(value), err(0.0) {}
  Coefficient(Rational value, double error = 0.0)
      : val(std::move(value)), err(error) {}
  /// A finite floating point literal written in the type `semantics`. Integers
  /// and values with a short significand (at least half of its bits are
  /// trailing zeros, and it is not shorter than 16 bits) were written exactly;
  /// anything else is rounded, and may be off by almost half a unit in the last
  /// place: two neighbours are two numbers.
  static Coefficient fromLiteral(double value,
                                 const llvm::fltSemantics &semantics);

  const Rational &value() const { return val; }
  double error() const { return err; }
  bool isExact() const { return err == 0.0; }
  /// Zero, or indistinguishable from it.
  bool isZero() const;
  /// True when the two may be the same intended number.
  bool agreesWith(const Coefficient &other) const {
    return (*this + -other).isZero();
  }
  bool isOne() const { return isExact() && val.isOne(); }

  Coefficient operator-() const { return Coefficient(-val, err); }
  Coefficient operator+(const Coefficient &other) const;
  Coefficient operator*(const Coefficient &other) const;
  /// 1 / this; the value must not be zero.
  Coefficient inverse() const;
  /// Integer power; a zero base needs a positive exponent.
  Coefficient pow(int64_t exponent) const;

  /// Structural identity, bound included.
  bool operator==(const Coefficient &o) const {
    return val == o.val && err == o.err;
  }
  friend llvm::hash_code hash_value(const Coefficient &value) {
    return llvm::hash_combine(value.val, llvm::bit_cast<uint64_t>(value.err));
  }
  void print(llvm::raw_ostream &os) const;

private:
  Rational val;
  double err;
};

} // namespace mlir::norm::algebra

#endif // RMSNORM_ANALYSIS_ROWALGEBRA_RATIONAL_H
