//===- InitAll.cpp ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/InitAll.h"
#include "rmsnorm/Conversion/Passes.h"
#include "rmsnorm/Dialect/Norm/IR/Norm.h"
#include "rmsnorm/Dialect/Norm/Transforms/BufferizableOpInterfaceImpl.h"
#include "rmsnorm/Dialect/Norm/Transforms/Decompose.h"
#include "rmsnorm/Dialect/Norm/Transforms/Passes.h"
#include "rmsnorm/Pipelines/Pipelines.h"

#include "mlir/IR/DialectRegistry.h"

using namespace mlir;

void norm::registerAllDialects(DialectRegistry &registry) {
  registry.insert<NormDialect>();
  registerDecomposeExternalModels(registry);
  registerBufferizableOpInterfaceExternalModels(registry);
}

void norm::registerAllPasses() {
  registerNormConversionPasses();
  registerNormTransformsPasses();
  registerNormPipelines();
}
