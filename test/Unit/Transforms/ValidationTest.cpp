//===- ValidationTest.cpp ----------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// That validation sees wrong raises. None is within reach of norm-raise, so
// they are made by hand: a function has a norm spelled out, whose result is
// then replaced by that of a norm op that is right or wrong.
//
//===----------------------------------------------------------------------===//

#include "Validation.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"
#include "gmock/gmock.h"

using namespace mlir;
using namespace mlir::norm;
using ::testing::HasSubstr;

namespace {
class ValidationTest : public ::testing::Test {
protected:
  ValidationTest() {
    context.loadDialect<arith::ArithDialect, func::FuncDialect,
                        linalg::LinalgDialect, math::MathDialect, NormDialect,
                        tensor::TensorDialect>();
    context.allowUnregisteredDialects();
  }

  /// `body` makes %y, the source, and %z, which takes its place. The leaves are
  /// the arguments, the first of which is x.
  ValidationOutcome validate(StringRef arguments, StringRef body,
                             StringRef type, ArrayRef<int64_t> axes,
                             double epsilon = 1e-5) {
    std::string source =
        "func.func @f(" + arguments.str() + ") -> " + type.str() + " {\n" +
        body.str() + "\n\"test.pair\"(%y, %z) : (" + type.str() + ", " +
        type.str() + ") -> ()\nreturn %y : " + type.str() + "\n}";
    module = parseSourceString<ModuleOp>(source, ParserConfig(&context));
    if (!module) {
      ADD_FAILURE() << source;
      return {};
    }
    auto function = *module->getOps<func::FuncOp>().begin();
    Operation *pair = function.getBody().front().back().getPrevNode();
    Value y = pair->getOperand(0), z = pair->getOperand(1);
    pair->erase();
    ValidationProblem problem;
    problem.replaced = {y};
    for (Value argument : function.getArguments())
      problem.leaves.insert(argument);
    problem.x = function.getArgument(0);
    problem.axes.assign(axes.begin(), axes.end());
    problem.epsilon = epsilon;
    Validation validation(std::move(problem));
    y.replaceAllUsesWith(z);
    ValidationOutcome outcome = validation.finish();
    // Nothing is left behind.
    EXPECT_TRUE(succeeded(mlir::verify(*module)));
    return outcome;
  }

  /// An RMSNorm of the rows of a square tensor, in elementwise ops of
  /// StableHLO.
  ValidationOutcome validateRMS(StringRef op, StringRef element = "f32") {
    return validate(llvm::formatv("%x: tensor<6x6x{0}>, %w: tensor<6x{0}>, %v: "
                                  "tensor<6x{0}>",
                                  element)
                        .str(),
                    llvm::formatv(R"(
      %zero = "stablehlo.constant"() {{value = dense<0.0> : tensor<{0}>} : () -> tensor<{0}>
      %n = "stablehlo.constant"() {{value = dense<6.0> : tensor<6x{0}>} : () -> tensor<6x{0}>
      %eps = "stablehlo.constant"() {{value = dense<1.0e-5> : tensor<6x{0}>} : () -> tensor<6x{0}>
      %q = "stablehlo.multiply"(%x, %x) : (tensor<6x6x{0}>, tensor<6x6x{0}>) -> tensor<6x6x{0}>
      %s = "stablehlo.reduce"(%q, %zero) ({{
      ^bb0(%a: tensor<{0}>, %b: tensor<{0}>):
        %t = "stablehlo.add"(%a, %b) : (tensor<{0}>, tensor<{0}>) -> tensor<{0}>
        "stablehlo.return"(%t) : (tensor<{0}>) -> ()
      }) {{dimensions = array<i64: 1>} : (tensor<6x6x{0}>, tensor<{0}>) -> tensor<6x{0}>
      %m = "stablehlo.divide"(%s, %n) : (tensor<6x{0}>, tensor<6x{0}>) -> tensor<6x{0}>
      %e = "stablehlo.add"(%m, %eps) : (tensor<6x{0}>, tensor<6x{0}>) -> tensor<6x{0}>
      %r = "stablehlo.rsqrt"(%e) : (tensor<6x{0}>) -> tensor<6x{0}>
      %rr = "stablehlo.broadcast_in_dim"(%r) {{broadcast_dimensions = array<i64: 0>} : (tensor<6x{0}>) -> tensor<6x6x{0}>
      %ww = "stablehlo.broadcast_in_dim"(%w) {{broadcast_dimensions = array<i64: 1>} : (tensor<6x{0}>) -> tensor<6x6x{0}>
      %h = "stablehlo.multiply"(%x, %rr) : (tensor<6x6x{0}>, tensor<6x6x{0}>) -> tensor<6x6x{0}>
      %y = "stablehlo.multiply"(%h, %ww) : (tensor<6x6x{0}>, tensor<6x6x{0}>) -> tensor<6x6x{0}>
      %z = {1} -> tensor<6x6x{0}>)",
                                  element, op)
                        .str(),
                    ("tensor<6x6x" + element + ">").str(), {1});
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

TEST_F(ValidationTest, RightNorm) {
  ValidationOutcome outcome = validateRMS(
      "norm.rms_norm %x scale(%w : tensor<6xf32> dims [1]) axes [1] epsilon "
      "9.9999997473787516e-06 : tensor<6x6xf32>");
  EXPECT_EQ(outcome.kind, ValidationOutcome::Verified) << outcome.text;
  EXPECT_GE(outcome.rows, 10);
  EXPECT_GE(outcome.evaluations, 3u);
}

TEST_F(ValidationTest, WrongEpsilon) {
  ValidationOutcome outcome = validateRMS(
      "norm.rms_norm %x scale(%w : tensor<6xf32> dims [1]) axes [1] epsilon "
      "1.0e-06 : tensor<6x6xf32>");
  EXPECT_EQ(outcome.kind, ValidationOutcome::Refuted);
  EXPECT_THAT(outcome.text, HasSubstr(" of value #0, in row "));
  EXPECT_THAT(outcome.text, HasSubstr(" apart"));
}

/// Bounds of 16-bit types leave no room for it.
TEST_F(ValidationTest, WrongEpsilonInSixteenBits) {
  for (StringRef type : {"f16", "bf16"}) {
    auto op = [&](StringRef epsilon) {
      return llvm::formatv("norm.rms_norm %x scale(%w : tensor<6x{0}> dims "
                           "[1]) axes [1] epsilon {1} : tensor<6x6x{0}>",
                           type, epsilon)
          .str();
    };
    EXPECT_EQ(validateRMS(op("1.0e-05"), type).kind,
              ValidationOutcome::Verified)
        << type.str();
    EXPECT_EQ(validateRMS(op("1.2e-05"), type).kind, ValidationOutcome::Refuted)
        << type.str();
  }
}

TEST_F(ValidationTest, WrongEpsilonMode) {
  EXPECT_EQ(validateRMS("norm.rms_norm %x scale(%w : tensor<6xf32> dims [1]) "
                        "axes [1] epsilon 9.9999997473787516e-06 "
                        "mode outside : "
                        "tensor<6x6xf32>")
                .kind,
            ValidationOutcome::Refuted);
}

TEST_F(ValidationTest, SwappedScale) {
  EXPECT_EQ(validateRMS("norm.rms_norm %x scale(%v : tensor<6xf32> dims [1]) "
                        "axes [1] epsilon 9.9999997473787516e-06 : "
                        "tensor<6x6xf32>")
                .kind,
            ValidationOutcome::Refuted);
  // Along the rows, of which there are as many.
  EXPECT_EQ(validateRMS("norm.rms_norm %x scale(%w : tensor<6xf32> dims [0]) "
                        "axes [1] epsilon 9.9999997473787516e-06 : "
                        "tensor<6x6xf32>")
                .kind,
            ValidationOutcome::Refuted);
}

TEST_F(ValidationTest, WrongAxes) {
  EXPECT_EQ(validateRMS("norm.rms_norm %x scale(%w : tensor<6xf32> dims [1]) "
                        "axes [0] epsilon 9.9999997473787516e-06 : "
                        "tensor<6x6xf32>")
                .kind,
            ValidationOutcome::Refuted);
}

TEST_F(ValidationTest, WrongNorm) {
  EXPECT_EQ(validateRMS("norm.layer_norm %x scale(%w : tensor<6xf32> dims "
                        "[1]) axes [1] epsilon 9.9999997473787516e-06 : "
                        "tensor<6x6xf32>")
                .kind,
            ValidationOutcome::Refuted);
}

/// Dynamic extents: N is not the number of rows.
TEST_F(ValidationTest, DynamicExtents) {
  auto divideBy = [&](int dim) {
    return llvm::formatv(R"(
      %dim = "torch.constant.int"() {{value = {0} : i64} : () -> !torch.int
      %axis = "torch.constant.int"() {{value = 1 : i64} : () -> !torch.int
      %axes = "torch.prim.ListConstruct"(%axis) : (!torch.int) -> !torch.list<int>
      %true = "torch.constant.bool"() {{value = true} : () -> !torch.bool
      %none = "torch.constant.none"() : () -> !torch.none
      %n = "torch.aten.size.int"(%x, %dim) : (!torch.vtensor<[?,?],f32>, !torch.int) -> !torch.int
      %q = "torch.aten.square"(%x) : (!torch.vtensor<[?,?],f32>) -> !torch.vtensor<[?,?],f32>
      %s = "torch.aten.sum.dim_IntList"(%q, %axes, %true, %none) : (!torch.vtensor<[?,?],f32>, !torch.list<int>, !torch.bool, !torch.none) -> !torch.vtensor<[?,1],f32>
      %m = "torch.aten.div.Scalar"(%s, %n) : (!torch.vtensor<[?,1],f32>, !torch.int) -> !torch.vtensor<[?,1],f32>
      %r = "torch.aten.sqrt"(%m) : (!torch.vtensor<[?,1],f32>) -> !torch.vtensor<[?,1],f32>
      %y = "torch.aten.div.Tensor"(%x, %r) : (!torch.vtensor<[?,?],f32>, !torch.vtensor<[?,1],f32>) -> !torch.vtensor<[?,?],f32>
      %c = builtin.unrealized_conversion_cast %x : !torch.vtensor<[?,?],f32> to tensor<?x?xf32>
      %o = norm.rms_norm %c axes [1] epsilon 0.0 : tensor<?x?xf32> -> tensor<?x?xf32>
      %z = builtin.unrealized_conversion_cast %o : tensor<?x?xf32> to !torch.vtensor<[?,?],f32>)",
                         dim)
        .str();
  };
  StringRef type = "!torch.vtensor<[?,?],f32>";
  auto run = [&](int dim) {
    return validate("%x: !torch.vtensor<[?,?],f32>", divideBy(dim), type, {1},
                    0.0)
        .kind;
  };
  EXPECT_EQ(run(1), ValidationOutcome::Verified);
  EXPECT_EQ(run(0), ValidationOutcome::Refuted);
}

/// A maximum that drops NaN is none that keeps it.
TEST_F(ValidationTest, NaN) {
  auto run = [&](StringRef op) {
    return validate("%x: tensor<4x4xf32>, %b: tensor<4x4xf32>",
                    llvm::formatv("%y = arith.maximumf %x, %b : tensor<4x4xf32>"
                                  "\n%z = {0} %x, %b : tensor<4x4xf32>",
                                  op)
                        .str(),
                    "tensor<4x4xf32>", {1})
        .kind;
  };
  EXPECT_EQ(run("arith.maximumf"), ValidationOutcome::Verified);
  EXPECT_EQ(run("arith.maxnumf"), ValidationOutcome::Refuted);
}

TEST_F(ValidationTest, Unknown) {
  ValidationOutcome outcome =
      validate("%x: tensor<4x4xf32>",
               "%y = \"test.what\"(%x) : (tensor<4x4xf32>) -> tensor<4x4xf32>\n"
               "%z = arith.negf %x : tensor<4x4xf32>",
               "tensor<4x4xf32>", {1});
  EXPECT_EQ(outcome.kind, ValidationOutcome::Unknown);
  EXPECT_THAT(outcome.text,
              HasSubstr("'test.what' op is not known to the reference"));
  outcome = validate("%x: tensor<1024x1024xf32>",
                     "%y = arith.negf %x : tensor<1024x1024xf32>\n"
                     "%z = arith.negf %x : tensor<1024x1024xf32>",
                     "tensor<1024x1024xf32>", {1});
  EXPECT_EQ(outcome.kind, ValidationOutcome::Unknown);
  EXPECT_THAT(outcome.text, HasSubstr("more than 131072 elements"));
}

} // namespace
