//===- RowwiseToGPU.cpp ---------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/RowwiseToGPU/RowwiseToGPU.h"
#include "GPURowEmitter.h"

#include "rmsnorm/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::norm {
#define GEN_PASS_DEF_CONVERTROWWISETOGPU
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

namespace {
struct ConvertRowwiseToGPU
    : norm::impl::ConvertRowwiseToGPUBase<ConvertRowwiseToGPU> {
  using ConvertRowwiseToGPUBase::ConvertRowwiseToGPUBase;

  void runOnOperation() override {
    llvm::Expected<GPUTarget> target = GPUTarget::resolve(chip);
    if (!target) {
      emitError(getOperation()->getLoc())
          << "convert-rowwise-to-gpu: " << llvm::toString(target.takeError());
      return signalPassFailure();
    }
    if (multiprocessors)
      target->multiprocessors = multiprocessors;
    SmallVector<RowwiseOp> ops;
    getOperation()->walk([&](RowwiseOp op) { ops.push_back(op); });
    // One op that cannot be lowered leaves them all as they were.
    for (RowwiseOp op : ops)
      if (failed(checkLowerableToGPU(op)))
        return signalPassFailure();
    IRRewriter rewriter(&getContext());
    for (RowwiseOp op : ops)
      if (failed(lowerRowwiseToGPU(rewriter, op, *target, contract)))
        return signalPassFailure();
  }
};
} // namespace
