//===- RaiseErase.h - What dies with a norm --------------------*- C++ -* -===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Erases ops that nothing uses any more, with what hangs on them and what they
// hung on.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISEERASE_H
#define RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISEERASE_H

#include "rmsnorm/Analysis/Import/ModuleView.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::norm {

class Eraser {
public:
  /// Ops that are gone, and those inside of them, are added to `erased`.
  Eraser(ModuleView &view, llvm::DenseSet<Operation *> &erased)
      : view(view), erased(erased) {}

  /// Erases `op`, which only idle ops use, and these.
  void erase(Operation *op);
  void eraseIdleUsers(Value value);
  /// Erases what only erased ops used, as far as it has no effect. Ops that
  /// others use stay, even if these are idle.
  void eraseFeeders();
  bool isGone(Operation *op) const { return gone.contains(op); }

private:
  void eraseUnused(Operation *op);

  ModuleView &view;
  llvm::DenseSet<Operation *> &erased;
  llvm::SmallPtrSet<Operation *, 16> gone;
  llvm::SetVector<Operation *> feeders;
};

} // namespace mlir::norm

#endif // RMSNORM_LIB_DIALECT_NORM_TRANSFORMS_RAISEERASE_H
