//===- EntryPoints.cpp --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What MLIR 22's gpu-to-llvm and its translation of gpu.binary and
// gpu.launch_func call. Handles are ours for modules (ModuleState) and
// functions (Kernel), and the driver's for streams and events.
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Module.h"

#include "rmsnorm/Runtime/CudaRuntime.h"

#include <algorithm>

using namespace rmsnorm::cuda;

/// The thread's stream is in the place of what the code asks for.
static Stream choose(Stream stream) {
  Stream current = getCurrentStream();
  return current ? current : stream;
}

/// Work for no stream has been done when the function returns.
static void finish(const DeviceState &device, Stream stream, int code,
                   const char *what) {
  if (code == Success && !stream)
    code = device.driver.streamSynchronize(nullptr);
  check(&device.driver, code, what);
}

static void *getFirstElement(const int64_t *descriptor, int64_t elementBytes) {
  return reinterpret_cast<char *>(descriptor[1]) + descriptor[2] * elementBytes;
}

extern "C" {

//===----------------------------------------------------------------------===//
// Modules and kernels
//===----------------------------------------------------------------------===//

// Modules are loaded by constructors of the program, which may never use them
// and may run where there is no GPU: the driver sees them later.

RMSNORM_CUDA_API void *mgpuModuleLoad(void *data, size_t size) {
  return new ModuleState(data, /*optLevel=*/-1);
}

RMSNORM_CUDA_API void *mgpuModuleLoadJIT(void *data, int optLevel) {
  // The driver's compiler knows the levels 0 to 4.
  return new ModuleState(data, optLevel < 0 ? 0 : optLevel > 4 ? 4 : optLevel);
}

RMSNORM_CUDA_API void mgpuModuleUnload(void *module) {
  delete static_cast<ModuleState *>(module);
}

RMSNORM_CUDA_API void *mgpuModuleGetFunction(void *module, const char *name) {
  DeviceState *device = DeviceState::getForWork();
  if (!device || !module)
    return nullptr;
  return static_cast<ModuleState *>(module)->getKernel(*device, name);
}

RMSNORM_CUDA_API void mgpuLaunchKernel(void *function, intptr_t gridX,
                                       intptr_t gridY, intptr_t gridZ,
                                       intptr_t blockX, intptr_t blockY,
                                       intptr_t blockZ, int32_t sharedBytes,
                                       Stream stream, void **parameters,
                                       void **extra, size_t parameterCount) {
  if (function && !hasError())
    launch(*static_cast<Kernel *>(function), /*cluster=*/nullptr,
           {gridX, gridY, gridZ}, {blockX, blockY, blockZ}, sharedBytes,
           choose(stream), parameters, extra);
}

RMSNORM_CUDA_API void
mgpuLaunchClusterKernel(void *function, intptr_t clusterX, intptr_t clusterY,
                        intptr_t clusterZ, intptr_t gridX, intptr_t gridY,
                        intptr_t gridZ, intptr_t blockX, intptr_t blockY,
                        intptr_t blockZ, int32_t sharedBytes, Stream stream,
                        void **parameters, void **extra) {
  Extent cluster = {clusterX, clusterY, clusterZ};
  if (function && !hasError())
    launch(*static_cast<Kernel *>(function), &cluster, {gridX, gridY, gridZ},
           {blockX, blockY, blockZ}, sharedBytes, choose(stream), parameters,
           extra);
}

//===----------------------------------------------------------------------===//
// Streams and events
//===----------------------------------------------------------------------===//

RMSNORM_CUDA_API Stream mgpuStreamCreate() {
  if (Stream current = getCurrentStream())
    return current;
  DeviceState *device = DeviceState::getForWork();
  return device ? device->createStream() : nullptr;
}

RMSNORM_CUDA_API void mgpuStreamDestroy(Stream stream) {
  DeviceState *device = DeviceState::getForRelease();
  if (device && stream && stream != getCurrentStream())
    device->recycleStream(stream);
}

RMSNORM_CUDA_API void mgpuStreamSynchronize(Stream stream) {
  DeviceState *device = DeviceState::getForRelease();
  // Who chose the thread's stream waits for it.
  if (!device || !stream || stream == getCurrentStream())
    return;
  ScopedContext scope(*device);
  check(&device->driver, device->driver.streamSynchronize(stream),
        "work on the GPU failed");
}

RMSNORM_CUDA_API void mgpuStreamWaitEvent(Stream stream, Event event) {
  DeviceState *device = DeviceState::getForWork();
  if (!device || !event)
    return;
  ScopedContext scope(*device);
  check(&device->driver,
        device->driver.streamWaitEvent(choose(stream), event, /*flags=*/0),
        "cannot let a stream wait for an event");
}

RMSNORM_CUDA_API Event mgpuEventCreate() {
  DeviceState *device = DeviceState::getForWork();
  return device ? device->createEvent() : nullptr;
}

RMSNORM_CUDA_API void mgpuEventDestroy(Event event) {
  DeviceState *device = DeviceState::getForRelease();
  if (device && event)
    device->recycleEvent(event);
}

RMSNORM_CUDA_API void mgpuEventSynchronize(Event event) {
  DeviceState *device = DeviceState::getForRelease();
  if (!device || !event)
    return;
  ScopedContext scope(*device);
  check(&device->driver, device->driver.eventSynchronize(event),
        "work on the GPU failed");
}

RMSNORM_CUDA_API void mgpuEventRecord(Event event, Stream stream) {
  DeviceState *device = DeviceState::getForWork();
  if (!device || !event)
    return;
  ScopedContext scope(*device);
  check(&device->driver, device->driver.eventRecord(event, choose(stream)),
        "cannot record an event");
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

RMSNORM_CUDA_API void *mgpuMemAlloc(uint64_t bytes, Stream stream,
                                    bool isHostShared) {
  DeviceState *device = DeviceState::getForWork();
  return device ? device->allocate(bytes, choose(stream), isHostShared)
                : nullptr;
}

RMSNORM_CUDA_API void mgpuMemFree(void *pointer, Stream stream) {
  DeviceState *device = DeviceState::getForRelease();
  if (device && pointer)
    device->free(pointer, choose(stream));
}

RMSNORM_CUDA_API void mgpuMemcpy(void *to, void *from, size_t bytes,
                                 Stream stream) {
  DeviceState *device = bytes ? DeviceState::getForWork() : nullptr;
  if (!device)
    return;
  ScopedContext scope(*device);
  stream = choose(stream);
  finish(*device, stream,
         device->driver.copy(reinterpret_cast<DevicePointer>(to),
                             reinterpret_cast<DevicePointer>(from), bytes,
                             stream),
         "cannot copy memory");
}

RMSNORM_CUDA_API void mgpuMemset32(void *to, unsigned value, size_t count,
                                   Stream stream) {
  DeviceState *device = count ? DeviceState::getForWork() : nullptr;
  if (!device)
    return;
  ScopedContext scope(*device);
  stream = choose(stream);
  finish(*device, stream,
         device->driver.set32(reinterpret_cast<DevicePointer>(to), value, count,
                              stream),
         "cannot fill memory");
}

RMSNORM_CUDA_API void mgpuMemset16(void *to, unsigned short value, size_t count,
                                   Stream stream) {
  DeviceState *device = count ? DeviceState::getForWork() : nullptr;
  if (!device)
    return;
  ScopedContext scope(*device);
  stream = choose(stream);
  finish(*device, stream,
         device->driver.set16(reinterpret_cast<DevicePointer>(to), value, count,
                              stream),
         "cannot fill memory");
}

RMSNORM_CUDA_API void mgpuMemHostRegister(void *pointer, uint64_t bytes) {
  DeviceState *device = bytes ? DeviceState::getForWork() : nullptr;
  if (!device)
    return;
  ScopedContext scope(*device);
  check(&device->driver,
        device->driver.hostRegister(pointer, bytes, /*flags=*/0),
        "cannot register host memory");
}

RMSNORM_CUDA_API void mgpuMemHostUnregister(void *pointer) {
  DeviceState *device = DeviceState::getForRelease();
  if (!device)
    return;
  ScopedContext scope(*device);
  check(&device->driver, device->driver.hostUnregister(pointer),
        "cannot unregister host memory");
}

// A memref's descriptor: two pointers, the offset, the sizes, the strides.

RMSNORM_CUDA_API void mgpuMemHostRegisterMemRef(int64_t rank,
                                                int64_t *descriptor,
                                                int64_t elementBytes) {
  const int64_t *sizes = descriptor + 3, *strides = sizes + rank;
  // From the first to the last element, whatever the strides.
  int64_t elements = 1;
  for (int64_t i = 0; i < rank; ++i) {
    if (sizes[i] == 0)
      return;
    elements += (sizes[i] - 1) * strides[i];
  }
  mgpuMemHostRegister(getFirstElement(descriptor, elementBytes),
                      elements * elementBytes);
}

RMSNORM_CUDA_API void mgpuMemHostUnregisterMemRef(int64_t rank,
                                                  int64_t *descriptor,
                                                  int64_t elementBytes) {
  const int64_t *sizes = descriptor + 3;
  // Nothing was registered for no elements.
  if (std::find(sizes, sizes + rank, 0) == sizes + rank)
    mgpuMemHostUnregister(getFirstElement(descriptor, elementBytes));
}

RMSNORM_CUDA_API void mgpuSetDefaultDevice(int32_t device) {
  setDefaultDevice(device);
}

} // extern "C"
