//===- Productions.cpp ------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ops, or parts of ops, that are written like no others.
//
//===----------------------------------------------------------------------===//

#include "OpReader.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::norm::frontend;

ParseResult OpReader::readProduction(StringRef name) {
  using Production = ParseResult (OpReader::*)();
  struct Row {
    StringRef name;
    Production production;
  };
  static constexpr Row rows[] = {
      {"barrier", &OpReader::readBarrier},
      {"constant", &OpReader::readConstant},
      {"convolution-dimensions", &OpReader::readConvolutionDimensions},
      {"dot-dimensions", &OpReader::readDotDimensions},
      {"exponent-mantissa", &OpReader::readExponentMantissa},
      {"global-slots", &OpReader::readGlobalSlots},
      {"reduce", &OpReader::readReduce},
      {"slice-ranges", &OpReader::readSliceRanges},
      {"window", &OpReader::readWindow},
  };
  const Row *row =
      llvm::find_if(rows, [&](const Row &row) { return row.name == name; });
  assert(row != std::end(rows) && "a format names an unknown production");
  return (this->*row->production)();
}

/// `%0, %1 : T, T`, or `()`, after which the next op may begin with a value.
ParseResult OpReader::readBarrier() {
  if (succeeded(parser.parseOptionalLParen()))
    return parser.parseRParen();
  return readWords({"{}", "%*", ":pairs"});
}

/// `{...} dense<...> : T`, of type T; `{value = ...} : T`; or the generic form
/// without quotes.
ParseResult OpReader::readConstant() {
  if (succeeded(parser.parseOptionalLParen()))
    return failure(failed(parser.parseRParen()) ||
                   failed(parser.parseOptionalAttrDict(attributes)) ||
                   failed(readTypes("fn", /*optional=*/false)));
  if (failed(parser.parseOptionalAttrDict(attributes)))
    return failure();
  if (succeeded(parser.parseOptionalColon()))
    return readResultTypes();
  if (failed(readAttribute("value", "elements", /*optional=*/false)))
    return failure();
  // Not by its name: the dictionary may have one of that name, too.
  Attribute value = std::prev(attributes.end())->getValue();
  result.addTypes(cast<ElementsAttr>(value).getType());
  return success();
}

/// `[b, 0, f]x[0, i, o]->[b, 0, f]`
ParseResult OpReader::readConvolutionDimensions() {
  FailureOr<StringRef> lhs = readBalanced('[');
  if (failed(lhs) || failed(readLiteral("x")))
    return failure();
  FailureOr<StringRef> rhs = readBalanced('[');
  if (failed(rhs) || failed(parser.parseArrow()))
    return failure();
  FailureOr<StringRef> out = readBalanced('[');
  if (failed(out))
    return failure();
  attributes.append(
      "dimension_numbers",
      getOpaque(("conv<" + *lhs + "x" + *rhs + "->" + *out + ">").str()));
  return success();
}

static std::string formatIntegers(StringRef name, ArrayRef<int64_t> values) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << name << " = [";
  llvm::interleaveComma(values, os);
  os << "]";
  return text;
}

/// Any of `, batching_dims = [0] x [0]`, `, contracting_dims = [2] x [1]`,
/// `, precision = [DEFAULT, DEFAULT]` and `, algorithm = <...>`.
ParseResult OpReader::readDotDimensions() {
  SmallVector<int64_t> batching[2], contracting[2];
  bool seenContracting = false;
  while (readOptionalLiteral(",")) {
    SMLoc loc = parser.getCurrentLocation();
    StringRef keyword;
    if (failed(parser.parseKeyword(&keyword)) || failed(parser.parseEqual()))
      return failure();
    if (keyword == "precision") {
      if (failed(readAttribute("precision_config", "enums=precision", false)))
        return failure();
      continue;
    }
    if (keyword == "algorithm") {
      if (failed(readAttribute("algorithm", "body=dot_algorithm", false)))
        return failure();
      continue;
    }
    bool batch = keyword == "batching_dims";
    if (!batch && keyword != "contracting_dims")
      return emitError(loc, "'" + keyword + "' is not known here");
    SmallVector<int64_t> *dims = batch ? batching : contracting;
    dims[0].clear();
    dims[1].clear();
    if (failed(readIntegers(dims[0])) || failed(readLiteral("x")) ||
        failed(readIntegers(dims[1])))
      return failure();
    seenContracting |= !batch;
  }
  if (!seenContracting)
    return emitError("expected 'contracting_dims'");
  // Lists without elements are not printed.
  SmallVector<std::string> parts;
  for (auto [name, values] : {std::pair<StringRef, ArrayRef<int64_t>>(
                                  "lhs_batching_dimensions", batching[0]),
                              {"rhs_batching_dimensions", batching[1]},
                              {"lhs_contracting_dimensions", contracting[0]},
                              {"rhs_contracting_dimensions", contracting[1]}})
    if (!values.empty())
      parts.push_back(formatIntegers(name, values));
  attributes.append("dot_dimension_numbers",
                    getOpaque("dot<" + llvm::join(parts, ", ") + ">"));
  return success();
}

/// `e8m7`
ParseResult OpReader::readExponentMantissa() {
  SMLoc loc = parser.getCurrentLocation();
  StringRef text;
  if (failed(parser.parseKeyword(&text)))
    return failure();
  unsigned exponent = 0, mantissa = 0;
  if (!text.consume_front("e") || text.consumeInteger(10, exponent) ||
      !text.consume_front("m") || text.getAsInteger(10, mantissa))
    return emitError(loc, "expected a format like e8m7");
  attributes.append("exponent_bits", getBuilder().getI32IntegerAttr(exponent));
  attributes.append("mantissa_bits", getBuilder().getI32IntegerAttr(mantissa));
  return success();
}

/// `[@a(%0 : T), @b(%1 : T)]`; the commas may be missing.
ParseResult OpReader::readGlobalSlots() {
  SmallVector<Attribute> names;
  if (failed(parser.parseLSquare()))
    return failure();
  while (failed(parser.parseOptionalRSquare())) {
    StringAttr name;
    if (failed(parser.parseSymbolName(name)) || failed(parser.parseLParen()) ||
        failed(readOperand(Type())) ||
        failed(parser.parseColonType(operands.back().type)) ||
        failed(parser.parseRParen()))
      return failure();
    names.push_back(FlatSymbolRefAttr::get(name));
    (void)parser.parseOptionalComma();
  }
  attributes.append("slotSymNames", getBuilder().getArrayAttr(names));
  return success();
}

/// `[0:2, 1:4:2]`: start, limit and stride of each dimension.
ParseResult OpReader::readSliceRanges() {
  SmallVector<int64_t> starts, limits, strides;
  auto readRange = [&]() -> ParseResult {
    if (failed(parser.parseInteger(starts.emplace_back())) ||
        failed(parser.parseColon()) ||
        failed(parser.parseInteger(limits.emplace_back())))
      return failure();
    strides.push_back(1);
    if (failed(parser.parseOptionalColon()))
      return success();
    return parser.parseInteger(strides.back());
  };
  if (failed(parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square,
                                            readRange)))
    return failure();
  attributes.append("start_indices", getIntegers(starts));
  attributes.append("limit_indices", getIntegers(limits));
  attributes.append("strides", getIntegers(strides));
  return success();
}

/// `[[low, high], ...]`
ParseResult OpReader::readPadding(Attribute &padding) {
  SmallVector<int64_t> values;
  auto readPair = [&]() -> ParseResult {
    SMLoc loc = parser.getCurrentLocation();
    SmallVector<int64_t> pair;
    if (failed(readIntegers(pair)))
      return failure();
    if (pair.size() != 2)
      return emitError(loc, "expected [low, high]");
    llvm::append_range(values, pair);
    return success();
  };
  if (failed(parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square,
                                            readPair)))
    return failure();
  auto rows = static_cast<int64_t>(values.size() / 2);
  padding = DenseIntElementsAttr::get(
      RankedTensorType::get({rows, 2}, getBuilder().getI64Type()), values);
  return success();
}

/// `{stride = [1], pad = [[0, 0]], lhs_dilate = [1], rhs_dilate = [1],
/// reverse = [false]}`, any of them
ParseResult OpReader::readWindow() {
  auto readPart = [&]() -> ParseResult {
    SMLoc loc = parser.getCurrentLocation();
    StringRef keyword;
    if (failed(parser.parseKeyword(&keyword)) || failed(parser.parseEqual()))
      return failure();
    if (keyword == "pad") {
      Attribute padding;
      if (failed(readPadding(padding)))
        return failure();
      attributes.append("padding", padding);
      return success();
    }
    if (keyword == "reverse") {
      SmallVector<bool> values;
      auto readBool = [&]() -> ParseResult {
        StringRef value;
        if (failed(parser.parseOptionalKeyword(&value, {"true", "false"})))
          return emitError("expected 'true' or 'false'");
        values.push_back(value == "true");
        return success();
      };
      if (failed(parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square,
                                                readBool)))
        return failure();
      attributes.append("window_reversal", getBools(values));
      return success();
    }
    StringRef name = keyword == "stride"       ? "window_strides"
                     : keyword == "lhs_dilate" ? "lhs_dilation"
                     : keyword == "rhs_dilate" ? "rhs_dilation"
                                               : "";
    if (name.empty())
      return emitError(loc, "'" + keyword + "' is not known here");
    return readAttribute(name, "ints", /*optional=*/false);
  };
  return parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Braces,
                                        readPart);
}

/// `(%x init: %i), ... applies op across dimensions = [1] : type`, or, without
/// `applies op`, a `reducer(%a: T, %b: T) ... {...}` after the type.
ParseResult OpReader::readReduce() {
  SMLoc loc = parser.getNameLoc();
  SmallVector<Operand> inits;
  do {
    Operand init;
    if (failed(parser.parseLParen()) || failed(readOperand(Type())) ||
        failed(parser.parseKeyword("init")) || failed(parser.parseColon()) ||
        failed(parser.parseOperand(init.value)) || failed(parser.parseRParen()))
      return failure();
    inits.push_back(init);
  } while (succeeded(parser.parseOptionalComma()));
  llvm::append_range(operands, inits);

  OperationName name = result.name;
  bool applies = succeeded(parser.parseOptionalKeyword("applies"));
  if (applies) {
    FailureOr<OperationName> read = parser.parseCustomOperationName();
    if (failed(read))
      return failure();
    name = *read;
  }
  if (failed(parser.parseKeyword("across")) ||
      failed(parser.parseKeyword("dimensions")) ||
      failed(parser.parseEqual()) ||
      failed(readAttribute("dimensions", "ints", /*optional=*/false)) ||
      failed(parser.parseOptionalAttrDict(attributes)) ||
      failed(readTypes("fn", /*optional=*/false)))
    return failure();
  return readReducer(loc, applies, name);
}

ParseResult OpReader::readReducer(SMLoc loc, bool applies, OperationName name) {
  size_t count = operands.size() / 2;
  Region *region = result.addRegion();
  if (!applies) {
    SmallVector<OpAsmParser::Argument> first, second;
    if (failed(parser.parseKeyword("reducer")))
      return failure();
    for (size_t i = 0; i < count; ++i) {
      if (failed(parser.parseLParen()) ||
          failed(parser.parseArgument(first.emplace_back(), true)) ||
          failed(parser.parseComma()) ||
          failed(parser.parseArgument(second.emplace_back(), true)) ||
          failed(parser.parseRParen()))
        return failure();
    }
    llvm::append_range(first, second);
    return parser.parseRegion(*region, first);
  }
  if (count != 1)
    return emitError(loc, "only a reduction of one value can be written "
                          "with 'applies'");
  if (!name.getStringRef().starts_with((dialect.name + ".").str()))
    return emitError(loc, "cannot apply '" + name.getStringRef() +
                              "': it is of another dialect");
  // The body combines two scalars of the input's element type.
  Type type = RankedTensorType::get({}, getElementTypeOrSelf(operands[0].type));
  Block &block = region->emplaceBlock();
  Location location = result.location;
  block.addArguments({type, type}, {location, location});
  OpBuilder builder(parser.getContext());
  builder.setInsertionPointToEnd(&block);
  Operation *combine = builder.create(
      OperationState(location, name, block.getArguments(), type));
  builder.create(OperationState(location, (dialect.name + ".return").str(),
                                combine->getResults(), TypeRange()));
  return success();
}
