//===- GPUModel.cpp -------------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GPUModel.h"

#include "Compiled.h"
#include "Machine.h"
#include "Rewrite.h"
#include "Runtime.h"

#include "rmsnorm/Pipelines/Pipelines.h"

#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/raw_ostream.h"

using namespace gpumodel;
using namespace mlir;

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

const char *gpumodel::getName(Check check) {
  switch (check) {
  case Check::Limits:
    return "limits";
  case Check::Synchronization:
    return "synchronization";
  case Check::Shuffle:
    return "shuffle";
  case Check::Race:
    return "race";
  case Check::Bounds:
    return "bounds";
  case Check::Alignment:
    return "alignment";
  case Check::Uninitialized:
    return "uninitialized";
  case Check::Cluster:
    return "cluster";
  case Check::Dependence:
    return "dependence";
  case Check::Host:
    return "host";
  }
  llvm_unreachable("not a check");
}

std::string Failure::str() const {
  std::string text;
  llvm::raw_string_ostream stream(text);
  auto print = [&](const std::array<uint32_t, 3> &id) {
    stream << "(" << id[0] << ", " << id[1] << ", " << id[2] << ")";
  };
  stream << getName(check) << ": ";
  if (!kernel.empty()) {
    stream << kernel << ", block ";
    print(block);
    stream << ", thread ";
    print(thread);
    stream << ": ";
  }
  stream << message;
  return text;
}

bool Result::has(Check check) const {
  return llvm::any_of(
      failures, [&](const Failure &failure) { return failure.check == check; });
}

std::string Result::str() const {
  std::string text;
  for (const Failure &failure : failures)
    text += failure.str() + "\n";
  return text;
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

Program::Program() : info(std::make_unique<ModuleInfo>()) {}
Program::~Program() = default;

std::unique_ptr<Program> Program::compile(StringRef source, StringRef pipeline,
                                          bool instrument) {
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(source, &hostkernel::getContext());
  if (!module ||
      (!pipeline.empty() && failed(norm::runPipeline(*module, pipeline))))
    return nullptr;
  return compile(std::move(module), instrument);
}

static LogicalResult lower(ModuleOp module) {
  PassManager passes(module.getContext());
  norm::NormToCPUOptions options;
  norm::buildLoopsToLLVMPipeline(passes, options);
  // Halfway, functions are called by names that are not theirs yet.
  passes.enableVerifier(false);
  return success(succeeded(passes.run(module)) && succeeded(verify(module)));
}

std::unique_ptr<Program> Program::compile(OwningOpRef<ModuleOp> module,
                                          bool instrument) {
  std::unique_ptr<Program> program(new Program());
  program->info->instrumented = instrument;
  if (failed(rewriteModule(*module, *program->info)) ||
      failed(lower(*module)) ||
      failed(instrumentModule(*module, *program->info)))
    return nullptr;
  FailureOr<std::unique_ptr<ExecutionEngine>> engine =
      norm::compileForHost(*module);
  if (failed(engine))
    return nullptr;
  program->engine = std::move(*engine);
  registerRuntime(*program->engine);
  return program;
}

Result Program::call(StringRef function, Arguments &arguments,
                     ArrayRef<Buffer> buffers, const Options &options) {
  Result result;
  auto pointer = engine->lookupPacked(("_mlir_ciface_" + function).str());
  if (!pointer) {
    result.failures.push_back(
        {Check::Host, "", {}, {}, llvm::toString(pointer.takeError())});
    return result;
  }
  Machine machine(*info, options, result);
  for (const Buffer &buffer : buffers)
    machine.addBuffer(buffer, /*workspace=*/false);
  RunningMachine running(machine);
  (*pointer)(arguments.pack());
  machine.finish();
  return result;
}
