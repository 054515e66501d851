//===- DecideBackwardTest.cpp - Accepting and refusing gradients ----------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/RowAlgebra/DecideBackward.h"

#include "llvm/ADT/APFloat.h"
#include "gtest/gtest.h"

using namespace mlir::norm::algebra;

namespace {

/// dy, x: 4x8 at [0, 1]; w: 8 at [1]; mean, rstd: 4 at [0].
class DecideBackwardTest : public ::testing::Test {
protected:
  Algebra a;
  unsigned dys = a.symbol("dy"), xs = a.symbol("x"), ws = a.symbol("w"),
           ms = a.symbol("mean"), rs = a.symbol("rstd");
  Polynomial dy = a.leaf(dys, {0, 1}), x = a.leaf(xs, {0, 1}),
             w = a.leaf(ws, {1}), m = a.leaf(ms, {0}), r = a.leaf(rs, {0});
  Polynomial n = a.constant(8);

  Polynomial rowMean(const Polynomial &p) { return a.div(a.sum(p, 1, n), n); }

  /// The torch decomposition: (r / N) * (N g - sum g - xhat sum(g xhat)).
  Polynomial layerNorm(const Polynomial &g) {
    Polynomial xhat = a.mul(a.sub(x, m), r);
    Polynomial inner = a.sub(a.mul(n, g), a.sum(g, 1, n));
    inner = a.sub(inner, a.mul(xhat, a.sum(a.mul(g, xhat), 1, n)));
    return a.mul(a.div(r, n), inner);
  }
  Polynomial rms(const Polynomial &g, const Polynomial &k) {
    Polynomial xhat = a.mul(x, r);
    Polynomial projection = a.mul(rowMean(a.mul(g, xhat)), k);
    return a.mul(r, a.sub(g, a.mul(xhat, projection)));
  }
  BackwardMatch match(const Polynomial &value) {
    Decision<BackwardMatch> decision = decideBackward(a, value);
    if (auto *refusal = std::get_if<Refusal>(&decision)) {
      ADD_FAILURE() << refusal->guard << ": " << refusal->reason;
      return {};
    }
    return std::get<BackwardMatch>(decision);
  }
  std::string refuse(const Polynomial &value) {
    Decision<BackwardMatch> decision = decideBackward(a, value);
    if (auto *refusal = std::get_if<Refusal>(&decision))
      return refusal->guard;
    return "accepted";
  }
};

TEST_F(DecideBackwardTest, LayerNormFindsItsRoles) {
  BackwardMatch found = match(layerNorm(a.mul(dy, w)));
  EXPECT_EQ(found.kind, NormKind::LayerNorm);
  EXPECT_EQ(found.dy, dys);
  EXPECT_EQ(found.x, xs);
  EXPECT_EQ(found.mean, ms);
  EXPECT_EQ(found.rstd, rs);
  EXPECT_EQ(found.scale, ws);
  ASSERT_EQ(found.axes.size(), 1u);
  EXPECT_EQ(found.axes[0], 1u);
  ASSERT_EQ(found.scaleDims.size(), 1u);
  EXPECT_EQ(found.scaleDims[0], 1u);
  EXPECT_EQ(found.scaleOffset, 0.0);
}

TEST_F(DecideBackwardTest, WithoutScale) {
  BackwardMatch found = match(rms(dy, a.constant(1)));
  EXPECT_EQ(found.kind, NormKind::RMS);
  EXPECT_FALSE(found.scale.has_value());
  EXPECT_FALSE(found.mean.has_value());
  EXPECT_EQ(found.scaleOffset, 0.0);
  EXPECT_EQ(match(layerNorm(dy)).kind, NormKind::LayerNorm);
}

TEST_F(DecideBackwardTest, ScaleOffset) {
  Polynomial g = a.mul(dy, a.add(w, a.constant(1)));
  EXPECT_EQ(match(layerNorm(g)).scaleOffset, 1.0);
  EXPECT_EQ(match(rms(g, a.constant(1))).scaleOffset, 1.0);
}

TEST_F(DecideBackwardTest, EpsilonIsNotRounded) {
  // 1/3 is no f64, so no attribute reproduces the expression.
  Polynomial eps = a.constant(Rational(1, 3));
  Polynomial outside = a.pow(a.sub(a.constant(1), a.mul(eps, r)), -1);
  EXPECT_EQ(refuse(rms(dy, outside)), "backward-not-closed-form");
}

TEST_F(DecideBackwardTest, EpsilonOutside) {
  Polynomial eps = a.constant(Rational(1, 8));
  Polynomial outside = a.pow(a.sub(a.constant(1), a.mul(eps, r)), -1);
  BackwardMatch found = match(rms(a.mul(dy, w), outside));
  EXPECT_EQ(found.placement, EpsilonPlacement::Outside);
  EXPECT_EQ(found.epsilon, 0.125);
}

TEST_F(DecideBackwardTest, EpsilonClamps) {
  auto clamp = [&](const Polynomial &bound) {
    return a.apply(selectName, {a.apply(greaterOrEqualName, {r, bound}),
                                a.constant(0), a.constant(1)});
  };
  BackwardMatch norm = match(rms(dy, clamp(a.constant(8))));
  EXPECT_EQ(norm.placement, EpsilonPlacement::ClampNorm);
  EXPECT_EQ(norm.epsilon, 0.125);
  Polynomial root = a.pow(a.constant(Rational(1, 8)), Rational(-1, 2));
  BackwardMatch var = match(rms(dy, clamp(root)));
  EXPECT_EQ(var.placement, EpsilonPlacement::ClampVar);
  EXPECT_EQ(var.epsilon, 0.125);
}

TEST_F(DecideBackwardTest, OffsetIsTheNumberThatWasMeant) {
  // (N * (1 / N)) * (1 + w), with 1 / N rounded.
  Polynomial inverse = a.constant(Coefficient::fromLiteral(
      0.1666666716337204, llvm::APFloat::IEEEsingle()));
  Polynomial one = a.mul(a.constant(6), inverse);
  BackwardMatch found = match(rms(a.mul(dy, a.add(one, w)), a.constant(1)));
  EXPECT_EQ(found.scaleOffset, 1.0);
}

TEST_F(DecideBackwardTest, OperandsInOtherOrders) {
  // dy comes transposed, rstd with a unit dimension.
  dy = a.leaf(dys, {1, 0});
  r = a.leaf(a.symbol("kept"), {0, unitIndex});
  BackwardMatch found = match(rms(dy, a.constant(1)));
  EXPECT_EQ(found.indices, (IndexTuple{0, 1}));
  EXPECT_EQ(found.dyIndices, (IndexTuple{1, 0}));
  EXPECT_EQ(found.rstdIndices, (IndexTuple{0, unitIndex}));
  EXPECT_EQ(found.axes, (llvm::SmallVector<unsigned, 2>{1}));
}

TEST_F(DecideBackwardTest, RefusesWhatDiffers) {
  // The projection over N + 1 elements.
  Polynomial xhat = a.mul(x, r);
  Polynomial projection = a.div(a.sum(a.mul(dy, xhat), 1, n), a.constant(9));
  EXPECT_EQ(refuse(a.mul(r, a.sub(dy, a.mul(xhat, projection)))),
            "backward-not-closed-form");
  // The mean of g is missing.
  Polynomial centred = a.mul(a.sub(x, m), r);
  EXPECT_EQ(
      refuse(a.mul(r, a.sub(dy, a.mul(centred, rowMean(a.mul(dy, centred)))))),
      "backward-not-closed-form");
  // The sign of the projection.
  EXPECT_EQ(refuse(rms(dy, a.constant(-1))), "backward-not-closed-form");
  // A third matrix.
  Polynomial z = a.leaf(a.symbol("z"), {0, 1});
  EXPECT_EQ(refuse(a.add(rms(dy, a.constant(1)), z)), "backward-matrices");
  // Nothing is summed.
  EXPECT_EQ(refuse(a.mul(dy, a.mul(x, r))), "backward-no-projection");
  // A third statistic.
  Polynomial q = a.leaf(a.symbol("q"), {0});
  EXPECT_EQ(refuse(a.mul(layerNorm(dy), q)), "backward-operands");
  // rstd is the diagonal of a matrix.
  r = a.leaf(a.symbol("square"), {0, 0});
  EXPECT_EQ(refuse(rms(dy, a.constant(1))), "backward-diagonal");
}

TEST_F(DecideBackwardTest, GradientsOfScaleAndBias) {
  BackwardMatch found = match(layerNorm(a.mul(dy, w)));
  // The results are read at [0]; rows run under 1.
  Polynomial dyT = a.leaf(dys, {1, 0}), xT = a.leaf(xs, {1, 0}),
             mT = a.leaf(ms, {1}), rT = a.leaf(rs, {1});
  Polynomial rows = a.constant(4);
  Polynomial dbias = a.sum(dyT, 1, rows);
  Polynomial dscale = a.sum(a.mul(dyT, a.mul(a.sub(xT, mT), rT)), 1, rows);
  auto bias = decideGradient(a, dbias, found);
  ASSERT_TRUE(std::holds_alternative<GradientMatch>(bias));
  EXPECT_FALSE(std::get<GradientMatch>(bias).isScale);
  auto scale = decideGradient(a, dscale, found);
  ASSERT_TRUE(std::holds_alternative<GradientMatch>(scale));
  EXPECT_TRUE(std::get<GradientMatch>(scale).isScale);
  EXPECT_EQ(std::get<GradientMatch>(scale).dims,
            (llvm::SmallVector<unsigned, 2>{1}));
  // Without the mean it is not the gradient of a LayerNorm's scale.
  auto wrong =
      decideGradient(a, a.sum(a.mul(dyT, a.mul(xT, rT)), 1, rows), found);
  ASSERT_TRUE(std::holds_alternative<Refusal>(wrong));
  EXPECT_EQ(std::get<Refusal>(wrong).guard, "gradient-not-closed-form");
  // Nothing is summed.
  auto none = decideGradient(a, dy, found);
  ASSERT_TRUE(std::holds_alternative<Refusal>(none));
  EXPECT_EQ(std::get<Refusal>(none).guard, "gradient-no-sum");
}

} // namespace
