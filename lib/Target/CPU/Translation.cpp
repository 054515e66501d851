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
#include "SourceNames.h"
#include "rmsnorm/Target/CPU/AheadOfTime.h"

#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
using namespace mlir::norm;

namespace cl = llvm::cl;

namespace {
struct Options {
  cl::OptionCategory category{"Ahead-of-time compilation (--norm-to-*)"};
  cl::opt<std::string> triple{
      "triple", cl::desc("Target to compile for (default: this machine's)"),
      cl::cat(category)};
  cl::opt<std::string> cpu{
      "cpu",
      cl::desc("CPU to compile for, or native (default: every CPU of the "
               "target)"),
      cl::cat(category)};
  cl::opt<std::string> features{
      "features",
      cl::desc("Features that the CPU has or lacks, such as +avx2,-fma"),
      cl::cat(category)};
  cl::opt<unsigned> vectorWidth{
      "vector-width",
      cl::desc("Bits in a vector, a power of two (default: the CPU's)"),
      cl::init(0), cl::cat(category)};
  cl::opt<bool> scalable{
      "scalable",
      cl::desc("Vectors as long as the CPU has them (with SVE or RISC-V's V)"),
      cl::init(false), cl::cat(category)};
  cl::opt<std::string> prefix{
      "prefix", cl::desc("What the names of functions in C begin with"),
      cl::value_desc("word"), cl::cat(category)};
  cl::opt<std::string> header{"header",
                              cl::desc("Write the C header there, too"),
                              cl::value_desc("file"), cl::cat(category)};
  cl::opt<std::string> guard{
      "header-guard",
      cl::desc("Include guard of the header (default: by the module's name or "
               "its first function's)"),
      cl::value_desc("macro"), cl::cat(category)};
  cl::opt<std::string> linker{
      "linker",
      cl::desc("Compiler driver that links the shared library (default: "
               "clang-22, clang, or for this machine cc)"),
      cl::value_desc("program"), cl::cat(category)};
  cl::opt<std::string> soname{
      "soname", cl::desc("Name that programs find the shared library by"),
      cl::value_desc("name"), cl::cat(category)};
};

enum class Output { Object, Assembly, SharedLibrary, Header };
} // namespace

static std::string getGuard(ModuleOp module, ArrayRef<CFunction> functions) {
  StringRef name = module.getName().value_or(functions.front().name);
  std::string guard;
  for (char c : name)
    guard.push_back(llvm::isAlnum(c) ? llvm::toUpper(c) : '_');
  if (!llvm::isAlpha(guard.empty() ? '_' : guard.front()))
    guard = "NORM_" + guard;
  return guard + "_H";
}

static LogicalResult writeHeader(ModuleOp module, StringRef path,
                                 StringRef text) {
  std::string message;
  std::unique_ptr<llvm::ToolOutputFile> file = openOutputFile(path, &message);
  if (!file)
    return module.emitError() << "cannot write the header: " << message;
  file->os() << text;
  file->os().close();
  if (file->os().has_error()) {
    std::string reason = file->os().error().message();
    file->os().clear_error();
    return module.emitError()
           << "cannot write the header '" << path << "': " << reason;
  }
  file->keep();
  return success();
}

static LogicalResult translate(ModuleOp module, Output kind,
                               const Options &options, raw_ostream &os) {
  llvm::Expected<CPUTarget> target =
      CPUTarget::resolve(options.triple, options.cpu, options.features);
  if (!target)
    return module.emitError() << llvm::toString(target.takeError());
  if (!options.guard.empty() && !isCIdentifier(options.guard))
    return module.emitError() << "'" << options.guard.getValue()
                              << "' cannot be an include guard in C";
  FailureOr<std::vector<CFunction>> functions = lowerForC(
      module, *target, {options.vectorWidth, options.scalable, options.prefix});
  if (failed(functions))
    return failure();
  std::string header;
  llvm::raw_string_ostream headerStream(header);
  printCHeader(headerStream, *functions,
               options.guard.empty() ? getGuard(module, *functions)
                                     : options.guard.getValue());
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
  if (options.header.empty())
    return success();
  return writeHeader(module, options.header, header);
}

void norm::registerToCPUTranslations(
    std::function<void(DialectRegistry &)> registerDialects) {
  static Options options;
  auto add = [&](StringRef name, StringRef description, Output kind) {
    TranslateRegistration(
        name, description,
        [registerDialects,
         kind](const std::shared_ptr<llvm::SourceMgr> &sources, raw_ostream &os,
               MLIRContext *context) {
          DialectRegistry registry;
          registerDialects(registry);
          context->appendDialectRegistry(registry);
          OwningOpRef<ModuleOp> module = parseWithNames(*sources, context);
          return module ? translate(*module, kind, options, os) : failure();
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
