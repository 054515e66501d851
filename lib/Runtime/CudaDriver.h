//===- CudaDriver.h -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of the CUDA driver that the runtime uses, with types of our
// own, so that neither building nor starting needs CUDA. A test compares them
// with cuda.h where that is installed.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_RUNTIME_CUDADRIVER_H
#define RMSNORM_LIB_RUNTIME_CUDADRIVER_H

#include <cstddef>
#include <cstdint>
#include <string>

namespace rmsnorm::cuda {

/// CUresult, as far as it is told apart here.
enum Result : int {
  Success = 0,
  ErrorOutOfMemory = 2,
  ErrorDeinitialized = 4,
  ErrorStubLibrary = 34,
  ErrorNoDevice = 100,
  ErrorInvalidDevice = 101,
  ErrorInvalidImage = 200,
  ErrorNoBinaryForGPU = 209,
  ErrorInvalidPTX = 218,
  ErrorJITCompilerNotFound = 221,
  ErrorUnsupportedPTXVersion = 222,
  ErrorNotFound = 500,
  ErrorIllegalAddress = 700,
  ErrorLaunchOutOfResources = 701,
  ErrorMisalignedAddress = 716,
  ErrorLaunchFailed = 719,
  ErrorNotSupported = 801,
  ErrorSystemDriverMismatch = 803,
  ErrorInvalidClusterSize = 912,
};

enum DeviceAttribute : int {
  MultiprocessorCount = 16,
  ComputeCapabilityMajor = 75,
  ComputeCapabilityMinor = 76,
  MaxSharedMemoryPerBlockOptin = 97,
  MemoryPoolsSupported = 115,
};

enum FunctionAttribute : int {
  SharedSizeBytes = 1,
  MaxDynamicSharedSizeBytes = 8,
  NonPortableClusterSizeAllowed = 14,
};

enum JITOption : int {
  JITErrorLogBuffer = 5,
  JITErrorLogBufferSizeBytes = 6,
  JITOptimizationLevel = 7,
};

enum LaunchAttributeID : int {
  LaunchClusterDimension = 4,
  LaunchProgrammaticStreamSerialization = 6,
};

constexpr unsigned streamNonBlocking = 1;
constexpr unsigned eventDefault = 0;
constexpr unsigned eventDisableTiming = 2;
constexpr unsigned memAttachGlobal = 1;
constexpr int poolReleaseThreshold = 4;

using Device = int;
using DevicePointer = unsigned long long;
using Context = struct ContextHandle *;
using Module = struct ModuleHandle *;
using Function = struct FunctionHandle *;
using Stream = struct StreamHandle *;
using Event = struct EventHandle *;
using MemoryPool = struct MemoryPoolHandle *;

struct LaunchAttribute {
  LaunchAttributeID id;
  union {
    char size[64];
    unsigned cluster[3];
    int programmatic;
  } value alignas(8);
};

struct LaunchConfig {
  unsigned grid[3], block[3], sharedBytes;
  Stream stream;
  LaunchAttribute *attributes;
  unsigned attributeCount;
};

struct PoolProperties {
  int allocationType, handleTypes, locationType, locationID;
  void *security;
  size_t maxSize;
  char reserved[56];
};

/// The driver's functions: what we call them, the symbol, and the parameters.
/// Drivers before CUDA 11.2 and 11.8 lack the optional ones.
#define RMSNORM_CUDA_REQUIRED_FUNCTIONS(X)                                     \
  X(init, cuInit, (unsigned))                                                  \
  X(getErrorName, cuGetErrorName, (int, const char **))                        \
  X(deviceGet, cuDeviceGet, (Device *, int))                                   \
  X(deviceGetCount, cuDeviceGetCount, (int *))                                 \
  X(deviceGetName, cuDeviceGetName, (char *, int, Device))                     \
  X(deviceGetAttribute, cuDeviceGetAttribute, (int *, int, Device))            \
  X(primaryContextRetain, cuDevicePrimaryCtxRetain, (Context *, Device))       \
  X(contextGetCurrent, cuCtxGetCurrent, (Context *))                           \
  X(contextPush, cuCtxPushCurrent_v2, (Context))                               \
  X(contextPop, cuCtxPopCurrent_v2, (Context *))                               \
  X(moduleLoad, cuModuleLoadDataEx,                                            \
    (Module *, const void *, unsigned, int *, void **))                        \
  X(moduleUnload, cuModuleUnload, (Module))                                    \
  X(moduleGetFunction, cuModuleGetFunction,                                    \
    (Function *, Module, const char *))                                        \
  X(moduleGetGlobal, cuModuleGetGlobal_v2,                                     \
    (DevicePointer *, size_t *, Module, const char *))                         \
  X(functionGetAttribute, cuFuncGetAttribute, (int *, int, Function))          \
  X(functionSetAttribute, cuFuncSetAttribute, (Function, int, int))            \
  X(launch, cuLaunchKernel,                                                    \
    (Function, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,     \
     unsigned, Stream, void **, void **))                                      \
  X(streamCreate, cuStreamCreate, (Stream *, unsigned))                        \
  X(streamDestroy, cuStreamDestroy_v2, (Stream))                               \
  X(streamSynchronize, cuStreamSynchronize, (Stream))                          \
  X(streamWaitEvent, cuStreamWaitEvent, (Stream, Event, unsigned))             \
  X(eventCreate, cuEventCreate, (Event *, unsigned))                           \
  X(eventDestroy, cuEventDestroy_v2, (Event))                                  \
  X(eventRecord, cuEventRecord, (Event, Stream))                               \
  X(eventSynchronize, cuEventSynchronize, (Event))                             \
  X(eventElapsed, cuEventElapsedTime, (float *, Event, Event))                 \
  X(allocate, cuMemAlloc_v2, (DevicePointer *, size_t))                        \
  X(allocateManaged, cuMemAllocManaged, (DevicePointer *, size_t, unsigned))   \
  X(free, cuMemFree_v2, (DevicePointer))                                       \
  X(copy, cuMemcpyAsync, (DevicePointer, DevicePointer, size_t, Stream))       \
  X(set32, cuMemsetD32Async, (DevicePointer, unsigned, size_t, Stream))        \
  X(set16, cuMemsetD16Async, (DevicePointer, unsigned short, size_t, Stream))  \
  X(hostRegister, cuMemHostRegister_v2, (void *, size_t, unsigned))            \
  X(hostUnregister, cuMemHostUnregister, (void *))

#define RMSNORM_CUDA_OPTIONAL_FUNCTIONS(X)                                     \
  X(launchEx, cuLaunchKernelEx,                                                \
    (const LaunchConfig *, Function, void **, void **))                        \
  X(poolCreate, cuMemPoolCreate, (MemoryPool *, const PoolProperties *))       \
  X(poolSetAttribute, cuMemPoolSetAttribute, (MemoryPool, int, void *))        \
  X(allocateFromPool, cuMemAllocFromPoolAsync,                                 \
    (DevicePointer *, size_t, MemoryPool, Stream))                             \
  X(freeToPool, cuMemFreeAsync, (DevicePointer, Stream))

/// The driver, opened. Optional functions that it lacks are null.
struct Driver {
#define RMSNORM_CUDA_POINTER(name, symbol, parameters)                         \
  int(*name) parameters = nullptr;
  RMSNORM_CUDA_REQUIRED_FUNCTIONS(RMSNORM_CUDA_POINTER)
  RMSNORM_CUDA_OPTIONAL_FUNCTIONS(RMSNORM_CUDA_POINTER)
#undef RMSNORM_CUDA_POINTER

  /// The driver, opened and initialised by the first call. Null when that
  /// failed, then and ever after: `failure` says why.
  static const Driver *get();
};

/// Why there is no driver: CUDA's number, or -1, and what to tell the user.
struct DriverFailure {
  int code = 0;
  std::string reason;
};
const DriverFailure &getDriverFailure();

/// CUDA's name of an error. `driver` may be null.
std::string getErrorName(const Driver *driver, int code);

} // namespace rmsnorm::cuda

#endif // RMSNORM_LIB_RUNTIME_CUDADRIVER_H
