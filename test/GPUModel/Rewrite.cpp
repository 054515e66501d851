//===- Rewrite.cpp --------------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rewrite.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/FunctionCallUtils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/AttrTypeSubElements.h"

using namespace gpumodel;
using namespace mlir;

uint32_t gpumodel::addSite(ModuleInfo &info, Operation *op) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << op->getName() << " at ";
  if (auto loc = op->getLoc()->findInstanceOf<FileLineColLoc>())
    stream << loc.getLine() << ":" << loc.getColumn();
  else
    stream << op->getLoc();
  info.sites.push_back(std::move(text));
  return info.sites.size() - 1;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

RuntimeCalls::RuntimeCalls(ModuleOp module, ModuleInfo &info)
    : module(module), info(info), builder(module.getContext()),
      converter(module.getContext()),
      pointer(LLVM::LLVMPointerType::get(module.getContext())),
      i32(builder.getI32Type()), i64(builder.getI64Type()) {}

Value RuntimeCalls::call(Location loc, StringRef name, ValueRange arguments,
                         Type result) {
  OpBuilder::InsertionGuard guard(builder);
  Block::iterator point = builder.getInsertionPoint();
  Block *block = builder.getInsertionBlock();
  FailureOr<LLVM::LLVMFuncOp> callee = LLVM::lookupOrCreateFn(
      builder, module, ("gpumodel_" + name).str(),
      llvm::to_vector(arguments.getTypes()),
      result ? result : LLVM::LLVMVoidType::get(builder.getContext()));
  assert(succeeded(callee) && "one type for each function of the runtime");
  builder.setInsertionPoint(block, point);
  auto call = LLVM::CallOp::create(builder, loc, *callee, arguments);
  return result ? call.getResult() : Value();
}

Value RuntimeCalls::constant(Location loc, int32_t value) {
  return LLVM::ConstantOp::create(builder, loc, i32,
                                  builder.getI32IntegerAttr(value));
}

Value RuntimeCalls::site(Operation *op) {
  return constant(op->getLoc(), addSite(info, op));
}

Value RuntimeCalls::toInt64(Location loc, Value index) {
  if (index.getType() == i64)
    return index;
  if (isa<IntegerType>(index.getType()))
    return arith::ExtSIOp::create(builder, loc, i64, index);
  return arith::IndexCastOp::create(builder, loc, i64, index);
}

Value RuntimeCalls::cast(Location loc, Value value, Type type) {
  if (value.getType() == type)
    return value;
  return UnrealizedConversionCastOp::create(builder, loc, type, value)
      .getResult(0);
}

Type RuntimeCalls::getArgumentType(Location loc, Type type) {
  if (auto memref = dyn_cast<MemRefType>(type)) {
    if (LLVMTypeConverter::canConvertToBarePtr(memref))
      return pointer;
  } else if (type.isIntOrIndexOrFloat() || isa<LLVM::LLVMPointerType>(type)) {
    return converter.convertType(type);
  }
  emitError(loc, "a kernel cannot take an argument of type ") << type;
  return {};
}

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

/// There is one address space here; the runtime tells memories apart by the
/// address.
static void eraseMemorySpaces(ModuleOp module) {
  AttrTypeReplacer replacer;
  replacer.addReplacement([](MemRefType type) -> std::optional<Type> {
    return MemRefType::get(type.getShape(), type.getElementType(),
                           type.getLayout());
  });
  replacer.addReplacement([](LLVM::LLVMPointerType type) {
    return LLVM::LLVMPointerType::get(type.getContext());
  });
  replacer.recursivelyReplaceElementsIn(module, /*replaceAttrs=*/true,
                                        /*replaceLocs=*/false,
                                        /*replaceTypes=*/true);
}

LogicalResult gpumodel::rewriteModule(ModuleOp module, ModuleInfo &info) {
  eraseMemorySpaces(module);
  RuntimeCalls calls(module, info);
  auto hosts = llvm::to_vector(module.getOps<func::FuncOp>());
  for (auto kernels :
       llvm::make_early_inc_range(module.getOps<gpu::GPUModuleOp>()))
    if (failed(rewriteKernels(calls, kernels)))
      return failure();
  llvm::StringMap<unsigned> numbers;
  for (auto [number, kernel] : llvm::enumerate(info.kernels))
    numbers[kernel.name] = number;
  for (func::FuncOp host : hosts)
    if (failed(rewriteHost(calls, host, numbers)))
      return failure();
  module->removeAttr(gpu::GPUDialect::getContainerModuleAttrName());
  return success();
}
