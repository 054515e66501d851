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

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
/// A file that goes when the scope ends.
class TemporaryFile {
public:
  explicit TemporaryFile(StringRef suffix) {
    error = llvm::sys::fs::createTemporaryFile("rmsnorm", suffix, path);
  }
  ~TemporaryFile() {
    if (!error)
      llvm::sys::fs::remove(path);
  }
  TemporaryFile(const TemporaryFile &) = delete;
  TemporaryFile &operator=(const TemporaryFile &) = delete;

  std::error_code error;
  SmallString<128> path;
};
} // namespace

static std::string findProgram(ArrayRef<StringRef> names) {
  for (StringRef name : names)
    if (auto path = llvm::sys::findProgramByName(name))
      return *path;
  return "";
}

static std::string readFile(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

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

  TemporaryFile input("o"), output("so"), errors("txt");
  for (const TemporaryFile *file : {&input, &output, &errors})
    if (file->error)
      return emitError(loc)
             << "cannot make a temporary file: " << file->error.message();
  {
    std::error_code error;
    llvm::raw_fd_ostream os(input.path, error);
    os.write(object.data(), object.size());
    os.close();
    if (error || os.has_error()) {
      os.clear_error();
      return emitError(loc) << "cannot write '" << input.path << "'";
    }
  }
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
  SmallVector<StringRef> views(arguments.begin(), arguments.end());
  std::string message;
  StringRef null = "";
  int status = llvm::sys::ExecuteAndWait(
      driver, views, /*Env=*/std::nullopt,
      {null, StringRef(errors.path), StringRef(errors.path)},
      /*SecondsToWait=*/0, /*MemoryLimit=*/0, &message);
  if (status != 0)
    return emitError(loc) << "'" << driver << "' cannot link for '"
                          << target.triple << "': "
                          << StringRef(message + readFile(errors.path)).trim();
  std::string library = readFile(output.path);
  if (library.empty())
    return emitError(loc) << "'" << driver << "' has written nothing";
  return library;
}
