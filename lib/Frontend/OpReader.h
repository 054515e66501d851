//===- OpReader.h -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads one op by its format.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_FRONTEND_OPREADER_H
#define RMSNORM_LIB_FRONTEND_OPREADER_H

#include "OpSyntax.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

namespace mlir::norm::frontend {

class OpReader {
public:
  OpReader(const DialectSyntax &dialect, OpAsmParser &parser,
           OperationState &result)
      : dialect(dialect), parser(parser), result(result) {}

  /// Reads an op that is written as `format` says, up to its location.
  ParseResult read(StringRef format);

private:
  /// A value and its type, null while no type has been read for it.
  struct Operand {
    OpAsmParser::UnresolvedOperand value;
    Type type;
  };

  //===--------------------------------------------------------------------===//
  // Words (OpReader.cpp)
  //===--------------------------------------------------------------------===//

  ParseResult readWords(ArrayRef<StringRef> words);
  ParseResult readWord(StringRef word);
  ParseResult readOperand(Type type);
  ParseResult readOperands(Type type);
  ParseResult readAssignments();
  ParseResult readRegion(StringRef arguments);
  ParseResult readRegions();
  /// Reads punctuation or a keyword, if it is next.
  bool readOptionalLiteral(StringRef literal);
  ParseResult readLiteral(StringRef literal);
  /// Gives the result its operands, attributes and properties.
  ParseResult finish();
  ParseResult finishAttributes();

  //===--------------------------------------------------------------------===//
  // Attributes (AttributeKinds.cpp)
  //===--------------------------------------------------------------------===//

  ParseResult readAttribute(StringRef name, StringRef kind, bool optional);
  /// Reads an attribute of a kind that may be absent: then it is null.
  OptionalParseResult readOptionalAttribute(Attribute &attribute,
                                            StringRef kind, StringRef option);
  ParseResult readListAttribute(Attribute &attribute, StringRef kind,
                                StringRef option);
  ParseResult readPlainAttribute(Attribute &attribute, StringRef kind);
  ParseResult readIntegers(SmallVectorImpl<int64_t> &values);
  FailureOr<Attribute> readEnum(StringRef mnemonic);
  /// Reads text in balanced brackets, and gives it with them. Attributes of
  /// which the pretty form shows only the body are kept as opaque text.
  FailureOr<StringRef> readBalanced(char open);
  Attribute getIntegers(ArrayRef<int64_t> values);
  Attribute getBools(ArrayRef<bool> values);
  /// An attribute of this dialect.
  Attribute getOpaque(const Twine &text);

  //===--------------------------------------------------------------------===//
  // Types (TypeRules.cpp)
  //===--------------------------------------------------------------------===//

  ParseResult readTypes(StringRef rule, bool optional);
  ParseResult readFunctionType(SMLoc loc, ArrayRef<Type> operandTypes);
  ParseResult readResultTypes();
  ParseResult applyRule(StringRef rule, SMLoc loc, ArrayRef<Type> types);
  /// Gives the operands that have no type yet these types.
  ParseResult setOperandTypes(SMLoc loc, ArrayRef<Type> types);
  unsigned countUntyped() const;
  /// A type written in a format.
  Type getType(StringRef text) const;

  //===--------------------------------------------------------------------===//
  // Productions of single ops (Productions.cpp)
  //===--------------------------------------------------------------------===//

  ParseResult readProduction(StringRef name);
  ParseResult readBarrier();
  ParseResult readConstant();
  ParseResult readConvolutionDimensions();
  ParseResult readDotDimensions();
  ParseResult readExponentMantissa();
  ParseResult readGlobalSlots();
  ParseResult readPadding(Attribute &padding);
  ParseResult readReduce();
  ParseResult readReducer(SMLoc loc, bool applies, OperationName name);
  ParseResult readSliceRanges();
  ParseResult readWindow();

  InFlightDiagnostic emitError(SMLoc loc, const Twine &message) {
    return parser.emitError(loc, message);
  }
  InFlightDiagnostic emitError(const Twine &message) {
    return emitError(parser.getCurrentLocation(), message);
  }
  Builder &getBuilder() const { return parser.getBuilder(); }

  const DialectSyntax &dialect;
  OpAsmParser &parser;
  OperationState &result;
  SmallVector<Operand> operands;
  NamedAttrList attributes;
  SmallVector<OpAsmParser::Argument> arguments;
  /// A list of operands has read the comma after its last one.
  bool commaRead = false;
};

} // namespace mlir::norm::frontend

#endif // RMSNORM_LIB_FRONTEND_OPREADER_H
