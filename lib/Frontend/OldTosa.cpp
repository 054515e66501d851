//===- OldTosa.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// TOSA before LLVM 21: constant operands were attributes, and the other way
// round.
//
//===----------------------------------------------------------------------===//

#include "OldFormRows.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::frontend;
using llvm::isDigit;

/// The element type of `tensor<1x2xf32>`.
static StringRef getElementType(StringRef type) {
  if (!type.consume_front("tensor<"))
    return "";
  type = type.take_until([](char c) { return c == '>' || c == ','; });
  while (!type.empty() && (isDigit(type.front()) || type.front() == '?')) {
    size_t x = type.find('x');
    if (x == StringRef::npos)
      return "";
    type = type.drop_front(x + 1);
  }
  return type;
}

/// An op that makes the operand `name` of one element.
static std::string makeConstant(StringRef name, StringRef elementType) {
  StringRef value = elementType.starts_with("i") ? "0" : "0.0";
  std::string type = ("tensor<1x" + elementType + ">").str();
  return (name + " = \"tosa.const\"() <{values = dense<" + value +
          "> : " + type + "}> : () -> " + type + " ")
      .str();
}

static std::string makeShape(StringRef name, StringRef extents, size_t rank) {
  return (name + " = tosa.const_shape {values = dense<[" + extents +
          "]> : tensor<" + Twine(rank) + "xindex>} : () -> !tosa.shape<" +
          Twine(rank) + "> ")
      .str();
}

static size_t countElements(StringRef list) {
  return list.trim().empty() ? 0 : list.count(',') + 1;
}

/// Writes the line with more operands, which `setup` makes.
static std::string addOperands(const Line &line, const Parts &parts,
                               StringRef setup, StringRef operands,
                               StringRef types) {
  StringRef indent = line.head.take_while([](char c) { return c == ' '; });
  return (indent + setup + line.head.drop_front(indent.size()) + line.name +
          " " + parts.operands + operands + " : (" + parts.types + types +
          ") -> " + parts.results)
      .str();
}

static std::optional<std::string> upgradeConst(const Line &line,
                                               const Above &) {
  std::string text = (line.head + "\"tosa.const\"" + line.rest).str();
  size_t at = text.find("{value = ");
  return text.replace(at, strlen("{value = "), "{values = ");
}

static size_t getRank(StringRef type) {
  return type.take_until([](char c) { return c == '>'; }).count('x');
}

/// Two operands and their types.
static bool splitTwo(const Parts &parts, StringRef (&operands)[2],
                     StringRef (&types)[2]) {
  std::tie(operands[0], operands[1]) = parts.operands.split(", ");
  std::tie(types[0], types[1]) = parts.types.split(", ");
  return llvm::all_of(types, [](StringRef type) {
    return type.starts_with("tensor<") && !type.contains(", ");
  });
}

/// Gives both operands the same rank; the types of old files may differ in it.
/// Appends to `setup` what reshapes the smaller one.
static bool equalizeRanks(const Line &line, const Parts &parts,
                          std::string &setup, std::string &operands,
                          std::string &types) {
  StringRef operand[2], type[2];
  if (!splitTwo(parts, operand, type))
    return false;
  size_t ranks[] = {getRank(type[0]), getRank(type[1])};
  std::string newOperand[] = {operand[0].str(), operand[1].str()};
  std::string newType[] = {type[0].str(), type[1].str()};
  if (ranks[0] != ranks[1]) {
    int small = ranks[0] < ranks[1] ? 0 : 1;
    size_t rank = ranks[1 - small];
    StringRef body = type[small].drop_front(strlen("tensor<"));
    if (body.contains('?') || body.contains('*'))
      return false;
    std::string extents;
    for (size_t i = ranks[small]; i < rank; ++i)
      extents += "1x";
    newType[small] = ("tensor<" + extents + body).str();
    StringRef all = StringRef(newType[small]).drop_front(strlen("tensor<"));
    SmallVector<StringRef> list;
    all.split(list, 'x');
    list.resize(rank);
    std::string shape = line.getName("shape");
    newOperand[small] = line.getName("operand");
    setup += makeShape(shape, llvm::join(list, ", "), rank);
    setup += (newOperand[small] + " = tosa.reshape " + operand[small] + ", " +
              shape + " : (" + type[small] + ", !tosa.shape<" + Twine(rank) +
              ">) -> " + newType[small] + " ")
                 .str();
  }
  operands = newOperand[0] + ", " + newOperand[1];
  types = newType[0] + ", " + newType[1];
  return true;
}

static std::optional<std::string> upgradeMul(const Line &line, const Above &) {
  std::optional<Parts> parts = splitParts(line.rest);
  // A shift that is not zero would be another operation.
  if (!parts || !(parts->attributes.empty() ||
                  parts->attributes.starts_with("shift = 0")))
    return std::nullopt;
  std::string shift = line.getName("shift");
  std::string setup = makeConstant(shift, "i8"), operands, types;
  if (!equalizeRanks(line, *parts, setup, operands, types))
    return std::nullopt;
  Parts now = *parts;
  now.operands = operands;
  now.types = types;
  return addOperands(line, now, setup, ", " + shift, ", tensor<1xi8>");
}

static std::optional<std::string> upgradeRanks(const Line &line,
                                               const Above &) {
  std::optional<Parts> parts = splitParts(line.rest);
  std::string setup, operands, types;
  if (!parts || !parts->attributes.empty() ||
      !equalizeRanks(line, *parts, setup, operands, types))
    return std::nullopt;
  Parts now = *parts;
  now.operands = operands;
  now.types = types;
  return addOperands(line, now, setup, "", "");
}

/// Operations on numbers with a zero point, which is zero for floats.
static std::optional<std::string> upgradeZeroPoints(const Line &line,
                                                    const Above &) {
  std::optional<Parts> parts = splitParts(line.rest);
  if (!parts || !parts->attributes.empty())
    return std::nullopt;
  StringRef element = getElementType(parts->types);
  if (!element.starts_with("f") && !element.starts_with("bf"))
    return std::nullopt;
  std::string zero = line.getName("zp");
  std::string type = (", tensor<1x" + element + ">").str();
  return addOperands(line, *parts, makeConstant(zero, element),
                     ", " + zero + ", " + zero, type + type);
}

static std::optional<std::string> upgradeReshape(const Line &line,
                                                 const Above &) {
  std::optional<Parts> parts = splitParts(line.rest);
  if (!parts)
    return std::nullopt;
  std::optional<StringRef> extents =
      findBetween(parts->attributes, "new_shape = array<i64", '>');
  if (!extents)
    return std::nullopt;
  extents->consume_front(":");
  size_t rank = countElements(*extents);
  std::string shape = line.getName("shape");
  return addOperands(line, *parts, makeShape(shape, extents->trim(), rank),
                     ", " + shape,
                     (", !tosa.shape<" + Twine(rank) + ">").str());
}

static std::optional<std::string> upgradeTranspose(const Line &line,
                                                   const Above &above) {
  std::optional<Parts> parts = splitParts(line.rest);
  if (!parts || !parts->attributes.empty())
    return std::nullopt;
  auto [operand, permutation] = parts->operands.split(", ");
  auto found = above.constants.find(permutation);
  if (found == above.constants.end())
    return std::nullopt;
  StringRef elements = found->second;
  elements.consume_front("[");
  elements.consume_back("]");
  // The permutation's type is the last one, and has no comma in it.
  StringRef type = parts->types.rsplit(", ").first;
  return (line.head + "tosa.transpose " + operand + " {perms = array<i32: " +
          elements + ">} : (" + type + ") -> " + parts->results)
      .str();
}

static std::optional<std::string> upgradeClamp(const Line &line,
                                               const Above &) {
  std::optional<Parts> parts = splitParts(line.rest);
  if (!parts || !getElementType(parts->types).contains('f'))
    return std::nullopt;
  std::string attributes = (parts->attributes + ",").str();
  std::optional<StringRef> max = findBetween(attributes, "max_fp = ", ',');
  std::optional<StringRef> min = findBetween(attributes, "min_fp = ", ',');
  if (!max || !min)
    return std::nullopt;
  return (line.head + "tosa.clamp " + parts->operands + " {max_val = " + *max +
          ", min_val = " + *min + "} : (" + parts->types + ") -> " +
          parts->results)
      .str();
}

static std::optional<std::string> upgradeAxis(const Line &line, const Above &) {
  size_t at = line.rest.find("axis = ");
  StringRef axis = line.rest.drop_front(at);
  size_t length = axis.find(": i64") + strlen(": i64");
  StringRef quote = line.quoted ? "\"" : "";
  return (line.head + quote + line.name + quote + line.rest.take_front(at) +
          axis.take_front(length).drop_back(3) + "i32" +
          axis.drop_front(length))
      .str();
}

static bool always(StringRef) { return true; }
static bool hasValue(StringRef rest) { return rest.contains("{value = "); }
static bool hasTwoOperands(StringRef rest) {
  std::optional<Parts> parts = splitParts(rest);
  return parts && countElements(parts->operands) == 2;
}
static bool hasOneOperand(StringRef rest) {
  std::optional<Parts> parts = splitParts(rest);
  return parts && countElements(parts->operands) == 1;
}
static bool hasTwoRanks(StringRef rest) {
  std::optional<Parts> parts = splitParts(rest);
  StringRef operands[2], types[2];
  return parts && splitTwo(*parts, operands, types) &&
         getRank(types[0]) != getRank(types[1]);
}
static bool hasMaxFp(StringRef rest) { return rest.contains("max_fp = "); }
static bool hasNewShape(StringRef rest) { return rest.contains("new_shape ="); }
static bool hasWideAxis(StringRef rest) {
  size_t at = rest.find("axis = ");
  if (at == StringRef::npos)
    return false;
  rest = rest.drop_front(at + strlen("axis = "));
  return rest.drop_while(isDigit).starts_with(" : i64");
}

static constexpr llvm::StringLiteral
    axesAre32("the axis of TOSA ops is an i32");
static constexpr llvm::StringLiteral
    equalRanks("the operands of TOSA ops have the same rank since LLVM 21");

ArrayRef<Row> frontend::getOldTosaRows() {
  static const Row rows[] = {
      {"tosa.const", upgradeConst, hasValue,
       "'tosa.const' has 'values' where it had 'value' before LLVM 21"},
      {"tosa.mul", upgradeMul, hasTwoOperands,
       "the shift of 'tosa.mul' is an operand since LLVM 21"},
      {"tosa.add", upgradeRanks, hasTwoRanks, equalRanks},
      {"tosa.sub", upgradeRanks, hasTwoRanks, equalRanks},
      {"tosa.maximum", upgradeRanks, hasTwoRanks, equalRanks},
      {"tosa.minimum", upgradeRanks, hasTwoRanks, equalRanks},
      {"tosa.pow", upgradeRanks, hasTwoRanks, equalRanks},
      {"tosa.equal", upgradeRanks, hasTwoRanks, equalRanks},
      {"tosa.greater", upgradeRanks, hasTwoRanks, equalRanks},
      {"tosa.greater_equal", upgradeRanks, hasTwoRanks, equalRanks},
      {"tosa.logical_and", upgradeRanks, hasTwoRanks, equalRanks},
      {"tosa.logical_or", upgradeRanks, hasTwoRanks, equalRanks},
      {"tosa.logical_xor", upgradeRanks, hasTwoRanks, equalRanks},
      {"tosa.matmul", upgradeZeroPoints, hasTwoOperands,
       "the zero points of 'tosa.matmul' are operands since LLVM 21"},
      {"tosa.negate", upgradeZeroPoints, hasOneOperand,
       "the zero points of 'tosa.negate' are operands since LLVM 21"},
      {"tosa.reshape", upgradeReshape, hasNewShape,
       "the shape of 'tosa.reshape' is an operand since LLVM 21"},
      {"tosa.transpose", upgradeTranspose, hasTwoOperands,
       "the permutation of 'tosa.transpose' is an attribute since LLVM 21: "
       "{perms = array<i32: ...>}"},
      {"tosa.clamp", upgradeClamp, hasMaxFp,
       "'tosa.clamp' has 'min_val' and 'max_val' since LLVM 21"},
      {"tosa.reduce_sum", upgradeAxis, hasWideAxis, axesAre32},
      {"tosa.reduce_max", upgradeAxis, hasWideAxis, axesAre32},
      {"tosa.reduce_min", upgradeAxis, hasWideAxis, axesAre32},
      {"tosa.reduce_prod", upgradeAxis, hasWideAxis, axesAre32},
      {"tosa.argmax", upgradeAxis, hasWideAxis, axesAre32},
      {"tosa.concat", upgradeAxis, hasWideAxis, axesAre32},
      {"tosa.fully_connected", nullptr, always,
       "'tosa.fully_connected' was removed in LLVM 21: use 'tosa.matmul'"},
  };
  return rows;
}
