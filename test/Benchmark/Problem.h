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

#include "NormOps.h"

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace bench {

using hostkernel::allOps;
using hostkernel::isBackward;
using hostkernel::name;
/// The outputs are y (and the sum of AddRMSNorm), codes (i8) and the factor of
/// each row (f32), and dx, dscale and, of LayerNorm, dbias.
using hostkernel::Op;

/// Of the matrices, the scale and the bias.
enum class Type { F32, BF16, F16 };
constexpr Type allTypes[] = {Type::F32, Type::BF16, Type::F16};

constexpr double epsilon = 1.0e-5;

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
  enum class Element { F32, BF16, F16, I8 };
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
  /// Empty if the outputs are right; otherwise the first that is not. Peers may
  /// round to the type of the matrices between the ops that they compose, sum
  /// in that type, and sum a row term by term.
  std::string check(bool isPeer) const;
  /// The index of the scale among the inputs; x is the first of these, or the
  /// second after dy.
  unsigned scaleIndex() const;

  Op op;
  Type type;
  int64_t rows, columns;
  std::vector<Array> inputs, outputs;
};

/// Computes a problem's outputs; null for what is not offered.
struct Run {
  /// This is timed.
  std::function<void()> call;
  /// Brings what the last call computed to the problem's outputs, if it is not
  /// there.
  std::function<void()> collect = {};
};

/// Something that runs problems.
struct Implementation {
  std::string name;
  /// Prepares to run a problem; all that takes time but once is done here.
  std::function<Run(Problem &)> prepare;
  /// Copies are no peers, and nothing of theirs is checked.
  enum class Kind { Ours, Copy, Loop, Peer } kind;
  std::string version = {};
  int threads = 1;
};

/// Compiled by norm-to-cpu; and once more for two threads, if there is a
/// pipeline for these.
std::vector<Implementation> getOurs();
/// Nanoseconds from the text of an op to its machine code, the median of some
/// compilations; 0 where it cannot be compiled.
double getCompileTime(Op op, Type type, int64_t columns);
/// memcpy and a copy past the caches, of half the footprint: they read and
/// write as many bytes as the op.
std::vector<Implementation> getCopies();
/// Loops in C++ as one writes them, with -O3 -march=native -ffast-math.
std::vector<Implementation> getLoops();
/// oneDNN's primitives, where it was found.
std::vector<Implementation> getOneDNN();
/// Kernels of ONNX Runtime, where its library is when the program runs.
std::vector<Implementation> getONNXRuntime();
/// Functions of libtorch, as models call them, where it was found.
std::vector<Implementation> getTorch();

} // namespace bench

#endif // RMSNORM_TEST_BENCHMARK_PROBLEM_H
