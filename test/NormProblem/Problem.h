//===- Problem.h -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An op on arguments of one size, and the function that computes it.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_NORMPROBLEM_PROBLEM_H
#define RMSNORM_TEST_NORMPROBLEM_PROBLEM_H

#include "Elements.h"
#include "NormOps.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace normtest {

using hostkernel::allOps;
using hostkernel::isBackward;
using hostkernel::name;
/// The outputs are y (and mean and rstd of LayerNorm; the sum of AddRMSNorm),
/// codes (i8) and the factor of each row, and dx, dscale and dbias.
using hostkernel::Op;

/// The rows of a tensor: `axes`, in increasing order, are what is normalised.
struct Domain {
  static Domain matrix(int64_t rows, int64_t columns) {
    return {{rows, columns}, {1}};
  }
  bool isAxis(unsigned dim) const;
  int64_t rows() const;
  int64_t columns() const;

  std::vector<int64_t> extents;
  std::vector<unsigned> axes;
};

/// What an argument has a value for.
enum class Kind {
  Matrix, ///< each element
  Column, ///< each element of a row, the same for all rows
  PerRow  ///< each row
};

/// Values are in the order of rows, and of columns in a row, wherever they lie
/// in memory.
struct Operand {
  Kind kind;
  Type type;
  std::vector<double> values;
};

struct Problem {
  /// With inputs of normally distributed numbers, shifted a little.
  Problem(Op op, Type type, Domain domain, std::mt19937_64 &random);
  /// Sets what the backward ops get from the forward op, after x changed.
  void updateStatistics();

  int64_t sizeOf(Kind kind) const;
  /// x, and what is rounded like it: the residual, or dy.
  std::vector<double> &x() { return inputs[isBackward(op) ? 1 : 0].values; }

  Op op;
  Type type;
  Domain domain;
  std::vector<Operand> inputs, outputs;
};

/// Of the row program; its value is rounded to the statistics type.
constexpr double epsilon = 1.0e-5;

/// How arguments that have elements of rows lie in memory.
enum class Layout {
  Identity,  ///< memref<?x?xT>
  Rows,      ///< strided<[?, 1], offset: ?>
  Columns,   ///< strided<[1, ?], offset: ?>, for matrices only
  Everywhere ///< strided<[?, ?], offset: ?>
};

/// The text of @f for `op`: inputs and outputs are arguments, in order. Extents
/// that are negative are dynamic.
std::string getSource(Op op, Type type, const Domain &domain, Layout layout);

} // namespace normtest

#endif // RMSNORM_TEST_NORMPROBLEM_PROBLEM_H
