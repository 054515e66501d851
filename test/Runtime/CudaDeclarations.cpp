//===- CudaDeclarations.cpp ---------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Does not compile unless the runtime declares what the CUDA driver has.
//
//===----------------------------------------------------------------------===//

#include "../../lib/Runtime/CudaDriver.h"

#include <type_traits>

// cuda.h renames functions to their newest versions; the runtime asks for some
// older ones, which drivers keep.
#define cuEventElapsedTime cuEventElapsedTime_newest
#include <cuda.h>
#undef cuEventElapsedTime
extern "C" CUresult cuEventElapsedTime(float *, CUevent, CUevent);

using namespace rmsnorm::cuda;

/// Parameters are passed alike: the same number of them, in registers of the
/// same kind and size.
template <typename T, typename U>
static constexpr bool isSame =
    sizeof(T) == sizeof(U) &&
    std::is_floating_point_v<T> == std::is_floating_point_v<U> &&
    std::is_pointer_v<T> == std::is_pointer_v<U>;
template <typename T, typename U> struct Alike : std::false_type {};
template <typename R, typename... T, typename S, typename... U>
struct Alike<R (*)(T...), S (*)(U...)>
    : std::bool_constant<isSame<R, S> && sizeof...(T) == sizeof...(U) &&
                         (isSame<T, U> && ...)> {};

#define CHECK_FUNCTION(name, symbol, parameters)                               \
  static_assert(Alike<decltype(Driver::name), decltype(&symbol)>::value,       \
                #symbol " is declared in another way");
RMSNORM_CUDA_REQUIRED_FUNCTIONS(CHECK_FUNCTION)
RMSNORM_CUDA_OPTIONAL_FUNCTIONS(CHECK_FUNCTION)

#define CHECK_VALUE(ours, theirs)                                              \
  static_assert(static_cast<int>(ours) == static_cast<int>(theirs), #theirs)
CHECK_VALUE(Success, CUDA_SUCCESS);
CHECK_VALUE(ErrorOutOfMemory, CUDA_ERROR_OUT_OF_MEMORY);
CHECK_VALUE(ErrorDeinitialized, CUDA_ERROR_DEINITIALIZED);
CHECK_VALUE(ErrorStubLibrary, CUDA_ERROR_STUB_LIBRARY);
CHECK_VALUE(ErrorNoDevice, CUDA_ERROR_NO_DEVICE);
CHECK_VALUE(ErrorInvalidDevice, CUDA_ERROR_INVALID_DEVICE);
CHECK_VALUE(ErrorInvalidImage, CUDA_ERROR_INVALID_IMAGE);
CHECK_VALUE(ErrorNoBinaryForGPU, CUDA_ERROR_NO_BINARY_FOR_GPU);
CHECK_VALUE(ErrorInvalidPTX, CUDA_ERROR_INVALID_PTX);
CHECK_VALUE(ErrorJITCompilerNotFound, CUDA_ERROR_JIT_COMPILER_NOT_FOUND);
CHECK_VALUE(ErrorUnsupportedPTXVersion, CUDA_ERROR_UNSUPPORTED_PTX_VERSION);
CHECK_VALUE(ErrorNotFound, CUDA_ERROR_NOT_FOUND);
CHECK_VALUE(ErrorIllegalAddress, CUDA_ERROR_ILLEGAL_ADDRESS);
CHECK_VALUE(ErrorLaunchOutOfResources, CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES);
CHECK_VALUE(ErrorMisalignedAddress, CUDA_ERROR_MISALIGNED_ADDRESS);
CHECK_VALUE(ErrorLaunchFailed, CUDA_ERROR_LAUNCH_FAILED);
CHECK_VALUE(ErrorNotSupported, CUDA_ERROR_NOT_SUPPORTED);
CHECK_VALUE(ErrorSystemDriverMismatch, CUDA_ERROR_SYSTEM_DRIVER_MISMATCH);
CHECK_VALUE(ErrorInvalidClusterSize, CUDA_ERROR_INVALID_CLUSTER_SIZE);
CHECK_VALUE(MultiprocessorCount, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
CHECK_VALUE(ComputeCapabilityMajor,
            CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
CHECK_VALUE(ComputeCapabilityMinor,
            CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
CHECK_VALUE(MaxSharedMemoryPerBlockOptin,
            CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
CHECK_VALUE(MemoryPoolsSupported, CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED);
CHECK_VALUE(SharedSizeBytes, CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES);
CHECK_VALUE(MaxDynamicSharedSizeBytes,
            CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES);
CHECK_VALUE(NonPortableClusterSizeAllowed,
            CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED);
CHECK_VALUE(JITErrorLogBuffer, CU_JIT_ERROR_LOG_BUFFER);
CHECK_VALUE(JITErrorLogBufferSizeBytes, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES);
CHECK_VALUE(JITOptimizationLevel, CU_JIT_OPTIMIZATION_LEVEL);
CHECK_VALUE(LaunchClusterDimension, CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION);
CHECK_VALUE(LaunchProgrammaticStreamSerialization,
            CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION);
CHECK_VALUE(streamNonBlocking, CU_STREAM_NON_BLOCKING);
CHECK_VALUE(eventDefault, CU_EVENT_DEFAULT);
CHECK_VALUE(eventDisableTiming, CU_EVENT_DISABLE_TIMING);
CHECK_VALUE(memAttachGlobal, CU_MEM_ATTACH_GLOBAL);
CHECK_VALUE(poolReleaseThreshold, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD);
CHECK_VALUE(1, CU_MEM_ALLOCATION_TYPE_PINNED);
CHECK_VALUE(1, CU_MEM_LOCATION_TYPE_DEVICE);

static_assert(sizeof(LaunchAttribute) == sizeof(CUlaunchAttribute) &&
              offsetof(LaunchAttribute, value) ==
                  offsetof(CUlaunchAttribute, value));
static_assert(
    sizeof(LaunchConfig) == sizeof(CUlaunchConfig) &&
    offsetof(LaunchConfig, block) == offsetof(CUlaunchConfig, blockDimX) &&
    offsetof(LaunchConfig, sharedBytes) ==
        offsetof(CUlaunchConfig, sharedMemBytes) &&
    offsetof(LaunchConfig, stream) == offsetof(CUlaunchConfig, hStream) &&
    offsetof(LaunchConfig, attributes) == offsetof(CUlaunchConfig, attrs) &&
    offsetof(LaunchConfig, attributeCount) ==
        offsetof(CUlaunchConfig, numAttrs));
static_assert(sizeof(PoolProperties) == sizeof(CUmemPoolProps) &&
              offsetof(PoolProperties, handleTypes) ==
                  offsetof(CUmemPoolProps, handleTypes) &&
              offsetof(PoolProperties, locationType) ==
                  offsetof(CUmemPoolProps, location.type) &&
              offsetof(PoolProperties, locationID) ==
                  offsetof(CUmemPoolProps, location.id) &&
              offsetof(PoolProperties, maxSize) ==
                  offsetof(CUmemPoolProps, maxSize));
