//===- Compiled.h -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A function, compiled in memory and called on arrays.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TOOLS_RMSNORM_RUN_COMPILED_H
#define RMSNORM_TOOLS_RMSNORM_RUN_COMPILED_H

#include "Memory.h"

#include "rmsnorm/Reference/Array.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <memory>

namespace mlir {
class ExecutionEngine;
} // namespace mlir

namespace mlir::norm {

/// Runs the passes `builtin.module(...)`; fails with a diagnostic.
LogicalResult runPipeline(ModuleOp module, StringRef pipeline);

/// Compiles a module in the LLVM dialect for this machine; fails with a
/// diagnostic.
FailureOr<std::unique_ptr<ExecutionEngine>> compileForHost(ModuleOp module);

/// A compiled function and its buffers for one set of arguments. The function
/// takes and returns ranked tensors and scalars; after the pipeline tensors
/// are memrefs, passed by the C interface.
class Compiled {
public:
  /// Runs `pipeline` on the module, which must leave LLVM dialect, and
  /// compiles it for this machine. `entry` names a function of the module,
  /// whose tensors become memrefs in `memory`. Fails with a diagnostic.
  static FailureOr<std::unique_ptr<Compiled>>
  create(OwningOpRef<ModuleOp> module, StringRef entry, StringRef pipeline,
         Memory &memory = getHostMemory());
  ~Compiled();

  /// Copies the arguments into buffers of the function's element types.
  void setArguments(ArrayRef<reference::ArrayPtr> arguments);
  /// Calls the function, after releasing the results of the last call.
  void call();
  /// The results of the last call.
  SmallVector<reference::ArrayPtr> getResults() const;
  /// Bytes of all arguments and of the results of the last call.
  size_t getFootprint() const;

private:
  explicit Compiled(Memory &memory);
  void releaseResults();
  /// Where result `index` lies in the storage of results.
  size_t getResultOffset(unsigned index) const;

  Memory &memory;
  std::unique_ptr<ExecutionEngine> engine;
  void (*function)(void **) = nullptr;
  SmallVector<Type> argumentTypes, resultTypes;

  /// Tensors lie in `memory`; the values of scalars are passed.
  struct Buffer;
  std::vector<Buffer> buffers;
  /// What the packed arguments point to: descriptors of memrefs, and their
  /// addresses.
  std::vector<std::vector<int64_t>> descriptors;
  std::vector<void *> addresses, packed;
  std::vector<char> results;
  void *resultsAddress = nullptr;
  bool called = false;
};

} // namespace mlir::norm

#endif // RMSNORM_TOOLS_RMSNORM_RUN_COMPILED_H
