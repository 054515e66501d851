//===- ReaderDialect.cpp ----------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Frontend/Frontend.h"

#include "OpReader.h"
#include "OpSyntax.h"

#include "mlir/IR/Dialect.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::frontend;

namespace {

/// A dialect that registers nothing and reads everything.
class ReaderDialect : public Dialect {
public:
  ReaderDialect(const DialectSyntax &syntax, TypeID id, MLIRContext *context)
      : Dialect(syntax.name, context, id), hook{this}, syntax(syntax) {
    allowUnknownOperations();
    allowUnknownTypes();
    addRows(syntax.ops());
    if (syntax.moreOps)
      addRows(syntax.moreOps());
  }

  std::optional<ParseOpHook>
  getParseOperationHook(StringRef name) const override {
    // MLIR keeps no copy of what the reference refers to.
    return ParseOpHook(hook);
  }

  Attribute parseAttribute(DialectAsmParser &parser, Type type) const override {
    if (!type)
      type = NoneType::get(getContext());
    return parser.getChecked<OpaqueAttr>(
        StringAttr::get(getContext(), getNamespace()),
        parser.getFullSymbolSpec(), type);
  }

private:
  struct Hook {
    ParseResult operator()(OpAsmParser &parser, OperationState &result) const {
      return dialect->parseOperation(parser, result);
    }
    const ReaderDialect *dialect;
  };

  void addRows(ArrayRef<OpSyntax> rows) {
    for (const OpSyntax &row : rows) {
      SmallVector<StringRef> names;
      llvm::SplitString(row.names, names);
      for (StringRef name : names)
        if (name.consume_back("*"))
          prefixes.emplace_back(name, row.format);
        else
          formats[name] = row.format;
    }
  }

  /// The format of an op, by its name without the dialect's.
  std::optional<StringRef> findFormat(StringRef name) const {
    auto found = formats.find(name);
    if (found != formats.end())
      return found->second;
    for (auto [prefix, format] : prefixes)
      if (name.starts_with(prefix) && name.size() > prefix.size())
        return format;
    return std::nullopt;
  }

  ParseResult parseOperation(OpAsmParser &parser,
                             OperationState &result) const {
    StringRef full = result.name.getStringRef();
    std::optional<StringRef> format =
        findFormat(full.drop_front(getNamespace().size() + 1));
    if (!format) {
      InFlightDiagnostic diagnostic = parser.emitError(
          parser.getNameLoc(), "is not known in pretty form to the reader of "
                               "dialect '" +
                                   getNamespace() + "'");
      diagnostic.attachNote() << "print the file in generic form "
                                 "(--mlir-print-op-generic) to have any op "
                                 "read";
      return diagnostic;
    }
    return OpReader(syntax, parser, result).read(*format);
  }

  Hook hook;
  const DialectSyntax &syntax;
  llvm::StringMap<StringRef> formats;
  SmallVector<std::pair<StringRef, StringRef>> prefixes;
};

} // namespace

static const DialectSyntax dialects[] = {
    {"stablehlo", AttributeStyle::Properties, getStableHLOSyntax},
    {"mhlo", AttributeStyle::DenseProperties, getStableHLOSyntax,
     getMHLOSyntax},
    {"chlo", AttributeStyle::Properties, getCHLOSyntax},
    {"sdy", AttributeStyle::Properties, getShardySyntax},
    {"torch", AttributeStyle::Properties, getTorchSyntax},
    {"torch_c", AttributeStyle::Properties, getTorchConversionSyntax},
    {"onnx", AttributeStyle::Discardable, getONNXSyntax},
};

void norm::registerReaderDialects(DialectRegistry &registry) {
  for (const DialectSyntax &syntax : dialects) {
    // One class serves all the dialects; the table tells them apart.
    TypeID id = TypeID::getFromOpaquePointer(&syntax);
    registry.insert(id, syntax.name, [&syntax, id](MLIRContext *context) {
      return context->getOrLoadDialect(syntax.name, id, [&] {
        return std::make_unique<ReaderDialect>(syntax, id, context);
      });
    });
  }
}
