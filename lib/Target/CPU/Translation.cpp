//===- Translation.cpp ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What mlir-translate offers: the options, and one translation for each kind of
// output.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Target/CPU/Translation.h"
#include "rmsnorm/Target/CPU/AheadOfTime.h"
#include "rmsnorm/Target/Common/Translation.h"

#include "mlir/IR/DialectRegistry.h"

using namespace mlir;
using namespace mlir::norm;

namespace cl = llvm::cl;

namespace {
struct Options {
  TranslationOptions &common = TranslationOptions::get();
  cl::opt<std::string> triple{
      "triple", cl::desc("Target to compile for (default: this machine's)"),
      cl::cat(common.category)};
  cl::opt<std::string> cpu{
      "cpu",
      cl::desc("CPU to compile for, or native (default: every CPU of the "
               "target)"),
      cl::cat(common.category)};
  cl::opt<unsigned> vectorWidth{
      "vector-width",
      cl::desc("Bits in a vector, a power of two (default: the CPU's)"),
      cl::init(0), cl::cat(common.category)};
  cl::opt<bool> scalable{
      "scalable",
      cl::desc("Vectors as long as the CPU has them (with SVE or RISC-V's V)"),
      cl::init(false), cl::cat(common.category)};
  cl::opt<std::string> linker{
      "linker",
      cl::desc("Compiler driver that links the shared library (default: "
               "clang-22, clang, or for this machine cc)"),
      cl::value_desc("program"), cl::cat(common.category)};
  cl::opt<std::string> soname{
      "soname", cl::desc("Name that programs find the shared library by"),
      cl::value_desc("name"), cl::cat(common.category)};
};

enum class Output { Object, Assembly, SharedLibrary, Header };
} // namespace

static LogicalResult translate(ModuleOp module, Output kind,
                               const Options &options, raw_ostream &os) {
  llvm::Expected<CPUTarget> target =
      CPUTarget::resolve(options.triple, options.cpu, options.common.features);
  if (!target)
    return module.emitError() << llvm::toString(target.takeError());
  FailureOr<std::vector<CFunction>> functions =
      lowerForC(module, *target,
                {options.vectorWidth, options.scalable, options.common.prefix});
  if (failed(functions))
    return failure();
  FailureOr<std::string> guard = options.common.getGuard(module, *functions);
  if (failed(guard))
    return failure();
  std::string header;
  llvm::raw_string_ostream headerStream(header);
  printCHeader(headerStream, *functions, *guard);
  if (kind == Output::Header) {
    os << header;
  } else {
    auto type = kind == Output::Assembly ? llvm::CodeGenFileType::AssemblyFile
                                         : llvm::CodeGenFileType::ObjectFile;
    FailureOr<SmallVector<char, 0>> code = compileForCPU(module, *target, type);
    if (failed(code))
      return failure();
    if (kind == Output::SharedLibrary) {
      FailureOr<std::string> library = linkSharedLibrary(
          module.getLoc(), *code, *target, {options.linker, options.soname});
      if (failed(library))
        return failure();
      os << *library;
    } else {
      os.write(code->data(), code->size());
    }
  }
  return writeBeside(module, options.common.header, "header", header);
}

void norm::registerToCPUTranslations(
    std::function<void(DialectRegistry &)> registerDialects) {
  static Options options;
  auto add = [&](StringRef name, StringRef description, Output kind) {
    addTranslation(name, description, registerDialects,
                   [kind](ModuleOp module, raw_ostream &os) {
                     return translate(module, kind, options, os);
                   });
  };
  add("norm-to-object",
      "Compile norm, linalg and tensor ops into an object that C calls",
      Output::Object);
  add("norm-to-assembly", "Like norm-to-object, into assembly",
      Output::Assembly);
  add("norm-to-shared-library", "Like norm-to-object, into a shared library",
      Output::SharedLibrary);
  add("norm-to-header", "Write the C header of norm-to-object only",
      Output::Header);
}
