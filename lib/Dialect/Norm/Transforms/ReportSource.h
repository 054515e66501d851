//===- ReportSource.h - The source of what was raised -----------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A clone of a module, and for what is in the clone what it was in the source:
// norms are raised in the clone, and reported in the words of the source.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_REPORTSOURCE_H
#define RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_REPORTSOURCE_H

#include "NormReport.h"
#include "RaiseNorms.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace mlir::norm {

class ReportSource {
public:
  explicit ReportSource(ModuleOp source);

  ModuleOp getClone() { return *clone; }

  /// The op of the source that `op`, an op of the clone, is a copy of; null
  /// for a new one.
  Operation *getSource(Operation *op) const { return ops.lookup(op); }
  /// What `value` of the clone is called in the source; empty for a new one.
  std::string getName(Value value);
  /// The place of an op of the source in the order of its text.
  unsigned getPosition(Operation *op) const { return positions.lookup(op); }
  /// `op` is new, whatever was at its address before.
  void addNew(Operation *op);
  /// `value` of the clone stands for what `name` was.
  void setName(Value value, std::string name) {
    names[value] = std::move(name);
  }

  /// What the sources of these ops of the clone are in the text of the module.
  std::string print(ArrayRef<Operation *> cloned);
  /// These ops of the clone, which are new, in the names of the source. All
  /// rewriting has to be over.
  std::string printNew(ArrayRef<Operation *> created);

private:
  /// Of the clone to those of the source.
  DenseMap<Operation *, Operation *> ops;
  DenseMap<Value, Value> values;
  OwningOpRef<ModuleOp> clone;
  DenseMap<Operation *, unsigned> positions;
  DenseMap<Value, std::string> names;
  AsmState sourceState;
  std::optional<AsmState> cloneState;
};

/// The ops that `ends` are computed with from `starts`, in any order: those
/// of `cone`, and the cheap ops and constants that feed them.
SmallVector<Operation *> getSourceOps(ArrayRef<Value> ends,
                                      ArrayRef<Value> starts,
                                      ArrayRef<Operation *> cone,
                                      ModuleView &view);
/// The same for a norm or gradient.
SmallVector<Operation *> getSourceOps(RaisedNorm norm, ModuleView &view);
/// What is around `root`: what it reads, a few steps up, and what reads it.
SmallVector<Operation *> getOpsAround(Operation *root, ModuleView &view);

ReportLocation getReportLocation(Location location);

} // namespace mlir::norm

#endif // RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_REPORTSOURCE_H
