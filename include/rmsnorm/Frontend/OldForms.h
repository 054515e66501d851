//===- OldForms.h -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Forms of upstream dialects that older versions of MLIR printed and this one
// does not read. The dialects are registered and parse by themselves, so that
// the forms are brought up to date in the text, before it is parsed.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_FRONTEND_OLDFORMS_H
#define RMSNORM_FRONTEND_OLDFORMS_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <memory>
#include <string>

namespace llvm {
class MemoryBuffer;
} // namespace llvm

namespace mlir::norm {

/// An old form that was seen but could not be brought up to date.
struct OldForm {
  /// Counted from 1.
  unsigned line, column;
  std::string message;
};

struct UpgradedText {
  /// Whether there was something to change.
  bool changed = false;
  /// The changed text, if there was.
  std::string text;
  llvm::SmallVector<OldForm> left;
};

/// Brings old forms up to date. What is added to an op is added in its line,
/// so that lines keep their numbers. Only ops that this version of MLIR would
/// reject are changed.
UpgradedText upgradeOldForms(llvm::StringRef text);

/// The same for an input file; warns, at their places, about old forms that
/// are left.
std::unique_ptr<llvm::MemoryBuffer>
upgradeOldForms(std::unique_ptr<llvm::MemoryBuffer> buffer);

} // namespace mlir::norm

#endif // RMSNORM_FRONTEND_OLDFORMS_H
