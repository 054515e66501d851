//===- HostKernel.cpp ------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostKernel.h"

#include "Compiled.h"

#include "rmsnorm/InitAll.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/Support/raw_ostream.h"

using namespace hostkernel;
using namespace mlir;

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

void Arguments::add(const MemRef &memref) {
  auto data = reinterpret_cast<int64_t>(memref.data);
  std::vector<int64_t> descriptor{data, data, memref.offset};
  llvm::append_range(descriptor, memref.sizes);
  llvm::append_range(descriptor, memref.strides);
  values.push_back({std::move(descriptor), /*isMemRef=*/true});
  packed.clear();
}

void **Arguments::pack() {
  if (packed.empty()) {
    addresses.clear();
    for (Value &value : values)
      addresses.push_back(value.words.data());
    // A descriptor is passed by its address, of which this is the address.
    for (auto [value, address] : llvm::zip_equal(values, addresses))
      packed.push_back(value.isMemRef ? static_cast<void *>(&address)
                                      : address);
  }
  return packed.data();
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

MLIRContext &hostkernel::getContext() {
  static MLIRContext context(
      [] {
        norm::registerAllPasses();
        DialectRegistry registry;
        mlir::registerAllDialects(registry);
        mlir::registerAllExtensions(registry);
        registerAllToLLVMIRTranslations(registry);
        norm::registerAllDialects(registry);
        return registry;
      }(),
      MLIRContext::Threading::DISABLED);
  return context;
}

std::unique_ptr<HostKernel> HostKernel::compile(StringRef source,
                                                StringRef pipeline) {
  auto module = parseSourceString<ModuleOp>(source, &getContext());
  if (!module)
    return nullptr;
  auto function = module->lookupSymbol<func::FuncOp>("f");
  if (!function)
    return nullptr;
  function->setAttr("llvm.emit_c_interface", UnitAttr::get(&getContext()));
  if (failed(norm::runPipeline(*module, pipeline)))
    return nullptr;
  FailureOr<std::unique_ptr<ExecutionEngine>> engine =
      norm::compileForHost(*module);
  if (failed(engine))
    return nullptr;
  auto pointer = (*engine)->lookupPacked("_mlir_ciface_f");
  if (!pointer) {
    llvm::errs() << llvm::toString(pointer.takeError()) << "\n";
    return nullptr;
  }
  auto kernel = std::make_unique<HostKernel>();
  kernel->engine = std::move(*engine);
  kernel->function = *pointer;
  return kernel;
}

bool hostkernel::isPipeline(StringRef pipeline) {
  (void)getContext(); // registers the passes
  std::string message;
  llvm::raw_string_ostream errors(message);
  return succeeded(parsePassPipeline(pipeline, errors));
}
