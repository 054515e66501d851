//===- Regroup.cpp - Reshapes that divide and join dimensions -------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A reshape may join the dimensions [B, S] to one of B * S, or divide that
// again. Read at [b, s], its operand is wanted at b * S + s: an index that is
// *joined* from others. Read at i, an operand of [B, S] is wanted at the
// quotient and the remainder of i: i is *divided*. Joined indices that meet a
// reshape that divides them are those that they were joined from, and so
// dimensions can be regrouped for a reduction and back:
//
//   x[B, S, D] -> [1, B * S, D] -> batch_norm_training -> [B, S, D]
//
// Such indices are numbered from the top, below firstGroupIndex are those of
// loops. A leaf at a joined index is no element of a tensor by its dimensions,
// and stays opaque.
//
//===----------------------------------------------------------------------===//

#include "OpReader.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

static uint64_t bit(Index index) {
  return index == unitIndex ? 0 : uint64_t(1) << index;
}

/// What index `part` is a part of, or null.
const Importer::IndexGroup *Importer::getDivided(Index part) const {
  const auto *it = llvm::find_if(divided, [&](const IndexGroup &group) {
    return llvm::is_contained(group.parts, part);
  });
  return part == unitIndex || it == divided.end() ? nullptr : it;
}

const Importer::IndexGroup *Importer::getJoined(Index index) const {
  const auto *it = llvm::find_if(
      joined, [&](const IndexGroup &group) { return group.whole == index; });
  return it == joined.end() ? nullptr : it;
}

uint64_t Importer::usedBy(Index index) const {
  uint64_t used = bit(index);
  if (const IndexGroup *group = getJoined(index))
    for (Index part : group->parts)
      used |= usedBy(part);
  // What is divided is not to be used beside its parts.
  for (const IndexGroup *group = getDivided(index); group;
       group = getDivided(group->whole))
    used |= bit(group->whole);
  return used;
}

std::optional<Index> Importer::newGroupIndex() {
  Index next = Algebra::maxIndices - 1 - numGroupIndices;
  if (next < firstGroupIndex)
    return std::nullopt;
  ++numGroupIndices;
  return next;
}

bool Importer::haveSameExtents(const IndexGroup &a, const IndexGroup &b) {
  return a.extents.size() == b.extents.size() &&
         llvm::all_of(llvm::zip(a.extents, b.extents), [&](auto pair) {
           return algebra.agree(std::get<0>(pair), std::get<1>(pair));
         });
}

std::optional<Index> Importer::join(ArrayRef<Index> indices,
                                    ArrayRef<Polynomial> extents) {
  IndexGroup group;
  for (auto [index, extent] : llvm::zip_equal(indices, extents)) {
    if (index == unitIndex)
      continue;
    if (const IndexGroup *inner = getJoined(index)) {
      llvm::append_range(group.parts, inner->parts);
      llvm::append_range(group.extents, inner->extents);
      continue;
    }
    group.parts.push_back(index);
    group.extents.push_back(extent);
  }
  if (group.parts.empty())
    return unitIndex;
  if (group.parts.size() == 1)
    return group.parts.front();
  // All parts of what was divided are the whole of it.
  if (const IndexGroup *from = getDivided(group.parts.front()))
    if (from->parts == group.parts)
      return from->whole;
  // Names of bound variables are used again, with other extents.
  for (const IndexGroup &known : joined)
    if (known.parts == group.parts && haveSameExtents(known, group))
      return known.whole;
  std::optional<Index> whole = newGroupIndex();
  if (!whole)
    return std::nullopt;
  group.whole = *whole;
  joined.push_back(std::move(group));
  return whole;
}

std::optional<IndexTuple> Importer::divide(Index index,
                                           ArrayRef<Polynomial> extents) {
  IndexTuple parts(extents.size(), unitIndex);
  if (index == unitIndex)
    return parts;
  Polynomial one = algebra.constant(1);
  if (const IndexGroup *group = getJoined(index)) {
    // From the innermost on, as many as have the extent together.
    IndexGroup rest = *group;
    for (unsigned i = extents.size(); i-- > 0;) {
      IndexGroup own;
      Polynomial product = one;
      while (!algebra.agree(product, extents[i])) {
        if (rest.parts.empty())
          return std::nullopt;
        product = algebra.mul(product, rest.extents.back());
        own.parts.insert(own.parts.begin(), rest.parts.pop_back_val());
        own.extents.insert(own.extents.begin(), rest.extents.pop_back_val());
      }
      std::optional<Index> part = join(own.parts, own.extents);
      if (!part)
        return std::nullopt;
      parts[i] = *part;
    }
    return rest.parts.empty() ? std::optional(parts) : std::nullopt;
  }
  IndexGroup group;
  group.whole = index;
  for (const Polynomial &extent : extents)
    if (!algebra.agree(extent, one))
      group.extents.push_back(extent);
  auto isSame = [&](const IndexGroup &known) {
    return known.whole == index && haveSameExtents(known, group);
  };
  const auto *known = llvm::find_if(divided, isSame);
  if (known == divided.end()) {
    for (unsigned i = 0; i < group.extents.size(); ++i) {
      std::optional<Index> part = newGroupIndex();
      if (!part)
        return std::nullopt;
      group.parts.push_back(*part);
    }
    divided.push_back(std::move(group));
    known = &divided.back();
  }
  const Index *next = known->parts.begin();
  for (auto [part, extent] : llvm::zip_equal(parts, extents))
    if (!algebra.agree(extent, one))
      part = *next++;
  return parts;
}

/// Where `source` is to be read for `result`, of the same elements in row-major
/// order, at `indices`; nullopt when the dimensions do not meet in groups of
/// which one side is a single dimension.
std::optional<IndexTuple> Importer::regroup(Value source, Value result,
                                            ArrayRef<Index> indices) {
  auto getExtents = [&](Value value) {
    SmallVector<Polynomial> extents;
    for (unsigned dim = 0, e = getTensorType(value).getRank(); dim < e; ++dim)
      extents.push_back(extentOf(value, dim));
    return extents;
  };
  SmallVector<Polynomial> from = getExtents(source), to = getExtents(result);
  Polynomial one = algebra.constant(1);
  /// How many extents from `first` on are `extent` together; 0 if none are.
  auto countFactors = [&](ArrayRef<Polynomial> extents, unsigned first,
                          const Polynomial &extent) -> unsigned {
    Polynomial product = one;
    for (unsigned i = first; i < extents.size(); ++i) {
      product = algebra.mul(product, extents[i]);
      if (algebra.agree(product, extent))
        return i + 1 - first;
    }
    return 0;
  };
  IndexTuple at(from.size(), unitIndex);
  unsigned i = 0, j = 0;
  auto skipUnits = [&] {
    while (i < from.size() && algebra.agree(from[i], one))
      ++i;
    while (j < to.size() && algebra.agree(to[j], one))
      ++j;
  };
  for (skipUnits(); i < from.size() && j < to.size(); skipUnits()) {
    if (unsigned count = countFactors(to, j, from[i])) {
      std::optional<Index> index =
          join(indices.slice(j, count), ArrayRef(to).slice(j, count));
      if (!index)
        return std::nullopt;
      at[i++] = *index;
      j += count;
    } else if (unsigned count = countFactors(from, i, to[j])) {
      std::optional<IndexTuple> parts =
          divide(indices[j++], ArrayRef(from).slice(i, count));
      if (!parts)
        return std::nullopt;
      llvm::copy(*parts, at.begin() + i);
      i += count;
    } else {
      return std::nullopt;
    }
  }
  return i == from.size() && j == to.size() ? std::optional(at) : std::nullopt;
}

static constexpr StringRef regroupedName = "regrouped";

bool Importer::isJoined(ArrayRef<Index> indices) const {
  return llvm::any_of(indices,
                      [&](Index index) { return getJoined(index) != nullptr; });
}

Polynomial Importer::regroupedLeaf(Value value, ArrayRef<Index> indices) {
  IndexTuple parts;
  std::string name = regroupedName.str();
  for (Index index : indices) {
    const IndexGroup *group = getJoined(index);
    if (group)
      llvm::append_range(parts, group->parts);
    else
      parts.push_back(index);
    name += ' ' + std::to_string(group ? group->parts.size() : 1);
  }
  return algebra.apply(name, algebra.leaf(symbolOf(value), parts));
}

/// True when something in `value` is an element at a joined index.
static bool hasRegrouped(const Polynomial &value) {
  return llvm::any_of(value.terms, [](const Monomial &term) {
    return llvm::any_of(term.factors, [](const Factor &factor) {
      return (factor.atom->kind == Atom::Kind::Apply &&
              StringRef(factor.atom->name).starts_with(regroupedName)) ||
             llvm::any_of(factor.atom->operands, hasRegrouped);
    });
  });
}

std::optional<Polynomial> Importer::readRegrouped(Operation *op,
                                                  ArrayRef<Index> indices) {
  std::optional<IndexTuple> at =
      regroup(op->getOperand(0), op->getResult(0), indices);
  if (!at)
    return std::nullopt;
  Polynomial value = import(op->getOperand(0), *at);
  // The elements of the result are at better indices.
  return hasRegrouped(value) ? std::nullopt : std::optional(value);
}

bool Importer::divideSummed(const Polynomial &element, SummedIndices &summed) {
  uint64_t free = element.freeIndices();
  auto isPartFree = [&](const IndexGroup &group) {
    return llvm::any_of(group.parts,
                        [&](Index part) { return (free & bit(part)) != 0; });
  };
  for (unsigned i = 0; i < summed.size();) {
    Index index = summed[i].first;
    const IndexGroup *parts = nullptr;
    for (const IndexGroup &group : divided) {
      if (group.whole != index || !isPartFree(group))
        continue;
      // guard: divided-twice
      if (parts || (free & bit(index)))
        return false;
      parts = &group;
    }
    if (!parts) {
      ++i;
      continue;
    }
    summed.erase(summed.begin() + i);
    for (auto [part, extent] : llvm::zip_equal(parts->parts, parts->extents))
      summed.push_back({part, extent});
  }
  return true;
}
