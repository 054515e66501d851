//===- ReportTraffic.h - Bytes that ops move --------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counts what ops on whole tensors read and write when each runs by itself: an
// op reads every operand once and writes every result once. What needs no
// memory of its own is free: views, constants that are splats, tensor.empty.
//
// Extents that are not known are named, so that a count is a polynomial in
// them: 512*d0 + 4. dK is dimension K of x.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_REPORTTRAFFIC_H
#define RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_REPORTTRAFFIC_H

#include "rmsnorm/Analysis/Import/Importer.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mlir::norm {

/// A number of bytes; terms are products of named extents.
class ByteCount {
public:
  using Extents = std::vector<std::string>;

  void add(const Extents &extents, int64_t bytes);
  ByteCount &operator+=(const ByteCount &other);
  ByteCount operator-(const ByteCount &other) const;

  /// False when an extent occurs that is not known.
  bool isExact() const;
  /// The number for unknown extents of one.
  int64_t getBytes() const;
  /// For example "512*d0 + 4".
  std::string str() const;

private:
  /// Sorted names to the coefficient, which is not zero.
  std::map<Extents, int64_t> terms;
};

/// Counts the traffic of ops around one norm of x.
class TrafficCounter {
public:
  /// `getName` gives the name of a value in the source.
  TrafficCounter(Value x, ModuleView &view,
                 std::function<std::string(Value)> getName);

  ByteCount count(Operation *op) { return count(op, 0); }

private:
  ByteCount count(Operation *op, unsigned depth);
  void addTensor(ByteCount &bytes, Value value);
  std::string getExtentName(Value value, unsigned dimension);

  Value x;
  ModuleView &view;
  std::function<std::string(Value)> getName;
  algebra::Algebra algebra;
  Importer importer;
  std::vector<std::pair<algebra::Polynomial, std::string>> extents;
};

} // namespace mlir::norm

#endif // RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_REPORTTRAFFIC_H
