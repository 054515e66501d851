//===- ExecutionTest.cpp ----------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels that are right: the model computes what they say and finds nothing.
//
//===----------------------------------------------------------------------===//

#include "ModelRun.h"

#include "llvm/ADT/STLExtras.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <chrono>
#include <cmath>
#include <numeric>

using namespace gputest;
using namespace gpumodel;

TEST(Execution, BlockSum) {
  std::unique_ptr<Program> program = Program::compile(getBlockSum().str());
  ASSERT_TRUE(program);
  Call<float> call(1024);
  std::iota(call.x.begin(), call.x.end(), 0.f);
  for (Order order : allOrders) {
    llvm::fill(call.y, 0.f);
    Result result = call(*program, inOrder(order));
    EXPECT_EQ(result.str(), "");
    for (int block = 0; block < 4; ++block)
      EXPECT_EQ(call.y[block], 256 * (256 * block + 127.5f));
    ASSERT_EQ(result.launches.size(), 1u);
    const Launch &launch = result.launches[0];
    EXPECT_EQ(launch.kernel, "k::f");
    EXPECT_THAT(launch.grid, testing::ElementsAre(4, 1, 1));
    EXPECT_THAT(launch.block, testing::ElementsAre(256, 1, 1));
    EXPECT_THAT(launch.cluster, testing::ElementsAre(1, 1, 1));
    EXPECT_EQ(launch.staticSharedBytes, 256u);
    EXPECT_EQ(launch.loads, 1024u);
    EXPECT_EQ(launch.bytesRead, 4096u);
    EXPECT_EQ(launch.distinctBytesRead, 4096u);
    EXPECT_EQ(launch.bytesWritten, 16u);
    EXPECT_EQ(launch.distinctBytesWritten, 16u);
  }
}

TEST(Execution, ClusterExchange) {
  std::unique_ptr<Program> program =
      Program::compile(getClusterExchange().str());
  ASSERT_TRUE(program);
  Call<float> call(1024);
  std::iota(call.x.begin(), call.x.end(), 0.f);
  for (Order order : allOrders) {
    llvm::fill(call.y, -1.f);
    Result result = call(*program, inOrder(order));
    EXPECT_EQ(result.str(), "");
    for (int i = 0; i < 1024; ++i) {
      int block = i / 64, before = block / 8 * 8 + (block + 7) % 8;
      EXPECT_EQ(call.y[i], before * 64 + 63 - i % 64) << i;
    }
    ASSERT_EQ(result.launches.size(), 1u);
    EXPECT_THAT(result.launches[0].cluster, testing::ElementsAre(8, 1, 1));
  }
}

TEST(Execution, PersistentLoop) {
  std::unique_ptr<Program> program =
      Program::compile(getPersistentLoop().str());
  ASSERT_TRUE(program);
  Call<float> call(384);
  std::iota(call.x.begin(), call.x.end(), 0.f);
  for (Order order : allOrders) {
    llvm::fill(call.y, -1.f);
    EXPECT_EQ(call(*program, inOrder(order)).str(), "");
    for (int i = 0; i < 384; ++i)
      EXPECT_EQ(call.y[i], i / 64 * 64 + 63 - i % 64) << i;
  }
}

/// Rows of 4096 elements of bf16, 8 a thread at a time, and the block's sum in
/// dynamic shared memory: y = x * rsqrt(mean(x^2)).
static std::string getRMSNorm(unsigned rows) {
  Kernel kernel;
  kernel.elementType = "bf16";
  kernel.grid = rows;
  kernel.block = 128;
  kernel.sharedBytes = 16;
  kernel.attributes = "known_block_size = array<i32: 128, 1, 1>";
  kernel.body = R"(
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c4 = arith.constant 4 : index
      %c8 = arith.constant 8 : index
      %c32 = arith.constant 32 : index
      %c1024 = arith.constant 1024 : index
      %c4096 = arith.constant 4096 : index
      %i32 = arith.constant 32 : i32
      %width = arith.constant 4096.0 : f32
      %none = arith.constant 0.0 : f32
      %zeros = arith.constant dense<0.0> : vector<8xf32>
      nvvm.griddepcontrol wait
      %row = gpu.block_id x
      %t = gpu.thread_id x
      %rows = arith.divui %n, %c4096 : index
      %xs = memref.reinterpret_cast %x to offset: [0], sizes: [%rows, 4096],
        strides: [4096, 1] : memref<bf16> to memref<?x4096xbf16, strided<[4096, 1]>>
      %ys = memref.reinterpret_cast %y to offset: [0], sizes: [%rows, 4096],
        strides: [4096, 1] : memref<bf16> to memref<?x4096xbf16, strided<[4096, 1]>>
      %start = arith.muli %t, %c8 : index
      %squares = scf.for %i = %start to %c4096 step %c1024
          iter_args(%acc = %zeros) -> vector<8xf32> {
        %v = vector.load %xs[%row, %i] {alignment = 16 : i64}
          : memref<?x4096xbf16, strided<[4096, 1]>>, vector<8xbf16>
        %w = arith.extf %v : vector<8xbf16> to vector<8xf32>
        %next = llvm.intr.fmuladd(%w, %w, %acc)
          : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
        scf.yield %next : vector<8xf32>
      }
      %s0 = vector.reduction <add>, %squares : vector<8xf32> into f32
      %l16 = arith.constant 16 : i32
      %o16, %v16 = gpu.shuffle xor %s0, %l16, %i32 : f32
      %s1 = arith.addf %s0, %o16 : f32
      %l8 = arith.constant 8 : i32
      %o8, %v8 = gpu.shuffle xor %s1, %l8, %i32 : f32
      %s2 = arith.addf %s1, %o8 : f32
      %l4 = arith.constant 4 : i32
      %o4, %v4 = gpu.shuffle xor %s2, %l4, %i32 : f32
      %s3 = arith.addf %s2, %o4 : f32
      %l2 = arith.constant 2 : i32
      %o2, %v2 = gpu.shuffle xor %s3, %l2, %i32 : f32
      %s4 = arith.addf %s3, %o2 : f32
      %l1 = arith.constant 1 : i32
      %o1, %v1 = gpu.shuffle xor %s4, %l1, %i32 : f32
      %s5 = arith.addf %s4, %o1 : f32
      %dynamic = gpu.dynamic_shared_memory
        : memref<?xi8, #gpu.address_space<workgroup>>
      %shared = memref.view %dynamic[%c0][] : memref<?xi8, #gpu.address_space<workgroup>>
        to memref<4xf32, #gpu.address_space<workgroup>>
      %warp = arith.divui %t, %c32 : index
      %lane = arith.remui %t, %c32 : index
      %leads = arith.cmpi eq, %lane, %c0 : index
      scf.if %leads {
        memref.store %s5, %shared[%warp] : memref<4xf32, #gpu.address_space<workgroup>>
      }
      gpu.barrier
      %total = scf.for %k = %c0 to %c4 step %c1 iter_args(%acc = %none) -> f32 {
        %part = memref.load %shared[%k] : memref<4xf32, #gpu.address_space<workgroup>>
        %add = arith.addf %acc, %part : f32
        scf.yield %add : f32
      }
      %mean = arith.divf %total, %width : f32
      %bits = arith.bitcast %mean : f32 to i32
      %opaque = llvm.inline_asm "", "=r,0" %bits : (i32) -> i32
      %kept = arith.bitcast %opaque : i32 to f32
      %scale = math.rsqrt %kept : f32
      %scales = vector.broadcast %scale : f32 to vector<8xf32>
      nvvm.griddepcontrol launch_dependents
      scf.for %i = %start to %c4096 step %c1024 {
        %v = vector.load %xs[%row, %i] {alignment = 16 : i64}
          : memref<?x4096xbf16, strided<[4096, 1]>>, vector<8xbf16>
        %w = arith.extf %v : vector<8xbf16> to vector<8xf32>
        %p = arith.mulf %w, %scales : vector<8xf32>
        %q = arith.truncf %p : vector<8xf32> to vector<8xbf16>
        vector.store %q, %ys[%row, %i] {alignment = 16 : i64}
          : memref<?x4096xbf16, strided<[4096, 1]>>, vector<8xbf16>
      })";
  return kernel.str();
}

static float fromBF16(uint16_t value) {
  uint32_t bits = uint32_t(value) << 16;
  float result;
  std::memcpy(&result, &bits, sizeof(bits));
  return result;
}

/// A million elements in each order: the time is printed.
TEST(Execution, RMSNorm) {
  constexpr unsigned rows = 256, width = 4096;
  std::unique_ptr<Program> program = Program::compile(getRMSNorm(rows));
  ASSERT_TRUE(program);
  Call<uint16_t> call(rows * width);
  for (size_t i = 0; i < call.count; ++i)
    call.x[i] = 0x3f80 + i * 37 % 97; // 1 and a little
  for (Order order : allOrders) {
    llvm::fill(call.y, 0);
    auto start = std::chrono::steady_clock::now();
    Result result = call(*program, inOrder(order));
    std::chrono::duration<double> seconds =
        std::chrono::steady_clock::now() - start;
    std::printf("%.3f s\n", seconds.count());
    EXPECT_EQ(result.str(), "");
    for (unsigned row = 0; row < rows; ++row) {
      double sum = 0;
      for (unsigned i = 0; i < width; ++i)
        sum += std::pow(fromBF16(call.x[row * width + i]), 2);
      double scale = 1 / std::sqrt(sum / width);
      for (unsigned i = 0; i < width; ++i)
        ASSERT_NEAR(fromBF16(call.y[row * width + i]),
                    fromBF16(call.x[row * width + i]) * scale, 0x1p-8);
    }
    ASSERT_EQ(result.launches.size(), 1u);
    const Launch &launch = result.launches[0];
    EXPECT_TRUE(launch.programmatic);
    EXPECT_EQ(launch.dynamicSharedBytes, 16u);
    EXPECT_EQ(launch.bytesRead, 2 * call.count * 2);
    EXPECT_EQ(launch.distinctBytesRead, call.count * 2);
    EXPECT_EQ(launch.bytesWritten, call.count * 2);
    EXPECT_EQ(launch.distinctBytesWritten, call.count * 2);
  }
}

/// The largest cluster there is, 8 blocks of 1024 threads.
TEST(Execution, ManyThreads) {
  Kernel kernel = getClusterExchange();
  kernel.attributions =
      "workgroup(%s: memref<1024xf32, #gpu.address_space<workgroup>>)";
  kernel.block = 1024;
  for (size_t at; (at = kernel.body.find("64xf32")) != std::string::npos;)
    kernel.body.replace(at, 2, "1024");
  kernel.body = replaceOnce(kernel.body, "%c63 = arith.constant 63",
                            "%c63 = arith.constant 1023");
  std::unique_ptr<Program> program = Program::compile(kernel.str());
  ASSERT_TRUE(program);
  Call<float> call(16 * 1024);
  std::iota(call.x.begin(), call.x.end(), 0.f);
  for (Order order : allOrders) {
    EXPECT_EQ(call(*program, inOrder(order)).str(), "");
    EXPECT_EQ(call.y[0], 7 * 1024 + 1023);
    EXPECT_EQ(call.y[16 * 1024 - 1], 14 * 1024);
  }
}

/// A block of two dimensions, a grid of three, with ids in every one.
TEST(Execution, Dimensions) {
  const char *source = R"(module attributes {gpu.container_module} {
    gpu.module @k {
      gpu.func @f(%y: memref<i32>) kernel {
        %tx = gpu.thread_id x
        %ty = gpu.thread_id y
        %bx = gpu.block_id x
        %by = gpu.block_id y
        %bz = gpu.block_id z
        %dx = gpu.block_dim x
        %dy = gpu.block_dim y
        %gx = gpu.grid_dim x
        %gy = gpu.grid_dim y
        %lane = gpu.lane_id
        %0 = arith.muli %bz, %gy : index
        %1 = arith.addi %0, %by : index
        %2 = arith.muli %1, %gx : index
        %3 = arith.addi %2, %bx : index
        %4 = arith.muli %3, %dy : index
        %5 = arith.addi %4, %ty : index
        %6 = arith.muli %5, %dx : index
        %7 = arith.addi %6, %tx : index
        %ys = memref.reinterpret_cast %y to offset: [0], sizes: [1536],
          strides: [1] : memref<i32> to memref<1536xi32, strided<[1]>>
        %v = arith.index_cast %lane : index to i32
        memref.store %v, %ys[%7] : memref<1536xi32, strided<[1]>>
        gpu.return
      }
    }
    func.func @f(%y: memref<i32>) {
      %c2 = arith.constant 2 : index
      %c3 = arith.constant 3 : index
      %c4 = arith.constant 4 : index
      %c8 = arith.constant 8 : index
      gpu.launch_func @k::@f blocks in (%c2, %c3, %c4) threads in (%c8, %c8, %c1)
        args(%y : memref<i32>)
      return
    }
  })";
  std::string text = replaceOnce(source, "      %c2 = arith",
                                 "      %c1 = arith.constant 1 : index\n"
                                 "      %c2 = arith");
  std::unique_ptr<Program> program = Program::compile(text);
  ASSERT_TRUE(program);
  std::vector<int32_t> y(1536, -1);
  Arguments arguments;
  arguments.add({y.data(), 0, {}, {}});
  Result result = program->call("f", arguments, {{"y", y.data(), 6144}});
  EXPECT_EQ(result.str(), "");
  for (int i = 0; i < 1536; ++i)
    EXPECT_EQ(y[i], i % 32) << i;
}

/// A partial sum for each block in a workspace, cleared and copied by the host.
TEST(Execution, Workspace) {
  const char *source = R"(module attributes {gpu.container_module} {
    gpu.module @k {
      gpu.func @parts(%x: memref<f32>, %w: memref<f32>) kernel {
        %b = gpu.block_id x
        %xs = memref.reinterpret_cast %x to offset: [0], sizes: [8],
          strides: [1] : memref<f32> to memref<8xf32, strided<[1]>>
        %ws = memref.reinterpret_cast %w to offset: [0], sizes: [8],
          strides: [1] : memref<f32> to memref<8xf32, strided<[1]>>
        %v = memref.load %xs[%b] : memref<8xf32, strided<[1]>>
        %old = memref.load %ws[%b] : memref<8xf32, strided<[1]>>
        %new = arith.addf %v, %old : f32
        memref.store %new, %ws[%b] : memref<8xf32, strided<[1]>>
        gpu.return
      }
    }
    func.func @f(%x: memref<8xf32>, %y: memref<8xf32>, %n: index) {
      %c1 = arith.constant 1 : index
      %half = arith.constant 0.5 : f32
      %start = gpu.wait async
      %w, %t0 = gpu.alloc async [%start] (%n) : memref<?xf32>
      %t1 = gpu.memset async [%t0] %w, %half : memref<?xf32>, f32
      %xb, %xo, %xn, %xs = memref.extract_strided_metadata %x
        : memref<8xf32> -> memref<f32>, index, index, index
      %wb, %wo, %wn, %ws = memref.extract_strided_metadata %w
        : memref<?xf32> -> memref<f32>, index, index, index
      %t2 = gpu.launch_func async [%t1] @k::@parts blocks in (%n, %c1, %c1)
        threads in (%c1, %c1, %c1) args(%xb : memref<f32>, %wb : memref<f32>)
      %cast = memref.cast %w : memref<?xf32> to memref<8xf32>
      %t3 = gpu.memcpy async [%t2] %y, %cast : memref<8xf32>, memref<8xf32>
      %t4 = gpu.dealloc async [%t3] %w : memref<?xf32>
      gpu.wait [%t4]
      return
    }
  })";
  std::vector<float> x = {1, 2, 3, 4, 5, 6, 7, 8}, y(8);
  Arguments arguments;
  arguments.add({x.data(), 0, {8}, {1}});
  arguments.add({y.data(), 0, {8}, {1}});
  arguments.addScalar<int64_t>(8);
  std::vector<Buffer> buffers = {{"x", x.data(), 32, false},
                                 {"y", y.data(), 32}};
  std::unique_ptr<Program> program = Program::compile(source);
  ASSERT_TRUE(program);
  EXPECT_EQ(program->call("f", arguments, buffers).str(), "");
  EXPECT_THAT(y, testing::ElementsAre(1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5));

  std::string lost = replaceOnce(
      source, "      %t4 = gpu.dealloc async [%t3] %w : memref<?xf32>\n", "");
  program =
      Program::compile(replaceOnce(lost, "gpu.wait [%t4]", "gpu.wait [%t3]"));
  ASSERT_TRUE(program);
  Result result = program->call("f", arguments, buffers);
  EXPECT_THAT(result.str(), testing::HasSubstr("is not freed"));

  std::string raw = replaceOnce(
      source, "%t1 = gpu.memset async [%t0] %w, %half : memref<?xf32>, f32",
      "%t1 = gpu.wait async [%t0]");
  program = Program::compile(raw);
  ASSERT_TRUE(program);
  result = program->call("f", arguments, buffers);
  EXPECT_TRUE(result.has(Check::Uninitialized)) << result.str();
  EXPECT_TRUE(std::isnan(y[0]));
}
