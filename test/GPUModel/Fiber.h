//===- Fiber.h ------------------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Stacks of their own for the threads of a kernel, and switches between them.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_GPUMODEL_FIBER_H
#define RMSNORM_TEST_GPUMODEL_FIBER_H

#include <cstddef>
#include <cstdint>
#include <memory>

// swapcontext works everywhere but saves the signal mask by a system call.
#ifndef GPUMODEL_OWN_SWITCH
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#define GPUMODEL_OWN_SWITCH 1
#else
#define GPUMODEL_OWN_SWITCH 0
#endif
#endif
#if !GPUMODEL_OWN_SWITCH
#include <ucontext.h>
#endif

namespace gpumodel {

/// Where a fiber, or the program's own stack, goes on.
class Context {
public:
  /// To begin at `entry`, which must not return.
  void start(char *stack, size_t bytes, void (*entry)());
  /// Saves the present state in `from` and goes on with `to`.
  static void change(Context &from, Context &to);

private:
#if GPUMODEL_OWN_SWITCH
  void *stackPointer = nullptr;
#else
  ucontext_t context;
#endif
};

/// Stacks with a page without access below each: a stack that overflows ends
/// the process instead of writing over another.
class Stacks {
public:
  static constexpr size_t bytes = 64 << 10;

  Stacks() = default;
  Stacks(const Stacks &) = delete;
  Stacks &operator=(const Stacks &) = delete;
  ~Stacks();

  /// Makes room for `wanted` stacks. Earlier ones are lost.
  bool reserve(size_t wanted);
  char *get(size_t index) const { return memory + index * stride() + page(); }
  bool contains(size_t index, uintptr_t address) const {
    return address - reinterpret_cast<uintptr_t>(get(index)) < bytes;
  }

private:
  static size_t page();
  static size_t stride() { return bytes + page(); }

  char *memory = nullptr;
  size_t count = 0;
};

} // namespace gpumodel

#endif // RMSNORM_TEST_GPUMODEL_FIBER_H
