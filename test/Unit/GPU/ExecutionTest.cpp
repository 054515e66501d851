//===- ExecutionTest.cpp --------------------------------- -*- C++ -*-===//
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

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <chrono>
#include <cmath>
#include <numeric>

using namespace gputest;
using namespace gpumodel;

/// y[0] is the sum of a block's 256 elements of x.
static Kernel getBlockSum() {
  Kernel kernel;
  kernel.grid = 4;
  kernel.block = 256;
  kernel.attributes = "known_block_size = array<i32: 256, 1, 1>";
  kernel.attributions =
      "workgroup(%s: memref<8xf32, #gpu.address_space<workgroup>>)";
  kernel.body = R"(
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c32 = arith.constant 32 : index
      %i1 = arith.constant 1 : i32
      %i2 = arith.constant 2 : i32
      %i32 = arith.constant 32 : i32
      %i16 = arith.constant 16 : i32
      %zero = arith.constant 0.0 : f32
      %t = gpu.thread_id x
      %b = gpu.block_id x
      %d = gpu.block_dim x
      %first = arith.muli %b, %d : index
      %at = arith.addi %first, %t : index
      %xs = memref.reinterpret_cast %x to offset: [0], sizes: [%n], strides: [1]
        : memref<f32> to memref<?xf32, strided<[1]>>
      %ys = memref.reinterpret_cast %y to offset: [0], sizes: [%n], strides: [1]
        : memref<f32> to memref<?xf32, strided<[1]>>
      %v = memref.load %xs[%at] : memref<?xf32, strided<[1]>>
      %sum = scf.for %k = %c0 to %c32 step %c1 iter_args(%s0 = %v) -> f32 {
        %small = arith.constant 5 : index
        %go = arith.cmpi ult, %k, %small : index
        %next = scf.if %go -> f32 {
          %ki = arith.index_cast %k : index to i32
          %offset = arith.shli %i1, %ki : i32
          %o, %valid = gpu.shuffle xor %s0, %offset, %i32 : f32
          %add = arith.addf %s0, %o : f32
          scf.yield %add : f32
        } else {
          scf.yield %s0 : f32
        }
        scf.yield %next : f32
      }
      %lane = arith.remui %t, %c32 : index
      %warp = arith.divui %t, %c32 : index
      %leads = arith.cmpi eq, %lane, %c0 : index
      scf.if %leads {
        memref.store %sum, %s[%warp] : memref<8xf32, #gpu.address_space<workgroup>>
      }
      gpu.barrier
      %isFirst = arith.cmpi eq, %t, %c0 : index
      scf.if %isFirst {
        %c8 = arith.constant 8 : index
        %total = scf.for %k = %c0 to %c8 step %c1 iter_args(%acc = %zero) -> f32 {
          %part = memref.load %s[%k] : memref<8xf32, #gpu.address_space<workgroup>>
          %add = arith.addf %acc, %part : f32
          scf.yield %add : f32
        }
        memref.store %total, %ys[%b] : memref<?xf32, strided<[1]>>
      })";
  return kernel;
}

TEST(Execution, BlockSum) {
  std::unique_ptr<Program> program = Program::compile(getBlockSum().str());
  ASSERT_TRUE(program);
  Call<float> call(1024);
  std::iota(call.x.begin(), call.x.end(), 0.f);
  for (Order order : allOrders) {
    std::fill(call.y.begin(), call.y.end(), 0.f);
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
    EXPECT_EQ(launch.staticSharedBytes, 32u);
    EXPECT_EQ(launch.loads, 1024u);
    EXPECT_EQ(launch.bytesRead, 4096u);
    EXPECT_EQ(launch.distinctBytesRead, 4096u);
    EXPECT_EQ(launch.bytesWritten, 16u);
    EXPECT_EQ(launch.distinctBytesWritten, 16u);
  }
}
