//===- Translation.cpp ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Target/Common/Translation.h"
#include "rmsnorm/Target/Common/SourceNames.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
using namespace mlir::norm;

namespace cl = llvm::cl;

TranslationOptions &TranslationOptions::get() {
  static TranslationOptions options;
  return options;
}

TranslationOptions::TranslationOptions()
    : category("Ahead-of-time compilation (--norm-to-*)"),
      features("features",
               cl::desc("Features that the CPU or GPU has or lacks, such as "
                        "+avx2,-fma or +ptx83"),
               cl::cat(category)),
      prefix("prefix", cl::desc("What the names of functions in C begin with"),
             cl::value_desc("word"), cl::cat(category)),
      header("header", cl::desc("Write the C header there, too"),
             cl::value_desc("file"), cl::cat(category)),
      guard("header-guard",
            cl::desc("Include guard of the header (default: by the module's "
                     "name or its first function's)"),
            cl::value_desc("macro"), cl::cat(category)) {}

FailureOr<std::string>
TranslationOptions::getGuard(ModuleOp module,
                             ArrayRef<CFunction> functions) const {
  if (guard.empty())
    return getIncludeGuard(module, functions);
  if (!isCIdentifier(guard))
    return module.emitError()
           << "'" << guard.getValue() << "' cannot be an include guard in C";
  return guard.getValue();
}

LogicalResult norm::writeBeside(ModuleOp module, StringRef path, StringRef what,
                                StringRef text) {
  if (path.empty())
    return success();
  std::string message;
  std::unique_ptr<llvm::ToolOutputFile> file = openOutputFile(path, &message);
  if (!file)
    return module.emitError() << "cannot write the " << what << ": " << message;
  file->os() << text;
  file->os().close();
  if (file->os().has_error()) {
    std::string reason = file->os().error().message();
    file->os().clear_error();
    return module.emitError()
           << "cannot write the " << what << " '" << path << "': " << reason;
  }
  file->keep();
  return success();
}

void norm::addTranslation(
    StringRef name, StringRef description,
    const std::function<void(DialectRegistry &)> &registerDialects,
    const std::function<LogicalResult(ModuleOp, raw_ostream &)> &translate) {
  TranslateRegistration(name, description,
                        [registerDialects, translate](
                            const std::shared_ptr<llvm::SourceMgr> &sources,
                            raw_ostream &os, MLIRContext *context) {
                          DialectRegistry registry;
                          registerDialects(registry);
                          context->appendDialectRegistry(registry);
                          OwningOpRef<ModuleOp> module =
                              parseWithNames(*sources, context);
                          return module ? translate(*module, os) : failure();
                        });
}
