//===- RowProgramTest.cpp -----------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Row programs that no norm has, on the model of a GPU: the same elements as on
// the CPU. All are small integers, so that no sum is rounded.
//
//===----------------------------------------------------------------------===//

#include "GPUModel.h"
#include "Run.h"

#include "gtest/gtest.h"

#include "llvm/ADT/STLExtras.h"

#include <cstring>
#include <memory>
#include <string>
#include <vector>

using normtest::Buffer;

namespace {
struct Operand {
  std::vector<int64_t> sizes;
  /// The operand whose buffer it has, or -1.
  int sameAs = -1;
  /// The value of the first element; the next are larger, up to 7.
  int first = 1;
  /// In elements; without any it is contiguous.
  std::vector<int64_t> strides = {};
};
} // namespace

/// The operands in buffers of their own.
template <typename T>
static std::vector<std::unique_ptr<Buffer>>
createArguments(const std::vector<Operand> &operands,
                hostkernel::Arguments &arguments) {
  std::vector<std::unique_ptr<Buffer>> buffers;
  for (const Operand &operand : operands) {
    std::vector<int64_t> strides(operand.sizes.size());
    int64_t count = 1;
    for (size_t dim = strides.size(); dim-- > 0;) {
      strides[dim] = operand.strides.empty() ? count : operand.strides[dim];
      count *= operand.sizes[dim];
    }
    if (!operand.strides.empty()) {
      count = 1;
      for (auto [size, stride] : llvm::zip_equal(operand.sizes, strides))
        count += (size - 1) * stride;
    }
    std::unique_ptr<Buffer> buffer;
    if (operand.sameAs < 0) {
      buffer =
          std::make_unique<Buffer>(count * sizeof(T), Buffer::Place::Start);
      T *elements = reinterpret_cast<T *>(buffer->data());
      for (int64_t i = 0; i < count; ++i)
        elements[i] = 1 + (i + operand.first - 1) % 7;
    }
    char *data = (buffer ? buffer : buffers[operand.sameAs])->data();
    arguments.add({data, 0, operand.sizes, strides});
    buffers.push_back(std::move(buffer));
  }
  return buffers;
}

/// Runs @f in all orders of threads, and returns its launches.
template <typename T>
static std::vector<gpumodel::Launch>
expectLikeCPU(const std::string &source, const std::string &target,
              const std::vector<Operand> &operands,
              const gpumodel::Options &limits = {}) {
  SCOPED_TRACE(target);
  hostkernel::Arguments arguments;
  auto expected = createArguments<T>(operands, arguments);
  auto kernel =
      hostkernel::HostKernel::compile(source, normtest::getPipeline());
  auto program = gpumodel::Program::compile(
      source,
      "builtin.module(norm-to-gpu-launches{out-params " + target + "})");
  EXPECT_TRUE(kernel && program);
  std::vector<gpumodel::Launch> launches;
  if (!kernel || !program)
    return launches;
  kernel->call(arguments);
  for (gpumodel::Order order : gpumodel::allOrders) {
    hostkernel::Arguments given;
    auto buffers = createArguments<T>(operands, given);
    std::vector<gpumodel::Buffer> all;
    for (auto [number, buffer] : llvm::enumerate(buffers))
      if (buffer)
        all.push_back({"operand " + std::to_string(number), buffer->data(),
                       buffer->size()});
    gpumodel::Options options = limits;
    options.order = order;
    gpumodel::Result result = program->call("f", given, all, options);
    EXPECT_EQ(result.str(), "");
    for (auto [number, buffer] : llvm::enumerate(buffers))
      if (buffer)
        EXPECT_EQ(std::memcmp(buffer->data(), expected[number]->data(),
                              buffer->size()),
                  0)
            << "operand " << number;
    launches = result.launches;
  }
  return launches;
}

static std::string replaceAll(std::string text, const std::string &from,
                              const std::string &to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos;
       at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

static const std::string maps = R"(
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
#column = affine_map<(d0, d1) -> (d0)>
)";

TEST(RowProgram, ScalarsInPlace) {
  // Nothing is summed, so that threads of a row wait for each other only for
  // this.
  std::string source = maps + R"(
func.func @f(%x: memref<5xNxf32>, %s: memref<5xf32>, %y: memref<5xNxf32>,
    %t: memref<5xf32>) {
  norm.rowwise axes [1] maps [#matrix, #column, #matrix, #column]
      ins(%x, %s : memref<5xNxf32>, memref<5xf32>)
      outs(%y, %t : memref<5xNxf32>, memref<5xf32>) {
  ^bb0(%row: tensor<Nxf32>, %a: f32):
    %b = tensor.splat %a : tensor<Nxf32>
    %c = arith.mulf %row, %b : tensor<Nxf32>
    %d = arith.addf %a, %a : f32
    norm.yield %c, %d : tensor<Nxf32>, f32
  }
  return
})";
  for (int64_t size : {64, 4096, 65536})
    expectLikeCPU<float>(
        replaceAll(source, "Nxf32", std::to_string(size) + "xf32"),
        "chip=sm_90", {{{5, size}}, {{5}}, {{5, size}}, {{5}, /*sameAs=*/1}});
}

TEST(RowProgram, YieldsWhatAllRowsShare) {
  // Too long for registers together with the row.
  expectLikeCPU<float>(maps + R"(
func.func @f(%x: memref<3x16384xf32>, %w: memref<16384xf32>,
    %y: memref<3x16384xf32>, %z: memref<3x16384xf32>) {
  norm.rowwise axes [1] maps [#matrix, #row, #matrix, #matrix]
      ins(%x, %w : memref<3x16384xf32>, memref<16384xf32>)
      outs(%y, %z : memref<3x16384xf32>, memref<3x16384xf32>) {
  ^bb0(%row: tensor<16384xf32>, %a: tensor<16384xf32>):
    %s = norm.reduce add %row : tensor<16384xf32>
    %t = tensor.splat %s : tensor<16384xf32>
    %v = arith.subf %t, %row : tensor<16384xf32>
    norm.yield %v, %a : tensor<16384xf32>, tensor<16384xf32>
  }
  return
})",
                       "chip=sm_90",
                       {{{3, 16384}}, {{16384}}, {{3, 16384}}, {{3, 16384}}});
}

TEST(RowProgram, Indices) {
  expectLikeCPU<int64_t>(maps + R"(
func.func @f(%x: memref<5x256xindex>, %y: memref<5x256xindex>) {
  norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : memref<5x256xindex>)
      outs(%y : memref<5x256xindex>) {
  ^bb0(%row: tensor<256xindex>):
    %c = arith.muli %row, %row : tensor<256xindex>
    norm.yield %c : tensor<256xindex>
  }
  return
})",
                         "chip=sm_90", {{{5, 256}}, {{5, 256}}});
}

TEST(RowProgram, DivisionsOfRowsSideBySide) {
  // There are fewer rows than threads of a block, and no quotient for the rest.
  expectLikeCPU<int32_t>(
      maps + R"(
func.func @f(%x: memref<256x5xi32>, %s: memref<5xi32>, %t: memref<5xi32>,
    %y: memref<256x5xi32>) {
  norm.rowwise axes [0] maps [#matrix, #row, #row, #matrix]
      ins(%x, %s, %t : memref<256x5xi32>, memref<5xi32>, memref<5xi32>)
      outs(%y : memref<256x5xi32>) {
  ^bb0(%column: tensor<256xi32>, %a: i32, %b: i32):
    %q = arith.divsi %a, %b : i32
    %r = tensor.splat %q : tensor<256xi32>
    %c = arith.divsi %column, %r : tensor<256xi32>
    norm.yield %c : tensor<256xi32>
  }
  return
})",
      "chip=sm_90", {{{256, 5}}, {{5}, -1, /*first=*/3}, {{5}}, {{256, 5}}});
}

TEST(RowProgram, RowsThatFillSharedMemory) {
  std::string source = maps + R"(
func.func @f(%x: memref<2xNxf32>, %y: memref<2xNxf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : memref<2xNxf32>)
      outs(%y : memref<2xNxf32>) {
  ^bb0(%row: tensor<Nxf32>):
    %s = norm.reduce add %row : tensor<Nxf32>
    %t = tensor.splat %s : tensor<Nxf32>
    %v = arith.subf %t, %row : tensor<Nxf32>
    norm.yield %v : tensor<Nxf32>
  }
  return
})";
  gpumodel::Options limits;
  limits.maxSharedBytes = 163 << 10;
  bool isShared = false;
  // Steps of a block are 4096 elements.
  for (int64_t size : {40000, 40960, 40964, 41400}) {
    auto launches = expectLikeCPU<float>(
        replaceAll(source, "Nx", std::to_string(size) + "x"), "chip=sm_80",
        {{{2, size}}, {{2, size}}}, limits);
    ASSERT_EQ(launches.size(), 1u);
    isShared |= launches[0].dynamicSharedBytes > 0;
  }
  EXPECT_TRUE(isShared);
}

TEST(RowProgram, SumsWithoutSegments) {
  std::string source = R"(
#all = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#kept = affine_map<(d0, d1, d2) -> (d0, d2)>
func.func @f(%x: memref<?x?x64xf32>, %y: memref<?x64xf32>) {
  norm.rowwise axes [2] maps [#all, #kept] ins(%x : memref<?x?x64xf32>)
      outs(%y : memref<?x64xf32>) {
  ^bb0(%row: tensor<64xf32>):
    norm.yield %row : tensor<64xf32>
  }
  return
})";
  EXPECT_EQ(
      expectLikeCPU<float>(source, "chip=sm_90", {{{3, 5, 64}}, {{3, 64}}})
          .size(),
      2u);
  EXPECT_EQ(
      expectLikeCPU<float>(source, "chip=sm_90", {{{0, 5, 64}}, {{0, 64}}})
          .size(),
      0u);
}

TEST(RowProgram, UnitDimensionsBetweenOthers) {
  // Contiguous with each of its neighbours, which are not with each other.
  expectLikeCPU<float>(
      R"(
#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
func.func @f(%x: memref<3x1x?x8xf32>,
    %y: memref<3x1x?x8xf32, strided<[8, 24, 24, 1]>>) {
  norm.rowwise axes [3] maps [#all, #all] ins(%x : memref<3x1x?x8xf32>)
      outs(%y : memref<3x1x?x8xf32, strided<[8, 24, 24, 1]>>) {
  ^bb0(%row: tensor<8xf32>):
    %v = arith.addf %row, %row : tensor<8xf32>
    norm.yield %v : tensor<8xf32>
  }
  return
})",
      "chip=sm_90",
      {{{3, 1, 2, 8}}, {{3, 1, 2, 8}, -1, /*first=*/1, {8, 24, 24, 1}}});
}
