//===- RowAlgebraTest.cpp - Numbers and normal form -----------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/RowAlgebra/Polynomial.h"

#include "llvm/ADT/APFloat.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlir::norm::algebra;

namespace {

const llvm::fltSemantics &f32 = llvm::APFloat::IEEEsingle();
const llvm::fltSemantics &bf16 = llvm::APFloat::BFloat();

TEST(RationalTest, ArithmeticIsExact) {
  Rational third(1, 3);
  EXPECT_EQ(third + third + third, Rational(1));
  EXPECT_EQ(Rational(6, -4), Rational(-3, 2));
  EXPECT_EQ(Rational(2, 3).pow(-3), Rational(27, 8));
  EXPECT_TRUE(Rational(-7, 2) < Rational(-3));
  EXPECT_EQ(Rational(-7, 2).floor(), DynamicAPInt(-4));
}

TEST(RationalTest, DoublesRoundTrip) {
  for (double value : {0.1, -3.0, 1e-300, 5e-324, 1.7976931348623157e308,
                       0x1.fffffffffffffp-2, 1e-5})
    EXPECT_EQ(Rational::fromDouble(value).toDouble(), value);
  // Nearest, ties to even.
  EXPECT_EQ(Rational(1, 3).toDouble(), 1.0 / 3.0);
  EXPECT_EQ((Rational(1) + Rational(2).pow(-53)).toDouble(), 1.0);
  EXPECT_EQ((Rational(1) + Rational(3) * Rational(2).pow(-53)).toDouble(),
            1.0 + 0x1p-51);
}

TEST(RationalTest, SquareRoots) {
  EXPECT_EQ(*Rational(49, 64).sqrt(), Rational(7, 8));
  EXPECT_FALSE(Rational(2).sqrt());
  EXPECT_FALSE(Rational(-4).sqrt());
  EXPECT_EQ(*Rational(12345678901).pow(4).sqrt(), Rational(12345678901).pow(2));
}

TEST(RationalTest, HugeIsSeen) {
  EXPECT_FALSE(Rational(2).pow(2000).isHuge());
  EXPECT_TRUE(Rational(2).pow(2100).isHuge());
  EXPECT_TRUE(Rational(2).pow(-2100).isHuge());
}

TEST(CoefficientTest, LiteralsCarryOneUlpOfTheirOwnType) {
  Coefficient n(Rational(1, 768));
  EXPECT_TRUE(Coefficient::fromLiteral(1.0f / 768, f32).agreesWith(n));
  EXPECT_FALSE(Coefficient::fromLiteral(1.0f / 769, f32).agreesWith(n));
  // Two units away is not 1/768.
  float off = std::nextafterf(std::nextafterf(1.0f / 768, 1), 1);
  EXPECT_FALSE(Coefficient::fromLiteral(off, f32).agreesWith(n));
  // bf16(1/768) is 0.00130462646484375.
  EXPECT_TRUE(
      Coefficient::fromLiteral(0.00130462646484375, bf16).agreesWith(n));
  EXPECT_FALSE(
      Coefficient::fromLiteral(0.00130462646484375, f32).agreesWith(n));
}

TEST(CoefficientTest, IntegersAndShortDyadicsAreExact) {
  EXPECT_TRUE(Coefficient::fromLiteral(769.0, f32).isExact());
  EXPECT_TRUE(Coefficient::fromLiteral(0.125, bf16).isExact());
  EXPECT_TRUE(Coefficient::fromLiteral(0.75, f32).isExact());
  EXPECT_FALSE(Coefficient::fromLiteral(0.1f, f32).isExact());
}

TEST(CoefficientTest, ErrorsPropagateOutwards) {
  Coefficient n = Coefficient::fromLiteral(1.0f / 768, f32);
  EXPECT_TRUE(n.inverse().agreesWith(768));
  EXPECT_TRUE((n * 768).agreesWith(1));
  EXPECT_TRUE((n * n).agreesWith(Rational(1, 768 * 768)));
  EXPECT_FALSE((n * 767).agreesWith(1));
  EXPECT_TRUE(n.pow(-2).agreesWith(768 * 768));
}

class RowAlgebraTest : public ::testing::Test {
protected:
  Algebra a;
  unsigned xs = a.symbol("x"), ws = a.symbol("w");
  Polynomial x = a.leaf(xs, {0, 1}), w = a.leaf(ws, {1});
  Polynomial n = a.constant(8);

  Polynomial c(int64_t num, int64_t den = 1) {
    return a.constant(Rational(num, den));
  }
  Polynomial sum(const Polynomial &p, Index i) { return a.sum(p, i, n); }
};

TEST_F(RowAlgebraTest, RingLaws) {
  Polynomial l = a.pow(a.add(x, w), 2);
  Polynomial r =
      a.add(a.add(a.mul(x, x), a.mul(w, w)), a.mul(c(2), a.mul(w, x)));
  EXPECT_EQ(l, r);
  EXPECT_TRUE(a.sub(l, r).isZero());
  // 0 * (1 / 0) is a NaN.
  EXPECT_FALSE(a.mul(x, a.pow(x, -1)) == c(1));
  EXPECT_FALSE(a.div(a.mul(x, w), x) == w);
  unsigned rstd = a.symbol("rstd");
  a.setNonZero(rstd);
  Polynomial r1 = a.leaf(rstd, {0});
  EXPECT_EQ(a.mul(r1, a.pow(r1, -1)), c(1));
  EXPECT_EQ(a.div(a.mul(r1, w), r1), w);
}

TEST_F(RowAlgebraTest, RootsAreOneMonomial) {
  Polynomial v = a.add(sum(a.mul(x, x), 1), c(1, 100));
  Polynomial rsqrt = a.pow(v, Rational(-1, 2));
  EXPECT_EQ(a.pow(a.pow(v, Rational(1, 2)), -1), rsqrt);
  EXPECT_EQ(a.pow(a.pow(v, -1), Rational(1, 2)), rsqrt);
  EXPECT_EQ(a.div(x, a.pow(v, Rational(1, 2))), a.mul(x, rsqrt));
  // The square of the root is the base again, multiplied out.
  EXPECT_EQ(a.pow(a.pow(v, Rational(1, 2)), 2), v);
}

TEST_F(RowAlgebraTest, EvenPowersUnderARootAreAbsoluteValues) {
  EXPECT_EQ(a.pow(a.mul(x, x), Rational(1, 2)), a.abs(x));
  EXPECT_EQ(a.pow(a.abs(x), 2), a.mul(x, x));
  EXPECT_EQ(a.pow(a.pow(x, 4), Rational(1, 2)), a.mul(x, x));
  // sqrt(x * w) is not sqrt(x) * sqrt(w) when both are negative.
  EXPECT_FALSE(
      a.agree(a.pow(a.mul(x, w), Rational(1, 2)),
              a.mul(a.pow(x, Rational(1, 2)), a.pow(w, Rational(1, 2)))));
}

TEST_F(RowAlgebraTest, RootsOfNumbersMeet) {
  Rational half(1, 2);
  EXPECT_EQ(a.mul(a.pow(c(12), half), a.pow(c(3), half)), c(6));
  EXPECT_EQ(a.pow(c(1, 12), half), a.mul(c(1, 6), a.pow(c(3), half)));
  EXPECT_EQ(a.pow(c(9, 4), -half), c(2, 3));
  EXPECT_EQ(a.pow(a.pow(c(768), half), 2), c(768));
}

TEST_F(RowAlgebraTest, LiteralRootSquaresBack) {
  Coefficient lit = Coefficient::fromLiteral(1.0f / 768, f32);
  Polynomial root = a.pow(a.constant(lit), Rational(1, 2));
  EXPECT_TRUE(a.mul(root, root).asConstant()->agreesWith(Rational(1, 768)));
}

TEST_F(RowAlgebraTest, SumsDistributeAndPullOut) {
  Polynomial row = a.leaf(ws, {0});
  EXPECT_EQ(sum(a.mul(row, x), 1), a.mul(row, sum(x, 1)));
  EXPECT_EQ(sum(a.add(x, w), 1), a.add(sum(x, 1), sum(w, 1)));
  EXPECT_EQ(sum(row, 1), a.mul(c(8), row));
}

TEST_F(RowAlgebraTest, BoundNamesAreCanonical) {
  EXPECT_EQ(sum(a.leaf(xs, {0, 5}), 5), sum(x, 1));
  // Over the first index of x[5, 0] the bound name is free to be 1.
  Polynomial columns = sum(a.leaf(xs, {5, 0}), 5);
  EXPECT_FALSE(a.agree(columns, sum(x, 1)));
  EXPECT_EQ(columns, sum(a.leaf(xs, {3, 0}), 3));
}

TEST_F(RowAlgebraTest, AxesOneAtATimeOrAtOnce) {
  unsigned y = a.symbol("y");
  Polynomial e = a.leaf(y, {0, 1, 2});
  EXPECT_EQ(sum(sum(e, 2), 1), sum(sum(e, 1), 2));
  EXPECT_EQ(sum(sum(a.leaf(y, {0, 4, 3}), 4), 3), sum(sum(e, 1), 2));
  EXPECT_EQ(sum(sum(a.mul(e, e), 1), 2), sum(sum(a.mul(e, e), 2), 1));
}

TEST_F(RowAlgebraTest, NoCaptureWhenSumsNest) {
  // sum_t (x[0,t] * sum_u x[0,u]) is the square of the sum, not sum of squares.
  Polynomial inner = sum(a.leaf(xs, {0, 1}), 1);
  EXPECT_EQ(sum(a.mul(x, inner), 1), a.mul(inner, inner));
  // sum_t x[0,t] * x[t,0] is neither.
  Polynomial mixed = sum(a.mul(a.leaf(xs, {0, 1}), a.leaf(xs, {1, 0})), 1);
  EXPECT_FALSE(a.agree(mixed, sum(a.mul(x, x), 1)));
  // sum_u (w[u] * sum_t x[u,t] * x[0,t]) binds both and keeps 0 free.
  Polynomial dot = sum(a.mul(a.leaf(xs, {2, 1}), x), 1);
  Polynomial nested = sum(a.mul(a.leaf(ws, {2}), dot), 2);
  EXPECT_EQ(nested.freeIndices(), 1u);
}

TEST_F(RowAlgebraTest, BothVariancesCollapse) {
  Polynomial mean = a.div(sum(x, 1), n);
  Polynomial d = a.sub(x, mean);
  Polynomial twoPass = a.div(sum(a.mul(d, d), 1), n);
  Polynomial onePass = a.sub(a.div(sum(a.mul(x, x), 1), n), a.mul(mean, mean));
  EXPECT_EQ(twoPass, onePass);
}

TEST_F(RowAlgebraTest, VarianceWithASymbolicExtent) {
  Polynomial m = a.extent(xs, 1);
  Polynomial mean = a.div(a.sum(x, 1, m), m);
  Polynomial d = a.sub(x, mean);
  EXPECT_EQ(a.div(a.sum(a.mul(d, d), 1, m), m),
            a.sub(a.div(a.sum(a.mul(x, x), 1, m), m), a.mul(mean, mean)));
}

TEST_F(RowAlgebraTest, MaxFlattens) {
  EXPECT_EQ(a.max(c(1), c(2)), c(2));
  EXPECT_EQ(a.max(a.max(x, c(0)), c(1)), a.max(c(1), x));
  EXPECT_EQ(a.max(x, x), x);
  EXPECT_EQ(a.min(c(1), c(2)), c(1));
}

TEST_F(RowAlgebraTest, WorkIsBounded) {
  Polynomial big;
  for (unsigned i = 0; i < 12; ++i)
    big = a.add(big, a.leaf(a.symbol("y"), {0}));
  EXPECT_TRUE(a.failure().empty());
  (void)a.pow(big, 2);
  EXPECT_EQ(a.failure(),
            "the expression has more than 64 terms when multiplied out");
  a.clearFailure();
  Polynomial two = c(2);
  for (unsigned i = 0; i < 16; ++i)
    two = a.mul(two, two);
  EXPECT_EQ(a.failure(), "a constant of the expression has too many digits");
}

TEST_F(RowAlgebraTest, DivisionByZeroFails) {
  (void)a.div(x, c(0));
  EXPECT_EQ(a.failure(), "the expression divides by zero");
}

TEST_F(RowAlgebraTest, Printing) {
  EXPECT_EQ(a.str(a.mul(c(1, 8), sum(a.mul(x, x), 1))),
            "1/8*sum{i1}(x[i0, i1]^(2))");
}

} // namespace
