//===- AheadOfTime.h --------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a module to an object, a shared library and a C header.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TARGET_CPU_AHEADOFTIME_H
#define RMSNORM_TARGET_CPU_AHEADOFTIME_H

#include "rmsnorm/Pipelines/CPUTarget.h"
#include "rmsnorm/Target/CPU/EntryPoints.h"

#include "llvm/Support/CodeGen.h"

namespace mlir::norm {

struct CLoweringOptions {
  /// Bits in a vector; 0 for the target's.
  unsigned vectorWidth = 0;
  /// Vectors are as long as the CPU has them: `vectorWidth`, or 128, bits for
  /// each unit of vscale.
  bool scalable = false;
  /// What the names of functions in C begin with, before their symbols.
  std::string prefix;
};

/// Lowers a module with ops of norm, linalg, tensor, arith, math and scf to the
/// LLVM dialect for the target, with entry points for C.
FailureOr<std::vector<CFunction>> lowerForC(ModuleOp module,
                                            const CPUTarget &target,
                                            const CLoweringOptions &options);

/// Compiles what `lowerForC` left into an object or into assembly, that is
/// independent of its position.
FailureOr<SmallVector<char, 0>> compileForCPU(ModuleOp module,
                                              const CPUTarget &target,
                                              llvm::CodeGenFileType type);

struct LinkOptions {
  /// A compiler driver; empty looks for clang and, for the host, for cc.
  std::string linker;
  /// The name that programs look the library up by; may be empty.
  std::string soname;
};

/// Links an object into a shared library, with C's library and libm.
FailureOr<std::string> linkSharedLibrary(Location loc, ArrayRef<char> object,
                                         const CPUTarget &target,
                                         const LinkOptions &options);

} // namespace mlir::norm

#endif // RMSNORM_TARGET_CPU_AHEADOFTIME_H
