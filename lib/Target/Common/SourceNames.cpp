//===- SourceNames.cpp ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Target/Common/SourceNames.h"
#include "rmsnorm/Target/Common/CInterface.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/AsmParser/AsmParserState.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mlir::norm;

/// Macros of the compiler and of C's headers, such as INT64_MAX: with few
/// exceptions they are in capitals.
static bool mayBeMacro(StringRef name) {
  bool isInCapitals = name.size() > 1 && llvm::none_of(name, [](char c) {
                        return c >= 'a' && c <= 'z';
                      });
  return isInCapitals ||
         llvm::is_contained(ArrayRef<StringRef>{"unix", "linux", "errno",
                                                "stdin", "stdout", "stderr",
                                                "assert"},
                            name);
}

/// The name of a value without its %, where it is a word; else empty.
static StringRef getWord(const AsmParserState::SMDefinition &definition) {
  if (!definition.loc.isValid())
    return "";
  const char *begin = definition.loc.Start.getPointer();
  StringRef text(begin, definition.loc.End.getPointer() - begin);
  if (!text.consume_front("%") || !isCIdentifier(text) || mayBeMacro(text))
    return "";
  return text;
}

static StringRef getArgumentName(const AsmParserState &state,
                                 BlockArgument argument) {
  const auto *block = state.getBlockDef(argument.getOwner());
  if (!block || block->arguments.size() <= argument.getArgNumber())
    return "";
  return getWord(block->arguments[argument.getArgNumber()]);
}

/// The name of a result: as it is, for one of a group with its number.
static std::string getResultName(const AsmParserState &state, OpResult result) {
  const auto *definition = state.getOpDef(result.getOwner());
  if (!definition)
    return "";
  ArrayRef groups(definition->resultGroups);
  for (auto [index, group] : llvm::enumerate(groups)) {
    unsigned end = index + 1 < groups.size()
                       ? groups[index + 1].startIndex
                       : result.getOwner()->getNumResults();
    if (result.getResultNumber() < group.startIndex ||
        result.getResultNumber() >= end)
      continue;
    StringRef word = getWord(group.definition);
    if (word.empty() || end - group.startIndex == 1)
      return word.str();
    return (word + Twine(result.getResultNumber() - group.startIndex)).str();
  }
  return "";
}

static void nameParameters(const AsmParserState &state, func::FuncOp function) {
  MLIRContext *context = function.getContext();
  auto key = StringAttr::get(context, "norm.name");
  for (BlockArgument argument : function.getArguments()) {
    StringRef name = getArgumentName(state, argument);
    if (!name.empty() && !function.getArgAttr(argument.getArgNumber(), key))
      function.setArgAttr(argument.getArgNumber(), key,
                          StringAttr::get(context, name));
  }
  auto terminator =
      dyn_cast<func::ReturnOp>(function.getBody().back().getTerminator());
  if (!terminator)
    return;
  for (auto [index, value] : llvm::enumerate(terminator.getOperands())) {
    auto result = dyn_cast<OpResult>(value);
    std::string name = result ? getResultName(state, result) : "";
    if (!name.empty() && !function.getResultAttr(index, key))
      function.setResultAttr(index, key, StringAttr::get(context, name));
  }
}

OwningOpRef<ModuleOp> norm::parseWithNames(const llvm::SourceMgr &sources,
                                           MLIRContext *context) {
  ParserConfig config(context);
  const llvm::MemoryBuffer *buffer =
      sources.getMemoryBuffer(sources.getMainFileID());
  if (isBytecode(*buffer))
    return parseSourceFile<ModuleOp>(sources, config);
  Location loc = FileLineColLoc::get(context, buffer->getBufferIdentifier(),
                                     /*line=*/0, /*column=*/0);
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  AsmParserState state;
  if (failed(parseAsmSourceFile(sources, module->getBody(), config, &state)))
    return nullptr;
  // As upstream's parser does, one module is not put into another one.
  if (llvm::hasSingleElement(*module->getBody()))
    if (auto only = dyn_cast<ModuleOp>(module->getBody()->front())) {
      only->remove();
      module = only;
    }
  module->walk([&](func::FuncOp function) {
    if (!function.isExternal())
      nameParameters(state, function);
  });
  if (failed(verify(*module)))
    return nullptr;
  return module;
}
