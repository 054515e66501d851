//===- RuntimeTest.h ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The runtime above a driver without a GPU. The runtime opens its driver once,
// so that everything happens in a process of its own.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_UNIT_RUNTIME_RUNTIMETEST_H
#define RMSNORM_TEST_UNIT_RUNTIME_RUNTIMETEST_H

#include "rmsnorm/Runtime/CudaRuntime.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <unistd.h>
#include <vector>

// As MLIR 22 declares and calls them.
extern "C" {
void *mgpuModuleLoad(void *data, int64_t size);
void *mgpuModuleLoadJIT(void *data, int32_t optLevel);
void mgpuModuleUnload(void *module);
void *mgpuModuleGetFunction(void *module, const char *name);
void mgpuLaunchKernel(void *function, int64_t gridX, int64_t gridY,
                      int64_t gridZ, int64_t blockX, int64_t blockY,
                      int64_t blockZ, int32_t sharedBytes, void *stream,
                      void **parameters, void **extra, int64_t count);
void mgpuLaunchClusterKernel(void *function, int64_t clusterX, int64_t clusterY,
                             int64_t clusterZ, int64_t gridX, int64_t gridY,
                             int64_t gridZ, int64_t blockX, int64_t blockY,
                             int64_t blockZ, int32_t sharedBytes, void *stream,
                             void **parameters, void **extra);
void *mgpuStreamCreate();
void mgpuStreamDestroy(void *stream);
void mgpuStreamSynchronize(void *stream);
void mgpuStreamWaitEvent(void *stream, void *event);
void *mgpuEventCreate();
void mgpuEventDestroy(void *event);
void mgpuEventSynchronize(void *event);
void mgpuEventRecord(void *event, void *stream);
void *mgpuMemAlloc(int64_t bytes, void *stream, int8_t isHostShared);
void mgpuMemFree(void *pointer, void *stream);
void mgpuMemcpy(void *to, void *from, int64_t bytes, void *stream);
void mgpuMemset32(void *to, int32_t value, int64_t count, void *stream);
void mgpuMemset16(void *to, int16_t value, int64_t count, void *stream);
void mgpuMemHostRegister(void *pointer, int64_t bytes);
void mgpuMemHostUnregister(void *pointer);
void mgpuMemHostRegisterMemRef(int64_t rank, void *descriptor,
                               int64_t elementBytes);
void mgpuMemHostUnregisterMemRef(int64_t rank, void *descriptor,
                                 int64_t elementBytes);
void mgpuSetDefaultDevice(int32_t device);
}

class RuntimeTest : public testing::Test {
protected:
  RuntimeTest() {
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
    setenv("RMSNORM_CUDA_DRIVER", FAKE_CUDA_DRIVER, 1);
    char name[] = "/tmp/rmsnorm-runtime-XXXXXX";
    int file = mkstemp(name);
    close(file);
    logFile = name;
    setenv("FAKE_CUDA_LOG", name, 1);
  }
  ~RuntimeTest() override { unlink(logFile.c_str()); }

  /// What the driver was asked for, except contexts.
  std::vector<std::string> getLog() const {
    std::vector<std::string> lines;
    std::ifstream file(logFile);
    for (std::string line; std::getline(file, line);)
      lines.push_back(line);
    return lines;
  }
  /// The lines that begin with a text.
  std::vector<std::string> getLog(const std::string &prefix) const {
    std::vector<std::string> lines;
    for (const std::string &line : getLog())
      if (line.rfind(prefix, 0) == 0)
        lines.push_back(line);
    return lines;
  }

  /// Runs EXPECTs in a process of their own, whose stderr must match.
  static void inProcess(const std::function<void()> &run,
                        const char *expectedErrors) {
    EXPECT_EXIT(
        {
          run();
          std::exit(HasFailure());
        },
        testing::ExitedWithCode(0), expectedErrors);
  }

  static std::string getError() {
    const char *message = nullptr;
    rmsnormCudaGetLastError(&message);
    return message;
  }

  std::string logFile;
};

/// Two kernels, as MLIR's NVPTX back end writes them.
inline char ptx[] = R"(
.version 8.0
.target sm_90
.address_size 64
.visible .entry scale(
	.param .u64 .ptr .align 1 scale_param_0,
	.param .u64 scale_param_1,
	.param .f32 scale_param_2,
	.param .b16 scale_param_3
)
.reqntid 128
{
	ret;
}
.visible .entry none()
{
	.shared .align 4 .b8 scratch[1024];
	ret;
}
)";

#endif // RMSNORM_TEST_UNIT_RUNTIME_RUNTIMETEST_H
