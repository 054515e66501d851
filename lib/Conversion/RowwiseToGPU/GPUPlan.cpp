//===- GPUPlan.cpp --------------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tuning table. Memory is the roof, so every border serves one of three
// ends: enough bytes on their way (a multiprocessor of an H100 needs about 25
// KB: 3.35 TB/s times 1 us, over 132), accesses of 16 bytes, and few threads
// that wait for each other. docs/benchmarks/gpu.md has what came of it.
//
//===----------------------------------------------------------------------===//

#include "GPUPlan.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

/// The widest load and store of a thread.
static constexpr unsigned accessBytes = 16;
/// Threads of a block of short rows: the fewest that fill a multiprocessor
/// with its 32 blocks, or 16 of older ones, and leave small groups to wait for.
static constexpr unsigned shortRowThreads = 128;
/// A row of more threads waits for its slowest warp; of two such blocks on a
/// multiprocessor one loads while the other waits.
static constexpr unsigned mostRowThreads = 512;
/// The most that a block can have.
static constexpr unsigned mostBlockThreads = 1024;
/// Chunks of a thread where threads suffice: four loads of 16 bytes are on
/// their way, which fills the memory's pipeline with half of the threads.
static constexpr unsigned usualSteps = 4;
/// The most: one warp is better than two that have to wait for each other.
static constexpr unsigned mostSteps = 8;
/// Threads that share the shortest rows: 128 bytes, which is a line, in a load.
static constexpr unsigned fewestRowThreads = 8;
/// Registers of a thread for kept elements and partial sums. Together with
/// as many for the computation they leave half of a multiprocessor's threads,
/// and with sums a quarter.
static constexpr unsigned keptRegisters = 32;
static constexpr unsigned summingRegisters = 64;
/// Registers of a thread that does not keep its elements: four chunks of each
/// of three inputs are on their way.
static constexpr unsigned loopRegisters = 96;
/// Waves of blocks in a launch: more only start, and load the scale, again.
static constexpr unsigned waves = 4;

unsigned norm::getWidestAccess(const RowTraits &traits) {
  return accessBytes / std::min(traits.narrowest, accessBytes);
}

/// Registers that a chunk takes.
static unsigned getChunkRegisters(unsigned vector, const RowTraits &traits) {
  unsigned rows = traits.sums ? 2 : 1; // one is loaded ahead
  unsigned kept = rows * llvm::divideCeil(vector * traits.keptBytes, 4);
  return std::max(1u, kept + vector * traits.sums *
                                 std::max(1u, traits.widest / 4));
}

/// The most steps whose registers fit.
static unsigned getMostSteps(unsigned vector, const RowTraits &traits) {
  unsigned registers = traits.sums ? summingRegisters : keptRegisters;
  return std::clamp(registers / getChunkRegisters(vector, traits), 1u,
                    mostSteps);
}

static uint64_t roundToWarps(uint64_t threads) {
  return llvm::alignTo(std::max<uint64_t>(threads, 1), warpSize);
}

/// Fills in what follows from the shape of a block.
static GPUPlan finish(GPUPlan plan, const RowTraits &traits,
                      const GPUTarget &target) {
  unsigned threads = plan.getThreads();
  // Sums leave registers for few threads, which load too little at a time.
  plan.loadsAhead = plan.keep == GPUPlan::Keep::Registers && traits.sums > 0;
  // Addresses and what is computed, kept registers, and what all rows share,
  // which is loaded when it is used if it is much.
  unsigned chunk = getChunkRegisters(plan.vector, traits);
  unsigned perThread = loopRegisters;
  if (plan.keep == GPUPlan::Keep::Registers)
    perThread = 40 + plan.steps * chunk +
                std::min(llvm::divideCeil(
                             plan.vector * plan.steps * traits.sharedBytes, 4u),
                         32u);
  perThread = llvm::alignTo(perThread, 8);
  unsigned byRegisters = target.registers / (threads * perThread);
  unsigned byThreads = target.threads / threads;
  plan.residentBlocks = std::clamp(std::min(byRegisters, byThreads), 1u, 16u);
  uint64_t resident =
      uint64_t{target.multiprocessors} * plan.residentBlocks / plan.cluster;
  // Partial sums of each block are written and read again: few blocks.
  plan.maxBlocks =
      std::max<uint64_t>(1, traits.sums ? resident : resident * waves);
  return plan;
}

/// Rows side by side, one for each thread: neighbours in memory are neighbours
/// in a warp.
static GPUPlan planRowPerThread(const RowTraits &traits,
                                const GPUTarget &target) {
  GPUPlan plan;
  plan.keep = GPUPlan::Keep::Memory;
  plan.rowThreads = 1;
  plan.blockRows = shortRowThreads;
  plan.steps = usualSteps;
  return finish(plan, traits, target);
}

/// Rows that do not fit registers.
static GPUPlan planLoop(uint64_t size, unsigned vector, const RowTraits &traits,
                        const GPUTarget &target) {
  GPUPlan plan;
  plan.vector = vector;
  plan.steps = usualSteps;
  plan.rowThreads = std::min<uint64_t>(
      roundToWarps(llvm::divideCeil(size, uint64_t{vector} * usualSteps)),
      mostRowThreads);
  plan.keep = GPUPlan::Keep::Memory;
  if (!traits.isContiguous || traits.rereadBytes == 0 || traits.sums > 0 ||
      size > uint64_t{target.sharedBytes} * target.cluster)
    return finish(plan, traits, target);
  // Steps of a block are whole. Each warp of a cluster leaves its results, of
  // even and of odd rows; and buffers are aligned.
  constexpr uint64_t threads = mostBlockThreads;
  auto getBytes = [&](uint64_t cluster) {
    uint64_t step = threads * vector;
    uint64_t warps = cluster * threads / warpSize;
    return llvm::alignTo(llvm::divideCeil(size, cluster), step) *
               traits.rereadBytes +
           2 * warps * traits.reducedBytes + 512;
  };
  unsigned cluster = 1;
  while (cluster < target.cluster && getBytes(cluster) > target.sharedBytes)
    cluster *= 2;
  if (getBytes(cluster) > target.sharedBytes)
    return finish(plan, traits, target);
  plan.keep = GPUPlan::Keep::Shared;
  plan.cluster = cluster;
  plan.rowThreads = threads;
  plan.steps = usualSteps / 2; // there are 64 registers
  return finish(plan, traits, target);
}

GPUPlan norm::choosePlan(uint64_t size, unsigned vector,
                         const RowTraits &traits, const GPUTarget &target) {
  // What may not run for a row that is not there needs a block for each row.
  if (!traits.isContiguous && traits.areRowsContiguous && traits.sums == 0 &&
      traits.isSpeculatable)
    return planRowPerThread(traits, target);
  GPUPlan plan;
  plan.vector = vector;
  uint64_t chunks = std::max<uint64_t>(1, llvm::divideCeil(size, vector));
  unsigned most = getMostSteps(vector, traits);
  if (!traits.isSpeculatable)
    return planLoop(size, vector, traits, target);

  if (chunks <= uint64_t{warpSize} * most) {
    // Within a warp: nobody waits for shared memory. Of the shortest rows
    // several share one, each with whole lines.
    uint64_t wanted = llvm::PowerOf2Ceil(
        llvm::divideCeil(chunks, std::min(most, usualSteps)));
    uint64_t fewest =
        std::min<uint64_t>(fewestRowThreads, llvm::PowerOf2Ceil(chunks));
    plan.rowThreads = std::clamp<uint64_t>(wanted, fewest, warpSize);
    plan.blockRows = shortRowThreads / plan.rowThreads;
    plan.steps = llvm::divideCeil(chunks, plan.rowThreads);
    return finish(plan, traits, target);
  }

  // A block, with the usual number of steps as long as it is not large, and as
  // many warps as the row needs: no power of two.
  unsigned steps = std::min(most, usualSteps);
  if (chunks > uint64_t{mostRowThreads} * steps)
    steps = most;
  uint64_t fits = uint64_t{mostRowThreads} * steps;
  if (chunks > fits) {
    plan.cluster = std::min<uint64_t>(
        target.cluster, llvm::PowerOf2Ceil(llvm::divideCeil(chunks, fits)));
    fits *= plan.cluster;
  }
  uint64_t mostThreads = mostRowThreads;
  if (chunks > fits) {
    // One block on a multiprocessor is better than reading rows again.
    mostThreads = mostBlockThreads;
    fits *= mostBlockThreads / mostRowThreads;
  }
  // A thread of 1024 has 64 registers.
  bool fitsRegisters =
      mostThreads == mostRowThreads ||
      getChunkRegisters(vector, traits) * steps <= keptRegisters;
  if (chunks > fits || !fitsRegisters)
    return planLoop(size, vector, traits, target);
  uint64_t own = llvm::divideCeil(chunks, plan.cluster);
  plan.rowThreads = roundToWarps(llvm::divideCeil(own, steps));
  plan.steps = llvm::divideCeil(own, plan.rowThreads);
  return finish(plan, traits, target);
}

SmallVector<uint64_t> norm::getSizeClasses(unsigned vector,
                                           const RowTraits &traits) {
  if (!traits.isSpeculatable || !traits.isContiguous)
    return {};
  // A few rows to a warp, a warp, a small block, and a large one.
  unsigned most = getMostSteps(vector, traits);
  uint64_t usual = uint64_t{vector} * std::min(most, usualSteps);
  return {usual * warpSize, usual * shortRowThreads, usual * mostRowThreads};
}
