//===- FakeMemory.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Device memory: files in memory, mapped twice. At the address that callers
// get nobody may read or write; the other mapping is the driver's own.
//
//===----------------------------------------------------------------------===//

#include "FakeDriver.h"

#include <cstring>
#include <map>
#include <set>
#include <sys/mman.h>
#include <unistd.h>

using namespace fake;

namespace {
struct Allocation {
  size_t size, mapped;
  char *contents;
  int number;
  bool isFromPool;
};

struct Memory {
  ~Memory() { log("live allocations: %zu", allocations.size()); }
  std::map<DevicePointer, Allocation> allocations;
  std::set<void *> registered;
  int count = 0;
};
} // namespace

static Memory memory;

/// The allocation that holds `size` bytes at the address, or null.
static const std::pair<const DevicePointer, Allocation> *
find(DevicePointer address, size_t size) {
  auto found = memory.allocations.upper_bound(address);
  if (found == memory.allocations.begin())
    return nullptr;
  --found;
  bool inside = address - found->first + size <= found->second.size;
  return inside ? &*found : nullptr;
}

std::string fake::nameAddress(DevicePointer address) {
  const auto *found = find(address, 0);
  if (!found)
    return std::to_string(address);
  std::string name = "d" + std::to_string(found->second.number);
  if (address != found->first)
    name += "+" + std::to_string(address - found->first);
  return name;
}

static int allocate(const char *function, DevicePointer *address, size_t size,
                    bool isFromPool, int protection = PROT_NONE) {
  if (size == 0)
    return invalidValue;
  if (size > (size_t(1) << 34))
    return ErrorOutOfMemory;
  size_t page = sysconf(_SC_PAGESIZE);
  size_t mapped = (size + page - 1) / page * page;
  int file = memfd_create("device", 0);
  if (file < 0 || ftruncate(file, static_cast<off_t>(mapped)) != 0)
    return ErrorOutOfMemory;
  void *device = mmap(nullptr, mapped, protection, MAP_SHARED, file, 0);
  void *contents =
      mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (device == MAP_FAILED || contents == MAP_FAILED)
    return ErrorOutOfMemory;
  *address = reinterpret_cast<DevicePointer>(device);
  int number = ++memory.count;
  memory.allocations[*address] = {size, mapped, static_cast<char *>(contents),
                                  number, isFromPool};
  log("%s d%d bytes=%zu", function, number, size);
  return Success;
}

static int release(const char *function, DevicePointer address, bool toPool) {
  auto found = memory.allocations.find(address);
  if (found == memory.allocations.end() ||
      (toPool && !found->second.isFromPool))
    return invalidValue;
  log("%s %s", function, nameAddress(address).c_str());
  munmap(reinterpret_cast<void *>(address), found->second.mapped);
  munmap(found->second.contents, found->second.mapped);
  memory.allocations.erase(found);
  return Success;
}

FAKE_API int cuMemAlloc_v2(DevicePointer *address, size_t size) {
  FAKE_BEGIN(beginInContext, "cuMemAlloc_v2");
  return allocate("cuMemAlloc", address, size, /*isFromPool=*/false);
}

FAKE_API int cuMemAllocManaged(DevicePointer *address, size_t size,
                               unsigned flags) {
  FAKE_BEGIN(beginInContext, "cuMemAllocManaged");
  return allocate("cuMemAllocManaged", address, size, /*isFromPool=*/false,
                  PROT_READ | PROT_WRITE);
}

FAKE_API int cuMemFree_v2(DevicePointer address) {
  FAKE_BEGIN(beginInContext, "cuMemFree_v2");
  return release("cuMemFree", address, /*toPool=*/false);
}

#ifndef FAKE_CUDA_OLD
FAKE_API int cuMemPoolCreate(MemoryPool *pool, const PoolProperties *wanted) {
  FAKE_BEGIN(beginInContext, "cuMemPoolCreate");
  if (wanted->allocationType != 1 || wanted->locationType != 1)
    return invalidValue;
  log("cuMemPoolCreate device=%d", wanted->locationID);
  *pool = reinterpret_cast<MemoryPool>(
      static_cast<uintptr_t>(0x4000 + wanted->locationID));
  return Success;
}

FAKE_API int cuMemPoolSetAttribute(MemoryPool pool, int attribute,
                                   void *value) {
  FAKE_BEGIN(begin, "cuMemPoolSetAttribute");
  return attribute == poolReleaseThreshold ? Success : invalidValue;
}

FAKE_API int cuMemAllocFromPoolAsync(DevicePointer *address, size_t size,
                                     MemoryPool pool, Stream stream) {
  FAKE_BEGIN(beginOnStream, "cuMemAllocFromPoolAsync", stream);
  return allocate(("cuMemAllocFromPoolAsync " + nameStream(stream)).c_str(),
                  address, size,
                  /*isFromPool=*/true);
}

FAKE_API int cuMemFreeAsync(DevicePointer address, Stream stream) {
  FAKE_BEGIN(beginOnStream, "cuMemFreeAsync", stream);
  return release(("cuMemFreeAsync " + nameStream(stream)).c_str(), address,
                 /*toPool=*/true);
}
#endif

/// Where the driver itself finds what the caller calls `address`, in device
/// memory or, if it is none of that, in the host's.
static char *getContents(DevicePointer address, size_t size) {
  if (const auto *found = find(address, size))
    return found->second.contents + (address - found->first);
  if (find(address, 0))
    return nullptr;
  return reinterpret_cast<char *>(address);
}

FAKE_API int cuMemcpyAsync(DevicePointer to, DevicePointer from, size_t size,
                           Stream stream) {
  FAKE_BEGIN(beginOnStream, "cuMemcpyAsync", stream);
  char *target = getContents(to, size), *source = getContents(from, size);
  if (!target || !source)
    return invalidValue;
  auto name = [](DevicePointer address) {
    return find(address, 0) ? nameAddress(address) : std::string("host");
  };
  log("cuMemcpyAsync %s to=%s from=%s bytes=%zu", nameStream(stream).c_str(),
      name(to).c_str(), name(from).c_str(), size);
  std::memmove(target, source, size);
  tick();
  return Success;
}

template <typename T>
static int fill(const char *function, DevicePointer to, T value, size_t count,
                Stream stream) {
  if (!find(to, count * sizeof(T)))
    return invalidValue;
  log("%s %s %s value=%u count=%zu", function, nameStream(stream).c_str(),
      nameAddress(to).c_str(), static_cast<unsigned>(value), count);
  char *target = getContents(to, count * sizeof(T));
  for (size_t i = 0; i < count; ++i)
    std::memcpy(target + i * sizeof(T), &value, sizeof(T));
  tick();
  return Success;
}

FAKE_API int cuMemsetD32Async(DevicePointer to, unsigned value, size_t count,
                              Stream stream) {
  FAKE_BEGIN(beginOnStream, "cuMemsetD32Async", stream);
  return fill("cuMemsetD32Async", to, value, count, stream);
}

FAKE_API int cuMemsetD16Async(DevicePointer to, unsigned short value,
                              size_t count, Stream stream) {
  FAKE_BEGIN(beginOnStream, "cuMemsetD16Async", stream);
  return fill("cuMemsetD16Async", to, value, count, stream);
}

FAKE_API int cuMemHostRegister_v2(void *pointer, size_t size, unsigned flags) {
  FAKE_BEGIN(beginInContext, "cuMemHostRegister_v2");
  log("cuMemHostRegister bytes=%zu", size);
  return memory.registered.insert(pointer).second ? Success : 712;
}

FAKE_API int cuMemHostUnregister(void *pointer) {
  FAKE_BEGIN(beginInContext, "cuMemHostUnregister");
  log("cuMemHostUnregister");
  return memory.registered.erase(pointer) ? Success : 713;
}
