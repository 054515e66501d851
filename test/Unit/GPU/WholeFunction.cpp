//===- WholeFunction.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WholeFunction.h"

#include "HostKernel.h"
#include "Run.h"

#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <memory>
#include <random>

using namespace gputest;
using namespace normtest;

namespace {
/// Where the operands of a call are.
class Operands {
public:
  Operands(const Example &example, unsigned seed) : example(example) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> values(-2, 2);
    auto add = [&](const Tensor &tensor) -> Buffer & {
      size_t bytes = bytesOf(tensor.type);
      buffers.push_back(std::make_unique<Buffer>(tensor.count() * bytes,
                                                 Buffer::Place::Start));
      std::vector<int64_t> strides(tensor.shape.size(), 1);
      for (size_t dim = tensor.shape.size(); dim-- > 1;)
        strides[dim - 1] = strides[dim] * tensor.shape[dim];
      arguments.add({buffers.back()->data(), 0, tensor.shape, strides});
      return *buffers.back();
    };
    for (const Tensor &input : example.inputs) {
      Buffer &buffer = add(input);
      for (size_t i = 0; i < input.count(); ++i)
        store(input.type, buffer.data() + i * bytesOf(input.type),
              static_cast<double>(roundTo(input.type, input.type == Type::I8
                                                          ? 9 * values(random)
                                                          : values(random))));
    }
    for (int64_t scalar = 0; scalar < example.scalars; ++scalar)
      arguments.addScalar<int64_t>(scalar + 1);
    for (const Tensor &output : example.outputs) {
      Buffer &buffer = add(output);
      std::memset(buffer.data(), 0xff, buffer.size());
    }
  }

  std::vector<double> getOutput(size_t number) const {
    const Tensor &output = example.outputs[number];
    const Buffer &buffer = *buffers[example.inputs.size() + number];
    std::vector<double> values;
    values.reserve(output.count());
    for (size_t i = 0; i < output.count(); ++i)
      values.push_back(
          load(output.type, buffer.data() + i * bytesOf(output.type)));
    return values;
  }

  std::vector<gpumodel::Buffer> getModelBuffers() const {
    std::vector<gpumodel::Buffer> all;
    all.reserve(buffers.size());
    for (size_t number = 0; number < buffers.size(); ++number)
      all.push_back({"operand " + std::to_string(number),
                     buffers[number]->data(), buffers[number]->size(),
                     /*writable=*/number >= example.inputs.size()});
    return all;
  }

  hostkernel::Arguments arguments;

private:
  const Example &example;
  std::vector<std::unique_ptr<Buffer>> buffers;
};
} // namespace

std::string gputest::substitute(
    std::string text,
    const std::vector<std::pair<std::string, std::string>> &values) {
  for (const auto &[name, value] : values)
    for (size_t at = text.find(name); at != std::string::npos;
         at = text.find(name, at + value.size()))
      text.replace(at, name.size(), value);
  return text;
}

std::vector<gpumodel::Launch> gputest::compare(const Example &example) {
  Operands expected(example, /*seed=*/7);
  auto kernel = hostkernel::HostKernel::compile(
      example.source, "builtin.module(norm-fuse,norm-to-cpu{out-params})");
  auto program = gpumodel::Program::compile(
      example.source, "builtin.module(norm-fuse,norm-to-gpu-launches{"
                      "out-params " +
                          example.target + "})");
  EXPECT_TRUE(kernel && program) << example.source;
  if (!kernel || !program)
    return {};
  kernel->call(expected.arguments);
  std::vector<gpumodel::Launch> launches;
  for (gpumodel::Order order : gpumodel::allOrders) {
    Operands actual(example, /*seed=*/7);
    gpumodel::Options options;
    options.order = order;
    gpumodel::Result result =
        program->call("f", actual.arguments, actual.getModelBuffers(), options);
    EXPECT_EQ(result.str(), "");
    launches = result.launches;
    for (size_t number = 0; number < example.outputs.size(); ++number) {
      Type type = example.outputs[number].type;
      std::vector<double> want = expected.getOutput(number),
                          have = actual.getOutput(number);
      double greatest = 0;
      for (double value : want)
        greatest = std::max(greatest, std::abs(value));
      double bound =
          type == Type::I8 ? 1 : example.tolerance * unitOf(type) * greatest;
      for (size_t i = 0; i < want.size(); ++i) {
        if (std::isnan(want[i]) && std::isnan(have[i]))
          continue;
        EXPECT_LE(std::abs(want[i] - have[i]), bound)
            << "result " << number << ", element " << i << ": " << have[i]
            << " instead of " << want[i];
        if (testing::Test::HasFailure())
          return launches;
      }
    }
  }
  return launches;
}
