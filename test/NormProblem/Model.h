//===- Model.h -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an op gives on a problem's inputs, in extended precision, and how far
// off a kernel may be: the formulas of docs/Numerics.md.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_NORMPROBLEM_MODEL_H
#define RMSNORM_TEST_NORMPROBLEM_MODEL_H

#include "Problem.h"

namespace normtest {

/// One element of a result.
struct Expected {
  long double value = 0;
  /// Of the error; infinite where there is none.
  long double bound = 0;
  /// The largest magnitude that is added to get it, where a mean counts with
  /// the mean of the magnitudes: an error of one unit there may be many units
  /// of a value that is nearly zero.
  long double largest = 0;
};

/// The roundings that an element of a row goes through on its way into a sum.
struct Depth {
  /// With one vector of `vectorWidth` bits as the accumulator: no kernel whose
  /// lanes are elements has more; nor has any than a row has elements.
  static double ofRow(const Problem &problem, unsigned vectorWidth);
  /// Six roots of that: errors of random numbers add up like a walk. (Higham
  /// and Mary 2019: a sum exceeds this with a probability below 4e-8.)
  static double likely(double depth);
};

/// For each output.
std::vector<std::vector<Expected>> getExpected(const Problem &problem,
                                               double depth);

/// What the outputs of a problem are worth.
struct Verdict {
  /// The first element that is off by more than its bound; empty if none is.
  std::string wrong;
  /// The largest part of its bound that an error is.
  double ratio = 0;
  /// The largest error in units in the last place, at the largest term.
  double ulps = 0;
  int64_t elements = 0;
  /// Elements that are the reference, correctly rounded, and those that are
  /// off from it by more than one unit at the largest term.
  int64_t exact = 0, beyondOne = 0;

  void add(const Verdict &other);
};

/// Compares output `number`.
Verdict check(const Problem &problem, unsigned number,
              const std::vector<Expected> &expected);
/// Compares all.
Verdict check(const Problem &problem, double depth);

} // namespace normtest

#endif // RMSNORM_TEST_NORMPROBLEM_MODEL_H
