//===- RowPhases.h ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Splits a row program into phases at its reductions. A phase is one sweep
// over the row; a value that depends on a reduction can only be computed in a
// later sweep. Every lowering of norm.rowwise (vectors, GPU) walks the phases
// in order: sweep, then the uniform ops that the sweep's sums make possible.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_ANALYSIS_ROWPHASES_ROWPHASES_H
#define RMSNORM_ANALYSIS_ROWPHASES_ROWPHASES_H

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace mlir::norm {

/// One loop over the first `first` elements of the row, or all of them.
struct RowSweep {
  std::optional<int64_t> first;
  /// What the sweep accumulates, in program order.
  SmallVector<ReduceOp> reductions;
  /// The results of norm.yield that the sweep stores, by position.
  SmallVector<unsigned> stores;
  /// The varying inputs, by block argument number, that the sweep reads.
  SmallVector<unsigned> inputs;
  /// The results of norm.yield that it reads back, by position: an earlier
  /// sweep has stored them.
  SmallVector<unsigned> reloads;
  /// The varying ops that it evaluates for each element, in program order.
  /// An op that several sweeps need is in all of them: it is recomputed from
  /// the inputs, which the first sweep has brought into the cache.
  SmallVector<Operation *> ops;
};

struct RowPhase {
  /// More than one only when reductions differ in `first`. The sweep over the
  /// whole row is the last.
  SmallVector<RowSweep, 0> sweeps;
  /// The uniform ops that can be evaluated after the phase and not before, in
  /// program order.
  SmallVector<Operation *> uniformOps;
};

/// The phases of a row program. Values that are never used are left out.
///
/// A value *varies* when it is a tensor that differs along the row, that is,
/// depends on a tensor block argument; it is *uniform* when it is a scalar or
/// a tensor of copies of one (tensor.splat, splat constants, and elementwise
/// ops on those).
class RowPhases {
public:
  /// Analyses a verified row program. All constants of tensor type must be
  /// splats; see `findNonSplatConstant`. The results of norm.yield at the
  /// positions `early`, for each of which `canBeEarly`, are stored in the first
  /// phase, and later ones read them back instead of computing them again.
  explicit RowPhases(Block &program, ArrayRef<unsigned> early = {});

  /// Whether a result of norm.yield varies and is known before any reduction,
  /// and is the one result of an op.
  bool canBeEarly(Block &program, unsigned result) const;

  /// The first constant of tensor type that is not a splat, or null. Such a
  /// program has no phases in the sense above.
  static Operation *findNonSplatConstant(Block &program);

  bool isVarying(Value value) const { return varying.contains(value); }
  bool isLive(Value value) const { return live.contains(value); }

  /// The uniform ops that need no reduction, in program order.
  ArrayRef<Operation *> getPrologue() const { return prologue; }

  /// In order. All stores but early ones happen in the last phase that stores
  /// or reads, so that a destination may share the buffer of an input.
  ArrayRef<RowPhase> getPhases() const { return phases; }

private:
  void markLive(Block &program);
  RowSweep buildSweep(Block &program, std::optional<int64_t> first,
                      ArrayRef<ReduceOp> reductions, ArrayRef<unsigned> stores,
                      ArrayRef<unsigned> reloadable);

  llvm::DenseSet<Value> varying, live;
  /// How many phases must have ended before a value is known.
  llvm::DenseMap<Value, unsigned> level;
  SmallVector<Operation *> prologue;
  SmallVector<RowPhase, 0> phases;
};

} // namespace mlir::norm

#endif // RMSNORM_ANALYSIS_ROWPHASES_ROWPHASES_H
