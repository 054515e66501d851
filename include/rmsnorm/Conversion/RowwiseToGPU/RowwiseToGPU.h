//===- RowwiseToGPU.h -----------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_CONVERSION_ROWWISETOGPU_ROWWISETOGPU_H
#define RMSNORM_CONVERSION_ROWWISETOGPU_ROWWISETOGPU_H

#include "rmsnorm/Conversion/RowwiseToGPU/GPUTarget.h"

#include "mlir/Support/LLVM.h"

namespace mlir {
class RewriterBase;

namespace norm {
class RowwiseOp;

/// Replaces `op`, which must be in a function of a module, by launches of
/// kernels in a `gpu.module` beside the function; see `convert-rowwise-to-gpu`
/// in Passes.td. With `contract` a product may be added without being rounded.
/// Fails, with an error and the IR as it was, where `convert-rowwise-to-vector`
/// does, and when results are summed over different dimensions of the grid.
LogicalResult lowerRowwiseToGPU(RewriterBase &rewriter, RowwiseOp op,
                                const GPUTarget &target, bool contract);

} // namespace norm
} // namespace mlir

#endif // RMSNORM_CONVERSION_ROWWISETOGPU_ROWWISETOGPU_H
