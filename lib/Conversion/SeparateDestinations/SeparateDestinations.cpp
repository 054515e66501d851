//===- SeparateDestinations.cpp -------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"
#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMSEPARATEDESTINATIONS
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Gives the operand a tensor of its own, if another op has it, too, and it can
/// be made again for nothing.
static void separate(OpOperand &operand) {
  Operation *source = operand.get().getDefiningOp();
  if (!isa_and_nonnull<linalg::FillOp, tensor::EmptyOp>(source))
    return;
  OpBuilder b(operand.getOwner());
  if (!operand.get().hasOneUse()) {
    source = b.clone(*source);
    operand.set(source->getResult(0));
  }
  if (auto fill = dyn_cast<linalg::FillOp>(source))
    separate(fill.getDpsInitsMutable()[0]);
}

namespace {
struct NormSeparateDestinations
    : norm::impl::NormSeparateDestinationsBase<NormSeparateDestinations> {
  void runOnOperation() override {
    getOperation()->walk([](RowwiseOp op) {
      for (OpOperand &init : op.getInitsMutable())
        separate(init);
    });
  }
};
} // namespace
