//===- LaunchTest.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RuntimeTest.h"

#include <thread>

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {
class LaunchTest : public RuntimeTest {
protected:
  static std::string withProgrammaticGlobal() {
    return std::string(ptx) +
           ".visible .global .align 4 .b32 rmsnorm_programmatic_launch = 1;\n";
  }
  static void launchNone(void *module, int32_t sharedBytes = 0,
                         int64_t grid = 1) {
    mgpuLaunchKernel(mgpuModuleGetFunction(module, "none"), grid, 1, 1, 32, 1,
                     1, sharedBytes, nullptr, nullptr, nullptr, 0);
  }
  static void launchCluster(void *module, int64_t cluster) {
    mgpuLaunchClusterKernel(mgpuModuleGetFunction(module, "none"), cluster, 1,
                            1, 2 * cluster, 3, 1, 32, 1, 1, 0, nullptr, nullptr,
                            nullptr);
  }
};
} // namespace

TEST_F(LaunchTest, PassesEverythingOn) {
  inProcess(
      [&] {
        void *stream = mgpuStreamCreate();
        void *x = mgpuMemAlloc(64, stream, 0);
        int64_t rows = 7;
        float scale = 2.5f;
        uint16_t bits = 40000;
        void *parameters[] = {&x, &rows, &scale, &bits};
        void *module = mgpuModuleLoadJIT(ptx, 2);
        void *kernel = mgpuModuleGetFunction(module, "scale");
        mgpuLaunchKernel(kernel, 4, 3, 2, 128, 2, 1, 256, stream, parameters,
                         nullptr, 4);
        mgpuStreamSynchronize(stream);
        EXPECT_EQ(mgpuModuleGetFunction(module, "scale"), kernel);
        mgpuModuleUnload(module);
        EXPECT_THAT(getLog("cuModule"),
                    ElementsAre("cuModuleLoadDataEx ptx level=2",
                                "cuModuleGetFunction scale", "cuModuleUnload"));
        EXPECT_THAT(getLog("cuLaunch"),
                    ElementsAre("cuLaunchKernel scale grid=4x3x2 block=128x2x1 "
                                "shared=256 s2 (d1, 7, 2.500000, 40000)"));
        EXPECT_EQ(getLog().back(), "cuModuleUnload");
      },
      "^$");
}

TEST_F(LaunchTest, LoadsWhenFirstNeeded) {
  inProcess(
      [&] {
        void *module = mgpuModuleLoadJIT(ptx, 9);
        void *unused = mgpuModuleLoad(ptx, sizeof(ptx));
        mgpuModuleUnload(unused);
        EXPECT_THAT(getLog(), IsEmpty());
        launchNone(module);
        launchNone(module);
        EXPECT_THAT(getLog("cuModule"),
                    ElementsAre("cuModuleLoadDataEx ptx level=4",
                                "cuModuleGetFunction none"));
        EXPECT_EQ(getLog("cuLaunchKernel").size(), 2u);
      },
      "^$");
}

TEST_F(LaunchTest, BinariesAreNotCompiled) {
  inProcess(
      [&] {
        char image[] = "\x7f"
                       "ELF";
        launchNone(mgpuModuleLoad(image, sizeof(image)));
        EXPECT_THAT(getLog("cuModuleLoad"),
                    ElementsAre("cuModuleLoadDataEx binary"));
        EXPECT_THAT(getLog("cuLaunch"),
                    ElementsAre("cuLaunchKernel none grid=1x1x1 block=32x1x1 "
                                "shared=0 0 (?)"));
      },
      "^$");
}

TEST_F(LaunchTest, Clusters) {
  inProcess(
      [&] {
        void *module = mgpuModuleLoadJIT(ptx, 2);
        launchCluster(module, 2);
        EXPECT_THAT(getLog("cuFuncSetAttribute"), IsEmpty());
        // More than what every device can do is asked for, once.
        launchCluster(module, 16);
        launchCluster(module, 16);
        EXPECT_THAT(getLog("cuFuncSetAttribute"),
                    ElementsAre("cuFuncSetAttribute none 14=1"));
        EXPECT_THAT(
            getLog("cuLaunch"),
            ElementsAre("cuLaunchKernelEx none grid=4x3x1 block=32x1x1 "
                        "shared=0 0 cluster=2x1x1 ()",
                        "cuLaunchKernelEx none grid=32x3x1 block=32x1x1 "
                        "shared=0 0 cluster=16x1x1 ()",
                        HasSubstr("cluster=16x1x1")));
        launchCluster(module, 32);
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 912);
      },
      "^rmsnorm: cannot launch the kernel none on 64x3x1 blocks of 32x1x1 "
      "threads in clusters of 32x1x1: CUDA_ERROR_INVALID_CLUSTER_SIZE: the "
      "device cannot run clusters of this size\n$");
}

TEST_F(LaunchTest, ClustersNeedANewDriver) {
  inProcess(
      [&] {
        setenv("RMSNORM_CUDA_DRIVER", OLD_FAKE_CUDA_DRIVER, 1);
        std::string text = withProgrammaticGlobal();
        void *module = mgpuModuleLoadJIT(text.data(), 2);
        launchNone(module);
        EXPECT_THAT(getLog("cuLaunchKernel none").size(), 1u);
        launchCluster(module, 2);
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), -1);
      },
      "the driver is too old for clusters: update it");
}

TEST_F(LaunchTest, Programmatic) {
  inProcess(
      [&] {
        std::string text = withProgrammaticGlobal();
        void *module = mgpuModuleLoadJIT(text.data(), 2);
        launchNone(module);
        launchCluster(module, 4);
        EXPECT_THAT(getLog("cuLaunch"),
                    ElementsAre("cuLaunchKernelEx none grid=1x1x1 block=32x1x1 "
                                "shared=0 0 programmatic=1 ()",
                                "cuLaunchKernelEx none grid=8x3x1 block=32x1x1 "
                                "shared=0 0 cluster=4x1x1 programmatic=1 ()"));
      },
      "^$");
}

TEST_F(LaunchTest, ProgrammaticOnOlderDevice) {
  inProcess(
      [&] {
        setenv("FAKE_CUDA_CAPABILITY", "8.6", 1);
        std::string text = withProgrammaticGlobal();
        text.replace(text.find("sm_90"), 5, "sm_80");
        launchNone(mgpuModuleLoadJIT(text.data(), 2));
        EXPECT_THAT(getLog("cuLaunch"),
                    ElementsAre(HasSubstr("cuLaunchKernel none")));
      },
      "^$");
}

TEST_F(LaunchTest, SharedMemory) {
  inProcess(
      [&] {
        void *module = mgpuModuleLoadJIT(ptx, 2);
        // The kernel has 1 KiB of its own.
        launchNone(module, 47 * 1024);
        EXPECT_THAT(getLog("cuFuncSetAttribute"), IsEmpty());
        launchNone(module, 47 * 1024 + 1);
        launchNone(module, 100000);
        launchNone(module, 60000);
        EXPECT_THAT(getLog("cuFuncSetAttribute"),
                    ElementsAre("cuFuncSetAttribute none 8=48129",
                                "cuFuncSetAttribute none 8=100000"));
        EXPECT_EQ(getLog("cuLaunch").size(), 4u);
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 0);
        launchNone(module, 300000);
        EXPECT_EQ(getLog("cuLaunch").size(), 4u);
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 1);
      },
      "^rmsnorm: cannot launch .* with 300000 bytes of shared memory .at most "
      "232448.: CUDA_ERROR_INVALID_VALUE\n$");
}

TEST_F(LaunchTest, EmptyAndHugeGrids) {
  inProcess(
      [&] {
        void *module = mgpuModuleLoadJIT(ptx, 2);
        launchNone(module, 0, /*grid=*/0);
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 0);
        launchNone(module, 0, /*grid=*/(int64_t(1) << 32) + 1);
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), -1);
        rmsnormCudaClearError();
        launchNone(module, 0, /*grid=*/-1);
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), -1);
        EXPECT_THAT(getLog("cuLaunch"), IsEmpty());
      },
      "on 4294967297x1x1 blocks .* out of range\n.*-1x1x1");
}

TEST_F(LaunchTest, StreamsAndEventsAreUsedAgain) {
  inProcess(
      [&] {
        void *first = mgpuStreamCreate();
        void *second = mgpuStreamCreate();
        EXPECT_NE(first, second);
        void *event = mgpuEventCreate();
        mgpuEventRecord(event, first);
        mgpuStreamWaitEvent(second, event);
        mgpuEventSynchronize(event);
        mgpuEventDestroy(event);
        mgpuStreamDestroy(first);
        EXPECT_EQ(mgpuStreamCreate(), first);
        EXPECT_EQ(mgpuEventCreate(), event);
        // One is the pool's. Neither waits for the default stream, and the
        // event takes no time.
        EXPECT_THAT(getLog("cuStream"), ElementsAre("cuStreamCreate s1 flags=1",
                                                    "cuStreamCreate s2 flags=1",
                                                    "cuStreamCreate s3 flags=1",
                                                    "cuStreamWaitEvent s3"));
        EXPECT_THAT(getLog("cuEvent"),
                    ElementsAre("cuEventCreate e1 flags=2", "cuEventRecord s2",
                                "cuEventSynchronize"));
      },
      "^$");
}

TEST_F(LaunchTest, StreamOfTheThread) {
  inProcess(
      [&] {
        void *module = mgpuModuleLoadJIT(ptx, 2);
        rmsnormCudaSetStream(RMSNORM_CUDA_DEFAULT_STREAM);
        void *stream = mgpuStreamCreate();
        EXPECT_EQ(stream, RMSNORM_CUDA_DEFAULT_STREAM);
        launchNone(module);
        void *memory = mgpuMemAlloc(8, nullptr, 0);
        mgpuMemset32(memory, 1, 2, nullptr);
        mgpuMemFree(memory, stream);
        mgpuStreamSynchronize(stream);
        mgpuStreamDestroy(stream);
        EXPECT_THAT(getLog("cuStream"),
                    ElementsAre("cuStreamCreate s1 flags=1"));
        EXPECT_THAT(getLog("cuLaunch"), ElementsAre(HasSubstr(" legacy ")));
        EXPECT_THAT(getLog("cuMem"),
                    ElementsAre(HasSubstr("PoolCreate"),
                                "cuMemAllocFromPoolAsync legacy d1 bytes=8",
                                "cuMemsetD32Async legacy d1 value=1 count=2",
                                "cuMemFreeAsync legacy d1"));
        // Another thread has its own.
        std::thread([&] {
          EXPECT_NE(mgpuStreamCreate(), RMSNORM_CUDA_DEFAULT_STREAM);
        }).join();
        rmsnormCudaSetStream(nullptr);
        EXPECT_NE(mgpuStreamCreate(), RMSNORM_CUDA_DEFAULT_STREAM);
      },
      "^$");
}

TEST_F(LaunchTest, Timers) {
  inProcess(
      [&] {
        void *module = mgpuModuleLoadJIT(ptx, 2);
        void *start = rmsnormCudaTimerCreate();
        void *end = rmsnormCudaTimerCreate();
        mgpuEventRecord(start, nullptr);
        launchNone(module);
        launchNone(module);
        mgpuEventRecord(end, nullptr);
        mgpuEventSynchronize(end);
        EXPECT_NEAR(rmsnormCudaTimerElapsed(start, end), 20e-6, 1e-9);
        rmsnormCudaTimerDestroy(start);
        EXPECT_LT(rmsnormCudaTimerElapsed(start, end), 0.0);
        EXPECT_THAT(getError(), HasSubstr("cannot read a timer"));
        EXPECT_THAT(getLog("cuEventCreate"),
                    ElementsAre("cuEventCreate e1 flags=0",
                                "cuEventCreate e2 flags=0"));
      },
      "CUDA_ERROR_INVALID_HANDLE");
}

TEST_F(LaunchTest, ThreadsRaceForTheFirstUse) {
  inProcess(
      [&] {
        void *module = mgpuModuleLoadJIT(ptx, 2);
        std::vector<std::thread> threads;
        threads.reserve(16);
        for (int i = 0; i < 16; ++i)
          threads.emplace_back([&] {
            for (int j = 0; j < 50; ++j) {
              void *stream = mgpuStreamCreate();
              void *memory = mgpuMemAlloc(8, stream, 0);
              launchNone(module, 60000);
              mgpuMemFree(memory, stream);
              mgpuStreamSynchronize(stream);
              mgpuStreamDestroy(stream);
            }
            EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 0);
          });
        for (std::thread &thread : threads)
          thread.join();
        for (const char *once : {"cuInit", "cuDevicePrimaryCtxRetain",
                                 "cuMemPoolCreate", "cuModuleLoadDataEx",
                                 "cuModuleGetFunction", "cuFuncSetAttribute"})
          EXPECT_EQ(getLog(once).size(), 1u) << once;
        EXPECT_EQ(getLog("cuLaunchKernel").size(), 800u);
        // As many streams as threads at most, and the pool's.
        EXPECT_LE(getLog("cuStreamCreate").size(), 17u);
      },
      "^$");
}

TEST_F(LaunchTest, TwoDevices) {
  inProcess(
      [&] {
        setenv("FAKE_CUDA_DEVICES", "2", 1);
        void *module = mgpuModuleLoadJIT(ptx, 2);
        launchNone(module);
        mgpuSetDefaultDevice(1);
        launchNone(module);
        RMSNormCudaDevice device;
        EXPECT_EQ(rmsnormCudaGetDevice(&device, nullptr), 1);
        EXPECT_STREQ(device.name, "Fake GPU 1");
        std::thread([&] { launchNone(module); }).join();
        mgpuModuleUnload(module);
        EXPECT_THAT(getLog("cuDevicePrimaryCtxRetain"),
                    ElementsAre("cuDevicePrimaryCtxRetain 0",
                                "cuDevicePrimaryCtxRetain 1"));
        EXPECT_EQ(getLog("cuModuleLoadDataEx").size(), 2u);
        EXPECT_EQ(getLog("cuModuleUnload").size(), 2u);
        EXPECT_EQ(getLog("cuLaunchKernel").size(), 3u);
        mgpuSetDefaultDevice(2);
        EXPECT_EQ(mgpuStreamCreate(), nullptr);
      },
      "^rmsnorm: cannot use GPU 2: CUDA_ERROR_INVALID_DEVICE: there are fewer "
      "GPUs");
}
