//===- Elements.cpp - Functions of elements, for the tables ---------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elements.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

RankedTensorType norm::inputType(Operation *op) {
  return op->getNumOperands() ? getTensorType(op->getOperand(0))
                              : RankedTensorType();
}

bool norm::areAll(const std::optional<SmallVector<int64_t>> &ints,
                  int64_t value) {
  return ints &&
         llvm::all_of(*ints, [&](int64_t number) { return number == value; });
}

bool norm::areAll(Operation *op, StringRef name, int64_t value) {
  Attribute attribute = op->getAttr(name);
  return !attribute || areAll(getInts(attribute), value);
}

bool norm::isAbsent(Value value) {
  Operation *op = value.getDefiningOp();
  StringRef name = op ? op->getName().getStringRef() : StringRef();
  return isa<NoneType>(value.getType()) || name == "onnx.NoValue" ||
         name == "torch.constant.none";
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

Result elements::add(Algebra &a, Operation *, Operands o) {
  return a.add(o[0], o[1]);
}
Result elements::sub(Algebra &a, Operation *, Operands o) {
  return a.sub(o[0], o[1]);
}
Result elements::reversedSub(Algebra &a, Operation *, Operands o) {
  return a.sub(o[1], o[0]);
}
Result elements::mul(Algebra &a, Operation *, Operands o) {
  return a.mul(o[0], o[1]);
}
Result elements::div(Algebra &a, Operation *, Operands o) {
  return a.div(o[0], o[1]);
}
Result elements::negate(Algebra &a, Operation *, Operands o) {
  return a.negate(o[0]);
}
Result elements::max(Algebra &a, Operation *, Operands o) {
  return a.max(o[0], o[1]);
}
Result elements::min(Algebra &a, Operation *, Operands o) {
  return a.min(o[0], o[1]);
}
Result elements::abs(Algebra &a, Operation *, Operands o) {
  return a.abs(o[0]);
}
Result elements::square(Algebra &a, Operation *, Operands o) {
  return a.mul(o[0], o[0]);
}
Result elements::squaredDifference(Algebra &a, Operation *, Operands o) {
  Polynomial difference = a.sub(o[0], o[1]);
  return a.mul(difference, difference);
}
Result elements::fma(Algebra &a, Operation *, Operands o) {
  return a.add(a.mul(o[0], o[1]), o[2]);
}
Result elements::sqrt(Algebra &a, Operation *, Operands o) {
  return a.pow(o[0], Rational(1, 2));
}
Result elements::rsqrt(Algebra &a, Operation *, Operands o) {
  return a.pow(o[0], Rational(-1, 2));
}
Result elements::reciprocal(Algebra &a, Operation *, Operands o) {
  return a.pow(o[0], -1);
}

Result elements::power(Algebra &a, Operation *, Operands o) {
  std::optional<Coefficient> value = o[1].asConstant();
  if (!value || !value->isExact())
    return std::nullopt;
  Rational quarters = value->value() * Rational(4);
  std::optional<int64_t> steps = quarters.asInteger();
  if (!steps || std::abs(*steps) > 32)
    return std::nullopt;
  return a.pow(o[0], value->value());
}

Result elements::identity(Algebra &, Operation *, Operands o) { return o[0]; }

/// True for a number, or a product of extents: integers that cannot wrap.
static bool isExtent(const Polynomial &value) {
  return llvm::all_of(value.terms, [](const Monomial &term) {
    return llvm::all_of(term.factors, [](const Factor &factor) {
      return factor.atom->kind == Atom::Kind::Extent;
    });
  });
}

Result elements::integerIdentity(Algebra &, Operation *, Operands o) {
  return isExtent(o[0]) ? Result(o[0]) : std::nullopt;
}

Result elements::unsignedIdentity(Algebra &a, Operation *op, Operands o) {
  bool isNegative = llvm::any_of(o[0].terms, [](const Monomial &term) {
    return term.coefficient.value().isNegative();
  });
  return isNegative ? std::nullopt : integerIdentity(a, op, o);
}

Result elements::select(Algebra &, Operation *, Operands o) {
  std::optional<Coefficient> condition = o[0].asConstant();
  if (!condition || !condition->isExact())
    return std::nullopt;
  return condition->isZero() ? o[2] : o[1];
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

Result combine::sum(OpReader &r, const Polynomial &element) {
  return r.sum(r.row, element);
}
Result combine::mean(OpReader &r, const Polynomial &element) {
  return r.mean(r.row, element);
}
Result combine::sumOfSquares(OpReader &r, const Polynomial &element) {
  return r.sum(r.row, r.a.mul(element, element));
}
Result combine::l2Norm(OpReader &r, const Polynomial &element) {
  return r.a.pow(r.sum(r.row, r.a.mul(element, element)), Rational(1, 2));
}

//===----------------------------------------------------------------------===//
// Dimensions
//===----------------------------------------------------------------------===//

/// The types of operand 0 and result 0; nullopt when one is no ranked tensor.
static std::optional<std::pair<RankedTensorType, RankedTensorType>>
getTypes(Operation *op) {
  if (op->getNumResults() == 0)
    return std::nullopt;
  RankedTensorType from = inputType(op);
  RankedTensorType to = getTensorType(op->getResult(0));
  if (!from || !to)
    return std::nullopt;
  return std::pair(from, to);
}

std::optional<DimMap> dims::identity(Operation *op) {
  auto types = getTypes(op);
  if (!types || types->first.getRank() != types->second.getRank())
    return std::nullopt;
  DimMap map;
  for (int64_t dim = 0; dim < types->first.getRank(); ++dim)
    map.push_back(dim);
  return map;
}

std::optional<DimMap> dims::reshape(Operation *op) {
  auto types = getTypes(op);
  if (!types)
    return std::nullopt;
  auto [from, to] = *types;
  // Dimensions other than one meet in order. One dynamic extent follows from
  // the others; more than one may be divided in another way.
  if (from.getNumDynamicDims() > 1 || to.getNumDynamicDims() > 1)
    return std::nullopt;
  DimMap map;
  int64_t next = 0;
  auto skipUnits = [&, &to = to] {
    while (next < to.getRank() && to.getDimSize(next) == 1)
      ++next;
  };
  for (int64_t extent : from.getShape()) {
    if (extent == 1) {
      map.push_back(unitDim);
      continue;
    }
    skipUnits();
    if (next >= to.getRank() || to.getDimSize(next) != extent)
      return std::nullopt;
    map.push_back(next++);
  }
  skipUnits();
  return next == to.getRank() ? std::optional(map) : std::nullopt;
}

std::optional<DimMap> dims::permute(ArrayRef<int64_t> permutation) {
  DimMap map(permutation.size(), unitDim);
  int64_t rank = permutation.size();
  for (auto [to, from] : llvm::enumerate(permutation)) {
    int64_t dim = from < 0 ? from + rank : from;
    if (dim < 0 || dim >= rank || map[dim] != unitDim)
      return std::nullopt;
    map[dim] = to;
  }
  return map;
}

std::optional<DimMap> dims::reduce(Operation *op, ArrayRef<int64_t> axes,
                                   bool keepsDims) {
  auto types = getTypes(op);
  if (!types)
    return std::nullopt;
  int64_t rank = types->first.getRank(), next = 0;
  DimMap map(rank, 0);
  for (int64_t axis : axes) {
    int64_t dim = axis < 0 ? axis + rank : axis;
    if (dim < 0 || dim >= rank || map[dim] == reducedDim)
      return std::nullopt;
    map[dim] = reducedDim;
  }
  for (int64_t &to : map) {
    if (to != reducedDim)
      to = next++;
    else
      next += keepsDims;
  }
  return next == types->second.getRank() ? std::optional(map) : std::nullopt;
}

std::optional<DimMap> dims::broadcast(Operation *op) {
  auto types = getTypes(op);
  if (!types || types->first.getRank() > types->second.getRank())
    return std::nullopt;
  DimMap map;
  int64_t shift = types->second.getRank() - types->first.getRank();
  for (auto [dim, extent] : llvm::enumerate(types->first.getShape())) {
    // Whether a dynamic extent is stretched is not known.
    int64_t to = types->second.getDimSize(dim + shift);
    if (extent != 1 && extent != to)
      return std::nullopt;
    map.push_back(extent == 1 ? unitDim : static_cast<int64_t>(dim) + shift);
  }
  return map;
}

std::optional<DimMap> dims::pool(Operation *op, int64_t first,
                                 ArrayRef<int64_t> kernel) {
  auto types = getTypes(op);
  int64_t count = kernel.size();
  if (!types || first < 0 || first + count > types->first.getRank())
    return std::nullopt;
  for (auto [dim, extent] : llvm::enumerate(kernel))
    if (types->first.getDimSize(first + dim) != extent ||
        types->second.getDimSize(first + dim) != 1)
      return std::nullopt;
  return reduce(op, llvm::to_vector(llvm::seq<int64_t>(first, first + count)),
                /*keepsDims=*/true);
}
