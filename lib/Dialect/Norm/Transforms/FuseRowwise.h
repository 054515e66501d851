//===- FuseRowwise.h - One fusion into a norm.rowwise -----------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The three fusions of norm-fuse, each of one op. All work on norm.rowwise on
// tensors and leave the IR as it was when they refuse.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_DIALECT_NORM_TRANSFORMS_FUSEROWWISE_H
#define RMSNORM_DIALECT_NORM_TRANSFORMS_FUSEROWWISE_H

#include "RowwiseEditor.h"

namespace mlir::norm {

/// A fusion that was done.
struct Fusion {
  /// What `norm.rowwise` has become.
  RowwiseOp op;
  /// What was done, for the remark.
  std::string text;
};

using FuseOutcome = std::variant<Fusion, FuseRefusal>;

/// Absorbs what computes input `index`, an op in the same block.
FuseOutcome absorbProducer(RewriterBase &rewriter, RowwiseOp op,
                           unsigned index);

/// Absorbs `consumer`, which reads result `number`.
FuseOutcome absorbConsumer(RewriterBase &rewriter, RowwiseOp op,
                           unsigned number, Operation *consumer);

/// Absorbs another rowwise that reads results of `op`.
FuseOutcome absorbRowwise(RewriterBase &rewriter, RowwiseOp op,
                          RowwiseOp consumer);

} // namespace mlir::norm

#endif // RMSNORM_DIALECT_NORM_TRANSFORMS_FUSEROWWISE_H
