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
/// Two blocks of these have 80 registers for a thread.
static constexpr unsigned fewerRowThreads = 384;
/// The most that a block can have.
static constexpr unsigned mostBlockThreads = 1024;
/// Chunks of a thread where threads suffice: four loads of 16 bytes are on
/// their way, which fills the memory's pipeline with half of the threads.
static constexpr unsigned usualSteps = 4;
/// The most: one warp is better than two that have to wait for each other.
static constexpr unsigned mostSteps = 8;
/// The same where rows begin at other addresses, which leaves accesses of 2 to
/// 8 bytes: as many bytes are to be on their way. Where the length is not known
/// each step has a condition of its own, which takes registers, too.
static constexpr unsigned mostNarrowSteps = 16;
/// Threads that share the shortest rows: two sectors of 32 bytes in a load.
/// More of them would have one load each, which is too little on its way.
static constexpr unsigned fewestRowThreads = 4;
/// Registers of a thread for kept elements and partial sums. Together with
/// as many for the computation they leave half of a multiprocessor's threads,
/// and with sums a quarter.
static constexpr unsigned keptRegisters = 32;
static constexpr unsigned summingRegisters = 64;
/// Bytes of rows on their way to a multiprocessor that are enough: bandwidth
/// times latency (36 KB with an H200's 4.8 TB/s), and as some wait for the
/// others of their row, a part more. Where estimates of registers are rough, of
/// clusters and of rows in a warp, less has to do.
static constexpr uint64_t enoughBytes = 48 << 10, leastBytes = 32 << 10;
/// Registers of a thread that does not keep its elements: four chunks of each
/// of three inputs are on their way.
static constexpr unsigned loopRegisters = 96;
/// Parts of a multiprocessor; each has a quarter of the registers.
static constexpr unsigned partitions = 4;
/// Waves of blocks in a launch: more only start, and load the scale, again.
static constexpr unsigned waves = 4;

unsigned norm::getWidestAccess(const RowTraits &traits) {
  return accessBytes / std::min(traits.narrowest, accessBytes);
}

/// Whether accesses of `vector` elements are the widest that there are. Narrow
/// ones bring less at a time.
static bool isWide(unsigned vector, const RowTraits &traits) {
  return vector * traits.narrowest >= accessBytes;
}

/// Registers that have `bytes` of each element of a chunk.
static unsigned getRegisters(unsigned vector, unsigned bytes,
                             const RowTraits &traits) {
  // An element alone takes a register, whatever its size.
  if (vector == 1)
    return llvm::divideCeil(bytes, std::min(4u, traits.narrowest));
  return llvm::divideCeil(vector * bytes, 4);
}

/// Registers that a chunk takes.
static unsigned getChunkRegisters(unsigned vector, const RowTraits &traits) {
  unsigned rows = traits.sums ? 2 : 1; // one is loaded ahead
  unsigned kept = rows * getRegisters(vector, traits.keptBytes, traits);
  return std::max(1u, kept + vector * traits.sums *
                                 std::max(1u, traits.widest / 4));
}

/// Steps of a thread where threads suffice, of at most `most`.
static unsigned getUsualSteps(unsigned vector, unsigned most,
                              const RowTraits &traits) {
  return isWide(vector, traits) ? std::min(most, usualSteps) : most;
}

/// The most steps whose registers fit.
static unsigned getMostSteps(unsigned vector, const RowTraits &traits) {
  unsigned registers = traits.sums ? summingRegisters : keptRegisters;
  bool isUsual = isWide(vector, traits) || !traits.isSizeKnown;
  return std::clamp(registers / getChunkRegisters(vector, traits), 1u,
                    isUsual ? mostSteps : mostNarrowSteps);
}

static uint64_t roundToWarps(uint64_t threads) {
  return llvm::alignTo(std::max<uint64_t>(threads, 1), warpSize);
}

/// Registers that a thread needs so that none spill, as ptxas has it: the
/// checks of test/Integration/GPU see to it. If the plan loads late what all
/// rows share, it needs that of one chunk at a time.
static unsigned estimateRegisters(const GPUPlan &plan, const RowTraits &traits,
                                  const GPUTarget &target, bool loadsLate) {
  if (plan.keep != GPUPlan::Keep::Registers)
    return loopRegisters;
  unsigned values = plan.steps * getChunkRegisters(plan.vector, traits) +
                    (loadsLate ? 1 : plan.steps) *
                        getRegisters(plan.vector, traits.sharedBytes, traits);
  // Narrow elements are computed with as wide ones, half of them at a time.
  bool isNarrow = traits.narrowest < 4;
  unsigned registers = isNarrow ? 20 + values * 3 / 2 : 24 + values;
  // More results, and more operands at the same time.
  if (traits.sums == 0 && traits.reductions > 1)
    registers += !loadsLate ? 4 : isNarrow ? 12 : 8;
  // Of wide results, if they are no codes, there are more; and of warps that
  // are no power of two in number, not each lane has a result to take.
  if (traits.sums == 0 && traits.reductions > 1 && loadsLate && !isNarrow &&
      !traits.isQuantized)
    registers += llvm::isPowerOf2_32(plan.rowThreads) ? 4 : 12;
  // Codes of 8 bits are made by more instructions, on older chips of many.
  if (traits.isQuantized)
    registers += target.capability < 89 ? 24 : loadsLate ? 16 : 0;
  // Addresses and conditions of each row in a warp, which are not the block's;
  // where chunks are large there are fewer of them.
  if (plan.blockRows > 1 && !isWide(plan.vector, traits))
    registers += 8;
  if (plan.blockRows > 1 && traits.sums > 0)
    registers += 8;
  if (plan.blockRows > 1 && !isNarrow && plan.steps > usualSteps &&
      traits.reductions > 0 && target.capability < 90)
    registers += 4;
  // AMD's have no others for addresses.
  if (target.vendor == GPUTarget::Vendor::AMD)
    registers += 24;
  // Addresses of the row that is loaded ahead, and conditions of each chunk;
  // with packed elements the half above has room for them.
  if (traits.sums > 0 && isNarrow && plan.vector > 1)
    return registers;
  return registers + (traits.sums > 0 ? 8 : 0) + (traits.isSizeKnown ? 0 : 12);
}

/// Blocks that a multiprocessor holds at a time.
static unsigned countResident(const GPUPlan &plan, unsigned registers,
                              const GPUTarget &target) {
  // Warps get registers by eight for each thread, in one of the parts.
  unsigned perWarp = llvm::alignTo(registers, 8) * warpSize;
  unsigned warps = target.registers / partitions / perWarp * partitions;
  unsigned threads = std::min(warps * warpSize, target.threads);
  return threads / llvm::alignTo(plan.getThreads(), warpSize);
}

/// Fills in what follows from the shape of a block.
static GPUPlan finish(GPUPlan plan, const RowTraits &traits,
                      const GPUTarget &target) {
  // Sums leave registers for few threads, which load too little at a time.
  plan.loadsAhead = plan.keep == GPUPlan::Keep::Registers && traits.sums > 0;
  unsigned resident = countResident(
      plan, estimateRegisters(plan, traits, target, /*loadsLate=*/false),
      target);
  uint64_t bytes = uint64_t{plan.getThreads()} * plan.steps * plan.vector *
                   traits.keptBytes * resident;
  bool isPlain =
      plan.blockRows == 1 && plan.cluster == 1 && plan.steps <= usualSteps;
  bool isLittle = isWide(plan.vector, traits) &&
                  bytes < (isPlain ? enoughBytes : leastBytes);
  if ((resident < 2 || isLittle) && plan.keep == GPUPlan::Keep::Registers &&
      traits.sums == 0) {
    // Of two blocks one loads while the other reduces and stores. More are not
    // worth a spilled register.
    unsigned registers =
        estimateRegisters(plan, traits, target, /*loadsLate=*/true);
    unsigned late =
        countResident(plan, registers + (resident < 2 ? 0 : 8), target);
    plan.loadsSharedLate = late > std::max(resident, 1u);
    resident = std::max(resident, late);
  }
  plan.residentBlocks = std::clamp(resident, 1u, 16u);
  uint64_t clusters =
      uint64_t{target.multiprocessors} * plan.residentBlocks / plan.cluster;
  // Partial sums of each block are written and read again: few blocks.
  plan.maxBlocks =
      std::max<uint64_t>(1, traits.sums ? clusters : clusters * waves);
  return plan;
}

/// Bytes of shared memory in which each warp of those that share a row leaves
/// its results, of even and of odd rows.
static uint64_t getExchangedBytes(uint64_t threads, const RowTraits &traits) {
  return 2 * (threads / warpSize) * traits.reducedBytes;
}

/// Whether every kernel has that much; buffers are aligned.
static bool canExchange(const GPUPlan &plan, const RowTraits &traits) {
  constexpr uint64_t bytes = 48 << 10, alignment = 16;
  return getExchangedBytes(plan.getSharers(), traits) +
             alignment * traits.reductions <=
         bytes;
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
  // Steps of a block are whole, and buffers are aligned.
  constexpr uint64_t threads = mostRowThreads; // 1024 have few registers
  auto getBytes = [&](uint64_t cluster) {
    uint64_t step = threads * vector;
    return llvm::alignTo(llvm::divideCeil(size, cluster), step) *
               traits.rereadBytes +
           getExchangedBytes(cluster * threads, traits) + 512;
  };
  unsigned cluster = 1;
  while (cluster < target.cluster && getBytes(cluster) > target.sharedBytes)
    cluster *= 2;
  GPUPlan shared = plan;
  shared.keep = GPUPlan::Keep::Shared;
  shared.cluster = cluster;
  shared.rowThreads = threads;
  if (getBytes(cluster) > target.sharedBytes || !canExchange(shared, traits))
    return finish(plan, traits, target);
  return finish(shared, traits, target);
}

/// Gives a block, or a cluster of them, the threads and steps for a row of
/// `chunks`, of at most `mostSteps`. Fails if there are no registers for it.
static bool shapeBlock(GPUPlan &plan, uint64_t chunks, unsigned mostSteps,
                       const RowTraits &traits, const GPUTarget &target) {
  auto fits = [&](unsigned threads, unsigned steps, unsigned blocks) {
    return chunks <= uint64_t{threads} * steps * blocks;
  };
  // Blocks of `threads` that have registers, if they load late what they can.
  auto countBlocks = [&](unsigned threads, unsigned steps,
                         bool loadsLate = true) {
    GPUPlan like = plan;
    like.rowThreads = threads;
    like.steps = steps;
    loadsLate &= traits.sums == 0;
    return countResident(
        like, estimateRegisters(like, traits, target, loadsLate), target);
  };
  unsigned steps = getUsualSteps(plan.vector, mostSteps, traits);
  unsigned threads = mostRowThreads;
  // Two smaller blocks are better than one.
  if (target.cluster > 1 && traits.sums == 0 &&
      countBlocks(threads, steps) < 2 &&
      countBlocks(fewerRowThreads, steps) > 1)
    threads = fewerRowThreads;
  // Two blocks with more steps each are better than a cluster, which is better
  // than one block that has the multiprocessor for itself. That is better than
  // reading rows again.
  if (!fits(threads, steps, 1) && countBlocks(threads, mostSteps) > 1)
    steps = mostSteps;
  if (!fits(threads, steps, target.cluster)) {
    auto shapes = {std::pair(mostRowThreads, steps),
                   std::pair(mostBlockThreads, steps),
                   std::pair(mostRowThreads, mostSteps),
                   std::pair(mostBlockThreads, mostSteps)};
    const auto *found = llvm::find_if(shapes, [&](auto shape) {
      auto [threads, steps] = shape;
      return fits(threads, steps, target.cluster) &&
             countBlocks(threads, steps, threads > mostRowThreads) > 0;
    });
    if (found == shapes.end())
      return false;
    std::tie(threads, steps) = *found;
  }
  uint64_t capacity = uint64_t{threads} * steps;
  plan.cluster = llvm::PowerOf2Ceil(llvm::divideCeil(chunks, capacity));
  uint64_t own = llvm::divideCeil(chunks, plan.cluster);
  auto setSteps = [&](unsigned steps) {
    plan.rowThreads = roundToWarps(llvm::divideCeil(own, steps));
    plan.steps = llvm::divideCeil(own, plan.rowThreads);
  };
  setSteps(steps);
  // So many threads may need more registers than a power of two of them. With
  // narrow elements more steps need more than is estimated.
  if (traits.sums > 0 || traits.narrowest < 4 ||
      countBlocks(plan.rowThreads, plan.steps) > 1)
    return true;
  for (unsigned more = steps + 1; more <= mostSteps; ++more) {
    setSteps(more);
    if (countBlocks(plan.rowThreads, plan.steps) > 1)
      return true;
  }
  setSteps(steps);
  return true;
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
        llvm::divideCeil(chunks, getUsualSteps(vector, most, traits)));
    uint64_t fewest =
        std::min<uint64_t>(fewestRowThreads, llvm::PowerOf2Ceil(chunks));
    plan.rowThreads = std::clamp<uint64_t>(wanted, fewest, warpSize);
    plan.blockRows = shortRowThreads / plan.rowThreads;
    plan.steps = llvm::divideCeil(chunks, plan.rowThreads);
    return finish(plan, traits, target);
  }

  // A block, with the usual number of steps as long as it is not large, and as
  // many warps as the row needs: no power of two.
  if (!shapeBlock(plan, chunks, most, traits, target) ||
      !canExchange(plan, traits))
    return planLoop(size, vector, traits, target);
  return finish(plan, traits, target);
}

SmallVector<uint64_t> norm::getSizeClasses(unsigned vector,
                                           const RowTraits &traits) {
  if (!traits.isSpeculatable || !traits.isContiguous)
    return {};
  // A few rows to a warp, a warp, a small block, and a large one.
  unsigned most = getMostSteps(vector, traits);
  uint64_t usual = uint64_t{vector} * getUsualSteps(vector, most, traits);
  return {usual * warpSize, usual * shortRowThreads, usual * mostRowThreads};
}
