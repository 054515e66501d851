//===- Machine.h ----------------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the kernels of one call.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_GPUMODEL_MACHINE_H
#define RMSNORM_TEST_GPUMODEL_MACHINE_H

#include "Fiber.h"
#include "Memory.h"
#include "ModuleInfo.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

#include <bitset>
#include <random>

namespace gpumodel {

/// What a thread waits for.
enum class Wait { Nothing, Barrier, Warp, Cluster, Done };

struct Block;

/// A thread of a kernel.
struct Thread {
  Context context;
  Block *block = nullptr;
  uint32_t number = 0;
  Clock clock;
  Wait wait = Wait::Nothing;
  uint32_t site = 0;
  /// Writes of earlier kernels are seen: griddepcontrol.wait.
  bool seesEarlierKernels = true;
  /// Of the shuffle that it waits for or had last.
  uint64_t value = 0, received = 0;
  uint32_t offset = 0, width = 0;
  bool valid = false;

  uint32_t lane() const { return number % warpThreads; }
  uint32_t warp() const { return number / warpThreads; }
};

/// Threads of a warp that wait at one place.
struct WarpGroup {
  uint32_t site, wanted, arrived;
};

/// A block that runs, in one of the slots of the cluster.
struct Block {
  Dim3 id{};
  uint32_t linear = 0;
  unsigned slot = 0;
  Thread *threads = nullptr;
  unsigned live = 0;
  /// At the barrier.
  unsigned waiting = 0;
  Thread *firstWaiting = nullptr;
  std::vector<llvm::SmallVector<WarpGroup, 2>> warps;
  /// The most cluster barriers that a thread that has ended had waited for.
  int64_t waits = 0;
  /// The same when other blocks accessed its memory last, by their count, and
  /// when its last thread ended; -1 for never.
  int64_t remoteAccess = -1, end = -1;
  /// Blocks whose memory this one has mapped.
  std::bitset<16> mapped;
};

class Machine {
public:
  Machine(const ModuleInfo &info, const Options &options, Result &result);

  void addBuffer(const Buffer &buffer, bool workspace);

  /// What compiled code calls; see Runtime.cpp.
  void launch(uint32_t kernel, void (*entry)(void *), const int64_t *sizes,
              int64_t sharedBytes, void *arguments);
  void allocate(uint32_t site, void *data, size_t bytes);
  void release(uint32_t site, void *data);
  bool touchFromHost(uint32_t site, void *data, size_t bytes, bool isWrite);
  int64_t getIndex(unsigned which) const;
  void barrier(uint32_t site);
  void warpBarrier(uint32_t site, uint32_t mask);
  uint64_t shuffle(uint32_t site, ShuffleMode mode, uint64_t value,
                   uint32_t offset, uint32_t width, bool validIsUsed);
  bool isShuffleValid() const { return current->valid; }
  void clusterArrive(uint32_t site);
  void clusterWait(uint32_t site);
  void *mapToBlock(uint32_t site, void *pointer, uint32_t rank);
  char *getShared(size_t offset) const;
  char *getDynamicShared() const;
  int64_t getDynamicSharedBytes() const { return dynamicBytes; }
  void waitForEarlierKernels() { current->seesEarlierKernels = true; }
  template <bool isWrite> void access(uintptr_t address, uint64_t code);
  /// The elements of a vector whose bits in `mask` are set.
  template <bool isWrite>
  void accessLanes(uintptr_t address, uint64_t code, uint64_t mask);

  /// Workspaces that were not freed.
  void finish();
  bool isSkipping() const { return skipping; }
  void fail(Check check, uint32_t site, const std::string &message);

private:
  // Launches, in Machine.cpp.
  bool checkLimits(const int64_t *sizes, int64_t sharedBytes);
  void runCluster(uint32_t cluster);
  void beginBlock(Block &block, uint32_t cluster);
  static void enterThread();
  void runThread();
  unsigned countBlocks() const;

  // Switches, in Synchronization.cpp.
  Thread *takeReady();
  /// Another thread's turn; returns when the current one may go on.
  void yield();
  void wait(Wait what, uint32_t site);
  /// Lets threads go on, in the order of the options.
  void release(llvm::ArrayRef<Thread *> threads);
  void endThread();
  void completeClusterBarrier();
  /// Leaves the kernel, from a thread.
  [[noreturn]] void abandon();
  void reportDeadlock();
  bool joinWarp(uint32_t site, uint32_t wanted);
  void exchange(Thread &thread, uint32_t site, ShuffleMode mode,
                bool validIsUsed);

  // Accesses, in Access.cpp.
  template <bool isWrite>
  void accessShared(uintptr_t address, const AccessCode &code);
  template <bool isWrite>
  void accessGlobal(Region &region, uintptr_t address, const AccessCode &code);
  template <bool isWrite>
  bool touch(Cell &cell, uint32_t base, const AccessCode &code,
             const std::string &where);
  Region *findRegion(uintptr_t address, size_t bytes);
  void checkAlignment(uintptr_t address, const AccessCode &code, bool isWrite);
  void failOutside(uintptr_t address, const AccessCode &code, bool isWrite);
  void checkRemote(Block &owner, const AccessCode &code);
  void reportRace(uint32_t earlier, bool wrote, const AccessCode &code,
                  bool isWrite, const std::string &where);

  const ModuleInfo &info;
  Options options;
  Result &result;
  std::mt19937_64 random;
  bool skipping = false;
  /// Checks and sites that failed in this launch.
  llvm::DenseSet<std::pair<unsigned, uint32_t>> failed;

  // The launch.
  const KernelInfo *kernel = nullptr;
  Launch *launched = nullptr;
  void (*entry)(void *) = nullptr;
  void *arguments = nullptr;
  size_t dynamicBytes = 0;
  Dim3 grid{}, blockDim{}, clusterDim{};
  unsigned blockThreads = 0, clusterBlocks = 0;

  // The cluster that runs.
  std::vector<Block> blocks;
  std::vector<Thread> threads;
  std::vector<Thread *> ready;
  Stacks &stacks;
  Context main;
  Thread *current = nullptr;
  /// Threads that have arrived at the cluster's barrier and have not ended, and
  /// such barriers that are complete.
  unsigned arrivedAtCluster = 0, clusterBarriers = 0;
  unsigned live = 0;
  bool abandoned = false;

  // Memory.
  std::vector<std::unique_ptr<Region>> regions;
  Region *lastRegion = nullptr;
  Arena arena;
  Intervals intervals;
  uint32_t clusterBase = 0;
};

extern template void Machine::access<false>(uintptr_t, uint64_t);
extern template void Machine::access<true>(uintptr_t, uint64_t);
extern template void Machine::accessLanes<false>(uintptr_t, uint64_t, uint64_t);
extern template void Machine::accessLanes<true>(uintptr_t, uint64_t, uint64_t);

} // namespace gpumodel

#endif // RMSNORM_TEST_GPUMODEL_MACHINE_H
