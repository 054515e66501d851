//===- Estimate.cpp -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The statistical error bound: Monte Carlo arithmetic.
//
//===----------------------------------------------------------------------===//

#include "Scalar.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::norm::reference;

static constexpr double infinity = std::numeric_limits<double>::infinity();

/// P(|T| > t) of Student's distribution, for an even number of degrees of
/// freedom, where it is a finite sum (Abramowitz and Stegun 26.7.4).
static double studentTail(double t, unsigned freedom) {
  double theta = std::atan(t / std::sqrt(static_cast<double>(freedom)));
  double cosine2 = std::cos(theta) * std::cos(theta);
  // 1 - sin(theta) * (1 + 1/2 cos^2 + (1*3)/(2*4) cos^4 + ...), with the
  // terms that the sum lacks instead, since the tail is small.
  double term = 1.0;
  for (unsigned i = 1; i < freedom / 2; ++i)
    term *= cosine2 * (2.0 * i - 1.0) / (2.0 * i);
  double tail = 0.0;
  for (unsigned i = freedom / 2; i < 10000; ++i) {
    term *= cosine2 * (2.0 * i - 1.0) / (2.0 * i);
    tail += term;
    if (term < tail * 1e-17)
      break;
  }
  return std::sin(theta) * tail;
}

/// The t that is exceeded with a probability.
static double studentQuantile(double probability, unsigned freedom) {
  double low = 1.0, high = 1e9;
  for (int i = 0; i < 200; ++i) {
    double middle = std::sqrt(low * high);
    (studentTail(middle, freedom) > probability ? low : high) = middle;
  }
  return high;
}

FailureOr<SmallVector<std::vector<double>>> norm::reference::estimateErrors(
    FunctionOpInterface function, ArrayRef<ArrayPtr> arguments,
    ArrayRef<ArrayPtr> references, unsigned samples, double probability) {
  // An even number of degrees of freedom, see studentTail.
  samples = std::max(2u, samples + samples % 2);
  SmallVector<std::vector<double>> bounds;
  int64_t elements = 0;
  for (const ArrayPtr &reference : references) {
    bounds.emplace_back(reference->size(), 0.0);
    elements += reference->size();
  }
  for (unsigned sample = 0; sample < samples; ++sample) {
    FailureOr<SmallVector<ArrayPtr>> results =
        reference::evaluate(function, arguments, Rounding::Random, sample + 1);
    if (failed(results))
      return failure();
    for (auto [result, reference, squares] :
         llvm::zip_equal(*results, references, bounds))
      for (auto [have, want, square] :
           llvm::zip_equal(result->elements, reference->elements, squares)) {
        if (!reference->isFloat()) {
          square += have.integer == want.integer ? 0.0 : infinity;
          continue;
        }
        double error = have.value - want.value;
        // What is NaN or the same infinity in both is certain.
        if (have.value == want.value ||
            (std::isnan(have.value) && std::isnan(want.value)))
          error = 0.0;
        square += std::isnan(error) ? infinity : error * error;
      }
  }
  double quantile = studentQuantile(
      probability / static_cast<double>(std::max<int64_t>(elements, 1)),
      samples);
  for (auto [reference, bound] : llvm::zip_equal(references, bounds)) {
    if (!reference->isFloat()) {
      // Samples that agree say nothing of what is undefined.
      for (auto [number, square] : llvm::zip_equal(reference->elements, bound))
        square = std::isinf(number.error) ? infinity : square;
      continue;
    }
    Format format(reference->elementType, {});
    for (auto [number, square] : llvm::zip_equal(reference->elements, bound)) {
      // The result itself is rounded to its type, and errors that no sample
      // shows are at most of that size.
      double rounding =
          std::isfinite(number.value)
              ? 2.0 * format.unit * std::fabs(number.value) + format.tiny
              : 0.0;
      square = quantile * std::sqrt(square / samples) + rounding;
    }
  }
  return bounds;
}
