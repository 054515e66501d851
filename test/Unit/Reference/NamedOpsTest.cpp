//===- NamedOpsTest.cpp ------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the interpreter computes for ops of other compilers, in their generic
// form.
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

#include "gmock/gmock.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm::reference;
using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsNan;

namespace {
class NamedOpsTest : public EvaluateTest {
protected:
  NamedOpsTest() { context.allowUnregisteredDialects(); }

  /// The results of `body`, whose last line returns, for %x and %y of these
  /// types.
  SmallVector<ArrayPtr> run(StringRef body, StringRef types,
                            ArrayRef<ArrayPtr> arguments,
                            Rounding rounding = Rounding::None) {
    std::string source =
        "func.func @f(" + types.str() + " {\n" + body.str() + "\n}";
    return evaluate(source, arguments, rounding);
  }

  std::string refusal(StringRef body, StringRef types,
                      ArrayRef<ArrayPtr> arguments) {
    EXPECT_TRUE(run(body, types, arguments).empty());
    return diagnostic;
  }
};

TEST_F(NamedOpsTest, StableHLOReduceAddsTheInitialValueOnce) {
  auto results = run(R"(
    %c = "stablehlo.constant"() <{value = dense<1.0> : tensor<f32>}> : () -> tensor<f32>
    %r = "stablehlo.reduce"(%x, %c) <{dimensions = array<i64: 1>}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %s = "stablehlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "stablehlo.return"(%s) : (tensor<f32>) -> ()
    }) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
    return %r : tensor<2xf32>)",
                     "%x: tensor<2x3xf32>) -> tensor<2xf32>",
                     {reals("f32", {2, 3}, {1, 2, 3, 4, 5, 6})});
  ASSERT_EQ(results.size(), 1u) << diagnostic;
  EXPECT_THAT(values(*results[0]), ElementsAre(7, 16));
}

/// Two operands, and a body that is no fold: the largest and where it is.
TEST_F(NamedOpsTest, StableHLOReduceRunsAnyBody) {
  auto results = run(R"(
    %i = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<4xi32>
    %low = "stablehlo.constant"() <{value = dense<-9.0> : tensor<f32>}> : () -> tensor<f32>
    %zero = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %r:2 = "stablehlo.reduce"(%x, %i, %low, %zero) <{dimensions = array<i64: 0>}> ({
    ^bb0(%a: tensor<f32>, %p: tensor<i32>, %b: tensor<f32>, %q: tensor<i32>):
      %g = "stablehlo.compare"(%a, %b) <{comparison_direction = #stablehlo<comparison_direction GE>}>
          : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %m = "stablehlo.select"(%g, %a, %b) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
      %k = "stablehlo.select"(%g, %p, %q) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
      "stablehlo.return"(%m, %k) : (tensor<f32>, tensor<i32>) -> ()
    }) : (tensor<4xf32>, tensor<4xi32>, tensor<f32>, tensor<i32>) -> (tensor<f32>, tensor<i32>)
    return %r#0, %r#1 : tensor<f32>, tensor<i32>)",
                     "%x: tensor<4xf32>) -> (tensor<f32>, tensor<i32>)",
                     {reals("f32", {4}, {1, 5, 7, 2})});
  ASSERT_EQ(results.size(), 2u) << diagnostic;
  EXPECT_THAT(values(*results[0]), ElementsAre(7));
  EXPECT_THAT(values(*results[1]), ElementsAre(2));
}

TEST_F(NamedOpsTest, StableHLODotGeneral) {
  auto results = run(R"(
    %r = "stablehlo.dot_general"(%x, %y) <{dot_dimension_numbers = #stablehlo.dot<
        lhs_batching_dimensions = [0], rhs_batching_dimensions = [0],
        lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [2]>}>
        : (tensor<2x2xf32>, tensor<2x1x2xf32>) -> tensor<2x1xf32>
    return %r : tensor<2x1xf32>)",
                     "%x: tensor<2x2xf32>, %y: tensor<2x1x2xf32>) -> "
                     "tensor<2x1xf32>",
                     {reals("f32", {2, 2}, {1, 2, 3, 4}),
                      reals("f32", {2, 1, 2}, {1, 10, 1, 100})});
  ASSERT_EQ(results.size(), 1u) << diagnostic;
  EXPECT_THAT(values(*results[0]), ElementsAre(21, 403));
}

TEST_F(NamedOpsTest, StableHLOMoves) {
  auto results = run(R"(
    %b = "mhlo.broadcast_in_dim"(%x) {broadcast_dimensions = dense<1> : tensor<1xi64>}
        : (tensor<2xf32>) -> tensor<3x2xf32>
    %t = "mhlo.transpose"(%b) {permutation = dense<[1, 0]> : tensor<2xi64>}
        : (tensor<3x2xf32>) -> tensor<2x3xf32>
    %s = "mhlo.slice"(%t) {start_indices = dense<[1, 0]> : tensor<2xi64>,
        limit_indices = dense<[2, 3]> : tensor<2xi64>, strides = dense<[1, 2]> : tensor<2xi64>}
        : (tensor<2x3xf32>) -> tensor<1x2xf32>
    %c = "mhlo.concatenate"(%s, %s) {dimension = 0 : i64}
        : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
    %n = "mhlo.get_dimension_size"(%t) {dimension = 1 : i64} : (tensor<2x3xf32>) -> tensor<i32>
    return %t, %c, %n : tensor<2x3xf32>, tensor<2x2xf32>, tensor<i32>)",
                     "%x: tensor<2xf32>) -> (tensor<2x3xf32>, "
                     "tensor<2x2xf32>, tensor<i32>)",
                     {reals("f32", {2}, {1, 2})});
  ASSERT_EQ(results.size(), 3u) << diagnostic;
  EXPECT_THAT(values(*results[0]), ElementsAre(1, 1, 1, 2, 2, 2));
  EXPECT_THAT(values(*results[1]), ElementsAre(2, 2, 2, 2));
  EXPECT_THAT(values(*results[2]), ElementsAre(3));
}

TEST_F(NamedOpsTest, StableHLODynamicShapesAndBatchNorm) {
  auto results = run(R"(
    %s = "stablehlo.constant"() <{value = dense<[2, 2]> : tensor<2xi32>}> : () -> tensor<2xi32>
    %r = "stablehlo.dynamic_reshape"(%x, %s) : (tensor<?xf32>, tensor<2xi32>) -> tensor<?x?xf32>
    %y:3 = "stablehlo.batch_norm_training"(%r, %a, %b) <{epsilon = 1.0 : f32, feature_index = 0 : i64}>
        : (tensor<?x?xf32>, tensor<2xf32>, tensor<2xf32>)
        -> (tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>)
    return %y#0, %y#1, %y#2 : tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>)",
                     "%x: tensor<?xf32>, %a: tensor<2xf32>, %b: tensor<2xf32>) "
                     "-> (tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>)",
                     {reals("f32", {4}, {1, 1, 0, 2}),
                      reals("f32", {2}, {1, 2}), reals("f32", {2}, {3, 4})});
  ASSERT_EQ(results.size(), 3u) << diagnostic;
  double root = std::sqrt(2.0);
  EXPECT_THAT(values(*results[0]), ElementsAre(3, 3, DoubleEq(4 - 2 / root),
                                               DoubleEq(4 + 2 / root)));
  EXPECT_THAT(values(*results[1]), ElementsAre(1, 1));
  EXPECT_THAT(values(*results[2]), ElementsAre(0, 1));
}

TEST_F(NamedOpsTest, Composite) {
  auto results = evaluate(R"(
    func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
      %r = "stablehlo.composite"(%x) <{name = "twice", decomposition = @twice}>
          : (tensor<2xf32>) -> tensor<2xf32>
      return %r : tensor<2xf32>
    }
    func.func private @twice(%x: tensor<2xf32>) -> tensor<2xf32> {
      %r = "stablehlo.add"(%x, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      return %r : tensor<2xf32>
    })",
                          {reals("f32", {2}, {1, 2})});
  ASSERT_EQ(results.size(), 1u) << diagnostic;
  EXPECT_THAT(values(*results[0]), ElementsAre(2, 4));
}

/// NaN wins in a maximum, unless a TOSA mode says otherwise.
TEST_F(NamedOpsTest, NaNOfMaxima) {
  ArrayPtr x = reals("f32", {2}, {NAN, 1}), y = reals("f32", {2}, {3, NAN});
  auto max = [&](StringRef name, StringRef attributes) {
    auto results =
        run("%r = \"" + name.str() + "\"(%x, %y) " + attributes.str() +
                " : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>"
                "\nreturn %r : tensor<2xf32>",
            "%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32>", {x, y});
    EXPECT_EQ(results.size(), 1u) << diagnostic;
    return values(*results[0]);
  };
  for (StringRef name : {"stablehlo.maximum", "tosa.maximum", "onnx.Max"})
    EXPECT_THAT(max(name, ""), ElementsAre(IsNan(), IsNan())) << name.str();
  EXPECT_THAT(max("tosa.maximum", "{nan_mode = \"IGNORE\"}"),
              ElementsAre(3, 1));
}

TEST_F(NamedOpsTest, Tosa) {
  auto results = run(R"(
    %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
    %q = "tosa.mul"(%x, %x, %shift) : (tensor<2x2xf32>, tensor<2x2xf32>, tensor<1xi8>) -> tensor<2x2xf32>
    %s = "tosa.reduce_sum"(%q) <{axis = 1 : i32}> : (tensor<2x2xf32>) -> tensor<2x1xf32>
    %r = "tosa.rsqrt"(%s) : (tensor<2x1xf32>) -> tensor<2x1xf32>
    %shape = "tosa.const_shape"() <{values = dense<[1, -1]> : tensor<2xindex>}> : () -> !tosa.shape<2>
    %v = "tosa.reshape"(%s, %shape) : (tensor<2x1xf32>, !tosa.shape<2>) -> tensor<1x2xf32>
    %t = "tosa.transpose"(%v) <{perms = array<i32: 1, 0>}> : (tensor<1x2xf32>) -> tensor<2x1xf32>
    %times = "tosa.const_shape"() <{values = dense<[1, 2]> : tensor<2xindex>}> : () -> !tosa.shape<2>
    %w = "tosa.tile"(%t, %times) : (tensor<2x1xf32>, !tosa.shape<2>) -> tensor<2x2xf32>
    %g = "tosa.greater"(%w, %x) : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xi1>
    %e = "tosa.select"(%g, %x, %w) : (tensor<2x2xi1>, tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
    %c = "tosa.cast"(%y) : (tensor<3xf32>) -> tensor<3xi32>
    %k = "tosa.clamp"(%y) <{min_val = 1.0 : f32, max_val = 2.0 : f32}> : (tensor<3xf32>) -> tensor<3xf32>
    return %r, %w, %e, %c, %k : tensor<2x1xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<3xi32>, tensor<3xf32>)",
                     "%x: tensor<2x2xf32>, %y: tensor<3xf32>) -> "
                     "(tensor<2x1xf32>, tensor<2x2xf32>, tensor<2x2xf32>, "
                     "tensor<3xi32>, tensor<3xf32>)",
                     {reals("f32", {2, 2}, {3, 4, 0.5, 0}),
                      reals("f32", {3}, {0.5, 1.5, 2.5})});
  ASSERT_EQ(results.size(), 5u) << diagnostic;
  EXPECT_THAT(values(*results[0]), ElementsAre(0.2, 2));
  EXPECT_THAT(values(*results[1]), ElementsAre(25, 25, 0.25, 0.25));
  EXPECT_THAT(values(*results[2]), ElementsAre(3, 4, 0.25, 0));
  // To the nearest even.
  EXPECT_THAT(values(*results[3]), ElementsAre(0, 2, 2));
  EXPECT_THAT(values(*results[4]), ElementsAre(1, 1.5, 2));
}

TEST_F(NamedOpsTest, Torch) {
  auto results =
      run(R"(
    %two = "torch.constant.int"() <{value = 2 : i64}> : () -> !torch.int
    %last = "torch.constant.int"() <{value = -1 : i64}> : () -> !torch.int
    %true = "torch.constant.bool"() <{value = true}> : () -> !torch.bool
    %none = "torch.constant.none"() : () -> !torch.none
    %axes = "torch.prim.ListConstruct"(%last) : (!torch.int) -> !torch.list<int>
    %a = "torch.aten.add.Tensor"(%x, %y, %two)
        : (!torch.vtensor<[2,2],f32>, !torch.vtensor<[2],f32>, !torch.int) -> !torch.vtensor<[2,2],f32>
    %m = "torch.aten.mean.dim"(%a, %axes, %true, %none)
        : (!torch.vtensor<[2,2],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[2,1],f32>
    %v = "torch.aten.var.correction"(%a, %axes, %none, %true)
        : (!torch.vtensor<[2,2],f32>, !torch.list<int>, !torch.none, !torch.bool) -> !torch.vtensor<[2,1],f32>
    %n = "torch.aten.size.int"(%a, %last) : (!torch.vtensor<[2,2],f32>, !torch.int) -> !torch.int
    %size = "torch.prim.ListConstruct"(%n, %last) : (!torch.int, !torch.int) -> !torch.list<int>
    %e = "torch.aten.expand"(%m, %size, %true) : (!torch.vtensor<[2,1],f32>, !torch.list<int>, !torch.bool) -> !torch.vtensor<[2,1],f32>
    %c = "torch.aten.clamp"(%e, %two, %none) : (!torch.vtensor<[2,1],f32>, !torch.int, !torch.none) -> !torch.vtensor<[2,1],f32>
    return %a, %v, %c : !torch.vtensor<[2,2],f32>, !torch.vtensor<[2,1],f32>, !torch.vtensor<[2,1],f32>)",
          "%x: !torch.vtensor<[2,2],f32>, %y: "
          "!torch.vtensor<[2],f32>) -> (!torch.vtensor<[2,2],f32>, "
          "!torch.vtensor<[2,1],f32>, !torch.vtensor<[2,1],f32>)",
          {reals("f32", {2, 2}, {0, 1, -8, 0}), reals("f32", {2}, {1, 2})});
  ASSERT_EQ(results.size(), 3u) << diagnostic;
  EXPECT_THAT(values(*results[0]), ElementsAre(2, 5, -6, 4));
  // Divided by one less than their number.
  EXPECT_THAT(values(*results[1]), ElementsAre(4.5, 50));
  EXPECT_THAT(values(*results[2]), ElementsAre(3.5, 2));
}

/// The statistics of 16-bit operands are computed in f32.
TEST_F(NamedOpsTest, TorchNamedNorms) {
  StringRef body = R"(
    %n = "torch.constant.int"() <{value = 512 : i64}> : () -> !torch.int
    %eps = "torch.constant.float"() <{value = 0.0 : f64}> : () -> !torch.float
    %none = "torch.constant.none"() : () -> !torch.none
    %size = "torch.prim.ListConstruct"(%n) : (!torch.int) -> !torch.list<int>
    %y:3 = "torch.aten.native_layer_norm"(%x, %size, %none, %none, %eps)
        : (!torch.vtensor<[512],f16>, !torch.list<int>, !torch.none, !torch.none, !torch.float)
        -> (!torch.vtensor<[512],f16>, !torch.vtensor<[1],f32>, !torch.vtensor<[1],f32>)
    %r = "torch.aten.rms_norm"(%x, %size, %none, %eps)
        : (!torch.vtensor<[512],f16>, !torch.list<int>, !torch.none, !torch.float) -> !torch.vtensor<[512],f16>
    return %y#1, %y#2, %r : !torch.vtensor<[1],f32>, !torch.vtensor<[1],f32>, !torch.vtensor<[512],f16>)";
  std::vector<double> ones(512, 300.0);
  for (size_t i = 0; i < 512; i += 2)
    ones[i] = -300.0;
  auto results = run(body,
                     "%x: !torch.vtensor<[512],f16>) -> (!torch.vtensor<[1]"
                     ",f32>, !torch.vtensor<[1],f32>, "
                     "!torch.vtensor<[512],f16>)",
                     {reals("f16", {512}, ones)}, Rounding::ElementType);
  ASSERT_EQ(results.size(), 3u) << diagnostic;
  EXPECT_THAT(values(*results[0]), ElementsAre(0));
  EXPECT_NEAR(results[1]->elements[0].value, 1.0 / 300, 1e-9);
  EXPECT_EQ(results[2]->elements[1].value, 1.0);
}

TEST_F(NamedOpsTest, ONNX) {
  auto results = run(R"(
    %axes = "onnx.Constant"() {value = dense<-1> : tensor<1xi64>} : () -> tensor<1xi64>
    %l = "onnx.ReduceL2V13"(%x) {axes = [1], keepdims = 1 : si64} : (tensor<2x2xf32>) -> tensor<2x1xf32>
    %m = "onnx.ReduceMean"(%x, %axes) {keepdims = 0 : si64, noop_with_empty_axes = 0 : si64}
        : (tensor<2x2xf32>, tensor<1xi64>) -> tensor<2xf32>
    %u = "onnx.Unsqueeze"(%m, %axes) : (tensor<2xf32>, tensor<1xi64>) -> tensor<2x1xf32>
    %s = "onnx.Shape"(%x) {start = 0 : si64} : (tensor<2x2xf32>) -> tensor<2xi64>
    %i = "onnx.Constant"() {value = dense<1> : tensor<i64>} : () -> tensor<i64>
    %n = "onnx.Gather"(%s, %i) {axis = 0 : si64} : (tensor<2xi64>, tensor<i64>) -> tensor<i64>
    %none = "onnx.NoValue"() {value} : () -> none
    %ones = "onnx.Constant"() {value = dense<1.0> : tensor<2xf32>} : () -> tensor<2xf32>
    %y, %0, %1 = "onnx.LayerNormalization"(%x, %ones, %none) {axis = -1 : si64, epsilon = 0.0 : f32}
        : (tensor<2x2xf32>, tensor<2xf32>, none) -> (tensor<2x2xf32>, none, none)
    return %l, %u, %n, %y : tensor<2x1xf32>, tensor<2x1xf32>, tensor<i64>, tensor<2x2xf32>)",
                     "%x: tensor<2x2xf32>) -> (tensor<2x1xf32>, "
                     "tensor<2x1xf32>, tensor<i64>, tensor<2x2xf32>)",
                     {reals("f32", {2, 2}, {3, 4, -3, 5})});
  ASSERT_EQ(results.size(), 4u) << diagnostic;
  EXPECT_THAT(values(*results[0]), ElementsAre(5, std::sqrt(34.0)));
  EXPECT_THAT(values(*results[1]), ElementsAre(3.5, 1));
  EXPECT_THAT(values(*results[2]), ElementsAre(2));
  EXPECT_THAT(values(*results[3]), ElementsAre(-1, 1, -1, 1));
}

/// Bounds propagate as in the upstream ops.
TEST_F(NamedOpsTest, BoundsHoldForRounding) {
  StringRef body = R"(
    %q = "onnx.Mul"(%x, %x) : (tensor<64x8xf16>, tensor<64x8xf16>) -> tensor<64x8xf16>
    %m = "onnx.ReduceMeanV13"(%q) {axes = [1]} : (tensor<64x8xf16>) -> tensor<64x1xf16>
    %r = "onnx.Sqrt"(%m) : (tensor<64x1xf16>) -> tensor<64x1xf16>
    %y = "onnx.Div"(%x, %r) : (tensor<64x8xf16>, tensor<64x1xf16>) -> tensor<64x8xf16>
    return %y : tensor<64x8xf16>)";
  StringRef types = "%x: tensor<64x8xf16>) -> tensor<64x8xf16>";
  ArrayPtr x = random("f16", {64, 8});
  auto exact = run(body, types, {x});
  ASSERT_EQ(exact.size(), 1u) << diagnostic;
  auto rounded = run(body, types, {x}, Rounding::ElementType);
  Comparison comparison = compare(*rounded[0], *exact[0]);
  EXPECT_TRUE(comparison.passed());
  EXPECT_GT(comparison.maxRatio, 0.02);
  // As numbers without rounding points the two are nearly the same.
  auto reals = run(body, types, {x}, Rounding::Reals);
  EXPECT_LT(reals[0]->elements[0].error, 1e-13);
}

/// Under Rounding::Reals a literal is as exact as its type allows.
TEST_F(NamedOpsTest, LiteralsHaveErrors) {
  auto results = run(R"(
    %c = "stablehlo.constant"() <{value = dense<[3.0, 0.125, 0.1, 0.00390625]> : tensor<4xbf16>}> : () -> tensor<4xbf16>
    return %c : tensor<4xbf16>)",
                     ") -> tensor<4xbf16>", {}, Rounding::Reals);
  ASSERT_EQ(results.size(), 1u) << diagnostic;
  ArrayRef<Number> numbers = results[0]->elements;
  EXPECT_EQ(numbers[0].error, 0.0);
  EXPECT_EQ(numbers[1].error, 0.0);
  EXPECT_NEAR(numbers[2].error, 0.1 / 128, 1e-5);
  // It may stand for 1 / 257 as well.
  EXPECT_GT(numbers[3].error, 0.0);
}

TEST_F(NamedOpsTest, Refusals) {
  StringRef type = "%x: tensor<2x2xf32>) -> tensor<2x2xf32>";
  ArrayPtr x = random("f32", {2, 2});
  auto one = [&](StringRef op) {
    return refusal(("%r = " + op +
                    " -> tensor<2x2xf32>\nreturn %r : "
                    "tensor<2x2xf32>")
                       .str(),
                   type, {x});
  };
  EXPECT_THAT(one("\"stablehlo.while\"(%x) : (tensor<2x2xf32>)"),
              HasSubstr("2: 'stablehlo.while' op is not known"));
  EXPECT_THAT(one("\"stablehlo.add\"(%x) : (tensor<2x2xf32>)"),
              HasSubstr("is not known to the reference interpreter"));
  EXPECT_THAT(one("\"stablehlo.transpose\"(%x) : (tensor<2x2xf32>)"),
              HasSubstr("has no integers as attribute 'permutation'"));
  EXPECT_THAT(one("\"stablehlo.transpose\"(%x) {permutation = [0, 2]} : "
                  "(tensor<2x2xf32>)"),
              HasSubstr("permutes dimensions that are not there"));
  EXPECT_THAT(one("\"tosa.reduce_sum\"(%x) {axis = 2 : i32} : "
                  "(tensor<2x2xf32>)"),
              HasSubstr("has axis 2 of rank 2"));
  EXPECT_THAT(one("\"tosa.reduce_sum\"(%x) {axis = 1 : i32} : "
                  "(tensor<2x2xf32>)"),
              HasSubstr("result #0 needs 'tensor<2x2xf32>'"));
  EXPECT_THAT(one("\"onnx.Reshape\"(%x, %x) : (tensor<2x2xf32>, "
                  "tensor<2x2xf32>)"),
              HasSubstr("that is no certain integer"));
  EXPECT_THAT(one("\"onnx.Gather\"() : ()"), HasSubstr("has no operand #0"));
  EXPECT_THAT(one("\"torch.aten.dropout\"(%x) : (tensor<2x2xf32>)"),
              HasSubstr("drops elements at random"));
  EXPECT_THAT(one("\"stablehlo.composite\"(%x) {decomposition = @none} : "
                  "(tensor<2x2xf32>)"),
              HasSubstr("calls 'none', which has no body"));
}

} // namespace
