//===- Problem.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Problem.h"

#include <cmath>

using namespace normtest;

bool Domain::isAxis(unsigned dim) const {
  for (unsigned axis : axes)
    if (axis == dim)
      return true;
  return false;
}

int64_t Domain::columns() const {
  int64_t count = 1;
  for (unsigned axis : axes)
    count *= extents[axis];
  return count;
}

int64_t Domain::rows() const {
  int64_t count = 1;
  for (unsigned dim = 0; dim < extents.size(); ++dim)
    if (!isAxis(dim))
      count *= extents[dim];
  return count;
}

int64_t Problem::sizeOf(Kind kind) const {
  switch (kind) {
  case Kind::Matrix:
    return domain.rows() * domain.columns();
  case Kind::Column:
    return domain.columns();
  case Kind::PerRow:
    return domain.rows();
  }
  __builtin_unreachable();
}

Problem::Problem(Op op, Type type, Domain of, std::mt19937_64 &random)
    : op(op), type(type), domain(std::move(of)) {
  std::normal_distribution<double> normal;
  auto fill = [&](Kind kind, double mean, double deviation) {
    Operand &operand = inputs.emplace_back(Operand{kind, type, {}});
    for (int64_t i = 0, size = sizeOf(kind); i < size; ++i)
      operand.values.push_back(static_cast<double>(
          roundTo(type, mean + deviation * normal(random))));
  };
  auto add = [&](std::vector<Operand> &to, Kind kind, Type as) {
    to.push_back(Operand{kind, as, {}});
    to.back().values.resize(sizeOf(kind));
  };
  Type statistics = statisticsType(type);

  fill(Kind::Matrix, isBackward(op) ? 0.0 : 0.1, 1.0);
  if (op == Op::AddRMSNorm || isBackward(op))
    fill(Kind::Matrix, 0.1, 1.0);
  if (op == Op::LayerNormBackward)
    add(inputs, Kind::PerRow, statistics);
  if (isBackward(op))
    add(inputs, Kind::PerRow, statistics);
  fill(Kind::Column, 1.0, 0.1);
  if (op == Op::LayerNorm)
    fill(Kind::Column, 0.0, 0.1);

  add(outputs, Kind::Matrix, op == Op::RMSNormInt8 ? Type::I8 : type);
  if (op == Op::AddRMSNorm)
    add(outputs, Kind::Matrix, type);
  if (op == Op::LayerNorm)
    add(outputs, Kind::PerRow, statistics);
  if (op == Op::LayerNorm || op == Op::RMSNormInt8)
    add(outputs, Kind::PerRow, statistics);
  if (isBackward(op)) {
    add(outputs, Kind::Column, type);
    add(outputs, Kind::Column, type);
  }
  updateStatistics();
}

void Problem::updateStatistics() {
  if (!isBackward(op))
    return;
  bool centres = op == Op::LayerNormBackward;
  Type statistics = statisticsType(type);
  int64_t n = domain.columns();
  for (int64_t row = 0; row < domain.rows(); ++row) {
    const double *values = x().data() + row * n;
    long double sum = 0, squares = 0;
    for (int64_t i = 0; i < n; ++i)
      sum += values[i];
    long double mean = centres ? sum / n : 0;
    for (int64_t i = 0; i < n; ++i)
      squares += (values[i] - mean) * (values[i] - mean);
    unsigned next = 2;
    if (centres)
      inputs[next++].values[row] =
          static_cast<double>(roundTo(statistics, mean));
    inputs[next].values[row] = static_cast<double>(
        roundTo(statistics, 1 / std::sqrt(squares / n + epsilon)));
  }
}
