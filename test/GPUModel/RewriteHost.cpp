//===- RewriteHost.cpp ----------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rewrite.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace gpumodel;
using namespace mlir;

namespace {
class HostRewriter {
public:
  HostRewriter(RuntimeCalls &calls, const llvm::StringMap<unsigned> &kernels)
      : calls(calls), builder(calls.builder), kernels(kernels) {}

  LogicalResult rewrite(Operation *op);

private:
  LogicalResult replaceLaunch(gpu::LaunchFuncOp op);
  LogicalResult replaceAlloc(gpu::AllocOp op);
  LogicalResult noteAlloc(memref::AllocOp op);
  LogicalResult replaceDealloc(gpu::DeallocOp op);
  LogicalResult noteDealloc(memref::DeallocOp op);
  LogicalResult replaceCopy(gpu::MemcpyOp op);
  LogicalResult replaceFill(gpu::MemsetOp op);
  LogicalResult checkUntouched(Operation *op);

  /// Puts values into memory of the function's and returns where.
  Value spill(Location loc, ValueRange values);
  Value getData(Location loc, Value memref);
  /// Of a memref without gaps; null, with a diagnostic, for any other.
  Value getCount(Operation *op, Value memref);
  Value getBytes(Operation *op, Value memref);
  FailureOr<int64_t> getElementBytes(Operation *op, Value memref);

  RuntimeCalls &calls;
  OpBuilder &builder;
  const llvm::StringMap<unsigned> &kernels;
};
} // namespace

//===----------------------------------------------------------------------===//
// Memrefs
//===----------------------------------------------------------------------===//

Value HostRewriter::spill(Location loc, ValueRange values) {
  auto type = LLVM::LLVMStructType::getLiteral(
      builder.getContext(), llvm::to_vector(values.getTypes()));
  Value all = LLVM::PoisonOp::create(builder, loc, type);
  for (auto [i, value] : llvm::enumerate(values))
    all = LLVM::InsertValueOp::create(builder, loc, all, value, i);
  Value one = calls.constant(loc, 1);
  Value place = LLVM::AllocaOp::create(builder, loc, calls.pointer, type, one);
  LLVM::StoreOp::create(builder, loc, all, place);
  return place;
}

/// Where the element with indices of zero lies, if the offset is zero.
Value HostRewriter::getData(Location loc, Value memref) {
  Type type = calls.converter.convertType(memref.getType());
  MemRefDescriptor descriptor(calls.cast(loc, memref, type));
  return descriptor.alignedPtr(builder, loc);
}

Value HostRewriter::getCount(Operation *op, Value memref) {
  Location loc = op->getLoc();
  auto type = cast<MemRefType>(memref.getType());
  if (!type.getLayout().isIdentity()) {
    op->emitOpError("of a memref with a layout is not modelled");
    return {};
  }
  Value count = arith::ConstantIndexOp::create(builder, loc, 1);
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    count = arith::MulIOp::create(
        builder, loc, count, memref::DimOp::create(builder, loc, memref, dim));
  return count;
}

FailureOr<int64_t> HostRewriter::getElementBytes(Operation *op, Value memref) {
  Type type = cast<MemRefType>(memref.getType()).getElementType();
  if (type.isIndex())
    return 8;
  if (!type.isIntOrFloat() || type.getIntOrFloatBitWidth() % 8 != 0)
    return op->emitOpError("of elements of type ")
           << type << " is not modelled";
  return type.getIntOrFloatBitWidth() / 8;
}

Value HostRewriter::getBytes(Operation *op, Value memref) {
  FailureOr<int64_t> bytes = getElementBytes(op, memref);
  Value count = failed(bytes) ? Value() : getCount(op, memref);
  if (!count)
    return {};
  Location loc = op->getLoc();
  Value width = arith::ConstantIndexOp::create(builder, loc, *bytes);
  return calls.toInt64(loc, arith::MulIOp::create(builder, loc, count, width));
}

//===----------------------------------------------------------------------===//
// Launches
//===----------------------------------------------------------------------===//

LogicalResult HostRewriter::replaceLaunch(gpu::LaunchFuncOp op) {
  Location loc = op.getLoc();
  std::string name = (op.getKernelModuleName().getValue() +
                      "::" + op.getKernelName().getValue())
                         .str();
  auto found = kernels.find(name);
  if (found == kernels.end())
    return op.emitOpError("of a kernel that the module does not have");
  const KernelInfo &kernel = calls.info.kernels[found->second];

  SmallVector<Value> arguments;
  for (Value argument : op.getKernelOperands()) {
    Type type = calls.getArgumentType(loc, argument.getType());
    if (!type)
      return failure();
    arguments.push_back(isa<MemRefType>(argument.getType())
                            ? getData(loc, argument)
                            : calls.cast(loc, argument, type));
  }
  SmallVector<Value> sizes;
  auto addSizes = [&](gpu::KernelDim3 dims) {
    for (Value size : {dims.x, dims.y, dims.z})
      sizes.push_back(calls.toInt64(loc, size));
  };
  addSizes(op.getGridSizeOperandValues());
  addSizes(op.getBlockSizeOperandValues());
  if (op.hasClusterSize()) {
    addSizes(op.getClusterSizeOperandValues());
  } else {
    Value one = LLVM::ConstantOp::create(builder, loc, calls.i64,
                                         builder.getI64IntegerAttr(1));
    sizes.append(3, one);
  }
  Value shared = op.getDynamicSharedMemorySize();
  shared = calls.toInt64(loc, shared ? shared : calls.constant(loc, 0));
  auto type = builder.getFunctionType({calls.pointer}, TypeRange());
  Value entry =
      func::ConstantOp::create(builder, loc, type, StringRef(kernel.symbol));
  calls.call(loc, "launch",
             {calls.constant(loc, found->second),
              calls.cast(loc, entry, calls.pointer), spill(loc, sizes), shared,
              spill(loc, arguments)});
  return success();
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

LogicalResult HostRewriter::noteAlloc(memref::AllocOp op) {
  // As device memory is aligned.
  constexpr uint64_t deviceAlignment = 256;
  op.setAlignment(std::max(op.getAlignment().value_or(1), deviceAlignment));
  builder.setInsertionPointAfter(op);
  Value bytes = getBytes(op, op.getMemref());
  if (!bytes)
    return failure();
  calls.call(op.getLoc(), "allocated",
             {calls.site(op), getData(op.getLoc(), op), bytes});
  return success();
}

LogicalResult HostRewriter::replaceAlloc(gpu::AllocOp op) {
  if (!op.getSymbolOperands().empty())
    return op.emitOpError("with symbols is not modelled");
  auto alloc = memref::AllocOp::create(
      builder, op.getLoc(), op.getMemref().getType(), op.getDynamicSizes());
  op.getMemref().replaceAllUsesWith(alloc);
  return noteAlloc(alloc);
}

LogicalResult HostRewriter::noteDealloc(memref::DeallocOp op) {
  builder.setInsertionPoint(op);
  calls.call(op.getLoc(), "released",
             {calls.site(op), getData(op.getLoc(), op.getMemref())});
  return success();
}

LogicalResult HostRewriter::replaceDealloc(gpu::DeallocOp op) {
  return noteDealloc(
      memref::DeallocOp::create(builder, op.getLoc(), op.getMemref()));
}

LogicalResult HostRewriter::replaceCopy(gpu::MemcpyOp op) {
  Location loc = op.getLoc();
  Value bytes = getBytes(op, op.getSrc());
  if (!bytes || !getCount(op, op.getDst()))
    return failure();
  // A constant is in the host's memory.
  bool isConstant = op.getSrc().getDefiningOp<memref::GetGlobalOp>() != nullptr;
  calls.call(loc, isConstant ? "upload" : "copy",
             {calls.site(op), getData(loc, op.getDst()),
              getData(loc, op.getSrc()), bytes});
  return success();
}

LogicalResult HostRewriter::replaceFill(gpu::MemsetOp op) {
  Location loc = op.getLoc();
  FailureOr<int64_t> bytes = getElementBytes(op, op.getDst());
  Value count = failed(bytes) ? Value() : getCount(op, op.getDst());
  if (!count)
    return failure();
  Value value = op.getValue();
  Type integer = builder.getIntegerType(8 * *bytes);
  if (value.getType().isIndex())
    value = calls.toInt64(loc, value);
  if (value.getType() != integer)
    value = LLVM::BitcastOp::create(builder, loc, integer, value);
  if (*bytes < 8)
    value = LLVM::ZExtOp::create(builder, loc, calls.i64, value);
  Value width = LLVM::ConstantOp::create(builder, loc, calls.i64,
                                         builder.getI64IntegerAttr(*bytes));
  calls.call(loc, "fill",
             {calls.site(op), getData(loc, op.getDst()),
              calls.toInt64(loc, count), width, value});
  return success();
}

/// Memory is the device's: host code must leave the elements alone.
LogicalResult HostRewriter::checkUntouched(Operation *op) {
  auto effects = dyn_cast<MemoryEffectOpInterface>(op);
  if (!effects)
    return success();
  SmallVector<MemoryEffects::EffectInstance> instances;
  effects.getEffects(instances);
  for (const MemoryEffects::EffectInstance &effect : instances)
    if (isa<MemoryEffects::Read, MemoryEffects::Write>(effect.getEffect()) &&
        effect.getValue() && isa<MemRefType>(effect.getValue().getType()))
      return op->emitOpError("touches device memory on the host");
  return success();
}

/// Leaves gpu ops in place: tokens order them, which is the order in which they
/// stand.
LogicalResult HostRewriter::rewrite(Operation *op) {
  builder.setInsertionPoint(op);
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](gpu::LaunchFuncOp op) { return replaceLaunch(op); })
      .Case([&](gpu::AllocOp op) { return replaceAlloc(op); })
      .Case([&](gpu::DeallocOp op) { return replaceDealloc(op); })
      .Case([&](gpu::MemcpyOp op) { return replaceCopy(op); })
      .Case([&](gpu::MemsetOp op) { return replaceFill(op); })
      .Case([](gpu::WaitOp) { return success(); })
      .Case([&](memref::AllocOp op) { return noteAlloc(op); })
      .Case([&](memref::DeallocOp op) { return noteDealloc(op); })
      .Default([&](Operation *op) -> LogicalResult {
        if (isa<gpu::GPUDialect>(op->getDialect()))
          return op->emitOpError("is not modelled in host code");
        return checkUntouched(op);
      });
}

LogicalResult gpumodel::rewriteHost(RuntimeCalls &calls, func::FuncOp host,
                                    const llvm::StringMap<unsigned> &kernels) {
  HostRewriter rewriter(calls, kernels);
  SmallVector<Operation *> ops, erased;
  host.walk([&](Operation *op) {
    if (op == host)
      return;
    ops.push_back(op);
    if (isa<gpu::GPUDialect>(op->getDialect()))
      erased.push_back(op);
  });
  for (Operation *op : ops)
    if (failed(rewriter.rewrite(op)))
      return failure();
  for (Operation *op : llvm::reverse(erased))
    op->erase();
  if (host.isPublic() && !host.isExternal())
    host->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                  UnitAttr::get(host.getContext()));
  return success();
}
