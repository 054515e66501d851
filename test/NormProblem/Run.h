//===- Run.h ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs kernels on guarded buffers.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_NORMPROBLEM_RUN_H
#define RMSNORM_TEST_NORMPROBLEM_RUN_H

#include "HostKernel.h"
#include "Problem.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace normtest {

/// Memory between two pages that must not be touched.
class Buffer {
public:
  enum class Place {
    Start, ///< the first byte is the first of a page
    End    ///< the last byte is the last of a page
  };
  Buffer(size_t bytes, Place place);
  ~Buffer();
  Buffer(const Buffer &) = delete;
  Buffer &operator=(const Buffer &) = delete;

  char *data() const { return begin; }
  size_t size() const { return bytes; }

private:
  char *mapping = nullptr, *begin = nullptr;
  size_t mapped = 0, bytes;
};

/// The pipeline of the tests, with options of norm-to-cpu.
std::string getPipeline(const std::string &options = "");

/// The kernel of an op. Compiled once; never null, failures end the process.
const hostkernel::HostKernel &getKernel(Op op, Type type, const Domain &domain,
                                        Layout layout = Layout::Identity,
                                        const std::string &options = "");

struct RunOptions {
  Layout layout = Layout::Identity;
  Buffer::Place place = Buffer::Place::End;
  /// The input in whose place the first output is written, or -1.
  int inPlace = -1;
  /// Matrices are written with this many elements unused behind each row.
  int64_t padding = 3;
};

/// Calls the kernel and reads the outputs. Returns what is wrong with memory,
/// empty if nothing is: inputs and gaps must stay as they were. Outputs hold a
/// pattern before the call that no kernel writes.
std::string run(const hostkernel::HostKernel &kernel, Problem &problem,
                const RunOptions &options = {});

/// The same for anything that can be called. It gets the buffers, too: those of
/// inputs, then those of outputs, where one that is shared is there again. What
/// it returns is wrong, too, unless it is empty.
using Callable = llvm::function_ref<std::string(
    hostkernel::Arguments &arguments, llvm::ArrayRef<const Buffer *> buffers)>;
std::string run(Callable callable, Problem &problem,
                const RunOptions &options = {});

} // namespace normtest

#endif // RMSNORM_TEST_NORMPROBLEM_RUN_H
