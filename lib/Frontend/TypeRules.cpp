//===- TypeRules.cpp --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the types after an op's `:` mean. Every rule takes the full form, too:
// operand types, `->`, result types. Without an arrow
//
//   fn             is not allowed
//   same           T: the type of all operands and of the result
//   pairs          T, ...: the types of operands and results alike
//   operands       T, ...: the types of the operands; there is no result
//   results        T, ...: the types of the results
//   list           the operands; without operands, the results
//   select         P, T: predicate, and type of both choices and of the result
//   tuple          tuple<T, ...>: the result, made of the operands
//   complex        tensor<complex<T>>: the result, made of two parts
//   vtensor        T: the result; the operand is its twin, with or without
//                  value semantics
//
// and these are written in ways of their own:
//
//   arrow          `->` and result types, no `:`
//   to             T `to` U
//   method         receiver type, comma, function type
//
//===----------------------------------------------------------------------===//

#include "OpReader.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm::frontend;

Type OpReader::getType(StringRef text) const {
  // Formats spell types of their own: these parse.
  return parseType(text, parser.getContext());
}

unsigned OpReader::countUntyped() const {
  return llvm::count_if(operands,
                        [](const Operand &operand) { return !operand.type; });
}

ParseResult OpReader::setOperandTypes(SMLoc loc, ArrayRef<Type> types) {
  unsigned count = countUntyped();
  if (count != types.size())
    return emitError(loc, "there are " + Twine(count) + " operands, but " +
                              Twine(types.size()) + " operand types");
  for (Operand &operand : operands) {
    if (operand.type)
      continue;
    operand.type = types.front();
    types = types.drop_front();
  }
  return success();
}

/// Reads `(T, ...)` or `T, ...`.
static ParseResult readTypeList(OpAsmParser &parser,
                                SmallVectorImpl<Type> &types, bool &parens) {
  parens = succeeded(parser.parseOptionalLParen());
  if (!parens)
    return parser.parseTypeList(types);
  if (succeeded(parser.parseOptionalRParen()))
    return success();
  return failure(failed(parser.parseTypeList(types)) ||
                 failed(parser.parseRParen()));
}

ParseResult OpReader::readResultTypes() {
  bool parens;
  return readTypeList(parser, result.types, parens);
}

ParseResult OpReader::readFunctionType(SMLoc loc, ArrayRef<Type> types) {
  return failure(failed(parser.parseArrow()) ||
                 failed(setOperandTypes(loc, types)) ||
                 failed(readResultTypes()));
}

ParseResult OpReader::readTypes(StringRef rule, bool optional) {
  // A list of operands that is cut short fails here, not at its types.
  if (commaRead)
    return emitError("expected an operand after ','");
  if (rule == "arrow")
    return failure(failed(parser.parseArrow()) || failed(readResultTypes()));
  if (failed(parser.parseOptionalColon())) {
    // Without operands some dialects leave the colon out.
    if (rule == "list" && succeeded(parser.parseOptionalArrow()))
      return failure(failed(setOperandTypes(parser.getNameLoc(), {})) ||
                     failed(readResultTypes()));
    if (optional)
      return setOperandTypes(parser.getNameLoc(), {});
    return emitError("expected ':'");
  }
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<Type> types;
  bool parens;
  if (rule == "method") {
    Type receiver;
    if (failed(parser.parseType(receiver)) || failed(parser.parseComma()))
      return failure();
    if (failed(readTypeList(parser, types, parens)))
      return failure();
    types.insert(types.begin(), receiver);
    return readFunctionType(loc, types);
  }
  if (failed(readTypeList(parser, types, parens)))
    return failure();
  if (parens || rule == "fn")
    return readFunctionType(loc, types);
  if (rule == "to") {
    if (failed(parser.parseKeyword("to")) ||
        failed(setOperandTypes(loc, types)) || failed(readResultTypes()))
      return failure();
    return success();
  }
  if (succeeded(parser.parseOptionalArrow()))
    return failure(failed(setOperandTypes(loc, types)) ||
                   failed(readResultTypes()));
  return applyRule(rule, loc, types);
}

/// The twin of a torch tensor type with or without value semantics.
static Type getTwin(Type type) {
  auto opaque = dyn_cast<OpaqueType>(type);
  if (!opaque)
    return Type();
  StringRef text = opaque.getTypeData();
  StringAttr dialect = opaque.getDialectNamespace();
  if (text.starts_with("vtensor"))
    return OpaqueType::get(dialect, text.drop_front());
  if (text.starts_with("tensor"))
    return OpaqueType::get(dialect, ("v" + text).str());
  return Type();
}

ParseResult OpReader::applyRule(StringRef rule, SMLoc loc,
                                ArrayRef<Type> types) {
  if (rule == "operands" || (rule == "list" && countUntyped() != 0))
    return setOperandTypes(loc, types);
  if (rule == "results" || rule == "list") {
    result.addTypes(types);
    return setOperandTypes(loc, {});
  }
  if (rule == "pairs") {
    result.addTypes(types);
    return setOperandTypes(loc, types);
  }
  if (rule == "select") {
    if (types.size() != 2)
      return emitError(loc, "expected the predicate's type and another one");
    result.addTypes(types[1]);
    return setOperandTypes(loc, {types[0], types[1], types[1]});
  }
  if (types.size() != 1)
    return emitError(loc, "expected one type");
  result.addTypes(types);
  Type type = types[0];
  if (rule == "tuple") {
    auto tuple = dyn_cast<TupleType>(type);
    if (!tuple)
      return emitError(loc, "expected a tuple type");
    return setOperandTypes(loc, tuple.getTypes());
  }
  if (rule == "complex") {
    auto shaped = dyn_cast<ShapedType>(type);
    auto element = dyn_cast<ComplexType>(getElementTypeOrSelf(type));
    if (!shaped || !element)
      return emitError(loc, "expected a tensor of complex numbers");
    Type part = shaped.clone(element.getElementType());
    return setOperandTypes(loc, {part, part});
  }
  if (rule == "vtensor") {
    Type twin = getTwin(type);
    if (!twin)
      return emitError(loc, "expected a torch tensor type");
    return setOperandTypes(loc, twin);
  }
  SmallVector<Type> all(countUntyped(), type);
  return setOperandTypes(loc, all);
}
