//===- ArrayMath.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arithmetic on whole arrays: elements, reductions, products.
//
//===----------------------------------------------------------------------===//

#include "NamedOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/StringSwitch.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::norm::reference;

static bool anyNull(ArrayRef<ArrayPtr> arrays) {
  return llvm::any_of(arrays, [](const ArrayPtr &array) { return !array; });
}

std::nullptr_t ArrayMath::fail(const Twine &message) {
  op->emitOpError(message);
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

/// The strides of `array` in a result of `rank` dimensions.
static Ints getStrides(const Array &array, int64_t rank) {
  Ints strides(rank, 0), own = array.strides();
  for (int64_t dim = 0; dim < array.rank(); ++dim)
    if (array.shape[dim] != 1)
      strides[rank - array.rank() + dim] = own[dim];
  return strides;
}

/// How many operands a kernel takes.
static size_t getArity(StringRef name, const ScalarOp &scalar) {
  if (scalar.function)
    return 1;
  return llvm::StringSwitch<size_t>(name)
      .Cases({"arith.extf", "arith.truncf", "arith.sitofp", "arith.uitofp",
              "arith.fptosi", "arith.extsi", "arith.extui", "math.absi",
              "math.isfinite"},
             1)
      .Case("arith.select", 3)
      .Default(2);
}

static MaybeInts getCommonShape(ArrayRef<ArrayPtr> in) {
  int64_t rank = 0;
  for (const ArrayPtr &array : in)
    rank = std::max(rank, array->rank());
  Ints shape(rank, 1);
  for (const ArrayPtr &array : in)
    for (auto [extent, own] : llvm::zip_equal(
             MutableArrayRef(shape).take_back(array->rank()), array->shape)) {
      if (own == 1 || own == extent)
        continue;
      if (extent != 1)
        return std::nullopt;
      extent = own;
    }
  return shape;
}

ArrayPtr ArrayMath::apply(Kernels kernels, ArrayRef<ArrayPtr> in, Type element,
                          int64_t predicate) {
  if (anyNull(in) || in.empty())
    return nullptr;
  SmallVector<ArrayPtr, 3> operands(in);
  Type floating;
  for (const ArrayPtr &array : operands)
    if (array->isFloat() && !floating)
      floating = array->elementType;
  bool isSelect = kernels.real == "arith.select";
  for (ArrayPtr &array :
       MutableArrayRef(operands).drop_front(isSelect ? 1 : 0)) {
    if (!isSupportedElementType(array->elementType))
      return fail("has an operand without a value");
    if (floating && !array->isFloat())
      array = convert(array, floating);
  }
  if (anyNull(operands))
    return nullptr;
  StringRef name = floating ? kernels.real : kernels.integer;
  Type own = operands[isSelect ? 1 : 0]->elementType;
  if (!element)
    element = floating ? floating : own;
  std::optional<ScalarOp> scalar;
  if (!name.empty() && isSupportedElementType(element))
    scalar = getScalarOp(name, element, own, engine.mode, predicate);
  if (!scalar || getArity(name, *scalar) != operands.size())
    return fail("is not known to the reference interpreter, with these types");
  MaybeInts shape = getCommonShape(operands);
  if (!shape)
    return fail("has operands of different extents");
  auto result = std::make_shared<Array>(element, *shape);
  SmallVector<Ints, 3> strides;
  for (const ArrayPtr &array : operands)
    strides.push_back(getStrides(*array, shape->size()));
  SmallVector<Number, 3> numbers(operands.size());
  int64_t next = 0;
  forEachIndex(*shape, [&](ArrayRef<int64_t> index) {
    for (auto [number, array, own] :
         llvm::zip_equal(numbers, operands, strides))
      number = array->elements[dot(index, own)];
    result->elements[next++] = (*scalar)(numbers);
  });
  return result;
}

ArrayPtr ArrayMath::compare(Direction direction, const ArrayPtr &a,
                            const ArrayPtr &b) {
  using F = arith::CmpFPredicate;
  using I = arith::CmpIPredicate;
  static constexpr std::pair<F, I> predicates[] = {
      {F::OEQ, I::eq},  {F::UNE, I::ne},  {F::OGT, I::sgt},
      {F::OGE, I::sge}, {F::OLT, I::slt}, {F::OLE, I::sle}};
  if (!a || !b)
    return nullptr;
  auto [real, integer] = predicates[static_cast<int>(direction)];
  bool isReal = a->isFloat() || b->isFloat();
  return apply({"arith.cmpf", "arith.cmpi"}, {a, b},
               IntegerType::get(op->getContext(), 1),
               isReal ? static_cast<int64_t>(real)
                      : static_cast<int64_t>(integer));
}

ArrayPtr ArrayMath::select(const ArrayPtr &condition, const ArrayPtr &a,
                           const ArrayPtr &b, Type element) {
  if (condition && condition->isFloat())
    return fail("selects by a condition that is no truth value");
  return apply({"arith.select", "arith.select"}, {condition, a, b}, element);
}

ArrayPtr ArrayMath::reciprocal(const ArrayPtr &a) {
  return a ? div(number(1.0, a->elementType), a) : nullptr;
}

ArrayPtr ArrayMath::number(double value, Type element) {
  Array array(element, {});
  array.elements[0] = isa<FloatType>(element)
                          ? Number::ofReal(value)
                          : Number::ofInteger(static_cast<int64_t>(value));
  return makeArray(std::move(array));
}

ArrayPtr ArrayMath::convert(ArrayPtr a, Type element, bool toNearest) {
  if (!a || !element)
    return nullptr;
  element = withoutSign(element);
  Type from = a->elementType;
  if (from == element)
    return a;
  if (!isSupportedElementType(from) || !isSupportedElementType(element))
    return fail("converts between types that the reference interpreter does "
                "not know");
  StringRef name;
  if (element.isInteger(1))
    return compare(Direction::NE, a, number(0.0, from));
  if (isa<FloatType>(from)) {
    auto to = dyn_cast<FloatType>(element);
    if (!to && toNearest)
      a = apply({"math.roundeven"}, {a});
    bool isExact = to && to.getFPMantissaWidth() >=
                             cast<FloatType>(from).getFPMantissaWidth();
    // f16 has fewer exponents than bf16.
    isExact &= !to || !to.isF16();
    name = !to ? "arith.fptosi" : isExact ? "arith.extf" : "arith.truncf";
    return apply({name}, {a}, element);
  }
  bool isTruth = from.isInteger(1);
  if (isa<FloatType>(element))
    name = isTruth ? "arith.uitofp" : "arith.sitofp";
  else
    name = isTruth ? "arith.extui" : "arith.extsi";
  return apply({name, name}, {a}, element);
}

ArrayPtr ArrayMath::widen(const ArrayPtr &a) {
  return a && a->isFloat() && a->elementType.getIntOrFloatBitWidth() < 32
             ? convert(a, Float32Type::get(op->getContext()))
             : a;
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

ArrayPtr ArrayMath::fold(Fold kind, const ArrayPtr &a, ArrayRef<int64_t> axes,
                         bool keep) {
  if (!a)
    return nullptr;
  Ints kept = a->shape, shape;
  for (int64_t axis : axes)
    kept[axis] = 1;
  for (auto [dim, extent] : llvm::enumerate(kept))
    if (keep || !llvm::is_contained(axes, static_cast<int64_t>(dim)))
      shape.push_back(extent);
  Type element = a->elementType;
  Format format(element, engine.mode);
  Array folded(element, kept);
  Ints strides = getStrides(folded, a->rank());
  auto result = std::make_shared<Array>(element, shape);
  int64_t next = 0;
  if (kind == Fold::Sum && a->isFloat()) {
    std::vector<Sum> sums(folded.size());
    forEachIndex(a->shape, [&](ArrayRef<int64_t> index) {
      sums[dot(index, strides)].add(format, a->elements[next++]);
    });
    for (auto [element, sum] : llvm::zip_equal(result->elements, sums))
      element = sum.finish(format);
    return result;
  }
  static constexpr Kernels kernels[] = {{"arith.addf", "arith.addi"},
                                        {"arith.mulf", "arith.muli"},
                                        {"arith.maximumf", "arith.maxsi"},
                                        {"arith.minimumf", "arith.minsi"}};
  const Kernels &own = kernels[static_cast<int>(kind)];
  std::optional<ScalarOp> scalar = getScalarOp(
      a->isFloat() ? own.real : own.integer, element, element, engine.mode);
  std::vector<bool> started(folded.size());
  if (kind == Fold::Sum || kind == Fold::Product) {
    llvm::fill(result->elements,
               number(kind == Fold::Product ? 1.0 : 0.0, element)->elements[0]);
    started.assign(folded.size(), true);
  } else if (a->size() == 0 && result->size() != 0) {
    return fail("has no elements to choose from");
  }
  forEachIndex(a->shape, [&](ArrayRef<int64_t> index) {
    int64_t at = dot(index, strides);
    Number term = a->elements[next++];
    Number &number = result->elements[at];
    number = started[at] ? (*scalar)({number, term}) : term;
    started[at] = true;
  });
  return result;
}

ArrayPtr ArrayMath::mean(const ArrayPtr &a, ArrayRef<int64_t> axes, bool keep) {
  ArrayPtr total = sum(a, axes, keep);
  if (!total)
    return nullptr;
  double count = 1.0;
  for (int64_t axis : axes)
    count *= static_cast<double>(a->shape[axis]);
  return div(total, number(count, a->elementType));
}

ArrayPtr ArrayMath::variance(const ArrayPtr &a, ArrayRef<int64_t> axes,
                             bool keep, double correction) {
  ArrayPtr centred = sub(a, mean(a, axes, /*keep=*/true));
  ArrayPtr squares = sum(mul(centred, centred), axes, keep);
  if (!squares)
    return nullptr;
  double count = -correction, all = 1.0;
  for (int64_t axis : axes)
    all *= static_cast<double>(a->shape[axis]);
  // Never below zero, so that a single element gives NaN.
  return div(squares, number(std::fmax(count + all, 0.0), a->elementType));
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

ArrayPtr ArrayMath::contract(const ArrayPtr &a, const ArrayPtr &b,
                             ArrayRef<int64_t> batchA, ArrayRef<int64_t> batchB,
                             ArrayRef<int64_t> sumA, ArrayRef<int64_t> sumB) {
  if (!a || !b)
    return nullptr;
  if (a->elementType != b->elementType || !a->isFloat())
    return fail("multiplies matrices of types that the reference interpreter "
                "does not know");
  // The loops are the dimensions of the result, then those summed over.
  Ints extents, stridesA, stridesB, ownA = a->strides(), ownB = b->strides();
  auto addPairs = [&](ArrayRef<int64_t> dimsA, ArrayRef<int64_t> dimsB) {
    for (auto [dimA, dimB] : llvm::zip(dimsA, dimsB)) {
      if (dimA < 0 || dimA >= a->rank() || dimB < 0 || dimB >= b->rank() ||
          a->shape[dimA] != b->shape[dimB])
        return false;
      extents.push_back(a->shape[dimA]);
      stridesA.push_back(ownA[dimA]);
      stridesB.push_back(ownB[dimB]);
    }
    return dimsA.size() == dimsB.size();
  };
  bool fits = addPairs(batchA, batchB);
  auto isIn = [](int64_t dim, ArrayRef<int64_t> x, ArrayRef<int64_t> y) {
    return llvm::is_contained(x, dim) || llvm::is_contained(y, dim);
  };
  for (int64_t dim = 0; dim < a->rank(); ++dim)
    if (!isIn(dim, batchA, sumA)) {
      extents.push_back(a->shape[dim]);
      stridesA.push_back(ownA[dim]);
      stridesB.push_back(0);
    }
  for (int64_t dim = 0; dim < b->rank(); ++dim)
    if (!isIn(dim, batchB, sumB)) {
      extents.push_back(b->shape[dim]);
      stridesA.push_back(0);
      stridesB.push_back(ownB[dim]);
    }
  unsigned rank = extents.size();
  fits &= addPairs(sumA, sumB);
  if (!fits)
    return fail("contracts dimensions that do not fit together");

  Type element = a->elementType;
  Format format(element, engine.mode);
  ScalarOp product = *getScalarOp("arith.mulf", element, element, engine.mode);
  auto result =
      std::make_shared<Array>(element, ArrayRef(extents).take_front(rank));
  int64_t next = 0;
  Ints inner(ArrayRef(extents).drop_front(rank));
  ArrayRef<int64_t> innerA = ArrayRef(stridesA).drop_front(rank),
                    innerB = ArrayRef(stridesB).drop_front(rank);
  forEachIndex(result->shape, [&](ArrayRef<int64_t> index) {
    int64_t atA = dot(index, ArrayRef(stridesA).take_front(rank));
    int64_t atB = dot(index, ArrayRef(stridesB).take_front(rank));
    Sum sum;
    forEachIndex(inner, [&](ArrayRef<int64_t> k) {
      sum.add(format, product({a->elements[atA + dot(k, innerA)],
                               b->elements[atB + dot(k, innerB)]}));
    });
    result->elements[next++] = sum.finish(format);
  });
  return result;
}

ArrayPtr ArrayMath::matmul(ArrayPtr a, ArrayPtr b) {
  if (!a || !b)
    return nullptr;
  if (a->rank() == 0 || b->rank() == 0)
    return fail("multiplies a scalar as a matrix");
  bool isRow = a->rank() == 1, isColumn = b->rank() == 1;
  if (isRow)
    a = reshape(a, {1, a->shape[0]});
  if (isColumn)
    b = reshape(b, {b->shape[0], 1});
  int64_t batch = std::max(a->rank(), b->rank()) - 2;
  auto spread = [&](const ArrayPtr &array, ArrayRef<int64_t> other) {
    Ints shape(other.drop_back(2));
    llvm::append_range(shape, ArrayRef(array->shape).take_back(2));
    return expand(array, shape, /*either=*/true);
  };
  Ints shapeB = b->shape;
  b = spread(b, a->shape);
  a = spread(a, shapeB);
  Ints dims = allAxes(batch);
  ArrayPtr result = contract(a, b, dims, dims, {batch + 1}, {batch});
  if (!result || (!isRow && !isColumn))
    return result;
  Ints shape = result->shape;
  if (isColumn)
    shape.pop_back();
  if (isRow)
    shape.erase(shape.begin() + batch);
  return reshape(result, shape);
}
