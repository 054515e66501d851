//===- RaiseBackward.h - Gradients from saved statistics --------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The backward half of norm-raise: finds dx, and the dscale and dbias that go
// with it, when the statistics are values (arguments, results of a norm, or
// computed by a root and a mean that no norm was found for).
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISEBACKWARD_H
#define RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISEBACKWARD_H

#include "rmsnorm/Analysis/Import/ModuleView.h"
#include "rmsnorm/Analysis/RowAlgebra/DecideBackward.h"
#include "rmsnorm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/IR/Value.h"
#include <variant>

namespace mlir {
class OpBuilder;

namespace norm {

class Importer;

/// A gradient that can be raised.
struct RaisableGradient {
  algebra::BackwardMatch match;
  Value dy, x, mean, rstd, scale;
  /// The values that the op replaces; dscale and dbias may be null.
  Value dx, dscale, dbias;
  /// The dimensions of x that dscale and dbias follow, and at which indices of
  /// theirs.
  algebra::GradientMatch scaleGradient, biasGradient;
  /// The op goes right after this one; null for the start of the block.
  Operation *after = nullptr;
};

using GradientOutcome =
    std::variant<std::monostate, algebra::Refusal, RaisableGradient>;

/// True for an op that can be the projection of a gradient: a sum of products
/// of at least two values of the shape that it sums.
bool isProjection(Operation *op, ModuleView &view);

/// The values that `projection` is computed from element by element, near to
/// far: one of them is dy, and one x.
SmallVector<Value> getMatrices(Operation *projection, ModuleView &view);

/// Tensors computed from `start` element by element in the same block, nearest
/// first, and beyond sums: one axis after another, from the start on
/// (`isSum`: `start` is such a sum) or once on the way.
SmallVector<Value> getForwardSlice(Value start, bool isSum, ModuleView &view);

/// The indices of a whole value: its dimensions in order, but for unit ones.
algebra::IndexTuple getWholeIndices(RankedTensorType type);

/// Looks for a gradient around `projection`, for which isProjection holds, with
/// `dy` as dy.
GradientOutcome matchGradient(Operation *projection, Value dy, ModuleView &view,
                              NumericsPolicy policy);

/// The same for whatever may be dy.
GradientOutcome matchGradient(Operation *projection, ModuleView &view,
                              NumericsPolicy policy);

/// Gives the norms whose xhat a projection may read their statistics as
/// results; returns those norms. `dropStatistics` takes back what is not used.
/// Both tell `replaced` of each norm, and of what is about to replace it.
using ReplacedFn = llvm::function_ref<void(Operation *, Operation *)>;
SmallVector<Operation *> addStatistics(OpBuilder &builder,
                                       ArrayRef<Operation *> projections,
                                       ModuleView &view, ReplacedFn replaced);
void dropStatistics(OpBuilder &builder, ArrayRef<Operation *> norms,
                    ReplacedFn replaced);

/// xhat, the result of a norm without scale and bias, by the statistics that
/// are its other results; nullopt for any other value.
std::optional<algebra::Polynomial> readXhat(Importer &importer, Value value,
                                            ArrayRef<algebra::Index> indices,
                                            NumericsPolicy policy);

/// `value` with N * mean for each sum of x along a row, where the program
/// computes the leaf mean from the leaf x.
algebra::Polynomial foldComputedMeans(Importer &importer,
                                      const algebra::Polynomial &value);

/// Creates the op and replaces the uses of what it computes. What is left
/// without uses is the caller's to erase.
Operation *rewriteGradient(OpBuilder &builder,
                           const RaisableGradient &gradient);

} // namespace norm
} // namespace mlir

#endif // RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISEBACKWARD_H
