//===- rmsnorm-translate.cpp -----------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The translator: between MLIR and LLVM IR, SPIR-V, C++ and what else upstream
// translates, and from norms to objects, shared libraries, device code and
// headers.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/InitAll.h"
#include "rmsnorm/Target/CPU/Translation.h"
#include "rmsnorm/Target/GPU/Translation.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllTranslations.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"

using namespace mlir;

int main(int argc, char **argv) {
  registerAllTranslations();
  auto registerDialects = [](DialectRegistry &registry) {
    registerAllDialects(registry);
    registerAllExtensions(registry);
    norm::registerAllDialects(registry);
    registerAllToLLVMIRTranslations(registry);
  };
  norm::registerToCPUTranslations(registerDialects);
  norm::registerToGPUTranslations(registerDialects);
  return failed(mlirTranslateMain(argc, argv, "rmsnorm translation driver"));
}
