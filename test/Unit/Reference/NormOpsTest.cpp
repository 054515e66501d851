//===- NormOpsTest.cpp --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The norm ops, as the interpreter runs their row programs, against closed
// forms written down here independently: forward from the formulas of the op
// documentation, backward by differentiating those numerically.
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

#include "llvm/ADT/Sequence.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm::reference;

namespace {

constexpr int64_t extents[] = {2, 3, 4};
constexpr int64_t domainSize = 24;

struct Case {
  bool layerNorm = false;
  StringRef mode = "inside";
  double epsilon = 1.0e-2;
  SmallVector<int64_t> axes = {2};
  SmallVector<int64_t> scaleDims = {}, biasDims = {};
  double scaleOffset = 0.0;
  int64_t extent = 0;
};

using Vector = std::vector<long double>;

/// The position of domain element `i` in an array over `dims`.
int64_t project(int64_t i, ArrayRef<int64_t> dims) {
  int64_t index[] = {i / 12, i / 4 % 3, i % 4};
  int64_t result = 0;
  for (int64_t dim : dims)
    result = result * extents[dim] + index[dim];
  return result;
}

SmallVector<int64_t> shapeOf(ArrayRef<int64_t> dims) {
  return llvm::map_to_vector(dims, [](int64_t dim) { return extents[dim]; });
}

SmallVector<int64_t> gridOf(const Case &c) {
  SmallVector<int64_t> grid;
  for (int64_t dim : {0, 1, 2})
    if (!llvm::is_contained(c.axes, dim))
      grid.push_back(dim);
  return grid;
}

struct Forward {
  Vector y, mean, rstd;
};

Forward forward(const Case &c, const Vector &x, const Vector &scale,
                const Vector &bias) {
  SmallVector<int64_t> grid = gridOf(c);
  int64_t rows = ShapedType::getNumElements(shapeOf(grid));
  Forward result{Vector(domainSize), Vector(rows), Vector(rows)};
  for (int64_t row = 0; row < rows; ++row) {
    SmallVector<int64_t> members;
    for (int64_t i = 0; i < domainSize; ++i)
      if (project(i, grid) == row)
        members.push_back(i);
    long double mean = 0, moment = 0;
    if (c.layerNorm)
      for (int64_t i : members)
        mean += x[i] / members.size();
    int64_t taken = c.extent ? c.extent : members.size();
    for (int64_t i : ArrayRef(members).take_front(taken))
      moment += (x[i] - mean) * (x[i] - mean) / taken;
    long double e = c.epsilon, rstd = 0;
    if (c.mode == "inside")
      rstd = 1 / std::sqrt(moment + e);
    else if (c.mode == "outside")
      rstd = 1 / (std::sqrt(moment) + e);
    else if (c.mode == "clamp_var")
      rstd = 1 / std::sqrt(std::fmax(moment, e));
    else
      rstd = 1 / std::fmax(std::sqrt(moment), e);
    result.mean[row] = mean;
    result.rstd[row] = rstd;
    for (int64_t i : members) {
      long double y = (x[i] - mean) * rstd;
      if (!scale.empty())
        y *= c.scaleOffset + scale[project(i, c.scaleDims)];
      if (!bias.empty())
        y += bias[project(i, c.biasDims)];
      result.y[i] = y;
    }
  }
  return result;
}

std::string printList(ArrayRef<int64_t> list) {
  std::string text = "[";
  for (auto [i, value] : llvm::enumerate(list))
    text += (i ? ", " : "") + std::to_string(value);
  return text + "]";
}

std::string printType(ArrayRef<int64_t> dims) {
  std::string text = "tensor<";
  for (int64_t dim : dims)
    text += std::to_string(extents[dim]) + "x";
  return text + "f64>";
}

class NormOpsTest : public EvaluateTest,
                    public ::testing::WithParamInterface<Case> {
protected:
  Vector longs(const ArrayPtr &array) {
    Vector result;
    if (array)
      for (Number number : array->elements)
        result.push_back(number.value);
    return result;
  }
  void expectNear(const Array &array, const Vector &expected,
                  double tolerance) {
    ASSERT_EQ(static_cast<size_t>(array.size()), expected.size());
    for (auto [i, value] : llvm::enumerate(expected))
      EXPECT_NEAR(array.elements[i].value, static_cast<double>(value),
                  tolerance * (1.0 + std::fabs(static_cast<double>(value))))
          << "element " << i;
  }
};

TEST_P(NormOpsTest, AgreesWithTheClosedForm) {
  const Case &c = GetParam();
  SmallVector<int64_t> grid = gridOf(c), all = {0, 1, 2};
  ArrayPtr x = random("f64", extents, /*mean=*/0.3), scale, bias;
  std::string head = "%x: " + printType(all), affine, operands;
  SmallVector<ArrayPtr> arguments = {x};
  if (!c.scaleDims.empty()) {
    arguments.push_back(scale = random("f64", shapeOf(c.scaleDims)));
    head += ", %w: " + printType(c.scaleDims);
    affine += " scale(%w : " + printType(c.scaleDims) + " dims " +
              printList(c.scaleDims) + ")";
  }
  std::string scaleOnly = affine;
  if (!c.biasDims.empty()) {
    arguments.push_back(bias = random("f64", shapeOf(c.biasDims)));
    head += ", %b: " + printType(c.biasDims);
    affine += " bias(%b : " + printType(c.biasDims) + " dims " +
              printList(c.biasDims) + ")";
  }
  std::string statistics = printType(grid), domain = printType(all);
  std::string offset =
      c.scaleOffset == 0.0
          ? ""
          : llvm::formatv("scale_offset = {0:f6} : f64", c.scaleOffset).str();
  std::string attributes = offset;
  if (c.extent)
    attributes = "statistics_extent = " + std::to_string(c.extent) + " : i64";
  std::string means = c.layerNorm ? statistics + ", " : "";
  auto module = llvm::formatv(R"(
    func.func @f({0}) -> ({1}, {2}{3}) {{
      {4} = norm.{5} %x{6} axes {7} epsilon {8:e17} mode {9} {{ {10} }
          : {1} -> {1} {11} rstd {3}
      return %y{12}, %r : {1}, {2}{3}
    })",
                              head, domain, means, statistics,
                              c.layerNorm ? "%y, %m, %r" : "%y, %r",
                              c.layerNorm ? "layer_norm" : "rms_norm", affine,
                              printList(c.axes), c.epsilon, c.mode, attributes,
                              c.layerNorm ? "mean " + statistics : "",
                              c.layerNorm ? ", %m" : "")
                    .str();
  auto results = evaluate(module, arguments);
  ASSERT_EQ(results.size(), c.layerNorm ? 3u : 2u) << module << diagnostic;
  Vector xs = longs(x), scales = longs(scale), biases = longs(bias);
  Forward expected = forward(c, xs, scales, biases);
  expectNear(*results[0], expected.y, 1e-13);
  if (c.layerNorm)
    expectNear(*results[1], expected.mean, 1e-13);
  expectNear(*results.back(), expected.rstd, 1e-13);
  // In f64 too, the reference is within its own bound of the truth.
  for (auto [i, value] : llvm::enumerate(expected.y))
    EXPECT_LE(
        std::fabs(static_cast<double>(results[0]->elements[i].value - value)),
        results[0]->elements[i].error);
  if (c.extent)
    return; // There is no gradient op for partial statistics.

  ArrayPtr dy = random("f64", extents);
  SmallVector<ArrayPtr> inputs = {dy, x};
  if (c.layerNorm)
    inputs.push_back(results[1]);
  inputs.push_back(results.back());
  if (scale)
    inputs.push_back(scale);
  for (ArrayPtr &input : inputs) { // Saved statistics are exact numbers here.
    auto copy = std::make_shared<Array>(*input);
    for (Number &number : copy->elements)
      number.error = 0.0;
    input = copy;
  }
  std::string resultTypes = domain, resultNames = "%dx", clauses;
  if (scale) {
    resultTypes += ", " + printType(c.scaleDims);
    resultNames += ", %dw";
    clauses += " dscale " + printType(c.scaleDims);
  }
  if (bias) {
    resultTypes += ", " + printType(c.biasDims);
    resultNames += ", %db";
    clauses += " dbias " + printType(c.biasDims);
  }
  auto gradient =
      llvm::formatv(
          R"(
    func.func @f(%dy: {0}, %x: {0}{1}, %r: {2}{3}) -> ({4}) {{
      {5} = norm.{6}_backward %dy, %x{7}, %r{8} axes {9} epsilon {10:e17}
          mode {11}{12} {{ {13} }
          : {0}, {0}{14}, {2} -> {0}{15}
      return {5} : {4}
    })",
          domain, c.layerNorm ? ", %m: " + statistics : "", statistics,
          scale ? ", %w: " + printType(c.scaleDims) : "", resultTypes,
          resultNames, c.layerNorm ? "layer_norm" : "rms_norm",
          c.layerNorm ? ", %m" : "", scaleOnly, printList(c.axes), c.epsilon,
          c.mode, bias ? " bias_dims " + printList(c.biasDims) : "", offset,
          c.layerNorm ? ", " + statistics : "", clauses)
          .str();
  auto gradients = evaluate(gradient, inputs);
  ASSERT_FALSE(gradients.empty()) << gradient << diagnostic;

  Vector dys = longs(dy);
  auto differentiate = [&](Vector &variable) {
    Vector result(variable.size());
    const long double h = 1e-5L;
    auto loss = [&] {
      Vector y = forward(c, xs, scales, biases).y;
      long double total = 0;
      for (int64_t i = 0; i < domainSize; ++i)
        total += dys[i] * y[i];
      return total;
    };
    for (auto [i, derivative] : llvm::enumerate(result)) {
      long double saved = variable[i];
      variable[i] = saved + h;
      long double above = loss();
      variable[i] = saved - h;
      derivative = (above - loss()) / (2 * h);
      variable[i] = saved;
    }
    return result;
  };
  expectNear(*gradients[0], differentiate(xs), 1e-8);
  unsigned next = 1;
  if (scale)
    expectNear(*gradients[next++], differentiate(scales), 1e-8);
  if (bias)
    expectNear(*gradients[next++], differentiate(biases), 1e-8);
}

std::vector<Case> allCases() {
  std::vector<Case> cases;
  for (bool layerNorm : {false, true})
    // A large epsilon clamps some of the rows and not others.
    for (auto [mode, epsilon] :
         std::initializer_list<std::pair<StringRef, double>>{
             {"inside", 1e-2},
             {"outside", 0.25},
             {"clamp_var", 0.8},
             {"clamp_norm", 0.9}})
      for (const Case &shape : std::initializer_list<Case>{
               {},
               {false, "", 0, {2}, {2}, {2}},
               {false, "", 0, {2}, {2}, {2}, 1.0},
               {false, "", 0, {1, 2}, {1, 2}, {1, 2}},
               {false, "", 0, {1, 2}, {1}, {2}},
               {false, "", 0, {0, 2}, {0, 2}, {2}},
               {false, "", 0, {1}, {0, 1}, {0}},
               {false, "", 0, {0, 1, 2}, {0, 1, 2}, {1}}}) {
        Case c = shape;
        c.layerNorm = layerNorm;
        c.mode = mode;
        c.epsilon = epsilon;
        cases.push_back(c);
      }
  Case partial;
  partial.extent = 3;
  cases.push_back(partial);
  return cases;
}

INSTANTIATE_TEST_SUITE_P(All, NormOpsTest, ::testing::ValuesIn(allCases()),
                         [](const ::testing::TestParamInfo<Case> &info) {
                           std::string name =
                               std::string(info.param.layerNorm ? "LayerNorm"
                                                                : "RMSNorm") +
                               "_" + info.param.mode.str() + "_";
                           for (int64_t axis : info.param.axes)
                             name += std::to_string(axis);
                           return name + "_" + std::to_string(info.index);
                         });

TEST_F(EvaluateTest, RowwiseAccumulatesAndReduces) {
  auto results =
      evaluate(R"(
    #id = affine_map<(d0, d1) -> (d0, d1)>
    #col = affine_map<(d0, d1) -> (d1)>
    #row = affine_map<(d0, d1) -> (d0)>
    #one = affine_map<(d0, d1) -> ()>
    func.func @f(%x: tensor<2x3xf32>, %w: tensor<3xf32>, %k: f32,
                 %y0: tensor<2x3xf32>, %s0: tensor<3xf32>, %m0: tensor<2xf32>)
        -> (tensor<2x3xf32>, tensor<3xf32>, tensor<2xf32>) {
      %y, %s, %m = norm.rowwise axes [1] maps [#id, #col, #one, #id, #col, #row]
          ins(%x, %w, %k : tensor<2x3xf32>, tensor<3xf32>, f32)
          outs(%y0, %s0, %m0 : tensor<2x3xf32>, tensor<3xf32>, tensor<2xf32>) {
      ^bb0(%xr: tensor<3xf32>, %wr: tensor<3xf32>, %kr: f32):
        %p = arith.mulf %xr, %wr : tensor<3xf32>
        %two = norm.reduce add %p first 2 : tensor<3xf32>
        %max = norm.reduce max %xr : tensor<3xf32>
        %t = arith.addf %two, %kr : f32
        %ts = tensor.splat %t : tensor<3xf32>
        norm.yield %ts, %p, %max : tensor<3xf32>, tensor<3xf32>, f32
      } -> tensor<2x3xf32>, tensor<3xf32>, tensor<2xf32>
      return %y, %s, %m : tensor<2x3xf32>, tensor<3xf32>, tensor<2xf32>
    })",
               {reals("f32", {2, 3}, {1, 2, 3, 4, 5, -6}),
                reals("f32", {3}, {1, 10, 100}), reals("f32", {}, {0.5}),
                reals("f32", {2, 3}, {9, 9, 9, 9, 9, 9}),
                reals("f32", {3}, {1000, 0, 0}), reals("f32", {2}, {9, 9})});
  ASSERT_EQ(results.size(), 3u) << diagnostic;
  EXPECT_EQ(values(*results[0]),
            (std::vector<double>{21.5, 21.5, 21.5, 54.5, 54.5, 54.5}));
  EXPECT_EQ(values(*results[1]), (std::vector<double>{1005, 70, -300}));
  EXPECT_EQ(values(*results[2]), (std::vector<double>{3, 5}));
}

TEST_F(EvaluateTest, RoundingPointsOfTheOp) {
  StringRef source = R"(
    func.func @f(%x: tensor<1x64xbf16>, %w: tensor<64xbf16>)
        -> (tensor<1x64xbf16>, tensor<1xf32>) {
      %y, %r = norm.rms_norm %x scale(%w : tensor<64xbf16> dims [1]) axes [1]
          epsilon 1.0e-6 {normalized_type = bf16}
          : tensor<1x64xbf16> -> tensor<1x64xbf16> rstd tensor<1xf32>
      return %y, %r : tensor<1x64xbf16>, tensor<1xf32>
    })";
  ArrayPtr x = random("bf16", {1, 64}), w = random("bf16", {64});
  auto results = evaluate(source, {x, w}, Rounding::ElementType);
  ASSERT_EQ(results.size(), 2u) << diagnostic;
  float rstd = static_cast<float>(results[1]->elements[0].value);
  auto bf16 = [&](float value) {
    return static_cast<float>(reals("bf16", {}, {value})->elements[0].value);
  };
  for (int i = 0; i < 64; ++i) {
    float normalized = bf16(static_cast<float>(x->elements[i].value) * rstd);
    float expected =
        bf16(normalized * static_cast<float>(w->elements[i].value));
    EXPECT_EQ(results[0]->elements[i].value, expected) << i;
  }
}

} // namespace
