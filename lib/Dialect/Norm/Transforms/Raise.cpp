//===- Raise.cpp - norm-raise ---------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaiseNorms.h"

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMRAISEPASS
#include "rmsnorm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

static remark::RemarkOpts getRemarkOpts(StringRef name, Operation *op) {
  return remark::RemarkOpts::name(name)
      .category("norm-raise")
      .function(getFunctionName(op));
}

namespace {
/// Says what happens in remarks.
class Remarks : public RaiseListener {
public:
  void didRaise(RaisedNorm norm, Operation *op,
                const llvm::DenseSet<Operation *> &erased) override {
    remark::passed(getKnownLoc(op), getRemarkOpts("raised", op))
        << describeRaised(norm, op);
  }

  void missed(Operation *root, const algebra::Refusal &refusal,
              ModuleView &view) override {
    remark::missed(getKnownLoc(root), getRemarkOpts(refusal.guard, root))
        << refusal.reason;
  }
};

struct NormRaise : norm::impl::NormRaisePassBase<NormRaise> {
  using NormRaisePassBase::NormRaisePassBase;

  void runOnOperation() override {
    Remarks remarks;
    raiseNorms(getOperation(), policy, remarks);
  }
};
} // namespace
