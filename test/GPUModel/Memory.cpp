//===- Memory.cpp ---------------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Memory.h"

#include "llvm/Support/MathExtras.h"

#include <cstring>
#include <sys/mman.h>

using namespace gpumodel;

//===----------------------------------------------------------------------===//
// Global memory
//===----------------------------------------------------------------------===//

Region::Region(const Buffer &buffer, unsigned granule, bool workspace)
    : begin(reinterpret_cast<uintptr_t>(buffer.data)),
      end(begin + buffer.bytes), name(buffer.name), writable(buffer.writable),
      constant(buffer.constant), workspace(workspace),
      cells(llvm::divideCeil(end, granule) - begin / granule) {}

//===----------------------------------------------------------------------===//
// Shared memory
//===----------------------------------------------------------------------===//

Arena::~Arena() {
  if (mapped)
    munmap(memory, mapped);
}

/// Where systems have room whose address fits in 32 bits.
static constexpr uintptr_t lowAddress = uintptr_t(1) << 30;

bool Arena::reserve(size_t bytes) {
  if (bytes <= mapped)
    return true;
  if (mapped)
    munmap(memory, mapped);
  mapped = 0;
  int flags = MAP_PRIVATE | MAP_ANONYMOUS;
  void *address = MAP_FAILED;
  // Addresses of shared memory may be kept in 32 bits, as on a GPU.
#ifdef MAP_32BIT
  address = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags | MAP_32BIT,
                 /*fd=*/-1, /*offset=*/0);
#endif
  if (address == MAP_FAILED) {
    void *hint;
    memcpy(&hint, &lowAddress, sizeof(hint));
    address = mmap(hint, bytes, PROT_READ | PROT_WRITE, flags, /*fd=*/-1,
                   /*offset=*/0);
  }
  if (address == MAP_FAILED)
    return false;
  memory = static_cast<char *>(address);
  begin = reinterpret_cast<uintptr_t>(address);
  mapped = bytes;
  return true;
}

bool Arena::prepare(const KernelInfo &kernel, size_t dynamicBytes,
                    unsigned blocks, unsigned granule) {
  // A GPU aligns dynamic shared memory to 16 bytes, and no more.
  dynamicOffset = llvm::alignTo(kernel.sharedEnd() + guardBytes, 32) + 16;
  slotBytes = llvm::alignTo(dynamicOffset + dynamicBytes + guardBytes, 256);
  size = blocks * slotBytes;
  if (!reserve(size))
    return false;

  std::vector<SharedObject> objects = kernel.shared;
  if (dynamicBytes)
    objects.push_back({dynamicOffset, dynamicBytes});
  gaps.clear();
  std::vector<Cell> slot(slotBytes / granule);
  size_t end = 0;
  auto addGap = [&](size_t next) {
    gaps.push_back({end, next - end});
    for (size_t i = llvm::divideCeil(end, granule); i < next / granule; ++i)
      slot[i].write = guard;
  };
  for (const SharedObject &object : objects) {
    addGap(object.offset);
    end = object.offset + object.bytes;
  }
  addGap(slotBytes);
  cells.clear();
  cells.reserve(slot.size() * blocks);
  for (unsigned block = 0; block < blocks; ++block)
    cells.insert(cells.end(), slot.begin(), slot.end());
  return true;
}

void Arena::poison() { memset(memory, 0xff, size); }

int Arena::findBrokenGuard() const {
  for (unsigned block = 0; block < size / slotBytes; ++block)
    for (const SharedObject &gap : gaps)
      for (size_t i = 0; i < gap.bytes; ++i)
        if (slot(block)[gap.offset + i] != char(0xff))
          return static_cast<int>(block);
  return -1;
}

//===----------------------------------------------------------------------===//
// Intervals
//===----------------------------------------------------------------------===//

bool Intervals::begin() {
  clocks.clear();
  bool fresh = next < UINT32_MAX / 2;
  if (!fresh)
    next = host + 1;
  base = next;
  separate();
  return fresh;
}

uint32_t Intervals::separate() {
  clocks.emplace_back();
  return next++;
}

void Intervals::add(Clock &clock) {
  clock.interval = next++;
  clocks.push_back(clock);
}
