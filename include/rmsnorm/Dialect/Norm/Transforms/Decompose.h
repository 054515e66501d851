//===- Decompose.h - norm ops back to linalg --------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Spells out row programs in linalg, tensor, arith and math: one linalg.generic
// for each reduction, one for each row scalar (mean, rstd), one for each
// result. Any rank, axes, element types and dynamic extents; the rounding
// points are those of the row program.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_DIALECT_NORM_TRANSFORMS_DECOMPOSE_H
#define RMSNORM_DIALECT_NORM_TRANSFORMS_DECOMPOSE_H

#include "mlir/IR/Value.h"

namespace mlir {
class DialectRegistry;
class OpBuilder;
class RewritePatternSet;

namespace norm {
class RowProgramOpInterface;
class RowwiseOp;

/// Emits the ops that compute what `op` computes at the builder's insertion
/// point, and returns one value for each of its results, of the same types.
/// `op` itself stays.
SmallVector<Value> decompose(OpBuilder &builder, RowProgramOpInterface op);

/// Likewise. Fails, without a trace, on a `norm.rowwise` on memrefs.
FailureOr<SmallVector<Value>> decompose(OpBuilder &builder, RowwiseOp op);

/// Adds one pattern for each of the above.
void populateNormDecomposePatterns(RewritePatternSet &patterns);

/// Makes the ops of the norm dialect implement linalg's AggregatedOpInterface,
/// so that `transform.structured.decompose_interface` applies to them.
void registerDecomposeExternalModels(DialectRegistry &registry);

} // namespace norm
} // namespace mlir

#endif // RMSNORM_DIALECT_NORM_TRANSFORMS_DECOMPOSE_H
