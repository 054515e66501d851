//===- Memory.h ------------------------------------------ -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Global and shared memory of a kernel, and who touched each part of it last.
//
// Accesses are ordered by the barriers between them. A thread's time is cut
// into intervals, which end at barriers; an interval has a number that grows
// through the life of the memory. For each granule of memory (the greatest
// common divisor of all accesses of the module) there is a cell with the last
// interval that wrote it and two that read it since.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_GPUMODEL_MEMORY_H
#define RMSNORM_TEST_GPUMODEL_MEMORY_H

#include "ModuleInfo.h"

namespace gpumodel {

/// A thread's place in the order of accesses.
struct Clock {
  uint32_t cluster = 0, block = 0, thread = 0;
  /// Barriers of the block, of the warp, and arrivals at the cluster's.
  uint32_t barriers = 0, warpBarriers = 0, arrivals = 0;
  /// Cluster barriers that it has waited for.
  uint32_t waits = 0;
  /// The number of the interval, 0 if it has none yet.
  uint32_t interval = 0;

  bool isSameThread(const Clock &other) const {
    return block == other.block && thread == other.thread;
  }
  /// What was done at `earlier` is seen now.
  bool isAfter(const Clock &earlier) const {
    if (cluster == earlier.cluster && earlier.arrivals < waits)
      return true;
    if (block != earlier.block)
      return false;
    return earlier.barriers < barriers ||
           (earlier.thread / warpThreads == thread / warpThreads &&
            earlier.warpBarriers < warpBarriers);
  }
};

struct Cell {
  uint32_t write = 0, reads[2] = {0, 0};
};

/// Global memory that may be accessed.
struct Region {
  Region(const Buffer &buffer, unsigned granule, bool workspace);
  uintptr_t begin, end;
  std::string name;
  bool writable, constant;
  /// Allocated by the host code: holds nothing at first.
  bool workspace;
  std::vector<Cell> cells;

  Cell *cell(uintptr_t address, unsigned granule) {
    return &cells[(address - begin / granule * granule) / granule];
  }
};

/// The shared memory of the blocks of a cluster, at addresses of 32 bits where
/// the system has room there.
class Arena {
public:
  Arena() = default;
  Arena(const Arena &) = delete;
  Arena &operator=(const Arena &) = delete;
  ~Arena();

  /// Lays out `blocks` slots for a kernel. All that no object covers is out of
  /// bounds.
  bool prepare(const KernelInfo &kernel, size_t dynamicBytes, unsigned blocks,
               unsigned granule);
  /// Fills all of it with ones, which is NaN in every float type.
  void poison();
  /// The first slot with an object before or after which something was
  /// written; -1 if there is none.
  int findBrokenGuard() const;

  bool contains(uintptr_t address) const { return address - begin < size; }
  bool fits(uintptr_t address, size_t bytes) const {
    return address - begin + bytes <= size;
  }
  size_t bytes() const { return size; }
  int64_t distance(uintptr_t address) const {
    return static_cast<int64_t>(address - begin);
  }
  char *slot(unsigned block) const { return memory + block * slotBytes; }
  unsigned slotOf(uintptr_t address) const {
    return (address - begin) / slotBytes;
  }
  size_t offsetInSlot(uintptr_t address) const {
    return (address - begin) % slotBytes;
  }
  char *dynamic(unsigned block) const { return slot(block) + dynamicOffset; }
  Cell *cell(uintptr_t address, unsigned granule) {
    return &cells[(address - begin) / granule];
  }
  /// The cell of memory out of bounds was "written" last by this interval.
  static constexpr uint32_t guard = UINT32_MAX;

private:
  bool reserve(size_t bytes);

  char *memory = nullptr;
  uintptr_t begin = 0;
  size_t size = 0, mapped = 0, slotBytes = 1, dynamicOffset = 0;
  /// What no object covers, in a slot.
  std::vector<SharedObject> gaps;
  std::vector<Cell> cells;
};

/// The intervals of a launch.
class Intervals {
public:
  /// Begins a launch: all intervals so far are in the past. Returns false if
  /// numbers ran out, and starts again: all cells have to be cleared.
  bool begin();
  /// A number that is after all so far and belongs to no thread: what was done
  /// before it is in the past.
  uint32_t separate();
  /// The number of the clock's interval.
  uint32_t get(Clock &clock) {
    if (!clock.interval)
      add(clock);
    return clock.interval;
  }
  const Clock &clock(uint32_t number) const { return clocks[number - base]; }
  uint32_t getBase() const { return base; }

  /// The number of what was written by the host.
  static constexpr uint32_t host = 1;

private:
  void add(Clock &clock);

  std::vector<Clock> clocks;
  uint32_t base = 2, next = 2;
};

} // namespace gpumodel

#endif // RMSNORM_TEST_GPUMODEL_MEMORY_H
