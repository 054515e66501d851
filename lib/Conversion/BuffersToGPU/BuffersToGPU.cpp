//===- BuffersToGPU.cpp ---------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Buffers of the host's functions are moved to the device's memory.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMBUFFERSTOGPU
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;

/// A constant is copied to the device when the function begins.
static void upload(memref::GetGlobalOp global) {
  auto function = global->getParentOfType<func::FuncOp>();
  Location loc = global.getLoc();
  OpBuilder b = OpBuilder::atBlockBegin(&function.front());
  MemRefType type = global.getType();
  auto onHost = memref::GetGlobalOp::create(b, loc, type, global.getName());
  auto device = gpu::AllocOp::create(b, loc, type, /*asyncToken=*/Type(),
                                     ValueRange(), ValueRange(), ValueRange());
  gpu::MemcpyOp::create(b, loc, TypeRange(), ValueRange(), device.getMemref(),
                        onHost);
  function.walk([&](func::ReturnOp op) {
    OpBuilder end(op);
    gpu::DeallocOp::create(end, loc, TypeRange(), ValueRange(),
                           device.getMemref());
  });
  global.replaceAllUsesWith(device.getMemref());
  global.erase();
}

/// True for what the host cannot do: the elements are not in its memory.
static bool readsOrWritesElements(Operation *op) {
  return isa<memref::LoadOp, memref::StoreOp, memref::AtomicRMWOp,
             memref::GenericAtomicRMWOp, vector::LoadOp, vector::StoreOp,
             vector::TransferReadOp, vector::TransferWriteOp>(op);
}

namespace {
struct NormBuffersToGPU : norm::impl::NormBuffersToGPUBase<NormBuffersToGPU> {
  void runOnOperation() override {
    WalkResult result =
        getOperation().walk<WalkOrder::PreOrder>([](Operation *op) {
          if (isa<gpu::LaunchOp, gpu::GPUModuleOp>(op))
            return WalkResult::skip();
          if (isa<memref::AllocaOp>(op)) {
            op->emitOpError("is on the stack of the host, which kernels cannot "
                            "reach");
            return WalkResult::interrupt();
          }
          if (!readsOrWritesElements(op))
            return WalkResult::advance();
          op->emitOpError("is left to the host, which cannot reach buffers in "
                          "the memory of the device");
          return WalkResult::interrupt();
        });
    if (result.wasInterrupted())
      return signalPassFailure();

    SmallVector<memref::GetGlobalOp> globals;
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<gpu::GPUModuleOp>(op))
        return WalkResult::skip();
      if (auto global = dyn_cast<memref::GetGlobalOp>(op))
        globals.push_back(global);
      return WalkResult::advance();
    });
    llvm::for_each(globals, upload);

    getOperation().walk<WalkOrder::PreOrder>([](Operation *op) {
      if (isa<gpu::LaunchOp, gpu::GPUModuleOp>(op))
        return WalkResult::skip();
      OpBuilder b(op);
      Location loc = op->getLoc();
      if (auto alloc = dyn_cast<memref::AllocOp>(op)) {
        auto device = gpu::AllocOp::create(
            b, loc, alloc.getType(), /*asyncToken=*/Type(), ValueRange(),
            alloc.getDynamicSizes(), alloc.getSymbolOperands());
        alloc.replaceAllUsesWith(device.getMemref());
        op->erase();
      } else if (auto dealloc = dyn_cast<memref::DeallocOp>(op)) {
        gpu::DeallocOp::create(b, loc, TypeRange(), ValueRange(),
                               dealloc.getMemref());
        op->erase();
      } else if (auto copy = dyn_cast<memref::CopyOp>(op)) {
        gpu::MemcpyOp::create(b, loc, TypeRange(), ValueRange(),
                              copy.getTarget(), copy.getSource());
        op->erase();
      }
      return WalkResult::advance();
    });
  }
};
} // namespace
