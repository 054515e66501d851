//===- NameKernels.cpp ----------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gives kernels names that PTX has.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/ADT/StringExtras.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMNAMEKERNELS
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;

/// As in "Identifiers" of the PTX manual.
static std::string getPTXName(StringRef name) {
  std::string result = name.str();
  for (char &c : result)
    if (!llvm::isAlnum(c) && c != '_' && c != '$')
      c = '_';
  if (llvm::isDigit(result.front()))
    result.insert(0, "_");
  // One of these alone is no name.
  if (result.find_first_not_of("_$") == std::string::npos)
    result += "kernel";
  return result;
}

namespace {
struct NormNameKernels : norm::impl::NormNameKernelsBase<NormNameKernels> {
  void runOnOperation() override {
    getOperation().walk([&](gpu::GPUModuleOp kernels) {
      for (auto function : kernels.getOps<gpu::GPUFuncOp>())
        if (function.isKernel() && failed(rename(function, kernels)))
          return signalPassFailure();
    });
  }

  LogicalResult rename(gpu::GPUFuncOp function, gpu::GPUModuleOp kernels) {
    std::string name = getPTXName(function.getName());
    if (name == function.getName())
      return success();
    auto isTaken = [&](StringRef name) {
      return SymbolTable::lookupSymbolIn(kernels, name) != nullptr;
    };
    unsigned number = 0;
    if (isTaken(name))
      name = SymbolTable::generateSymbolName<64>(name, isTaken, number).str();
    auto attr = StringAttr::get(&getContext(), name);
    if (failed(SymbolTable::replaceAllSymbolUses(
            function, attr, getOperation().getOperation())))
      return function.emitError("has a name that PTX has not, and uses that "
                                "cannot be found");
    function.setName(name);
    return success();
  }
};
} // namespace
