//===- NpyTest.cpp ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Support/Npy.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/MLIRContext.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::reference;
using ::testing::HasSubstr;

namespace {

class NpyTest : public ::testing::Test {
protected:
  static std::string makeFile(StringRef header, StringRef data,
                              char version = 1) {
    std::string file = "\x93NUMPY";
    file += version;
    file += '\0';
    file += static_cast<char>(header.size());
    file += '\0';
    if (version > 1)
      file.append(2, '\0');
    return file + header.str() + data.str();
  }
  std::string errorOf(StringRef contents, Type type) {
    llvm::Expected<Array> array = readNpy(contents, type);
    if (array)
      return "";
    return llvm::toString(array.takeError());
  }
  std::vector<double> read(StringRef contents, Type type) {
    llvm::Expected<Array> array = readNpy(contents, type);
    std::vector<double> result;
    if (!array) {
      ADD_FAILURE() << llvm::toString(array.takeError());
      return result;
    }
    for (Number number : array->elements)
      result.push_back(array->isFloat() ? number.value
                                        : static_cast<double>(number.integer));
    return result;
  }
  /// 2x2 with the f32 elements 1 to 4.
  std::string header(StringRef dtype = "<f4", StringRef order = "False",
                     StringRef shape = "(2, 2)") {
    return ("{'descr': '" + dtype + "', 'fortran_order': " + order +
            ", 'shape': " + shape + ", }\n")
        .str();
  }
  StringRef data{"\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40\0\0\x80\x40", 16};

  MLIRContext context;
  Builder b{&context};
  Type f32 = b.getF32Type();
};

TEST_F(NpyTest, RoundTripOfEveryType) {
  for (Type type :
       {Type(b.getBF16Type()), Type(b.getF16Type()), f32, Type(b.getF64Type()),
        Type(b.getI1Type()), Type(b.getI8Type()), Type(b.getIntegerType(16)),
        Type(b.getI32Type()), Type(b.getI64Type()), Type(b.getIndexType())})
    for (const SmallVector<int64_t> &shape :
         {SmallVector<int64_t>{}, SmallVector<int64_t>{3},
          SmallVector<int64_t>{2, 0, 3},
          SmallVector<int64_t>{1, 2, 1, 3, 1, 2}}) {
      Array array(type, shape);
      int i = 0;
      for (Number &number : array.elements) {
        ++i;
        number = isa<FloatType>(type)
                     ? Number::ofReal(i * 0.25 - 1)
                     : Number::ofInteger(type.isInteger(1) ? i & 1 : i - 3);
      }
      std::string file = writeNpy(array);
      EXPECT_EQ((file.size() - toBytes(array).size()) % 64, 0u);
      llvm::Expected<Array> back = readNpy(file, type);
      ASSERT_TRUE(static_cast<bool>(back));
      EXPECT_EQ(back->shape, shape);
      EXPECT_EQ(toBytes(*back), toBytes(array));
    }
}

TEST_F(NpyTest, VersionsAndOrders) {
  std::vector<double> c = {1, 2, 3, 4}, fortran = {1, 3, 2, 4};
  for (char version : {1, 2, 3}) {
    EXPECT_EQ(read(makeFile(header(), data, version), f32), c);
    EXPECT_EQ(read(makeFile(header("<f4", "True"), data, version), f32),
              fortran);
  }
  EXPECT_EQ(read(makeFile("{\"shape\":(4,),\"descr\":\"<f4\","
                          "\"fortran_order\":False}",
                          data),
                 f32),
            c);
  std::string three = makeFile(header("|i1", "True", "(1, 2, 3)"),
                               StringRef("\1\2\3\4\5\6", 6));
  EXPECT_EQ(read(three, b.getI8Type()),
            (std::vector<double>{1, 3, 5, 2, 4, 6}));
}

TEST_F(NpyTest, EveryTruncationIsAnError) {
  std::string file = makeFile(header(), data);
  for (size_t size = 0; size < file.size(); ++size)
    EXPECT_NE(errorOf(StringRef(file).take_front(size), f32), "") << size;
  EXPECT_THAT(errorOf(file + "x", f32), HasSubstr("too long: 17 bytes"));
  EXPECT_THAT(errorOf(StringRef(file).drop_back(), f32),
              HasSubstr("truncated: 15 bytes of data, but the shape needs 16"));
}

TEST_F(NpyTest, EveryBitFlipIsReadOrRefused) {
  std::string file = makeFile(header(), data);
  for (size_t position = 0; position < file.size(); ++position)
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = file;
      flipped[position] ^= static_cast<char>(1 << bit);
      llvm::Expected<Array> array = readNpy(flipped, f32);
      if (!array)
        EXPECT_NE(llvm::toString(array.takeError()), "");
      else
        EXPECT_EQ(array->size(), 4);
    }
}

TEST_F(NpyTest, MalformedHeaders) {
  auto error = [&](StringRef text) {
    return errorOf(makeFile(text, data), f32);
  };
  EXPECT_THAT(errorOf("PK", f32), HasSubstr("not a .npy file"));
  EXPECT_THAT(errorOf(makeFile(header(), data, 4), f32),
              HasSubstr("version 4 is not supported"));
  EXPECT_THAT(error("nonsense"), HasSubstr("not a dictionary"));
  EXPECT_THAT(error("{'descr': '<f4'}"), HasSubstr("shape are needed"));
  EXPECT_THAT(error("{'descr': '<f4', 'descr': '<f4'}"),
              HasSubstr("key 'descr' twice"));
  EXPECT_THAT(error("{'color': 1}"), HasSubstr("unknown key 'color'"));
  EXPECT_THAT(error("{'descr': [('a', '<f4')]}"), HasSubstr("structured"));
  EXPECT_THAT(error(header(">f4")), HasSubstr("big-endian"));
  EXPECT_THAT(error(header("f4")), HasSubstr("dtype 'f4'"));
  EXPECT_THAT(error(header("<f8")), HasSubstr("the dtype is 'f8', but f32 is"));
  EXPECT_THAT(error(header("<f4", "Maybe")), HasSubstr("not a boolean"));
  EXPECT_THAT(error(header("<f4", "False", "[2, 2]")),
              HasSubstr("not a tuple"));
  EXPECT_THAT(error(header("<f4", "False", "(2, -2)")),
              HasSubstr("not a number"));
  EXPECT_THAT(error(header("<f4", "False", "(2 2)")),
              HasSubstr("does not end"));
  EXPECT_THAT(
      error(header("<f4", "False", "(4294967296, 4294967296, 4294967296)")),
      HasSubstr("too many elements"));
  EXPECT_THAT(error(header() + "x"), HasSubstr("text after"));
  EXPECT_THAT(error("{'descr': '<f4"), HasSubstr("does not end"));
}

} // namespace
