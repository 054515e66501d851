//===- AttributeKinds.cpp ---------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How attributes are written, by kind:
//
//   attr           any attribute
//   elements       a constant tensor
//   i32 i64 f64    a number without its type
//   bool           true or false
//   str            "text"
//   sym            @name, as a string
//   symref         @name, as a reference
//   type           a type
//   unit=K         the keyword K
//   ints           [1, 2]
//   enum=M         a keyword, as #dialect<M keyword>
//   enums=M        [keyword, ...]
//   body=M         <...>, as #dialect.M<...>
//   list=M         [...], as #dialect.M<[...]>
//   set=M          {...}, as #dialect<M{...}>
//
//===----------------------------------------------------------------------===//

#include "OpReader.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mlir::norm::frontend;

/// The keywords of an enumeration, or nothing for one that is not known.
static StringRef getEnumerators(StringRef mnemonic) {
  return llvm::StringSwitch<StringRef>(mnemonic)
      .Case("comparison_direction", "EQ NE GE GT LE LT")
      .Case("comparison_type", "NOTYPE FLOAT TOTALORDER SIGNED UNSIGNED")
      .Case("precision", "DEFAULT HIGH HIGHEST PACKED_NIBBLE")
      .Case("rng_algorithm", "DEFAULT THREE_FRY PHILOX")
      .Case("rng_distribution", "UNIFORM NORMAL")
      .Case("fft_type", "FFT IFFT RFFT IRFFT")
      .Case("propagation_direction", "NONE FORWARD BACKWARD BOTH")
      .Default("");
}

Attribute OpReader::getOpaque(const Twine &text) {
  MLIRContext *context = parser.getContext();
  SmallString<64> storage;
  return OpaqueAttr::get(StringAttr::get(context, dialect.name),
                         text.toStringRef(storage), NoneType::get(context));
}

Attribute OpReader::getIntegers(ArrayRef<int64_t> values) {
  if (dialect.style == AttributeStyle::DenseProperties)
    return getBuilder().getI64TensorAttr(values);
  return getBuilder().getDenseI64ArrayAttr(values);
}

Attribute OpReader::getBools(ArrayRef<bool> values) {
  if (dialect.style != AttributeStyle::DenseProperties)
    return getBuilder().getDenseBoolArrayAttr(values);
  auto size = static_cast<int64_t>(values.size());
  return DenseElementsAttr::get(
      RankedTensorType::get(size, getBuilder().getI1Type()), values);
}

ParseResult OpReader::readIntegers(SmallVectorImpl<int64_t> &values) {
  return parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square, [&] {
    return parser.parseInteger(values.emplace_back());
  });
}

FailureOr<Attribute> OpReader::readEnum(StringRef mnemonic) {
  SMLoc loc = parser.getCurrentLocation();
  StringRef keyword;
  if (failed(parser.parseKeyword(&keyword)))
    return failure();
  SmallVector<StringRef> enumerators;
  getEnumerators(mnemonic).split(enumerators, ' ');
  if (!llvm::is_contained(enumerators, keyword))
    return emitError(loc, "'" + keyword + "' is not a " + mnemonic);
  return getOpaque(mnemonic + Twine(" ") + keyword);
}

/// Reads any one token that may stand in the body of an attribute, other than
/// a bracket.
static ParseResult readAnyToken(OpAsmParser &parser) {
  using Reader = ParseResult (OpAsmParser::*)();
  static constexpr Reader readers[] = {&OpAsmParser::parseOptionalComma,
                                       &OpAsmParser::parseOptionalEqual,
                                       &OpAsmParser::parseOptionalColon,
                                       &OpAsmParser::parseOptionalQuestion,
                                       &OpAsmParser::parseOptionalStar,
                                       &OpAsmParser::parseOptionalPlus,
                                       &OpAsmParser::parseOptionalArrow,
                                       &OpAsmParser::parseOptionalSlash,
                                       &OpAsmParser::parseOptionalEllipsis,
                                       &OpAsmParser::parseOptionalVerticalBar};
  for (Reader reader : readers)
    if (succeeded((parser.*reader)()))
      return success();
  StringRef keyword;
  std::string string;
  StringAttr symbol;
  if (succeeded(parser.parseOptionalKeyword(&keyword)) ||
      succeeded(parser.parseOptionalString(&string)) ||
      succeeded(parser.parseOptionalSymbolName(symbol)))
    return success();
  APInt integer;
  OptionalParseResult number = parser.parseOptionalDecimalInteger(integer);
  if (number.has_value())
    return *number;
  return failure();
}

FailureOr<StringRef> OpReader::readBalanced(char open) {
  using Reader = ParseResult (OpAsmParser::*)();
  struct Bracket {
    char open, close;
    Reader readOpen, readClose;
  };
  static constexpr Bracket brackets[] = {
      {'<', '>', &OpAsmParser::parseOptionalLess,
       &OpAsmParser::parseOptionalGreater},
      {'[', ']', &OpAsmParser::parseOptionalLSquare,
       &OpAsmParser::parseOptionalRSquare},
      {'{', '}', &OpAsmParser::parseOptionalLBrace,
       &OpAsmParser::parseOptionalRBrace},
      {'(', ')', &OpAsmParser::parseOptionalLParen,
       &OpAsmParser::parseOptionalRParen}};
  const char *begin = parser.getCurrentLocation().getPointer();
  SmallVector<const Bracket *> nesting;
  do {
    SMLoc loc = parser.getCurrentLocation();
    const auto *opened = llvm::find_if(brackets, [&](const Bracket &bracket) {
      return (!nesting.empty() || bracket.open == open) &&
             succeeded((parser.*bracket.readOpen)());
    });
    if (opened != std::end(brackets)) {
      nesting.push_back(opened);
      continue;
    }
    if (nesting.empty())
      return emitError(loc, "expected '" + Twine(open) + "'");
    if (succeeded((parser.*nesting.back()->readClose)())) {
      nesting.pop_back();
      if (nesting.empty())
        return StringRef(begin, loc.getPointer() + 1 - begin);
      continue;
    }
    if (failed(readAnyToken(parser)))
      return emitError(loc, "expected '" + Twine(nesting.back()->close) + "'");
  } while (true);
}

OptionalParseResult OpReader::readOptionalAttribute(Attribute &attribute,
                                                    StringRef kind,
                                                    StringRef option) {
  if (kind == "unit") {
    if (failed(parser.parseOptionalKeyword(option)))
      return std::nullopt;
    attribute = getBuilder().getUnitAttr();
    return success();
  }
  std::string text;
  if (kind != "str" || failed(parser.parseOptionalString(&text)))
    return std::nullopt;
  attribute = getBuilder().getStringAttr(text);
  return success();
}

ParseResult OpReader::readListAttribute(Attribute &attribute, StringRef kind,
                                        StringRef option) {
  if (kind == "ints") {
    SmallVector<int64_t> values;
    if (failed(readIntegers(values)))
      return failure();
    attribute = getIntegers(values);
    return success();
  }
  SmallVector<Attribute> values;
  auto readValue = [&]() -> ParseResult {
    FailureOr<Attribute> value = readEnum(option);
    if (failed(value))
      return failure();
    values.push_back(*value);
    return success();
  };
  if (failed(parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square,
                                            readValue)))
    return failure();
  attribute = getBuilder().getArrayAttr(values);
  return success();
}

ParseResult OpReader::readPlainAttribute(Attribute &attribute, StringRef kind) {
  SMLoc loc = parser.getCurrentLocation();
  if (kind == "sym" || kind == "symref") {
    StringAttr symbol;
    if (failed(parser.parseSymbolName(symbol)))
      return failure();
    attribute = symbol;
    if (kind == "symref")
      attribute = FlatSymbolRefAttr::get(symbol);
    return success();
  }
  if (kind == "type") {
    Type type;
    if (failed(parser.parseType(type)))
      return failure();
    attribute = TypeAttr::get(type);
    return success();
  }
  bool number = kind == "i64" || kind == "i32" || kind == "f64";
  if (failed(parser.parseAttribute(attribute, number ? getType(kind) : Type())))
    return failure();
  if (number && !isa<IntegerAttr, FloatAttr>(attribute))
    return emitError(loc, "expected a number");
  if (kind == "bool" && !isa<BoolAttr>(attribute))
    return emitError(loc, "expected 'true' or 'false'");
  if (kind == "elements" && !isa<ElementsAttr>(attribute))
    return emitError(loc, "expected a constant tensor");
  return success();
}

ParseResult OpReader::readAttribute(StringRef name, StringRef kind,
                                    bool optional) {
  StringRef option;
  std::tie(kind, option) = kind.split('=');
  Attribute attribute;
  if (kind == "unit" || kind == "str") {
    OptionalParseResult read = readOptionalAttribute(attribute, kind, option);
    if (!read.has_value() && optional)
      return success();
    if (!read.has_value())
      return emitError("expected " + (option.empty() ? "a string" : option));
  } else if (kind == "ints" || kind == "enums") {
    if (failed(readListAttribute(attribute, kind, option)))
      return failure();
  } else if (kind == "enum") {
    FailureOr<Attribute> value = readEnum(option);
    if (failed(value))
      return failure();
    attribute = *value;
  } else if (kind == "body" || kind == "list" || kind == "set") {
    char open = kind == "body" ? '<' : kind == "list" ? '[' : '{';
    FailureOr<StringRef> body = readBalanced(open);
    if (failed(body))
      return failure();
    attribute = getOpaque(kind == "list" ? (option + "<" + *body + ">").str()
                                         : (option + *body).str());
  } else if (failed(readPlainAttribute(attribute, kind))) {
    return failure();
  }
  attributes.append(name, attribute);
  return success();
}
