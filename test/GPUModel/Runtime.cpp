//===- Runtime.cpp --------------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Runtime.h"

#include "Machine.h"

#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "llvm/ExecutionEngine/Orc/Core.h"
#include "llvm/ExecutionEngine/Orc/Mangling.h"
#include "llvm/ExecutionEngine/Orc/Shared/ExecutorAddress.h"

#include <cstring>

using namespace gpumodel;

static Machine *machine = nullptr;

RunningMachine::RunningMachine(Machine &running) { machine = &running; }
RunningMachine::~RunningMachine() { machine = nullptr; }

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

static int64_t getIndex(int32_t which) { return machine->getIndex(which); }
static void barrier(uint32_t site) { machine->barrier(site); }
static void warpBarrier(uint32_t site, uint32_t mask) {
  machine->warpBarrier(site, mask);
}
static uint64_t shuffle(uint32_t site, uint32_t mode, uint64_t value,
                        uint32_t offset, uint32_t width, uint32_t validIsUsed) {
  return machine->shuffle(site, static_cast<ShuffleMode>(mode), value, offset,
                          width, validIsUsed != 0);
}
static int32_t isShuffleValid() { return machine->isShuffleValid() ? 1 : 0; }
static void clusterArrive(uint32_t site) { machine->clusterArrive(site); }
static void clusterWait(uint32_t site) { machine->clusterWait(site); }
static void *mapToBlock(uint32_t site, void *pointer, uint32_t rank) {
  return machine->mapToBlock(site, pointer, rank);
}
static void *getShared(int64_t offset) { return machine->getShared(offset); }
static void *getDynamicShared() { return machine->getDynamicShared(); }
static int64_t getDynamicSharedBytes() {
  return machine->getDynamicSharedBytes();
}
static void waitForEarlierKernels() { machine->waitForEarlierKernels(); }

static void read(uintptr_t address, uint64_t code) {
  machine->access<false>(address, code);
}
static void write(uintptr_t address, uint64_t code) {
  machine->access<true>(address, code);
}

static void readLanes(uintptr_t address, uint64_t code, uint64_t mask) {
  machine->accessLanes<false>(address, code, mask);
}
static void writeLanes(uintptr_t address, uint64_t code, uint64_t mask) {
  machine->accessLanes<true>(address, code, mask);
}

//===----------------------------------------------------------------------===//
// Host code
//===----------------------------------------------------------------------===//

static void launch(uint32_t kernel, void (*entry)(void *), const int64_t *sizes,
                   int64_t sharedBytes, void *arguments) {
  machine->launch(kernel, entry, sizes, sharedBytes, arguments);
}
static void allocated(uint32_t site, void *data, int64_t bytes) {
  machine->allocate(site, data, bytes);
}
static void released(uint32_t site, void *data) {
  machine->release(site, data);
}
static void copy(uint32_t site, void *to, void *from, int64_t bytes) {
  if (machine->touchFromHost(site, from, bytes, /*isWrite=*/false) &&
      machine->touchFromHost(site, to, bytes, /*isWrite=*/true))
    memmove(to, from, bytes);
}
static void upload(uint32_t site, void *to, void *from, int64_t bytes) {
  if (machine->touchFromHost(site, to, bytes, /*isWrite=*/true))
    memcpy(to, from, bytes);
}
static void fill(uint32_t site, char *to, int64_t count, int64_t width,
                 int64_t value) {
  if (!machine->touchFromHost(site, to, count * width, /*isWrite=*/true))
    return;
  for (int64_t i = 0; i < count; ++i)
    memcpy(to + i * width, &value, width);
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

void gpumodel::registerRuntime(mlir::ExecutionEngine &engine) {
  engine.registerSymbols([](llvm::orc::MangleAndInterner intern) {
    llvm::orc::SymbolMap symbols;
    auto add = [&](llvm::StringRef name, auto *function) {
      symbols[intern(("gpumodel_" + name).str())] = {
          llvm::orc::ExecutorAddr::fromPtr(function),
          llvm::JITSymbolFlags::Exported};
    };
    add("index", getIndex);
    add("barrier", barrier);
    add("warp_barrier", warpBarrier);
    add("shuffle", shuffle);
    add("shuffle_valid", isShuffleValid);
    add("cluster_arrive", clusterArrive);
    add("cluster_wait", clusterWait);
    add("map_to_block", mapToBlock);
    add("shared", getShared);
    add("dynamic_shared", getDynamicShared);
    add("dynamic_shared_bytes", getDynamicSharedBytes);
    add("wait_for_earlier_kernels", waitForEarlierKernels);
    add("read", read);
    add("write", write);
    add("read_lanes", readLanes);
    add("write_lanes", writeLanes);
    add("launch", launch);
    add("allocated", allocated);
    add("released", released);
    add("copy", copy);
    add("upload", upload);
    add("fill", fill);
    return symbols;
  });
}
