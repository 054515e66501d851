//===- HostKernel.h --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For tests and benchmarks: a function @f on memrefs, compiled in memory and
// called on buffers of the caller.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_HOSTKERNEL_HOSTKERNEL_H
#define RMSNORM_TEST_HOSTKERNEL_HOSTKERNEL_H

#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

namespace mlir {
class MLIRContext;
} // namespace mlir

namespace hostkernel {

/// An argument of a kernel.
struct MemRef {
  /// Where the element lies whose indices are all zero, if `offset` is 0;
  /// otherwise that many elements before it.
  void *data;
  int64_t offset;
  std::vector<int64_t> sizes, strides;
};

/// The arguments of a call, laid out once and used as often as wanted.
class Arguments {
public:
  void add(const MemRef &memref);
  /// A number of up to eight bytes, or a bool.
  template <typename T> void addScalar(T value) {
    static_assert(sizeof(T) <= sizeof(int64_t));
    std::vector<int64_t> bytes(1);
    std::memcpy(bytes.data(), &value, sizeof(T));
    values.push_back({std::move(bytes), /*isMemRef=*/false});
    packed.clear();
  }
  /// The pointers that a packed function takes.
  void **pack();

private:
  struct Value {
    /// A descriptor, or the bytes of a number.
    std::vector<int64_t> words;
    bool isMemRef;
  };
  std::vector<Value> values;
  std::vector<void *> addresses, packed;
};

class HostKernel {
public:
  /// Runs `pipeline`, which must leave memrefs for the arguments and the
  /// results of @f, and compiles for this machine. Null, with a diagnostic on
  /// stderr, where that fails.
  static std::unique_ptr<HostKernel> compile(llvm::StringRef source,
                                             llvm::StringRef pipeline);

  void call(Arguments &arguments) const { function(arguments.pack()); }

private:
  std::unique_ptr<mlir::ExecutionEngine> engine;
  void (*function)(void **) = nullptr;
};

/// The context of all that is compiled, with every dialect and pass.
mlir::MLIRContext &getContext();

/// True where `pipeline` can be parsed: the passes and options that it names
/// exist.
bool isPipeline(llvm::StringRef pipeline);

} // namespace hostkernel

#endif // RMSNORM_TEST_HOSTKERNEL_HOSTKERNEL_H
