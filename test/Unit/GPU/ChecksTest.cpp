//===- ChecksTest.cpp -------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels that are wrong: the model finds each fault in every order of threads.
//
//===----------------------------------------------------------------------===//

#include "ModelRun.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace gputest;
using namespace gpumodel;

/// What is found in each order, which must contain `check` and `text`. Prints
/// nothing but the first failure of an order.
static void expectFound(const std::string &source, Check check,
                        const std::string &text,
                        const Options &given = Options()) {
  ASSERT_NE(source, "");
  std::unique_ptr<Program> program = Program::compile(source);
  ASSERT_TRUE(program);
  for (Order order : allOrders) {
    Call<float> call(1024);
    Options options = given;
    options.order = order;
    Result result = call(*program, options);
    EXPECT_TRUE(result.has(check)) << getName(check) << "\n" << result.str();
    EXPECT_THAT(result.str(), testing::HasSubstr(text));
  }
}

static void expectRight(const std::string &source,
                        const Options &given = Options()) {
  std::unique_ptr<Program> program = Program::compile(source);
  ASSERT_TRUE(program);
  for (Order order : allOrders) {
    Call<float> call(1024);
    Options options = given;
    options.order = order;
    EXPECT_EQ(call(*program, options).str(), "");
  }
}

static std::string change(const Kernel &kernel, const std::string &from,
                          const std::string &to) {
  return replaceOnce(kernel.str(), from, to);
}

//===----------------------------------------------------------------------===//
// Barriers
//===----------------------------------------------------------------------===//

TEST(Checks, MissingBarrier) {
  expectFound(change(getBlockSum(), "gpu.barrier", ""), Check::Race,
              "with no barrier between the two");
}

TEST(Checks, SingleBuffer) {
  expectFound(change(getPersistentLoop(), "scf.yield %nextSlot : index",
                     "scf.yield %slot : index"),
              Check::Race, "of shared memory that thread");
}

TEST(Checks, DivergentBarrier) {
  expectFound(
      change(getBlockSum(), "gpu.barrier", "scf.if %leads {\ngpu.barrier\n}"),
      Check::Synchronization, "threads wait for ever: ");
}

TEST(Checks, DifferentBarriers) {
  expectFound(change(getBlockSum(), "gpu.barrier",
                     "scf.if %leads {\ngpu.barrier\n} else {\ngpu.barrier\n}"),
              Check::Synchronization, "waits at another barrier than thread");
}

/// A warp waits for a shuffle while the others wait at the barrier.
TEST(Checks, BarrierInsteadOfShuffle) {
  expectFound(getElementwise(R"(
      %c32 = arith.constant 32 : index
      %low = arith.cmpi ult, %t, %c1 : index
      scf.if %low {
        %o, %valid = gpu.shuffle xor %v, %i1, %i32 : f32
        memref.store %o, %ys[%t] : memref<?xf32, strided<[1]>>
      } else {
        gpu.barrier
      })")
                  .str(),
              Check::Synchronization,
              "1 from thread 0 on waits at gpu.shuffle");
}

//===----------------------------------------------------------------------===//
// Shuffles
//===----------------------------------------------------------------------===//

static std::string getShuffle(const std::string &operands,
                              const std::string &use = "") {
  return getElementwise("\n      %i16 = arith.constant 16 : i32\n"
                        "      %i33 = arith.constant 33 : i32\n"
                        "      %o, %valid = gpu.shuffle " +
                        operands + " : f32\n" + use + R"(
      memref.store %o, %ys[%at] : memref<?xf32, strided<[1]>>)")
      .str();
}

TEST(Checks, ShuffleWidth) {
  expectRight(getShuffle("xor %v, %i16, %i32"));
  expectFound(getShuffle("xor %v, %i1, %i16"), Check::Shuffle,
              "does not take part");
  expectFound(getShuffle("xor %v, %i16, %i33"), Check::Shuffle,
              "a width of 33 lanes");
}

TEST(Checks, ShuffleLane) {
  expectRight(getShuffle("idx %v, %i16, %i32"));
  expectFound(getShuffle("idx %v, %i32, %i32"), Check::Shuffle,
              "reads from lane 32 of 32");
  expectFound(getShuffle("down %v, %i1, %i32"), Check::Shuffle,
              "reads from lane 32 of 32");
  expectFound(getShuffle("up %v, %i1, %i32"), Check::Shuffle,
              "reads from lane -1 of 32");
}

/// Who asks whether the value is valid may read from a lane that is not there.
TEST(Checks, ShuffleValid) {
  expectRight(replaceOnce(getShuffle("down %v, %i1, %i32", R"(
      %w = arith.select %valid, %o, %zero : f32)"),
                          "memref.store %o", "memref.store %w"));
}

TEST(Checks, ShuffleWithoutALane) {
  Kernel kernel = getElementwise(R"(
      %c31 = arith.constant 31 : index
      %some = arith.cmpi ne, %t, %c31 : index
      scf.if %some {
        %o, %valid = gpu.shuffle xor %v, %i1, %i32 : f32
        memref.store %o, %ys[%at] : memref<?xf32, strided<[1]>>
      })");
  kernel.block = 32;
  expectFound(kernel.str(), Check::Synchronization,
              "1 from thread 31 on has returned");
}

TEST(Checks, PartOfAWarp) {
  Kernel kernel = getElementwise(R"(
      %o, %valid = gpu.shuffle xor %v, %i1, %i32 : f32
      memref.store %o, %ys[%at] : memref<?xf32, strided<[1]>>)");
  kernel.block = 48;
  expectFound(kernel.str(), Check::Shuffle, "the warp has only 16 threads");
}

TEST(Checks, WarpBarrier) {
  Kernel kernel = getElementwise(R"(
      %all = arith.constant -1 : i32
      %other = arith.xori %t, %c1 : index
      memref.store %v, %s[%t] : memref<64xf32, #gpu.address_space<workgroup>>
      nvvm.bar.warp.sync %all : i32
      %o = memref.load %s[%other] : memref<64xf32, #gpu.address_space<workgroup>>
      memref.store %o, %ys[%at] : memref<?xf32, strided<[1]>>)");
  expectRight(kernel.str());
  expectFound(change(kernel, "nvvm.bar.warp.sync %all : i32", ""), Check::Race,
              "of shared memory that thread");
  // Threads of the other warp are not ordered by it.
  expectFound(change(kernel, "arith.xori %t, %c1", "arith.xori %t, %d"),
              Check::Bounds, "outside of the objects in shared memory");
  expectFound(change(kernel, "%other = arith.xori %t, %c1",
                     "%c32 = arith.constant 32 : index\n"
                     "%other = arith.xori %t, %c32"),
              Check::Race, "of shared memory that thread");
}

//===----------------------------------------------------------------------===//
// Clusters
//===----------------------------------------------------------------------===//

TEST(Checks, ClusterWithoutBarrier) {
  std::string source =
      change(getClusterExchange(), "nvvm.cluster.arrive // written", "");
  source = replaceOnce(source, "nvvm.cluster.wait // written", "");
  expectFound(source, Check::Race, "of shared memory that thread");
  expectFound(source, Check::Cluster,
              "a cluster barrier is missing at the end");
}

TEST(Checks, ClusterMayNotHaveBegun) {
  std::string source =
      change(getClusterExchange(), "nvvm.cluster.arrive // begun", "");
  source = replaceOnce(source, "nvvm.cluster.wait // begun", "");
  expectFound(source, Check::Cluster, "before the first cluster barrier");
}

TEST(Checks, ClusterMayHaveEnded) {
  expectFound(change(getClusterExchange(), "memref.store %got, %ys",
                     "%back = llvm.load %remote : !llvm.ptr<7> -> f32\n"
                     "memref.store %back, %ys"),
              Check::Cluster, "missing at ");
}

TEST(Checks, ClusterArrival) {
  expectFound(
      change(getClusterExchange(), "nvvm.cluster.arrive // written", ""),
      Check::Synchronization, "without having arrived");
  expectFound(change(getClusterExchange(), "nvvm.cluster.wait // begun", ""),
              Check::Synchronization, "without having waited");
}

TEST(Checks, ClusterRank) {
  expectFound(change(getClusterExchange(), "arith.remui %next, %size",
                     "arith.addi %next, %size"),
              Check::Cluster, "of a cluster of 8");
  expectFound(change(getClusterExchange(), "arith.addi %address, %bytes",
                     "arith.addi %bytes, %bytes"),
              Check::Cluster, "maps what is not this block's shared memory");
}

/// Slots of blocks lie 1280 bytes apart here: a sum of addresses finds another
/// block's memory, but a GPU has nothing of the kind there.
TEST(Checks, ClusterWithoutMapa) {
  std::string source = change(getClusterExchange(),
                              "%remote = nvvm.mapa %local, %peer : "
                              "!llvm.ptr<3> -> !llvm.ptr<7>",
                              "%away = arith.constant 1280 : i32\n"
                              "%sum = arith.addi %integer, %away : i32\n"
                              "%remote = llvm.inttoptr %sum : i32 to "
                              "!llvm.ptr<7>");
  // The last block gets to no block at all.
  expectFound(source, Check::Bounds, "shared memory");
  std::unique_ptr<Program> program = Program::compile(source);
  ASSERT_TRUE(program);
  Call<float> call(1024);
  EXPECT_THAT(call(*program, inOrder(Order::Forward)).str(),
              testing::HasSubstr("without mapa"));
}

//===----------------------------------------------------------------------===//
// Accesses
//===----------------------------------------------------------------------===//

static std::string getStore(const std::string &value, const std::string &to) {
  return getElementwise("\n" + value + "\n      memref.store %v, " + to +
                        " : memref<?xf32, strided<[1]>>")
      .str();
}

TEST(Checks, Bounds) {
  expectFound(getStore("%i = arith.addi %n, %t : index", "%ys[%i]"),
              Check::Bounds, "writes 4 bytes outside of all buffers: at byte");
  expectFound(getStore("%i = arith.subi %t, %c1 : index", "%ys[%i]"),
              Check::Bounds, "at byte -4 of ");
  expectFound(getStore("", "%xs[%at]"), Check::Bounds,
              "writes the read-only x");
}

TEST(Checks, SharedBounds) {
  expectFound(
      change(getPersistentLoop(), "arith.subi %c63, %t", "arith.subi %t, %c63"),
      Check::Bounds, "outside of the objects in shared memory");
}

TEST(Checks, Alignment) {
  auto getLoad = [](const std::string &alignment, const std::string &index) {
    return getElementwise(R"(
      %c4 = arith.constant 4 : index
      %wide = arith.muli %t, %c4 : index
      %odd = arith.addi %wide, %c1 : index
      %w = vector.load %xs[%)" +
                          index + "] {alignment = " + alignment + R"( : i64}
        : memref<?xf32, strided<[1]>>, vector<4xf32>
      vector.store %w, %ys[%wide] {alignment = 16 : i64}
        : memref<?xf32, strided<[1]>>, vector<4xf32>)")
        .str();
  };
  expectRight(getLoad("16", "wide"));
  expectRight(getLoad("4", "odd"));
  expectFound(getLoad("16", "odd"), Check::Alignment,
              "reads 16 bytes at an address that is not a multiple of 16");
}

/// Shared memory has no more than the alignment that it is given.
TEST(Checks, SharedAlignment) {
  Kernel kernel = getElementwise(R"(
      %ones = arith.constant dense<1.0> : vector<4xf32>
      scf.if %isFirst {
        vector.store %ones, %s[%c0] {alignment = 16 : i64}
          : memref<64xf32, #gpu.address_space<workgroup>>, vector<4xf32>
      })");
  expectFound(kernel.str(), Check::Alignment, "not a multiple of 16");
  expectRight(change(kernel, "#gpu.address_space<workgroup>>)",
                     "#gpu.address_space<workgroup>> "
                     "{llvm.align = 16 : i64})"));
}

TEST(Checks, GlobalRaces) {
  expectRight(getStore("", "%ys[%at]"));
  expectFound(getStore("", "%ys[%b]"), Check::Race,
              "writes 4 bytes of y that thread");
  expectFound(getStore("%i = arith.divui %t, %c2 : index", "%ys[%i]"),
              Check::Race, "writes 4 bytes of y that thread");
  std::string neighbours = getElementwise(R"(
      %next = arith.addi %at, %c1 : index
      %w = memref.load %ys[%next] : memref<?xf32, strided<[1]>>
      memref.store %w, %ys[%at] : memref<?xf32, strided<[1]>>)")
                               .str();
  expectFound(neighbours, Check::Race, "of y that thread");
}

/// A barrier of the block orders global memory within the block, and not from
/// one block to another.
TEST(Checks, GlobalMemoryAndBarriers) {
  Kernel kernel = getElementwise(R"(
      %c64 = arith.constant 64 : index
      %next = arith.addi %at, %c1 : index
      %flipped = arith.xori %at, %c1 : index
      memref.store %v, %ys[%at] : memref<?xf32, strided<[1]>>
      gpu.barrier
      %w = memref.load %ys[%flipped] : memref<?xf32, strided<[1]>>
      gpu.barrier
      memref.store %w, %ys[%at] : memref<?xf32, strided<[1]>>)");
  kernel.grid = 4;
  expectRight(kernel.str());
  expectFound(change(kernel, "arith.xori %at, %c1", "arith.xori %at, %c64"),
              Check::Race, " of block ");
}

TEST(Checks, Uninitialized) {
  std::string source =
      change(getPersistentLoop(), "memref.store %xi, %line[%t]",
             "memref.store %xi, %line[%c0]");
  expectFound(source, Check::Uninitialized,
              "reads shared memory that no thread wrote");
}

TEST(Checks, GriddepcontrolWait) {
  Kernel kernel = getElementwise(R"(
      nvvm.griddepcontrol wait
      memref.store %v, %ys[%at] : memref<?xf32, strided<[1]>>)");
  expectFound(kernel.str(), Check::Dependence,
              "reads 4 bytes of x before griddepcontrol.wait");
  // Weights may be read before.
  std::unique_ptr<Program> program = Program::compile(kernel.str());
  ASSERT_TRUE(program);
  Call<float> call(64);
  call.constant = true;
  EXPECT_EQ(call(*program).str(), "");
  // Results must not be written.
  std::string swapped = change(kernel, "nvvm.griddepcontrol wait", "");
  swapped = replaceOnce(swapped, "      gpu.return",
                        "      nvvm.griddepcontrol wait\n      gpu.return");
  program = Program::compile(swapped);
  ASSERT_TRUE(program);
  EXPECT_TRUE(call(*program).has(Check::Dependence));
  expectRight(replaceOnce(change(kernel, "nvvm.griddepcontrol wait", ""),
                          "%v = memref.load",
                          "nvvm.griddepcontrol wait\n%v = memref.load"));
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

TEST(Checks, Limits) {
  auto find = [](auto set, const std::string &text) {
    Kernel kernel = getElementwise("");
    set(kernel);
    expectFound(kernel.str(), Check::Limits, text);
  };
  find([](Kernel &kernel) { kernel.block = 2048; },
       "a block of 2048x1x1 threads");
  find([](Kernel &kernel) { kernel.grid = -1; }, "a grid of -1x1x1 blocks");
  find([](Kernel &kernel) { kernel.grid = kernel.cluster = 16; },
       "a cluster of 16x1x1 blocks");
  find([](Kernel &kernel) { kernel.grid = 6, kernel.cluster = 4; },
       "is not made of clusters of 4x1x1");
  find([](Kernel &kernel) { kernel.sharedBytes = 227 << 10; },
       "232704 bytes of shared memory");
  find([](Kernel &kernel) { kernel.sharedBytes = -1; },
       "255 bytes of shared memory");
  find(
      [](Kernel &kernel) {
        kernel.attributes = "known_block_size = array<i32: 32, 1, 1>";
      },
      "is not what the kernel is compiled for");
  find(
      [](Kernel &kernel) {
        kernel.attributions = "workgroup(%s: memref<16384xf32, "
                              "#gpu.address_space<workgroup>>)";
      },
      "65536 bytes of static shared memory");

  Kernel kernel = getElementwise("");
  kernel.grid = kernel.cluster = 16;
  Options options;
  options.maxClusterBlocks = 16;
  expectRight(kernel.str(), options);
}

/// Nothing is launched after a failure from which there is no way on.
TEST(Checks, LaterLaunchesAreSkipped) {
  std::string source = getStore("%i = arith.addi %n, %t : index", "%ys[%i]");
  std::string launch = source.substr(source.find("    gpu.launch_func"));
  launch.resize(launch.find("    return"));
  std::unique_ptr<Program> program =
      Program::compile(replaceOnce(source, launch, launch + launch));
  ASSERT_TRUE(program);
  Call<float> call(64);
  EXPECT_EQ(call(*program).launches.size(), 1u);
}
