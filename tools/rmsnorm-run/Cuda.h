//===- Cuda.h -----------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// NVIDIA GPUs, through the runtime that compiled code calls.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TOOLS_RMSNORM_RUN_CUDA_H
#define RMSNORM_TOOLS_RMSNORM_RUN_CUDA_H

#include "Memory.h"

#include "mlir/Support/LLVM.h"

#include <string>

namespace mlir {
class Location;
} // namespace mlir

namespace mlir::norm {

/// Succeeds when there is a GPU; fails with a diagnostic that says why not.
LogicalResult checkCudaDevice(Location loc);

/// Succeeds when nothing has gone wrong on the GPU; fails with a diagnostic
/// that says what has.
LogicalResult checkCudaErrors(Location loc);

/// The pipeline for the GPU that is there.
std::string getCudaPipeline();

/// The memory of the GPU.
Memory &getCudaMemory();

} // namespace mlir::norm

#endif // RMSNORM_TOOLS_RMSNORM_RUN_CUDA_H
