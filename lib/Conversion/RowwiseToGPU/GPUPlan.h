//===- GPUPlan.h ----------------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How the threads of a GPU share rows: the tuning table.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_CONVERSION_ROWWISETOGPU_GPUPLAN_H
#define RMSNORM_LIB_CONVERSION_ROWWISETOGPU_GPUPLAN_H

#include "../RowProgram/RowKernel.h"

#include "rmsnorm/Conversion/RowwiseToGPU/GPUTarget.h"

namespace mlir::norm {

/// Threads that exchange values without shared memory. AMD's are two of these.
constexpr unsigned warpSize = 32;

/// Of the results of all reductions of a row, that warps of a block of 512
/// threads can leave for each other, twice, in the 48 KiB of shared memory that
/// every kernel has.
constexpr unsigned mostReducedBytes = 1024;

/// Bytes of the results of all reductions of a row program.
unsigned getReducedBytes(Block &program);

/// What a plan depends on beside the chip and the length of the row.
struct RowTraits {
  /// `rowDims` are the grid dimensions whose positions are rows.
  static RowTraits get(Block &program, const RowPhases &phases,
                       const RowKernel &rows, ArrayRef<unsigned> rowDims);

  /// Bytes of the narrowest element of those inputs that are different for each
  /// row, and the widest element of the program.
  unsigned narrowest = 4;
  unsigned widest = 4;
  /// Bytes of an element of all inputs that stay in registers between phases.
  unsigned keptBytes = 4;
  /// Bytes of an element of all inputs that are the same for all rows.
  unsigned sharedBytes = 0;
  /// Bytes of an element of all inputs that later phases read, if they do not
  /// stay in registers.
  unsigned rereadBytes = 4;
  /// See `getReducedBytes`.
  unsigned reducedBytes = 4;
  /// Rows that are added up, each of which needs partial sums.
  unsigned sums = 0;
  /// Reductions of a row.
  unsigned reductions = 1;
  /// A result has elements of one byte, of wider ones.
  bool isQuantized = false;
  /// The length of the row is known when it is compiled.
  bool isSizeKnown = true;
  /// Every op may run for elements that are not there.
  bool isSpeculatable = true;
  /// The row is contiguous in memory; otherwise, if true, rows are side by
  /// side.
  bool isContiguous = true;
  bool areRowsContiguous = false;
};

/// How the threads of a GPU share rows. Element i of a row is in chunk i /
/// vector. Chunk j is of step j / (cluster * rowThreads), and there of thread j
/// mod rowThreads of block (j / rowThreads) mod cluster.
struct GPUPlan {
  enum class Keep {
    /// A thread has all its elements in registers, in `steps` chunks.
    Registers,
    /// Elements that later phases need are in shared memory.
    Shared,
    /// Every phase reads the row.
    Memory
  };

  Keep keep = Keep::Registers;
  /// Elements of one access.
  unsigned vector = 1;
  /// Threads of a block that share a row: a divisor of 32, or a multiple.
  unsigned rowThreads = warpSize;
  /// Rows side by side in a block.
  unsigned blockRows = 1;
  /// Blocks that share a row.
  unsigned cluster = 1;
  /// Chunks of a thread that it loads before it uses any: all of them with
  /// Keep::Registers.
  unsigned steps = 1;
  /// The next row is loaded while a row is computed.
  bool loadsAhead = false;
  /// What all rows share is not kept between rows: there are no registers for
  /// it.
  bool loadsSharedLate = false;
  /// Blocks of a multiprocessor at a time. Registers are limited for it.
  unsigned residentBlocks = 1;
  /// The most blocks of a launch; each takes rows until there are none.
  uint64_t maxBlocks = 1;

  unsigned getThreads() const { return rowThreads * blockRows; }
  /// Threads of all blocks that share a row.
  unsigned getSharers() const { return rowThreads * cluster; }
  /// The longest row, in elements, of Keep::Registers.
  uint64_t getCapacity() const {
    return uint64_t{vector} * getSharers() * steps;
  }
};

/// The widest access, in elements, that `traits` allow for aligned rows.
unsigned getWidestAccess(const RowTraits &traits);

/// The plan for rows of `size` elements, in accesses of `vector`. Rows of
/// Shared and Memory may be longer.
GPUPlan choosePlan(uint64_t size, unsigned vector, const RowTraits &traits,
                   const GPUTarget &target);

/// The longest rows, in elements, of each plan for rows whose length is known
/// only when they are there, in increasing order. Longer ones have
/// Keep::Memory.
SmallVector<uint64_t> getSizeClasses(unsigned vector, const RowTraits &traits);

} // namespace mlir::norm

#endif // RMSNORM_LIB_CONVERSION_ROWWISETOGPU_GPUPLAN_H
