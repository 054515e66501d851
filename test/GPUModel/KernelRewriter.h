//===- KernelRewriter.h -----------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One kernel's way to a function.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_GPUMODEL_KERNELREWRITER_H
#define RMSNORM_TEST_GPUMODEL_KERNELREWRITER_H

#include "Rewrite.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace gpumodel {

class KernelRewriter {
public:
  KernelRewriter(RuntimeCalls &calls, mlir::gpu::GPUFuncOp kernel)
      : calls(calls), builder(calls.builder), kernel(kernel) {}

  llvm::LogicalResult run();

private:
  llvm::LogicalResult replaceArguments(mlir::func::FuncOp function);
  mlir::Value addShared(mlir::Location loc, mlir::MemRefType type,
                        uint64_t alignment);
  llvm::LogicalResult rewrite(mlir::Operation *op);
  /// A value that is the same throughout the thread.
  mlir::Value getIndex(Index index, unsigned dim);
  llvm::LogicalResult replaceByIndex(mlir::Operation *op, Index index,
                                     unsigned dim = 0);
  llvm::LogicalResult replaceRegister(mlir::Operation *op);
  llvm::LogicalResult replaceBySite(mlir::Operation *op, llvm::StringRef name);
  llvm::LogicalResult replaceShuffle(mlir::gpu::ShuffleOp op);
  llvm::LogicalResult replaceDynamicShared(mlir::gpu::DynamicSharedMemoryOp op);
  llvm::LogicalResult replaceGlobal(mlir::memref::GetGlobalOp op);
  llvm::LogicalResult replaceAssembly(mlir::LLVM::InlineAsmOp op);
  llvm::LogicalResult replacePtx(mlir::NVVM::InlinePtxOp op);
  llvm::LogicalResult replaceBarrier(mlir::NVVM::BarrierOp op);

  RuntimeCalls &calls;
  mlir::OpBuilder &builder;
  mlir::gpu::GPUFuncOp kernel;
  KernelInfo info;
  mlir::Block *entry = nullptr;
  llvm::DenseMap<unsigned, mlir::Value> indices;
  llvm::StringMap<mlir::Value> globals;
};

} // namespace gpumodel

#endif // RMSNORM_TEST_GPUMODEL_KERNELREWRITER_H
