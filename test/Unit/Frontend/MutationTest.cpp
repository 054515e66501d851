//===- MutationTest.cpp -----------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Malformed input: every file of the lit tests of the readers, with tokens
// deleted, duplicated, swapped and taken from elsewhere. Whatever comes out is
// either read, and then prints in a generic form that parses without the
// readers, or an error with a place. The mutations are the same in every run.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Frontend/Frontend.h"
#include "rmsnorm/Frontend/OldForms.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "gtest/gtest.h"

#include <random>

using namespace mlir;

namespace {

/// The parts between `// -----` of the pretty files of the lit tests.
std::vector<std::string> readCorpus() {
  std::vector<std::string> paths;
  std::error_code error;
  for (llvm::sys::fs::recursive_directory_iterator it(CORPUS, error), end;
       it != end && !error; it.increment(error))
    if (StringRef(it->path()).ends_with(".pretty.mlir"))
      paths.push_back(it->path());
  // Directories have no order of their own.
  llvm::sort(paths);
  std::vector<std::string> parts;
  for (const std::string &path : paths) {
    auto buffer = llvm::MemoryBuffer::getFile(path);
    if (!buffer)
      continue;
    SmallVector<StringRef> pieces;
    (*buffer)->getBuffer().split(pieces, "// -----");
    for (StringRef piece : pieces)
      parts.push_back(piece.str());
  }
  return parts;
}

/// Splits text into words, strings, and single other characters, each with the
/// blanks before it. Comments are left out.
std::vector<std::string> tokenize(StringRef text) {
  std::vector<std::string> tokens;
  auto isWord = [](char c) {
    return llvm::isAlnum(c) || c == '_' || c == '.' || c == '$';
  };
  std::string blanks;
  while (!text.empty()) {
    StringRef rest = text.ltrim();
    blanks += text.take_front(text.size() - rest.size());
    text = rest;
    if (text.starts_with("//")) {
      text = text.drop_until([](char c) { return c == '\n'; });
      continue;
    }
    if (text.empty())
      break;
    size_t length = 1;
    if (isWord(text.front()) || StringRef("%@#!^").contains(text.front())) {
      length = 1 + text.drop_front().take_while(isWord).size();
    } else if (text.front() == '"') {
      size_t quote = text.find('"', 1);
      length = quote == StringRef::npos ? text.size() : quote + 1;
    } else if (text.starts_with("->")) {
      length = 2;
    }
    tokens.push_back(blanks + text.take_front(length).str());
    blanks.clear();
    text = text.drop_front(length);
  }
  return tokens;
}

std::string join(const std::vector<std::string> &tokens) {
  std::string text;
  for (const std::string &token : tokens)
    text += token;
  return text;
}

class Mutation : public ::testing::Test {
protected:
  Mutation() {
    DialectRegistry registry;
    registry.insert<func::FuncDialect>();
    plain.appendDialectRegistry(registry);
    plain.allowUnregisteredDialects();
    norm::registerReaderDialects(registry);
    reading.appendDialectRegistry(registry);
    for (MLIRContext *context : {&reading, &plain})
      context->getDiagEngine().registerHandler([this](Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
          return success();
        ++errors;
        if (isa<UnknownLoc>(diagnostic.getLocation()))
          ++nowhere;
        return success();
      });
  }

  /// Parses text that may be malformed; true when it is not.
  bool check(const std::string &text) {
    norm::upgradeOldForms(text);
    errors = nowhere = 0;
    OwningOpRef<ModuleOp> module =
        parseSourceString<ModuleOp>(text, ParserConfig(&reading));
    EXPECT_EQ(nowhere, 0u) << text;
    if (!module) {
      EXPECT_NE(errors, 0u) << text;
      return false;
    }
    EXPECT_EQ(errors, 0u) << text;
    std::string generic;
    llvm::raw_string_ostream os(generic);
    module->print(os, OpPrintingFlags().printGenericOpForm());
    EXPECT_TRUE(parseSourceString<ModuleOp>(generic, ParserConfig(&plain)))
        << text << "\nprints as\n"
        << generic;
    return true;
  }

  MLIRContext reading{MLIRContext::Threading::DISABLED};
  MLIRContext plain{MLIRContext::Threading::DISABLED};
  unsigned errors = 0, nowhere = 0;
};

TEST_F(Mutation, MutantsAreReadOrDiagnosed) {
  std::vector<std::string> corpus = readCorpus();
  ASSERT_GT(corpus.size(), 20u);
  std::mt19937 random(20240229);
  // Not std::uniform_int_distribution, which differs between libraries.
  auto below = [&](size_t bound) { return random() % bound; };
  // What may come from other files, and what no file has.
  std::vector<std::string> pool;
  for (const std::string &part : corpus)
    llvm::append_range(pool, tokenize(part));
  static constexpr StringLiteral odd[] = {"-1",    "99999999999999999999",
                                          "0x10",  " %0",
                                          " %0#7", "()",
                                          "[]",    "{}",
                                          "<>",    " : none",
                                          " i1",   " tensor<*xf32>",
                                          "\"\\",  " ^bb1",
                                          " ->",   " loc(#0)",
                                          ",",     " dense<> : tensor<0xf32>"};
  unsigned count = 0, read = 0, intact = 0;
  for (const std::string &part : corpus) {
    std::vector<std::string> tokens = tokenize(part);
    if (tokens.empty())
      continue;
    intact += check(join(tokens));
    // Long files are not parsed as often.
    size_t mutants = tokens.size() < 2000 ? 1000 : 200;
    for (size_t i = 0; i < mutants; ++i) {
      std::vector<std::string> mutant = tokens;
      for (size_t edits = 1 + below(2); edits > 0; --edits) {
        size_t at = below(mutant.size());
        size_t other = below(mutant.size());
        switch (below(6)) {
        case 0:
          mutant.erase(mutant.begin() + at);
          break;
        case 1:
          mutant.insert(mutant.begin() + at, mutant[at]);
          break;
        case 2:
          std::swap(mutant[at], mutant[other]);
          break;
        case 3:
          mutant[at] = mutant[other];
          break;
        case 4:
          mutant[at] = below(2) ? pool[below(pool.size())]
                                : odd[below(std::size(odd))].str();
          break;
        case 5:
          mutant.resize(std::max<size_t>(at, 1));
          break;
        }
        if (mutant.empty())
          mutant = tokens;
      }
      ++count;
      read += check(join(mutant));
      if (HasFailure())
        return;
    }
  }
  RecordProperty("mutants", count);
  EXPECT_GT(count, 20000u);
  // Only the tests of errors are wrong before they are mutated.
  EXPECT_GT(intact, corpus.size() / 2);
  // Mutants that are all read, or none, would test little.
  EXPECT_GT(read, count / 100);
  EXPECT_LT(read, count / 2);
}

} // namespace
