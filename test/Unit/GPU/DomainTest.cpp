//===- DomainTest.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Norms over all kinds of dimensions, and sums over rows.
//
//===----------------------------------------------------------------------===//

#include "WholeFunction.h"

#include "gtest/gtest.h"

// Programs are text that is put together once.
// NOLINTBEGIN(performance-inefficient-string-concatenation)

using namespace gputest;
using normtest::name;

//===----------------------------------------------------------------------===//
// Domains
//===----------------------------------------------------------------------===//

static std::string getLayerNorm(const std::string &type,
                                const std::string &axes,
                                const std::string &scale,
                                const std::string &statistics) {
  return "func.func @f(%x: tensor<" + type + ">, %w: tensor<" + scale +
         ">) -> (tensor<" + type + ">, tensor<" + statistics +
         ">) {\n  %y, %rstd = norm.layer_norm %x scale(%w : tensor<" + scale +
         "> dims " + axes + ") axes " + axes + " epsilon 1.0e-5 : tensor<" +
         type + "> -> tensor<" + type + "> rstd tensor<" + statistics +
         ">\n  return %y, %rstd : tensor<" + type + ">, tensor<" + statistics +
         ">\n}\n";
}

TEST(Domains, TwoAxes) {
  compare({getLayerNorm("2x3x64xf32", "[1, 2]", "3x64xf32", "2xf32"),
           {{Type::F32, {2, 3, 64}}, {Type::F32, {3, 64}}},
           {{Type::F32, {2, 3, 64}}, {Type::F32, {2}}}});
}

TEST(Domains, AGridOfTwoDimensions) {
  compare({getLayerNorm("2x3x64xbf16", "[2]", "64xbf16", "2x3xf32"),
           {{Type::BF16, {2, 3, 64}}, {Type::BF16, {64}}},
           {{Type::BF16, {2, 3, 64}}, {Type::F32, {2, 3}}}});
}

TEST(Domains, TwoAxesApart) {
  compare({getLayerNorm("5x3x36xf32", "[0, 2]", "5x36xf32", "3xf32"),
           {{Type::F32, {5, 3, 36}}, {Type::F32, {5, 36}}},
           {{Type::F32, {5, 3, 36}}, {Type::F32, {3}}}});
}

TEST(Domains, ChannelsFirst) {
  auto launches =
      compare({getLayerNorm("2x9x70xf32", "[1]", "9xf32", "2x70xf32"),
               {{Type::F32, {2, 9, 70}}, {Type::F32, {9}}},
               {{Type::F32, {2, 9, 70}}, {Type::F32, {2, 70}}}});
  ASSERT_EQ(launches.size(), 1u);
  EXPECT_EQ(launches[0].block[0], 128u);
  EXPECT_EQ(launches[0].grid[0], 2u);
}

TEST(Domains, NoGrid) {
  for (int64_t size : {7, 40000}) {
    std::string text = std::to_string(size) + "xf32";
    compare({getLayerNorm(text, "[0]", text, "f32"),
             {{Type::F32, {size}}, {Type::F32, {size}}},
             {{Type::F32, {size}}, {Type::F32, {}}}});
  }
}

TEST(Domains, PartOfTheRow) {
  // pRMSNorm: the statistic is of the first elements, in vectors and not.
  for (int64_t size : {256, 250, 6000}) {
    std::string type = "tensor<3x" + std::to_string(size) + "xf32>";
    for (int64_t first : {17, 64})
      compare({"func.func @f(%x: " + type + ") -> " + type +
                   " {\n  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6 "
                   "{statistics_extent = " +
                   std::to_string(first) + "} : " + type + " -> " + type +
                   "\n  return %y : " + type + "\n}\n",
               {{Type::F32, {3, size}}},
               {{Type::F32, {3, size}}}});
  }
}

TEST(Domains, Dynamic) {
  for (int64_t size : {36, 64, 1000})
    compare({getLayerNorm("?x?x?xf32", "[1, 2]", "?x?xf32", "?xf32"),
             {{Type::F32, {2, 3, size}}, {Type::F32, {3, size}}},
             {{Type::F32, {2, 3, size}}, {Type::F32, {2}}}});
}

//===----------------------------------------------------------------------===//
// Sums over rows
//===----------------------------------------------------------------------===//

static std::string getBackward(const std::string &sum) {
  return R"(
func.func @f(%dy: tensor<9x40xbf16>, %x: tensor<9x40xbf16>,
             %mean: tensor<9xf32>, %rstd: tensor<9xf32>, %w: tensor<40xbf16>)
    -> (tensor<9x40xbf16>, tensor<40x)" +
         sum + ">, tensor<40x" + sum + R"(>) {
  %dx, %dw, %db = norm.layer_norm_backward %dy, %x, %mean, %rstd
      scale(%w : tensor<40xbf16> dims [1]) axes [1] bias_dims [1]
      : tensor<9x40xbf16>, tensor<9x40xbf16>, tensor<9xf32>, tensor<9xf32>
      -> tensor<9x40xbf16> dscale tensor<40x)" +
         sum + "> dbias tensor<40x" + sum + R"(>
  return %dx, %dw, %db
      : tensor<9x40xbf16>, tensor<40x)" +
         sum + ">, tensor<40x" + sum + R"(>
}
)";
}

TEST(Sums, OfNarrowAndOfWideTypes) {
  for (Type type : {Type::BF16, Type::F32}) {
    auto launches =
        compare({getBackward(name(type)),
                 {{Type::BF16, {9, 40}},
                  {Type::BF16, {9, 40}},
                  {Type::F32, {9}},
                  {Type::F32, {9}},
                  {Type::BF16, {40}}},
                 {{Type::BF16, {9, 40}}, {type, {40}}, {type, {40}}}});
    // Neither zeros nor rounding are launches of their own.
    EXPECT_EQ(launches.size(), 2u);
  }
}

TEST(Sums, OverPartOfTheGrid) {
  // The gradient of a bias for each position: a segment for each.
  compare(
      {R"(
func.func @f(%dy: tensor<4x6x64xf32>, %x: tensor<4x6x64xf32>,
             %rstd: tensor<4x6xf32>)
    -> (tensor<4x6x64xf32>, tensor<6x64xf32>) {
  %dx, %db = norm.rms_norm_backward %dy, %x, %rstd axes [2] bias_dims [1, 2]
      : tensor<4x6x64xf32>, tensor<4x6x64xf32>, tensor<4x6xf32>
      -> tensor<4x6x64xf32> dbias tensor<6x64xf32>
  return %dx, %db : tensor<4x6x64xf32>, tensor<6x64xf32>
}
)",
       {{Type::F32, {4, 6, 64}}, {Type::F32, {4, 6, 64}}, {Type::F32, {4, 6}}},
       {{Type::F32, {4, 6, 64}}, {Type::F32, {6, 64}}},
       /*tolerance=*/8,
       "chip=sm_90 multiprocessors=3"});
}

TEST(Sums, OverPartOfTheAxes) {
  compare(
      {R"(
func.func @f(%dy: tensor<8x4x64xbf16>, %x: tensor<8x4x64xbf16>,
             %rstd: tensor<8xf32>) -> (tensor<8x4x64xbf16>, tensor<8x64xbf16>) {
  %dx, %db = norm.rms_norm_backward %dy, %x, %rstd axes [1, 2] bias_dims [0, 2]
      : tensor<8x4x64xbf16>, tensor<8x4x64xbf16>, tensor<8xf32>
      -> tensor<8x4x64xbf16> dbias tensor<8x64xbf16>
  return %dx, %db : tensor<8x4x64xbf16>, tensor<8x64xbf16>
}
)",
       {{Type::BF16, {8, 4, 64}}, {Type::BF16, {8, 4, 64}}, {Type::F32, {8}}},
       {{Type::BF16, {8, 4, 64}}, {Type::BF16, {8, 64}}}});
}

TEST(Sums, ToWhatIsThere) {
  // Both a row and a number for all rows, neither of which begins with zeros;
  // rows of several warps, of a part of one, and side by side.
  for (int64_t size : {24, 200, 3000}) {
    std::string n = std::to_string(size);
    compare({R"(
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#number = affine_map<(d0, d1) -> ()>
func.func @f(%x: tensor<70x)" +
                 n + "xf32>, %a: tensor<" + n +
                 "xbf16>, %b: tensor<f32>) -> (tensor<" + n +
                 "xbf16>, tensor<f32>) {\n  %e = tensor.empty() : tensor<" + n +
                 R"(xbf16>
  %c = linalg.copy ins(%a : tensor<)" +
                 n + "xbf16>) outs(%e : tensor<" + n + "xbf16>) -> tensor<" +
                 n + R"(xbf16>
  %f = tensor.empty() : tensor<f32>
  %d = linalg.copy ins(%b : tensor<f32>) outs(%f : tensor<f32>) -> tensor<f32>
  %y:2 = norm.rowwise axes [1] maps [#matrix, #column, #number]
      ins(%x : tensor<70x)" +
                 n + "xf32>) outs(%c, %d : tensor<" + n +
                 R"(xbf16>, tensor<f32>) {
  ^bb0(%row: tensor<)" +
                 n + R"(xf32>):
    %sum = norm.reduce add %row : tensor<)" +
                 n + "xf32>\n    %narrow = arith.truncf %row : tensor<" + n +
                 "xf32> to tensor<" + n + R"(xbf16>
    norm.yield %narrow, %sum : tensor<)" +
                 n + "xbf16>, f32\n  } -> tensor<" + n +
                 "xbf16>, tensor<f32>\n  return %y#0, %y#1 : tensor<" + n +
                 "xbf16>, tensor<f32>\n}\n",
             {{Type::F32, {70, size}}, {Type::BF16, {size}}, {Type::F32, {}}},
             {{Type::BF16, {size}}, {Type::F32, {}}},
             // norm-to-cpu rounds each sum to bf16
             /*tolerance=*/300,
             "chip=sm_90 multiprocessors=3"});
  }
}

// NOLINTEND(performance-inefficient-string-concatenation)
