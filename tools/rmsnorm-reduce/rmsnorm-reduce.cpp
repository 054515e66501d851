//===- rmsnorm-reduce.cpp --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The test case reducer: makes a module smaller while a script of the user's
// still finds it interesting.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Frontend/Frontend.h"
#include "rmsnorm/InitAll.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-reduce/MlirReduceMain.h"
#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::norm::registerAllDialects(registry);
  mlir::norm::registerReaderDialects(registry);
  mlir::registerAllPasses();
  mlir::norm::registerAllPasses();
  mlir::MLIRContext context(registry);
  // That a module is not interesting is a warning, which MLIR drops unless
  // someone listens.
  context.getDiagEngine().registerHandler([](mlir::Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != mlir::DiagnosticSeverity::Warning)
      return mlir::failure();
    llvm::errs() << diagnostic.getLocation()
                 << ": warning: " << diagnostic.str() << "\n";
    return mlir::success();
  });
  return mlir::failed(mlir::mlirReduceMain(argc, argv, context));
}
