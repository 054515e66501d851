//===- ModuleView.h - What kind of op is it? --------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Classifies the ops of a module for the search of norms: by the table of
// front ends, by linalg's interface, and through calls by the function that is
// called, which is looked at once.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_ANALYSIS_IMPORT_MODULEVIEW_H
#define RMSNORM_ANALYSIS_IMPORT_MODULEVIEW_H

#include "rmsnorm/Analysis/Import/OpTable.h"
#include "rmsnorm/Analysis/RowAlgebra/Rational.h"

#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SetVector.h"
#include <memory>

namespace mlir::linalg {
class LinalgOp;
} // namespace mlir::linalg

namespace mlir::norm {

/// A function that calls can be read through.
struct Callee {
  /// The only block; the operands of its last op are the results.
  Block *body = nullptr;
  bool isPure = false;
  bool hasRoot = false;
  bool hasReduction = false;
};

/// Valid while functions are neither added nor removed.
class ModuleView {
public:
  /// The row of the table for `op`, or null.
  const OpRow *lookup(Operation *op) const;

  /// What `op` calls, or the decomposition that it names; null when it is no
  /// call, or its function is not in sight or has control flow.
  const Callee *getCallee(Operation *op);

  /// True for ops without effects on memory as far as they are known: by their
  /// interface, the table, or the function that is called. The ops inside of
  /// them must be pure, too.
  bool isPure(Operation *op);
  /// Ops whose every element depends on few elements of their operands.
  bool isElementwiseOrMovement(Operation *op);
  /// Ops whose elements depend on rows of an operand.
  bool isReduction(Operation *op);
  /// Ops that take a root: the search for norms starts there.
  bool isRoot(Operation *op);
  /// Roots that are more than an elementwise op: a named norm, or a call of a
  /// function that takes a root.
  bool isCompositeRoot(Operation *op);
  /// Ops that only take the reciprocal of a square root, element by element:
  /// by themselves, or as the body of a linalg op.
  bool isReciprocalRoot(Operation *op) const;
  bool isConstant(Operation *op) const;
  /// Ops that say something about a value without using it.
  bool isMetadata(Operation *op) const {
    const OpRow *row = lookup(op);
    return row && row->kind == OpClass::Metadata;
  }
  /// Ops that do not count as users of a value: metadata, and pure ops of which
  /// nothing uses a result, so that they go with the value.
  /// Work is bounded: what hangs together by more than 64 ops is not idle.
  bool isIdle(Operation *op);
  /// True for an op that only widens its float operand.
  bool isWidening(Operation *op) const;
  /// The number that a finite literal stands for; nullopt if it is wider than
  /// f64. What it is read as is kept: few literals are written many times.
  std::optional<algebra::Coefficient> readLiteral(FloatAttr literal);
  /// From now on a literal narrower than f32 is the number that is written. By
  /// default it is what its author may have rounded, as 1/768 in bf16, which is
  /// off by more than statistics in f32 are.
  void takeNarrowLiteralsAsWritten() { areNarrowAsWritten = true; }
  /// True when values are defined before they are used, in the block of `op`
  /// and in those around it: a graph region may have any order.
  bool isInOrder(Operation *op);

private:
  const OpTable &table = OpTable::get();
  /// The rows of names that were looked up, which saves hashing the name.
  mutable llvm::DenseMap<const void *, const OpRow *> rows;
  SymbolTableCollection symbols;
  llvm::DenseMap<Operation *, std::unique_ptr<Callee>> callees;
  llvm::DenseMap<Block *, bool> inOrder;
  llvm::DenseMap<Attribute, std::optional<algebra::Coefficient>> literals;
  bool areNarrowAsWritten = false;
};

/// The op that the body of `op` applies to its first input and yields, if that
/// is all that it does; null otherwise.
Operation *getOnlyOp(linalg::LinalgOp op);

/// The values from outside of `op` that it and its regions read.
llvm::SetVector<Value> getReadValues(Operation *op);

} // namespace mlir::norm

#endif // RMSNORM_ANALYSIS_IMPORT_MODULEVIEW_H
