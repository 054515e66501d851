//===- RaiseErase.cpp - What dies with a norm -----------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaiseErase.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::norm;

void Eraser::eraseUnused(Operation *op) {
  op->walk([&](Operation *inner) {
    // Ops inside go with it, so only those outside can be left dead.
    for (Value operand : inner->getOperands())
      if (Operation *feeder = operand.getDefiningOp();
          feeder && !op->isAncestor(feeder))
        feeders.insert(feeder);
    feeders.remove(inner);
    gone.insert(inner);
    erased.insert(inner);
  });
  op->erase();
}

void Eraser::erase(Operation *op) {
  if (isGone(op))
    return;
  SmallVector<Operation *> stack{op};
  while (!stack.empty()) {
    Operation *next = stack.back();
    if (next->use_empty()) {
      eraseUnused(next);
      stack.pop_back();
      continue;
    }
    Operation *user = *next->user_begin();
    assert(view.isIdle(user) && "what is in use is not dead");
    stack.push_back(user);
  }
}

void Eraser::eraseIdleUsers(Value value) {
  SmallVector<Operation *> idle;
  for (Operation *user : value.getUsers())
    if (!llvm::is_contained(idle, user) && view.isIdle(user))
      idle.push_back(user);
  for (Operation *user : idle)
    erase(user);
}

void Eraser::eraseFeeders() {
  while (!feeders.empty()) {
    Operation *feeder = feeders.pop_back_val();
    bool isUnused = llvm::all_of(feeder->getUsers(), [&](Operation *user) {
      return view.isMetadata(user);
    });
    if (isUnused && (isOpTriviallyDead(feeder) || view.isPure(feeder)))
      erase(feeder);
  }
}
