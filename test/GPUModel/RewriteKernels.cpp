//===- RewriteKernels.cpp -------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelRewriter.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"

using namespace gpumodel;
using namespace mlir;

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

static std::optional<Dim3> getSizes(std::optional<ArrayRef<int32_t>> sizes) {
  if (!sizes || sizes->size() != 3)
    return std::nullopt;
  return Dim3{static_cast<uint32_t>((*sizes)[0]),
              static_cast<uint32_t>((*sizes)[1]),
              static_cast<uint32_t>((*sizes)[2])};
}

LogicalResult KernelRewriter::run() {
  auto parent = kernel->getParentOfType<gpu::GPUModuleOp>();
  if (!kernel.isKernel())
    return kernel->emitError("is not a kernel, which is not modelled");
  info.name = (parent.getName() + "::" + kernel.getName()).str();
  info.symbol = (parent.getName() + "_" + kernel.getName()).str();
  info.blockSize = getSizes(kernel.getKnownBlockSize());
  info.clusterSize = getSizes(kernel.getKnownClusterSize());

  builder.setInsertionPoint(parent);
  auto function = func::FuncOp::create(
      builder, kernel.getLoc(), info.symbol,
      builder.getFunctionType({calls.pointer}, TypeRange()));
  function.setPrivate();
  SymbolTable(calls.module).insert(function);
  info.symbol = function.getName().str();
  if (failed(replaceArguments(function)))
    return failure();

  SmallVector<Operation *> ops;
  function.walk([&](Operation *op) { ops.push_back(op); });
  for (Operation *op : ops) {
    builder.setInsertionPoint(op);
    if (op != function && failed(rewrite(op)))
      return failure();
  }
  calls.info.kernels.push_back(std::move(info));
  return success();
}

LogicalResult KernelRewriter::replaceArguments(func::FuncOp function) {
  Location loc = kernel.getLoc();
  unsigned numArguments = kernel.getNumArguments();
  auto attributions = llvm::to_vector(kernel.getWorkgroupAttributions());
  auto variables = llvm::to_vector(kernel.getPrivateAttributions());
  SmallVector<uint64_t> alignments;
  for (unsigned i = 0; i < attributions.size(); ++i) {
    auto given = dyn_cast_or_null<IntegerAttr>(
        kernel.getWorkgroupAttributionAttr(i, "llvm.align"));
    alignments.push_back(given ? given.getInt() : 0);
  }
  function.getBody().takeBody(kernel.getBody());
  entry = &function.getBody().front();
  BlockArgument packed = entry->insertArgument(0u, calls.pointer, loc);

  SmallVector<Type> types;
  for (unsigned i = 0; i < numArguments; ++i) {
    types.push_back(
        calls.getArgumentType(loc, entry->getArgument(1 + i).getType()));
    if (!types.back())
      return failure();
  }
  builder.setInsertionPointToStart(entry);
  auto structType =
      LLVM::LLVMStructType::getLiteral(builder.getContext(), types);
  Value arguments = LLVM::LoadOp::create(builder, loc, structType, packed);
  for (unsigned i = 0; i < numArguments; ++i) {
    BlockArgument argument = entry->getArgument(1 + i);
    Value value = LLVM::ExtractValueOp::create(builder, loc, arguments, i);
    if (auto type = dyn_cast<MemRefType>(argument.getType()))
      value = MemRefDescriptor::fromStaticShape(builder, loc, calls.converter,
                                                type, value);
    argument.replaceAllUsesWith(calls.cast(loc, value, argument.getType()));
  }
  for (auto [attribution, alignment] : llvm::zip(attributions, alignments)) {
    Value memref =
        addShared(loc, cast<MemRefType>(attribution.getType()), alignment);
    if (!memref)
      return failure();
    attribution.replaceAllUsesWith(memref);
  }
  for (BlockArgument variable : variables)
    variable.replaceAllUsesWith(memref::AllocaOp::create(
        builder, loc, cast<MemRefType>(variable.getType())));
  entry->eraseArguments(1, entry->getNumArguments() - 1);
  return success();
}

static uint64_t getElementBytes(MemRefType type) {
  Type element = type.getElementType();
  unsigned lanes = 1;
  if (auto vector = dyn_cast<VectorType>(element)) {
    lanes = vector.getNumElements();
    element = vector.getElementType();
  }
  return lanes * (element.isIndex()
                      ? 8
                      : llvm::divideCeil(element.getIntOrFloatBitWidth(), 8));
}

/// Lays out an object with the alignment that it is sure to have, and not more.
Value KernelRewriter::addShared(Location loc, MemRefType type,
                                uint64_t alignment) {
  if (!LLVMTypeConverter::canConvertToBarePtr(type)) {
    emitError(loc, "an object in shared memory cannot have the type ") << type;
    return {};
  }
  uint64_t elementBytes = getElementBytes(type);
  if (!alignment)
    alignment = elementBytes;
  if (!llvm::isPowerOf2_64(alignment)) {
    emitError(loc, "an object in shared memory with an alignment of ")
        << alignment;
    return {};
  }
  uint64_t bytes = type.getNumElements() * elementBytes;
  uint64_t offset =
      llvm::alignTo(info.sharedEnd() + guardBytes, 2 * alignment) + alignment;
  info.shared.push_back({offset, bytes});
  info.staticSharedBytes =
      llvm::alignTo(info.staticSharedBytes, alignment) + bytes;
  Value start = LLVM::ConstantOp::create(builder, loc, calls.i64,
                                         builder.getI64IntegerAttr(offset));
  Value pointer = calls.call(loc, "shared", start, calls.pointer);
  Value descriptor = MemRefDescriptor::fromStaticShape(
      builder, loc, calls.converter, type, pointer);
  return calls.cast(loc, descriptor, type);
}

LogicalResult gpumodel::rewriteKernels(RuntimeCalls &calls,
                                       gpu::GPUModuleOp kernels) {
  for (Operation &op : llvm::make_early_inc_range(*kernels.getBody())) {
    auto kernel = dyn_cast<gpu::GPUFuncOp>(op);
    if (!kernel && !isa<memref::GlobalOp>(op))
      return op.emitOpError("is not modelled in a gpu.module");
    if (kernel && failed(KernelRewriter(calls, kernel).run()))
      return failure();
  }
  kernels->erase();
  return success();
}
