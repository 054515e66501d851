//===- Memory.h ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the buffers of a compiled function live.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TOOLS_RMSNORM_RUN_MEMORY_H
#define RMSNORM_TOOLS_RMSNORM_RUN_MEMORY_H

#include <cstddef>

namespace mlir::norm {

class Memory {
public:
  virtual ~Memory() = default;
  /// Whether code of the host can read and write it.
  virtual bool isHost() const = 0;
  /// At least one byte, aligned to 64. Null when there is no more memory.
  virtual void *allocate(size_t bytes) = 0;
  /// Frees what `allocate` or a compiled function allocated.
  virtual void release(void *pointer) = 0;
  virtual void copyFromHost(void *to, const void *from, size_t bytes) = 0;
  virtual void copyToHost(void *to, const void *from, size_t bytes) = 0;
};

/// The memory of this machine.
Memory &getHostMemory();

} // namespace mlir::norm

#endif // RMSNORM_TOOLS_RMSNORM_RUN_MEMORY_H
