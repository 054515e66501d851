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

#include "rmsnorm/Target/GPU/Translation.h"
#include "rmsnorm/Target/Common/Translation.h"
#include "rmsnorm/Target/GPU/AheadOfTime.h"

#include "mlir/IR/DialectRegistry.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::norm;

namespace cl = llvm::cl;

namespace {
struct Options {
  TranslationOptions &common = TranslationOptions::get();
  cl::list<std::string> chips{
      "chip",
      cl::desc("GPUs to compile for, such as sm_80,sm_90 (default: sm_90)"),
      cl::CommaSeparated, cl::value_desc("names"), cl::cat(common.category)};
  cl::opt<std::string> toolkit{
      "toolkit",
      cl::desc("Folder of CUDA, for its ptxas and fatbinary (default: "
               "CUDA_HOME, CUDA_PATH, those in PATH, or /usr/local/cuda)"),
      cl::value_desc("folder"), cl::cat(common.category)};
  cl::opt<std::string> manifest{
      "manifest", cl::desc("Write the manifest of the launches there, too"),
      cl::value_desc("file"), cl::cat(common.category)};
  cl::opt<std::string> image{
      "image",
      cl::desc("What the manifest calls the file of device code (default: by "
               "the manifest's name or the module's)"),
      cl::value_desc("file"), cl::cat(common.category)};
};

enum class Output { PTX, Fatbinary, Header, Manifest };
} // namespace

/// What the file has if only what is said of it is written.
static DeviceImage getImage(Output kind, const Options &options) {
  if (kind == Output::PTX)
    return DeviceImage::PTX;
  if (kind == Output::Fatbinary)
    return DeviceImage::Fatbinary;
  return StringRef(options.image).ends_with(".ptx") ? DeviceImage::PTX
                                                    : DeviceImage::Fatbinary;
}

static LogicalResult translate(ModuleOp module, Output kind,
                               const Options &options, raw_ostream &os) {
  DeviceLoweringOptions lowering;
  lowering.chips.assign(options.chips.begin(), options.chips.end());
  if (lowering.chips.empty())
    lowering.chips.push_back("sm_90");
  lowering.features = options.common.features;
  lowering.toolkit = options.toolkit;
  lowering.prefix = options.common.prefix;
  DeviceImage format = getImage(kind, options);
  if (format == DeviceImage::PTX && lowering.chips.size() != 1)
    return module.emitError(
        "a file of PTX is for one chip; a fat binary is for several");
  if (!lowering.toolkit.empty() &&
      !llvm::sys::fs::is_directory(lowering.toolkit))
    return module.emitError()
           << "'" << lowering.toolkit << "' is no folder of CUDA";
  FailureOr<DeviceProgram> program = compileForGPU(module, lowering);
  if (failed(program))
    return failure();
  FailureOr<std::string> guard =
      options.common.getGuard(module, program->functions);
  if (failed(guard))
    return failure();
  std::string name = getBaseName(module, program->functions);

  std::string header, manifest;
  llvm::raw_string_ostream headerStream(header), manifestStream(manifest);
  if ((kind == Output::Header || !options.common.header.empty()) &&
      failed(printDeviceHeader(headerStream, module.getLoc(), *program, format,
                               name, *guard)))
    return failure();
  std::string image = options.image;
  if (image.empty()) {
    SmallString<128> path(
        options.manifest.empty() ? name : options.manifest.getValue());
    llvm::sys::path::replace_extension(
        path, format == DeviceImage::PTX ? "ptx" : "fatbin");
    image = llvm::sys::path::filename(path).str();
  }
  printManifest(manifestStream, *program, format, image);

  switch (kind) {
  case Output::PTX:
    os << program->targets.front().ptx;
    break;
  case Output::Fatbinary: {
    FailureOr<std::string> binary =
        makeFatbinary(module.getLoc(), *program, options.toolkit);
    if (failed(binary))
      return failure();
    os << *binary;
    break;
  }
  case Output::Header:
    os << header;
    break;
  case Output::Manifest:
    os << manifest;
    break;
  }
  if (failed(writeBeside(module, options.common.header, "header", header)))
    return failure();
  return writeBeside(module, options.manifest, "manifest", manifest);
}

void norm::registerToGPUTranslations(
    std::function<void(DialectRegistry &)> registerDialects) {
  static Options options;
  auto add = [&](StringRef name, StringRef description, Output kind) {
    addTranslation(name, description, registerDialects,
                   [kind](ModuleOp module, raw_ostream &os) {
                     return translate(module, kind, options, os);
                   });
  };
  add("norm-to-ptx", "Compile norm, linalg and tensor ops into PTX",
      Output::PTX);
  add("norm-to-fatbin",
      "Like norm-to-ptx, into machine code of all chips, by CUDA's programs",
      Output::Fatbinary);
  add("norm-to-gpu-header",
      "Write the C header that launches the kernels of norm-to-fatbin only",
      Output::Header);
  add("norm-to-gpu-manifest",
      "Write the manifest, in JSON, of the launches of norm-to-fatbin only",
      Output::Manifest);
}
