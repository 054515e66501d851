//===- DecideTest.cpp - Accepting and refusing expressions ----------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/RowAlgebra/Decide.h"

#include "llvm/ADT/APFloat.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlir::norm::algebra;

namespace {

/// x: 4x8 at [0, 1], w and b: 8 at [1]; rows are along dimension 1.
class DecideTest : public ::testing::Test {
protected:
  Algebra a;
  unsigned xs = a.symbol("x"), ws = a.symbol("w"), bs = a.symbol("b");
  Polynomial x = a.leaf(xs, {0, 1}), w = a.leaf(ws, {1}), b = a.leaf(bs, {1});
  Polynomial n = a.constant(8);
  Polynomial eps = c(1, 64);
  const Rational half{1, 2};

  Polynomial c(int64_t num, int64_t den = 1) {
    return a.constant(Rational(num, den));
  }
  Polynomial sum(const Polynomial &p) { return a.sum(p, 1, n); }
  Polynomial mean(const Polynomial &p) { return a.div(sum(p), n); }
  Polynomial square(const Polynomial &p) { return a.mul(p, p); }
  Polynomial rsqrt(const Polynomial &p) { return a.pow(p, -half); }
  Polynomial rms(const Polynomial &p) {
    return a.mul(p, rsqrt(a.add(mean(square(p)), eps)));
  }
  Polynomial centred() { return a.sub(x, mean(x)); }
  Polynomial variance() { return mean(square(centred())); }
  Polynomial layerNorm() {
    return a.mul(centred(), rsqrt(a.add(variance(), eps)));
  }

  NormMatch match(const Polynomial &value) {
    Decision<NormMatch> decision = decideNorm(a, value, xs);
    if (auto *refusal = std::get_if<Refusal>(&decision)) {
      ADD_FAILURE() << refusal->guard << ": " << refusal->reason;
      return {};
    }
    return std::get<NormMatch>(decision);
  }
  std::string refuse(const Polynomial &value) {
    Decision<NormMatch> decision = decideNorm(a, value, xs);
    if (auto *refusal = std::get_if<Refusal>(&decision))
      return refusal->guard;
    return "accepted";
  }
};

TEST_F(DecideTest, RMSNorm) {
  NormMatch m = match(a.mul(rms(x), w));
  EXPECT_EQ(m.kind, NormKind::RMS);
  EXPECT_EQ(m.axes, (llvm::SmallVector<unsigned, 2>{1}));
  EXPECT_EQ(m.epsilon, 1.0 / 64);
  EXPECT_EQ(m.placement, EpsilonPlacement::Inside);
  EXPECT_EQ(m.scale, w);
  EXPECT_TRUE(m.bias.isZero());
  EXPECT_EQ(*m.rstd, rsqrt(a.add(mean(square(x)), eps)));
}

TEST_F(DecideTest, LayerNormInEveryOrder) {
  Polynomial r = rsqrt(a.add(variance(), eps));
  Polynomial s = a.mul(r, w);
  Polynomial normal = a.add(a.mul(layerNorm(), w), b);
  // x * s + (b - mean * s)
  Polynomial folded = a.add(a.mul(x, s), a.sub(b, a.mul(mean(x), s)));
  for (const Polynomial &p : {normal, folded}) {
    NormMatch m = match(p);
    EXPECT_EQ(m.kind, NormKind::LayerNorm);
    EXPECT_EQ(m.scale, w);
    EXPECT_EQ(m.bias, b);
    EXPECT_EQ(*m.mean, mean(x));
  }
  // max(0, E[x^2] - E[x]^2)
  Polynomial clamped = a.max(c(0), a.sub(mean(square(x)), square(mean(x))));
  EXPECT_EQ(match(a.mul(centred(), rsqrt(a.add(clamped, eps)))).kind,
            NormKind::LayerNorm);
}

TEST_F(DecideTest, AffineForms) {
  EXPECT_EQ(match(a.mul(rms(x), a.add(c(1), w))).scale, a.add(c(1), w));
  EXPECT_EQ(
      match(a.mul(a.sub(mean(x), x), rsqrt(a.add(variance(), eps)))).scale,
      c(-1));
  NormMatch m = match(a.mul(a.add(layerNorm(), b), w));
  EXPECT_EQ(m.bias, a.mul(b, w));
}

TEST_F(DecideTest, EpsilonPlacements) {
  Polynomial root = a.pow(mean(square(x)), half);
  EXPECT_EQ(match(a.div(x, a.add(root, eps))).placement,
            EpsilonPlacement::Outside);
  EXPECT_EQ(match(a.div(x, a.max(root, eps))).placement,
            EpsilonPlacement::ClampNorm);
  NormMatch m = match(a.mul(x, rsqrt(a.max(mean(square(x)), eps))));
  EXPECT_EQ(m.placement, EpsilonPlacement::ClampVar);
  EXPECT_EQ(m.epsilon, 1.0 / 64);
  // x / max(|x|, e) * sqrt(N): the clamp is at e / sqrt(N).
  NormMatch l2 = match(
      a.mul(a.div(x, a.max(a.pow(sum(square(x)), half), eps)), a.pow(n, half)));
  EXPECT_EQ(l2.placement, EpsilonPlacement::ClampNorm);
  EXPECT_DOUBLE_EQ(l2.epsilon, 1.0 / 64 / std::sqrt(8.0));
  EXPECT_EQ(l2.scale, c(1));
}

TEST_F(DecideTest, NoEpsilon) {
  NormMatch m = match(a.mul(x, rsqrt(mean(square(x)))));
  EXPECT_EQ(m.epsilon, 0.0);
  EXPECT_EQ(m.scale, c(1));
}

TEST_F(DecideTest, Corrections) {
  // x * sqrt(N) * rsqrt(sum(x^2) + N * e)
  Polynomial r =
      a.mul(a.pow(n, half), rsqrt(a.add(sum(square(x)), a.mul(n, eps))));
  NormMatch m = match(a.mul(x, r));
  EXPECT_EQ(m.scale, c(1));
  EXPECT_EQ(m.epsilon, 1.0 / 64);
  ASSERT_TRUE(m.rstd);
  EXPECT_EQ(*m.rstd, r);
  // Unbiased variance.
  Polynomial unbiased = a.div(sum(square(centred())), c(7));
  NormMatch u = match(a.mul(centred(), rsqrt(a.add(unbiased, eps))));
  EXPECT_DOUBLE_EQ(u.correction, std::sqrt(7.0 / 8.0));
  EXPECT_EQ(u.epsilon, 7.0 / 512);
  // A negative multiple of x: LN(c x) with c = -2.
  Polynomial y = a.mul(c(-2), x);
  Polynomial d = a.sub(y, mean(y));
  NormMatch cx = match(a.mul(d, rsqrt(a.add(mean(square(d)), eps))));
  EXPECT_EQ(cx.scale, c(-1));
  EXPECT_EQ(cx.epsilon, 1.0 / 256);
}

TEST_F(DecideTest, RoundedReciprocal) {
  const llvm::fltSemantics &f32 = llvm::APFloat::IEEEsingle();
  Polynomial n7 = a.constant(7);
  Polynomial inv = a.constant(Coefficient::fromLiteral(1.0f / 7, f32));
  auto sum7 = [&](const Polynomial &p) { return a.sum(p, 1, n7); };
  Polynomial m = a.mul(sum7(x), inv), d = a.sub(x, m);
  Polynomial v = a.add(a.mul(sum7(square(d)), inv), eps);
  EXPECT_EQ(match(a.mul(d, rsqrt(v))).kind, NormKind::LayerNorm);
}

TEST_F(DecideTest, MultiAxisAndTransposed) {
  unsigned ys = a.symbol("y");
  auto sum2 = [&](const Polynomial &p) {
    return a.sum(a.sum(p, 3, c(5)), 1, c(3));
  };
  Polynomial y = a.leaf(ys, {2, 1, 0, 3});
  Polynomial v = a.div(sum2(square(y)), c(15));
  Decision<NormMatch> decision =
      decideNorm(a, a.mul(y, rsqrt(a.add(v, eps))), ys);
  ASSERT_TRUE(std::holds_alternative<NormMatch>(decision));
  EXPECT_EQ(std::get<NormMatch>(decision).axes,
            (llvm::SmallVector<unsigned, 2>{1, 3}));
}

TEST_F(DecideTest, RefusedStatistics) {
  Polynomial r = rsqrt(a.add(mean(square(x)), eps));
  EXPECT_EQ(refuse(a.mul(x, rsqrt(a.add(a.div(sum(square(x)), c(9)), eps)))),
            "divisor-not-n");
  EXPECT_EQ(refuse(a.mul(x, rsqrt(a.sub(mean(square(x)), eps)))),
            "epsilon-negative");
  EXPECT_EQ(refuse(a.mul(x, rsqrt(a.add(mean(square(x)), a.leaf(bs, {}))))),
            "epsilon-not-constant");
  EXPECT_EQ(refuse(a.mul(x, rsqrt(a.add(mean(a.pow(x, 3)), eps)))),
            "exponent-three");
  EXPECT_EQ(refuse(a.div(x, a.add(mean(square(x)), eps))), "root-exponent");
  EXPECT_EQ(refuse(a.div(x, a.add(mean(a.abs(x)), eps))), "root-exponent");
  EXPECT_EQ(refuse(a.mul(x, rsqrt(a.add(mean(a.abs(x)), eps)))), "l1-norm");
  EXPECT_EQ(refuse(a.mul(
                x, rsqrt(a.add(a.add(mean(square(x)), square(mean(x))), eps)))),
            "mean-square-mixup");
  EXPECT_EQ(refuse(a.mul(x, rsqrt(a.add(mean(a.mul(square(x), w)), eps)))),
            "different-x");
  EXPECT_EQ(refuse(a.mul(x, a.mul(r, r))), "root-exponent");
  EXPECT_EQ(
      refuse(a.div(x, a.add(a.pow(a.add(mean(square(x)), eps), half), eps))),
      "epsilon-twice");
  EXPECT_EQ(refuse(a.mul(x, rsqrt(a.add(square(x), eps)))),
            "statistic-not-reduced");
}

TEST_F(DecideTest, RefusedNumerators) {
  Polynomial r = rsqrt(a.add(mean(square(x)), eps));
  Polynomial rv = rsqrt(a.add(variance(), eps));
  EXPECT_EQ(refuse(a.mul(square(x), r)), "x-twice");
  EXPECT_EQ(refuse(a.mul(centred(), r)), "centred-over-rms");
  EXPECT_EQ(refuse(a.mul(x, rv)), "std-without-centring");
  EXPECT_EQ(refuse(a.mul(a.sub(x, a.div(sum(x), c(9))), rv)),
            "mean-divisor-not-n");
  EXPECT_EQ(refuse(a.mul(w, r)), "numerator-not-x");
  EXPECT_EQ(refuse(a.add(a.mul(x, r), x)), "x-outside-root");
  EXPECT_EQ(refuse(a.mul(a.leaf(xs, {1, 0}), r)), "keepdims-square");
  Polynomial other = a.div(a.sum(a.leaf(xs, {2, 1}), 2, c(4)), c(4));
  EXPECT_EQ(refuse(a.mul(a.sub(x, other), rv)), "mean-axes-differ");
  Polynomial wrongRow = a.div(a.sum(a.leaf(xs, {1, 2}), 2, n), n);
  EXPECT_EQ(refuse(a.mul(a.sub(x, wrongRow), rv)), "keepdims-square");
}

TEST_F(DecideTest, RefusedAffine) {
  EXPECT_EQ(refuse(a.mul(rms(x), a.leaf(ws, {0}))), "row-scale");
  EXPECT_EQ(refuse(a.mul(rms(x), a.leaf(ws, {0, 1}))), "matrix-scale");
  EXPECT_EQ(refuse(a.mul(rms(x), a.mul(w, w))), "scale-twice");
  EXPECT_EQ(refuse(a.mul(rms(x), a.leaf(ws, {7}))), "scale-index");
  EXPECT_EQ(refuse(a.mul(rms(x), a.apply("exp", w))), "scale-not-a-leaf");
  EXPECT_EQ(refuse(a.add(rms(x), a.leaf(bs, {0}))), "row-bias");
  EXPECT_EQ(refuse(a.add(rms(x), a.leaf(bs, {0, 1}))), "matrix-bias");
  unsigned opaque = a.symbol("f(x)", /*opaque=*/true);
  EXPECT_EQ(refuse(a.mul(rms(x), a.leaf(opaque, {1}))), "scale-depends-on-x");
}

TEST_F(DecideTest, FailureIsARefusal) {
  (void)a.div(x, c(0));
  EXPECT_EQ(refuse(rms(x)), "monomial-cap");
}

} // namespace
