/*===- CudaRuntime.h ------------------------------------------*- C -*-===*\
|*                                                                        *|
|* Part of the rmsnorm project, under the Apache License v2.0 with LLVM   *|
|* Exceptions. See LICENSE for license information.                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                *|
|*                                                                        *|
|*===----------------------------------------------------------------------===*|
|*                                                                        *|
|* What a caller of code for NVIDIA GPUs asks librmsnorm_cuda_runtime.so: *|
|* whether there is a device, what went wrong, where to launch. The code  *|
|* itself calls the mgpu* functions of the library, which MLIR knows.     *|
|* docs/Runtime.md describes both.                                        *|
|*                                                                        *|
\*===----------------------------------------------------------------------===*/

#ifndef RMSNORM_RUNTIME_CUDARUNTIME_H
#define RMSNORM_RUNTIME_CUDARUNTIME_H

#ifdef __cplusplus
extern "C" {
#endif

#define RMSNORM_CUDA_API __attribute__((visibility("default")))

typedef struct RMSNormCudaDevice {
  /* Lives as long as the process. */
  const char *name;
  /* The compute capability: 9 and 0 for sm_90. */
  int major;
  int minor;
  int multiprocessors;
} RMSNormCudaDevice;

/* Returns 1 when the thread's device can be used, and describes it in
 * *device; otherwise 0, with the reason in *reason, which is good until the
 * thread calls this again. Both pointers may be null. Prints nothing and is
 * no error. */
RMSNORM_CUDA_API int rmsnormCudaGetDevice(RMSNormCudaDevice *device,
                                          const char **reason);

/* The first error on this thread since the last clear: CUDA's number of it, -1
 * for one that CUDA has no number for, or 0 for none. *message, if it is not
 * null, becomes what was printed, or an empty string; it is good until the
 * thread's next error. Work that follows an error is not done; what was
 * allocated is still freed. */
RMSNORM_CUDA_API int rmsnormCudaGetLastError(const char **message);
RMSNORM_CUDA_API void rmsnormCudaClearError(void);

/* From now on the thread's work goes to this stream in order, and functions
 * return without waiting for it. Null goes back to streams of the library's
 * own, which are waited for; CUDA's default stream is
 * RMSNORM_CUDA_DEFAULT_STREAM. */
#define RMSNORM_CUDA_DEFAULT_STREAM ((void *)1)
RMSNORM_CUDA_API void rmsnormCudaSetStream(void *stream);

/* Events that take the time, unlike those of mgpuEventCreate; recorded and
 * waited for by mgpuEventRecord and mgpuEventSynchronize. */
RMSNORM_CUDA_API void *rmsnormCudaTimerCreate(void);
RMSNORM_CUDA_API void rmsnormCudaTimerDestroy(void *timer);
/* Seconds between two that have happened; negative after an error. */
RMSNORM_CUDA_API double rmsnormCudaTimerElapsed(void *start, void *end);

#ifdef __cplusplus
}
#endif

#endif /* RMSNORM_RUNTIME_CUDARUNTIME_H */
