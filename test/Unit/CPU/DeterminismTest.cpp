//===- DeterminismTest.cpp -------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same row gives the same bits in every batch, at every place of it and of
// memory, with static and dynamic extents, and with any number of threads.
//
//===----------------------------------------------------------------------===//

#include "Run.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <tuple>

using namespace normtest;
using hostkernel::HostKernel;

namespace {
class Determinism : public testing::TestWithParam<std::tuple<Op, Type>> {
protected:
  /// More than any batch has.
  static constexpr int64_t poolRows = 33;

  Op op = std::get<0>(GetParam());
  Type type = std::get<1>(GetParam());
  std::mt19937_64 random{3};
  int64_t compared = 0, different = 0;

  /// Bytes of one operand of a row, or of a column.
  using Bytes = std::vector<char>;

  static Bytes toBytes(const Operand &operand) {
    size_t width = bytesOf(operand.type);
    Bytes bytes(operand.values.size() * width);
    for (size_t i = 0; i < operand.values.size(); ++i)
      store(operand.type, bytes.data() + i * width, operand.values[i]);
    return bytes;
  }

  /// Calls a kernel on rows `first`, `first + 1` and so on of the pool, with
  /// each buffer `shift` elements, and one more for each buffer, behind a
  /// cache line. Returns the bytes of the outputs.
  std::vector<Bytes> call(const HostKernel &kernel, const Problem &pool,
                          int64_t first, int64_t rows, unsigned shift) {
    std::vector<Bytes> storage;
    std::vector<std::pair<char *, size_t>> outputs;
    hostkernel::Arguments arguments;
    int64_t n = pool.domain.columns();
    auto add = [&](const Operand &operand, const Bytes *values) {
      size_t width = bytesOf(operand.type);
      size_t rowBytes =
          width * (operand.kind == Kind::PerRow ? 1 : static_cast<size_t>(n));
      size_t size = rowBytes * (operand.kind == Kind::Column ? 1 : rows);
      storage.emplace_back(size + 64 + 16 * width, '\x5a');
      auto base = reinterpret_cast<uintptr_t>(storage.back().data());
      size_t skip = (64 - base % 64) % 64 + (shift++ % 16) * width;
      char *data = storage.back().data() + skip;
      if (values && operand.kind == Kind::Column)
        std::memcpy(data, values->data(), size);
      else if (values)
        for (int64_t row = 0; row < rows; ++row)
          std::memcpy(data + row * rowBytes,
                      values->data() + (first + row) % poolRows * rowBytes,
                      rowBytes);
      else
        outputs.push_back({data, size});
      switch (operand.kind) {
      case Kind::Matrix:
        return arguments.add({data, 0, {rows, n}, {n, 1}});
      case Kind::Column:
        return arguments.add({data, 0, {n}, {1}});
      case Kind::PerRow:
        return arguments.add({data, 0, {rows}, {1}});
      }
    };
    for (size_t i = 0; i < pool.inputs.size(); ++i)
      add(pool.inputs[i], &inputs[i]);
    for (const Operand &operand : pool.outputs)
      add(operand, nullptr);
    kernel.call(arguments);
    std::vector<Bytes> results;
    results.reserve(outputs.size());
    for (auto [data, size] : outputs)
      results.emplace_back(data, data + size);
    return results;
  }

  /// Compares the rows of a batch with those of a batch of the whole pool, and
  /// gradients that are sums over rows, if `sums` is given, with those.
  void compare(const Problem &pool, const std::vector<Bytes> &got,
               const std::vector<Bytes> &want, int64_t first, int64_t rows,
               const std::vector<Bytes> *sums) {
    for (size_t output = 0; output < got.size(); ++output) {
      if (pool.outputs[output].kind == Kind::Column) {
        if (!sums)
          continue;
        ++compared;
        different += got[output] != (*sums)[output];
        continue;
      }
      size_t bytes = want[output].size() / poolRows;
      for (int64_t row = 0; row < rows; ++row) {
        ++compared;
        different +=
            std::memcmp(got[output].data() + row * bytes,
                        want[output].data() + (first + row) % poolRows * bytes,
                        bytes) != 0;
      }
    }
  }

  Problem makePool(int64_t n) {
    Problem pool(op, type, Domain::matrix(poolRows, n), random);
    inputs.clear();
    for (const Operand &operand : pool.inputs)
      inputs.push_back(toBytes(operand));
    return pool;
  }

  /// The rows of the pool, each in a batch of its own.
  std::vector<Bytes> callOneByOne(const HostKernel &kernel,
                                  const Problem &pool) {
    std::vector<Bytes> rows;
    for (int64_t row = 0; row < poolRows; ++row) {
      std::vector<Bytes> one = call(kernel, pool, row, 1, 0);
      rows.resize(one.size());
      for (size_t output = 0; output < one.size(); ++output)
        rows[output].insert(rows[output].end(), one[output].begin(),
                            one[output].end());
    }
    return rows;
  }

  /// Compares what `kernel` gives with the rows one by one of `general`.
  void runColumns(int64_t n, const HostKernel &kernel,
                  const HostKernel &general) {
    Problem pool = makePool(n);
    std::vector<Bytes> want = callOneByOne(general, pool);
    for (int64_t rows : {1, 2, 3, 4, 5, 7, 8, 9, 16, 33}) {
      int64_t first = rows % 7;
      std::vector<Bytes> sums = call(general, pool, first, rows, 0);
      for (unsigned shift = 0; shift < 16; ++shift) {
        // Sums are compared where the rows are the same.
        std::vector<Bytes> got = call(kernel, pool, first, rows, shift);
        compare(pool, got, want, first, rows, &sums);
        got = call(kernel, pool, first + shift, rows, 0);
        compare(pool, got, want, first + shift, rows, nullptr);
      }
    }
  }

  /// Where rows may be spread over threads: by one thread, and by several.
  void runThreads(int64_t n) {
    const std::string option = "parallel-bytes=1";
    static const bool exists = hostkernel::isPipeline(getPipeline(option));
    if (!exists)
      return;
    auto setThreads = reinterpret_cast<void (*)(int)>(
        dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
    const HostKernel &kernel = get(-1, option.c_str());
    Problem pool = makePool(n);
    std::vector<Bytes> want = callOneByOne(kernel, pool), sums;
    for (int threads : {1, 2, 3, 7}) {
      if (setThreads)
        setThreads(threads);
      for (unsigned shift : {0, 1, 5}) {
        std::vector<Bytes> got = call(kernel, pool, 0, poolRows, shift);
        if (sums.empty())
          sums = got;
        compare(pool, got, want, 0, poolRows, &sums);
      }
    }
  }

  const HostKernel &get(int64_t columns, const char *options = "") {
    return getKernel(op, type, Domain::matrix(-1, columns), Layout::Identity,
                     options);
  }

  /// Where rows may be spread over threads: as many rows as there are, by one
  /// thread and by several.
  void runThreads(const Problem &pool, const std::vector<Bytes> &want) {
    const std::string option = "parallel-bytes=1";
    static const bool exists = hostkernel::isPipeline(getPipeline(option));
    if (!exists)
      return;
    const HostKernel &kernel =
        getKernel(op, type, Domain::matrix(-1, -1), Layout::Identity, option);
    auto setThreads = reinterpret_cast<void (*)(int)>(
        dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
    std::vector<Bytes> sums =
        call(getKernel(op, type, Domain::matrix(-1, -1)), pool, 0, poolRows, 0);
    for (int threads : {1, 2, 3, 7}) {
      if (setThreads)
        setThreads(threads);
      for (unsigned shift : {0, 1, 5}) {
        std::vector<Bytes> got = call(kernel, pool, 0, poolRows, shift);
        compare(pool, got, want, 0, poolRows, &sums);
      }
    }
  }

  std::vector<Bytes> inputs;
};
} // namespace

TEST_P(Determinism, SameBitsEverywhere) {
  for (int64_t n : {1, 3, 17, 64, 100, 769, 1000, 1024})
    runColumns(n, get(-1), get(-1));
  for (int64_t n : {3, 100, 1000})
    runThreads(n);
  for (int64_t n : {17, 100})
    runColumns(n, get(n), get(n));
  std::printf("%s %s: %ld comparisons, %ld different\n", name(op), name(type),
              static_cast<long>(compared), static_cast<long>(different));
  RecordProperty("compared", std::to_string(compared));
  EXPECT_EQ(different, 0);
  // 24 of these are far more than 100,000.
  EXPECT_GE(compared, 25000);
}

// The row program says which products are added unrounded; the code generator
// has no say.
TEST_P(Determinism, SameBitsWithStaticExtents) {
  for (int64_t n : {17, 100})
    for (const char *options : {"", "contract=false"})
      runColumns(n, get(n, options), get(-1, options));
  EXPECT_EQ(different, 0) << "of " << compared;
}

INSTANTIATE_TEST_SUITE_P(Ops, Determinism,
                         testing::Combine(testing::ValuesIn(allOps),
                                          testing::ValuesIn(floatTypes)),
                         [](const auto &info) {
                           return std::string(name(std::get<0>(info.param))) +
                                  "_" + name(std::get<1>(info.param));
                         });
