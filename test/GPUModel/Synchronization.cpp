//===- Synchronization.cpp ------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Turns of threads, and what they wait for.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <algorithm>
#include <map>

using namespace gpumodel;
using llvm::Twine;

//===----------------------------------------------------------------------===//
// Turns
//===----------------------------------------------------------------------===//

void Machine::release(llvm::ArrayRef<Thread *> threads) {
  for (Thread *thread : threads)
    thread->wait = Wait::Nothing;
  // The last one is taken first.
  if (options.order == Order::Forward)
    ready.insert(ready.end(), threads.rbegin(), threads.rend());
  else
    ready.insert(ready.end(), threads.begin(), threads.end());
}

Thread *Machine::takeReady() {
  if (ready.empty())
    return nullptr;
  if (options.order == Order::Shuffled)
    std::swap(ready.back(), ready[random() % ready.size()]);
  Thread *thread = ready.back();
  ready.pop_back();
  return thread;
}

void Machine::yield() {
  Thread *self = current;
  Thread *next = takeReady();
  if (next == self)
    return;
  current = next;
  Context::change(self->context, next ? next->context : main);
}

void Machine::wait(Wait what, uint32_t site) {
  current->wait = what;
  current->site = site;
  yield();
}

void Machine::endThread() {
  Thread &self = *current;
  self.wait = Wait::Done;
  --live;
  if (self.clock.arrivals > clusterBarriers)
    --arrivedAtCluster;
  Block &block = *self.block;
  block.waits = std::max<int64_t>(block.waits, self.clock.waits);
  if (--block.live == 0) {
    block.end = block.waits;
    if (block.remoteAccess >= block.end)
      fail(Check::Cluster, -1,
           "the block ends while another block may access its shared memory: "
           "a cluster barrier is missing at the end");
  }
  completeClusterBarrier();
  yield();
  llvm_unreachable("a thread that has ended goes on");
}

void Machine::abandon() {
  abandoned = true;
  Context::change(current->context, main);
  llvm_unreachable("an abandoned thread goes on");
}

void Machine::reportDeadlock() {
  // Where threads of a block are, and how many.
  struct Place {
    Thread *first;
    unsigned count;
  };
  constexpr unsigned maxBlocks = 4;
  unsigned reported = 0;
  for (Block &block : blocks) {
    std::map<std::pair<Wait, uint32_t>, Place> places;
    for (unsigned i = 0; i < blockThreads; ++i) {
      Thread &thread = block.threads[i];
      auto &place =
          places.try_emplace({thread.wait, thread.site}, Place{&thread, 0})
              .first->second;
      ++place.count;
      if (thread.wait == Wait::Done)
        thread.site = 0;
    }
    if (block.live == 0 || reported++ == maxBlocks)
      continue;
    std::string message = "threads wait for ever:";
    Thread *first = nullptr;
    for (auto &[where, place] : places) {
      message +=
          (Twine(message.back() == ':' ? " " : "; ") + Twine(place.count) +
           " from thread " + Twine(place.first->number) + " on ")
              .str();
      if (where.first == Wait::Done) {
        message += place.count == 1 ? "has returned" : "have returned";
        continue;
      }
      message += (Twine(place.count == 1 ? "waits" : "wait") + " at " +
                  info.sites[where.second])
                     .str();
      if (!first)
        first = place.first;
    }
    current = first;
    failed.erase({static_cast<unsigned>(Check::Synchronization), uint32_t(-1)});
    fail(Check::Synchronization, -1, message);
    current = nullptr;
  }
}

//===----------------------------------------------------------------------===//
// Barriers
//===----------------------------------------------------------------------===//

void Machine::barrier(uint32_t site) {
  Block &block = *current->block;
  Thread &self = *current;
  if (block.waiting == 0)
    block.firstWaiting = &self;
  if (block.firstWaiting->site != site && block.waiting != 0) {
    fail(Check::Synchronization, site,
         (Twine("waits at another barrier than thread ") +
          Twine(block.firstWaiting->number) + ": " +
          info.sites[block.firstWaiting->site])
             .str());
    abandon();
  }
  self.wait = Wait::Barrier;
  self.site = site;
  if (++block.waiting == blockThreads) {
    block.waiting = 0;
    llvm::SmallVector<Thread *> all;
    for (unsigned i = 0; i < blockThreads; ++i) {
      all.push_back(&block.threads[i]);
      ++all.back()->clock.barriers;
      all.back()->clock.interval = 0;
    }
    release(all);
  }
  yield();
}

void Machine::clusterArrive(uint32_t site) {
  Clock &clock = current->clock;
  if (clock.arrivals != clock.waits) {
    fail(Check::Synchronization, site,
         "arrives again without having waited for the cluster");
    abandon();
  }
  ++clock.arrivals;
  clock.interval = 0;
  ++arrivedAtCluster;
  completeClusterBarrier();
}

void Machine::clusterWait(uint32_t site) {
  Clock &clock = current->clock;
  if (clock.arrivals == clock.waits) {
    fail(Check::Synchronization, site,
         "waits for the cluster without having arrived");
    abandon();
  }
  if (clock.arrivals > clusterBarriers) {
    wait(Wait::Cluster, site);
  } else {
    // Those that arrived before it go first, as at other barriers.
    ready.insert(ready.begin(), current);
    yield();
  }
  clock.waits = clock.arrivals;
}

/// It takes the threads that have not ended.
void Machine::completeClusterBarrier() {
  if (!live || arrivedAtCluster < live)
    return;
  arrivedAtCluster = 0;
  ++clusterBarriers;
  llvm::SmallVector<Thread *> waiting;
  for (Thread &thread : threads)
    if (thread.wait == Wait::Cluster)
      waiting.push_back(&thread);
  release(waiting);
}

//===----------------------------------------------------------------------===//
// Warps
//===----------------------------------------------------------------------===//

/// Waits for the `wanted` lanes of the warp. True for the thread that came
/// last, which has not waited and must release the others.
bool Machine::joinWarp(uint32_t site, uint32_t wanted) {
  Thread &self = *current;
  auto &groups = self.block->warps[self.warp()];
  uint32_t lane = 1u << self.lane();
  unsigned present =
      std::min(warpThreads, blockThreads - self.warp() * warpThreads);
  uint32_t lanes = present == warpThreads ? ~0u : (1u << present) - 1;
  if (wanted & ~lanes) {
    fail(Check::Shuffle, site,
         (Twine("the warp has only ") + Twine(present) + " threads").str());
    abandon();
  }
  if (!(wanted & lane)) {
    fail(Check::Shuffle, site,
         (Twine("lane ") + Twine(self.lane()) + " does not take part").str());
    abandon();
  }
  auto *group = llvm::find_if(
      groups, [&](const WarpGroup &group) { return group.site == site; });
  if (group == groups.end()) {
    groups.push_back({site, wanted, 0});
    group = &groups.back();
  }
  if (group->wanted != wanted) {
    fail(Check::Shuffle, site, "lanes do not agree who takes part");
    abandon();
  }
  group->arrived |= lane;
  if (group->arrived == wanted) {
    groups.erase(group);
    return true;
  }
  wait(Wait::Warp, site);
  return false;
}

void Machine::warpBarrier(uint32_t site, uint32_t mask) {
  Thread &self = *current;
  if (!joinWarp(site, mask))
    return;
  Thread *lanes = self.block->threads + self.warp() * warpThreads;
  llvm::SmallVector<Thread *, warpThreads> all;
  for (unsigned lane = 0; lane < warpThreads; ++lane) {
    if (!(mask >> lane & 1))
      continue;
    all.push_back(&lanes[lane]);
    // Only a barrier of the whole warp orders accesses of any two lanes.
    if (mask == ~0u) {
      ++lanes[lane].clock.warpBarriers;
      lanes[lane].clock.interval = 0;
    }
  }
  release(all);
  yield();
}

void Machine::exchange(Thread &thread, uint32_t site, ShuffleMode mode,
                       bool validIsUsed) {
  int64_t lane = thread.lane(), offset = thread.offset, source = 0;
  switch (mode) {
  case ShuffleMode::Xor:
    source = lane ^ offset;
    break;
  case ShuffleMode::Down:
    source = lane + offset;
    break;
  case ShuffleMode::Up:
    source = lane - offset;
    break;
  case ShuffleMode::Index:
    source = offset;
    break;
  }
  thread.valid = source >= 0 && source < thread.width;
  thread.received = thread.value;
  if (thread.valid) {
    thread.received = (&thread - lane + source)->value;
  } else if (!validIsUsed) {
    Thread *caller = std::exchange(current, &thread);
    fail(Check::Shuffle, site,
         (Twine("reads from lane ") + Twine(source) + " of " +
          Twine(thread.width))
             .str());
    current = caller;
  }
}

uint64_t Machine::shuffle(uint32_t site, ShuffleMode mode, uint64_t value,
                          uint32_t offset, uint32_t width, bool validIsUsed) {
  Thread &self = *current;
  if (width == 0 || width > warpThreads || (width & (width - 1))) {
    fail(Check::Shuffle, site,
         (Twine("a width of ") + Twine(width) + " lanes").str());
    abandon();
  }
  self.value = value;
  self.offset = offset;
  self.width = width;
  uint32_t wanted = width == warpThreads ? ~0u : (1u << width) - 1;
  if (joinWarp(site, wanted)) {
    Thread *lanes = self.block->threads + self.warp() * warpThreads;
    llvm::SmallVector<Thread *, warpThreads> all;
    for (unsigned lane = 0; lane < width; ++lane)
      all.push_back(&lanes[lane]);
    for (Thread *thread : all)
      exchange(*thread, site, mode, validIsUsed);
    release(all);
    yield();
  }
  return self.received;
}

void *Machine::mapToBlock(uint32_t site, void *pointer, uint32_t rank) {
  auto address = reinterpret_cast<uintptr_t>(pointer);
  unsigned slot = current->block->slot;
  if (!arena.contains(address) || arena.slotOf(address) != slot) {
    fail(Check::Cluster, site, "maps what is not this block's shared memory");
    abandon();
  }
  if (rank >= clusterBlocks) {
    fail(Check::Cluster, site,
         (Twine("maps to block ") + Twine(rank) + " of a cluster of " +
          Twine(clusterBlocks))
             .str());
    abandon();
  }
  current->block->mapped.set(rank);
  return arena.slot(rank) + arena.offsetInSlot(address);
}
