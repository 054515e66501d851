//===- ModelRun.h ---------------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels written by hand, run on the model of a GPU.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_UNIT_GPU_MODELRUN_H
#define RMSNORM_TEST_UNIT_GPU_MODELRUN_H

#include "GPUModel.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gputest {

/// A module with the gpu.func @f of the gpu.module @k, and a function @f that
/// launches it on three memrefs of rank 0 and an index.
struct Kernel {
  /// What stands before the body: attributions.
  std::string attributions;
  std::string body;
  std::string elementType = "f32";
  int64_t grid = 1, block = 64, cluster = 1, sharedBytes = 0;
  /// Attributes of the kernel.
  std::string attributes;

  std::string str() const;
};

/// A block of 64 threads, each with an element %v of x at %at, memrefs %xs and
/// %ys of all elements, %s of 64 in shared memory, and this body.
Kernel getElementwise(const std::string &body);
/// Each of 4 blocks stores the sum of its 256 elements of x in y.
Kernel getBlockSum();
/// Each of 16 blocks, in clusters of 8, gets the 64 elements of x of the block
/// before it in the cluster, in reverse.
Kernel getClusterExchange();
/// Two blocks reverse 6 rows of 64 elements, by two slots of shared memory in
/// turns.
Kernel getPersistentLoop();

/// Replaces the one place where `from` is in `text`; empty if there is not one.
std::string replaceOnce(std::string text, const std::string &from,
                        const std::string &to);

/// Calls @f of a program on buffers of the same number of elements, x, y and z,
/// of which the kernel may write y and z.
template <typename T> struct Call {
  explicit Call(size_t count) : x(count), y(count), z(count), count(count) {}

  gpumodel::Result operator()(gpumodel::Program &program,
                              const gpumodel::Options &options = {}) {
    gpumodel::Arguments arguments;
    std::vector<gpumodel::Buffer> buffers;
    auto add = [&](const char *name, std::vector<T> &values, bool writable) {
      arguments.add({values.data(), 0, {}, {}});
      buffers.push_back(
          {name, values.data(), values.size() * sizeof(T), writable, constant});
    };
    add("x", x, false);
    add("y", y, true);
    add("z", z, true);
    arguments.addScalar<int64_t>(count);
    return program.call("f", arguments, buffers, options);
  }

  std::vector<T> x, y, z;
  size_t count;
  /// No earlier kernel writes the buffers.
  bool constant = false;
};

inline gpumodel::Options inOrder(gpumodel::Order order) {
  gpumodel::Options options;
  options.order = order;
  return options;
}

/// The results with each order of threads.
template <typename T>
std::vector<gpumodel::Result> callInAllOrders(gpumodel::Program &program,
                                              Call<T> &call) {
  std::vector<gpumodel::Result> results;
  for (gpumodel::Order order : gpumodel::allOrders)
    results.push_back(call(program, inOrder(order)));
  return results;
}

} // namespace gputest

#endif // RMSNORM_TEST_UNIT_GPU_MODELRUN_H
