//===- SmallFloats.h --------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_TARGET_CPU_SMALLFLOATS_H
#define RMSNORM_LIB_TARGET_CPU_SMALLFLOATS_H

#include "rmsnorm/Pipelines/CPUTarget.h"

#include "mlir/IR/BuiltinOps.h"

namespace mlir::norm {

/// Rewrites what a module in the LLVM dialect does with f16, where LLVM would
/// call library functions on the target: f16 is converted by arithmetic on
/// bits.
void expandSmallFloats(ModuleOp module, const CPUTarget &target);

} // namespace mlir::norm

#endif // RMSNORM_LIB_TARGET_CPU_SMALLFLOATS_H
