//===- StridedCopyToLinalg.cpp ----------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// memref.copy lowers to a call into MLIR's runtime library where a layout is
// not the identity. A loop needs no library.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::norm {
#define GEN_PASS_DEF_CONVERTSTRIDEDCOPYTOLINALG
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;

namespace {
struct ConvertStridedCopyToLinalg
    : norm::impl::ConvertStridedCopyToLinalgBase<ConvertStridedCopyToLinalg> {
  void runOnOperation() override {
    auto isStrided = [](Value value) {
      auto type = dyn_cast<MemRefType>(value.getType());
      return type && !type.getLayout().isIdentity();
    };
    getOperation()->walk([&](memref::CopyOp op) {
      if (!isa<MemRefType>(op.getSource().getType()) ||
          !isa<MemRefType>(op.getTarget().getType()) ||
          (!isStrided(op.getSource()) && !isStrided(op.getTarget())))
        return;
      OpBuilder b(op);
      linalg::makeMemRefCopyOp(b, op.getLoc(), op.getSource(), op.getTarget());
      op.erase();
    });
  }
};
} // namespace
