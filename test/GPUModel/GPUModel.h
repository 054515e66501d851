//===- GPUModel.h ---------------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// GPU kernels without a GPU, for tests. A module as convert-rowwise-to-gpu
// leaves it (functions with gpu.launch_func, and kernels in gpu.module) is
// compiled for this machine and run: each thread of a block, and of all blocks
// of a cluster, is a fiber that runs until it has to wait for others. What
// would be undefined on a GPU and happen to work there is a failure here:
//
// - barriers, shuffles and cluster barriers that some thread does not reach;
// - shuffles from lanes that do not exist or do not take part;
// - two threads that touch the same byte, one of them writing, with no barrier
//   between the two that orders them;
// - accesses outside of what was allocated, or not aligned as the code says;
// - shared memory that is read before it is written, or, in another block of
//   the cluster, while that block may not have begun or may have ended;
// - sizes of grids, blocks, clusters and shared memory that no GPU takes.
//
// What it does not model: time, caches and coalescing, the order in which
// writes become visible, rounding of approximate instructions, memory that the
// host and a kernel use at once, and indices into a thread's own variables.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_GPUMODEL_GPUMODEL_H
#define RMSNORM_TEST_GPUMODEL_GPUMODEL_H

#include "HostKernel.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/ArrayRef.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gpumodel {

using hostkernel::Arguments;
using hostkernel::MemRef;

/// Which of the threads that can run is the next. Blocks are taken in the same
/// order. A race that the checks cannot see shows in one of the three.
enum class Order {
  Forward,  ///< The one with the least number.
  Reversed, ///< The one with the greatest.
  Shuffled  ///< Any, by Options::seed.
};
constexpr Order allOrders[] = {Order::Forward, Order::Reversed,
                               Order::Shuffled};

/// Device memory that a call may access. Buffers should not touch each other:
/// an access past the end of one must not fall into the next.
struct Buffer {
  std::string name;
  void *data;
  size_t bytes;
  /// Kernels may write it.
  bool writable = true;
  /// No earlier kernel of the stream writes it, so that it may be read before
  /// griddepcontrol.wait.
  bool constant = false;
};

struct Options {
  Order order = Order::Forward;
  uint64_t seed = 1;
  /// 16 where a kernel may ask for clusters that are not portable.
  unsigned maxClusterBlocks = 8;
  /// Of a block, static and dynamic together.
  size_t maxSharedBytes = 227 << 10;
  /// Reads of shared memory that nobody wrote are failures.
  bool checkUninitialized = true;
};

enum class Check {
  Limits,          ///< A size that no GPU takes, or not what the kernel says.
  Synchronization, ///< Threads that wait for ever, or at different places.
  Shuffle,         ///< A lane that does not exist or does not take part.
  Race,
  Bounds,    ///< Outside of every buffer, or a write to a read-only one.
  Alignment, ///< An address is not a multiple of what the code promises.
  Uninitialized,
  Cluster,    ///< Another block's memory when it may not be there.
  Dependence, ///< What an earlier kernel may still write (griddepcontrol).
  Host        ///< A workspace that is lost, freed twice or freed in part.
};
const char *getName(Check check);

struct Failure {
  Check check;
  std::string kernel;
  std::array<uint32_t, 3> block, thread;
  std::string message;

  std::string str() const;
};

/// What a launch did. Bytes are of global memory, as far as the code is
/// instrumented.
struct Launch {
  std::string kernel;
  std::array<uint32_t, 3> grid, block, cluster;
  size_t staticSharedBytes, dynamicSharedBytes;
  /// The kernel waits for its predecessor itself (griddepcontrol.wait).
  bool programmatic;
  uint64_t loads = 0, stores = 0;
  uint64_t bytesRead = 0, bytesWritten = 0;
  /// Each byte counted once, however often it is read or written.
  uint64_t distinctBytesRead = 0, distinctBytesWritten = 0;
};

struct Result {
  /// At most one for a check and a place in the code, for each launch.
  std::vector<Failure> failures;
  std::vector<Launch> launches;

  bool has(Check check) const;
  /// All failures, one a line; empty if there are none.
  std::string str() const;
};

/// What compiled code and the runtime know of a module.
struct ModuleInfo;

/// A compiled module.
class Program {
public:
  /// Runs `pipeline`, if any, which must leave kernels as described above, and
  /// compiles every function of the module. Without instrumentation memory is
  /// not checked and bytes are not counted. Null, with a diagnostic on stderr,
  /// where that fails.
  static std::unique_ptr<Program> compile(llvm::StringRef source,
                                          llvm::StringRef pipeline = "",
                                          bool instrument = true);
  static std::unique_ptr<Program>
  compile(mlir::OwningOpRef<mlir::ModuleOp> module, bool instrument = true);
  ~Program();

  /// Calls `function`. After a failure that leaves nothing to run on (a
  /// deadlock, an access out of bounds) the kernel and all later launches are
  /// skipped. One call at a time in a process.
  Result call(llvm::StringRef function, Arguments &arguments,
              llvm::ArrayRef<Buffer> buffers, const Options &options = {});

private:
  Program();
  std::unique_ptr<ModuleInfo> info;
  std::unique_ptr<mlir::ExecutionEngine> engine;
};

} // namespace gpumodel

#endif // RMSNORM_TEST_GPUMODEL_GPUMODEL_H
