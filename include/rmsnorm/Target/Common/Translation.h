//===- Translation.h --------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What all translations of norms for mlir-translate have.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TARGET_COMMON_TRANSLATION_H
#define RMSNORM_TARGET_COMMON_TRANSLATION_H

#include "rmsnorm/Target/Common/CInterface.h"

#include "llvm/Support/CommandLine.h"

#include <functional>

namespace mlir {
class DialectRegistry;

namespace norm {

/// Options that more than one of the translations has.
struct TranslationOptions {
  /// Registers the options when it is called first.
  static TranslationOptions &get();

  /// The include guard that is asked for, or the one by default. Fails with a
  /// diagnostic where C cannot have it.
  FailureOr<std::string> getGuard(ModuleOp module,
                                  ArrayRef<CFunction> functions) const;

  llvm::cl::OptionCategory category;
  llvm::cl::opt<std::string> features, prefix, header, guard;

private:
  TranslationOptions();
};

/// Writes a file beside the translation's own output, unless `path` is empty.
/// `what` is what diagnostics call it.
LogicalResult writeBeside(ModuleOp module, StringRef path, StringRef what,
                          StringRef text);

/// Registers a translation of a module whose values keep their names.
void addTranslation(
    StringRef name, StringRef description,
    const std::function<void(DialectRegistry &)> &registerDialects,
    const std::function<LogicalResult(ModuleOp, raw_ostream &)> &translate);

} // namespace norm
} // namespace mlir

#endif // RMSNORM_TARGET_COMMON_TRANSLATION_H
