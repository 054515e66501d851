//===- Programs.cpp ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Target/Common/Programs.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::norm;

TemporaryFile::TemporaryFile(StringRef suffix) {
  error = llvm::sys::fs::createTemporaryFile("rmsnorm", suffix, path);
}

TemporaryFile::~TemporaryFile() {
  if (!error)
    llvm::sys::fs::remove(path);
}

std::string norm::findProgram(ArrayRef<StringRef> names, StringRef folder) {
  SmallVector<StringRef, 1> folders;
  if (!folder.empty())
    folders.push_back(folder);
  for (StringRef name : names)
    if (auto path = llvm::sys::findProgramByName(name, folders))
      return *path;
  return "";
}

std::string norm::readFile(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

LogicalResult norm::writeFile(Location loc, StringRef path,
                              ArrayRef<char> contents) {
  std::error_code error;
  llvm::raw_fd_ostream os(path, error);
  if (!error) {
    os.write(contents.data(), contents.size());
    os.close();
    error = os.error();
    os.clear_error();
  }
  if (!error)
    return success();
  return emitError(loc) << "cannot write '" << path << "': " << error.message();
}

std::optional<std::string> norm::runProgram(ArrayRef<std::string> arguments) {
  TemporaryFile output("txt");
  if (output.error)
    return "cannot make a temporary file: " + output.error.message();
  SmallVector<StringRef> views(arguments.begin(), arguments.end());
  std::string message;
  StringRef null = "";
  int status = llvm::sys::ExecuteAndWait(
      arguments.front(), views, /*Env=*/std::nullopt,
      {null, StringRef(output.path), StringRef(output.path)},
      /*SecondsToWait=*/0, /*MemoryLimit=*/0, &message);
  if (status == 0)
    return std::nullopt;
  return StringRef(message + readFile(output.path)).trim().str();
}
