//===- Problem.h - What is timed --------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An op on arguments of one size. Matrices are [rows, columns] row-major, other
// arguments are vectors; all start at multiples of 64 bytes. Outputs are
// compared with what the inputs give in f64.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_BENCHMARK_PROBLEM_H
#define RMSNORM_TEST_BENCHMARK_PROBLEM_H

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace bench {

/// With their inputs and outputs, in order.
enum class Op {
  LayerNorm,        ///< x, scale, bias -> y
  RMSNorm,          ///< x, scale -> y
  AddRMSNorm,       ///< x, residual, scale -> y, sum
  RMSNormInt8,      ///< x, scale -> codes (i8), factor of each row (f32)
  LayerNormBackward ///< dy, x, mean, rstd, scale -> dx, dscale, dbias
};
constexpr Op allOps[] = {Op::LayerNorm, Op::RMSNorm, Op::AddRMSNorm,
                         Op::RMSNormInt8, Op::LayerNormBackward};

/// Of the matrices, the scale and the bias.
enum class Type { F32, BF16 };

constexpr double epsilon = 1.0e-5;

const char *name(Op op);
const char *name(Type type);

inline float fromBF16(uint16_t bits) {
  uint32_t wide = uint32_t(bits) << 16;
  float value;
  __builtin_memcpy(&value, &wide, 4);
  return value;
}

/// To the nearest, ties to even; not for NaN.
inline uint16_t toBF16(float value) {
  uint32_t bits;
  __builtin_memcpy(&bits, &value, 4);
  return (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
}

struct Array {
  enum class Element { F32, BF16, I8 };
  Array(Element element, std::vector<int64_t> shape);

  int64_t size() const;
  size_t bytes() const;
  double at(int64_t index) const;
  void set(int64_t index, double value);
  template <typename T> T *as() const { return static_cast<T *>(data.get()); }

  Element element;
  std::vector<int64_t> shape;
  std::unique_ptr<void, decltype(&std::free)> data;
};

struct Problem {
  Problem(Op op, Type type, int64_t rows, int64_t columns);

  /// Bytes that have to be read and written.
  size_t footprint() const;
  /// Fills the outputs with what no op writes.
  void poison();
  /// Empty if the outputs are right; otherwise the first that is not.
  std::string check() const;

  Op op;
  Type type;
  int64_t rows, columns;
  std::vector<Array> inputs, outputs;
};

/// Computes a problem's outputs once; null for what is not offered.
using Run = std::function<void()>;

/// Something that runs problems.
struct Implementation {
  std::string name;
  /// Prepares to run a problem; all that takes time but once is done here.
  std::function<Run(Problem &)> prepare;
  /// Copies are no peers, and nothing of theirs is checked.
  enum class Kind { Ours, Copy, Loop, Peer } kind;
};

/// Compiled by norm-to-cpu.
Implementation getOurs();
/// memcpy and a copy past the caches, of half the footprint: they read and
/// write as many bytes as the op.
std::vector<Implementation> getCopies();
/// Loops in C++ as one writes them, with -O3 -march=native -ffast-math.
Implementation getLoops();
/// oneDNN's primitives, where it was found.
std::vector<Implementation> getOneDNN();

} // namespace bench

#endif // RMSNORM_TEST_BENCHMARK_PROBLEM_H
