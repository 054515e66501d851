//===- SourceNames.h --------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Keeps the names of values, which MLIR drops, for the parameters of C.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TARGET_COMMON_SOURCENAMES_H
#define RMSNORM_TARGET_COMMON_SOURCENAMES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace llvm {
class SourceMgr;
} // namespace llvm

namespace mlir::norm {

/// Parses a module, as text or bytecode. Where the text names arguments of
/// functions, and values that they return, in a way that C can use, the
/// attribute `norm.name` has the name, unless it is there already. Null, with a
/// diagnostic, for what does not parse.
OwningOpRef<ModuleOp> parseWithNames(const llvm::SourceMgr &sources,
                                     MLIRContext *context);

} // namespace mlir::norm

#endif // RMSNORM_TARGET_COMMON_SOURCENAMES_H
