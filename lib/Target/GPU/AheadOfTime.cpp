//===- AheadOfTime.cpp ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a module on tensors to device code and what is to be launched.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Target/GPU/AheadOfTime.h"
#include "rmsnorm/Dialect/Norm/Transforms/Passes.h"
#include "rmsnorm/Pipelines/Pipelines.h"
#include "rmsnorm/Target/Common/Programs.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace mlir::norm;

/// Names that parameters cannot have: of other parameters in the header, of
/// what it calls, and words of Python, which evaluates the manifest's
/// expressions.
static constexpr StringRef reservedNames[] = {
    "module", "stream", "workspace", "workspace_bytes", "size_t", "min", "max",
    // CUDA's.
    "CUdeviceptr", "CUfunction", "CUmodule", "CUresult", "CUstream",
    "CUDA_SUCCESS", "CUDA_ERROR_INVALID_VALUE", "cuMemcpyDtoDAsync",
    // Ours.
    "rmsnorm_launch", "rmsnorm_max", "rmsnorm_min", "rmsnorm_align",
    // Python's.
    "as", "assert", "async", "await", "def", "del", "elif", "except", "finally",
    "from", "global", "import", "in", "is", "lambda", "None", "nonlocal",
    "pass", "raise", "True", "False", "with", "yield"};

/// Looks the chips up, and puts them from old to new.
static FailureOr<std::vector<DeviceTarget>>
resolveTargets(ModuleOp module, const DeviceLoweringOptions &options) {
  std::vector<DeviceTarget> targets;
  for (const std::string &chip : options.chips) {
    llvm::Expected<GPUTarget> target =
        GPUTarget::resolve(chip, options.features);
    if (!target)
      return module.emitError() << llvm::toString(target.takeError());
    if (target->vendor != GPUTarget::Vendor::NVIDIA)
      return module.emitError() << "'" << chip
                                << "' is not of NVIDIA: ahead of time, code is "
                                   "compiled for their GPUs only";
    for (const DeviceTarget &other : targets)
      if (other.chip.capability == target->capability)
        return module.emitError() << "'" << other.chip.chip << "' and '" << chip
                                  << "' are for the same GPUs";
    targets.emplace_back();
    targets.back().chip = *target;
  }
  llvm::sort(targets, [](const DeviceTarget &lhs, const DeviceTarget &rhs) {
    return lhs.chip.capability < rhs.chip.capability;
  });
  return targets;
}

/// Fills in what the target launches, and its PTX.
static LogicalResult compileFor(ModuleOp module, DeviceTarget &target,
                                ArrayRef<CFunction> interfaces,
                                const DeviceLoweringOptions &options) {
  NormToGPUOptions lowering;
  lowering.chip = target.chip.chip;
  lowering.features = options.features;
  lowering.toolkit = options.toolkit;
  lowering.outParams = true;
  lowering.cWrappers = false;
  PassManager launches(module.getContext());
  launches.addPass(createNormFusePass());
  buildNormToGPULaunchesPipeline(launches, lowering);
  if (failed(launches.run(module)) || !mergeKernelModules(module))
    return failure();
  FailureOr<std::vector<DeviceFunction>> functions =
      readHostFunctions(module, interfaces);
  if (failed(functions))
    return failure();
  target.functions = std::move(*functions);

  // All is known of the host's code.
  for (func::FuncOp function :
       llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
    function.erase();
  PassManager kernels(module.getContext());
  buildNormGPUKernelsPipeline(kernels, lowering);
  if (failed(kernels.run(module)))
    return failure();
  for (auto binary : module.getOps<gpu::BinaryOp>())
    for (Attribute object : binary.getObjects())
      target.ptx = cast<gpu::ObjectAttr>(object)
                       .getObject()
                       .getValue()
                       .rtrim('\0')
                       .str();
  if (target.ptx.empty())
    return module.emitError()
           << "there is no PTX for '" << target.chip.chip << "'";
  return success();
}

FailureOr<DeviceProgram>
norm::compileForGPU(ModuleOp module, const DeviceLoweringOptions &options) {
  DeviceProgram program;
  FailureOr<std::vector<DeviceTarget>> targets =
      resolveTargets(module, options);
  if (failed(targets) || failed(prepareForC(module, options.prefix)))
    return failure();
  program.targets = std::move(*targets);
  CInterfaceOptions interface;
  interface.onDevice = true;
  interface.reserved = reservedNames;
  FailureOr<std::vector<CFunction>> functions =
      buildCInterface(module, interface);
  if (failed(functions) || failed(shareSymbols(module, *functions)))
    return failure();
  program.functions = std::move(*functions);
  for (DeviceTarget &target : program.targets) {
    OwningOpRef<ModuleOp> copy = module.clone();
    if (failed(compileFor(*copy, target, program.functions, options)))
      return failure();
  }
  return program;
}

//===----------------------------------------------------------------------===//
// CUDA's programs
//===----------------------------------------------------------------------===//

/// A program of CUDA, in the folder that the user names, else where the
/// environment says, in PATH, or where CUDA is usually. Empty where it is not.
static std::string findCUDAProgram(StringRef name, StringRef toolkit) {
  auto lookIn = [&](StringRef folder) {
    return folder.empty() ? std::string()
                          : findProgram({name}, (folder + "/bin").str());
  };
  if (!toolkit.empty())
    return lookIn(toolkit);
  for (const char *variable : {"CUDA_HOME", "CUDA_PATH"})
    if (const char *folder = std::getenv(variable))
      if (std::string path = lookIn(folder); !path.empty())
        return path;
  std::string path = findProgram({name});
  return path.empty() ? lookIn("/usr/local/cuda") : path;
}

FailureOr<std::string> norm::makeFatbinary(Location loc,
                                           const DeviceProgram &program,
                                           StringRef toolkit) {
  static constexpr StringRef names[] = {"ptxas", "fatbinary"};
  std::string programs[2];
  for (auto [name, path] : llvm::zip_equal(names, programs)) {
    path = findCUDAProgram(name, toolkit);
    if (!path.empty())
      continue;
    InFlightDiagnostic diagnostic = emitError(loc)
                                    << "there is no program '" << name << "' ";
    if (toolkit.empty())
      return diagnostic << "of CUDA in CUDA_HOME, CUDA_PATH, PATH or "
                           "/usr/local/cuda; --toolkit names another folder, "
                           "and --norm-to-ptx needs none";
    return diagnostic << "in '" << toolkit << "/bin'";
  }
  std::vector<std::unique_ptr<TemporaryFile>> files;
  auto makeFile = [&](StringRef suffix) -> FailureOr<StringRef> {
    files.push_back(std::make_unique<TemporaryFile>(suffix));
    if (files.back()->error)
      return emitError(loc) << "cannot make a temporary file: "
                            << files.back()->error.message();
    return StringRef(files.back()->path);
  };
  FailureOr<StringRef> output = makeFile("fatbin");
  if (failed(output))
    return failure();
  SmallVector<std::string> arguments = {programs[1], "--64",
                                        ("--create=" + *output).str()};
  for (const DeviceTarget &target : program.targets) {
    FailureOr<StringRef> ptx = makeFile("ptx");
    FailureOr<StringRef> code = succeeded(ptx) ? makeFile("cubin") : ptx;
    if (failed(code) || failed(writeFile(loc, *ptx, target.ptx)))
      return failure();
    const std::string &chip = target.chip.chip;
    if (std::optional<std::string> message = runProgram(
            {programs[0], "-O3", "-arch", chip, ptx->str(), "-o", code->str()}))
      return emitError(loc) << "'" << programs[0] << "' cannot compile for '"
                            << chip << "': " << *message;
    std::string number = StringRef(chip).drop_front(strlen("sm_")).str();
    arguments.push_back("--image3=kind=elf,sm=" + number +
                        ",file=" + code->str());
    if (&target == &program.targets.back())
      arguments.push_back("--image3=kind=ptx,sm=" + number +
                          ",file=" + ptx->str());
  }
  if (std::optional<std::string> message = runProgram(arguments))
    return emitError(loc) << "'" << programs[1]
                          << "' cannot make a fat binary: " << *message;
  std::string image = readFile(*output);
  if (image.empty())
    return emitError(loc) << "'" << programs[1] << "' has written nothing";
  return image;
}
