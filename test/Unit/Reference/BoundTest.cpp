//===- BoundTest.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The error bounds hold for what implementations do, and are not vacuous.
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::norm::reference;

namespace {
using BoundTest = EvaluateTest;
constexpr double inf = std::numeric_limits<double>::infinity();

/// Every op, on operands that already have errors, in every type: what
/// rounding after each op gives is within the bound of the f64 result.
TEST_F(BoundTest, HoldsForEveryOp) {
  const StringRef unary[] = {
      "arith.negf", "math.absf",  "math.sqrt",  "math.rsqrt", "math.cbrt",
      "math.exp",   "math.exp2",  "math.expm1", "math.log",   "math.log2",
      "math.log10", "math.log1p", "math.sin",   "math.cos",   "math.atan",
      "math.sinh",  "math.cosh",  "math.tanh",  "math.erf",   "math.erfc"};
  const StringRef binary[] = {
      "arith.addf",     "arith.subf",     "arith.mulf",    "arith.divf",
      "arith.maximumf", "arith.minimumf", "arith.maxnumf", "arith.minnumf",
      "math.powf",      "math.copysign"};
  auto check = [&](StringRef op, StringRef type, StringRef operands) {
    auto source = llvm::formatv(R"(
      func.func @f(%x: tensor<256x{0}>, %y: tensor<256x{0}>)
          -> tensor<256x{0}> {{
        %p = arith.mulf %x, %x : tensor<256x{0}>
        %q = arith.mulf %y, %y : tensor<256x{0}>
        %a = arith.addf %p, %q : tensor<256x{0}>
        %b = arith.mulf %x, %y : tensor<256x{0}>
        %r = {1} {2} : tensor<256x{0}>
        return %r : tensor<256x{0}>
      })",
                                type, op, operands)
                      .str();
    SmallVector<ArrayPtr> arguments = {random(type, {256}),
                                       random(type, {256})};
    auto exact = evaluate(source, arguments);
    auto rounded = evaluate(source, arguments, Rounding::ElementType);
    ASSERT_EQ(exact.size(), 1u) << source << diagnostic;
    Comparison result = compare(*rounded[0], *exact[0]);
    EXPECT_EQ(result.outside, 0) << op.str() << " in " << type.str();
    // At most the few elements near a singularity have no bound.
    EXPECT_LE(result.unbounded, 26) << op.str() << " in " << type.str();
    // Rounding shows, and the bound is within reach of it.
    if (op != "math.copysign") {
      EXPECT_GT(result.maxRatio, 0.02) << op.str() << " in " << type.str();
    }
  };
  for (StringRef type : {"f32", "f16", "bf16"}) {
    for (StringRef op : unary)
      check(op, type, "%a");
    for (StringRef op : binary)
      check(op, type, "%a, %b");
    check("math.fma", type, "%a, %b, %x");
  }
}

TEST_F(BoundTest, SumsHoldForEveryOrder) {
  StringRef source = R"(
    func.func @f(%x: tensor<1000xf32>, %i: tensor<f32>) -> tensor<f32> {
      %s = linalg.reduce { arith.addf } ins(%x : tensor<1000xf32>)
          outs(%i : tensor<f32>) dimensions = [0]
      return %s : tensor<f32>
    })";
  ArrayPtr x = random("f32", {1000}), zero = reals("f32", {}, {0});
  auto exact = evaluate(source, {x, zero});
  ASSERT_EQ(exact.size(), 1u) << diagnostic;
  Number sum = exact[0]->elements[0];
  std::vector<double> terms = values(*x);
  auto worst = [&] {
    float total = 0.0f;
    for (double term : terms)
      total += static_cast<float>(term);
    return std::fabs(total - sum.value);
  };
  // Sorted sums have the largest partial sums, and so the largest errors.
  EXPECT_LE(worst(), sum.error);
  llvm::sort(terms);
  EXPECT_LE(worst(), sum.error);
  EXPECT_GT(worst(), sum.error * 1e-3);
  std::reverse(terms.begin(), terms.end());
  EXPECT_LE(worst(), sum.error);
}

TEST_F(BoundTest, SixteenBitSumsAreInSourceOrder) {
  auto results = evaluate(R"(
    func.func @f(%x: tensor<1000xbf16>, %i: tensor<bf16>) -> tensor<bf16> {
      %s = linalg.reduce { arith.addf } ins(%x : tensor<1000xbf16>)
          outs(%i : tensor<bf16>) dimensions = [0]
      return %s : tensor<bf16>
    })",
                          {random("bf16", {1000}), reals("bf16", {}, {0})});
  ASSERT_EQ(results.size(), 1u) << diagnostic;
  // In any order it would be infinite: 1000 roundings of 2^-8 each.
  EXPECT_LT(results[0]->elements[0].error, 1000.0);
}

TEST_F(BoundTest, OverflowAndSingularitiesHaveNoBound) {
  auto results =
      evaluate(R"(
    func.func @f(%x: tensor<2xf16>, %z: tensor<2xf16>)
        -> (tensor<2xf16>, tensor<2xf16>) {
      %s = arith.mulf %x, %x : tensor<2xf16>
      %p = arith.mulf %z, %z : tensor<2xf16>
      %d = arith.subf %p, %p : tensor<2xf16>
      %q = arith.divf %z, %d : tensor<2xf16>
      return %s, %q : tensor<2xf16>, tensor<2xf16>
    })",
               {reals("f16", {2}, {300, 2}), reals("f16", {2}, {1, 3})});
  ASSERT_EQ(results.size(), 2u) << diagnostic;
  EXPECT_EQ(results[0]->elements[0].error, inf);
  EXPECT_LT(results[0]->elements[1].error, 0.01);
  EXPECT_EQ(results[1]->elements[0].error, inf);
  Comparison comparison = compare(*results[0], *results[0]);
  EXPECT_EQ(comparison.unbounded, 1);
  EXPECT_FALSE(comparison.passed());
}

TEST_F(BoundTest, ComparisonsThatRoundingDecides) {
  auto results =
      evaluate(R"(
    func.func @f(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
      %s = arith.mulf %x, %x : tensor<2xf32>
      %c = arith.cmpf ogt, %s, %y : tensor<2xf32>
      %r = arith.select %c, %x, %y : tensor<2xi1>, tensor<2xf32>
      return %r : tensor<2xf32>
    })",
               {reals("f32", {2}, {3, 5}), reals("f32", {2}, {9, 1})});
  ASSERT_EQ(results.size(), 1u) << diagnostic;
  EXPECT_EQ(results[0]->elements[0].value, 9.0);
  EXPECT_EQ(results[0]->elements[0].error, 6.0);
  EXPECT_EQ(results[0]->elements[1].error, 0.0);
}

const char *const layerNorm = R"(
    #id = affine_map<(d0, d1) -> (d0, d1)>
    #row = affine_map<(d0, d1) -> (d0, 0)>
    #col = affine_map<(d0, d1) -> (d1)>
    func.func @f(%x: tensor<4x64x{0}>, %w: tensor<64x{0}>)
        -> tensor<4x64x{0}> {{
      %n = arith.constant 64.0 : {0}
      %eps = arith.constant 1.0e-5 : {0}
      %zero = arith.constant dense<0.0> : tensor<4x1x{0}>
      %empty = tensor.empty() : tensor<4x64x{0}>
      %s = linalg.generic {{indexing_maps = [#id, #row],
          iterator_types = ["parallel", "reduction"]}
          ins(%x : tensor<4x64x{0}>) outs(%zero : tensor<4x1x{0}>) {{
      ^bb0(%in: {0}, %out: {0}):
        %t = arith.addf %in, %out : {0}
        linalg.yield %t : {0}
      } -> tensor<4x1x{0}>
      %d = linalg.generic {{indexing_maps = [#id, #row, #id],
          iterator_types = ["parallel", "parallel"]}
          ins(%x, %s : tensor<4x64x{0}>, tensor<4x1x{0}>)
          outs(%empty : tensor<4x64x{0}>) {{
      ^bb0(%in: {0}, %sum: {0}, %out: {0}):
        %m = arith.divf %sum, %n : {0}
        %t = arith.subf %in, %m : {0}
        linalg.yield %t : {0}
      } -> tensor<4x64x{0}>
      %v = linalg.generic {{indexing_maps = [#id, #row],
          iterator_types = ["parallel", "reduction"]}
          ins(%d : tensor<4x64x{0}>) outs(%zero : tensor<4x1x{0}>) {{
      ^bb0(%in: {0}, %out: {0}):
        %sq = arith.mulf %in, %in : {0}
        %t = arith.addf %sq, %out : {0}
        linalg.yield %t : {0}
      } -> tensor<4x1x{0}>
      %y = linalg.generic {{indexing_maps = [#id, #row, #col, #id],
          iterator_types = ["parallel", "parallel"]}
          ins(%d, %v, %w : tensor<4x64x{0}>, tensor<4x1x{0}>, tensor<64x{0}>)
          outs(%empty : tensor<4x64x{0}>) {{
      ^bb0(%in: {0}, %sum: {0}, %scale: {0}, %out: {0}):
        %m = arith.divf %sum, %n : {0}
        %e = arith.addf %m, %eps : {0}
        %r = math.rsqrt %e : {0}
        %t = arith.mulf %in, %r : {0}
        %u = arith.mulf %t, %scale : {0}
        linalg.yield %u : {0}
      } -> tensor<4x64x{0}>
      return %y : tensor<4x64x{0}>
    })";

/// A wrong scale element is seen: the bound leaves no room for one part in a
/// few thousand (f32), or for a quarter (bf16).
TEST_F(BoundTest, CatchesAPerturbedScale) {
  for (auto [type, perturbation] :
       std::initializer_list<std::pair<StringRef, double>>{{"f32", 0.0005},
                                                           {"bf16", 1.0}}) {
    std::string source = llvm::formatv(layerNorm, type).str();
    ArrayPtr x = random(type, {4, 64}), w = random(type, {64}, 3.0);
    auto exact = evaluate(source, {x, w});
    ASSERT_EQ(exact.size(), 1u) << diagnostic;
    auto rounded = evaluate(source, {x, w}, Rounding::ElementType);
    Comparison same = compare(*rounded[0], *exact[0]);
    EXPECT_TRUE(same.passed());

    auto wrong = std::make_shared<Array>(*w);
    wrong->elements[10].value *= 1.0 + perturbation;
    auto perturbed = evaluate(source, {x, wrong}, Rounding::ElementType);
    Comparison comparison = compare(*perturbed[0], *exact[0]);
    EXPECT_FALSE(comparison.passed()) << type.str();
    EXPECT_EQ(comparison.maxIndex % 64, 10) << type.str();
  }
}

/// The bound from random rounding: it holds for rounding to nearest, is far
/// smaller than the guaranteed one, and sees a scale that is slightly off.
TEST_F(BoundTest, LikelyBound) {
  for (auto [type, perturbation] :
       std::initializer_list<std::pair<StringRef, double>>{{"f32", 2e-5},
                                                           {"bf16", 0.25}}) {
    std::string source = llvm::formatv(layerNorm, type).str();
    ArrayPtr x = random(type, {4, 64}), w = random(type, {64}, 3.0);
    auto exact = evaluate(source, {x, w});
    ASSERT_EQ(exact.size(), 1u) << diagnostic;
    auto likely = estimate(source, {x, w}, exact);
    ASSERT_EQ(likely.size(), 1u) << diagnostic;
    EXPECT_EQ(likely, estimate(source, {x, w}, exact));

    auto rounded = evaluate(source, {x, w}, Rounding::ElementType);
    Comparison same = compare(*rounded[0], *exact[0], likely[0]);
    EXPECT_TRUE(same.passed()) << type.str();
    EXPECT_GT(same.maxRatio, 0.05) << type.str();
    EXPECT_LT(same.likely, same.bound) << type.str();

    auto wrong = std::make_shared<Array>(*w);
    wrong->elements[10].value *= 1.0 + perturbation;
    auto perturbed = evaluate(source, {x, wrong}, Rounding::ElementType);
    Comparison comparison = compare(*perturbed[0], *exact[0], likely[0]);
    EXPECT_GT(comparison.unlikely, 0) << type.str();
    EXPECT_EQ(comparison.maxIndex % 64, 10) << type.str();
  }
}

/// Where the guaranteed bound is infinite the likely one decides; integers
/// that rounding may change have neither.
TEST_F(BoundTest, LikelyBoundOfUnboundedAndIntegers) {
  StringRef source = R"(
    func.func @f(%x: tensor<2xf32>, %y: tensor<2xf32>)
        -> (tensor<2xf32>, tensor<2xi32>, tensor<2xi32>) {
      %third = arith.constant dense<3.0> : tensor<2xf32>
      %q = arith.divf %x, %third : tensor<2xf32>
      %d = arith.subf %q, %y : tensor<2xf32>
      %one = arith.divf %d, %d : tensor<2xf32>
      %n = arith.mulf %q, %third : tensor<2xf32>
      %k = arith.fptosi %n : tensor<2xf32> to tensor<2xi32>
      %l = arith.fptosi %y : tensor<2xf32> to tensor<2xi32>
      return %one, %k, %l : tensor<2xf32>, tensor<2xi32>, tensor<2xi32>
    })";
  SmallVector<ArrayPtr> arguments = {reals("f32", {2}, {1, 5}),
                                     reals("f32", {2}, {1.0 / 3, 5.0 / 3})};
  auto exact = evaluate(source, arguments);
  ASSERT_EQ(exact.size(), 3u) << diagnostic;
  EXPECT_EQ(exact[0]->elements[0].error, inf);
  auto likely = estimate(source, arguments, exact);
  ASSERT_EQ(likely.size(), 3u) << diagnostic;
  EXPECT_EQ(likely[1][0], inf);
  EXPECT_EQ(likely[2][0], 0.0);
  EXPECT_TRUE(compare(*exact[2], *exact[2], likely[2]).passed());
}

TEST_F(BoundTest, ComparisonOfSpecialValues) {
  ArrayPtr reference = reals("f32", {4}, {NAN, inf, 1, 2});
  Comparison same = compare(*reference, *reference);
  EXPECT_TRUE(same.passed());
  EXPECT_EQ(same.maxError, 0.0);
  EXPECT_EQ(
      compare(*reals("f32", {4}, {NAN, -inf, NAN, 2}), *reference).outside, 2);
  EXPECT_EQ(compare(*reals("f32", {4}, {0, inf, 1, inf}), *reference).outside,
            2);
  EXPECT_EQ(
      compare(*integers("i32", {2}, {1, 2}), *integers("i32", {2}, {1, 3}))
          .outside,
      1);
  Comparison empty = compare(*reals("f32", {0}, {}), *reals("f32", {0}, {}));
  EXPECT_TRUE(empty.passed());
  EXPECT_EQ(empty.maxIndex, -1);
}

} // namespace
