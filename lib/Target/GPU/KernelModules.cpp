//===- KernelModules.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One module for all kernels, so that there is one image to load.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Target/GPU/DeviceProgram.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;
using namespace mlir::norm;

/// Moves what `from` has to `to`. Fails where a symbol cannot be renamed.
static LogicalResult
moveKernels(gpu::GPUModuleOp from, gpu::GPUModuleOp to,
            DenseMap<SymbolRefAttr, SymbolRefAttr> &renamed) {
  SymbolTable source(from), target(to);
  for (Operation &op : llvm::make_early_inc_range(*from.getBody())) {
    auto symbol = dyn_cast<SymbolOpInterface>(op);
    if (!symbol) {
      op.emitOpError("is in a module of kernels, but has no name");
      return failure();
    }
    StringAttr name = symbol.getNameAttr();
    if (target.lookup(name))
      if (failed(source.renameToUnique(&op, {&target})))
        return op.emitOpError() << "has a name that is taken";
    renamed[SymbolRefAttr::get(from.getNameAttr(),
                               {FlatSymbolRefAttr::get(name)})] =
        SymbolRefAttr::get(to.getNameAttr(),
                           {FlatSymbolRefAttr::get(symbol.getNameAttr())});
  }
  for (Operation &op : llvm::make_early_inc_range(*from.getBody())) {
    source.remove(&op);
    op.remove();
    target.insert(&op);
  }
  return success();
}

Operation *norm::mergeKernelModules(ModuleOp module) {
  SmallVector<gpu::GPUModuleOp> modules(module.getOps<gpu::GPUModuleOp>());
  if (modules.empty()) {
    module.emitError("there is no kernel to compile: no public function has an "
                     "op on the elements of tensors");
    return nullptr;
  }
  gpu::GPUModuleOp merged = modules.front();
  DenseMap<SymbolRefAttr, SymbolRefAttr> renamed;
  for (gpu::GPUModuleOp other : llvm::drop_begin(modules)) {
    if (failed(moveKernels(other, merged, renamed)))
      return nullptr;
    other.erase();
  }
  module.walk([&](gpu::LaunchFuncOp launch) {
    auto found = renamed.find(launch.getKernel());
    if (found != renamed.end())
      launch.setKernelAttr(found->second);
  });
  return merged;
}
