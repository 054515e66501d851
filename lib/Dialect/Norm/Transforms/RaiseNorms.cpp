//===- RaiseNorms.cpp - The driver of norm-raise --------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaiseNorms.h"

#include "RaiseErase.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace mlir::norm;

StringRef norm::getFunctionName(Operation *op) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  return function ? function.getName() : StringRef();
}

Location norm::getKnownLoc(Operation *op) {
  for (Operation *outer = op; outer; outer = outer->getParentOp())
    if (!isa<UnknownLoc>(outer->getLoc()))
      return outer->getLoc();
  return op->getLoc();
}

SmallVector<Value> norm::getReplaced(RaisedNorm raised) {
  SmallVector<Value> values;
  if (auto *const *found = std::get_if<const RaisableGradient *>(&raised)) {
    for (Value value : {(*found)->dx, (*found)->dscale, (*found)->dbias})
      if (value)
        values.push_back(value);
    return values;
  }
  const RaisableNorm &norm = *std::get<const RaisableNorm *>(raised);
  values.push_back(norm.sink);
  llvm::append_range(values, norm.means);
  llvm::append_range(values, norm.rstds);
  for (const DerivedStatistic &statistic : norm.derived)
    values.push_back(statistic.value);
  return values;
}

std::string norm::describeRaised(RaisedNorm raised, Operation *op) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "raised to " << op->getName();
  if (std::holds_alternative<const RaisableGradient *>(raised)) {
    os << " from saved statistics";
    return text;
  }
  const RaisableNorm &norm = *std::get<const RaisableNorm *>(raised);
  os << ": axes [";
  llvm::interleaveComma(norm.match.axes, os);
  os << "], epsilon " << llvm::format("%g", norm.match.epsilon) << ", "
     << norm.spelling;
  if (!norm.means.empty() || !norm.rstds.empty() || !norm.derived.empty())
    os << ", statistics stay in use";
  return text;
}

namespace {
class Raiser {
public:
  Raiser(Operation *module, NumericsPolicy policy, RaiseListener &listener)
      : module(module), policy(policy), listener(listener),
        builder(module->getContext(), &listener) {
    if (policy == NumericsPolicy::Exact)
      view.takeNarrowLiteralsAsWritten();
  }

  void raiseForward();
  void raiseBackward();

private:
  Operation *module;
  NumericsPolicy policy;
  RaiseListener &listener;
  OpBuilder builder;
  ModuleView view;
};
} // namespace

void Raiser::raiseForward() {
  // A root, and the op on tensors that it is in.
  SmallVector<std::pair<Operation *, Operation *>> roots;
  module->walk([&](Operation *op) {
    if (view.isRoot(op))
      if (Operation *tensorOp = getTensorOp(op);
          tensorOp && view.isInOrder(tensorOp))
        roots.push_back({op, tensorOp});
  });
  llvm::DenseSet<Operation *> erased;
  for (auto [root, tensorOp] : roots) {
    // A norm that was raised took other roots with it.
    if (erased.contains(tensorOp))
      continue;
    RaiseOutcome outcome = matchNorm(root, view, policy);
    if (auto *refusal = std::get_if<algebra::Refusal>(&outcome)) {
      listener.missed(root, *refusal, view);
    } else if (auto *norm = std::get_if<RaisableNorm>(&outcome)) {
      listener.willRaise(root, norm, view);
      Operation *op = rewriteNorm(builder, *norm, erased);
      listener.didRaise(norm, op, erased);
    }
  }
}

void Raiser::raiseBackward() {
  SmallVector<Operation *> projections;
  module->walk([&](Operation *op) {
    if (isProjection(op, view) && view.isInOrder(op))
      projections.push_back(op);
  });
  llvm::DenseSet<Operation *> erased;
  auto replaced = [&](Operation *norm, Operation *changed) {
    listener.willReplace(norm, changed);
  };
  SmallVector<Operation *> norms =
      addStatistics(builder, projections, view, replaced);
  for (Operation *projection : projections) {
    // A gradient that was raised took other sums with it.
    if (erased.contains(projection))
      continue;
    GradientOutcome outcome = matchGradient(projection, view, policy);
    if (auto *refusal = std::get_if<algebra::Refusal>(&outcome)) {
      listener.missed(projection, *refusal, view);
    } else if (auto *gradient = std::get_if<RaisableGradient>(&outcome)) {
      listener.willRaise(projection, gradient, view);
      Operation *op = rewriteGradient(builder, *gradient);
      // An op may compute other values, too.
      llvm::SetVector<Operation *> dead;
      for (Value value : getReplaced(gradient))
        if (value.getDefiningOp()->use_empty())
          dead.insert(value.getDefiningOp());
      Eraser eraser(view, erased);
      for (Operation *unused : dead)
        eraser.erase(unused);
      eraser.eraseFeeders();
      listener.didRaise(gradient, op, erased);
    }
  }
  llvm::erase_if(norms, [&](Operation *op) { return erased.contains(op); });
  dropStatistics(builder, norms, replaced);
}

void norm::raiseNorms(Operation *root, NumericsPolicy policy,
                      RaiseListener &listener) {
  Raiser raiser(root, policy, listener);
  raiser.raiseForward();
  // Afterwards, so that the statistics of a raised norm are values.
  raiser.raiseBackward();
}
