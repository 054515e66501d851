//===- LoopAnnotations.cpp -------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's lowerings of scf.for and cf.br hand the attribute
// llvm.loop_annotation on to llvm.br, whose own attribute has another name: the
// translation to LLVM IR would drop it.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMATTACHLOOPANNOTATIONS
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;

namespace {
struct NormAttachLoopAnnotations
    : norm::impl::NormAttachLoopAnnotationsBase<NormAttachLoopAnnotations> {
  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      auto annotation =
          op->getAttrOfType<LLVM::LoopAnnotationAttr>("llvm.loop_annotation");
      if (!annotation || !isa<LLVM::BrOp, LLVM::CondBrOp>(op))
        return;
      op->removeAttr("llvm.loop_annotation");
      if (auto br = dyn_cast<LLVM::BrOp>(op))
        br.setLoopAnnotationAttr(annotation);
      else
        cast<LLVM::CondBrOp>(op).setLoopAnnotationAttr(annotation);
    });
  }
};
} // namespace
