//===- Evaluate.h -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parses a module and evaluates its only function: what the tests of the
// interpreter share.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_UNIT_REFERENCE_EVALUATE_H
#define RMSNORM_TEST_UNIT_REFERENCE_EVALUATE_H

#include "rmsnorm/Reference/Interpreter.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"

#include <random>
#include <string>

namespace mlir::norm::reference {

class EvaluateTest : public ::testing::Test {
protected:
  EvaluateTest();

  /// Results of the function in `source`; none when it cannot be evaluated.
  /// Then `diagnostic` is what was reported, with its line and column.
  SmallVector<ArrayPtr> evaluate(StringRef source, ArrayRef<ArrayPtr> arguments,
                                 Rounding rounding = Rounding::None);

  /// What estimateErrors gives.
  SmallVector<std::vector<double>> estimate(StringRef source,
                                            ArrayRef<ArrayPtr> arguments,
                                            ArrayRef<ArrayPtr> references);

  Type type(StringRef name);
  ArrayPtr reals(StringRef type, ArrayRef<int64_t> shape,
                 ArrayRef<double> values);
  ArrayPtr integers(StringRef type, ArrayRef<int64_t> shape,
                    ArrayRef<int64_t> values);
  /// Normally distributed, rounded to the type.
  ArrayPtr random(StringRef type, ArrayRef<int64_t> shape, double mean = 0.0);

  static std::vector<double> values(const Array &array) {
    std::vector<double> result;
    for (Number number : array.elements)
      result.push_back(array.isFloat() ? number.value
                                       : static_cast<double>(number.integer));
    return result;
  }

  MLIRContext context;
  std::string diagnostic;
  std::mt19937 generator{7};
};

} // namespace mlir::norm::reference

#endif // RMSNORM_TEST_UNIT_REFERENCE_EVALUATE_H
