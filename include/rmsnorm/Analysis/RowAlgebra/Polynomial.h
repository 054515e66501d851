//===- Polynomial.h - Normal form of row expressions ------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Expressions over elements of tensors, kept in a normal form: a sum of
// monomials, each a coefficient times a product of atoms to rational powers.
//
// Indices are *named*. An element is written as a leaf at a tuple of index
// variables, x[0, 1, 2], with `unitIndex` where the dimension has extent one.
// So a broadcast is nothing at all (the value does not depend on a variable),
// a transposition is another tuple, and a broadcast that lands on the wrong
// dimension is another expression. A sum binds its variables; bound variables
// are named canonically (the smallest names not free in the summand, in order
// of first occurrence), so equal sums are the same atom wherever they stand.
//
// Atoms are unique within an `Algebra` and are compared by address. There is
// no IR here: a leaf is a symbol, a number that the caller gives a meaning.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_ANALYSIS_ROWALGEBRA_POLYNOMIAL_H
#define RMSNORM_ANALYSIS_ROWALGEBRA_POLYNOMIAL_H

#include "rmsnorm/Analysis/RowAlgebra/Rational.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <memory>
#include <string>

namespace mlir::norm::algebra {

class Atom;

/// An index variable, numbered from 0.
using Index = int;
/// The index of a dimension of extent one.
constexpr Index unitIndex = -1;
using IndexTuple = llvm::SmallVector<Index, 4>;

/// An atom to a rational power, never zero.
struct Factor {
  const Atom *atom;
  Rational exponent;
  bool operator==(const Factor &o) const {
    return atom == o.atom && exponent == o.exponent;
  }
  friend llvm::hash_code hash_value(const Factor &factor) {
    return llvm::hash_combine(factor.atom, factor.exponent);
  }
};

using FactorList = llvm::SmallVector<Factor, 2>;

/// coefficient * product of factors, sorted by atom, each atom once.
struct Monomial {
  Coefficient coefficient;
  FactorList factors;

  bool isConstant() const { return factors.empty(); }
  bool operator==(const Monomial &o) const {
    return coefficient == o.coefficient && factors == o.factors;
  }
  friend llvm::hash_code hash_value(const Monomial &monomial) {
    return llvm::hash_combine(monomial.coefficient,
                              llvm::hash_combine_range(monomial.factors));
  }
  /// The exponent of `atom`, zero when it does not occur.
  Rational exponentOf(const Atom *atom) const;
  /// Index variables that the monomial depends on, as a bit set.
  uint64_t freeIndices() const;
};

/// A sum of monomials, sorted, none with a coefficient of zero.
struct Polynomial {
  llvm::SmallVector<Monomial, 1> terms;

  bool isZero() const { return terms.empty(); }
  /// The coefficient of a constant polynomial, nullopt for any other.
  std::optional<Coefficient> asConstant() const;
  uint64_t freeIndices() const;
  bool operator==(const Polynomial &o) const { return terms == o.terms; }
  friend llvm::hash_code hash_value(const Polynomial &polynomial) {
    return llvm::hash_combine_range(polynomial.terms);
  }
};

/// What a polynomial is made of. Immutable and unique within its Algebra.
class Atom {
public:
  enum class Kind {
    Leaf,     ///< symbol at a tuple of indices
    Extent,   ///< number of elements in a dimension of a symbol; positive
    Constant, ///< positive number that only occurs to a fractional power
    Sum,      ///< sum of body (one monomial, coefficient 1) over bound indices
    Base,     ///< a polynomial that is no monomial, under a power
    Max,      ///< the largest of two or more polynomials
    Apply     ///< function of a name, of polynomials; not looked into
  };

  Kind kind;
  unsigned id;            ///< order of creation
  unsigned hash = 0;      ///< of all below but `free`
  uint64_t free = 0;      ///< free index variables, as a bit set
  unsigned symbol = 0;    ///< Leaf, Extent
  IndexTuple indices;     ///< Leaf: its tuple; Sum: the bound variables
  unsigned dimension = 0; ///< Extent
  Coefficient constant;   ///< Constant
  llvm::SmallVector<Polynomial, 1> operands; ///< Sum, Base, Max, Apply
  llvm::SmallVector<Polynomial, 1> extents;  ///< Sum: of the bound variables
  std::string name;                          ///< Apply

  const Polynomial &base() const { return operands.front(); }
  const Monomial &body() const { return operands.front().terms.front(); }
};

/// True when a leaf of `value`, at any depth, has this symbol.
bool mentions(const Polynomial &value, unsigned symbol);

/// Makes polynomials and keeps them in normal form.
///
/// Work is bounded. An operation that would need more than `maxTerms` terms,
/// more than `maxAtoms` atoms, numbers past 2^2048 or an undefined value
/// (a division by the constant zero) sets `failure()`; what it returns is then
/// meaningless, as is everything that is made from it.
class Algebra {
public:
  static constexpr unsigned maxTerms = 64;
  static constexpr unsigned maxAtoms = 4096;
  static constexpr unsigned maxIndices = 64;

  Algebra() = default;
  Algebra(const Algebra &) = delete;
  Algebra &operator=(const Algebra &) = delete;
  ~Algebra();

  /// Why an operation since the last `clearFailure` gave up; empty if none did.
  llvm::StringRef failure() const { return failureReason; }
  void clearFailure() { failureReason.clear(); }

  /// A new symbol, with a name for messages. `dependsOn` marks a symbol whose
  /// value depends on another leaf in a way that was not looked into.
  unsigned symbol(llvm::StringRef name, bool opaque = false);
  llvm::StringRef symbolName(unsigned symbol) const {
    return symbols[symbol].name;
  }
  bool isOpaque(unsigned symbol) const { return symbols[symbol].opaque; }
  /// The value of `symbol` is never zero: its reciprocal cancels with it. That
  /// of another is a function of its own, as 0 * (1 / 0) is a NaN.
  void setNonZero(unsigned symbol) { symbols[symbol].nonZero = true; }

  Polynomial constant(Coefficient value);
  Polynomial leaf(unsigned symbol, llvm::ArrayRef<Index> indices);
  Polynomial extent(unsigned symbol, unsigned dimension);
  Polynomial add(const Polynomial &a, const Polynomial &b);
  Polynomial sub(const Polynomial &a, const Polynomial &b) {
    return add(a, negate(b));
  }
  Polynomial negate(const Polynomial &a);
  Polynomial mul(const Polynomial &a, const Polynomial &b);
  Polynomial div(const Polynomial &a, const Polynomial &b) {
    return mul(a, pow(b, -1));
  }
  /// `a` to a rational power. Under a root the base is taken as non-negative,
  /// because the program takes its root (it is NaN otherwise); an even power
  /// under a root gives the absolute value.
  Polynomial pow(const Polynomial &a, const Rational &exponent);
  /// Sum of `a` over `index`, which runs over `extent` values.
  Polynomial sum(const Polynomial &a, Index index, const Polynomial &extent);
  Polynomial max(const Polynomial &a, const Polynomial &b);
  Polynomial min(const Polynomial &a, const Polynomial &b) {
    return negate(max(negate(a), negate(b)));
  }
  Polynomial abs(const Polynomial &a) { return apply("abs", a); }
  Polynomial apply(llvm::StringRef name, llvm::ArrayRef<Polynomial> operands);
  /// The product of `factors` times `coefficient`, normalised.
  Polynomial product(Coefficient coefficient, llvm::ArrayRef<Factor> factors);
  Polynomial fromMonomial(const Monomial &monomial) {
    return product(monomial.coefficient, monomial.factors);
  }

  /// True when they are the same up to the error of literals.
  bool agree(const Polynomial &a, const Polynomial &b) {
    return sub(a, b).isZero();
  }

  /// For messages: cut off after 400 characters.
  std::string str(const Polynomial &polynomial) const;
  std::string str(const Atom *atom) const;

private:
  struct Symbol {
    std::string name;
    bool opaque, nonZero = false;
  };

  Polynomial fail(llvm::StringRef reason);
  const Atom *unique(std::unique_ptr<Atom> atom);
  Polynomial atomPower(const Atom *atom, const Rational &exponent);
  /// An atom for `a` as a whole, to a power.
  Polynomial baseOf(const Polynomial &a, const Rational &exponent = 1);
  Polynomial powMonomial(const Monomial &monomial, const Rational &exponent);
  Polynomial powConstant(const Coefficient &value, const Rational &exponent);
  Polynomial sumMonomial(const Monomial &monomial, Index index,
                         const Polynomial &extent);
  Polynomial rename(const Polynomial &polynomial,
                    llvm::ArrayRef<std::pair<Index, Index>> names);
  Polynomial makeSum(FactorList body, IndexTuple bound,
                     llvm::SmallVector<Polynomial, 1> extents);
  void print(llvm::raw_ostream &os, const Polynomial &polynomial) const;
  void print(llvm::raw_ostream &os, const Atom *atom) const;

  llvm::SmallVector<Symbol> symbols;
  llvm::SmallVector<std::unique_ptr<Atom>> atoms;
  /// Finds atoms by what they are made of.
  struct AtomInfo : llvm::DenseMapInfo<const Atom *> {
    static unsigned getHashValue(const Atom *atom) { return atom->hash; }
    static bool isEqual(const Atom *a, const Atom *b);
  };
  llvm::DenseSet<const Atom *, AtomInfo> uniqued;
  std::string failureReason;
};

} // namespace mlir::norm::algebra

#endif // RMSNORM_ANALYSIS_ROWALGEBRA_POLYNOMIAL_H
