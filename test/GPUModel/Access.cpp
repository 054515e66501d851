//===- Access.cpp ---------------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is checked at each load and store.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cstdlib>

using namespace gpumodel;
using llvm::Twine;

Region *Machine::findRegion(uintptr_t address, size_t bytes) {
  auto contains = [&](const Region &region) {
    return address >= region.begin && address <= region.end &&
           bytes <= region.end - address;
  };
  if (lastRegion && contains(*lastRegion))
    return lastRegion;
  auto after = llvm::upper_bound(regions, address,
                                 [](uintptr_t address, const auto &region) {
                                   return address < region->begin;
                                 });
  if (after == regions.begin() || !contains(**std::prev(after)))
    return nullptr;
  return lastRegion = std::prev(after)->get();
}

static std::string describe(const AccessCode &code, bool isWrite) {
  return ((isWrite ? "writes " : "reads ") + Twine(code.bytes) +
          (code.bytes == 1 ? " byte" : " bytes"))
      .str();
}

void Machine::failOutside(uintptr_t address, const AccessCode &code,
                          bool isWrite) {
  std::string message = describe(code, isWrite) + " outside of all buffers";
  auto nearest = arena.distance(address);
  std::string name = "shared memory";
  auto bytes = arena.bytes();
  for (const std::unique_ptr<Region> &region : regions) {
    auto distance = static_cast<int64_t>(address - region->begin);
    if (std::abs(distance) >= std::abs(nearest))
      continue;
    nearest = distance;
    name = region->name;
    bytes = region->end - region->begin;
  }
  message += (Twine(": at byte ") + Twine(nearest) + " of " + name +
              ", which has " + Twine(bytes))
                 .str();
  fail(Check::Bounds, code.site, message);
  abandon();
}

void Machine::reportRace(uint32_t earlier, bool wrote, const AccessCode &code,
                         bool isWrite, const std::string &where) {
  const Clock &clock = intervals.clock(earlier);
  std::string other = (Twine("thread ") + Twine(clock.thread)).str();
  if (clock.block != current->clock.block)
    other += (Twine(" of block ") + Twine(clock.block)).str();
  fail(Check::Race, code.site,
       describe(code, isWrite) + " of " + where + " that " + other +
           (wrote ? " wrote" : " read") + ", with no barrier between the two");
}

/// Notes one access to one cell. Intervals up to `base` are in the past. True
/// where the cell was not touched like this since then.
template <bool isWrite>
bool Machine::touch(Cell &cell, uint32_t base, const AccessCode &code,
                    const std::string &where) {
  Clock &clock = current->clock;
  uint32_t interval = intervals.get(clock);
  auto conflicts = [&](uint32_t earlier) {
    if (earlier <= base || earlier == interval)
      return false;
    const Clock &other = intervals.clock(earlier);
    return !clock.isSameThread(other) && !clock.isAfter(other);
  };
  if (conflicts(cell.write))
    reportRace(cell.write, /*wrote=*/true, code, isWrite, where);
  if constexpr (isWrite) {
    for (uint32_t &read : cell.reads) {
      if (conflicts(read))
        reportRace(read, /*wrote=*/false, code, isWrite, where);
      // Who conflicts with that read conflicts with this write, too.
      if (read > base)
        read = base;
    }
    bool isFirst = cell.write < base;
    cell.write = interval;
    return isFirst;
  } else {
    if (cell.reads[0] == interval || cell.reads[1] == interval)
      return false;
    bool isFirst = cell.reads[0] < base;
    // Two threads that read at the same time are enough: a third that writes
    // conflicts with one of them.
    for (uint32_t &read : cell.reads)
      if (!conflicts(read)) {
        read = interval;
        break;
      }
    return isFirst;
  }
}

/// Another block's memory: there from the first cluster barrier on, and as
/// long as that block has not ended.
void Machine::checkRemote(Block &owner, const AccessCode &code) {
  if (!current->block->mapped[owner.slot]) {
    fail(Check::Bounds, code.site,
         "gets to another block's shared memory without mapa");
    abandon();
  }
  int64_t waits = current->clock.waits;
  if (waits == 0)
    fail(Check::Cluster, code.site,
         "accesses another block's shared memory before the first cluster "
         "barrier: that block may not have begun");
  owner.remoteAccess = std::max(owner.remoteAccess, waits);
  if (owner.end >= 0 && owner.end <= waits)
    fail(Check::Cluster, code.site,
         "accesses the shared memory of a block that may have ended: a cluster "
         "barrier is missing at its end");
}

template <bool isWrite>
void Machine::accessShared(uintptr_t address, const AccessCode &code) {
  Block &owner = blocks[arena.slotOf(address)];
  static const std::string where = "shared memory";
  if (&owner != current->block)
    checkRemote(owner, code);
  Cell *cell = arena.cell(address, info.granule);
  Cell *end = cell + code.bytes / info.granule;
  for (Cell *i = cell; i != end; ++i) {
    if (i->write != Arena::guard)
      continue;
    fail(Check::Bounds, code.site,
         describe(code, isWrite) + " outside of the objects in shared memory");
    abandon();
  }
  for (; cell != end; ++cell) {
    if (!isWrite && cell->write < clusterBase && options.checkUninitialized)
      fail(Check::Uninitialized, code.site,
           "reads shared memory that no thread wrote");
    touch<isWrite>(*cell, clusterBase, code, where);
  }
}

template <bool isWrite>
void Machine::accessGlobal(Region &region, uintptr_t address,
                           const AccessCode &code) {
  if (isWrite && !region.writable) {
    fail(Check::Bounds, code.site, "writes the read-only " + region.name);
    abandon();
  }
  if (!current->seesEarlierKernels && (isWrite || !region.constant))
    fail(Check::Dependence, code.site,
         describe(code, isWrite) + " of " + region.name +
             " before griddepcontrol.wait");
  (isWrite ? launched->stores : launched->loads) += 1;
  (isWrite ? launched->bytesWritten : launched->bytesRead) += code.bytes;
  uint64_t &distinct =
      isWrite ? launched->distinctBytesWritten : launched->distinctBytesRead;
  Cell *cell = region.cell(address, info.granule);
  for (Cell *end = cell + code.bytes / info.granule; cell != end; ++cell) {
    if (!isWrite && region.workspace && cell->write == 0)
      fail(Check::Uninitialized, code.site,
           "reads a part of the " + region.name + " that nobody wrote");
    if (touch<isWrite>(*cell, intervals.getBase(), code, region.name))
      distinct += info.granule;
  }
}

void Machine::checkAlignment(uintptr_t address, const AccessCode &code,
                             bool isWrite) {
  if ((address & ((uintptr_t(1) << code.alignmentLog) - 1)) == 0)
    return;
  fail(Check::Alignment, code.site,
       (describe(code, isWrite) + " at an address that is not a multiple of " +
        Twine(1u << code.alignmentLog))
           .str());
  abandon();
}

template <bool isWrite>
void Machine::access(uintptr_t address, uint64_t encoded) {
  AccessCode code = AccessCode::decode(encoded);
  checkAlignment(address, code, isWrite);
  if (arena.contains(address)) {
    if (!arena.fits(address, code.bytes))
      failOutside(address, code, isWrite);
    return accessShared<isWrite>(address, code);
  }
  if (Region *region = findRegion(address, code.bytes))
    return accessGlobal<isWrite>(*region, address, code);
  // A variable of the thread's own.
  if (!stacks.contains(current - threads.data(), address))
    failOutside(address, code, isWrite);
}

template <bool isWrite>
void Machine::accessLanes(uintptr_t address, uint64_t encoded, uint64_t mask) {
  AccessCode code = AccessCode::decode(encoded);
  if (mask)
    checkAlignment(address, code, isWrite);
  code.alignmentLog = std::min(code.alignmentLog, llvm::Log2_32(code.bytes));
  for (; mask; mask >>= 1, address += code.bytes)
    if (mask & 1)
      access<isWrite>(address, code.encode());
}

template void Machine::access<false>(uintptr_t, uint64_t);
template void Machine::access<true>(uintptr_t, uint64_t);
template void Machine::accessLanes<false>(uintptr_t, uint64_t, uint64_t);
template void Machine::accessLanes<true>(uintptr_t, uint64_t, uint64_t);
