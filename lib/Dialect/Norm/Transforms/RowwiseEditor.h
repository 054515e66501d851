//===- RowwiseEditor.h - Changes to a norm.rowwise --------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Adds and removes inputs and results of a norm.rowwise and moves code into its
// row program. Each step leaves an op that verifies.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_DIALECT_NORM_TRANSFORMS_ROWWISEEDITOR_H
#define RMSNORM_DIALECT_NORM_TRANSFORMS_ROWWISEEDITOR_H

#include "Elementwise.h"

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

namespace mlir {
class RewriterBase;

namespace norm {

/// An operand as the row program would read it: `value` without the dimensions
/// of extent one in `dropped`, indexed by `map` from the domain.
struct RowOperand {
  Value value;
  AffineMap map;
  SmallVector<unsigned> dropped;
};

/// Maps the inputs of `view` to the domain of `op`, given the domain dimension
/// of each loop. Refuses what a rowwise cannot read.
std::variant<SmallVector<RowOperand>, FuseRefusal>
composeOperands(RowwiseOp op, const Elementwise &view,
                ArrayRef<unsigned> loopDims);

/// True if without `excluded`, and with `added`, the operands of `op` still
/// give every extent of the domain, and the same static row size.
bool keepsDomain(RowwiseOp op, ArrayRef<Value> excluded,
                 ArrayRef<RowOperand> added);

/// True if `value` is available before `position`, or can be made so by moving
/// ops without effects up that do not read `unread`; with `move`, moves them.
bool makeAvailable(Value value, Operation *position, bool move,
                   Value unread = {});

class RowwiseEditor {
public:
  RowwiseEditor(RewriterBase &rewriter, RowwiseOp op)
      : rewriter(rewriter), op(op) {}

  RowwiseOp getOp() const { return op; }
  /// The value of the row program that stands for the operand: a block
  /// argument, new if need be, or a constant.
  Value addInput(const RowOperand &operand);
  /// Emits `view` behind the op that computes `after`, or at the start.
  Value emit(const Elementwise &view, ValueRange args, bool wantRow);
  /// Appends a result of the given type that holds `yielded`.
  Value addResult(AffineMap map, RankedTensorType type, Value yielded);
  /// Appends destination `number` of another rowwise, over the same domain.
  Value addResult(RowwiseOp from, unsigned number, Value yielded);
  /// Drops inputs that the program does not read and results without users,
  /// as far as the others give the domain.
  void prune();
  /// Sets where emitted ops go: the start of the program, or its end.
  void emitAtStart() { atStart = true; }
  void emitAtEnd() { atStart = false; }
  Value getYielded(unsigned number);
  Value anyRow();

private:
  void setInsertionPoint();
  void rebuild(ValueRange inits, ArrayRef<AffineMap> initMaps,
               ValueRange yielded, ArrayRef<unsigned> keptResults);

  RewriterBase &rewriter;
  RowwiseOp op;
  bool atStart = true;
  /// The last op emitted at the start.
  Operation *last = nullptr;
};

} // namespace norm
} // namespace mlir

#endif // RMSNORM_DIALECT_NORM_TRANSFORMS_ROWWISEEDITOR_H
