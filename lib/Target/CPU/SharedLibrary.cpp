//===- SharedLibrary.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Links a shared library with the compiler driver that is there.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Target/CPU/AheadOfTime.h"
#include "rmsnorm/Target/Common/Programs.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;
using namespace mlir::norm;

FailureOr<std::string> norm::linkSharedLibrary(Location loc,
                                               ArrayRef<char> object,
                                               const CPUTarget &target,
                                               const LinkOptions &options) {
  // gcc links for one target only.
  bool isHost = llvm::Triple(target.triple).getArch() ==
                llvm::Triple(llvm::sys::getProcessTriple()).getArch();
  std::string driver = options.linker.empty()
                           ? findProgram({"clang-22", "clang"})
                           : findProgram({options.linker});
  if (options.linker.empty() && driver.empty() && isHost)
    driver = findProgram({"cc", "gcc"});
  if (driver.empty()) {
    if (!options.linker.empty())
      return emitError(loc)
             << "there is no program '" << options.linker << "' to link with";
    return emitError(loc) << "there is no linker: "
                          << (isHost ? "clang-22, clang, cc and gcc are"
                                     : "clang-22 and clang are")
                          << " not in PATH; --linker names another compiler "
                             "driver, and --norm-to-object needs none";
  }

  TemporaryFile input("o"), output("so");
  for (const TemporaryFile *file : {&input, &output})
    if (file->error)
      return emitError(loc)
             << "cannot make a temporary file: " << file->error.message();
  if (failed(writeFile(loc, input.path, object)))
    return failure();
  SmallVector<std::string> arguments = {driver};
  if (StringRef(driver).contains("clang")) {
    arguments.push_back("--target=" + target.triple);
    std::string lld = findProgram({"ld.lld-22", "ld.lld"});
    if (!lld.empty())
      arguments.push_back("--ld-path=" + lld);
  }
  llvm::append_range(
      arguments, ArrayRef<std::string>{"-shared", "-o", output.path.str().str(),
                                       input.path.str().str(), "-lm"});
  if (!options.soname.empty())
    for (StringRef argument : {"-Xlinker", "-soname", "-Xlinker"})
      arguments.push_back(argument.str());
  if (!options.soname.empty())
    arguments.push_back(options.soname);
  if (std::optional<std::string> message = runProgram(arguments))
    return emitError(loc) << "'" << driver << "' cannot link for '"
                          << target.triple << "': " << *message;
  std::string library = readFile(output.path);
  if (library.empty())
    return emitError(loc) << "'" << driver << "' has written nothing";
  return library;
}
