//===- EntryPoints.h --------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What C sees of compiled functions: their entry points and their header.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TARGET_CPU_ENTRYPOINTS_H
#define RMSNORM_TARGET_CPU_ENTRYPOINTS_H

#include "rmsnorm/Target/Common/CInterface.h"

#include "llvm/ADT/StringSet.h"

namespace mlir::norm {

/// Gives the module, in the LLVM dialect now, the functions that C calls; all
/// others become internal. Fills in what is known only now. Fails with a
/// diagnostic where the module needs anything but C's library and the functions
/// `declared`.
LogicalResult addCEntryPoints(ModuleOp module,
                              MutableArrayRef<CFunction> functions,
                              const llvm::StringSet<> &declared);

/// Prints a header, in C99 and C++, with an include guard.
void printCHeader(raw_ostream &os, ArrayRef<CFunction> functions,
                  StringRef guard);

} // namespace mlir::norm

#endif // RMSNORM_TARGET_CPU_ENTRYPOINTS_H
