//===- Model.cpp -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Model.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace normtest;

static constexpr long double infinity =
    std::numeric_limits<long double>::infinity();

//===----------------------------------------------------------------------===//
// Numbers with errors
//===----------------------------------------------------------------------===//

namespace {
/// A number and a bound on the error of what a kernel has for it.
struct Approx {
  long double value, error;
};

/// Arithmetic that rounds with unit roundoff `unit` (docs/Numerics.md, "The
/// error bound").
struct Arithmetic {
  Approx round(long double value, long double propagated, int times = 1) const {
    // Also where an infinite error meets a zero.
    if (!(std::fabs(value) + propagated <= max))
      propagated = infinity;
    return {value,
            propagated + times * unit * (std::fabs(value) + propagated) + tiny};
  }
  Approx add(Approx a, Approx b) const {
    return round(a.value + b.value, a.error + b.error);
  }
  Approx sub(Approx a, Approx b) const { return add(a, {-b.value, b.error}); }
  Approx mul(Approx a, Approx b) const {
    return round(a.value * b.value, std::fabs(a.value) * b.error +
                                        std::fabs(b.value) * a.error +
                                        a.error * b.error);
  }
  Approx div(Approx a, Approx b) const {
    long double low = std::fabs(b.value) - b.error;
    long double value = a.value / b.value;
    // |a'/b' - a/b| <= (da + |a/b| db) / (|b| - db)
    return round(value,
                 low > 0 ? (a.error + std::fabs(value) * b.error) / low
                         : infinity,
                 /*times=*/2);
  }
  /// n u / (1 - n u).
  long double gamma(long double n) const {
    return n * unit < 1 ? n * unit / (1 - n * unit) : infinity;
  }

  long double unit, tiny, max;

  explicit Arithmetic(Type type)
      : unit(unitOf(type) * (1 + 0x1p-9)), tiny(tinyOf(type)),
        max(maxOf(type)) {}
};

/// A sum whose terms go through `depth` roundings; compensated.
class Sum {
public:
  void add(Approx term) {
    long double next = total + term.value;
    lost += std::fabs(total) >= std::fabs(term.value)
                ? total - next + term.value
                : term.value - next + total;
    total = next;
    magnitude += std::fabs(term.value) + term.error;
    error += term.error;
    largest = std::max(largest, std::fabs(term.value));
  }
  Approx get(const Arithmetic &in, double depth) const {
    // Where the total is not finite there is nothing to compensate.
    long double value = std::isfinite(total) ? total + lost : total;
    return in.round(value, error + in.gamma(depth) * magnitude);
  }
  long double getMagnitude() const { return magnitude; }
  long double getLargest() const { return largest; }

private:
  long double total = 0, lost = 0, magnitude = 0, error = 0, largest = 0;
};

/// Computes the rows of a problem.
class Model {
public:
  Model(const Problem &problem, double depth)
      : p(problem), depth(depth), in(statisticsType(problem.type)),
        out(problem.type), n(problem.domain.columns()) {
    for (const Operand &output : p.outputs)
      results.emplace_back(output.values.size());
  }

  std::vector<std::vector<Expected>> compute() {
    if (isBackward(p.op)) {
      dscale.resize(n);
      dbias.resize(n);
    }
    for (int64_t row = 0; row < p.domain.rows(); ++row)
      isBackward(p.op) ? backward(row) : forward(row);
    if (isBackward(p.op))
      finishGradients();
    return std::move(results);
  }

private:
  double input(unsigned number, int64_t index) const {
    return p.inputs[number].values[index];
  }
  void set(unsigned output, int64_t index, Approx value, long double largest) {
    results[output][index] = {value.value, value.error,
                              std::max(largest, std::fabs(value.value))};
  }
  /// The number of columns is exact.
  Approx overColumns(Approx sum) const {
    return in.div(sum, {static_cast<long double>(n), 0});
  }

  void forward(int64_t row);
  void quantize(int64_t row, const std::vector<long double> &x, Approx rstd);
  void backward(int64_t row);
  void finishGradients();

  const Problem &p;
  double depth;
  /// Of the statistics and of the results.
  Arithmetic in, out;
  int64_t n;
  std::vector<std::vector<Expected>> results;
  std::vector<Sum> dscale, dbias;
};
} // namespace

void Model::forward(int64_t row) {
  bool centres = p.op == Op::LayerNorm;
  std::vector<long double> x(n);
  for (int64_t i = 0; i < n; ++i) {
    x[i] = input(0, row * n + i);
    if (p.op != Op::AddRMSNorm)
      continue;
    x[i] = roundTo(p.type, x[i] + input(1, row * n + i));
    results[1][row * n + i] = {x[i], 0, std::fabs(x[i])};
  }
  Approx mean{0, 0};
  long double typical = 0;
  if (centres) {
    Sum sum;
    for (long double value : x)
      sum.add({value, 0});
    mean = overColumns(sum.get(in, depth));
    typical = sum.getMagnitude() / n;
    set(1, row, mean, typical);
  }
  Sum squares;
  for (long double value : x)
    squares.add({(value - mean.value) * (value - mean.value), 0});
  // Each centred value is rounded, squared and summed. A mean that is off by d
  // adds d^2, and nothing else, because the centred values sum to zero; so the
  // variance does not become less by that.
  Approx variance = squares.get(in, 0);
  variance.value /= n;
  long double rounding = in.gamma(depth + 4 + (centres ? 2 : 0));
  long double low = variance.value * (1 - rounding) - 3 * in.tiny;
  long double high =
      (variance.value + mean.error * mean.error) * (1 + rounding) + 3 * in.tiny;
  if (squares.getMagnitude() * 2 > in.max)
    high = infinity;
  long double eps = roundTo(statisticsType(p.type), epsilon);
  long double root = 1 / std::sqrt(variance.value + eps);
  long double above =
      1 / std::sqrt((std::max(low, 0.0L) + eps) * (1 - in.unit)) - root;
  long double below = root - 1 / std::sqrt((high + eps) * (1 + in.unit));
  Approx rstd =
      in.round(root, std::isinf(high) ? infinity : std::max(above, below),
               /*times=*/3);
  if (centres)
    set(2, row, rstd, 0);
  if (p.op == Op::RMSNormInt8)
    return quantize(row, x, rstd);

  unsigned scale = p.op == Op::AddRMSNorm ? 2 : 1;
  for (int64_t i = 0; i < n; ++i) {
    Approx value{x[i], 0};
    if (centres)
      value = in.sub(value, mean);
    Approx factor{input(scale, i), 0};
    Approx y = in.mul(in.mul(value, rstd), factor);
    long double largest = 0;
    if (centres) {
      long double bias = input(2, i);
      y = in.add(y, {bias, 0});
      largest =
          std::max(std::fabs(bias), std::max(std::fabs(x[i]), typical) *
                                        rstd.value * std::fabs(factor.value));
    }
    set(0, row * n + i, out.round(y.value, y.error), largest);
  }
}

void Model::quantize(int64_t row, const std::vector<long double> &x,
                     Approx rstd) {
  std::vector<Approx> scaled(n);
  Approx largest{0, 0};
  for (int64_t i = 0; i < n; ++i) {
    scaled[i] = in.mul({x[i], 0}, {input(1, i), 0});
    long double magnitude = std::fabs(scaled[i].value);
    if (std::isnan(magnitude) || std::isnan(largest.value))
      largest.value = magnitude + largest.value;
    else if (magnitude > largest.value)
      largest = {magnitude, scaled[i].error};
  }
  Approx most{127, 0};
  Approx step = in.div(most, largest);
  for (int64_t i = 0; i < n; ++i)
    set(0, row * n + i, in.mul(scaled[i], step), 0);
  set(1, row, in.div(in.mul(largest, rstd), most), 0);
}

void Model::backward(int64_t row) {
  bool centres = p.op == Op::LayerNormBackward;
  Approx mean{centres ? input(2, row) : 0, 0};
  Approx rstd{input(centres ? 3 : 2, row), 0};
  unsigned scale = centres ? 4 : 3;
  std::vector<Approx> xhat(n), gradient(n);
  Sum ofGradient, ofProduct;
  for (int64_t i = 0; i < n; ++i) {
    Approx dy{input(0, row * n + i), 0};
    Approx x{input(1, row * n + i), 0};
    xhat[i] = in.mul(centres ? in.sub(x, mean) : x, rstd);
    gradient[i] = in.mul(dy, {input(scale, i), 0});
    ofGradient.add(gradient[i]);
    ofProduct.add(in.mul(gradient[i], xhat[i]));
    dscale[i].add(in.mul(dy, xhat[i]));
    dbias[i].add(dy);
  }
  Approx projection = overColumns(ofProduct.get(in, depth));
  Approx meanGradient = overColumns(ofGradient.get(in, depth));
  for (int64_t i = 0; i < n; ++i) {
    Approx inner = centres ? in.sub(gradient[i], meanGradient) : gradient[i];
    Approx along = in.mul(xhat[i], projection);
    Approx dx = in.mul(in.sub(inner, along), rstd);
    long double largest =
        std::max({std::fabs(gradient[i].value),
                  std::fabs(xhat[i].value) * ofProduct.getMagnitude() / n,
                  centres ? ofGradient.getMagnitude() / n : 0}) *
        rstd.value;
    set(0, row * n + i, out.round(dx.value, dx.error), largest);
  }
}

void Model::finishGradients() {
  for (int64_t i = 0; i < n; ++i)
    for (auto [output, sum] : {std::pair(1, &dscale[i]), {2, &dbias[i]}}) {
      Approx total = sum->get(in, static_cast<double>(p.domain.rows()));
      set(output, i, out.round(total.value, total.error), sum->getLargest());
    }
}

double Depth::ofRow(const Problem &problem, unsigned vectorWidth) {
  double lanes = vectorWidth / (8.0 * bytesOf(statisticsType(problem.type)));
  double n = static_cast<double>(problem.domain.columns());
  return std::min(n, std::ceil(n / lanes) + std::log2(lanes));
}

double Depth::likely(double depth) {
  return std::min(depth, 6.0 * std::sqrt(depth));
}

std::vector<std::vector<Expected>> normtest::getExpected(const Problem &problem,
                                                         double depth) {
  return Model(problem, depth).compute();
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

void Verdict::add(const Verdict &other) {
  if (wrong.empty())
    wrong = other.wrong;
  ratio = std::max(ratio, other.ratio);
  ulps = std::max(ulps, other.ulps);
  elements += other.elements;
  exact += other.exact;
  beyondOne += other.beyondOne;
}

Verdict normtest::check(const Problem &problem, unsigned number,
                        const std::vector<Expected> &expected) {
  Verdict verdict;
  const Operand &output = problem.outputs[number];
  Type type = output.type;
  for (size_t i = 0; i < expected.size(); ++i) {
    Expected want = expected[i];
    double got = output.values[i];
    ++verdict.elements;
    auto fail = [&] {
      if (verdict.wrong.empty())
        verdict.wrong = "output " + std::to_string(number) + ", element " +
                        std::to_string(i) + ": " + std::to_string(got) +
                        ", not " + std::to_string(want.value) + " within " +
                        std::to_string(want.bound);
    };
    if (type == Type::I8) {
      // Half of a step to the whole number; poison for NaN.
      if (std::isnan(want.value) || std::isinf(want.bound))
        continue;
      if (!(std::fabs(got - want.value) <= 0.5 + want.bound))
        fail();
      verdict.exact += got == std::nearbyint(want.value);
      continue;
    }
    if (std::isnan(want.value) || std::isinf(want.value)) {
      bool isSame =
          std::isnan(want.value) ? std::isnan(got) : got == want.value;
      isSame ? void(++verdict.exact) : fail();
      continue;
    }
    long double rounded = roundTo(type, want.value);
    if (got == rounded)
      ++verdict.exact;
    // Some instructions that convert to bf16 take small results for zero.
    if (type == Type::BF16 && got == 0 &&
        std::fabs(want.value) <= minNormalOf(type))
      continue;
    // The reference has rounded, too.
    long double error = std::fabs(got - want.value) - 0x1p-60L * want.largest;
    if (got == rounded && want.bound == 0)
      continue;
    if (std::isinf(want.bound))
      continue;
    if (!(error <= want.bound)) {
      fail();
      continue;
    }
    long double ratio = std::max(error, 0.0L) / want.bound;
    verdict.ratio = std::max(verdict.ratio, static_cast<double>(ratio));
    verdict.ulps = std::max(
        verdict.ulps, static_cast<double>(error / ulpAt(type, want.largest)));
    verdict.beyondOne += std::fabs(got - rounded) > ulpAt(type, want.largest);
  }
  return verdict;
}

Verdict normtest::check(const Problem &problem, double depth) {
  Verdict verdict;
  auto expected = getExpected(problem, depth);
  for (unsigned number = 0; number < expected.size(); ++number)
    verdict.add(check(problem, number, expected[number]));
  return verdict;
}
