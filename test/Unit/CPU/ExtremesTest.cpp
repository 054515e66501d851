//===- ExtremesTest.cpp ----------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rows of docs/Numerics.md, "Extreme rows", each between two of ordinary
// numbers, which must not notice.
//
//===----------------------------------------------------------------------===//

#include "Model.h"
#include "Run.h"

#include "rmsnorm/Pipelines/Pipelines.h"

#include "gtest/gtest.h"

#include <cmath>
#include <functional>
#include <limits>
#include <tuple>

using namespace normtest;

static constexpr double infinity = std::numeric_limits<double>::infinity();
static constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

namespace {
class Extremes : public testing::TestWithParam<std::tuple<Op, Type>> {
protected:
  using Fill = std::function<double(int64_t)>;

  Op op = std::get<0>(GetParam());
  Type type = std::get<1>(GetParam());
  Type statistics = statisticsType(type);
  std::mt19937_64 random{11};
  std::normal_distribution<double> normal;
  /// A tail, and the last lane of the first vector.
  int64_t n = 37, at = 15;

  /// Runs three rows, the one in the middle being `fill`; the rows around it
  /// must be within the bounds, and so must it where `isBounded`.
  Problem runRow(const Fill &fill, bool isBounded = true) {
    Problem problem(op, type, Domain::matrix(3, n), random);
    for (int64_t i = 0; i < n; ++i) {
      problem.x()[n + i] = static_cast<double>(roundTo(type, fill(i)));
      if (op == Op::AddRMSNorm)
        problem.inputs[1].values[n + i] = 0.0;
    }
    problem.updateStatistics();
    const auto &kernel = getKernel(op, type, Domain::matrix(-1, -1));
    EXPECT_EQ(run(kernel, problem), "");
    auto expected = getExpected(
        problem, Depth::ofRow(problem, mlir::norm::getHostVectorWidth()));
    for (unsigned output = 0; output < expected.size(); ++output) {
      const Operand &operand = problem.outputs[output];
      if (!isBounded) {
        // Sums over rows have the row's numbers in them.
        if (operand.kind == Kind::Column)
          continue;
        int64_t size = operand.kind == Kind::Matrix ? n : 1;
        for (int64_t i = 0; i < size; ++i)
          expected[output][size + i] = {0, infinity, 0};
      }
      EXPECT_EQ(check(problem, output, expected[output]).wrong, "");
    }
    return problem;
  }

  /// Of the row in the middle.
  double y(const Problem &problem, int64_t i) const {
    return problem.outputs[0].values[n + i];
  }
  double ofRow(const Problem &problem, unsigned output) const {
    return problem.outputs[output].values[1];
  }
  double bias(const Problem &problem, int64_t i) const {
    return op == Op::LayerNorm ? problem.inputs[2].values[i] : 0.0;
  }
  bool hasCodes() const { return op == Op::RMSNormInt8; }

  void expectAllNaN(const Problem &problem) {
    // Codes of NaN are poison; the factor says so.
    if (hasCodes()) {
      EXPECT_TRUE(std::isnan(ofRow(problem, 1)));
      return;
    }
    for (int64_t i = 0; i < n; ++i)
      EXPECT_TRUE(std::isnan(y(problem, i))) << i;
    if (op == Op::LayerNorm)
      EXPECT_TRUE(std::isnan(ofRow(problem, 2))) << "rstd";
  }
};
} // namespace

TEST_P(Extremes, Zeros) {
  for (double zero : {0.0, -0.0}) {
    Problem problem = runRow([&](int64_t) { return zero; }, !hasCodes());
    if (hasCodes()) {
      EXPECT_EQ(ofRow(problem, 1), 0.0);
      continue;
    }
    for (int64_t i = 0; i < n && !isBackward(op); ++i) {
      EXPECT_EQ(y(problem, i), bias(problem, i)) << i;
      // The sign goes through where there is no bias; the sum of two zeros of
      // different signs is positive.
      if (op == Op::RMSNorm)
        EXPECT_EQ(std::signbit(y(problem, i)), std::signbit(zero)) << i;
    }
    if (op == Op::LayerNorm) {
      EXPECT_EQ(ofRow(problem, 1), 0.0);
      EXPECT_NEAR(ofRow(problem, 2), 1 / std::sqrt(epsilon), 1e-4);
    }
  }
}

TEST_P(Extremes, OneMinusZero) {
  runRow([&](int64_t i) { return i == at ? -0.0 : normal(random); });
}

TEST_P(Extremes, Constants) {
  // Sums of small whole numbers are exact, and so are their means.
  Problem problem = runRow([](int64_t) { return 3.0; });
  for (int64_t i = 0; i < n && op == Op::LayerNorm; ++i)
    EXPECT_EQ(y(problem, i), bias(problem, i)) << i;
  if (hasCodes())
    for (int64_t i = 0; i < n; ++i)
      EXPECT_LE(std::fabs(y(problem, i)), 127);
  runRow([](int64_t) { return 0.1; });
  runRow([](int64_t) { return -1000.1; });
}

TEST_P(Extremes, OneNaN) {
  for (int64_t where : {int64_t(0), at, n - 1}) {
    Problem problem = runRow(
        [&](int64_t i) { return i == where ? notANumber : normal(random); },
        false);
    expectAllNaN(problem);
    if (!isBackward(op))
      continue;
    // xhat is NaN there, and from the statistics everywhere; dy is as it was.
    for (double sum : problem.outputs[2].values)
      EXPECT_FALSE(std::isnan(sum));
  }
}

TEST_P(Extremes, OneInfinity) {
  for (double value : {infinity, -infinity})
    for (int64_t where : {int64_t(0), at, n - 1}) {
      Problem problem =
          runRow([&](int64_t i) { return i == where ? value : normal(random); },
                 false);
      if (op == Op::LayerNorm || op == Op::LayerNormBackward) {
        expectAllNaN(problem);
        continue;
      }
      if (hasCodes()) {
        EXPECT_TRUE(std::isnan(ofRow(problem, 1)));
        for (int64_t i = 0; i < n; ++i)
          if (i != where)
            EXPECT_EQ(y(problem, i), 0.0) << i;
        continue;
      }
      if (isBackward(op)) {
        // rstd is 0, xhat is NaN there, and so is the mean of its products.
        expectAllNaN(problem);
        continue;
      }
      for (int64_t i = 0; i < n; ++i)
        if (i == where)
          EXPECT_TRUE(std::isnan(y(problem, i)));
        else
          EXPECT_EQ(y(problem, i), 0.0) << i;
    }
}

TEST_P(Extremes, SubnormalNumbers) {
  for (double factor : {1.0, 3.0, 40.0}) {
    // Squares are zero; the root is that of epsilon.
    double tiny = tinyOf(type) * factor;
    auto fill = [&](int64_t i) { return i % 3 == 0 ? -tiny : tiny * (i % 5); };
    bool isFlushed = op == Op::AddRMSNorm && type == Type::BF16 &&
                     llvm::cantFail(mlir::norm::convertsBF16({}));
    Problem problem = runRow(fill, !hasCodes() && !isFlushed);
    // The sum is rounded to bf16, and is what is normalised.
    for (int64_t i = 0; i < n && isFlushed; ++i) {
      double x = problem.x()[n + i];
      bool isZero = std::fabs(x) < std::numeric_limits<float>::min();
      EXPECT_EQ(problem.outputs[1].values[n + i], isZero ? 0.0 : x) << i;
      EXPECT_EQ(y(problem, i) == 0.0, isZero) << i;
    }
  }
}

TEST_P(Extremes, LargestNumbers) {
  // Of f16, squares and sums of which f32 has room for.
  if (type == Type::F16) {
    runRow([&](int64_t i) {
      return (i % 2 == 0 ? 1 : -1) * (65504.0 - 32.0 * static_cast<double>(i));
    });
    runRow([&](int64_t i) { return 65504.0 - 32.0 * static_cast<double>(i); });
    return;
  }
  // Squares overflow, rstd is zero, and so is what it is multiplied by.
  double large = type == Type::F64 ? 1e200 : 1e30;
  Problem problem =
      runRow([&](int64_t i) { return i % 2 == 0 ? large : -large; }, false);
  if (isBackward(op))
    return;
  if (hasCodes()) {
    EXPECT_EQ(ofRow(problem, 1), 0.0);
    for (int64_t i = 0; i < n; ++i)
      EXPECT_GE(std::fabs(y(problem, i)), 50.0) << i; // as in any other row
    return;
  }
  for (int64_t i = 0; i < n; ++i)
    EXPECT_EQ(y(problem, i), bias(problem, i)) << i;
}

// Deviations that are small beside the mean: with the variance of a second
// pass, an error of the mean counts with its square.
TEST_P(Extremes, LargeMeans) {
  if (type == Type::BF16 || type == Type::F16)
    return; // have not enough digits for such rows
  for (int64_t columns : {37, 768, 4096})
    for (double mean : {1e3, 1e4, 1e5, 1e6}) {
      n = columns;
      double factor = type == Type::F64 ? 1e9 : 1;
      Problem problem =
          runRow([&](int64_t) { return mean * factor + normal(random); });
      double depth = Depth::likely(
          Depth::ofRow(problem, mlir::norm::getHostVectorWidth()));
      EXPECT_EQ(check(problem, depth).wrong, "")
          << "mean " << mean << ", " << columns << " columns";
    }
}

INSTANTIATE_TEST_SUITE_P(Ops, Extremes,
                         testing::Combine(testing::ValuesIn(allOps),
                                          testing::ValuesIn(floatTypes)),
                         [](const auto &info) {
                           return std::string(name(std::get<0>(info.param))) +
                                  "_" + name(std::get<1>(info.param));
                         });
