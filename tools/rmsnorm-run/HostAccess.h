//===- HostAccess.h -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds host code that would read or write the memory of a device.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TOOLS_RMSNORM_RUN_HOSTACCESS_H
#define RMSNORM_TOOLS_RMSNORM_RUN_HOSTACCESS_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir::norm {

/// Fails with a diagnostic when a function in the LLVM dialect that takes
/// memrefs in device memory, or one that it calls, touches elements on the
/// host: when run, that would end the process. A check of what pipelines leave,
/// not a proof: pointers that went through memory are not followed.
LogicalResult checkHostAccess(ModuleOp module, StringRef entry);

} // namespace mlir::norm

#endif // RMSNORM_TOOLS_RMSNORM_RUN_HOSTACCESS_H
