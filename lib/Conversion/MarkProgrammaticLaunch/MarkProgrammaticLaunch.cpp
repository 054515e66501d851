//===- MarkProgrammaticLaunch.cpp -------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMMARKPROGRAMMATICLAUNCH
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;

static constexpr StringLiteral markName = "rmsnorm_programmatic_launch";

namespace {
struct NormMarkProgrammaticLaunch
    : norm::impl::NormMarkProgrammaticLaunchBase<NormMarkProgrammaticLaunch> {
  void runOnOperation() override {
    gpu::GPUModuleOp module = getOperation();
    WalkResult result = module.walk(
        [](NVVM::GriddepcontrolOp) { return WalkResult::interrupt(); });
    if (!result.wasInterrupted() ||
        isa_and_nonnull<LLVM::GlobalOp>(module.lookupSymbol(markName)))
      return;
    if (Operation *other = module.lookupSymbol(markName)) {
      other->emitOpError() << "has the name '" << markName
                           << "', which is taken";
      return signalPassFailure();
    }
    OpBuilder b = OpBuilder::atBlockBegin(module.getBody());
    // Visible, or ptxas drops what no kernel uses.
    LLVM::GlobalOp::create(b, module.getLoc(), b.getI32Type(),
                           /*isConstant=*/true, LLVM::Linkage::External,
                           markName, b.getI32IntegerAttr(1), /*alignment=*/4,
                           /*addrSpace=*/1);
  }
};
} // namespace
