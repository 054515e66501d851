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

static std::string getGPUPipeline(const std::string &chip) {
  return "builtin.module(norm-fuse,norm-to-gpu-launches{out-params chip=" +
         chip + "})";
}

namespace {
/// A number of rows, their length, and what the source says of it.
struct Shape {
  int64_t rows, columns;
  bool isDynamic = false;
  std::string chip = "sm_90";
};

struct Kernel {
  std::unique_ptr<Program> program;
  std::string source;
};

/// Rows are always dynamic.
Kernel compile(Op op, Type type, const Shape &shape,
               Layout layout = Layout::Identity) {
  Domain domain = Domain::matrix(-1, shape.isDynamic ? -1 : shape.columns);
  Kernel kernel{nullptr, getSource(op, type, domain, layout)};
  kernel.program = Program::compile(kernel.source, getGPUPipeline(shape.chip));
  return kernel;
}

/// What is wrong; and what was launched.
std::string run(Program &program, Problem &problem, RunOptions options,
                gpumodel::Options modelOptions,
                std::vector<gpumodel::Launch> *launches = nullptr) {
  // Allocations are aligned.
  options.place = Buffer::Place::Start;
  auto call = [&](hostkernel::Arguments &arguments,
                  llvm::ArrayRef<const Buffer *> buffers) {
    std::vector<gpumodel::Buffer> all;
    for (size_t number = 0; number < buffers.size(); ++number) {
      const Buffer *buffer = buffers[number];
      bool isInput = number < problem.inputs.size();
      bool isShared =
          isInput ? static_cast<int>(number) == options.inPlace
                  : number == problem.inputs.size() && options.inPlace >= 0;
      if (!isInput && isShared)
        continue; // it is there as an input
      all.push_back({(isInput ? "input " : "output ") + std::to_string(number),
                     buffer->data(), buffer->size(), !isInput || isShared});
    }
    gpumodel::Result result = program.call("f", arguments, all, modelOptions);
    if (launches)
      *launches = result.launches;
    return result.str();
  };
  return normtest::run(call, problem, options);
}

/// The depth of sums is at most that of one thread for the row.
void expectRight(const Problem &problem, const std::string &what) {
  double depth = Depth::ofRow(problem, /*vectorWidth=*/32);
  Verdict verdict = check(problem, Depth::likely(depth));
  EXPECT_EQ(verdict.wrong, "") << what;
}

class KernelTest : public testing::TestWithParam<std::tuple<Op, Type>> {
protected:
  Op op = std::get<0>(GetParam());
  Type type = std::get<1>(GetParam());
  std::mt19937_64 random{1};

  void runShape(const Shape &shape, RunOptions options = {}) {
    std::string what = std::string(name(op)) + " " + name(type) + " " +
                       std::to_string(shape.rows) + "x" +
                       std::to_string(shape.columns) +
                       (shape.isDynamic ? " dynamic" : "") + " " + shape.chip;
    Kernel kernel = compile(op, type, shape, options.layout);
    ASSERT_TRUE(kernel.program) << what << "\n" << kernel.source;
    for (gpumodel::Order order : gpumodel::allOrders) {
      Problem problem(op, type, Domain::matrix(shape.rows, shape.columns),
                      random);
      gpumodel::Options modelOptions;
      modelOptions.order = order;
      ASSERT_EQ(run(*kernel.program, problem, options, modelOptions), "")
          << what;
      expectRight(problem, what);
    }
  }
};
} // namespace

static std::string
getName(const testing::TestParamInfo<std::tuple<Op, Type>> &info) {
  return std::string(name(std::get<0>(info.param))) + "_" +
         name(std::get<1>(info.param));
}

TEST_P(KernelTest, RowsInAWarp) {
  for (int64_t columns : {1, 7, 8, 64, 96, 128, 250, 256, 1000})
    runShape({5, columns});
}

TEST_P(KernelTest, RowsInABlock) {
  for (int64_t columns : {1001, 3000, 4096, 5120})
    runShape({3, columns});
}

TEST_P(KernelTest, DynamicRows) {
  for (int64_t columns : {5, 64, 1000, 1001, 3000, 20000})
    runShape({3, columns, /*isDynamic=*/true});
}

INSTANTIATE_TEST_SUITE_P(All, KernelTest,
                         testing::Combine(testing::ValuesIn(allOps),
                                          testing::ValuesIn(floatTypes)),
                         getName);
