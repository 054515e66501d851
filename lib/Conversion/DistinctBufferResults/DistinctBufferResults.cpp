//===- DistinctBufferResults.cpp --------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// buffer-results-to-out-params makes one argument of each result, and loses its
// way where two results are one buffer.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace mlir::norm {
#define GEN_PASS_DEF_DISTINCTBUFFERRESULTS
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;

namespace {
struct DistinctBufferResults
    : norm::impl::DistinctBufferResultsBase<DistinctBufferResults> {
  void runOnOperation() override {
    getOperation()->walk([](func::ReturnOp op) {
      llvm::SmallPtrSet<void *, 4> seen;
      for (OpOperand &operand : op->getOpOperands()) {
        auto type = dyn_cast<MemRefType>(operand.get().getType());
        // Only buffers of the identity layout can be out-params.
        if (!type || !type.getLayout().isIdentity() ||
            seen.insert(operand.get().getAsOpaquePointer()).second)
          continue;
        OpBuilder b(op);
        Location loc = op.getLoc();
        SmallVector<Value> sizes;
        for (int64_t dim = 0; dim < type.getRank(); ++dim)
          if (type.isDynamicDim(dim))
            sizes.push_back(memref::DimOp::create(b, loc, operand.get(), dim));
        Value copy = memref::AllocOp::create(b, loc, type, sizes);
        memref::CopyOp::create(b, loc, operand.get(), copy);
        operand.set(copy);
      }
    });
  }
};
} // namespace
