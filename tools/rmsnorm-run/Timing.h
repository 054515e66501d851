//===- Timing.h ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Times compiled functions against a copy of as many bytes.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TOOLS_RMSNORM_RUN_TIMING_H
#define RMSNORM_TOOLS_RMSNORM_RUN_TIMING_H

#include "Report.h"

namespace mlir::norm {

class Compiled;

/// Times a function before and after raising, by the clock of this machine.
Timing timeOnHost(Compiled &before, Compiled &after, unsigned repetitions);

/// Times a function by events on the GPU, where calls do not wait for each
/// other. Code that was not raised has no kernels to be timed.
Timing timeOnCuda(Compiled &function, unsigned repetitions);

} // namespace mlir::norm

#endif // RMSNORM_TOOLS_RMSNORM_RUN_TIMING_H
