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

using namespace gputest;
using normtest::name;

//===----------------------------------------------------------------------===//
// Domains
//===----------------------------------------------------------------------===//

static std::string getLayerNorm(const std::string &type,
                                const std::string &axes,
                                const std::string &scale,
                                const std::string &statistics) {
  return substitute(R"(
func.func @f(%x: tensor<$TYPE>, %w: tensor<$SCALE>)
    -> (tensor<$TYPE>, tensor<$STATISTICS>) {
  %y, %rstd = norm.layer_norm %x scale(%w : tensor<$SCALE> dims $AXES)
      axes $AXES epsilon 1.0e-5
      : tensor<$TYPE> -> tensor<$TYPE> rstd tensor<$STATISTICS>
  return %y, %rstd : tensor<$TYPE>, tensor<$STATISTICS>
}
)",
                    {{"$TYPE", type},
                     {"$SCALE", scale},
                     {"$STATISTICS", statistics},
                     {"$AXES", axes}});
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
      compare({substitute(R"(func.func @f(%x: $TYPE) -> $TYPE {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6 {statistics_extent = $FIRST} : $TYPE -> $TYPE
  return %y : $TYPE
}
)",
                          {{"$TYPE", type}, {"$FIRST", std::to_string(first)}}),
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
  return substitute(R"(
func.func @f(%dy: tensor<9x40xbf16>, %x: tensor<9x40xbf16>,
             %mean: tensor<9xf32>, %rstd: tensor<9xf32>, %w: tensor<40xbf16>)
    -> (tensor<9x40xbf16>, tensor<40x$SUM>, tensor<40x$SUM>) {
  %dx, %dw, %db = norm.layer_norm_backward %dy, %x, %mean, %rstd
      scale(%w : tensor<40xbf16> dims [1]) axes [1] bias_dims [1]
      : tensor<9x40xbf16>, tensor<9x40xbf16>, tensor<9xf32>, tensor<9xf32>
      -> tensor<9x40xbf16> dscale tensor<40x$SUM> dbias tensor<40x$SUM>
  return %dx, %dw, %db
      : tensor<9x40xbf16>, tensor<40x$SUM>, tensor<40x$SUM>
}
)",
                    {{"$SUM", sum}});
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
    compare({substitute(R"(
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#number = affine_map<(d0, d1) -> ()>
func.func @f(%x: tensor<70x$Nxf32>, %a: tensor<$Nxbf16>, %b: tensor<f32>) -> (tensor<$Nxbf16>, tensor<f32>) {
  %e = tensor.empty() : tensor<$Nxbf16>
  %c = linalg.copy ins(%a : tensor<$Nxbf16>) outs(%e : tensor<$Nxbf16>) -> tensor<$Nxbf16>
  %f = tensor.empty() : tensor<f32>
  %d = linalg.copy ins(%b : tensor<f32>) outs(%f : tensor<f32>) -> tensor<f32>
  %y:2 = norm.rowwise axes [1] maps [#matrix, #column, #number]
      ins(%x : tensor<70x$Nxf32>) outs(%c, %d : tensor<$Nxbf16>, tensor<f32>) {
  ^bb0(%row: tensor<$Nxf32>):
    %sum = norm.reduce add %row : tensor<$Nxf32>
    %narrow = arith.truncf %row : tensor<$Nxf32> to tensor<$Nxbf16>
    norm.yield %narrow, %sum : tensor<$Nxbf16>, f32
  } -> tensor<$Nxbf16>, tensor<f32>
  return %y#0, %y#1 : tensor<$Nxbf16>, tensor<f32>
}
)",
                        {{"$N", n}}),
             {{Type::F32, {70, size}}, {Type::BF16, {size}}, {Type::F32, {}}},
             {{Type::BF16, {size}}, {Type::F32, {}}},
             // norm-to-cpu rounds each sum to bf16
             /*tolerance=*/300,
             "chip=sm_90 multiprocessors=3"});
  }
}

TEST(Sums, OfRowsThatAreThere) {
  // What is computed for rows beyond the end is not zero: both a row and a
  // number for all rows.
  for (int64_t size : {30, 36, 1000}) {
    compare({substitute(R"(
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#number = affine_map<(d0, d1) -> ()>
func.func @f(%x: tensor<9x$Nxf32>) -> (tensor<$Nxf32>, tensor<f32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<$Nxf32>
  %c = linalg.fill ins(%zero : f32) outs(%e : tensor<$Nxf32>) -> tensor<$Nxf32>
  %f = tensor.empty() : tensor<f32>
  %d = linalg.fill ins(%zero : f32) outs(%f : tensor<f32>) -> tensor<f32>
  %y:2 = norm.rowwise axes [1] maps [#matrix, #column, #number]
      ins(%x : tensor<9x$Nxf32>) outs(%c, %d : tensor<$Nxf32>, tensor<f32>) {
  ^bb0(%row: tensor<$Nxf32>):
    %powers = math.exp %row : tensor<$Nxf32>
    %sum = norm.reduce add %powers : tensor<$Nxf32>
    norm.yield %powers, %sum : tensor<$Nxf32>, f32
  } -> tensor<$Nxf32>, tensor<f32>
  return %y#0, %y#1 : tensor<$Nxf32>, tensor<f32>
}
)",
                        {{"$N", std::to_string(size)}}),
             {{Type::F32, {9, size}}},
             {{Type::F32, {size}}, {Type::F32, {}}},
             /*tolerance=*/64});
  }
}
