//===- Machine.cpp --------------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Launches: sizes, the order of blocks, and the host's memory operations.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <algorithm>
#include <cstring>
#include <numeric>

using namespace gpumodel;
using llvm::Twine;

/// The one that runs; entry points of fibers take no argument.
static thread_local Machine *running = nullptr;

/// Kept from one call to the next: guarding thousands of stacks takes time.
static Stacks &getStacks() {
  static Stacks stacks;
  return stacks;
}

Machine::Machine(const ModuleInfo &info, const Options &options, Result &result)
    : info(info), options(options), result(result), random(options.seed),
      stacks(getStacks()) {
  // No GPU takes more.
  this->options.maxClusterBlocks = std::min(options.maxClusterBlocks, 16u);
}

void Machine::fail(Check check, uint32_t site, const std::string &message) {
  if (!failed.insert({static_cast<unsigned>(check), site}).second)
    return;
  Failure failure{check, kernel ? kernel->name : "", {}, {}, message};
  if (current) {
    failure.block = current->block->id;
    uint32_t n = current->number;
    failure.thread = {n % blockDim[0], n / blockDim[0] % blockDim[1],
                      n / blockDim[0] / blockDim[1]};
  }
  if (site < info.sites.size())
    failure.message += " (" + info.sites[site] + ")";
  result.failures.push_back(std::move(failure));
}

//===----------------------------------------------------------------------===//
// Launches
//===----------------------------------------------------------------------===//

static std::string toString(const int64_t *sizes) {
  return (Twine(sizes[0]) + "x" + Twine(sizes[1]) + "x" + Twine(sizes[2]))
      .str();
}

bool Machine::checkLimits(const int64_t *sizes, int64_t sharedBytes) {
  constexpr int64_t maxGrid[] = {INT32_MAX, 65535, 65535};
  constexpr int64_t maxBlock[] = {1024, 1024, 64};
  constexpr size_t maxStaticShared = 48 << 10;
  const int64_t *grid = sizes, *block = sizes + 3, *cluster = sizes + 6;
  size_t before = result.failures.size();
  // A place for each, so that all are reported.
  auto check = [&](bool right, const Twine &message) {
    if (!right)
      result.failures.push_back(
          {Check::Limits, kernel->name, {}, {}, message.str()});
  };
  bool gridFits = true, blockFits = true, divides = true, positive = true;
  for (unsigned dim = 0; dim < 3; ++dim) {
    gridFits &= grid[dim] >= 1 && grid[dim] <= maxGrid[dim];
    blockFits &= block[dim] >= 1 && block[dim] <= maxBlock[dim];
    positive &= cluster[dim] >= 1 && cluster[dim] <= options.maxClusterBlocks;
    divides &= positive && grid[dim] % cluster[dim] == 0;
  }
  check(gridFits, "a grid of " + toString(grid) + " blocks");
  check(blockFits && block[0] * block[1] * block[2] <= 1024,
        "a block of " + toString(block) + " threads");
  check(positive &&
            cluster[0] * cluster[1] * cluster[2] <= options.maxClusterBlocks,
        "a cluster of " + toString(cluster) + " blocks");
  check(divides, "a grid of " + toString(grid) +
                     " blocks is not made of clusters of " + toString(cluster));
  auto matches = [](const std::optional<Dim3> &known, const int64_t *given) {
    return !known || std::equal(known->begin(), known->end(), given);
  };
  check(matches(kernel->blockSize, block),
        "a block of " + toString(block) +
            " threads is not what the kernel is "
            "compiled for");
  check(matches(kernel->clusterSize, cluster),
        "a cluster of " + toString(cluster) +
            " blocks is not what the kernel "
            "is compiled for");
  check(kernel->staticSharedBytes <= maxStaticShared,
        Twine(kernel->staticSharedBytes) + " bytes of static shared memory");
  check(sharedBytes >= 0 &&
            kernel->staticSharedBytes + sharedBytes <= options.maxSharedBytes,
        Twine(static_cast<int64_t>(kernel->staticSharedBytes) + sharedBytes) +
            " bytes of shared memory");
  return result.failures.size() == before;
}

static Dim3 toDim3(const int64_t *sizes) {
  return {static_cast<uint32_t>(sizes[0]), static_cast<uint32_t>(sizes[1]),
          static_cast<uint32_t>(sizes[2])};
}

static uint64_t volume(const Dim3 &sizes) {
  return uint64_t(sizes[0]) * sizes[1] * sizes[2];
}

static Dim3 delinearize(uint64_t index, const Dim3 &sizes) {
  return {static_cast<uint32_t>(index % sizes[0]),
          static_cast<uint32_t>(index / sizes[0] % sizes[1]),
          static_cast<uint32_t>(index / sizes[0] / sizes[1])};
}

void Machine::launch(uint32_t kernelNumber, void (*entry)(void *),
                     const int64_t *sizes, int64_t sharedBytes,
                     void *arguments) {
  // The runtime does not launch a grid without blocks.
  if (skipping || llvm::is_contained(llvm::ArrayRef(sizes, 3), 0))
    return;
  kernel = &info.kernels[kernelNumber];
  this->entry = entry;
  this->arguments = arguments;
  failed.clear();
  if (!checkLimits(sizes, sharedBytes)) {
    skipping = true;
    kernel = nullptr;
    return;
  }
  grid = toDim3(sizes);
  blockDim = toDim3(sizes + 3);
  clusterDim = toDim3(sizes + 6);
  dynamicBytes = sharedBytes;
  blockThreads = volume(blockDim);
  clusterBlocks = volume(clusterDim);
  result.launches.push_back({kernel->name, grid, blockDim, clusterDim,
                             kernel->staticSharedBytes, dynamicBytes,
                             kernel->waits});
  launched = &result.launches.back();

  if (!intervals.begin())
    for (std::unique_ptr<Region> &region : regions)
      std::fill(region->cells.begin(), region->cells.end(),
                Cell{Intervals::host});
  blocks.assign(clusterBlocks, Block());
  threads.resize(size_t(clusterBlocks) * blockThreads);
  if (!arena.prepare(*kernel, dynamicBytes, clusterBlocks, info.granule) ||
      !stacks.reserve(threads.size())) {
    fail(Check::Limits, -1, "no memory for so many threads");
    skipping = true;
  }
  std::vector<uint32_t> order(volume(grid) / clusterBlocks);
  std::iota(order.begin(), order.end(), 0);
  if (options.order == Order::Reversed)
    std::reverse(order.begin(), order.end());
  if (options.order == Order::Shuffled)
    std::shuffle(order.begin(), order.end(), random);
  Machine *outer = std::exchange(running, this);
  for (uint32_t cluster : order) {
    if (skipping)
      break;
    runCluster(cluster);
  }
  running = outer;
  kernel = nullptr;
  launched = nullptr;
}

void Machine::beginBlock(Block &block, uint32_t cluster) {
  unsigned slot = &block - blocks.data();
  block = Block();
  Dim3 clusters = {grid[0] / clusterDim[0], grid[1] / clusterDim[1],
                   grid[2] / clusterDim[2]};
  Dim3 outer = delinearize(cluster, clusters);
  Dim3 inner = delinearize(slot, clusterDim);
  for (unsigned dim = 0; dim < 3; ++dim)
    block.id[dim] = outer[dim] * clusterDim[dim] + inner[dim];
  block.linear = cluster * clusterBlocks + slot;
  block.slot = slot;
  block.threads = &threads[size_t(slot) * blockThreads];
  block.live = blockThreads;
  block.warps.resize((blockThreads + warpThreads - 1) / warpThreads);
  for (unsigned number = 0; number < blockThreads; ++number) {
    Thread &thread = block.threads[number];
    thread = Thread();
    thread.block = &block;
    thread.number = number;
    thread.clock.cluster = cluster;
    thread.clock.block = block.linear;
    thread.clock.thread = number;
    thread.seesEarlierKernels = !kernel->waits;
    thread.context.start(stacks.get(&thread - threads.data()), Stacks::bytes,
                         enterThread);
  }
}

void Machine::runCluster(uint32_t cluster) {
  arena.poison();
  clusterBase = intervals.separate();
  ready.clear();
  llvm::SmallVector<Thread *> all;
  for (Block &block : blocks)
    beginBlock(block, cluster);
  for (Thread &thread : threads)
    all.push_back(&thread);
  live = all.size();
  arrivedAtCluster = clusterBarriers = 0;
  abandoned = false;
  release(all);
  current = takeReady();
  Context::change(main, current->context);
  current = nullptr;
  if (live && !abandoned)
    reportDeadlock();
  skipping = abandoned || live;
  if (skipping)
    return;
  if (!info.instrumented)
    if (int slot = arena.findBrokenGuard(); slot >= 0) {
      current = blocks[slot].threads;
      fail(Check::Bounds, -1,
           "this block's shared memory was written outside "
           "of its objects");
      current = nullptr;
    }
}

void Machine::enterThread() { running->runThread(); }

void Machine::runThread() {
  entry(arguments);
  endThread();
}

int64_t Machine::getIndex(unsigned which) const {
  const Thread &thread = *current;
  unsigned dim = which % 4;
  const Dim3 &block = thread.block->id;
  Dim3 number = delinearize(thread.number, blockDim);
  switch (static_cast<Index>(which / 4)) {
  case Index::Thread:
    return number[dim];
  case Index::BlockDim:
    return blockDim[dim];
  case Index::Block:
    return block[dim];
  case Index::GridDim:
    return grid[dim];
  case Index::ClusterBlock:
    return block[dim] % clusterDim[dim];
  case Index::ClusterDimBlocks:
    return clusterDim[dim];
  case Index::Cluster:
    return block[dim] / clusterDim[dim];
  case Index::ClusterDim:
    return grid[dim] / clusterDim[dim];
  case Index::Global:
    return int64_t(block[dim]) * blockDim[dim] + number[dim];
  case Index::Lane:
    return thread.lane();
  case Index::Warp:
    return thread.warp();
  case Index::NumWarps:
    return (blockThreads + warpThreads - 1) / warpThreads;
  case Index::ClusterRank:
    return thread.block->slot;
  case Index::ClusterBlocks:
    return clusterBlocks;
  }
  llvm_unreachable("not an index");
}

char *Machine::getShared(size_t offset) const {
  return arena.slot(current->block->slot) + offset;
}

char *Machine::getDynamicShared() const {
  return arena.dynamic(current->block->slot);
}

//===----------------------------------------------------------------------===//
// The host's side
//===----------------------------------------------------------------------===//

void Machine::addBuffer(const Buffer &buffer, bool workspace) {
  regions.push_back(std::make_unique<Region>(buffer, info.granule, workspace));
  llvm::sort(regions,
             [](const auto &a, const auto &b) { return a->begin < b->begin; });
  lastRegion = nullptr;
}

void Machine::allocate(uint32_t site, void *data, size_t bytes) {
  memset(data, 0xff, bytes);
  addBuffer({"workspace of " + info.sites[site], data, bytes},
            /*workspace=*/true);
}

void Machine::release(uint32_t site, void *data) {
  auto begin = reinterpret_cast<uintptr_t>(data);
  lastRegion = nullptr;
  auto found = llvm::find_if(regions, [&](const auto &region) {
    return region->begin == begin && region->workspace;
  });
  if (found == regions.end()) {
    fail(Check::Host, site, "frees what is not a workspace");
    return;
  }
  regions.erase(found);
}

bool Machine::touchFromHost(uint32_t site, void *data, size_t bytes,
                            bool isWrite) {
  if (skipping)
    return false;
  if (!bytes)
    return true;
  auto address = reinterpret_cast<uintptr_t>(data);
  Region *region = findRegion(address, bytes);
  if (!region || (isWrite && !region->writable)) {
    fail(Check::Bounds, site,
         (Twine(isWrite ? "writes " : "reads ") + Twine(bytes) + " bytes " +
          (region ? "of the read-only " + region->name : "outside of buffers"))
             .str());
    skipping = true;
    return false;
  }
  if (isWrite)
    for (uintptr_t at = address; at < address + bytes; at += info.granule)
      region->cell(at, info.granule)->write = Intervals::host;
  return true;
}

void Machine::finish() {
  failed.clear();
  for (std::unique_ptr<Region> &region : regions)
    if (region->workspace)
      fail(Check::Host, -1, region->name + " is not freed");
}
