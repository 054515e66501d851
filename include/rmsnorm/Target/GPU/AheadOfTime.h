//===- AheadOfTime.h --------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a module to a file of device code, a manifest and a C header.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TARGET_GPU_AHEADOFTIME_H
#define RMSNORM_TARGET_GPU_AHEADOFTIME_H

#include "rmsnorm/Target/GPU/DeviceProgram.h"

namespace mlir::norm {

struct DeviceLoweringOptions {
  /// Names of NVIDIA's chips, of different compute capabilities.
  SmallVector<std::string> chips;
  /// Features for all of them.
  std::string features;
  /// Folder of CUDA; empty looks for it.
  std::string toolkit;
  /// What the names of functions in C begin with, before their symbols.
  std::string prefix;
};

/// Lowers a module with ops of norm, linalg, tensor, arith, math and scf to PTX
/// and lists of launches, for every chip.
FailureOr<DeviceProgram> compileForGPU(ModuleOp module,
                                       const DeviceLoweringOptions &options);

/// Machine code of all targets and the newest one's PTX in one file, by CUDA's
/// ptxas and fatbinary.
FailureOr<std::string> makeFatbinary(Location loc, const DeviceProgram &program,
                                     StringRef toolkit);

/// What is in the file of device code.
enum class DeviceImage { PTX, Fatbinary };

/// Prints the manifest, as JSON; `image` is the name of the file.
void printManifest(raw_ostream &os, const DeviceProgram &program,
                   DeviceImage format, StringRef image);

/// Prints a header, in C99 and C++, of functions that load the file and launch
/// its kernels by CUDA's driver. `name` begins the names of those that load.
/// Fails with a diagnostic where a name is taken.
LogicalResult printDeviceHeader(raw_ostream &os, Location loc,
                                const DeviceProgram &program,
                                DeviceImage format, StringRef name,
                                StringRef guard);

} // namespace mlir::norm

#endif // RMSNORM_TARGET_GPU_AHEADOFTIME_H
