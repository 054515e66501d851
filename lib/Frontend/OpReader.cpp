//===- OpReader.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpReader.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mlir::norm::frontend;

ParseResult OpReader::read(StringRef format) {
  SmallVector<StringRef> words;
  llvm::SplitString(format, words);
  return failure(failed(readWords(words)) || failed(finish()));
}

ParseResult OpReader::readWords(ArrayRef<StringRef> words) {
  while (!words.empty()) {
    StringRef word = words.front();
    words = words.drop_front();
    if (word != "?(") {
      if (failed(readWord(word)))
        return failure();
      continue;
    }
    const auto *end = llvm::find(words, ")?");
    ArrayRef<StringRef> group(words.begin(), end);
    words = ArrayRef<StringRef>(end + 1, words.end());
    if (readOptionalLiteral(group.front()) &&
        failed(readWords(group.drop_front())))
      return failure();
  }
  return success();
}

ParseResult OpReader::readWord(StringRef word) {
  if (word == "{}")
    return parser.parseOptionalAttrDict(attributes);
  if (word == "{}kw")
    return parser.parseOptionalAttrDictWithKeyword(attributes);
  if (word == "assign")
    return readAssignments();
  if (word == "regions")
    return readRegions();
  StringRef rest = word;
  if (rest.consume_front("region") && (rest.empty() || rest.consume_front("=")))
    return readRegion(rest);
  rest = word;
  if (rest.consume_front("%")) {
    bool list = rest.consume_front("*");
    Type type = rest.consume_front("=") ? getType(rest) : Type();
    return list ? readOperands(type) : readOperand(type);
  }
  if (rest.consume_front(":=")) {
    result.addTypes(getType(rest));
    return success();
  }
  if (rest.size() > 2 && rest.front() == '<')
    return readProduction(rest.drop_front().drop_back());
  if (word.size() < 2 || !word.contains(':'))
    return readLiteral(word);
  bool optional = rest.consume_back("?");
  auto [name, kind] = rest.split(':');
  if (name.empty())
    return readTypes(kind, optional);
  return readAttribute(name, kind, optional);
}

ParseResult OpReader::readOperand(Type type) {
  Operand operand{{}, type};
  if (failed(parser.parseOperand(operand.value)))
    return failure();
  operands.push_back(operand);
  return success();
}

ParseResult OpReader::readOperands(Type type) {
  Operand operand{{}, type};
  OptionalParseResult first = parser.parseOptionalOperand(operand.value);
  if (!first.has_value())
    return success();
  if (failed(*first))
    return failure();
  operands.push_back(operand);
  while (succeeded(parser.parseOptionalComma())) {
    OptionalParseResult next = parser.parseOptionalOperand(operand.value);
    if (!next.has_value()) {
      commaRead = true;
      return success();
    }
    if (failed(*next))
      return failure();
    operands.push_back(operand);
  }
  return success();
}

ParseResult OpReader::readAssignments() {
  SmallVector<OpAsmParser::UnresolvedOperand> values;
  if (failed(parser.parseAssignmentList(arguments, values)))
    return failure();
  for (const OpAsmParser::UnresolvedOperand &value : values)
    operands.push_back({value, Type()});
  return success();
}

ParseResult OpReader::readRegion(StringRef option) {
  Region *region = result.addRegion();
  if (option == "assign") {
    // Values and arguments come in pairs, and so do their types.
    for (auto [argument, operand] : llvm::zip(arguments, operands))
      argument.type = operand.type;
    return parser.parseRegion(*region, arguments);
  }
  if (option == "args") {
    SmallVector<OpAsmParser::Argument> named;
    if (failed(parser.parseArgumentList(named, OpAsmParser::Delimiter::Paren,
                                        /*allowType=*/true)))
      return failure();
    return parser.parseRegion(*region, named);
  }
  if (failed(parser.parseRegion(*region)))
    return failure();
  if (option.empty())
    return success();
  if (region->empty())
    region->emplaceBlock();
  Block &block = region->back();
  OperationName terminator(option, parser.getContext());
  if (!block.empty() && block.back().getName() == terminator)
    return success();
  OpBuilder builder(parser.getContext());
  builder.setInsertionPointToEnd(&block);
  builder.create(OperationState(result.location, terminator));
  return success();
}

ParseResult OpReader::readRegions() {
  auto region = std::make_unique<Region>();
  OptionalParseResult first = parser.parseOptionalRegion(*region);
  if (!first.has_value())
    return success();
  if (failed(*first))
    return failure();
  result.addRegion(std::move(region));
  while (succeeded(parser.parseOptionalComma()))
    if (failed(parser.parseRegion(*result.addRegion())))
      return failure();
  return success();
}

bool OpReader::readOptionalLiteral(StringRef literal) {
  if (literal == "," && commaRead) {
    commaRead = false;
    return true;
  }
  if (commaRead)
    return false;
  using Reader = ParseResult (OpAsmParser::*)();
  auto reader = llvm::StringSwitch<Reader>(literal)
                    .Case(",", &OpAsmParser::parseOptionalComma)
                    .Case(":", &OpAsmParser::parseOptionalColon)
                    .Case("=", &OpAsmParser::parseOptionalEqual)
                    .Case("->", &OpAsmParser::parseOptionalArrow)
                    .Case("(", &OpAsmParser::parseOptionalLParen)
                    .Case(")", &OpAsmParser::parseOptionalRParen)
                    .Case("[", &OpAsmParser::parseOptionalLSquare)
                    .Case("]", &OpAsmParser::parseOptionalRSquare)
                    .Case("{", &OpAsmParser::parseOptionalLBrace)
                    .Case("}", &OpAsmParser::parseOptionalRBrace)
                    .Case("<", &OpAsmParser::parseOptionalLess)
                    .Case(">", &OpAsmParser::parseOptionalGreater)
                    .Default(nullptr);
  if (reader)
    return succeeded((parser.*reader)());
  return succeeded(parser.parseOptionalKeyword(literal));
}

ParseResult OpReader::readLiteral(StringRef literal) {
  if (readOptionalLiteral(literal))
    return success();
  return emitError("expected '" + literal + "'");
}

ParseResult OpReader::finish() {
  if (commaRead)
    return emitError("expected an operand after ','");
  for (const Operand &operand : operands) {
    if (!operand.type)
      return emitError(operand.value.location,
                       "the type of this operand is missing");
    if (failed(parser.resolveOperand(operand.value, operand.type,
                                     result.operands)))
      return failure();
  }
  return finishAttributes();
}

ParseResult OpReader::finishAttributes() {
  if (std::optional<NamedAttribute> twice = attributes.findDuplicate())
    return emitError(parser.getNameLoc(), "attribute '" +
                                              twice->getName().getValue() +
                                              "' is given twice");
  // Attributes whose names have a dialect in front belong to others.
  SmallVector<NamedAttribute> own;
  for (NamedAttribute attribute : attributes) {
    if (dialect.style != AttributeStyle::Discardable &&
        !attribute.getName().getValue().contains('.'))
      own.push_back(attribute);
    else
      result.attributes.push_back(attribute);
  }
  if (!own.empty())
    result.propertiesAttr = getBuilder().getDictionaryAttr(own);
  return success();
}
