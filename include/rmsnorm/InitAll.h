//===- InitAll.h -----------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registers everything that the project has: for tools, for plugins, and for
// compilers that embed it. Include it in one file of a program only.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_INITALL_H
#define RMSNORM_INITALL_H

namespace mlir {
class DialectRegistry;

namespace norm {

/// Adds the norm dialect, and its interface implementations on top of other
/// dialects' (bufferization, tiling), to the registry.
void registerAllDialects(DialectRegistry &registry);

/// Adds every pass and pipeline to MLIR's global pass registry.
void registerAllPasses();

} // namespace norm
} // namespace mlir

#endif // RMSNORM_INITALL_H
