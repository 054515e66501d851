//===- AheadOfTime.cpp ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a module on tensors to machine code that C calls.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Target/CPU/AheadOfTime.h"
#include "SmallFloats.h"
#include "rmsnorm/Dialect/Norm/Transforms/Passes.h"
#include "rmsnorm/Pipelines/Pipelines.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;
using namespace mlir::norm;

FailureOr<std::vector<CFunction>>
norm::lowerForC(ModuleOp module, const CPUTarget &target,
                const CLoweringOptions &lowerOptions) {
  NormToCPUOptions options;
  options.vectorWidth = lowerOptions.vectorWidth;
  options.scalable = lowerOptions.scalable;
  options.triple = target.triple;
  options.cpu = target.cpu;
  options.features = target.features;
  options.outParams = true;
  options.cWrappers = false;
  if (llvm::Error error = checkScalable(options))
    return module.emitError() << llvm::toString(std::move(error));
  if (failed(prepareForC(module, lowerOptions.prefix)))
    return failure();
  llvm::StringSet<> declared;
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isExternal())
      declared.insert(function.getName());
  FailureOr<std::vector<CFunction>> functions = buildCInterface(module);
  if (failed(functions))
    return failure();

  PassManager lowering(module.getContext());
  lowering.addPass(createNormFusePass());
  buildNormToCPUPipeline(lowering, options);
  if (failed(lowering.run(module)) ||
      failed(addCEntryPoints(module, *functions, declared)))
    return failure();
  expandSmallFloats(module, target);
  return functions;
}

static std::unique_ptr<llvm::TargetMachine>
createMachine(const CPUTarget &target) {
  static const bool initialized = [] {
    llvm::InitializeAllAsmPrinters();
    return true;
  }();
  (void)initialized;
  llvm::Triple triple(target.triple);
  std::string error;
  const llvm::Target *entry = llvm::TargetRegistry::lookupTarget(triple, error);
  llvm::TargetOptions options;
  if (triple.isRISCV64())
    options.MCOptions.ABIName = target.hasFeature("d")   ? "lp64d"
                                : target.hasFeature("f") ? "lp64f"
                                                         : "lp64";
  return std::unique_ptr<llvm::TargetMachine>(entry->createTargetMachine(
      triple, target.cpu, target.features, options, llvm::Reloc::PIC_,
      std::nullopt, llvm::CodeGenOptLevel::Aggressive));
}

static void optimize(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::PassBuilder builder(&machine);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3)
      .run(module, modules);
}

FailureOr<SmallVector<char, 0>>
norm::compileForCPU(ModuleOp module, const CPUTarget &target,
                    llvm::CodeGenFileType type) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> code = translateModuleToLLVMIR(module, context);
  if (!code)
    return failure();
  std::unique_ptr<llvm::TargetMachine> machine = createMachine(target);
  code->setTargetTriple(machine->getTargetTriple());
  code->setDataLayout(machine->createDataLayout());
  code->setPICLevel(llvm::PICLevel::BigPIC);
  StringRef abi = machine->Options.MCOptions.ABIName;
  if (!abi.empty())
    code->addModuleFlag(llvm::Module::Error, "target-abi",
                        llvm::MDString::get(context, abi));
  optimize(*code, *machine);

  SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream os(bytes);
  llvm::legacy::PassManager emission;
  emission.add(new llvm::TargetLibraryInfoWrapperPass(
      llvm::TargetLibraryInfoImpl(machine->getTargetTriple())));
  if (machine->addPassesToEmitFile(emission, os, nullptr, type))
    return module.emitError()
           << "LLVM cannot write such a file for '" << target.triple << "'";
  emission.run(*code);
  return bytes;
}
