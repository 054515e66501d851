//===- Float8Test.cpp ------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Conversions between f32 and 8-bit floats, compared with LLVM's APFloat.
//
//===----------------------------------------------------------------------===//

#include "HostKernel.h"

#include "llvm/ADT/APFloat.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <string>

using hostkernel::HostKernel;

namespace {
struct Float8 {
  const char *name;
  const llvm::fltSemantics &semantics;
};
class Float8Test : public testing::TestWithParam<bool> {
protected:
  Float8 format = GetParam() ? Float8{"f8E4M3FN", llvm::APFloat::Float8E4M3FN()}
                             : Float8{"f8E5M2", llvm::APFloat::Float8E5M2()};

  llvm::APFloat decode(uint8_t code) const {
    return {format.semantics, llvm::APInt(8, code)};
  }
};
} // namespace

/// Of each half of the bits that matters, the halves below that tell a tie from
/// what is next to it.
static std::vector<float> getNumbers() {
  std::vector<float> numbers;
  for (uint32_t high = 0; high < 0x10000; ++high)
    for (uint32_t low : {0x0u, 0x1u, 0x7fffu, 0x8000u, 0xffffu}) {
      uint32_t bits = high << 16 | low;
      float number;
      std::memcpy(&number, &bits, sizeof number);
      numbers.push_back(number);
    }
  return numbers;
}

TEST_P(Float8Test, IsRoundedToNearest) {
  std::string narrow = "tensor<?x";
  narrow += format.name;
  narrow += ">";
  std::string source = std::string(R"(
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @f(%x: memref<?x?xf32>, %c: memref<?x?x)") +
                       format.name + R"(>, %y: memref<?x?xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix, #matrix]
      ins(%x : memref<?x?xf32>)
      outs(%c, %y : memref<?x?x)" +
                       format.name + R"(>, memref<?x?xf32>) {
  ^bb0(%row: tensor<?xf32>):
    %code = arith.truncf %row : tensor<?xf32> to )" +
                       narrow + R"(
    %wide = arith.extf %code : )" +
                       narrow + R"( to tensor<?xf32>
    norm.yield %code, %wide : )" +
                       narrow + R"(, tensor<?xf32>
  }
  return
})";
  auto kernel = HostKernel::compile(source, "builtin.module(norm-to-cpu)");
  ASSERT_NE(kernel, nullptr);

  std::vector<float> numbers = getNumbers();
  auto size = static_cast<int64_t>(numbers.size());
  std::vector<uint8_t> codes(size, 0xaa);
  std::vector<float> back(size, -1.0f);
  hostkernel::Arguments arguments;
  for (void *data :
       {static_cast<void *>(numbers.data()), static_cast<void *>(codes.data()),
        static_cast<void *>(back.data())})
    arguments.add({data, 0, {1, size}, {size, 1}});
  kernel->call(arguments);
  // An engine that is destroyed at exit compiles once more.
  (void)kernel.release();

  int64_t wrong = 0;
  for (int64_t i = 0; i < size; ++i) {
    llvm::APFloat want(numbers[i]);
    bool losesInfo = false;
    want.convert(format.semantics, llvm::APFloat::rmNearestTiesToEven,
                 &losesInfo);
    llvm::APFloat got = decode(codes[i]);
    bool isRight = want.isNaN() ? got.isNaN() : got.bitwiseIsEqual(want);
    got.convert(llvm::APFloat::IEEEsingle(), llvm::APFloat::rmNearestTiesToEven,
                &losesInfo);
    isRight &= got.isNaN() ? std::isnan(back[i])
                           : got.bitwiseIsEqual(llvm::APFloat(back[i]));
    if (!isRight && ++wrong < 5)
      ADD_FAILURE() << numbers[i] << " became " << unsigned(codes[i])
                    << " and then " << back[i];
  }
  EXPECT_EQ(wrong, 0);
}

INSTANTIATE_TEST_SUITE_P(Formats, Float8Test, testing::Bool());
