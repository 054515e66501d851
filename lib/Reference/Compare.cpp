//===- Compare.cpp ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Reference/Interpreter.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::norm::reference;

static constexpr double infinity = std::numeric_limits<double>::infinity();

/// The distance of two floats: zero for two NaN and for equal infinities,
/// infinite when only one is NaN or infinite.
static double distance(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return std::isnan(a) && std::isnan(b) ? 0.0 : infinity;
  return a == b ? 0.0 : std::fabs(a - b);
}

Comparison norm::reference::compare(const Array &actual, const Array &reference,
                                    ArrayRef<double> likely) {
  assert(actual.shape == reference.shape &&
         actual.elementType == reference.elementType && "not comparable");
  Comparison result;
  result.size = reference.size();
  bool isFloat = reference.isFloat();
  for (int64_t i = 0; i < result.size; ++i) {
    Number have = actual.elements[i], want = reference.elements[i];
    double haveValue = isFloat ? have.value : static_cast<double>(have.integer);
    double wantValue = isFloat ? want.value : static_cast<double>(want.integer);
    double error =
        isFloat ? distance(haveValue, wantValue)
                : (have.integer == want.integer
                       ? 0.0
                       : std::fmax(1.0, std::fabs(haveValue - wantValue)));
    double likelyBound = likely.empty() ? infinity : likely[i];
    double bound = std::fmin(want.error, likelyBound);
    if (std::isinf(bound))
      ++result.unbounded;
    if (std::isfinite(want.error) && error > want.error)
      ++result.outside;
    if (std::isfinite(likelyBound) && error > likelyBound)
      ++result.unlikely;
    if (result.maxIndex < 0 || error > result.maxError) {
      result.maxIndex = i;
      result.maxError = error;
      result.bound = want.error;
      result.likely = likelyBound;
      result.expected = wantValue;
      result.actual = haveValue;
    }
    double ratio = error == 0.0 || std::isinf(bound) ? 0.0
                   : bound == 0.0                    ? infinity
                                                     : error / bound;
    if (ratio > result.maxRatio || result.maxRatioIndex < 0) {
      result.maxRatio = ratio;
      result.maxRatioIndex = i;
    }
  }
  return result;
}
