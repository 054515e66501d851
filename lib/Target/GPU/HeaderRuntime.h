//===- HeaderRuntime.h ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What every header for device code begins with, in C99 and C++.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_TARGET_GPU_HEADERRUNTIME_H
#define RMSNORM_LIB_TARGET_GPU_HEADERRUNTIME_H

#include "llvm/ADT/StringRef.h"

namespace mlir::norm {

inline constexpr llvm::StringLiteral headerConventions =
    R"(/* Kernels compiled by rmsnorm, and how to launch them by CUDA's driver: one
 * header for C99 and C++.
 *
 * A buffer is passed by the address of its first element, in the memory of the
 * device, followed by those of its sizes and strides that are not fixed and not
 * passed before. Sizes are in elements and not negative, strides are in
 * elements. Sizes that have to be the same are one parameter.
 *
 * - "in" is only read, "in, out" is read and may be written, "out" is written.
 * - What is written must overlap no other buffer.
 * - Addresses are multiples of 16; others, and negative sizes, are
 *   CUDA_ERROR_INVALID_VALUE.
 * - Functions return before the kernels have run, which they do in the order of
 *   the stream. A workspace must be there until then, and for one call at a
 *   time.
 */
)";

/// Shared by all headers that a file includes.
inline constexpr llvm::StringLiteral headerRuntime =
    R"(#ifndef RMSNORM_DEVICE_RUNTIME
#define RMSNORM_DEVICE_RUNTIME

static inline int64_t rmsnorm_min(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static inline int64_t rmsnorm_max(int64_t a, int64_t b) {
  return a > b ? a : b;
}

/* Parts of a workspace begin at multiples of 256. */
static inline size_t rmsnorm_align(int64_t bytes) {
  return ((size_t)bytes + 255) / 256 * 256;
}

/* The major and minor number of the current context's device: 90. */
static inline CUresult rmsnorm_capability(int *capability) {
  CUdevice device;
  int major = 0, minor = 0;
  CUresult result = cuCtxGetDevice(&device);
  if (result == CUDA_SUCCESS)
    result = cuDeviceGetAttribute(
        &major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device);
  if (result == CUDA_SUCCESS)
    result = cuDeviceGetAttribute(
        &minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device);
  *capability = major * 10 + minor;
  return result;
}

/* Kernels may use as much dynamic shared memory as they are launched with;
 * without being told they may use 48 KiB. */
static inline CUresult rmsnorm_find_kernel(CUfunction *kernel, CUmodule module,
                                           const char *name,
                                           int shared_bytes) {
  CUresult result = cuModuleGetFunction(kernel, module, name);
  if (result == CUDA_SUCCESS && shared_bytes > 0)
    result = cuFuncSetAttribute(
        *kernel, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, shared_bytes);
  return result;
}

static inline CUresult
rmsnorm_launch(CUfunction kernel, CUstream stream, int64_t grid_x,
               int64_t grid_y, int64_t grid_z, const unsigned block[3],
               const unsigned cluster[3], unsigned shared_bytes,
               int programmatic, void **parameters) {
  int clusters = cluster[0] * cluster[1] * cluster[2] > 1;
  if (grid_x > 2147483647 || grid_y > 65535 || grid_z > 65535)
    return CUDA_ERROR_INVALID_VALUE;
#if CUDA_VERSION >= 11080
  if (clusters || programmatic) {
    CUlaunchAttribute attributes[2];
    CUlaunchConfig config;
    memset(attributes, 0, sizeof(attributes));
    memset(&config, 0, sizeof(config));
    config.gridDimX = (unsigned)grid_x;
    config.gridDimY = (unsigned)grid_y;
    config.gridDimZ = (unsigned)grid_z;
    config.blockDimX = block[0];
    config.blockDimY = block[1];
    config.blockDimZ = block[2];
    config.sharedMemBytes = shared_bytes;
    config.hStream = stream;
    config.attrs = attributes;
    if (clusters) {
      CUlaunchAttribute *attribute = &attributes[config.numAttrs++];
      attribute->id = CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION;
      attribute->value.clusterDim.x = cluster[0];
      attribute->value.clusterDim.y = cluster[1];
      attribute->value.clusterDim.z = cluster[2];
    }
    if (programmatic) {
      CUlaunchAttribute *attribute = &attributes[config.numAttrs++];
      attribute->id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION;
      attribute->value.programmaticStreamSerializationAllowed = 1;
    }
    return cuLaunchKernelEx(&config, kernel, parameters, NULL);
  }
#else
  (void)programmatic;
  if (clusters)
    return CUDA_ERROR_NOT_SUPPORTED;
#endif
  return cuLaunchKernel(kernel, (unsigned)grid_x, (unsigned)grid_y,
                        (unsigned)grid_z, block[0], block[1], block[2],
                        shared_bytes, stream, parameters, NULL);
}

#endif /* RMSNORM_DEVICE_RUNTIME */
)";

} // namespace mlir::norm

#endif // RMSNORM_LIB_TARGET_GPU_HEADERRUNTIME_H
