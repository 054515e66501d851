//===- Power.cpp - Rational powers in the row algebra ---------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/RowAlgebra/Polynomial.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir::norm::algebra;

/// True for atoms that are never negative where the program is defined.
static bool isNonNegative(const Atom *atom) {
  switch (atom->kind) {
  case Atom::Kind::Extent:
  case Atom::Kind::Constant:
    return true;
  case Atom::Kind::Apply:
    return atom->name == "abs" || atom->name == "exp";
  case Atom::Kind::Sum:
    return llvm::all_of(atom->body().factors, [](const Factor &factor) {
      return factor.exponent.isEvenInteger() || isNonNegative(factor.atom);
    });
  case Atom::Kind::Max:
    if (std::optional<Coefficient> floor = atom->base().asConstant())
      return !floor->value().isNegative();
    return false;
  default:
    return false;
  }
}

Polynomial Algebra::pow(const Polynomial &a, const Rational &exponent) {
  if (exponent.isZero())
    return constant(1);
  if (exponent.isOne())
    return a;
  if (a.isZero()) {
    if (exponent.isNegative())
      return fail("the expression divides by zero");
    return {};
  }
  if (a.terms.size() == 1)
    return powMonomial(a.terms.front(), exponent);
  if (std::optional<int64_t> power = exponent.asInteger();
      power && *power > 0 && *power <= 4) {
    Polynomial result = a;
    for (int64_t i = 1; i < *power; ++i)
      result = mul(result, a);
    return result;
  }
  return baseOf(a, exponent);
}

Polynomial Algebra::baseOf(const Polynomial &a, const Rational &exponent) {
  auto atom = std::make_unique<Atom>();
  atom->kind = Atom::Kind::Base;
  atom->operands.push_back(a);
  return atomPower(unique(std::move(atom)), exponent);
}

Polynomial Algebra::powMonomial(const Monomial &monomial,
                                const Rational &exponent) {
  if (std::optional<int64_t> power = exponent.asInteger()) {
    if (std::abs(*power) > 64)
      return fail("a power of the expression is too large");
    FactorList factors(monomial.factors);
    for (Factor &factor : factors) {
      factor.exponent = factor.exponent * exponent;
      const Atom *atom = factor.atom;
      bool mayBeZero =
          (atom->kind == Atom::Kind::Leaf && !symbols[atom->symbol].nonZero) ||
          (atom->kind == Atom::Kind::Apply && !isNonNegative(atom));
      if (!mayBeZero || !factor.exponent.isNegative() ||
          !factor.exponent.isInteger())
        continue;
      auto inverse = std::make_unique<Atom>();
      inverse->kind = Atom::Kind::Apply;
      inverse->name = "1/";
      inverse->operands.push_back(atomPower(atom, 1));
      factor = {unique(std::move(inverse)), factor.exponent * Rational(-1)};
    }
    return product(monomial.coefficient.pow(*power), factors);
  }

  // A root. Factors that are known not to be negative come out, and so does an
  // even power, as an absolute value. Others stay under it: the square of their
  // root is a NaN where they are negative.
  Polynomial result = constant(1);
  FactorList unknown;
  for (const Factor &factor : monomial.factors) {
    Rational power = factor.exponent * exponent;
    if (isNonNegative(factor.atom) || !factor.exponent.isInteger())
      result = mul(result, atomPower(factor.atom, power));
    else if (factor.exponent.isEvenInteger())
      result = mul(result, power.isEvenInteger()
                               ? atomPower(factor.atom, power)
                               : pow(abs(atomPower(factor.atom, 1)), power));
    else
      unknown.push_back(factor);
  }
  if (!monomial.coefficient.value().isNegative()) {
    result = mul(result, powConstant(monomial.coefficient, exponent));
    if (unknown.empty())
      return result;
    // A power of a sum is under a power already.
    if (unknown.size() == 1 && unknown.front().atom->kind == Atom::Kind::Base)
      return mul(result, atomPower(unknown.front().atom,
                                   unknown.front().exponent * exponent));
  } else {
    // Only the sign stays under the root; the magnitude comes out.
    result = mul(result, powConstant(-monomial.coefficient, exponent));
  }
  return mul(result,
             baseOf(product(monomial.coefficient.value().isNegative() ? -1 : 1,
                            unknown),
                    exponent));
}

Polynomial Algebra::powConstant(const Coefficient &value,
                                const Rational &exponent) {
  auto power = [&](const Coefficient &base, const Rational &e) {
    auto atom = std::make_unique<Atom>();
    atom->kind = Atom::Kind::Constant;
    atom->constant = base;
    return atomPower(unique(std::move(atom)), e);
  };
  if (value.isOne())
    return constant(1);
  if (!value.isExact())
    return power(value, exponent);

  // Prime factors, so that roots of different numbers meet. What is left after
  // trial division stands for itself.
  Polynomial result = constant(1);
  auto factorise = [&](DynamicAPInt n, int64_t sign) {
    auto divideOut = [&](const DynamicAPInt &prime) {
      int64_t count = 0;
      for (; n % prime == 0; ++count)
        n = n / prime;
      if (count)
        result =
            mul(result, power(Coefficient(Rational(prime, DynamicAPInt(1))),
                              exponent * Rational(sign * count)));
    };
    divideOut(DynamicAPInt(2));
    for (int64_t p = 3; p < 1024 && DynamicAPInt(p) * DynamicAPInt(p) <= n;
         p += 2)
      divideOut(DynamicAPInt(p));
    if (n != 1)
      divideOut(DynamicAPInt(n));
  };
  factorise(value.value().numerator(), 1);
  factorise(value.value().denominator(), -1);
  return result;
}
