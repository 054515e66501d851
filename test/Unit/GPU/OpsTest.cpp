//===- OpsTest.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ops of kernels, one by one.
//
//===----------------------------------------------------------------------===//

#include "ModelRun.h"

#include "llvm/ADT/STLExtras.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>
#include <functional>
#include <numeric>

using namespace gputest;
using namespace gpumodel;

/// One block of 64 threads that computes %r from %t and from %v, its element
/// of x, and stores it in y.
static std::string getMap(const std::string &type, const std::string &body) {
  Kernel kernel;
  kernel.elementType = type;
  std::string memref = "memref<?x" + type + ", strided<[1]>>";
  std::string cast = " to offset: [0], sizes: [%n], strides: [1] : memref<" +
                     type + "> to " + memref + "\n";
  kernel.body = "\n      %t = gpu.thread_id x\n"
                "      %i32 = arith.constant 32 : i32\n"
                "      %i3 = arith.constant 3 : i32\n"
                "      %xs = memref.reinterpret_cast %x" +
                cast + "      %ys = memref.reinterpret_cast %y" + cast +
                "      %v = memref.load %xs[%t] : " + memref + "\n" + body +
                "\n      memref.store %r, %ys[%t] : " + memref;
  return kernel.str();
}

template <typename T>
static void expectMap(const std::string &source,
                      const std::function<T(unsigned, const T *)> &expected) {
  std::unique_ptr<Program> program = Program::compile(source);
  ASSERT_TRUE(program);
  Call<T> call(64);
  std::iota(call.x.begin(), call.x.end(), T(1));
  for (Order order : allOrders) {
    llvm::fill(call.y, T(0));
    EXPECT_EQ(call(*program, inOrder(order)).str(), "");
    for (unsigned t = 0; t < 64; ++t)
      EXPECT_EQ(call.y[t], expected(t, call.x.data())) << t;
  }
}

template <typename T> static void expectShuffles(const std::string &type) {
  auto getShuffle = [&](const std::string &mode) {
    return getMap(type, "%r, %valid = gpu.shuffle " + mode +
                            " %v, %i3, %i32 : " + type);
  };
  expectMap<T>(getShuffle("xor"),
               [](unsigned t, const T *x) { return x[t ^ 3]; });
  expectMap<T>(getShuffle("idx"),
               [](unsigned t, const T *x) { return x[t / 32 * 32 + 3]; });
  auto getSelect = [&](const std::string &mode) {
    return getMap(type, "%o, %valid = gpu.shuffle " + mode +
                            " %v, %i3, %i32 : " + type +
                            "\n%r = arith.select %valid, %o, %v : " + type);
  };
  expectMap<T>(getSelect("down"), [](unsigned t, const T *x) {
    return t % 32 + 3 < 32 ? x[t + 3] : x[t];
  });
  expectMap<T>(getSelect("up"), [](unsigned t, const T *x) {
    return t % 32 >= 3 ? x[t - 3] : x[t];
  });
}

TEST(Ops, Shuffles) {
  expectShuffles<float>("f32");
  expectShuffles<double>("f64");
  expectShuffles<int32_t>("i32");
  expectShuffles<int64_t>("i64");
  expectShuffles<uint16_t>("bf16");
  expectShuffles<int8_t>("i8");
}

TEST(Ops, ShuffleOfAVector) {
  expectMap<uint16_t>(getMap("bf16", R"(
      %p = vector.broadcast %v : bf16 to vector<2xbf16>
      %q, %valid = gpu.shuffle xor %p, %i3, %i32 : vector<2xbf16>
      %r = vector.extract %q[1] : bf16 from vector<2xbf16>)"),
                      [](unsigned t, const uint16_t *x) { return x[t ^ 3]; });
}

TEST(Ops, Registers) {
  auto expectIndex = [](const std::string &op,
                        const std::function<int32_t(unsigned)> &expected) {
    expectMap<int32_t>(
        getMap("i32", "%k = " + op +
                          "\n%w = arith.index_cast %k : index to "
                          "i32\n%r = arith.addi %w, %i3 : i32"),
        [&](unsigned t, const int32_t *) { return expected(t) + 3; });
  };
  expectIndex("gpu.thread_id x", [](unsigned t) { return t; });
  expectIndex("gpu.thread_id y", [](unsigned) { return 0; });
  expectIndex("gpu.block_dim x", [](unsigned) { return 64; });
  expectIndex("gpu.global_id x", [](unsigned t) { return t; });
  expectIndex("gpu.lane_id", [](unsigned t) { return t % 32; });
  expectIndex("gpu.subgroup_id : index", [](unsigned t) { return t / 32; });
  expectIndex("gpu.num_subgroups : index", [](unsigned) { return 2; });
  expectIndex("gpu.subgroup_size : index", [](unsigned) { return 32; });
  expectIndex("gpu.cluster_dim_blocks x", [](unsigned) { return 1; });
  expectIndex("gpu.cluster_dim x", [](unsigned) { return 1; });
  expectIndex("gpu.cluster_id x", [](unsigned) { return 0; });

  auto expectRegister = [](const std::string &name,
                           const std::function<int32_t(unsigned)> &expected) {
    expectMap<int32_t>(
        getMap("i32", "%r = nvvm.read.ptx.sreg." + name + " : i32"),
        [&](unsigned t, const int32_t *) { return expected(t); });
  };
  expectRegister("tid.x", [](unsigned t) { return t; });
  expectRegister("ntid.x", [](unsigned) { return 64; });
  expectRegister("laneid", [](unsigned t) { return t % 32; });
  expectRegister("cluster.nctarank", [](unsigned) { return 1; });
}

/// Of whole numbers, so that it does not matter whether the sum is rounded once
/// or twice.
TEST(Ops, Arithmetic) {
  expectMap<float>(getMap("f32", R"(
      %a = llvm.intr.fmuladd(%v, %v, %v) : (f32, f32, f32) -> f32
      %r = math.rsqrt %a : f32)"),
                   [](unsigned t, const float *x) {
                     return 1 / std::sqrt(std::fma(x[t], x[t], x[t]));
                   });
}

/// Assembly that gives back what it gets.
TEST(Ops, Opaque) {
  auto twice = [](unsigned t, const float *x) { return 2 * x[t]; };
  expectMap<float>(getMap("f32", R"(
      %b = arith.bitcast %v : f32 to i32
      %o = llvm.inline_asm "", "=r,0" %b : (i32) -> i32
      %w = arith.bitcast %o : i32 to f32
      %r = arith.addf %v, %w : f32)"),
                   twice);
  expectMap<float>(getMap("f32", R"(
      %w = nvvm.inline_ptx "mov.f32 $0, $1;" ro(%v : f32) -> f32
      %r = arith.addf %v, %w : f32)"),
                   twice);
}

TEST(Ops, MaskedAccesses) {
  Kernel kernel;
  kernel.block = 32;
  kernel.body = R"(
      %t = gpu.thread_id x
      %c4 = arith.constant 4 : index
      %at = arith.muli %t, %c4 : index
      %left = arith.subi %n, %at : index
      %mask = vector.create_mask %left : vector<4xi1>
      %zeros = arith.constant dense<0.0> : vector<4xf32>
      %xs = memref.reinterpret_cast %x to offset: [0], sizes: [%n], strides: [1]
        : memref<f32> to memref<?xf32, strided<[1]>>
      %ys = memref.reinterpret_cast %y to offset: [0], sizes: [%n], strides: [1]
        : memref<f32> to memref<?xf32, strided<[1]>>
      %v = vector.maskedload %xs[%at], %mask, %zeros
        : memref<?xf32, strided<[1]>>, vector<4xi1>, vector<4xf32> into vector<4xf32>
      vector.maskedstore %ys[%at], %mask, %v
        : memref<?xf32, strided<[1]>>, vector<4xi1>, vector<4xf32>)";
  std::unique_ptr<Program> program = Program::compile(kernel.str());
  ASSERT_TRUE(program);
  Call<float> call(101);
  std::iota(call.x.begin(), call.x.end(), 1.f);
  Result result = call(*program);
  EXPECT_EQ(result.str(), "");
  EXPECT_EQ(call.x, call.y);
  ASSERT_EQ(result.launches.size(), 1u);
  EXPECT_EQ(result.launches[0].distinctBytesRead, 404u);
  EXPECT_EQ(result.launches[0].bytesWritten, 404u);
  // Without the mask, threads go past the end.
  program = Program::compile(replaceOnce(
      kernel.str(), "vector.create_mask %left", "vector.create_mask %n"));
  ASSERT_TRUE(program);
  EXPECT_TRUE(call(*program).has(Check::Bounds));
}

/// Neighbouring bytes of different threads are no race; the same byte is one.
TEST(Ops, Bytes) {
  std::string source = getMap("i8", "%r = arith.addi %v, %v : i8");
  expectMap<int8_t>(source,
                    [](unsigned t, const int8_t *x) { return 2 * x[t]; });
  std::string half =
      replaceOnce(replaceOnce(source, "memref.store %r, %ys[%t]",
                              "memref.store %r, %ys[%half]"),
                  "%r = arith",
                  "%c2 = arith.constant 2 : index\n"
                  "%half = arith.divui %t, %c2 : index\n%r = arith");
  std::unique_ptr<Program> program = Program::compile(half);
  ASSERT_TRUE(program);
  Call<int8_t> call(64);
  EXPECT_TRUE(call(*program).has(Check::Race));
}

/// Globals of the kernel's module: one in shared memory, one constant.
TEST(Ops, Globals) {
  std::string source = getMap("i32", R"(
      %c1 = arith.constant 1 : index
      %c3 = arith.constant 3 : index
      %s = memref.get_global @shared : memref<64xi32, #gpu.address_space<workgroup>>
      %table = memref.get_global @table : memref<4xi32>
      memref.store %v, %s[%t] : memref<64xi32, #gpu.address_space<workgroup>>
      gpu.barrier
      %other = arith.xori %t, %c1 : index
      %o = memref.load %s[%other] : memref<64xi32, #gpu.address_space<workgroup>>
      %k = arith.andi %t, %c3 : index
      %w = memref.load %table[%k] : memref<4xi32>
      %r = arith.addi %o, %w : i32)");
  source = replaceOnce(source, "    gpu.func @f", R"(
    memref.global "private" @shared : memref<64xi32, #gpu.address_space<workgroup>>
    memref.global "private" constant @table : memref<4xi32> = dense<[10, 20, 30, 40]>
    gpu.func @f)");
  expectMap<int32_t>(source, [](unsigned t, const int32_t *x) {
    return x[t ^ 1] + 10 * int32_t(t % 4 + 1);
  });
}

/// Each thread has a variable of its own.
TEST(Ops, PrivateAttributions) {
  std::string source = getMap("i32", R"(
      %c0 = arith.constant 0 : index
      %c8 = arith.constant 8 : index
      %c1 = arith.constant 1 : index
      scf.for %k = %c0 to %c8 step %c1 {
        memref.store %v, %p[%k] : memref<8xi32, #gpu.address_space<private>>
      }
      gpu.barrier
      %at = arith.remui %t, %c8 : index
      %r = memref.load %p[%at] : memref<8xi32, #gpu.address_space<private>>)");
  source =
      replaceOnce(source, " kernel {",
                  " private(%p: memref<8xi32, #gpu.address_space<private>>) "
                  "kernel {");
  expectMap<int32_t>(source, [](unsigned t, const int32_t *x) { return x[t]; });
}

/// Without instrumentation, writes beside objects in shared memory are seen.
TEST(Ops, Uninstrumented) {
  Kernel kernel = getPersistentLoop();
  std::unique_ptr<Program> program =
      Program::compile(kernel.str(), "", /*instrument=*/false);
  ASSERT_TRUE(program);
  Call<float> call(384);
  std::iota(call.x.begin(), call.x.end(), 0.f);
  EXPECT_EQ(call(*program).str(), "");
  EXPECT_EQ(call.y[0], 63);
  std::string outside = replaceOnce(kernel.str(), "memref.store %xi, %line[%t]",
                                    "%c64 = arith.constant 64 : index\n"
                                    "%out = arith.addi %t, %c64 : index\n"
                                    "memref.store %xi, %line[%out]");
  program = Program::compile(outside, "", /*instrument=*/false);
  ASSERT_TRUE(program);
  EXPECT_THAT(call(*program).str(),
              testing::HasSubstr("was written outside of its objects"));
}
