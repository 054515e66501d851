//===- AroundNormsTest.cpp --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions with norms, and with what models have around them.
//
//===----------------------------------------------------------------------===//

#include "WholeFunction.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace gputest;

TEST(Around, AFeedForwardBlock) {
  compare({R"(
#id = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func private @norm(%x: tensor<5x24xf32>) -> tensor<5x24xf32> {
  %w = arith.constant dense<[
    1.0, 2.0, 0.5, 0.25, 1.0, 2.0, 0.5, 0.25, 1.0, 2.0, 0.5, 0.25,
    1.0, 2.0, 0.5, 0.25, 1.0, 2.0, 0.5, 0.25, 1.0, 2.0, 0.5, 0.25]>
    : tensor<24xf32>
  %y = norm.rms_norm %x scale(%w : tensor<24xf32> dims [1]) axes [1]
      epsilon 1.0e-6 : tensor<5x24xf32> -> tensor<5x24xf32>
  return %y : tensor<5x24xf32>
}
func.func @f(%x: tensor<5x24xf32>, %u: tensor<24x16xf32>,
             %v: tensor<24x16xf32>) -> tensor<5x24xf32> {
  %zero = arith.constant 0.0 : f32
  %n = call @norm(%x) : (tensor<5x24xf32>) -> tensor<5x24xf32>
  %e0 = tensor.empty() : tensor<5x16xf32>
  %f0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<5x16xf32>)
      -> tensor<5x16xf32>
  %h = linalg.matmul ins(%n, %u : tensor<5x24xf32>, tensor<24x16xf32>)
      outs(%f0 : tensor<5x16xf32>) -> tensor<5x16xf32>
  %gate = math.exp %h : tensor<5x16xf32>
  %bias = arith.constant dense<0.125> : tensor<16xf32>
  %act = linalg.generic {indexing_maps = [#id, #column, #id],
      iterator_types = ["parallel", "parallel"]}
      ins(%gate, %bias : tensor<5x16xf32>, tensor<16xf32>)
      outs(%e0 : tensor<5x16xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<5x16xf32>
  %et = tensor.empty() : tensor<16x24xf32>
  %t = linalg.transpose ins(%v : tensor<24x16xf32>)
      outs(%et : tensor<16x24xf32>) permutation = [1, 0]
  %e1 = tensor.empty() : tensor<5x24xf32>
  %f1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<5x24xf32>)
      -> tensor<5x24xf32>
  %d = linalg.matmul ins(%act, %t : tensor<5x16xf32>, tensor<16x24xf32>)
      outs(%f1 : tensor<5x24xf32>) -> tensor<5x24xf32>
  %r = arith.addf %x, %d : tensor<5x24xf32>
  %y = call @norm(%r) : (tensor<5x24xf32>) -> tensor<5x24xf32>
  return %y : tensor<5x24xf32>
}
)",
           {{Type::F32, {5, 24}}, {Type::F32, {24, 16}}, {Type::F32, {24, 16}}},
           {{Type::F32, {5, 24}}},
           /*tolerance=*/64});
}

TEST(Around, ASoftmax) {
  compare({R"(
func.func @f(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %low = arith.constant 0xFF800000 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %rows = tensor.dim %x, %c0 : tensor<?x?xf32>
  %columns = tensor.dim %x, %c1 : tensor<?x?xf32>
  %n = norm.layer_norm %x axes [1] epsilon 1.0e-5
      : tensor<?x?xf32> -> tensor<?x?xf32>
  %e = tensor.empty(%rows) : tensor<?xf32>
  %lows = linalg.fill ins(%low : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %most = linalg.reduce { arith.maximumf } ins(%n : tensor<?x?xf32>)
      outs(%lows : tensor<?xf32>) dimensions = [1]
  %full = tensor.empty(%rows, %columns) : tensor<?x?xf32>
  %spread = linalg.broadcast ins(%most : tensor<?xf32>)
      outs(%full : tensor<?x?xf32>) dimensions = [1]
  %d = arith.subf %n, %spread : tensor<?x?xf32>
  %p = math.exp %d : tensor<?x?xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>)
      -> tensor<?xf32>
  %sum = linalg.reduce { arith.addf } ins(%p : tensor<?x?xf32>)
      outs(%zeros : tensor<?xf32>) dimensions = [1]
  %sums = linalg.broadcast ins(%sum : tensor<?xf32>)
      outs(%full : tensor<?x?xf32>) dimensions = [1]
  %y = arith.divf %p, %sums : tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}
)",
           {{Type::F32, {7, 50}}},
           {{Type::F32, {7, 50}}},
           /*tolerance=*/64});
}

TEST(Around, ControlFlow) {
  compare({R"(
func.func @f(%x: tensor<3x40xf32>, %n: index) -> tensor<3x40xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %half = arith.constant dense<0.5> : tensor<3x40xf32>
  %y = scf.for %i = %c0 to %c3 step %c1 iter_args(%h = %x)
      -> tensor<3x40xf32> {
    %first = arith.cmpi eq, %i, %n : index
    %r = scf.if %first -> tensor<3x40xf32> {
      %a = norm.rms_norm %h axes [1] epsilon 1.0e-6
          : tensor<3x40xf32> -> tensor<3x40xf32>
      scf.yield %a : tensor<3x40xf32>
    } else {
      %a = norm.layer_norm %h axes [1] epsilon 1.0e-5
          : tensor<3x40xf32> -> tensor<3x40xf32>
      %b = arith.addf %a, %half : tensor<3x40xf32>
      scf.yield %b : tensor<3x40xf32>
    }
    scf.yield %r : tensor<3x40xf32>
  }
  return %y : tensor<3x40xf32>
}
)",
           {{Type::F32, {3, 40}}},
           {{Type::F32, {3, 40}}},
           /*tolerance=*/32,
           "chip=sm_90",
           /*scalars=*/1});
}

TEST(Around, SlicesAndSingleElements) {
  // Elements that are read before they are overwritten, and rows put together.
  compare({R"(
func.func @f(%x: tensor<4x16xf32> {bufferization.writable = false})
    -> (tensor<4x16xf32>, tensor<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %top = tensor.extract_slice %x[0, 0] [2, 16] [1, 1]
      : tensor<4x16xf32> to tensor<2x16xf32>
  %n = norm.rms_norm %top axes [1] epsilon 1.0e-6
      : tensor<2x16xf32> -> tensor<2x16xf32>
  %part = tensor.extract_slice %x[2, 4] [2, 8] [1, 1]
      : tensor<4x16xf32> to tensor<2x8xf32>
  %m = norm.rms_norm %part axes [1] epsilon 1.0e-6
      : tensor<2x8xf32> -> tensor<2x8xf32>
  %y0 = tensor.insert_slice %n into %x[2, 0] [2, 16] [1, 1]
      : tensor<2x16xf32> into tensor<4x16xf32>
  %y1 = tensor.insert_slice %m into %y0[0, 3] [2, 8] [1, 1]
      : tensor<2x8xf32> into tensor<4x16xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %a = tensor.extract %m[%c0, %c1] : tensor<2x8xf32>
  %b = tensor.extract %m[%c1, %c3] : tensor<2x8xf32>
  %z0 = tensor.insert %a into %z[%c0] : tensor<8xf32>
  %old = tensor.extract %z0[%c0] : tensor<8xf32>
  %z1 = tensor.insert %b into %z0[%c0] : tensor<8xf32>
  %z2 = tensor.insert %old into %z1[%c1] : tensor<8xf32>
  return %y1, %z2 : tensor<4x16xf32>, tensor<8xf32>
}
)",
           {{Type::F32, {4, 16}}},
           {{Type::F32, {4, 16}}, {Type::F32, {8}}}});
}

TEST(Around, OpsOfTensors) {
  // A function of x, 8x4, and of n, which is 1, that gives 3x4.
  const char *bodies[] = {
      // a constant is given back
      R"(
  %y = arith.constant dense<[[1.0, 2.0, 3.0, 4.0], [1.5, 2.5, 3.5, 4.5],
                             [5.0, 6.0, 7.0, 8.0]]> : tensor<3x4xf32>
)",
      // rows by an index that is in memory
      R"(
  %i = arith.constant dense<[7, 0, 3]> : tensor<3xindex>
  %y = tensor.generate {
  ^bb0(%a: index, %b: index):
    %k = tensor.extract %i[%a] : tensor<3xindex>
    %v = tensor.extract %x[%k, %b] : tensor<8x4xf32>
    tensor.yield %v : f32
  } : tensor<3x4xf32>
)",
      R"(
  %row = tensor.extract_slice %x[5, 1] [1, 2] [1, 1]
      : tensor<8x4xf32> to tensor<1x2xf32>
  %y = tensor.pad %row low[1, 0] high[1, 2] {
  ^bb0(%a: index, %b: index):
    %z = arith.constant -3.0 : f32
    tensor.yield %z : f32
  } : tensor<1x2xf32> to tensor<3x4xf32>
)",
      // a loop of the device's, over elements
      R"(
  %c3 = arith.constant 3 : index
  %e = tensor.extract_slice %x[1, 0] [3, 4] [1, 1]
      : tensor<8x4xf32> to tensor<3x4xf32>
  %y = scf.for %i = %n to %c3 step %n iter_args(%t = %e) -> tensor<3x4xf32> {
    %v = tensor.extract %t[%i, %n] : tensor<3x4xf32>
    %w = arith.addf %v, %v : f32
    %j = arith.subi %i, %n : index
    %u = tensor.insert %w into %t[%j, %i] : tensor<3x4xf32>
    scf.yield %u : tensor<3x4xf32>
  }
)",
      // a loop of the host's
      R"(
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %e = tensor.extract_slice %x[1, 0] [3, 4] [1, 1]
      : tensor<8x4xf32> to tensor<3x4xf32>
  %y, %last = scf.while (%t = %e, %i = %c3)
      : (tensor<3x4xf32>, index) -> (tensor<3x4xf32>, index) {
    %p = arith.cmpi ugt, %i, %c0 : index
    scf.condition(%p) %t, %i : tensor<3x4xf32>, index
  } do {
  ^bb0(%t: tensor<3x4xf32>, %i: index):
    %r = norm.rms_norm %t axes [1] epsilon 1.0e-6
        : tensor<3x4xf32> -> tensor<3x4xf32>
    %a = arith.addf %r, %t : tensor<3x4xf32>
    %k = arith.subi %i, %n : index
    scf.yield %a, %k : tensor<3x4xf32>, index
  }
)",
      // numbers in tensors of rank 0, and of integers
      R"(
  %e = tensor.extract_slice %x[3, 1] [1, 1] [1, 1]
      : tensor<8x4xf32> to tensor<f32>
  %c = arith.constant dense<2.0> : tensor<f32>
  %p = arith.mulf %e, %c : tensor<f32>
  %d = tensor.empty() : tensor<3x4xf32>
  %y = linalg.broadcast ins(%p : tensor<f32>) outs(%d : tensor<3x4xf32>)
      dimensions = [0, 1]
)",
      // a row that is used twice, and put in parts into another
      R"(
  %c2 = arith.constant 2 : index
  %d = tensor.empty() : tensor<3x4xf32>
  %a = tensor.extract_slice %x[%n, 0] [2, 4] [1, 1]
      : tensor<8x4xf32> to tensor<2x4xf32>
  %b = tensor.extract_slice %x[6, 0] [1, 4] [1, 1]
      : tensor<8x4xf32> to tensor<1x4xf32>
  %d0 = tensor.insert_slice %b into %d[0, 0] [1, 4] [1, 1]
      : tensor<1x4xf32> into tensor<3x4xf32>
  %y = tensor.insert_slice %a into %d0[%n, 0] [2, 4] [1, 1]
      : tensor<2x4xf32> into tensor<3x4xf32>
)"};
  for (const char *body : bodies)
    compare({substitute(R"(
func.func @f(%x: tensor<8x4xf32> {bufferization.writable = false}, %n: index)
    -> tensor<3x4xf32> {
$BODY
  return %y : tensor<3x4xf32>
}
)",
                        {{"$BODY", body}}),
             {{Type::F32, {8, 4}}},
             {{Type::F32, {3, 4}}},
             /*tolerance=*/8,
             "chip=sm_90",
             /*scalars=*/1});
}

TEST(Around, SeveralNormsOfAModule) {
  compare({R"(
func.func @f(%x: tensor<6x64xbf16>, %w: tensor<64xf32>)
    -> (tensor<6x64xbf16>, tensor<6x64xf32>, tensor<6xf32>) {
  %a = norm.rms_norm %x scale(%w : tensor<64xf32> dims [1]) axes [1]
      epsilon 1.0e-6 : tensor<6x64xbf16> -> tensor<6x64xbf16>
  %b, %rstd = norm.layer_norm %a axes [1] epsilon 1.0e-5
      : tensor<6x64xbf16> -> tensor<6x64xf32> rstd tensor<6xf32>
  %s = arith.addf %a, %x : tensor<6x64xbf16>
  %c = norm.rms_norm %s scale(%w : tensor<64xf32> dims [1]) axes [1]
      epsilon 1.0e-6 : tensor<6x64xbf16> -> tensor<6x64xbf16>
  return %c, %b, %rstd : tensor<6x64xbf16>, tensor<6x64xf32>, tensor<6xf32>
}
)",
           {{Type::BF16, {6, 64}}, {Type::F32, {64}}},
           {{Type::BF16, {6, 64}}, {Type::F32, {6, 64}}, {Type::F32, {6}}},
           // A bf16 that is rounded the other way is half of an f32's digits.
           /*tolerance=*/8});
}

/// A norm that is quantised, with the scale as it is given or by the greatest
/// element, and back.
static std::string getQuantized(const std::string &code, bool isDynamic) {
  return substitute(
      R"(
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @f(%x: tensor<5x272xf32>) -> (tensor<5x272xf32>, tensor<5xf32>) {
  %n = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<5x272xf32> -> tensor<5x272xf32>
  %e = tensor.empty() : tensor<5x272x$CODE>
  %es = tensor.empty() : tensor<5xf32>
  %q:2 = norm.rowwise axes [1] maps [#matrix, #matrix, #row]
      ins(%n : tensor<5x272xf32>)
      outs(%e, %es : tensor<5x272x$CODE>, tensor<5xf32>) {
  ^bb0(%r: tensor<272xf32>):
    %abs = math.absf %r : tensor<272xf32>
    %most = norm.reduce max %abs : tensor<272xf32>
    %by = arith.constant 448.0 : f32
    %given = arith.constant 0.0625 : f32
    %found = arith.divf %most, %by : f32
    %scales = tensor.splat $WHICH : tensor<272xf32>
    %s = arith.divf %r, %scales : tensor<272xf32>
    %c = arith.truncf %s : tensor<272xf32> to tensor<272x$CODE>
    norm.yield %c, %found : tensor<272x$CODE>, f32
  } -> tensor<5x272x$CODE>, tensor<5xf32>
  %back = arith.extf %q#0 : tensor<5x272x$CODE> to tensor<5x272xf32>
  return %back, %q#1 : tensor<5x272xf32>, tensor<5xf32>
}
)",
      {{"$CODE", code}, {"$WHICH", isDynamic ? "%found" : "%given"}});
}

TEST(Around, Float8) {
  for (const char *code : {"f8E4M3FN", "f8E5M2"})
    for (bool isDynamic : {false, true})
      for (const char *chip : {"chip=sm_90", "chip=sm_80"})
        compare({getQuantized(code, isDynamic),
                 {{Type::F32, {5, 272}}},
                 {{Type::F32, {5, 272}}, {Type::F32, {5}}},
                 // Neighbours of a format of three digits, or two.
                 /*tolerance=*/std::ldexp(1.0, 21),
                 chip});
}
