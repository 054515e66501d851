//===- ModuleInfo.h -------------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the rewriting of a module tells the runtime.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_GPUMODEL_MODULEINFO_H
#define RMSNORM_TEST_GPUMODEL_MODULEINFO_H

#include "GPUModel.h"

#include <optional>

namespace gpumodel {

using Dim3 = std::array<uint32_t, 3>;

/// No access of a warp, and no shuffle, crosses this many threads.
constexpr unsigned warpThreads = 32;

/// Bytes without use between objects in shared memory.
constexpr size_t guardBytes = 256;

/// A memref in shared memory, in the slot that a block has.
struct SharedObject {
  size_t offset, bytes;
};

struct KernelInfo {
  std::string name;
  /// Of the function that it became.
  std::string symbol;
  std::vector<SharedObject> shared;
  /// As a GPU would lay them out: without guards.
  size_t staticSharedBytes = 0;
  std::optional<Dim3> blockSize, clusterSize;
  /// It has a griddepcontrol.wait.
  bool waits = false;

  /// The end of the last object.
  size_t sharedEnd() const {
    return shared.empty() ? 0 : shared.back().offset + shared.back().bytes;
  }
};

/// Ids that a thread can ask for, in three dimensions each: the argument of
/// gpumodel_index is 4 * id + dimension.
enum class Index {
  Thread,
  BlockDim,
  Block,
  GridDim,
  ClusterBlock,     ///< The block in its cluster.
  ClusterDimBlocks, ///< Blocks in a cluster.
  Cluster,
  ClusterDim, ///< Clusters in the grid.
  Global,     ///< The thread in the grid.
  // Of one dimension:
  Lane,
  Warp,
  NumWarps,
  ClusterRank,
  ClusterBlocks
};

enum class ShuffleMode { Xor, Down, Up, Index };

/// How an access is described in one word: bytes, logarithm of the alignment,
/// and site.
struct AccessCode {
  uint32_t site, bytes, alignmentLog;
  uint64_t encode() const {
    return uint64_t(site) << 32 | alignmentLog << 24 | bytes;
  }
  static AccessCode decode(uint64_t code) {
    return {uint32_t(code >> 32), uint32_t(code & 0xffffff),
            uint32_t(code >> 24 & 0xff)};
  }
};

struct ModuleInfo {
  std::vector<KernelInfo> kernels;
  /// Places in the code, for messages: operation and location.
  std::vector<std::string> sites;
  bool instrumented = true;
  /// A divisor of the sizes and alignments of all accesses.
  unsigned granule = 4;
};

} // namespace gpumodel

#endif // RMSNORM_TEST_GPUMODEL_MODULEINFO_H
