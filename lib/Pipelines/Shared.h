//===- Shared.h -----------------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What all lowerings begin with.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_PIPELINES_SHARED_H
#define RMSNORM_LIB_PIPELINES_SHARED_H

namespace mlir {
class OpPassManager;

namespace norm {

/// From norms and tensors to norm.rowwise and linalg on buffers; with
/// `outParams` functions write results to arguments behind the others.
void addRowwiseBuffers(OpPassManager &pm, bool outParams);

/// Registers norm-to-gpu and its first part.
void registerNormToGPUPipelines();

} // namespace norm
} // namespace mlir

#endif // RMSNORM_LIB_PIPELINES_SHARED_H
