//===- ArrayMoves.cpp --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Moving the elements of whole arrays.
//
//===----------------------------------------------------------------------===//

#include "NamedOps.h"

using namespace mlir;
using namespace mlir::norm::reference;

/// More elements than this are taken for a mistake.
static constexpr int64_t maxElements = int64_t(1) << 31;

/// The number of elements of a shape; none if it is negative or too large.
static std::optional<int64_t> countElements(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t extent : shape) {
    if (extent < 0 || extent > maxElements)
      return std::nullopt;
    count *= extent;
    if (count > maxElements)
      return std::nullopt;
  }
  return count;
}

/// The elements of `a` from `base` on, `strides` apart.
static ArrayPtr gather(const Array &a, ArrayRef<int64_t> shape,
                       ArrayRef<int64_t> strides, int64_t base = 0) {
  auto result = std::make_shared<Array>(a.elementType, shape);
  int64_t next = 0;
  forEachIndex(shape, [&](ArrayRef<int64_t> index) {
    result->elements[next++] = a.elements[base + dot(index, strides)];
  });
  return result;
}

ArrayPtr ArrayMath::broadcast(const ArrayPtr &a, ArrayRef<int64_t> dims,
                              ArrayRef<int64_t> shape) {
  if (!a)
    return nullptr;
  bool fits = static_cast<int64_t>(dims.size()) == a->rank() &&
              countElements(shape).has_value();
  Ints strides(shape.size(), 0), own = a->strides();
  for (auto [dim, extent, stride] : llvm::zip(dims, a->shape, own)) {
    if (dim < 0 || dim >= static_cast<int64_t>(shape.size()) ||
        (extent != 1 && extent != shape[dim])) {
      fits = false;
      break;
    }
    if (extent != 1)
      strides[dim] = stride;
  }
  if (!fits)
    return fail("broadcasts to extents that do not fit");
  return gather(*a, shape, strides);
}

ArrayPtr ArrayMath::expand(const ArrayPtr &a, ArrayRef<int64_t> shape,
                           bool either) {
  if (!a)
    return nullptr;
  Ints full(shape);
  int64_t more = a->rank() - static_cast<int64_t>(full.size());
  if (either && more > 0)
    full.insert(full.begin(), more, 1);
  int64_t first = static_cast<int64_t>(full.size()) - a->rank();
  if (first < 0)
    return fail("broadcasts to fewer dimensions");
  for (auto [extent, own] :
       llvm::zip_equal(MutableArrayRef(full).drop_front(first), a->shape))
    if (extent == -1 || (either && extent == 1))
      extent = own;
  return broadcast(a, allAxes(full.size(), first), full);
}

ArrayPtr ArrayMath::reshape(const ArrayPtr &a, ArrayRef<int64_t> shape,
                            bool zeroCopies) {
  if (!a)
    return nullptr;
  Ints full(shape);
  int64_t known = 1, open = -1;
  for (auto [dim, extent] : llvm::enumerate(full)) {
    if (extent == 0 && zeroCopies && static_cast<int64_t>(dim) < a->rank())
      extent = a->shape[dim];
    if (extent == -1 && open < 0)
      open = dim;
    else if (extent < 0 || extent > maxElements)
      return fail("has an extent of " + Twine(extent));
    else
      known *= extent;
    if (known > maxElements)
      return fail("has too many elements");
  }
  if (open >= 0)
    full[open] = known == 0 ? 0 : a->size() / known;
  std::optional<int64_t> count = countElements(full);
  if (!count || *count != a->size())
    return fail("reshapes " + Twine(a->size()) + " elements to " +
                (count ? Twine(*count) : Twine("too many")));
  Array result = *a;
  result.shape = full;
  return makeArray(std::move(result));
}

ArrayPtr ArrayMath::transpose(const ArrayPtr &a,
                              ArrayRef<int64_t> permutation) {
  if (!a)
    return nullptr;
  Ints sorted(permutation);
  llvm::sort(sorted);
  if (sorted != allAxes(a->rank()))
    return fail("permutes dimensions that are not there");
  Ints shape, strides, own = a->strides();
  for (int64_t dim : permutation) {
    shape.push_back(a->shape[dim]);
    strides.push_back(own[dim]);
  }
  return gather(*a, shape, strides);
}

ArrayPtr ArrayMath::slice(const ArrayPtr &a, ArrayRef<int64_t> starts,
                          ArrayRef<int64_t> sizes, ArrayRef<int64_t> steps) {
  if (!a)
    return nullptr;
  size_t rank = a->rank();
  if (starts.size() != rank || sizes.size() != rank || steps.size() != rank)
    return fail("slices other dimensions than there are");
  for (auto [start, size, step, extent] :
       llvm::zip_equal(starts, sizes, steps, a->shape)) {
    if (size == 0)
      continue;
    int64_t last = start + (size - 1) * step;
    if (size < 0 || size > extent || std::min(start, last) < 0 ||
        std::max(start, last) >= extent)
      return fail("slices [" + Twine(start) + ", " + Twine(last) +
                  "] of an extent of " + Twine(extent));
  }
  Ints strides = a->strides();
  int64_t base = dot(starts, strides);
  for (auto [stride, step] : llvm::zip_equal(strides, steps))
    stride *= step;
  return gather(*a, sizes, strides, base);
}

ArrayPtr ArrayMath::concat(ArrayRef<ArrayPtr> parts, int64_t axis) {
  if (parts.empty())
    return fail("joins nothing");
  if (llvm::is_contained(parts, nullptr))
    return nullptr;
  std::optional<int64_t> at = axisOf(axis, parts[0]->rank());
  if (!at)
    return nullptr;
  Ints shape = parts[0]->shape;
  shape[*at] = 0;
  for (const ArrayPtr &part : parts) {
    Ints other = part->shape;
    if (other.size() != shape.size() ||
        part->elementType != parts[0]->elementType)
      return fail("joins arrays of different types");
    shape[*at] += other[*at];
    other[*at] = shape[*at];
    if (other != shape)
      return fail("joins arrays of different extents");
  }
  auto result = std::make_shared<Array>(parts[0]->elementType, shape);
  Ints strides = result->strides();
  int64_t start = 0;
  for (const ArrayPtr &part : parts) {
    int64_t next = 0;
    forEachIndex(part->shape, [&](ArrayRef<int64_t> index) {
      result->elements[dot(index, strides) + start] = part->elements[next++];
    });
    start += part->shape[*at] * strides[*at];
  }
  return result;
}

ArrayPtr ArrayMath::tile(const ArrayPtr &a, ArrayRef<int64_t> multiples) {
  if (!a)
    return nullptr;
  if (static_cast<int64_t>(multiples.size()) != a->rank())
    return fail("repeats other dimensions than there are");
  Ints shape = a->shape, index;
  for (auto [extent, multiple] : llvm::zip_equal(shape, multiples)) {
    if (multiple < 0 || multiple > maxElements)
      return fail("repeats a dimension " + Twine(multiple) + " times");
    extent *= multiple;
  }
  if (!countElements(shape))
    return fail("has too many elements");
  auto result = std::make_shared<Array>(a->elementType, shape);
  Ints strides = a->strides();
  int64_t next = 0;
  forEachIndex(shape, [&](ArrayRef<int64_t> position) {
    int64_t offset = 0;
    for (auto [i, extent, stride] :
         llvm::zip_equal(position, a->shape, strides))
      offset += i % extent * stride;
    result->elements[next++] = a->elements[offset];
  });
  return result;
}

ArrayPtr ArrayMath::iota(ArrayRef<int64_t> shape, int64_t axis, Type element) {
  std::optional<int64_t> at = axisOf(axis, shape.size());
  if (!at || !element)
    return nullptr;
  if (!countElements(shape))
    return fail("has too many elements");
  auto result = std::make_shared<Array>(element, shape);
  int64_t next = 0;
  forEachIndex(shape, [&](ArrayRef<int64_t> index) {
    result->elements[next++] =
        isa<FloatType>(element)
            ? Number::ofReal(static_cast<double>(index[*at]))
            : Number::ofInteger(index[*at]);
  });
  return result;
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

std::optional<int64_t> ArrayMath::axisOf(int64_t axis, int64_t rank) {
  int64_t dim = axis < 0 ? axis + rank : axis;
  if (dim >= 0 && dim < rank)
    return dim;
  fail("has axis " + Twine(axis) + " of rank " + Twine(rank));
  return std::nullopt;
}

MaybeInts ArrayMath::axesOf(ArrayRef<int64_t> axes, int64_t rank) {
  Ints dims;
  for (int64_t axis : axes) {
    std::optional<int64_t> dim = axisOf(axis, rank);
    if (!dim)
      return std::nullopt;
    if (!llvm::is_contained(dims, *dim))
      dims.push_back(*dim);
  }
  llvm::sort(dims);
  return dims;
}

MaybeInts ArrayMath::numbers(const ArrayPtr &a) {
  if (!a)
    return std::nullopt;
  Ints values;
  for (Number number : a->elements) {
    if (a->isFloat() || number.error != 0.0) {
      fail("has an extent or an axis that is no certain integer");
      return std::nullopt;
    }
    values.push_back(number.integer);
  }
  return values;
}

std::optional<int64_t> ArrayMath::number(const ArrayPtr &a) {
  MaybeInts values = numbers(a);
  if (values && values->size() == 1)
    return values->front();
  if (values)
    fail("has several numbers in the place of one");
  return std::nullopt;
}

ArrayPtr ArrayMath::integers(ArrayRef<int64_t> values, Type element,
                             bool isList) {
  if (!element)
    return nullptr;
  Ints shape;
  if (isList)
    shape.push_back(values.size());
  auto result = std::make_shared<Array>(withoutSign(element), shape);
  for (auto [number, value] : llvm::zip_equal(result->elements, values))
    number = Number::ofInteger(value);
  return result;
}
