//===- Raise.cpp - norm-raise ---------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaiseVerify.h"

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
/// Says what happens in remarks, and has it verified if asked to.
class Remarks : public RaiseListener {
public:
  explicit Remarks(bool verify) {
    if (verify)
      verifier.emplace();
  }

  void willRaise(Operation *root, RaisedNorm norm, ModuleView &view) override {
    if (verifier)
      verifier->willRaise(root, norm, view);
  }

  void didRaise(RaisedNorm norm, Operation *op,
                const llvm::DenseSet<Operation *> &erased) override {
    remark::passed(getKnownLoc(op), getRemarkOpts("raised", op))
        << describeRaised(norm, op);
    if (verifier)
      verifier->didRaise(norm, op, erased);
  }

  void missed(Operation *root, const algebra::Refusal &refusal,
              ModuleView &view) override {
    remark::missed(getKnownLoc(root), getRemarkOpts(refusal.guard, root))
        << refusal.reason;
  }

  bool hasRefuted() const { return verifier && verifier->hasRefuted(); }

private:
  std::optional<RaiseVerifier> verifier;
};

struct NormRaise : norm::impl::NormRaisePassBase<NormRaise> {
  using NormRaisePassBase::NormRaisePassBase;

  void runOnOperation() override {
    Remarks remarks(verify);
    raiseNorms(getOperation(), policy, remarks);
    if (remarks.hasRefuted())
      signalPassFailure();
  }
};
} // namespace
