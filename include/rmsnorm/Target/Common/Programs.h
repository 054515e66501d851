//===- Programs.h -----------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Programs that do a part of the work, and the files that they read and write.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TARGET_COMMON_PROGRAMS_H
#define RMSNORM_TARGET_COMMON_PROGRAMS_H

#include "mlir/IR/Location.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallString.h"

#include <optional>
#include <string>

namespace mlir::norm {

/// A file that goes when the scope ends.
class TemporaryFile {
public:
  explicit TemporaryFile(StringRef suffix);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile &) = delete;
  TemporaryFile &operator=(const TemporaryFile &) = delete;

  std::error_code error;
  SmallString<128> path;
};

/// The first of the programs that is there, in `folder` or, if that is empty,
/// in PATH. Empty where none is.
std::string findProgram(ArrayRef<StringRef> names, StringRef folder = "");

/// The contents of a file; empty where it cannot be read.
std::string readFile(StringRef path);

/// Fails with a diagnostic.
LogicalResult writeFile(Location loc, StringRef path, ArrayRef<char> contents);

/// Runs a program with its arguments, of which the first is its path. None if
/// it succeeds, else what it has printed.
std::optional<std::string> runProgram(ArrayRef<std::string> arguments);

} // namespace mlir::norm

#endif // RMSNORM_TARGET_COMMON_PROGRAMS_H
