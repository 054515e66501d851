//===- RowwiseToVector.h ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// norm.rowwise on memrefs to scf loops over vector, arith, math and memref.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_CONVERSION_ROWWISETOVECTOR_ROWWISETOVECTOR_H
#define RMSNORM_CONVERSION_ROWWISETOVECTOR_ROWWISETOVECTOR_H

#include "mlir/Support/LLVM.h"

namespace mlir {
class RewriterBase;

namespace norm {
class RowwiseOp;

struct RowwiseToVectorOptions {
  /// Bits in a vector register: a power of two. A vector holds as many lanes
  /// as elements of the widest type in the row program fit.
  unsigned vectorWidth = 512;
  /// Vectors are as long as the target has them: `vectorWidth` bits for each
  /// unit of its `vscale`.
  bool scalable = false;
  /// Independent partial sums (each a vector) of a row: a power of two. The
  /// reductions of one sweep share them. Fewer are used for rows of a known,
  /// short length.
  unsigned accumulators = 4;
  /// A row is read while the one before is written, if the operands of both are
  /// known to take no more than this.
  uint64_t overlapBytes = 32 << 10;
  /// Longer rows of known length that are computed together: a power of two.
  unsigned blockRows = 2;
  /// A product may be added without being rounded, where the target has an
  /// instruction for that.
  bool contract = true;
  /// While a row is stored, ask for the next.
  bool prefetch = true;
  /// Results of this many bytes and more are written past the caches; 0 for
  /// never.
  uint64_t nontemporalBytes = 0;
};

/// Replaces `op` by loops. Each row is summed in an order that depends on its
/// length, its layout and the options only; see `convert-rowwise-to-vector`
/// in Passes.td. Fails, with an error at `op` or at the op of the row program
/// that is in the way, and the IR as it was, when `op` is on tensors, has an
/// operand whose layout is not strided, or holds a tensor constant that is
/// not a splat.
LogicalResult lowerRowwiseToVector(RewriterBase &rewriter, RowwiseOp op,
                                   const RowwiseToVectorOptions &options);

} // namespace norm
} // namespace mlir

#endif // RMSNORM_CONVERSION_ROWWISETOVECTOR_ROWWISETOVECTOR_H
