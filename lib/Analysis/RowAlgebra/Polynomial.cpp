//===- Polynomial.cpp - Sums, products and atoms --------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/RowAlgebra/Polynomial.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir::norm::algebra;

/// Powers of sums up to this one are multiplied out.
static constexpr int64_t maxExpandedPower = 4;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Rational Monomial::exponentOf(const Atom *atom) const {
  for (const Factor &factor : factors)
    if (factor.atom == atom)
      return factor.exponent;
  return 0;
}

uint64_t Monomial::freeIndices() const {
  uint64_t free = 0;
  for (const Factor &factor : factors)
    free |= factor.atom->free;
  return free;
}

std::optional<Coefficient> Polynomial::asConstant() const {
  if (terms.empty())
    return Coefficient(0);
  if (terms.size() == 1 && terms.front().isConstant())
    return terms.front().coefficient;
  return std::nullopt;
}

uint64_t Polynomial::freeIndices() const {
  uint64_t free = 0;
  for (const Monomial &term : terms)
    free |= term.freeIndices();
  return free;
}

bool mlir::norm::algebra::mentions(const Polynomial &value, unsigned symbol) {
  return llvm::any_of(value.terms, [&](const Monomial &term) {
    return llvm::any_of(term.factors, [&](const Factor &factor) {
      const Atom *atom = factor.atom;
      return (atom->kind == Atom::Kind::Leaf && atom->symbol == symbol) ||
             llvm::any_of(atom->operands, [&](const Polynomial &operand) {
               return mentions(operand, symbol);
             });
    });
  });
}

/// The order of terms: by factors only, so that equal ones meet.
static int compareFactors(llvm::ArrayRef<Factor> a, llvm::ArrayRef<Factor> b) {
  for (auto [fa, fb] : llvm::zip(a, b)) {
    if (fa.atom != fb.atom)
      return fa.atom->id < fb.atom->id ? -1 : 1;
    if (fa.exponent != fb.exponent)
      return fa.exponent < fb.exponent ? -1 : 1;
  }
  return a.size() == b.size() ? 0 : (a.size() < b.size() ? -1 : 1);
}

//===----------------------------------------------------------------------===//
// Atoms
//===----------------------------------------------------------------------===//

Algebra::~Algebra() = default;

Polynomial Algebra::fail(llvm::StringRef reason) {
  if (failureReason.empty())
    failureReason = reason.str();
  return {};
}

unsigned Algebra::symbol(llvm::StringRef name, bool opaque) {
  symbols.push_back({name.str(), opaque});
  return symbols.size() - 1;
}

bool Algebra::AtomInfo::isEqual(const Atom *a, const Atom *b) {
  if (a == b)
    return true;
  auto isKey = [](const Atom *atom) {
    return atom == getEmptyKey() || atom == getTombstoneKey();
  };
  return !isKey(a) && !isKey(b) && a->hash == b->hash && a->kind == b->kind &&
         a->symbol == b->symbol && a->dimension == b->dimension &&
         a->indices == b->indices && a->name == b->name &&
         a->constant == b->constant && a->operands == b->operands &&
         a->extents == b->extents;
}

const Atom *Algebra::unique(std::unique_ptr<Atom> atom) {
  atom->hash = llvm::hash_combine(atom->kind, atom->symbol, atom->dimension,
                                  atom->name, atom->constant,
                                  llvm::hash_combine_range(atom->indices),
                                  llvm::hash_combine_range(atom->operands),
                                  llvm::hash_combine_range(atom->extents));
  auto [it, inserted] = uniqued.insert(atom.get());
  if (!inserted)
    return *it;
  if (atoms.size() >= maxAtoms)
    (void)fail("the expression has too many distinct parts");
  atom->id = atoms.size();
  switch (atom->kind) {
  case Atom::Kind::Leaf:
    for (Index index : atom->indices)
      if (index != unitIndex)
        atom->free |= uint64_t(1) << index;
    break;
  case Atom::Kind::Sum:
    atom->free = atom->base().freeIndices();
    for (Index index : atom->indices)
      atom->free &= ~(uint64_t(1) << index);
    break;
  default:
    for (const Polynomial &operand : atom->operands)
      atom->free |= operand.freeIndices();
  }
  atoms.push_back(std::move(atom));
  return atoms.back().get();
}

Polynomial Algebra::constant(Coefficient value) {
  Polynomial result;
  if (value.value().isHuge())
    return fail("a constant of the expression has too many digits");
  if (!value.isZero())
    result.terms.push_back({std::move(value), {}});
  return result;
}

Polynomial Algebra::leaf(unsigned symbol, llvm::ArrayRef<Index> indices) {
  auto atom = std::make_unique<Atom>();
  atom->kind = Atom::Kind::Leaf;
  atom->symbol = symbol;
  atom->indices.assign(indices.begin(), indices.end());
  if (llvm::any_of(indices,
                   [](Index i) { return i >= static_cast<int>(maxIndices); }))
    return fail("the expression has too many indices");
  return product(1, Factor{unique(std::move(atom)), 1});
}

Polynomial Algebra::extent(unsigned symbol, unsigned dimension) {
  auto atom = std::make_unique<Atom>();
  atom->kind = Atom::Kind::Extent;
  atom->symbol = symbol;
  atom->dimension = dimension;
  return product(1, Factor{unique(std::move(atom)), 1});
}

Polynomial Algebra::apply(llvm::StringRef name,
                          llvm::ArrayRef<Polynomial> operands) {
  auto atom = std::make_unique<Atom>();
  atom->kind = Atom::Kind::Apply;
  atom->name = name.str();
  atom->operands.assign(operands.begin(), operands.end());
  return product(1, Factor{unique(std::move(atom)), 1});
}

Polynomial Algebra::max(const Polynomial &a, const Polynomial &b) {
  // One constant, the largest, first; then every other operand once.
  llvm::SmallVector<Polynomial, 1> operands;
  std::optional<Coefficient> floor;
  auto insert = [&](const Polynomial &operand) {
    if (std::optional<Coefficient> value = operand.asConstant()) {
      if (!floor || floor->value() < value->value())
        floor = value;
    } else if (!llvm::is_contained(operands, operand)) {
      operands.push_back(operand);
    }
  };
  for (const Polynomial &side : {a, b}) {
    const Atom *nested = nullptr;
    if (side.terms.size() == 1 && side.terms.front().factors.size() == 1 &&
        side.terms.front().coefficient.isOne() &&
        side.terms.front().factors.front().exponent.isOne())
      nested = side.terms.front().factors.front().atom;
    if (nested && nested->kind == Atom::Kind::Max)
      llvm::for_each(nested->operands, insert);
    else
      insert(side);
  }
  if (floor)
    operands.insert(operands.begin(), constant(*floor));
  if (operands.size() == 1)
    return operands.front();
  auto atom = std::make_unique<Atom>();
  atom->kind = Atom::Kind::Max;
  atom->operands = std::move(operands);
  return product(1, Factor{unique(std::move(atom)), 1});
}

//===----------------------------------------------------------------------===//
// Ring operations
//===----------------------------------------------------------------------===//

Polynomial Algebra::add(const Polynomial &a, const Polynomial &b) {
  Polynomial result;
  const auto *ia = a.terms.begin(), *ib = b.terms.begin();
  while (ia != a.terms.end() || ib != b.terms.end()) {
    int order = ia == a.terms.end() ? 1
                : ib == b.terms.end()
                    ? -1
                    : compareFactors(ia->factors, ib->factors);
    if (order < 0) {
      result.terms.push_back(*ia++);
    } else if (order > 0) {
      result.terms.push_back(*ib++);
    } else {
      Coefficient sum = ia->coefficient + ib->coefficient;
      if (sum.value().isHuge())
        return fail("a constant of the expression has too many digits");
      if (!sum.isZero())
        result.terms.push_back({std::move(sum), ia->factors});
      ++ia;
      ++ib;
    }
  }
  // guard: monomial-cap
  if (result.terms.size() > maxTerms)
    return fail("the expression has more than 64 terms when multiplied out");
  return result;
}

Polynomial Algebra::negate(const Polynomial &a) {
  Polynomial result = a;
  for (Monomial &term : result.terms)
    term.coefficient = -term.coefficient;
  return result;
}

Polynomial Algebra::mul(const Polynomial &a, const Polynomial &b) {
  Polynomial result;
  // A number changes no term but for its coefficient.
  for (bool swap : {false, true}) {
    const Polynomial &number = swap ? a : b, &other = swap ? b : a;
    if (number.terms.size() != 1 || !number.terms.front().isConstant())
      continue;
    const Coefficient &factor = number.terms.front().coefficient;
    if (factor.isOne())
      return other;
    for (const Monomial &term : other.terms) {
      Coefficient scaled = term.coefficient * factor;
      if (scaled.value().isHuge())
        return fail("a constant of the expression has too many digits");
      if (!scaled.isZero())
        result.terms.push_back({std::move(scaled), term.factors});
    }
    return result;
  }
  for (const Monomial &ma : a.terms)
    for (const Monomial &mb : b.terms) {
      FactorList factors(ma.factors);
      llvm::append_range(factors, mb.factors);
      result = add(result, product(ma.coefficient * mb.coefficient, factors));
      if (!failure().empty())
        return {};
    }
  return result;
}

Polynomial Algebra::product(Coefficient coefficient,
                            llvm::ArrayRef<Factor> factors) {
  Polynomial expanded; // what does not stay a plain factor
  expanded.terms.push_back({1, {}});
  bool isExpanded = false;
  auto expand = [&](const Polynomial &with) {
    expanded = mul(expanded, with);
    isExpanded = true;
  };

  Monomial result;
  for (const Factor &factor : factors) {
    auto *it = llvm::lower_bound(result.factors, factor,
                                 [](const Factor &a, const Factor &b) {
                                   return a.atom->id < b.atom->id;
                                 });
    if (it != result.factors.end() && it->atom == factor.atom)
      it->exponent = it->exponent + factor.exponent;
    else
      result.factors.insert(it, factor);
  }
  llvm::erase_if(result.factors, [&](Factor &factor) {
    if (factor.exponent.isZero())
      return true;
    std::optional<int64_t> power = factor.exponent.asInteger();
    switch (factor.atom->kind) {
    case Atom::Kind::Constant: {
      // Whole powers belong to the coefficient; what stays is in (0, 1).
      Rational whole(factor.exponent.floor(), DynamicAPInt(1));
      if (whole.isZero())
        return false;
      std::optional<int64_t> n = whole.asInteger();
      if (!n || std::abs(*n) > 64) {
        (void)fail("a constant is raised to too large a power");
        return true;
      }
      coefficient = coefficient * factor.atom->constant.pow(*n);
      Rational rest = factor.exponent - whole;
      if (rest.isZero())
        return true;
      factor.exponent = rest;
      return false;
    }
    case Atom::Kind::Base:
      // sqrt(w)^2 is w only where w is not negative, which of a single factor
      // is not known.
      if (factor.atom->base().terms.size() == 1)
        return false;
      if (!power || *power < 0 || *power > maxExpandedPower)
        return false;
      for (int64_t i = 0; i < *power; ++i)
        expand(factor.atom->base());
      return true;
    case Atom::Kind::Apply:
      if (factor.atom->name != "abs" || !factor.exponent.isEvenInteger())
        return false;
      expand(pow(factor.atom->base(), factor.exponent));
      return true;
    default:
      return false;
    }
  });
  if (coefficient.value().isHuge())
    return fail("a constant of the expression has too many digits");
  if (coefficient.isZero())
    return {};
  result.coefficient = std::move(coefficient);
  Polynomial plain;
  plain.terms.push_back(std::move(result));
  return isExpanded ? mul(expanded, plain) : plain;
}

Polynomial Algebra::atomPower(const Atom *atom, const Rational &exponent) {
  return product(1, Factor{atom, exponent});
}
