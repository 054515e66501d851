//===- NormToRowwise.h -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Semantic ops to norm.rowwise.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_CONVERSION_NORMTOROWWISE_NORMTOROWWISE_H
#define RMSNORM_CONVERSION_NORMTOROWWISE_NORMTOROWWISE_H

#include "mlir/Support/LLVM.h"

namespace mlir {
class RewritePatternSet;
class RewriterBase;

namespace norm {
class RowProgramOpInterface;
class RowwiseOp;

/// Replaces `op` by a `norm.rowwise` that runs its row program, and returns
/// it. Scale and bias that follow some axes only are broadcast before, and
/// results summed in a wider type are rounded after. Works on any op of the
/// interface; it has no way to fail on IR that verifies.
RowwiseOp convertToRowwise(RewriterBase &rewriter, RowProgramOpInterface op);

/// Adds one pattern that applies `convertToRowwise` to every op of the
/// interface.
void populateNormToRowwisePatterns(RewritePatternSet &patterns);

} // namespace norm
} // namespace mlir

#endif // RMSNORM_CONVERSION_NORMTOROWWISE_NORMTOROWWISE_H
