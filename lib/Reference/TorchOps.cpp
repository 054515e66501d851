//===- TorchOps.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluation of torch: what its ops do.
//
//===----------------------------------------------------------------------===//

#include "TorchOps.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm::reference;

/// A flag or a number; `byDefault` for an absent operand, none after a
/// diagnostic.
static std::optional<int64_t> getInt(NamedOp &op, unsigned i,
                                     int64_t byDefault) {
  return op.isAbsent(i) ? byDefault : op.ArrayMath::number(op[i]);
}

/// `a` in the type of result `i`.
static ArrayPtr finish(NamedOp &op, const ArrayPtr &a, unsigned i = 0) {
  return op.convert(a, op.element(i));
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

/// Operand `i`, a float where the result is one.
static ArrayPtr promote(NamedOp &op, unsigned i) {
  ArrayPtr a = op[i];
  Type element = op.element();
  return a && element && isa<FloatType>(element) && !a->isFloat()
             ? op.convert(a, element)
             : a;
}

Arrays torch::addScaled(NamedOp &op) {
  ArrayPtr a = promote(op, 0), b = promote(op, 1);
  if (op.entry.number == 2)
    std::swap(a, b);
  if (!op.isAbsent(2)) {
    ArrayPtr alpha = op[2];
    bool isOne = alpha && !alpha->isFloat() && alpha->size() == 1 &&
                 alpha->elements[0].integer == 1;
    if (!isOne)
      b = op.mul(b, alpha, b ? b->elementType : Type());
  }
  return {op.entry.number == 0 ? op.add(a, b, op.element())
                               : op.sub(a, b, op.element())};
}

Arrays torch::promoted(NamedOp &op) {
  SmallVector<ArrayPtr> operands;
  for (int64_t i = 0; i < op.entry.number; ++i)
    operands.push_back(promote(op, i));
  return {op.apply({op.entry.real, op.entry.integer}, operands, op.element())};
}

Arrays torch::clamp(NamedOp &op) {
  ArrayPtr a = promote(op, 0);
  unsigned high = op.entry.number == 2 ? 1 : 2;
  if (op.entry.number != 2 && !op.isAbsent(1))
    a = op.apply({"arith.maximumf", "arith.maxsi"}, {a, promote(op, 1)},
                 op.element());
  if (op.entry.number != 1 && !op.isAbsent(high))
    a = op.apply({"arith.minimumf", "arith.minsi"}, {a, promote(op, high)},
                 op.element());
  return {a};
}

Arrays torch::silu(NamedOp &op) {
  ArrayPtr a = op.widen(op[0]);
  return {finish(op, op.mul(a, op.apply({"logistic"}, {a})))};
}

Arrays torch::relu(NamedOp &op) {
  ArrayPtr a = op[0];
  return {a ? op.apply({"arith.maximumf", "arith.maxsi"},
                       {a, op.number(0.0, a->elementType)})
            : nullptr};
}

Arrays torch::dropout(NamedOp &op) {
  std::optional<int64_t> training = getInt(op, 2, 1);
  if (!training || *training != 0)
    return {training ? op.fail("drops elements at random") : nullptr};
  return {op[0]};
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

/// The axes that operand `i` lists; all of them if it is none or empty.
static MaybeInts getAxes(NamedOp &op, int64_t i) {
  int64_t rank = op.rank(0);
  if (i < 0 || op.isAbsent(i))
    return ArrayMath::allAxes(rank);
  MaybeInts axes = op.numbers(op[i]);
  if (!axes || axes->empty())
    return axes ? MaybeInts(ArrayMath::allAxes(rank)) : std::nullopt;
  return op.axesOf(*axes, rank);
}

Arrays torch::sum(NamedOp &op) {
  MaybeInts axes = getAxes(op, op.entry.number);
  std::optional<int64_t> keep =
      op.entry.number < 0 ? 0 : getInt(op, op.entry.number + 1, 0);
  ArrayPtr a = op[0];
  if (!axes || !keep || !a)
    return {nullptr};
  a = a->isFloat() ? op.widen(a) : finish(op, a);
  return {finish(op, op.sum(a, *axes, *keep))};
}

Arrays torch::mean(NamedOp &op) {
  MaybeInts axes = getAxes(op, op.entry.number);
  std::optional<int64_t> keep =
      op.entry.number < 0 ? 0 : getInt(op, op.entry.number + 1, 0);
  if (!axes || !keep)
    return {nullptr};
  return {finish(op, op.mean(op.widen(promote(op, 0)), *axes, *keep))};
}

Arrays torch::amax(NamedOp &op) {
  MaybeInts axes = getAxes(op, 1);
  std::optional<int64_t> keep = getInt(op, 2, 0);
  if (!axes || !keep)
    return {nullptr};
  return {op.fold(Fold::Max, op[0], *axes, *keep)};
}

/// NAME.correction(x, axes, correction, keepdim),
/// NAME.dim(x, axes, unbiased, keepdim), NAME(x, unbiased).
Arrays torch::variance(NamedOp &op) {
  StringRef name = op.entry.name;
  bool isWhole = op.entry.number < 0;
  MaybeInts axes = getAxes(op, op.entry.number);
  unsigned at = isWhole ? 1 : 2;
  std::optional<int64_t> keep = isWhole ? 0 : getInt(op, 3, 0);
  double correction = 1.0;
  if (!op.isAbsent(at)) {
    ArrayPtr given = op[at];
    if (!given || given->size() != 1)
      return {given ? op.fail("has several corrections") : nullptr};
    Number number = given->elements[0];
    correction =
        given->isFloat() ? number.value : static_cast<double>(number.integer);
  }
  ArrayPtr a = op.widen(op[0]);
  if (!axes || !keep || !a)
    return {nullptr};
  ArrayPtr value = op.variance(a, *axes, *keep, correction);
  if (name.contains("std"))
    value = op.sqrt(value);
  Arrays results = {finish(op, value)};
  if (name.contains("_mean"))
    results.push_back(finish(op, op.mean(a, *axes, *keep), 1));
  return results;
}

/// (x, order, axes, keepdim, dtype)
Arrays torch::vectorNorm(NamedOp &op) {
  MaybeInts axes = getAxes(op, 2);
  std::optional<int64_t> keep = getInt(op, 3, 0);
  ArrayPtr a = op.widen(op[0]), order = op.isAbsent(1) ? nullptr : op[1];
  if (!axes || !keep || !a)
    return {nullptr};
  double p = 2.0;
  if (order && order->size() == 1)
    p = order->isFloat() ? order->elements[0].value
                         : static_cast<double>(order->elements[0].integer);
  if (p == 2.0)
    return {finish(op, op.sqrt(op.sum(op.mul(a, a), *axes, *keep)))};
  ArrayPtr magnitude = op.apply({"math.absf"}, {a});
  if (p == 1.0)
    return {finish(op, op.sum(magnitude, *axes, *keep))};
  if (std::isinf(p) && p > 0.0)
    return {finish(op, op.fold(Fold::Max, magnitude, *axes, *keep))};
  return {op.fail("has an order that the reference interpreter does not know")};
}

//===----------------------------------------------------------------------===//
// Moves
//===----------------------------------------------------------------------===//

Arrays torch::view(NamedOp &op) {
  MaybeInts shape = op.numbers(op[1]);
  return {shape ? op.reshape(op[0], *shape) : nullptr};
}

Arrays torch::squeeze(NamedOp &op) {
  ArrayPtr a = op[0];
  if (!a)
    return {nullptr};
  Ints shape = a->shape;
  llvm::erase(shape, 1);
  return {op.reshape(a, shape)};
}

Arrays torch::squeezeDim(NamedOp &op) {
  ArrayPtr a = op[0];
  std::optional<int64_t> dim = getInt(op, 1, 0);
  if (!a || !dim || !(dim = op.axisOf(*dim, a->rank())))
    return {nullptr};
  Ints shape = a->shape;
  if (shape[*dim] == 1)
    shape.erase(shape.begin() + *dim);
  return {op.reshape(a, shape)};
}

Arrays torch::unsqueeze(NamedOp &op) {
  ArrayPtr a = op[0];
  std::optional<int64_t> dim = getInt(op, 1, 0);
  if (!a || !dim || !(dim = op.axisOf(*dim, a->rank() + 1)))
    return {nullptr};
  Ints shape = a->shape;
  shape.insert(shape.begin() + *dim, 1);
  return {op.reshape(a, shape)};
}

/// (x, start, end), both ends included.
Arrays torch::flatten(NamedOp &op) {
  ArrayPtr a = op[0];
  std::optional<int64_t> start = getInt(op, 1, 0), end = getInt(op, 2, -1);
  if (!a || !start || !end || !(start = op.axisOf(*start, a->rank())) ||
      !(end = op.axisOf(*end, a->rank())))
    return {nullptr};
  Ints shape;
  for (auto [dim, extent] : llvm::enumerate(a->shape)) {
    auto at = static_cast<int64_t>(dim);
    if (at > *start && at <= *end)
      shape.back() *= extent;
    else
      shape.push_back(extent);
  }
  return {op.reshape(a, shape)};
}

/// (x, dim, sizes)
Arrays torch::unflatten(NamedOp &op) {
  ArrayPtr a = op[0];
  std::optional<int64_t> dim = getInt(op, 1, 0);
  MaybeInts sizes = op.numbers(op[2]);
  if (!a || !dim || !sizes || !(dim = op.axisOf(*dim, a->rank())))
    return {nullptr};
  Ints shape = a->shape;
  shape.erase(shape.begin() + *dim);
  shape.insert(shape.begin() + *dim, sizes->begin(), sizes->end());
  return {op.reshape(a, shape)};
}

Arrays torch::permute(NamedOp &op) {
  MaybeInts dims = op.numbers(op[1]);
  if (!dims)
    return {nullptr};
  for (int64_t &dim : *dims)
    dim += dim < 0 ? op.rank(0) : 0;
  return {op.transpose(op[0], *dims)};
}

/// (x, dim, dim), or of a matrix.
Arrays torch::transpose(NamedOp &op) {
  ArrayPtr a = op[0];
  if (!a || (op.size() == 1 && a->rank() < 2))
    return {a};
  std::optional<int64_t> i = getInt(op, 1, 0), j = getInt(op, 2, 1);
  if (!i || !j || !(i = op.axisOf(*i, a->rank())) ||
      !(j = op.axisOf(*j, a->rank())))
    return {nullptr};
  Ints permutation = ArrayMath::allAxes(a->rank());
  std::swap(permutation[*i], permutation[*j]);
  return {op.transpose(a, permutation)};
}

Arrays torch::expand(NamedOp &op) {
  MaybeInts shape = op.numbers(op[1]);
  return {shape ? op.expand(op[0], *shape) : nullptr};
}

/// (x, dim, start, end, step)
Arrays torch::slice(NamedOp &op) {
  ArrayPtr a = op[0];
  std::optional<int64_t> dim = getInt(op, 1, 0), start = getInt(op, 2, 0),
                         end = getInt(op, 3, INT64_MAX),
                         step = getInt(op, 4, 1);
  if (!a || !dim || !start || !end || !step ||
      !(dim = op.axisOf(*dim, a->rank())))
    return {nullptr};
  if (*step <= 0)
    return {op.fail("slices backwards")};
  int64_t extent = a->shape[*dim];
  auto clip = [&](int64_t at) {
    return std::clamp<int64_t>(at < 0 ? at + extent : at, 0, extent);
  };
  Ints starts(a->rank(), 0), sizes = a->shape, steps(a->rank(), 1);
  starts[*dim] = clip(*start);
  sizes[*dim] =
      std::max<int64_t>(0, (clip(*end) - starts[*dim] + *step - 1) / *step);
  steps[*dim] = *step;
  return {op.slice(a, starts, sizes, steps)};
}

/// (list, dim)
Arrays torch::cat(NamedOp &op) {
  Operation *list = op.size() ? op.op->getOperand(0).getDefiningOp() : nullptr;
  std::optional<int64_t> dim = getInt(op, 1, 0);
  if (!dim)
    return {nullptr};
  if (!list || list->getName().getStringRef() != "torch.prim.ListConstruct")
    return {op.fail("joins a list that is not made beside it")};
  SmallVector<ArrayPtr> parts;
  for (Value part : list->getOperands())
    parts.push_back(op.engine.get(part));
  return {op.concat(parts, *dim)};
}

//===----------------------------------------------------------------------===//
// Scalars and lists
//===----------------------------------------------------------------------===//

Arrays torch::list(NamedOp &op) {
  Ints values;
  for (Value value : op.op->getOperands()) {
    const Array &array = *op.engine.get(value);
    // Ops that take a list of tensors look for it themselves.
    if (array.shape.size() != 0 || array.isFloat() || array.size() != 1 ||
        array.elements[0].error != 0.0)
      return evaluators::absent(op);
    values.push_back(array.elements[0].integer);
  }
  return {op.integers(values, IntegerType::get(op.op->getContext(), 64))};
}

Arrays torch::size(NamedOp &op) {
  ArrayPtr a = op[0];
  std::optional<int64_t> dim = getInt(op, 1, 0);
  if (!a || !dim || !(dim = op.axisOf(*dim, a->rank())))
    return {nullptr};
  return {op.integers({a->shape[*dim]}, op.element(), /*isList=*/false)};
}

Arrays torch::numel(NamedOp &op) {
  ArrayPtr a = op[0];
  return {a ? op.integers({a->size()}, op.element(), /*isList=*/false)
            : nullptr};
}
