//===- OpsTest.cpp ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the interpreter computes, op by op, and what it refuses.
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

#include "gmock/gmock.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::norm::reference;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {
using OpsTest = EvaluateTest;
constexpr double inf = std::numeric_limits<double>::infinity();

TEST_F(OpsTest, Matmul) {
  auto results = evaluate(R"(
    func.func @f(%a: tensor<2x3xf32>, %b: tensor<3x2xf32>) -> tensor<2x2xf32> {
      %zero = arith.constant 1.0 : f32
      %empty = tensor.empty() : tensor<2x2xf32>
      %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x2xf32>)
          -> tensor<2x2xf32>
      %c = linalg.matmul ins(%a, %b : tensor<2x3xf32>, tensor<3x2xf32>)
          outs(%init : tensor<2x2xf32>) -> tensor<2x2xf32>
      return %c : tensor<2x2xf32>
    })",
                          {reals("f32", {2, 3}, {1, 2, 3, 4, 5, 6}),
                           reals("f32", {3, 2}, {1, 2, 3, 4, 5, 6})});
  ASSERT_EQ(results.size(), 1u) << diagnostic;
  EXPECT_THAT(values(*results[0]), ElementsAre(23, 29, 50, 65));
}

TEST_F(OpsTest, GenericWithBroadcastIndexAndGather) {
  auto results =
      evaluate(R"(
    #row = affine_map<(i, j) -> (i, 0)>
    #id = affine_map<(i, j) -> (i, j)>
    func.func @f(%a: tensor<2x1xf32>, %t: tensor<3xf32>) -> tensor<2x3xf32> {
      %empty = tensor.empty() : tensor<2x3xf32>
      %c = linalg.generic {indexing_maps = [#row, #id],
                           iterator_types = ["parallel", "parallel"]}
          ins(%a : tensor<2x1xf32>) outs(%empty : tensor<2x3xf32>) {
      ^bb0(%in: f32, %out: f32):
        %j = linalg.index 1 : index
        %e = tensor.extract %t[%j] : tensor<3xf32>
        %s = arith.addf %in, %e : f32
        linalg.yield %s : f32
      } -> tensor<2x3xf32>
      return %c : tensor<2x3xf32>
    })",
               {reals("f32", {2, 1}, {10, 20}), reals("f32", {3}, {1, 2, 3})});
  ASSERT_EQ(results.size(), 1u) << diagnostic;
  EXPECT_THAT(values(*results[0]), ElementsAre(11, 12, 13, 21, 22, 23));
}

TEST_F(OpsTest, ConvolutionWindow) {
  auto results =
      evaluate(R"(
    func.func @f(%a: tensor<5xf32>, %k: tensor<3xf32>, %o: tensor<3xf32>)
        -> tensor<3xf32> {
      %c = linalg.conv_1d ins(%a, %k : tensor<5xf32>, tensor<3xf32>)
          outs(%o : tensor<3xf32>) -> tensor<3xf32>
      return %c : tensor<3xf32>
    })",
               {reals("f32", {5}, {1, 2, 3, 4, 5}),
                reals("f32", {3}, {1, 0, -1}), reals("f32", {3}, {0, 0, 0})});
  ASSERT_EQ(results.size(), 1u) << diagnostic;
  EXPECT_THAT(values(*results[0]), ElementsAre(-2, -2, -2));
}

TEST_F(OpsTest, TransposeBroadcastReduce) {
  auto results = evaluate(R"(
    func.func @f(%a: tensor<2x3xf32>) -> tensor<2xf32> {
      %e0 = tensor.empty() : tensor<3x2xf32>
      %t = linalg.transpose ins(%a : tensor<2x3xf32>)
          outs(%e0 : tensor<3x2xf32>) permutation = [1, 0]
      %e1 = tensor.empty() : tensor<3x2x2xf32>
      %b = linalg.broadcast ins(%t : tensor<3x2xf32>)
          outs(%e1 : tensor<3x2x2xf32>) dimensions = [2]
      %min = arith.constant dense<-9.0> : tensor<2xf32>
      %m = linalg.reduce { arith.maximumf } ins(%b : tensor<3x2x2xf32>)
          outs(%min : tensor<2xf32>) dimensions = [0, 2]
      return %m : tensor<2xf32>
    })",
                          {reals("f32", {2, 3}, {1, 5, 3, 4, 2, 6})});
  ASSERT_EQ(results.size(), 1u) << diagnostic;
  EXPECT_THAT(values(*results[0]), ElementsAre(5, 6));
}

TEST_F(OpsTest, TensorOps) {
  auto results = evaluate(R"(
    func.func @f(%a: tensor<2x4xf32>) -> (tensor<2x1x2xf32>, tensor<2x4xf32>,
        tensor<4x4xf32>, tensor<3x5xf32>, index, tensor<2x2x2xf32>) {
      %c1 = arith.constant 1 : index
      %zero = arith.constant 0.0 : f32
      %s = tensor.extract_slice %a[0, 1] [2, 2] [1, 2]
          : tensor<2x4xf32> to tensor<2x2xf32>
      %e = tensor.expand_shape %s [[0], [1, 2]] output_shape [2, 1, 2]
          : tensor<2x2xf32> into tensor<2x1x2xf32>
      %neg = arith.negf %s : tensor<2x2xf32>
      %i = tensor.insert_slice %neg into %a[0, 0] [2, 2] [1, 1]
          : tensor<2x2xf32> into tensor<2x4xf32>
      %c = tensor.concat dim(0) %a, %i
          : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<4x4xf32>
      %p = tensor.pad %a low[1, 0] high[0, 1] {
      ^bb0(%x: index, %y: index):
        tensor.yield %zero : f32
      } : tensor<2x4xf32> to tensor<3x5xf32>
      %d = tensor.dim %p, %c1 : tensor<3x5xf32>
      %f = tensor.collapse_shape %a [[0, 1]] : tensor<2x4xf32> into tensor<8xf32>
      %r = tensor.expand_shape %f [[0, 1, 2]] output_shape [2, 2, 2]
          : tensor<8xf32> into tensor<2x2x2xf32>
      return %e, %i, %c, %p, %d, %r : tensor<2x1x2xf32>, tensor<2x4xf32>,
          tensor<4x4xf32>, tensor<3x5xf32>, index, tensor<2x2x2xf32>
    })",
                          {reals("f32", {2, 4}, {1, 2, 3, 4, 5, 6, 7, 8})});
  ASSERT_EQ(results.size(), 6u) << diagnostic;
  EXPECT_THAT(values(*results[0]), ElementsAre(2, 4, 6, 8));
  EXPECT_THAT(values(*results[1]), ElementsAre(-2, -4, 3, 4, -6, -8, 7, 8));
  EXPECT_THAT(values(*results[2]),
              ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, -2, -4, 3, 4, -6, -8, 7, 8));
  EXPECT_THAT(values(*results[3]),
              ElementsAre(0, 0, 0, 0, 0, 1, 2, 3, 4, 0, 5, 6, 7, 8, 0));
  EXPECT_THAT(values(*results[4]), ElementsAre(5));
  EXPECT_THAT(values(*results[5]), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
}

TEST_F(OpsTest, IntegersAndControlFlow) {
  auto results =
      evaluate(R"(
    func.func @f(%n: index, %b: i8) -> (i64, i8, i1, f32) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %zero = arith.constant 0 : i64
      %sum = scf.for %i = %c0 to %n step %c1 iter_args(%s = %zero) -> (i64) {
        %w = arith.index_cast %i : index to i64
        %t = arith.addi %s, %w : i64
        scf.yield %t : i64
      }
      %wrapped = arith.addi %b, %b : i8
      %less = arith.cmpi ult, %b, %wrapped : i8
      %r = scf.if %less -> (f32) {
        %x = func.call @g(%sum) : (i64) -> f32
        scf.yield %x : f32
      } else {
        %y = arith.constant 0.5 : f32
        scf.yield %y : f32
      }
      return %sum, %wrapped, %less, %r : i64, i8, i1, f32
    }
    func.func @g(%a: i64) -> f32 {
      %r = arith.sitofp %a : i64 to f32
      return %r : f32
    })",
               {integers("index", {}, {5}), integers("i8", {}, {100})});
  ASSERT_EQ(results.size(), 4u) << diagnostic;
  EXPECT_THAT(values(*results[0]), ElementsAre(10));
  EXPECT_THAT(values(*results[1]), ElementsAre(-56));
  EXPECT_THAT(values(*results[2]), ElementsAre(1));
  EXPECT_THAT(values(*results[3]), ElementsAre(10));
}

TEST_F(OpsTest, RoundingIsThatOfTheElementTypes) {
  StringRef source = R"(
    func.func @f(%a: tensor<3xf32>) -> (tensor<3xbf16>, tensor<3xf32>) {
      %h = arith.truncf %a : tensor<3xf32> to tensor<3xbf16>
      %s = arith.addf %h, %h : tensor<3xbf16>
      %e = arith.extf %s : tensor<3xbf16> to tensor<3xf32>
      %d = arith.divf %e, %a : tensor<3xf32>
      return %s, %d : tensor<3xbf16>, tensor<3xf32>
    })";
  // 1 + 3/256 lies between two bf16 numbers, 1 + 1/256 is a tie.
  ArrayPtr a = reals("f32", {3}, {1.0 + 3.0 / 256, 1.0 + 1.0 / 256, 3.0});
  auto rounded = evaluate(source, {a}, Rounding::ElementType);
  ASSERT_EQ(rounded.size(), 2u) << diagnostic;
  EXPECT_THAT(values(*rounded[0]), ElementsAre(2 + 4.0 / 128, 2, 6));
  EXPECT_EQ(rounded[1]->elements[1].value,
            static_cast<float>(2.0 / (1.0 + 1.0 / 256)));
  auto exact = evaluate(source, {a});
  EXPECT_THAT(values(*exact[1]), ElementsAre(2, 2, 2));
  // The bound covers what rounding did.
  for (int i = 0; i < 3; ++i)
    for (int r = 0; r < 2; ++r)
      EXPECT_LE(std::fabs(exact[r]->elements[i].value -
                          rounded[r]->elements[i].value),
                exact[r]->elements[i].error);
}

TEST_F(OpsTest, ConstantsOfAllKinds) {
  auto results = evaluate(R"(
    func.func @f() -> (tensor<2xf16>, tensor<2xi1>, tensor<3xf32>,
                       tensor<2xf32>) {
      %a = arith.constant dense<[1.5, -2.0]> : tensor<2xf16>
      %b = arith.constant dense<[true, false]> : tensor<2xi1>
      %c = arith.constant dense<0xFF800000> : tensor<3xf32>
      %d = arith.constant dense_resource<blob> : tensor<2xf32>
      return %a, %b, %c, %d : tensor<2xf16>, tensor<2xi1>, tensor<3xf32>,
          tensor<2xf32>
    }
    {-# dialect_resources: { builtin: {
      blob: "0x040000000000803F000000C0" } } #-})",
                          {});
  ASSERT_EQ(results.size(), 4u) << diagnostic;
  EXPECT_THAT(values(*results[0]), ElementsAre(1.5, -2));
  EXPECT_THAT(values(*results[1]), ElementsAre(1, 0));
  EXPECT_THAT(values(*results[2]), ElementsAre(-inf, -inf, -inf));
  EXPECT_THAT(values(*results[3]), ElementsAre(1, -2));
}

TEST_F(OpsTest, NaNAndInfinityAreCertain) {
  auto results = evaluate(R"(
    func.func @f(%a: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
      %m = arith.maximumf %a, %a : tensor<3xf32>
      %d = arith.divf %a, %a : tensor<3xf32>
      return %m, %d : tensor<3xf32>, tensor<3xf32>
    })",
                          {reals("f32", {3}, {0, inf, NAN})});
  ASSERT_EQ(results.size(), 2u) << diagnostic;
  EXPECT_EQ(results[0]->elements[1].value, inf);
  EXPECT_TRUE(std::isnan(results[0]->elements[2].value));
  for (Number number : results[1]->elements) {
    EXPECT_TRUE(std::isnan(number.value));
    EXPECT_EQ(number.error, 0.0);
  }
}

//===----------------------------------------------------------------------===//
// Refusals
//===----------------------------------------------------------------------===//

TEST_F(OpsTest, UnknownOp) {
  context.allowUnregisteredDialects();
  EXPECT_TRUE(evaluate(R"(
func.func @f(%a: f32) -> f32 {
  %r = "torch.aten.mish"(%a) : (f32) -> f32
  return %r : f32
})",
                       {reals("f32", {}, {1})})
                  .empty());
  EXPECT_THAT(diagnostic,
              HasSubstr("3: 'torch.aten.mish' op is not known to the reference "
                        "interpreter"));
}

TEST_F(OpsTest, UnknownOpInABody) {
  EXPECT_TRUE(evaluate(R"(
func.func @f(%a: tensor<2xi32>) -> tensor<2xi32> {
  %r = linalg.map ins(%a : tensor<2xi32>) outs(%a : tensor<2xi32>)
      (%x: i32, %o: i32) {
    %p = math.ctpop %x : i32
    linalg.yield %p : i32
  }
  return %r : tensor<2xi32>
})",
                       {integers("i32", {2}, {1, 2})})
                  .empty());
  EXPECT_THAT(diagnostic, HasSubstr("5: 'math.ctpop' op is not known"));
}

TEST_F(OpsTest, MismatchOfDynamicExtents) {
  EXPECT_TRUE(evaluate(R"(
func.func @f(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %r = linalg.add ins(%a, %b : tensor<?xf32>, tensor<?xf32>)
      outs(%a : tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
})",
                       {reals("f32", {2}, {1, 2}), reals("f32", {1}, {1})})
                  .empty());
  EXPECT_THAT(diagnostic, HasSubstr("3: 'linalg.add' op iterates over"));
  EXPECT_TRUE(evaluate(R"(
func.func @f(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %r = arith.addf %a, %b : tensor<?xf32>
  return %r : tensor<?xf32>
})",
                       {reals("f32", {2}, {1, 2}), reals("f32", {1}, {1})})
                  .empty());
  EXPECT_THAT(diagnostic, HasSubstr("3: 'arith.addf' op has operands of"));
}

TEST_F(OpsTest, CastToAnotherShape) {
  EXPECT_TRUE(evaluate(R"(
func.func @f(%a: tensor<?xf32>) -> tensor<3xf32> {
  %r = tensor.cast %a : tensor<?xf32> to tensor<3xf32>
  return %r : tensor<3xf32>
})",
                       {reals("f32", {2}, {1, 2})})
                  .empty());
  EXPECT_THAT(diagnostic, HasSubstr("needs 'tensor<3xf32>', but its shape is "
                                    "[2]"));
}

TEST_F(OpsTest, ArgumentOfAnotherType) {
  StringRef source = "func.func @f(%a: tensor<2xf32>) { return }";
  EXPECT_TRUE(evaluate(source, {reals("f64", {2}, {1, 2})}).empty());
  EXPECT_THAT(diagnostic, HasSubstr("argument #0 needs 'tensor<2xf32>'"));
  EXPECT_TRUE(evaluate(source, {}).empty());
  EXPECT_THAT(diagnostic, HasSubstr("takes 1 arguments, but 0 are given"));
}

TEST_F(OpsTest, SliceAndIndexOutOfBounds) {
  EXPECT_TRUE(
      evaluate(R"(
func.func @f(%a: tensor<4xf32>, %o: index) -> tensor<2xf32> {
  %r = tensor.extract_slice %a[%o] [2] [1] : tensor<4xf32> to tensor<2xf32>
  return %r : tensor<2xf32>
})",
               {reals("f32", {4}, {1, 2, 3, 4}), integers("index", {}, {3})})
          .empty());
  EXPECT_THAT(diagnostic, HasSubstr("leaves dimension 0 of extent 4: [3, 4]"));
  EXPECT_TRUE(
      evaluate(R"(
func.func @f(%a: tensor<4xf32>, %o: index) -> f32 {
  %r = tensor.extract %a[%o] : tensor<4xf32>
  return %r : f32
})",
               {reals("f32", {4}, {1, 2, 3, 4}), integers("index", {}, {-1})})
          .empty());
  EXPECT_THAT(diagnostic, HasSubstr("has index -1 in dimension 0"));
}

TEST_F(OpsTest, EndlessRecursionAndMissingBody) {
  EXPECT_TRUE(evaluate(R"(
func.func @f() {
  func.call @f() : () -> ()
  return
})",
                       {})
                  .empty());
  EXPECT_THAT(diagnostic, HasSubstr("nests more than 64 calls"));
  EXPECT_TRUE(evaluate(R"(
func.func @f() {
  func.call @g() : () -> ()
  return
}
func.func private @g())",
                       {})
                  .empty());
  EXPECT_THAT(diagnostic, HasSubstr("'g', which has no body"));
}

TEST_F(OpsTest, FailedAssertion) {
  EXPECT_TRUE(evaluate(R"(
func.func @f(%ok: i1) {
  cf.assert %ok, "batch must match"
  return
})",
                       {integers("i1", {}, {0})})
                  .empty());
  EXPECT_THAT(diagnostic, HasSubstr("does not hold: batch must match"));
}

TEST_F(OpsTest, BranchOnRoundingErrors) {
  EXPECT_TRUE(evaluate(R"(
func.func @f(%a: f32) -> f32 {
  %third = arith.constant 3.0 : f32
  %q = arith.divf %a, %third : f32
  %c = arith.cmpf oeq, %q, %q : f32
  %r = scf.if %c -> f32 {
    scf.yield %a : f32
  } else {
    scf.yield %q : f32
  }
  return %r : f32
})",
                       {reals("f32", {}, {1})})
                  .empty());
  EXPECT_THAT(diagnostic, HasSubstr("depends on rounding errors"));
}

} // namespace
