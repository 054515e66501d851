//===- Sum.cpp - Binders of the row algebra, and printing -----------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/RowAlgebra/Polynomial.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir::norm::algebra;

static uint64_t bit(Index index) { return uint64_t(1) << index; }

/// The smallest variable that is not in `used`; maxIndices if there is none.
static Index smallestUnused(uint64_t used) { return llvm::countr_one(used); }

Polynomial Algebra::sum(const Polynomial &a, Index index,
                        const Polynomial &extent) {
  Polynomial result;
  for (const Monomial &term : a.terms)
    result = add(result, sumMonomial(term, index, extent));
  return result;
}

Polynomial Algebra::sumMonomial(const Monomial &monomial, Index index,
                                const Polynomial &extent) {
  FactorList inside, outside;
  for (const Factor &factor : monomial.factors)
    (factor.atom->free & bit(index) ? inside : outside).push_back(factor);
  if (inside.empty())
    return mul(fromMonomial(monomial), extent);

  // A sum of a sum is one sum over both variables.
  IndexTuple bound{index};
  llvm::SmallVector<Polynomial, 1> extents{extent};
  uint64_t used = bit(index);
  for (const Factor &factor : inside)
    used |= factor.atom->free;
  FactorList body;
  for (const Factor &factor : inside) {
    if (factor.atom->kind != Atom::Kind::Sum || !factor.exponent.isOne()) {
      body.push_back(factor);
      continue;
    }
    llvm::SmallVector<std::pair<Index, Index>> names;
    for (Index inner : factor.atom->indices)
      used |= bit(inner);
    for (auto [inner, innerExtent] :
         llvm::zip(factor.atom->indices, factor.atom->extents)) {
      Index fresh = smallestUnused(used);
      if (fresh >= static_cast<Index>(maxIndices))
        return fail("the expression has too many indices");
      used |= bit(fresh);
      names.push_back({inner, fresh});
      bound.push_back(fresh);
      extents.push_back(innerExtent);
    }
    llvm::append_range(
        body, rename(factor.atom->base(), names).terms.front().factors);
  }
  Polynomial total = makeSum(std::move(body), bound, extents);
  return mul(product(monomial.coefficient, outside), total);
}

/// Collects the bound variables of `bound` in order of first occurrence in an
/// atom, without regard to how they are named.
static void collectOccurrences(const Atom *atom, uint64_t bound,
                               IndexTuple &order) {
  if (!(atom->free & bound))
    return;
  if (atom->kind == Atom::Kind::Leaf) {
    for (Index index : atom->indices)
      if (index != unitIndex && (bound & bit(index)) &&
          !llvm::is_contained(order, index))
        order.push_back(index);
    return;
  }
  uint64_t visible = bound & atom->free;
  for (const Polynomial &operand : atom->operands)
    for (const Monomial &term : operand.terms)
      for (const Factor &factor : term.factors)
        collectOccurrences(factor.atom, visible, order);
}

Polynomial Algebra::makeSum(FactorList body, IndexTuple bound,
                            llvm::SmallVector<Polynomial, 1> extents) {
  // Canonical names. Factors are visited in an order that does not depend on
  // the present names: by kind, symbol and exponent.
  FactorList visit(body);
  llvm::sort(visit, [](const Factor &a, const Factor &b) {
    if (a.atom->kind != b.atom->kind)
      return a.atom->kind < b.atom->kind;
    if (a.atom->symbol != b.atom->symbol)
      return a.atom->symbol < b.atom->symbol;
    if (a.exponent != b.exponent)
      return a.exponent < b.exponent;
    return a.atom->id < b.atom->id;
  });
  uint64_t boundSet = 0, free = 0;
  for (Index index : bound)
    boundSet |= bit(index);
  IndexTuple order;
  for (const Factor &factor : visit) {
    free |= factor.atom->free;
    collectOccurrences(factor.atom, boundSet, order);
  }
  free &= ~boundSet;

  auto sum = std::make_unique<Atom>();
  sum->kind = Atom::Kind::Sum;
  llvm::SmallVector<std::pair<Index, Index>> names;
  uint64_t used = free;
  for (Index old : order) {
    Index name = smallestUnused(used);
    used |= bit(name);
    names.push_back({old, name});
    sum->indices.push_back(name);
    sum->extents.push_back(
        extents[std::distance(bound.begin(), llvm::find(bound, old))]);
  }
  Polynomial plain;
  plain.terms.push_back({1, {}});
  llvm::sort(body, [](const Factor &a, const Factor &b) {
    return a.atom->id < b.atom->id;
  });
  // Renaming is one to one, so that a monomial stays a monomial.
  sum->operands.push_back(rename(product(1, body), names));
  if (sum->base().terms.size() != 1)
    return fail("the expression cannot be summed");
  return atomPower(unique(std::move(sum)), 1);
}

Polynomial Algebra::rename(const Polynomial &polynomial,
                           llvm::ArrayRef<std::pair<Index, Index>> names) {
  uint64_t renamed = 0;
  llvm::SmallVector<std::pair<Index, Index>> live;
  for (auto [from, to] : names)
    if (from != to) {
      live.push_back({from, to});
      renamed |= bit(from);
    }
  if (!(polynomial.freeIndices() & renamed))
    return polynomial;

  auto renameAtom = [&](const Atom *atom) -> Polynomial {
    if (!(atom->free & renamed))
      return atomPower(atom, 1);
    auto lookup = [&](Index index) {
      for (auto [from, to] : live)
        if (from == index)
          return to;
      return index;
    };
    switch (atom->kind) {
    case Atom::Kind::Leaf: {
      IndexTuple indices;
      for (Index index : atom->indices)
        indices.push_back(lookup(index));
      return leaf(atom->symbol, indices);
    }
    case Atom::Kind::Sum: {
      // Move the bound variables out of the way of the new names first.
      uint64_t used = atom->base().freeIndices() | renamed;
      for (Index index : atom->indices)
        used |= bit(index);
      for (auto [from, to] : live)
        used |= bit(to);
      llvm::SmallVector<std::pair<Index, Index>> inner(live);
      IndexTuple bound;
      llvm::erase_if(inner, [&](const std::pair<Index, Index> &name) {
        return llvm::is_contained(atom->indices, name.first);
      });
      for (Index index : atom->indices) {
        Index fresh = smallestUnused(used);
        if (fresh >= static_cast<Index>(maxIndices))
          return fail("the expression has too many indices");
        used |= bit(fresh);
        inner.push_back({index, fresh});
        bound.push_back(fresh);
      }
      Polynomial body = rename(atom->base(), inner);
      if (body.terms.size() != 1)
        return fail("the expression cannot be summed");
      FactorList factors(body.terms.front().factors);
      return makeSum(std::move(factors), bound, atom->extents);
    }
    case Atom::Kind::Base:
      return baseOf(rename(atom->base(), live));
    case Atom::Kind::Max: {
      Polynomial result = rename(atom->operands.front(), live);
      for (const Polynomial &operand : llvm::drop_begin(atom->operands))
        result = max(result, rename(operand, live));
      return result;
    }
    default: {
      llvm::SmallVector<Polynomial> operands;
      for (const Polynomial &operand : atom->operands)
        operands.push_back(rename(operand, live));
      return apply(atom->name, operands);
    }
    }
  };

  Polynomial result;
  for (const Monomial &term : polynomial.terms) {
    Polynomial renamedTerm = constant(term.coefficient);
    for (const Factor &factor : term.factors)
      renamedTerm =
          mul(renamedTerm, pow(renameAtom(factor.atom), factor.exponent));
    result = add(result, renamedTerm);
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

void Algebra::print(llvm::raw_ostream &os, const Atom *atom) const {
  auto printList = [&](llvm::ArrayRef<Polynomial> operands) {
    os << '(';
    llvm::interleaveComma(operands, os,
                          [&](const Polynomial &p) { print(os, p); });
    os << ')';
  };
  auto printIndices = [&] {
    llvm::interleaveComma(atom->indices, os, [&](Index index) {
      if (index == unitIndex)
        os << '0';
      else
        os << 'i' << index;
    });
  };
  switch (atom->kind) {
  case Atom::Kind::Leaf:
    os << symbolName(atom->symbol);
    if (!atom->indices.empty()) {
      os << '[';
      printIndices();
      os << ']';
    }
    break;
  case Atom::Kind::Extent:
    os << "dim(" << symbolName(atom->symbol) << ", " << atom->dimension << ')';
    break;
  case Atom::Kind::Constant:
    atom->constant.print(os);
    break;
  case Atom::Kind::Sum:
    os << "sum{";
    printIndices();
    os << "}(";
    print(os, atom->base());
    os << ')';
    break;
  case Atom::Kind::Base:
    printList(atom->operands);
    break;
  case Atom::Kind::Max:
    os << "max";
    printList(atom->operands);
    break;
  case Atom::Kind::Apply:
    os << atom->name;
    printList(atom->operands);
    break;
  }
}

void Algebra::print(llvm::raw_ostream &os, const Polynomial &polynomial) const {
  if (polynomial.isZero())
    os << '0';
  llvm::interleave(
      polynomial.terms, os,
      [&](const Monomial &term) {
        bool written = term.coefficient.isOne() && !term.isConstant();
        if (!written)
          term.coefficient.print(os);
        for (const Factor &factor : term.factors) {
          if (!written)
            os << '*';
          written = false;
          print(os, factor.atom);
          if (factor.exponent.isOne())
            continue;
          os << "^(";
          factor.exponent.print(os);
          os << ')';
        }
      },
      " + ");
}

/// What a message has room for.
static std::string shorten(std::string text) {
  constexpr size_t room = 400;
  if (text.size() > room)
    text.replace(room, std::string::npos, "...");
  return text;
}

std::string Algebra::str(const Polynomial &polynomial) const {
  std::string text;
  llvm::raw_string_ostream os(text);
  print(os, polynomial);
  return shorten(std::move(text));
}

std::string Algebra::str(const Atom *atom) const {
  std::string text;
  llvm::raw_string_ostream os(text);
  print(os, atom);
  return shorten(std::move(text));
}
