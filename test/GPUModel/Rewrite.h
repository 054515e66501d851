//===- Rewrite.h ----------------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Turns gpu ops into calls of the runtime.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TEST_GPUMODEL_REWRITE_H
#define RMSNORM_TEST_GPUMODEL_REWRITE_H

#include "ModuleInfo.h"

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringMap.h"

namespace mlir {
namespace func {
class FuncOp;
} // namespace func
namespace gpu {
class GPUFuncOp;
class GPUModuleOp;
} // namespace gpu
} // namespace mlir

namespace gpumodel {

/// Leaves functions only: kernels take a pointer to a struct of their
/// arguments; functions of the host launch them by the runtime. Fails with a
/// diagnostic for what is not modelled.
llvm::LogicalResult rewriteModule(mlir::ModuleOp module, ModuleInfo &info);

/// In a module of the LLVM dialect: calls the runtime before each load and
/// store of a kernel, if it is to be instrumented. Fails with a diagnostic for
/// accesses that are not modelled.
llvm::LogicalResult instrumentModule(mlir::ModuleOp module, ModuleInfo &info);

/// Remembers a place in the code.
uint32_t addSite(ModuleInfo &info, mlir::Operation *op);

/// What the rewriting of kernels and of host functions share.
class RuntimeCalls {
public:
  RuntimeCalls(mlir::ModuleOp module, ModuleInfo &info);

  /// Calls `gpumodel_<name>`; null if it returns nothing.
  mlir::Value call(mlir::Location loc, llvm::StringRef name,
                   mlir::ValueRange arguments, mlir::Type result = {});
  mlir::Value constant(mlir::Location loc, int32_t value);
  /// A constant that stands for this place.
  mlir::Value site(mlir::Operation *op);
  mlir::Value toInt64(mlir::Location loc, mlir::Value index);
  /// The value as another type, which it becomes when both are lowered.
  mlir::Value cast(mlir::Location loc, mlir::Value value, mlir::Type type);
  /// How an argument of a kernel is passed; null, with a diagnostic, for what a
  /// GPU's calling convention does not take.
  mlir::Type getArgumentType(mlir::Location loc, mlir::Type type);

  mlir::ModuleOp module;
  ModuleInfo &info;
  mlir::OpBuilder builder;
  mlir::LLVMTypeConverter converter;
  mlir::Type pointer, i32, i64;
};

/// The kernels of a module, which becomes empty.
llvm::LogicalResult rewriteKernels(RuntimeCalls &calls,
                                   mlir::gpu::GPUModuleOp kernels);

/// A function that launches kernels, given their numbers by "module::name".
llvm::LogicalResult rewriteHost(RuntimeCalls &calls, mlir::func::FuncOp host,
                                const llvm::StringMap<unsigned> &kernels);

} // namespace gpumodel

#endif // RMSNORM_TEST_GPUMODEL_REWRITE_H
