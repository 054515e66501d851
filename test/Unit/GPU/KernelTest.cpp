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

  /// Of the first kernel.
  void expectLaunch(std::array<uint32_t, 3> block, uint32_t cluster) {
    ASSERT_FALSE(session.launches.empty());
    EXPECT_EQ(session.launches[0].block, block);
    EXPECT_EQ(session.launches[0].cluster[0], cluster);
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
  for (int64_t columns : {1001, 3000, 4096, 5120})
    runShape({3, columns});
}

TEST_P(KernelTest, RowsInACluster) {
  // Two and eight blocks of most ops; odd numbers of chunks.
  for (int64_t columns : {40008, 100000, 262144})
    runShape({2, columns});
}

TEST_P(KernelTest, RowsThatNoRegistersHold) {
  // In shared memory, and in none.
  runShape({2, 80000, /*isDynamic=*/false, "chip=sm_80"});
  runShape({2, 300000, /*isDynamic=*/false, "chip=sm_80"});
  runShape({2, 1200000, /*isDynamic=*/false, "chip=sm_90"});
  runShape({2, 20001, /*isDynamic=*/false, "chip=sm_90"});
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
  runShape({23, 40008, false, "chip=sm_90 multiprocessors=4"});
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
  for (int64_t columns : {64, 1000, 4096, 40008})
    runShape({5, columns}, options);
  runShape({2, 300000, /*isDynamic=*/false, "chip=sm_80"}, options);
}

static std::string
getTestName(const testing::TestParamInfo<std::tuple<Op, Type>> &info) {
  return std::string(name(std::get<0>(info.param))) + "_" +
         name(std::get<1>(info.param));
}

INSTANTIATE_TEST_SUITE_P(All, KernelTest,
                         testing::Combine(testing::ValuesIn(allOps),
                                          testing::ValuesIn(floatTypes)),
                         getTestName);
