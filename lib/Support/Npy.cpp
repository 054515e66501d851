//===- Npy.cpp ----------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Support/Npy.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::reference;

static constexpr StringLiteral magic("\x93NUMPY");

template <typename... Args>
static llvm::Error makeError(const char *format, Args &&...args) {
  return llvm::createStringError(
      llvm::formatv(format, std::forward<Args>(args)...).str());
}

namespace {
struct Header {
  /// The byte order is checked and dropped: "f4", "V2", "b1".
  StringRef dtype;
  bool fortranOrder = false;
  SmallVector<int64_t> shape;
};

/// Parses the Python dictionary of a header: three keys, in any order.
class HeaderParser {
public:
  explicit HeaderParser(StringRef text) : text(text) {}
  llvm::Expected<Header> parse();

private:
  bool consume(char c) {
    text = text.ltrim();
    return text.consume_front(StringRef(&c, 1));
  }
  llvm::Expected<StringRef> parseString();
  llvm::Error parseShape();
  llvm::Error parseEntry(StringRef key);

  StringRef text;
  Header header;
};
} // namespace

llvm::Expected<StringRef> HeaderParser::parseString() {
  text = text.ltrim();
  if (text.empty() || (text[0] != '\'' && text[0] != '"'))
    return makeError("malformed header: a string is expected");
  size_t end = text.find(text[0], 1);
  if (end == StringRef::npos)
    return makeError("malformed header: a string does not end");
  StringRef result = text.slice(1, end);
  text = text.drop_front(end + 1);
  return result;
}

llvm::Error HeaderParser::parseShape() {
  if (!consume('('))
    return makeError("malformed header: the shape is not a tuple");
  while (!consume(')')) {
    text = text.ltrim();
    uint64_t extent;
    if (text.consumeInteger(10, extent) || extent > INT64_MAX)
      return makeError("malformed header: an extent is not a number");
    text.consume_front("L"); // Python 2
    header.shape.push_back(extent);
    if (!consume(',') && !text.ltrim().starts_with(")"))
      return makeError("malformed header: the shape does not end");
  }
  return llvm::Error::success();
}

llvm::Error HeaderParser::parseEntry(StringRef key) {
  if (key == "shape")
    return parseShape();
  if (key == "fortran_order") {
    text = text.ltrim();
    header.fortranOrder = text.consume_front("True");
    if (!header.fortranOrder && !text.consume_front("False"))
      return makeError("malformed header: fortran_order is not a boolean");
    return llvm::Error::success();
  }
  if (key != "descr")
    return makeError("malformed header: unknown key '{0}'", key);
  if (text.ltrim().starts_with("["))
    return makeError("the dtype is a structured one, which is not supported");
  llvm::Expected<StringRef> dtype = parseString();
  if (!dtype)
    return dtype.takeError();
  header.dtype = *dtype;
  if (header.dtype.consume_front(">"))
    return makeError("the dtype '{0}' is big-endian, which is not supported",
                     *dtype);
  if (!header.dtype.consume_front("<") && !header.dtype.consume_front("|") &&
      !header.dtype.consume_front("="))
    return makeError("malformed header: dtype '{0}'", *dtype);
  return llvm::Error::success();
}

llvm::Expected<Header> HeaderParser::parse() {
  if (!consume('{'))
    return makeError("malformed header: it is not a dictionary");
  SmallVector<StringRef> seen;
  while (!consume('}')) {
    llvm::Expected<StringRef> key = parseString();
    if (!key)
      return key.takeError();
    if (!consume(':'))
      return makeError("malformed header: a ':' is expected");
    if (llvm::is_contained(seen, *key))
      return makeError("malformed header: key '{0}' twice", *key);
    seen.push_back(*key);
    if (llvm::Error error = parseEntry(*key))
      return std::move(error);
    if (!consume(',') && !text.ltrim().starts_with("}"))
      return makeError("malformed header: the dictionary does not end");
  }
  if (!text.trim().empty())
    return makeError("malformed header: text after the dictionary");
  if (seen.size() != 3)
    return makeError(
        "malformed header: descr, fortran_order and shape are needed");
  return header;
}

/// The dtypes that hold elements of a type; the first is what is written.
static SmallVector<std::string> getDtypes(Type type) {
  std::string bytes = std::to_string(getElementBytes(type));
  if (type.isBF16())
    return {"V2", "u2"};
  if (isa<FloatType>(type) && !type.isF16() && !type.isF32() && !type.isF64())
    return {"V" + bytes, "u" + bytes};
  if (isa<FloatType>(type))
    return {"f" + bytes};
  if (type.isInteger(1))
    return {"b1"};
  return {"i" + bytes, "u" + bytes};
}

static llvm::Expected<std::pair<StringRef, StringRef>>
splitHeader(StringRef contents) {
  if (!contents.consume_front(magic))
    return makeError("not a .npy file: the magic string is missing");
  if (contents.size() < 2)
    return makeError("truncated: no version");
  unsigned major = static_cast<unsigned char>(contents[0]);
  contents = contents.drop_front(2);
  if (major < 1 || major > 3)
    return makeError("version {0} is not supported", major);
  size_t width = major == 1 ? 2 : 4;
  if (contents.size() < width)
    return makeError("truncated: no header length");
  size_t length = width == 2 ? llvm::support::endian::read16le(contents.data())
                             : llvm::support::endian::read32le(contents.data());
  contents = contents.drop_front(width);
  if (contents.size() < length)
    return makeError("truncated: the header has {0} of {1} bytes",
                     contents.size(), length);
  return std::make_pair(contents.take_front(length),
                        contents.drop_front(length));
}

/// Brings elements in Fortran order to C order.
static Array transposeFortran(const Array &source) {
  Array result(source.elementType, source.shape);
  SmallVector<int64_t> index(source.rank(), 0);
  SmallVector<int64_t> strides = result.strides();
  int64_t offset = 0;
  for (Number element : source.elements) {
    result.elements[offset] = element;
    // The first dimension runs fastest.
    for (int64_t dim = 0; dim < source.rank(); ++dim) {
      offset += strides[dim];
      if (++index[dim] < source.shape[dim])
        break;
      offset -= index[dim] * strides[dim];
      index[dim] = 0;
    }
  }
  return result;
}

llvm::Expected<Array> norm::readNpy(StringRef contents, Type elementType) {
  llvm::Expected<std::pair<StringRef, StringRef>> parts = splitHeader(contents);
  if (!parts)
    return parts.takeError();
  llvm::Expected<Header> header = HeaderParser(parts->first).parse();
  if (!header)
    return header.takeError();

  SmallVector<std::string> dtypes = getDtypes(elementType);
  if (!llvm::is_contained(dtypes, header->dtype)) {
    std::string name;
    llvm::raw_string_ostream(name) << elementType;
    return makeError("the dtype is '{0}', but {1} is '{2}'", header->dtype,
                     name, llvm::join(dtypes, "' or '"));
  }
  uint64_t bytes = getElementBytes(elementType);
  bool empty = llvm::is_contained(header->shape, 0);
  for (int64_t extent : header->shape) {
    bool overflow = false;
    bytes = llvm::SaturatingMultiply(
        bytes, static_cast<uint64_t>(empty ? 0 : extent), &overflow);
    if (overflow)
      return makeError("the shape has too many elements");
  }
  if (parts->second.size() != bytes)
    return makeError("{0}: {1} bytes of data, but the shape needs {2}",
                     parts->second.size() < bytes ? "truncated" : "too long",
                     parts->second.size(), bytes);
  Array array = fromBytes(elementType, header->shape,
                          ArrayRef(parts->second.data(), bytes));
  return header->fortranOrder && !empty ? transposeFortran(array)
                                        : std::move(array);
}

std::string norm::writeNpy(const Array &array) {
  std::string dtype = getDtypes(array.elementType)[0];
  std::string header =
      llvm::formatv("{{'descr': '{0}{1}', 'fortran_order': False, 'shape': (",
                    getElementBytes(array.elementType) == 1 ? '|' : '<', dtype);
  for (int64_t extent : array.shape)
    header += std::to_string(extent) + ", ";
  header += "), }";
  // The data start at a multiple of 64 bytes.
  size_t start = llvm::alignTo(magic.size() + 4 + header.size() + 1, 64);
  header.append(start - magic.size() - 4 - header.size() - 1, ' ');
  header += '\n';

  std::string result = magic.str();
  result += '\1';
  result += '\0';
  result += static_cast<char>(header.size() & 255);
  result += static_cast<char>(header.size() >> 8);
  result += header;
  std::vector<char> bytes = toBytes(array);
  result.append(bytes.begin(), bytes.end());
  return result;
}
