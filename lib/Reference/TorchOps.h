//===- TorchOps.h ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluators of torch ops, for their table.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_REFERENCE_TORCHOPS_H
#define RMSNORM_LIB_REFERENCE_TORCHOPS_H

#include "NamedOps.h"

namespace mlir::norm::reference::torch {

// Elements. PyTorch computes in the type of the result, or in f32 where that
// is narrower.

/// a + alpha * b, a - alpha * b, b - alpha * a: the entry's number is 0, 1, 2.
Arrays addScaled(NamedOp &op);
/// The kernels of the entry on the first `number` operands, integers converted
/// to the type of the result.
Arrays promoted(NamedOp &op);
/// The entry's number: 0 for both bounds, 1 for the lower, 2 for the upper.
Arrays clamp(NamedOp &op);
Arrays silu(NamedOp &op);
Arrays relu(NamedOp &op);
Arrays dropout(NamedOp &op);

// Reductions. The entry's number is the operand that lists the axes, or -1 for
// all of them.
Arrays sum(NamedOp &op);
Arrays mean(NamedOp &op);
Arrays amax(NamedOp &op);
/// var, var_mean and std, by the name of the op.
Arrays variance(NamedOp &op);
Arrays vectorNorm(NamedOp &op);

// Moves.
Arrays view(NamedOp &op);
Arrays squeeze(NamedOp &op);
Arrays squeezeDim(NamedOp &op);
Arrays unsqueeze(NamedOp &op);
Arrays flatten(NamedOp &op);
Arrays unflatten(NamedOp &op);
Arrays permute(NamedOp &op);
Arrays transpose(NamedOp &op);
Arrays expand(NamedOp &op);
Arrays slice(NamedOp &op);
Arrays cat(NamedOp &op);

// Scalars and lists.
Arrays list(NamedOp &op);
Arrays size(NamedOp &op);
Arrays numel(NamedOp &op);

// Products and norms.
Arrays linear(NamedOp &op);
Arrays layerNorm(NamedOp &op);
Arrays rmsNorm(NamedOp &op);
Arrays groupNorm(NamedOp &op);

} // namespace mlir::norm::reference::torch

#endif // RMSNORM_LIB_REFERENCE_TORCHOPS_H
