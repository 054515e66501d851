//===- AccuracyTest.cpp ----------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Errors of kernels on numbers as they are in models.
//
//===----------------------------------------------------------------------===//

#include "Model.h"
#include "Run.h"

#include "rmsnorm/Pipelines/Pipelines.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <cstdio>
#include <tuple>

using namespace normtest;

namespace {
/// An op and a type.
class Accuracy : public testing::TestWithParam<std::tuple<Op, Type>> {
protected:
  Op op = std::get<0>(GetParam());
  Type type = std::get<1>(GetParam());
  std::mt19937_64 random{1};
  std::vector<Verdict> total;

  /// Runs rows of n elements with lanes of `vectorWidth` bits. Errors have to
  /// be within the guaranteed bound and the likely one.
  void runRows(const hostkernel::HostKernel &kernel, int64_t rows, int64_t n,
               unsigned vectorWidth) {
    Problem problem(op, type, Domain::matrix(rows, n), random);
    ASSERT_EQ(run(kernel, problem), "");
    double depth = Depth::ofRow(problem, vectorWidth);
    EXPECT_EQ(check(problem, depth).wrong, "") << rows << "x" << n;
    auto expected = getExpected(problem, Depth::likely(depth));
    total.resize(expected.size());
    for (unsigned output = 0; output < expected.size(); ++output) {
      Verdict verdict = check(problem, output, expected[output]);
      EXPECT_EQ(verdict.wrong, "") << rows << "x" << n << ", likely";
      total[output].add(verdict);
    }
  }

  /// What is seen on such numbers is less than any bound that is proved.
  void expectFewUlps() {
    for (unsigned output = 0; output < total.size(); ++output) {
      const Verdict &verdict = total[output];
      Type of =
          Problem(op, type, Domain::matrix(1, 1), random).outputs[output].type;
      double part = static_cast<double>(verdict.exact) /
                    static_cast<double>(verdict.elements);
      std::printf("%s %s, result %u: %.2f ulp, %.3f of the bound, %.3f %% "
                  "correctly rounded\n",
                  name(op), name(type), output, verdict.ulps, verdict.ratio,
                  100 * part);
      std::string key = "result" + std::to_string(output);
      RecordProperty(key + "_ulps", std::to_string(verdict.ulps));
      RecordProperty(key + "_exact", std::to_string(part));
      bool isNarrow = of == Type::BF16 || of == Type::F16;
      // Sums over rows are as long as there are rows, those over a row the
      // longer the fewer lanes there are.
      unsigned lanes = mlir::norm::getHostVectorWidth() /
                       (8 * bytesOf(statisticsType(type)));
      bool isSum = isBackward(op) && output > 0;
      if (isNarrow || of == Type::I8)
        EXPECT_GE(part, isBackward(op) ? 0.99 : 0.999) << "result " << output;
      if (isNarrow)
        EXPECT_EQ(verdict.beyondOne, 0) << "result " << output;
      else if (of != Type::I8)
        EXPECT_LE(verdict.ulps, isSum        ? 20
                                : lanes < 16 ? 6
                                             : 4)
            << "result " << output;
    }
  }
};
} // namespace

static std::string
nameOf(const testing::TestParamInfo<std::tuple<Op, Type>> &info) {
  return std::string(name(std::get<0>(info.param))) + "_" +
         name(std::get<1>(info.param));
}

TEST_P(Accuracy, NormalNumbers) {
  const auto &kernel = getKernel(op, type, Domain::matrix(-1, -1));
  unsigned width = mlir::norm::getHostVectorWidth();
  for (int64_t n : {1, 3, 17, 64, 769, 1000, 1024, 4097, 8192})
    runRows(kernel, std::clamp<int64_t>(16384 / n, 3, 40), n, width);
  expectFewUlps();
}

INSTANTIATE_TEST_SUITE_P(Ops, Accuracy,
                         testing::Combine(testing::ValuesIn(allOps),
                                          testing::ValuesIn(floatTypes)),
                         nameOf);

namespace {
class LongRows : public Accuracy {};
class OneAccumulator : public Accuracy {};
} // namespace

TEST_P(LongRows, NormalNumbers) {
  runRows(getKernel(op, type, Domain::matrix(-1, -1)), 2, 65536,
          mlir::norm::getHostVectorWidth());
}

INSTANTIATE_TEST_SUITE_P(Ops, LongRows,
                         testing::Combine(testing::ValuesIn(allOps),
                                          testing::Values(Type::F32,
                                                          Type::F64)),
                         nameOf);

// The bound counts on no more than one short vector of partial sums.
TEST_P(OneAccumulator, NormalNumbers) {
  const auto &kernel =
      getKernel(op, type, Domain::matrix(-1, -1), Layout::Identity,
                "vector-width=128 accumulators=1");
  for (int64_t n : {5, 769, 8192})
    runRows(kernel, 3, n, 128);
}

INSTANTIATE_TEST_SUITE_P(Ops, OneAccumulator,
                         testing::Combine(testing::ValuesIn(allOps),
                                          testing::Values(Type::F32)),
                         nameOf);
