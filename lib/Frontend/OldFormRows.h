//===- OldFormRows.h --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the tables of old forms are made of.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_FRONTEND_OLDFORMROWS_H
#define RMSNORM_LIB_FRONTEND_OLDFORMROWS_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

#include <optional>
#include <string>

namespace mlir::norm::frontend {

/// A line with an op, in parts: `head` is blanks and results, `=` included.
struct Line {
  StringRef head, name, rest;
  bool quoted = false;
  unsigned number = 0;

  /// A name for a value that is added to this line.
  std::string getName(StringRef what) const {
    return ("%" + what + "__" + Twine(number)).str();
  }
};

/// `%a, %b {attributes} : (types) -> results`, or the generic form of that.
struct Parts {
  StringRef operands, attributes, types, results;
};

/// What is known of the lines above.
struct Above {
  /// The elements of constants, by value name: `[0, 2, 1]`.
  llvm::StringMap<StringRef> constants;
};

using Upgrade = std::optional<std::string> (*)(const Line &, const Above &);

/// An op with a form of the past.
struct Row {
  llvm::StringLiteral name;
  /// Gives the line as it is written now, or nothing when it cannot.
  Upgrade upgrade;
  /// Tells whether the rest of the line is the old form.
  bool (*isOld)(StringRef rest);
  llvm::StringLiteral message;
};

/// Takes the rest of a line apart, if it is of that form.
std::optional<Parts> splitParts(StringRef rest);

/// The text between `before` and the next `close`.
std::optional<StringRef> findBetween(StringRef text, StringRef before,
                                     char close);

ArrayRef<Row> getOldTosaRows();

} // namespace mlir::norm::frontend

#endif // RMSNORM_LIB_FRONTEND_OLDFORMROWS_H
