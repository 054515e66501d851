//===- ErrorTest.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RuntimeTest.h"

#include "../../../lib/Runtime/CudaDriver.h"

#include <thread>

using testing::HasSubstr;
using testing::IsEmpty;

namespace {
class ErrorTest : public RuntimeTest {
protected:
  /// Calls every function of the driver that the runtime knows.
  static void useEverything() {
    void *module = mgpuModuleLoadJIT(ptx, 2);
    void *kernel = mgpuModuleGetFunction(module, "none");
    void *stream = mgpuStreamCreate();
    void *event = mgpuEventCreate();
    void *timer = rmsnormCudaTimerCreate();
    void *memory = mgpuMemAlloc(64, stream, 0);
    void *loose = mgpuMemAlloc(64, nullptr, 0);
    void *shared = mgpuMemAlloc(64, nullptr, 1);
    // Another one in each call: unregistering the last may have failed.
    static char host[2][8];
    static int calls = 0;
    mgpuMemHostRegister(host[calls % 2], 8);
    mgpuMemHostUnregister(host[calls++ % 2]);
    mgpuMemset32(memory, 1, 4, stream);
    mgpuMemset16(memory, 1, 4, stream);
    mgpuMemcpy(loose, memory, 64, nullptr);
    mgpuLaunchKernel(kernel, 1, 1, 1, 32, 1, 1, 60000, stream, nullptr, nullptr,
                     0);
    mgpuLaunchClusterKernel(kernel, 2, 1, 1, 2, 1, 1, 32, 1, 1, 0, stream,
                            nullptr, nullptr);
    mgpuEventRecord(event, stream);
    mgpuEventRecord(timer, stream);
    mgpuStreamWaitEvent(stream, event);
    mgpuEventSynchronize(event);
    rmsnormCudaTimerElapsed(timer, timer);
    mgpuStreamSynchronize(stream);
    mgpuMemFree(memory, stream);
    mgpuMemFree(loose, nullptr);
    mgpuMemFree(shared, nullptr);
    mgpuEventDestroy(event);
    rmsnormCudaTimerDestroy(timer);
    mgpuStreamDestroy(stream);
    mgpuModuleUnload(module);
  }

  static std::string getReason() {
    const char *reason = nullptr;
    EXPECT_EQ(rmsnormCudaGetDevice(nullptr, &reason), 0);
    EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 0);
    return reason;
  }
};

class EachCallTest : public ErrorTest,
                     public testing::WithParamInterface<const char *> {};
} // namespace

TEST_F(ErrorTest, NoDriver) {
  inProcess(
      [&] {
        setenv("RMSNORM_CUDA_DRIVER", "/nowhere/libcuda.so.1", 1);
        EXPECT_THAT(getReason(), HasSubstr("install NVIDIA's driver"));
        useEverything();
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), -1);
      },
      "^rmsnorm: cannot open the CUDA driver: /nowhere/libcuda.so.1: [^\n]*: "
      "install NVIDIA's driver, or name its file in RMSNORM_CUDA_DRIVER\n$");
}

TEST_F(ErrorTest, NotADriver) {
  inProcess(
      [&] {
        setenv("RMSNORM_CUDA_DRIVER", "libm.so.6", 1);
        EXPECT_THAT(getReason(), HasSubstr("libm.so.6 has no cuInit"));
        useEverything();
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), -1);
      },
      "^rmsnorm: cannot use the CUDA driver: libm.so.6 has no cuInit: update "
      "NVIDIA's driver\n$");
}

TEST_F(ErrorTest, NoDevice) {
  inProcess(
      [&] {
        setenv("FAKE_CUDA_DEVICES", "0", 1);
        EXPECT_THAT(getReason(), HasSubstr("CUDA_ERROR_NO_DEVICE"));
        useEverything();
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 100);
      },
      "^rmsnorm: cannot start the CUDA driver: CUDA_ERROR_NO_DEVICE: no GPU is "
      "visible: look at nvidia-smi and CUDA_VISIBLE_DEVICES\n$");
}

TEST_F(ErrorTest, DeviceIsDescribed) {
  inProcess(
      [&] {
        setenv("FAKE_CUDA_CAPABILITY", "12.1", 1);
        RMSNormCudaDevice device = {};
        const char *reason = nullptr;
        EXPECT_EQ(rmsnormCudaGetDevice(&device, &reason), 1);
        EXPECT_STREQ(reason, "");
        EXPECT_STREQ(device.name, "Fake GPU 0");
        EXPECT_EQ(device.major, 12);
        EXPECT_EQ(device.minor, 1);
        EXPECT_EQ(device.multiprocessors, 132);
      },
      "^$");
}

TEST_F(ErrorTest, OtherChip) {
  inProcess(
      [&] {
        setenv("FAKE_CUDA_CAPABILITY", "8.0", 1);
        useEverything();
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 209);
        EXPECT_THAT(getLog("cuLaunch"), IsEmpty());
      },
      "^rmsnorm: cannot load device code: CUDA_ERROR_NO_BINARY_FOR_GPU: it was "
      "not compiled for Fake GPU 0: compile with chip=sm_80: SM version of "
      ".target is too high\n$");
}

TEST_F(ErrorTest, NoSuchKernel) {
  inProcess(
      [&] {
        void *module = mgpuModuleLoadJIT(ptx, 2);
        EXPECT_EQ(mgpuModuleGetFunction(module, "other"), nullptr);
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 500);
      },
      "^rmsnorm: cannot find the kernel other: CUDA_ERROR_NOT_FOUND\n$");
}

TEST_F(ErrorTest, FailedKernel) {
  inProcess(
      [&] {
        setenv("FAKE_CUDA_FAIL", "cuStreamSynchronize=700@2", 1);
        useEverything();
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 700);
      },
      "CUDA_ERROR_ILLEGAL_ADDRESS: a kernel has failed");
}

TEST_F(ErrorTest, TheEndOfTheDriverIsNoError) {
  inProcess(
      [&] {
        void *module = mgpuModuleLoadJIT(ptx, 2);
        mgpuModuleGetFunction(module, "none");
        setenv("FAKE_CUDA_FAIL",
               "cuModuleUnload=4,cuCtxPushCurrent_v2=4,cuMemFreeAsync=4", 1);
        mgpuModuleUnload(module);
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 0);
      },
      "^$");
}

TEST_F(ErrorTest, BelongsToTheThread) {
  inProcess(
      [&] {
        std::thread([] {
          mgpuMemFree(reinterpret_cast<void *>(8), nullptr);
          EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 1);
        }).join();
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 0);
        EXPECT_EQ(getError(), "");
        useEverything();
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 0);
      },
      "^rmsnorm: cannot free device memory: CUDA_ERROR_INVALID_VALUE\n$");
}

TEST_P(EachCallTest, FailsWithOneLine) {
  // A number that the driver has no name for.
  std::string failure = GetParam() + std::string("=998");
  inProcess(
      [&] {
        setenv("FAKE_CUDA_FAIL", failure.c_str(), 1);
        useEverything();
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 998);
        EXPECT_THAT(getError(), HasSubstr(": CUDA error 998"));
        // The next error is printed again, but only when there is one.
        rmsnormCudaClearError();
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 0);
        if (std::string(GetParam()) != "cuInit") {
          unsetenv("FAKE_CUDA_FAIL");
          useEverything();
          EXPECT_EQ(getError(), "");
        }
      },
      "^rmsnorm: [^\n]+: CUDA error 998\n$");
}

#define NAME(name, symbol, parameters) #symbol,
// Those whose failure the runtime can do without are tested elsewhere, and
// those that it calls only without pools.
static bool isFatal(const std::string &name) {
  for (const char *other :
       {"cuGetErrorName", "cuCtxGetCurrent", "cuCtxPopCurrent_v2",
        "cuStreamDestroy_v2", "cuMemAlloc_v2", "cuMemPoolCreate",
        "cuMemPoolSetAttribute"})
    if (name == other)
      return false;
  return true;
}
static std::vector<const char *> getFatalCalls() {
  std::vector<const char *> calls;
  for (const char *name : {RMSNORM_CUDA_REQUIRED_FUNCTIONS(NAME)
                               RMSNORM_CUDA_OPTIONAL_FUNCTIONS(NAME)})
    if (isFatal(name))
      calls.push_back(name);
  return calls;
}
INSTANTIATE_TEST_SUITE_P(Driver, EachCallTest,
                         testing::ValuesIn(getFatalCalls()),
                         [](const auto &info) {
                           return std::string(info.param);
                         });

TEST_F(ErrorTest, WithoutPoolsToo) {
  inProcess(
      [&] {
        setenv("FAKE_CUDA_POOLS", "0", 1);
        setenv("FAKE_CUDA_FAIL", "cuMemAlloc_v2=2", 1);
        useEverything();
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 2);
      },
      "^rmsnorm: cannot allocate 64 bytes on GPU 0: CUDA_ERROR_OUT_OF_MEMORY");
}
