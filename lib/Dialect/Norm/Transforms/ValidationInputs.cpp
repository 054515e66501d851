//===- ValidationInputs.cpp --------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Extents and numbers for the inputs of a validation.
//
//===----------------------------------------------------------------------===//

#include "Validation.h"

#include <cmath>
#include <random>

using namespace mlir;
using namespace mlir::norm;
using reference::Array;
using reference::ArrayPtr;
using reference::Number;

/// How many choices of extents are tried for one choice for x.
static constexpr unsigned maxChoices = 128;
/// How many of them are kept.
static constexpr unsigned maxFits = 6;
/// How many elements of x all sets have together, about.
static constexpr int64_t maxTotal = 1 << 15;

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

namespace {
enum RowKind {
  Normal,
  LargeMean,
  Zeros,
  Constant,
  LikeEpsilon,
  SmallMean,
  OneElement,
  BelowEpsilon,
  Tiny,
  Huge,
  NotANumber,
  NumRowKinds
};
/// Those that may stand beside others where rows are summed.
constexpr unsigned numMildKinds = BelowEpsilon + 1;
} // namespace

ArrayRef<StringRef> norm::getRowKinds() {
  static const StringRef names[] = {
      "random numbers",
      "a large mean and a small deviation",
      "zeros",
      "one constant",
      "numbers of the size of epsilon",
      "numbers about one",
      "a single number that is not zero",
      "numbers below epsilon",
      "tiny numbers",
      "huge numbers",
      "a NaN",
  };
  static_assert(std::size(names) == NumRowKinds);
  return names;
}

namespace {
/// Random numbers that are the same everywhere.
class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}
  double uniform() {
    return (static_cast<double>(engine() >> 11) + 0.5) * 0x1p-53;
  }
  double normal() {
    double radius = std::sqrt(-2.0 * std::log(uniform()));
    return radius * std::cos(2.0 * M_PI * uniform());
  }
  uint64_t integer(uint64_t count) { return engine() % count; }

private:
  std::mt19937_64 engine;
};
} // namespace

static double makeElement(RowKind kind, int64_t position, double epsilon,
                          bool isNarrow, Random &random) {
  double normal = random.normal();
  double small = epsilon > 0.0 ? std::sqrt(epsilon) : 1e-3;
  switch (kind) {
  case Normal:
  case NumRowKinds:
    return normal;
  case LargeMean:
    return isNarrow ? 30.0 + normal : 1000.0 + normal;
  case Zeros:
    return 0.0;
  case Constant:
    return 3.25;
  case LikeEpsilon:
    return small * normal;
  case SmallMean:
    return 1.0 + 0.25 * normal;
  case OneElement:
    return position == 0 ? 2.0 : 0.0;
  case BelowEpsilon:
    return 0.25 * small * normal;
  case Tiny:
    return (isNarrow ? 1e-4 : 1e-15) * normal;
  case Huge:
    return (isNarrow ? 1e3 : 1e12) * normal;
  case NotANumber:
    return position == 0 ? std::nan("") : normal;
  }
  llvm_unreachable("all kinds of rows are handled");
}

SmallVector<int64_t> norm::getRowNumbers(ArrayRef<int64_t> shape,
                                         ArrayRef<int64_t> axes) {
  SmallVector<int64_t> numbers(ShapedType::getNumElements(shape), 0);
  for (auto [i, number] : llvm::enumerate(numbers)) {
    int64_t rest = i, scale = 1;
    for (int64_t dim = static_cast<int64_t>(shape.size()) - 1; dim >= 0;
         --dim) {
      int64_t index = rest % shape[dim];
      rest /= shape[dim];
      if (llvm::is_contained(axes, dim))
        continue;
      number += index * scale;
      scale *= shape[dim];
    }
  }
  return numbers;
}

static int64_t countRows(ArrayRef<int64_t> shape, ArrayRef<int64_t> axes) {
  int64_t rows = 1;
  for (auto [dim, extent] : llvm::enumerate(shape))
    if (!llvm::is_contained(axes, static_cast<int64_t>(dim)))
      rows *= extent;
  return rows;
}

/// In set 0 rows are random, in the first few of the others all kinds that
/// leave sums over rows meaningful take turns, then all kinds do.
static unsigned getMildSets(int64_t rows) {
  return 1 + (numMildKinds + rows - 1) / std::max<int64_t>(rows, 1);
}

unsigned norm::countInputSets(const ValidationProblem &problem,
                              ArrayRef<int64_t> shape) {
  int64_t rows = countRows(shape, problem.axes);
  if (rows == 0)
    return 1;
  int64_t wild = (NumRowKinds - numMildKinds + rows - 1) / rows;
  int64_t affordable = std::max<int64_t>(
      2, maxTotal / std::max<int64_t>(ShapedType::getNumElements(shape), 1));
  return std::min<int64_t>(getMildSets(rows) + wild, affordable);
}

static RowKind getRowKind(int64_t row, int64_t rows, unsigned number) {
  if (number == 0)
    return Normal;
  unsigned mild = getMildSets(rows);
  if (number < mild)
    return static_cast<RowKind>((row + (number - 1) * rows) % numMildKinds);
  return static_cast<RowKind>((numMildKinds + row + (number - mild) * rows) %
                              NumRowKinds);
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

/// The numbers that the element type holds.
static ArrayPtr rounded(const Array &array) {
  return std::make_shared<Array>(reference::fromBytes(
      array.elementType, array.shape, reference::toBytes(array)));
}

/// The mean or the reciprocal deviation of the rows of x.
static ArrayPtr makeStatistic(const ValidationProblem &problem,
                              const GivenStatistic &statistic, const Array &x,
                              Type elementType, ArrayRef<int64_t> shape) {
  SmallVector<int64_t> rows = getRowNumbers(x.shape, problem.axes);
  int64_t count = countRows(x.shape, problem.axes);
  double size = static_cast<double>(x.size()) / static_cast<double>(count);
  std::vector<double> mean(count, 0.0), square(count, 0.0);
  for (auto [row, number] : llvm::zip_equal(rows, x.elements))
    mean[row] += number.value / size;
  for (auto [row, number] : llvm::zip_equal(rows, x.elements)) {
    double centred = number.value - (problem.isCentred ? mean[row] : 0.0);
    square[row] += centred * centred / size;
  }
  auto reciprocal = [&](double v) {
    double e = problem.epsilon;
    switch (problem.mode) {
    case EpsilonMode::Inside:
      return 1.0 / std::sqrt(v + e);
    case EpsilonMode::Outside:
      return 1.0 / (std::sqrt(v) + e);
    case EpsilonMode::ClampVar:
      return 1.0 / std::sqrt(std::fmax(v, e));
    case EpsilonMode::ClampNorm:
      return 1.0 / std::fmax(std::sqrt(v), e);
    }
    llvm_unreachable("all modes are handled");
  };
  Array array(elementType, shape);
  for (auto [i, number] : llvm::enumerate(array.elements)) {
    // The index in each dimension of x.
    SmallVector<int64_t> index(x.rank(), 0);
    int64_t rest = i;
    for (int64_t dim = static_cast<int64_t>(shape.size()) - 1; dim >= 0;
         --dim) {
      int64_t at = rest % shape[dim];
      rest /= shape[dim];
      if (statistic.dims[dim] >= 0)
        index[statistic.dims[dim]] = std::min(
            at, std::max<int64_t>(x.shape[statistic.dims[dim]] - 1, 0));
    }
    int64_t row = 0;
    for (int64_t dim = 0; dim < x.rank(); ++dim)
      if (!llvm::is_contained(problem.axes, dim))
        row = row * x.shape[dim] + index[dim];
    if (row < count)
      number = Number::ofReal(statistic.isMean ? mean[row]
                                               : reciprocal(square[row]));
  }
  return rounded(array);
}

InputSet norm::makeInputSet(ArrayRef<Value> inputs,
                            const ValidationProblem &problem,
                            const Shapes &shapes, ArrayRef<int64_t> scalars,
                            unsigned number) {
  InputSet set;
  ArrayPtr x;
  for (auto [i, input] : llvm::enumerate(inputs)) {
    Type element = reference::getHeldType(input.getType()).getElementType();
    Array array(element, shapes[i]);
    Random random(1000 * number + i + 1);
    bool isX = input == problem.x;
    auto type = dyn_cast<FloatType>(element);
    if (isX) {
      SmallVector<int64_t> rows = getRowNumbers(array.shape, problem.axes);
      int64_t count = countRows(array.shape, problem.axes);
      for (int64_t row = 0; row < count; ++row)
        set.rowKinds.push_back(getRowKind(row, count, number));
      std::vector<int64_t> positions(count, 0);
      for (auto [row, element] : llvm::zip_equal(rows, array.elements))
        element = Number::ofReal(makeElement(
            static_cast<RowKind>(set.rowKinds[row]), positions[row]++,
            problem.epsilon, type && type.isF16(), random));
    } else {
      for (Number &element : array.elements)
        element = type ? Number::ofReal(random.normal())
                       : Number::ofInteger(scalars[i] >= 0 ? scalars[i]
                                                           : random.integer(2));
    }
    set.arrays.push_back(rounded(array));
    if (isX)
      x = set.arrays.back();
  }
  for (const GivenStatistic &statistic : problem.statistics)
    for (auto [input, array] : llvm::zip_equal(inputs, set.arrays))
      if (input == statistic.value && x && x->size() > 0)
        array = makeStatistic(problem, statistic, *x, array->elementType,
                              array->shape);
  return set;
}

//===----------------------------------------------------------------------===//
// Extents
//===----------------------------------------------------------------------===//

void norm::forEachExtents(
    ArrayRef<Value> inputs, const ValidationProblem &problem,
    llvm::function_ref<bool(unsigned, const Shapes &, ArrayRef<int64_t>)>
        fits) {
  Shapes shapes;
  SmallVector<int64_t> scalars(inputs.size(), -1);
  size_t xNumber = 0;
  for (auto [i, input] : llvm::enumerate(inputs)) {
    shapes.emplace_back(reference::getHeldType(input.getType()).getShape());
    if (input == problem.x)
      xNumber = i;
  }
  SmallVector<int64_t> open;
  for (auto [dim, extent] : llvm::enumerate(shapes[xNumber]))
    if (ShapedType::isDynamic(extent))
      open.push_back(dim);

  /// What is not known: a dimension of an input, or (-1) a scalar.
  SmallVector<std::pair<size_t, int64_t>> unknowns;
  for (auto [i, input] : llvm::enumerate(inputs)) {
    if (i == xNumber)
      continue;
    for (auto [dim, extent] : llvm::enumerate(shapes[i]))
      if (ShapedType::isDynamic(extent))
        unknowns.push_back({i, dim});
    Type element = reference::getHeldType(input.getType()).getElementType();
    if (shapes[i].empty() && !isa<FloatType>(element) && !element.isInteger(1))
      unknowns.push_back({i, -1});
  }

  auto tryExtents = [&](unsigned number, ArrayRef<int64_t> ofX) {
    Shapes trial = shapes;
    SmallVector<int64_t> numbers = scalars;
    trial[xNumber].assign(ofX.begin(), ofX.end());
    unsigned choices = 0, found = 0;
    // One unknown after the other, those of x from the last dimension first.
    auto choose = [&](auto &self, size_t next) -> void {
      if (next == unknowns.size()) {
        ++choices;
        found += fits(number, trial, numbers);
        return;
      }
      auto [input, dim] = unknowns[next];
      SmallVector<int64_t> candidates;
      auto add = [&](int64_t extent) {
        if (!llvm::is_contained(candidates, extent))
          candidates.push_back(extent);
      };
      if (dim >= 0) {
        int64_t at = dim + static_cast<int64_t>(ofX.size()) -
                     static_cast<int64_t>(trial[input].size());
        if (at >= 0)
          add(ofX[at]);
      }
      for (int64_t extent : llvm::reverse(ofX))
        add(extent);
      add(1);
      for (int64_t candidate : candidates) {
        (dim >= 0 ? trial[input][dim] : numbers[input]) = candidate;
        self(self, next + 1);
        if (choices >= maxChoices || found >= maxFits)
          return;
      }
    };
    choose(choose, 0);
    return found != 0;
  };

  if (open.empty()) {
    tryExtents(0, shapes[xNumber]);
    return;
  }
  // Different extents tell dimensions apart; equal ones can be divided.
  static constexpr int64_t primes[] = {3, 5, 2, 7};
  unsigned found = 0;
  for (unsigned choice = 0; choice < 5 && found < 3; ++choice) {
    SmallVector<int64_t> ofX = shapes[xNumber];
    for (auto [i, dim] : llvm::enumerate(open)) {
      bool isAxis = llvm::is_contained(problem.axes, dim);
      switch (choice) {
      case 0:
        ofX[dim] = primes[i % 4];
        break;
      case 1:
        ofX[dim] = isAxis ? 2 : 1;
        break;
      case 2:
        ofX[dim] = isAxis ? 1 : 2;
        break;
      case 3:
        ofX[dim] = 4;
        break;
      default:
        ofX[dim] = 24;
        break;
      }
    }
    if (ShapedType::getNumElements(ofX) <= maxTotal)
      found += tryExtents(choice, ofX);
  }
}
