//===- KernelTest.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels of every op, type and class of length, run by the model of a GPU: the
// numbers within their bounds, no race, no access out of bounds, no barrier
// that a thread misses, and each byte that must move moved once.
//
//===----------------------------------------------------------------------===//

#include "GPUModel.h"
#include "Model.h"
#include "Run.h"

#include "gtest/gtest.h"

#include "llvm/ADT/STLExtras.h"

#include <cstdio>
#include <tuple>

using namespace normtest;
using gpumodel::Program;

static std::string getGPUPipeline(const std::string &target) {
  return "builtin.module(norm-fuse,norm-to-gpu-launches{out-params " + target +
         "})";
}

namespace {
/// A number of rows, their length, and what the source says of it.
struct Shape {
  int64_t rows, columns;
  bool isDynamic = false;
  std::string target = "chip=sm_90";
};

/// What the model is told, and what it tells.
struct Session {
  gpumodel::Options options;
  std::vector<gpumodel::Launch> launches;

  /// Runs a problem, and returns what is wrong.
  std::string run(Program &program, Problem &problem, RunOptions options);
};

/// Failures of an op and a type.
class KernelTest : public testing::TestWithParam<std::tuple<Op, Type>> {
protected:
  Op op = std::get<0>(GetParam());
  Type type = std::get<1>(GetParam());
  std::mt19937_64 random{1};
  Session session;
  unsigned runs = 0;

  std::string describe(const Shape &shape) {
    return std::string(name(op)) + " " + name(type) + " " +
           std::to_string(shape.rows) + "x" + std::to_string(shape.columns) +
           (shape.isDynamic ? " dynamic " : " ") + shape.target;
  }

  /// Rows are always dynamic.
  std::unique_ptr<Program> compile(const Shape &shape,
                                   Layout layout = Layout::Identity) {
    Domain domain = Domain::matrix(-1, shape.isDynamic ? -1 : shape.columns);
    std::string source = getSource(op, type, domain, layout);
    auto program = Program::compile(source, getGPUPipeline(shape.target));
    EXPECT_TRUE(program) << describe(shape) << "\n" << source;
    return program;
  }

  Problem createProblem(const Shape &shape) {
    return {op, type, Domain::matrix(shape.rows, shape.columns), random};
  }

  /// Runs in an order that is another each time.
  void runProgram(Program &program, Problem &problem, const std::string &what,
                  const RunOptions &options = {}) {
    session.options.order = gpumodel::allOrders[runs++ % 3];
    session.options.seed = runs;
    ASSERT_EQ(session.run(program, problem, options), "") << what;
    // No sum is deeper than that of one thread for the row.
    double depth = Depth::ofRow(problem, /*vectorWidth=*/32);
    EXPECT_EQ(check(problem, Depth::likely(depth)).wrong, "") << what;
  }

  void runShape(const Shape &shape, const RunOptions &options = {}) {
    std::unique_ptr<Program> program = compile(shape, options.layout);
    if (!program)
      return;
    Problem problem = createProblem(shape);
    runProgram(*program, problem, describe(shape), options);
  }
};
} // namespace

std::string Session::run(Program &program, Problem &problem,
                         RunOptions runOptions) {
  // Allocations are aligned.
  runOptions.place = Buffer::Place::Start;
  auto call = [&](hostkernel::Arguments &arguments,
                  llvm::ArrayRef<const Buffer *> buffers) {
    std::vector<gpumodel::Buffer> all;
    for (size_t number = 0; number < buffers.size(); ++number) {
      const Buffer *buffer = buffers[number];
      size_t inputs = problem.inputs.size();
      bool isInput = number < inputs;
      bool isShared = isInput ? static_cast<int>(number) == runOptions.inPlace
                              : number == inputs && runOptions.inPlace >= 0;
      if (isShared && !isInput)
        continue; // it is there as an input
      all.push_back({"operand " + std::to_string(number), buffer->data(),
                     buffer->size(), /*writable=*/!isInput || isShared});
    }
    gpumodel::Result result = program.call("f", arguments, all, options);
    launches = result.launches;
    return result.str();
  };
  return normtest::run(call, problem, runOptions);
}

TEST_P(KernelTest, RowsInAWarp) {
  for (int64_t columns : {1, 7, 8, 64, 96, 128, 250, 256, 1000})
    runShape({5, columns});
}

TEST_P(KernelTest, RowsInABlock) {
  for (int64_t columns : {1001, 3000, 4096, 5120, 7680})
    runShape({3, columns});
}

TEST_P(KernelTest, SameBitsEverywhere) {
  Shape shape{0, 1000, false, "chip=sm_90 multiprocessors=1"};
  std::unique_ptr<Program> program = compile(shape);
  ASSERT_TRUE(program);
  // All rows are the same.
  std::vector<std::vector<double>> first;
  for (int64_t rows : {1, 7, 150}) {
    shape.rows = rows;
    std::mt19937_64 again(5);
    Problem problem(op, type, Domain::matrix(1, shape.columns), again);
    Problem many = createProblem(shape);
    for (auto [to, from] : llvm::zip_equal(many.inputs, problem.inputs))
      for (size_t i = 0; i < to.values.size(); ++i)
        to.values[i] = from.values[i % from.values.size()];
    session.options.order = gpumodel::allOrders[runs++ % 3];
    ASSERT_EQ(session.run(*program, many, {}), "");
    for (auto [number, output] : llvm::enumerate(many.outputs)) {
      if (output.kind == Kind::Column)
        continue;
      size_t size = output.values.size() / rows;
      if (first.size() == number)
        first.emplace_back(output.values.begin(), output.values.begin() + size);
      for (size_t i = 0; i < output.values.size(); ++i)
        ASSERT_EQ(output.values[i], first[number][i % size])
            << rows << " rows, output " << number << ", element " << i;
    }
  }
}

TEST_P(KernelTest, SameSumsInEveryOrder) {
  if (!isBackward(op))
    GTEST_SKIP() << "sums over no rows";
  Shape shape{301, 264, false, "chip=sm_90 multiprocessors=2"};
  std::unique_ptr<Program> program = compile(shape);
  ASSERT_TRUE(program);
  Problem problem = createProblem(shape);
  std::vector<std::vector<double>> first;
  for (gpumodel::Order order : gpumodel::allOrders) {
    session.options.order = order;
    ASSERT_EQ(session.run(*program, problem, {}), "");
    std::vector<std::vector<double>> results;
    results.reserve(problem.outputs.size());
    for (const Operand &output : problem.outputs)
      results.push_back(output.values);
    if (first.empty())
      first = results;
    EXPECT_EQ(results, first);
  }
}

TEST_P(KernelTest, BytesThatMustMove) {
  // Rows in registers: each element of a row is read once and written once.
  Shape shape{64, 4096};
  std::unique_ptr<Program> program = compile(shape);
  ASSERT_TRUE(program);
  Problem problem = createProblem(shape);
  ASSERT_EQ(session.run(*program, problem, {}), "");
  uint64_t read = 0, written = 0, shared = 0, sums = 0;
  for (const Operand &operand : problem.inputs)
    (operand.kind == Kind::Column ? shared : read) +=
        (operand.kind == Kind::PerRow ? 0 : operand.values.size()) *
        bytesOf(operand.type);
  for (const Operand &operand : problem.outputs)
    if (operand.kind != Kind::PerRow)
      (operand.kind == Kind::Column ? sums : written) +=
          operand.values.size() * bytesOf(operand.type);
  ASSERT_EQ(session.launches.size(), sums ? 2u : 1u);
  const gpumodel::Launch &launch = session.launches.front();
  // What all rows share is read at most once a row; statistics by each thread,
  // which does not matter.
  uint64_t rows = 64, clusters = launch.grid[0] / launch.cluster[0];
  uint64_t statistics = 2 * rows * sizeof(double);
  EXPECT_GE(launch.distinctBytesRead, read + shared);
  EXPECT_LE(launch.distinctBytesRead, read + shared + statistics);
  EXPECT_GE(launch.bytesRead, read + shared);
  EXPECT_LE(launch.bytesRead,
            read + shared * rows +
                statistics * launch.block[0] * launch.cluster[0]);
  // Partial sums are in f32, or f64.
  if (sums)
    EXPECT_LE(launch.bytesWritten, written + clusters * sums * 2);
  else
    EXPECT_EQ(launch.distinctBytesWritten, launch.bytesWritten);
}

/// With types that have as many elements in a chunk as the others.
class LongRows : public KernelTest {};

TEST_P(LongRows, InACluster) {
  // The last step is not whole. Sums over rows leave registers for fewer.
  runShape({2, 40008});
  if (!isBackward(op))
    EXPECT_GT(session.launches[0].cluster[0], 1u);
  runShape({1, 262144});
  if (op == Op::RMSNorm)
    EXPECT_EQ(session.launches[0].cluster[0], 8u);
}

TEST_P(LongRows, InNoRegisters) {
  // In shared memory, and in none.
  runShape({1, type == Type::F32 ? 40000 : 80000, false, "chip=sm_80"});
  if (op == Op::RMSNorm)
    EXPECT_GT(session.launches[0].dynamicSharedBytes, 64u << 10);
  runShape({2, 120000, /*isDynamic=*/false, "chip=sm_80"});
  runShape({1, 20001, /*isDynamic=*/false, "chip=sm_90"});
}

TEST_P(LongRows, InManyBlocksAgainAndAgain) {
  runShape({13, 40008, false, "chip=sm_90 multiprocessors=4"});
}

TEST_P(LongRows, InPlace) {
  if (op == Op::RMSNormInt8)
    GTEST_SKIP() << "the result is of another type";
  RunOptions options;
  options.inPlace = 0;
  runShape({2, 40008}, options);
  runShape({2, 120000, /*isDynamic=*/false, "chip=sm_80"}, options);
}

TEST_P(KernelTest, DynamicRows) {
  Shape shape{3, 0, /*isDynamic=*/true};
  std::unique_ptr<Program> program = compile(shape);
  ASSERT_TRUE(program);
  for (int64_t columns : {1, 5, 64, 1000, 1001, 3000, 20000, 20001}) {
    shape.columns = columns;
    Problem problem = createProblem(shape);
    runProgram(*program, problem, describe(shape));
  }
}

TEST_P(KernelTest, ManyRows) {
  // Each block has several, also in part.
  for (int64_t columns : {64, 1000, 4096}) {
    Shape shape{601, columns, false, "chip=sm_90 multiprocessors=2"};
    if (columns == 4096)
      shape.rows = 101;
    runShape(shape);
  }
}

TEST_P(KernelTest, NoRows) {
  std::unique_ptr<Program> program = compile({0, 256});
  ASSERT_TRUE(program);
  Problem problem = createProblem({0, 256});
  runProgram(*program, problem, "no rows");
}

TEST_P(KernelTest, Layouts) {
  for (Layout layout : {Layout::Rows, Layout::Columns, Layout::Everywhere}) {
    RunOptions options;
    options.layout = layout;
    for (int64_t padding : {3, 8}) {
      options.padding = padding;
      runShape({5, 256}, options);
    }
    runShape({130, 77}, options);
  }
}

TEST_P(KernelTest, InPlace) {
  if (op == Op::RMSNormInt8)
    GTEST_SKIP() << "the result is of another type";
  RunOptions options;
  options.inPlace = 0;
  for (int64_t columns : {64, 1000, 4096})
    runShape({5, columns}, options);
}

static std::string
getTestName(const testing::TestParamInfo<std::tuple<Op, Type>> &info) {
  return std::string(name(std::get<0>(info.param))) + "_" +
         name(std::get<1>(info.param));
}

INSTANTIATE_TEST_SUITE_P(All, LongRows,
                         testing::Combine(testing::ValuesIn(allOps),
                                          testing::Values(Type::F32,
                                                          Type::BF16)),
                         getTestName);
INSTANTIATE_TEST_SUITE_P(All, KernelTest,
                         testing::Combine(testing::ValuesIn(allOps),
                                          testing::ValuesIn(floatTypes)),
                         getTestName);
