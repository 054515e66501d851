//===- WholeFunction.h ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whole functions, of norms and of what is around them, run by the model of a
// GPU and compared with what norm-to-cpu makes of the same function.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_UNIT_GPU_WHOLEFUNCTION_H
#define RMSNORM_TEST_UNIT_GPU_WHOLEFUNCTION_H

#include "Elements.h"
#include "GPUModel.h"

#include <string>
#include <utility>
#include <vector>

namespace gputest {

using normtest::Type;

/// An argument or a result of @f.
struct Tensor {
  Type type;
  std::vector<int64_t> shape;

  size_t count() const {
    size_t count = 1;
    for (int64_t size : shape)
      count *= size;
    return count;
  }
};

/// A function, what it takes and what it gives.
struct Example {
  std::string source;
  std::vector<Tensor> inputs, outputs;
  /// The greatest difference, in unit roundoffs of the result's type times the
  /// greatest result.
  double tolerance = 8;
  std::string target = "chip=sm_90";
  int64_t scalars = 0;
};

/// The text with a value for each name.
std::string
substitute(std::string text,
           const std::vector<std::pair<std::string, std::string>> &values);

/// Runs an example on the CPU and on the model of a GPU, in every order of
/// threads, and returns the launches. Differences are failures of the test.
std::vector<gpumodel::Launch> compare(const Example &example);

} // namespace gputest

#endif // RMSNORM_TEST_UNIT_GPU_WHOLEFUNCTION_H
