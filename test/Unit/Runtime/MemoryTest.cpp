//===- MemoryTest.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RuntimeTest.h"

using testing::ElementsAre;
using testing::IsEmpty;

namespace {
using MemoryTest = RuntimeTest;
} // namespace

TEST_F(MemoryTest, CopiesAndFills) {
  inProcess(
      [&] {
        void *stream = mgpuStreamCreate();
        void *from = mgpuMemAlloc(16, stream, 0);
        void *to = mgpuMemAlloc(16, nullptr, 0);
        int32_t numbers[4] = {1, 2, 3, 4};
        int32_t results[4] = {};
        mgpuMemcpy(from, numbers, 16, stream);
        mgpuMemcpy(to, from, 12, stream);
        mgpuMemset32(static_cast<char *>(to) + 4, 7, 1, stream);
        mgpuMemset16(static_cast<char *>(to) + 12, 0x0101, 2, nullptr);
        mgpuMemcpy(results, to, 16, nullptr);
        EXPECT_THAT(results, ElementsAre(1, 7, 3, 0x01010101));
        mgpuMemFree(from, stream);
        mgpuMemFree(to, nullptr);
        EXPECT_THAT(getLog("cuMem"),
                    ElementsAre("cuMemPoolCreate device=0",
                                "cuMemAllocFromPoolAsync s2 d1 bytes=16",
                                "cuMemAllocFromPoolAsync s1 d2 bytes=16",
                                "cuMemcpyAsync s2 to=d1 from=host bytes=16",
                                "cuMemcpyAsync s2 to=d2 from=d1 bytes=12",
                                "cuMemsetD32Async s2 d2+4 value=7 count=1",
                                "cuMemsetD16Async 0 d2+12 value=257 count=2",
                                "cuMemcpyAsync 0 to=host from=d2 bytes=16",
                                "cuMemFreeAsync s2 d1",
                                "cuMemFreeAsync s1 d2"));
        // What has no stream has been done when the call returns.
        EXPECT_THAT(getLog("cuStreamSynchronize"),
                    ElementsAre("cuStreamSynchronize s1",
                                "cuStreamSynchronize 0",
                                "cuStreamSynchronize 0"));
      },
      "^$");
}

TEST_F(MemoryTest, NothingToDo) {
  inProcess(
      [&] {
        EXPECT_EQ(mgpuMemAlloc(0, nullptr, 0), nullptr);
        mgpuMemFree(nullptr, nullptr);
        mgpuMemcpy(nullptr, nullptr, 0, nullptr);
        mgpuMemset32(nullptr, 0, 0, nullptr);
        mgpuMemset16(nullptr, 0, 0, nullptr);
        mgpuMemHostRegister(nullptr, 0);
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 0);
      },
      "^$");
}

TEST_F(MemoryTest, WithoutPools) {
  auto run = [&] {
    void *stream = mgpuStreamCreate();
    mgpuMemFree(mgpuMemAlloc(16, stream, 0), stream);
    EXPECT_THAT(getLog("cuMem"),
                ElementsAre("cuMemAlloc d1 bytes=16", "cuMemFree d1"));
  };
  inProcess(
      [&] {
        setenv("FAKE_CUDA_POOLS", "0", 1);
        run();
      },
      "^$");
  inProcess(
      [&] {
        setenv("RMSNORM_CUDA_DRIVER", OLD_FAKE_CUDA_DRIVER, 1);
        run();
      },
      "^$");
  inProcess(
      [&] {
        setenv("FAKE_CUDA_FAIL", "cuMemPoolCreate=801", 1);
        run();
      },
      "^$");
}

TEST_F(MemoryTest, SharedWithTheHost) {
  inProcess(
      [&] {
        auto *shared =
            static_cast<int32_t *>(mgpuMemAlloc(8, nullptr, /*shared=*/1));
        mgpuMemset32(shared, 5, 2, nullptr);
        EXPECT_EQ(shared[1], 5);
        mgpuMemFree(shared, nullptr);
        EXPECT_THAT(getLog("cuMemAlloc"),
                    ElementsAre("cuMemAllocManaged d1 bytes=8"));
        EXPECT_THAT(getLog("cuMemFree"), ElementsAre("cuMemFree d1"));
      },
      "^$");
}

TEST_F(MemoryTest, TheHostCannotTouchIt) {
  // Or else tests could not find code that does.
  EXPECT_DEATH(
      {
        auto *memory =
            static_cast<volatile char *>(mgpuMemAlloc(8, nullptr, 0));
        *memory = 1;
      },
      "");
}

TEST_F(MemoryTest, HostRegistration) {
  inProcess(
      [&] {
        std::vector<float> data(100);
        auto address = reinterpret_cast<int64_t>(data.data());
        mgpuMemHostRegister(data.data(), 400);
        mgpuMemHostUnregister(data.data());
        // 3 x 4 with rows of 10, from element 2 on.
        int64_t strided[] = {address, address, 2, 3, 4, 10, 1};
        mgpuMemHostRegisterMemRef(2, strided, 4);
        mgpuMemHostUnregisterMemRef(2, strided, 4);
        int64_t empty[] = {0, 0, 0, 3, 0, 0, 1};
        mgpuMemHostRegisterMemRef(2, empty, 4);
        mgpuMemHostUnregisterMemRef(2, empty, 4);
        int64_t scalar[] = {address, address, 0};
        mgpuMemHostRegisterMemRef(0, scalar, 4);
        mgpuMemHostUnregisterMemRef(0, scalar, 4);
        EXPECT_THAT(
            getLog("cuMemHost"),
            ElementsAre("cuMemHostRegister bytes=400", "cuMemHostUnregister",
                        "cuMemHostRegister bytes=96", "cuMemHostUnregister",
                        "cuMemHostRegister bytes=4", "cuMemHostUnregister"));
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 0);
        mgpuMemHostUnregister(data.data());
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 713);
      },
      "^rmsnorm: cannot unregister host memory: CUDA error 713\n$");
}

TEST_F(MemoryTest, OutOfMemory) {
  inProcess(
      [&] {
        void *memory = mgpuMemAlloc(16, nullptr, 0);
        EXPECT_EQ(mgpuMemAlloc(int64_t(1) << 40, nullptr, 0), nullptr);
        EXPECT_EQ(rmsnormCudaGetLastError(nullptr), 2);
        // Nothing more is done, but what there is is freed.
        EXPECT_EQ(mgpuMemAlloc(16, nullptr, 0), nullptr);
        mgpuMemset32(memory, 1, 1, nullptr);
        mgpuMemFree(memory, nullptr);
        EXPECT_EQ(getLog("cuMemAlloc").size(), 1u);
        EXPECT_THAT(getLog("cuMemset"), IsEmpty());
        EXPECT_EQ(getLog("cuMemFree").size(), 1u);
        rmsnormCudaClearError();
        memory = mgpuMemAlloc(16, nullptr, 0);
        EXPECT_NE(memory, nullptr);
        mgpuMemFree(memory, nullptr);
      },
      "^rmsnorm: cannot allocate 1099511627776 bytes on GPU 0: "
      "CUDA_ERROR_OUT_OF_MEMORY: free device memory, or pass smaller "
      "arguments\n$");
}
