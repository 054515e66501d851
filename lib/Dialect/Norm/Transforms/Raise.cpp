//===- Raise.cpp - norm-raise ---------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaiseBackward.h"
#include "RaiseMatch.h"

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/Format.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMRAISEPASS
#include "rmsnorm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

static remark::RemarkOpts getRemarkOpts(StringRef name, Operation *op) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  return remark::RemarkOpts::name(name)
      .category("norm-raise")
      .function(function ? function.getName() : StringRef());
}

/// What was raised and from what.
static std::string describeNorm(const RaisableNorm &norm, Operation *op) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "raised to " << op->getName() << ": axes [";
  llvm::interleaveComma(norm.match.axes, os);
  os << "], epsilon " << llvm::format("%g", norm.match.epsilon) << ", "
     << norm.spelling;
  if (!norm.means.empty() || !norm.rstds.empty())
    os << ", statistics stay in use";
  return text;
}

namespace {
struct NormRaise : norm::impl::NormRaisePassBase<NormRaise> {
  using NormRaisePassBase::NormRaisePassBase;

  void runOnOperation() override {
    ModuleView view;
    raiseForward(view);
    // Afterwards, so that the statistics of a raised norm are values.
    raiseBackward(view);
  }

private:
  void raiseForward(ModuleView &view) {
    // A root, and the op on tensors that it is in.
    SmallVector<std::pair<Operation *, Operation *>> roots;
    getOperation()->walk([&](Operation *op) {
      if (view.isRoot(op))
        if (Operation *tensorOp = getTensorOp(op))
          roots.push_back({op, tensorOp});
    });
    OpBuilder builder(&getContext());
    llvm::DenseSet<Operation *> erased;
    for (auto [root, tensorOp] : roots) {
      // A norm that was raised took other roots with it.
      if (erased.contains(tensorOp))
        continue;
      RaiseOutcome outcome = matchNorm(root, view, policy);
      if (auto *refusal = std::get_if<algebra::Refusal>(&outcome)) {
        remark::missed(root->getLoc(), getRemarkOpts(refusal->guard, root))
            << refusal->reason;
        continue;
      }
      auto *norm = std::get_if<RaisableNorm>(&outcome);
      if (!norm)
        continue;
      Operation *op = rewriteNorm(builder, *norm, erased);
      remark::passed(op->getLoc(), getRemarkOpts("raised", op))
          << describeNorm(*norm, op);
    }
  }

  void raiseBackward(ModuleView &view) {
    SmallVector<Operation *> projections;
    getOperation()->walk([&](Operation *op) {
      if (isProjection(op, view))
        projections.push_back(op);
    });
    OpBuilder builder(&getContext());
    llvm::DenseSet<Operation *> erased;
    SmallVector<Operation *> norms = addStatistics(builder, projections, view);
    for (Operation *projection : projections) {
      // A gradient that was raised took other sums with it.
      if (erased.contains(projection))
        continue;
      GradientOutcome outcome = matchGradient(projection, view, policy);
      if (auto *refusal = std::get_if<algebra::Refusal>(&outcome)) {
        remark::missed(projection->getLoc(),
                       getRemarkOpts(refusal->guard, projection))
            << refusal->reason;
        continue;
      }
      auto *gradient = std::get_if<RaisableGradient>(&outcome);
      if (!gradient)
        continue;
      Operation *op = rewriteGradient(builder, *gradient);
      // An op may compute other values, too.
      llvm::SetVector<Operation *> dead;
      for (Value value : {gradient->dx, gradient->dscale, gradient->dbias})
        if (value && value.getDefiningOp()->use_empty())
          dead.insert(value.getDefiningOp());
      eraseDead(dead.getArrayRef(), view, erased);
      remark::passed(op->getLoc(), getRemarkOpts("raised", op))
          << "raised to " << op->getName().getStringRef()
          << " from saved statistics";
    }
    llvm::erase_if(norms, [&](Operation *op) { return erased.contains(op); });
    dropStatistics(builder, norms);
  }
};
} // namespace
