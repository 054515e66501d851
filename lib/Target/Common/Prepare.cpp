//===- Prepare.cpp ----------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What comes before a module is described to C.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Target/Common/CInterface.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::norm;

/// Puts the prefix before the names of the functions that C sees.
static LogicalResult addPrefix(ModuleOp module, StringRef prefix) {
  if (prefix.empty())
    return success();
  SymbolTable symbols(module);
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.isExternal() || !function.isPublic())
      continue;
    std::string name = (prefix + function.getName()).str();
    if (symbols.lookup(name))
      return function.emitError() << "'" << name << "' is there already";
    if (failed(symbols.rename(function, name)))
      return failure();
  }
  return success();
}

/// What no dialect knows cannot be compiled, and the inliner cannot step over
/// it.
static LogicalResult checkRegistered(ModuleOp module) {
  WalkResult result = module.walk([](Operation *op) {
    if (op->isRegistered())
      return WalkResult::advance();
    op->emitOpError("is not registered and cannot be compiled");
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

LogicalResult norm::prepareForC(ModuleOp module, StringRef prefix) {
  if (failed(checkRegistered(module)))
    return failure();
  PassManager inlining(module.getContext());
  inlining.addPass(createInlinerPass());
  inlining.addPass(createSymbolDCEPass());
  if (failed(inlining.run(module)))
    return failure();
  return addPrefix(module, prefix);
}
