//===- Problem.cpp - What is timed ----------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Problem.h"

#include <cmath>
#include <cstring>
#include <random>

using namespace bench;

const char *bench::name(Type type) {
  return type == Type::F32 ? "f32" : type == Type::BF16 ? "bf16" : "f16";
}

static size_t bytesOf(Array::Element element) {
  return element == Array::Element::F32  ? 4
         : element == Array::Element::I8 ? 1
                                         : 2;
}

Array::Array(Element element, std::vector<int64_t> shape)
    : element(element), shape(std::move(shape)), data(nullptr, std::free) {
  size_t padded = (bytes() + 63) / 64 * 64;
  data.reset(std::aligned_alloc(64, padded));
  std::memset(data.get(), 0, padded);
}

int64_t Array::size() const {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

size_t Array::bytes() const { return size() * bytesOf(element); }

double Array::at(int64_t index) const {
  switch (element) {
  case Element::F32:
    return as<float>()[index];
  case Element::BF16:
    return fromBF16(as<uint16_t>()[index]);
  case Element::F16:
    return as<_Float16>()[index];
  case Element::I8:
    return as<int8_t>()[index];
  }
  __builtin_unreachable();
}

void Array::set(int64_t index, double value) {
  if (element == Element::F32)
    as<float>()[index] = value;
  else if (element == Element::F16)
    as<_Float16>()[index] = value;
  else
    as<uint16_t>()[index] = toBF16(value);
}

Problem::Problem(Op op, Type type, int64_t rows, int64_t columns)
    : op(op), type(type), rows(rows), columns(columns) {
  using Element = Array::Element;
  Element element = type == Type::F32    ? Element::F32
                    : type == Type::BF16 ? Element::BF16
                                         : Element::F16;
  std::minstd_rand random(1);
  auto uniform = [&] { // in [-2, 2)
    return static_cast<double>(random()) / random.max() * 4.0 - 2.0;
  };
  auto add = [&](std::vector<int64_t> shape, Element of, double shift) {
    Array &array = inputs.emplace_back(of, std::move(shape));
    for (int64_t i = 0, size = array.size(); i < size; ++i)
      array.set(i, uniform() + shift);
  };
  auto matrix = [&] { add({rows, columns}, element, 0.25); };
  auto vector = [&](double shift) { add({columns}, element, shift); };
  auto result = [&](std::vector<int64_t> shape, Element of) {
    outputs.emplace_back(of, std::move(shape));
  };
  matrix();
  if (op == Op::AddRMSNorm || isBackward(op))
    matrix();
  if (isBackward(op)) {
    // The statistics of x, as the forward pass saves them.
    Array mean(Element::F32, {rows}), rstd(Element::F32, {rows});
    for (int64_t row = 0; row < rows; ++row) {
      double sum = 0, squares = 0;
      for (int64_t i = 0; i < columns && op == Op::LayerNormBackward; ++i)
        sum += inputs[1].at(row * columns + i);
      for (int64_t i = 0; i < columns; ++i) {
        double centred = inputs[1].at(row * columns + i) - sum / columns;
        squares += centred * centred;
      }
      mean.set(row, sum / columns);
      rstd.set(row, 1.0 / std::sqrt(squares / columns + epsilon));
    }
    if (op == Op::LayerNormBackward)
      inputs.push_back(std::move(mean));
    inputs.push_back(std::move(rstd));
  }
  vector(1.0);
  if (op == Op::LayerNorm)
    vector(0.0);
  result({rows, columns}, op == Op::RMSNormInt8 ? Element::I8 : element);
  if (op == Op::AddRMSNorm)
    result({rows, columns}, element);
  if (op == Op::RMSNormInt8)
    result({rows}, Element::F32);
  if (isBackward(op))
    result({columns}, element);
  if (op == Op::LayerNormBackward)
    result({columns}, element);
}

unsigned Problem::scaleIndex() const {
  return op == Op::AddRMSNorm          ? 2
         : op == Op::RMSNormBackward   ? 3
         : op == Op::LayerNormBackward ? 4
                                       : 1;
}

size_t Problem::footprint() const {
  size_t total = 0;
  for (const Array &array : inputs)
    total += array.bytes();
  for (const Array &array : outputs)
    total += array.bytes();
  return total;
}

void Problem::poison() {
  for (Array &array : outputs)
    std::memset(array.data.get(),
                array.element == Array::Element::I8 ? 0x80 : 0xff,
                array.bytes());
}

std::string Problem::check(bool isPeer) const {
  double unit = type == Type::F32    ? 0x1p-24
                : type == Type::BF16 ? 0x1p-8
                                     : 0x1p-11;
  // What one may expect of values that are not rounded to the type.
  double inner = isPeer ? unit : 0x1p-24;
  // Sums in f32, term by term.
  double drift = isPeer ? std::sqrt(columns) * 0x1p-24 : 0.0;
  std::string wrong;
  // An error of some units of the result, and of sums of `terms` terms.
  auto compare = [&](const Array &array, int64_t index, double want,
                     double slack) {
    double got = array.at(index);
    if (std::fabs(got - want) <= slack || !wrong.empty())
      return;
    wrong = "element " + std::to_string(index) + " is " + std::to_string(got) +
            ", not " + std::to_string(want);
  };
  std::vector<double> x(columns), dscale(columns), dbias(columns);
  for (int64_t row = 0; row < rows && wrong.empty(); ++row) {
    int64_t first = row * columns;
    const Array &source = inputs[isBackward(op) ? 1 : 0];
    double sum = 0, squares = 0, largest = 0;
    for (int64_t i = 0; i < columns; ++i) {
      x[i] = source.at(first + i);
      if (op == Op::AddRMSNorm) {
        x[i] += inputs[1].at(first + i);
        compare(outputs[1], first + i, x[i], 8 * unit);
        x[i] = outputs[1].at(first + i); // the rounded sum is normalised
      }
      sum += x[i];
    }
    double mean = sum / columns;
    bool centres = op == Op::LayerNorm || op == Op::LayerNormBackward;
    for (int64_t i = 0; i < columns; ++i) {
      x[i] -= centres ? mean : 0.0;
      squares += x[i] * x[i];
    }
    double rstd = 1.0 / std::sqrt(squares / columns + epsilon);
    const Array &scale = inputs[scaleIndex()];
    if (isBackward(op)) {
      double ofG = 0, ofGX = 0;
      for (int64_t i = 0; i < columns; ++i) {
        double dy = inputs[0].at(first + i), xhat = x[i] * rstd;
        ofG += centres ? dy * scale.at(i) : 0.0;
        ofGX += dy * scale.at(i) * xhat;
        dscale[i] += dy * xhat;
        dbias[i] += dy;
      }
      for (int64_t i = 0; i < columns; ++i) {
        double g = inputs[0].at(first + i) * scale.at(i);
        double dx = rstd * (g - ofG / columns - x[i] * rstd * ofGX / columns);
        compare(outputs[0], first + i, dx, unit * (64 + 2 * std::fabs(dx)));
      }
      continue;
    }
    for (int64_t i = 0; i < columns; ++i)
      largest = std::max(largest, std::fabs(x[i] * rstd * scale.at(i)));
    if (op == Op::RMSNormInt8)
      compare(outputs[1], row, largest / 127, largest * 16 * inner);
    for (int64_t i = 0; i < columns; ++i) {
      double y = x[i] * rstd * scale.at(i);
      if (op == Op::LayerNorm)
        y += inputs[2].at(i);
      if (op == Op::RMSNormInt8)
        compare(outputs[0], first + i, y / largest * 127,
                0.51 + 127 * 4 * inner);
      else
        compare(outputs[0], first + i, y,
                unit * (32 + 4 * std::fabs(y)) + drift * std::fabs(y));
    }
  }
  for (int64_t i = 0; i < columns && isBackward(op); ++i) {
    // Row by row in f32: an error of about the root of the rows, times the
    // sum; and the rounding of the result.
    double slack =
        inner * (8 + 4 * std::sqrt(rows)) *
            std::max(64.0, std::fabs(dscale[i]) + std::fabs(dbias[i])) +
        unit;
    compare(outputs[1], i, dscale[i], slack + unit * std::fabs(dscale[i]));
    if (op == Op::LayerNormBackward)
      compare(outputs[2], i, dbias[i], slack + unit * std::fabs(dbias[i]));
  }
  return wrong;
}
