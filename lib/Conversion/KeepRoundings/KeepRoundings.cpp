//===- KeepRoundings.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's emulation of narrow floats marks its conversions as contractible:
// to a narrow type and back, they fold to nothing, and with them the rounding
// of each op.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMKEEPROUNDINGS
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;

namespace {
struct NormKeepRoundings
    : norm::impl::NormKeepRoundingsBase<NormKeepRoundings> {
  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      if (!isa<arith::ExtFOp, arith::TruncFOp>(op))
        return;
      auto fast = cast<arith::ArithFastMathInterface>(op);
      arith::FastMathFlagsAttr flags = fast.getFastMathFlagsAttr();
      constexpr auto contract = arith::FastMathFlags::contract;
      if (!flags || !bitEnumContainsAny(flags.getValue(), contract))
        return;
      op->setAttr(fast.getFastMathAttrName(),
                  arith::FastMathFlagsAttr::get(op->getContext(),
                                                flags.getValue() & ~contract));
    });
  }
};
} // namespace
