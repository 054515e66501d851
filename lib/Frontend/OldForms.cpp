//===- OldForms.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Works on one line at a time: printers write an op without regions in one
// line. An op that is written over several lines is left as it is.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Frontend/OldForms.h"

#include "OldFormRows.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

#include <optional>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::frontend;
using llvm::isAlnum;
using llvm::isDigit;
using llvm::MemoryBuffer;
using llvm::SourceMgr;

static std::optional<Line> splitLine(StringRef text) {
  Line line;
  StringRef rest = text.ltrim(" \t");
  if (rest.starts_with("%")) {
    size_t equal = rest.find(" = ");
    if (equal == StringRef::npos)
      return std::nullopt;
    rest = rest.drop_front(equal + 3);
  }
  line.head = text.drop_back(rest.size());
  line.quoted = rest.consume_front("\"");
  line.name = rest.take_while(
      [](char c) { return isAlnum(c) || c == '_' || c == '.'; });
  rest = rest.drop_front(line.name.size());
  if (line.name.empty() || (line.quoted && !rest.consume_front("\"")))
    return std::nullopt;
  line.rest = rest;
  return line;
}

std::optional<Parts> frontend::splitParts(StringRef rest) {
  auto [before, after] = rest.split(" : (");
  auto [types, results] = after.split(") -> ");
  if (results.empty())
    return std::nullopt;
  if (before.consume_front("(")) {
    auto [operands, attributes] = before.split(")");
    return Parts{operands, attributes.trim(" <{}>"), types, results};
  }
  if (!before.consume_front(" "))
    return std::nullopt;
  auto [operands, attributes] = before.split(" {");
  attributes.consume_back("}");
  return Parts{operands, attributes, types, results};
}

std::optional<StringRef> frontend::findBetween(StringRef text, StringRef before,
                                               char close) {
  size_t begin = text.find(before);
  if (begin == StringRef::npos)
    return std::nullopt;
  text = text.drop_front(begin + before.size());
  size_t end = text.find(close);
  if (end == StringRef::npos)
    return std::nullopt;
  return text.take_front(end);
}

static std::optional<std::string> upgradeExpandShape(const Line &line,
                                                     const Above &) {
  auto [before, result] = line.rest.split(" into ");
  auto [operand, source] = before.split(" : ");
  StringRef shape = result;
  if (!shape.consume_front("tensor<") || shape.contains('?'))
    return std::nullopt;
  SmallVector<StringRef> extents;
  while (!shape.empty() && isDigit(shape.front())) {
    auto [extent, rest] = shape.split('x');
    extents.push_back(extent);
    shape = rest;
  }
  return (line.head + "tensor.expand_shape" + operand + " output_shape [" +
          llvm::join(extents, ", ") + "] : " + source + " into " + result)
      .str();
}

static std::optional<std::string> upgradeMatmul(const Line &line,
                                                const Above &) {
  bool batch = line.name.contains("batch_");
  bool first = line.name.ends_with("_a");
  StringRef dims = batch ? "(d0, d1, d2, d3)" : "(d0, d1, d2)";
  StringRef lhs = batch   ? (first ? "d0, d3, d1" : "d0, d1, d3")
                  : first ? "d2, d0"
                          : "d0, d2";
  StringRef rhs = batch   ? (first ? "d0, d3, d2" : "d0, d2, d3")
                  : first ? "d2, d1"
                          : "d1, d2";
  StringRef out = batch ? "d0, d1, d2" : "d0, d1";
  std::string maps;
  for (StringRef map : {lhs, rhs, out})
    maps += ((maps.empty() ? "" : ", ") + Twine("affine_map<") + dims +
             " -> (" + map + ")>")
                .str();
  return (line.head + (batch ? "linalg.batch_matmul" : "linalg.matmul") +
          " indexing_maps = [" + maps + "]" + line.rest)
      .str();
}

/// Renames, and nothing else.
template <const char *Name>
static std::optional<std::string> rename(const Line &line, const Above &) {
  return (line.head + Name + line.rest).str();
}
static constexpr char maximumf[] = "arith.maximumf";
static constexpr char minimumf[] = "arith.minimumf";
static constexpr char function[] = "func.func";

static bool always(StringRef) { return true; }
static bool hasNoOutputShape(StringRef rest) {
  return rest.contains(" into ") && !rest.contains("output_shape");
}
static bool isFunction(StringRef rest) {
  return rest.starts_with(" @") || rest.starts_with(" private @");
}

static const Row otherRows[] = {
    {"tensor.expand_shape", upgradeExpandShape, hasNoOutputShape,
     "'tensor.expand_shape' needs 'output_shape [...]' since LLVM 19"},
    {"arith.maxf", rename<maximumf>, always,
     "'arith.maxf' is 'arith.maximumf' since LLVM 18"},
    {"arith.minf", rename<minimumf>, always,
     "'arith.minf' is 'arith.minimumf' since LLVM 18"},
    {"func", rename<function>, isFunction,
     "'func' is 'func.func' since LLVM 15"},
    {"linalg.matmul_transpose_a", upgradeMatmul, always, ""},
    {"linalg.matmul_transpose_b", upgradeMatmul, always, ""},
    {"linalg.batch_matmul_transpose_a", upgradeMatmul, always, ""},
    {"linalg.batch_matmul_transpose_b", upgradeMatmul, always, ""},
    {"linalg.init_tensor", nullptr, always,
     "'linalg.init_tensor' is 'tensor.empty' since LLVM 16"},
};

/// Remembers the elements of a constant of indices.
static void remember(const Line &line, Above &above) {
  if (line.name == "func" || line.name == "func.func")
    above.constants.clear();
  if (line.name != "tosa.const" && line.name != "arith.constant")
    return;
  StringRef result = line.head.trim(" \t=");
  if (std::optional<StringRef> elements =
          findBetween(line.rest.take_front(256), "dense<", '>'))
    above.constants[result] = *elements;
}

UpgradedText norm::upgradeOldForms(StringRef text) {
  UpgradedText upgraded;
  llvm::StringMap<const Row *> byName;
  for (ArrayRef<Row> rows : {getOldTosaRows(), ArrayRef(otherRows)})
    for (const Row &row : rows)
      byName[row.name] = &row;
  Above above;
  unsigned number = 0;
  // What comes before is in the result already.
  const char *copied = text.begin();
  for (StringRef rest = text; !rest.empty();) {
    ++number;
    StringRef source = rest.take_until([](char c) { return c == '\n'; });
    rest = rest.drop_front(std::min(rest.size(), source.size() + 1));
    std::optional<Line> line = splitLine(source);
    if (!line)
      continue;
    line->number = number;
    remember(*line, above);
    const Row *row = byName.lookup(line->name);
    if (!row || !row->isOld(line->rest))
      continue;
    std::optional<std::string> now;
    if (row->upgrade)
      now = row->upgrade(*line, above);
    if (!now) {
      auto column = static_cast<unsigned>(line->head.size() + 1);
      upgraded.left.push_back({number, column, row->message.str()});
      continue;
    }
    upgraded.changed = true;
    upgraded.text.append(copied, source.begin());
    upgraded.text += *now;
    copied = source.end();
  }
  if (upgraded.changed)
    upgraded.text.append(copied, text.end());
  return upgraded;
}

std::unique_ptr<MemoryBuffer>
norm::upgradeOldForms(std::unique_ptr<MemoryBuffer> buffer) {
  // Bytecode is no text.
  if (buffer->getBuffer().starts_with("ML\xefR"))
    return buffer;
  UpgradedText upgraded = upgradeOldForms(buffer->getBuffer());
  SourceMgr sources;
  unsigned id = sources.AddNewSourceBuffer(
      MemoryBuffer::getMemBuffer(*buffer, /*RequiresNullTerminator=*/false),
      SMLoc());
  for (const OldForm &form : upgraded.left)
    sources.PrintMessage(
        sources.FindLocForLineAndColumn(id, form.line, form.column),
        SourceMgr::DK_Warning, form.message);
  if (!upgraded.changed)
    return buffer;
  return MemoryBuffer::getMemBufferCopy(upgraded.text,
                                        buffer->getBufferIdentifier());
}
