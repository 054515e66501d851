//===- KernelOps.cpp --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What each op of a kernel becomes.
//
//===----------------------------------------------------------------------===//

#include "KernelRewriter.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/Regex.h"

using namespace gpumodel;
using namespace mlir;

//===----------------------------------------------------------------------===//
// Ids
//===----------------------------------------------------------------------===//

Value KernelRewriter::getIndex(Index index, unsigned dim) {
  unsigned code = 4 * static_cast<unsigned>(index) + dim;
  Value &value = indices[code];
  if (value)
    return value;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(entry);
  Location loc = entry->getParentOp()->getLoc();
  return value = calls.call(loc, "index", calls.constant(loc, code), calls.i64);
}

LogicalResult KernelRewriter::replaceByIndex(Operation *op, Index index,
                                             unsigned dim) {
  Value value = getIndex(index, dim);
  Type type = op->getResultTypes()[0];
  if (type.isIndex())
    value = arith::IndexCastOp::create(builder, op->getLoc(), type, value);
  else if (type != value.getType())
    value = arith::TruncIOp::create(builder, op->getLoc(), type, value);
  op->replaceAllUsesWith(ValueRange{value});
  op->erase();
  return success();
}

LogicalResult KernelRewriter::replaceRegister(Operation *op) {
  StringRef name = op->getName().getStringRef();
  name.consume_front("nvvm.read.ptx.sreg.");
  using Register = std::optional<std::pair<Index, unsigned>>;
  auto found = llvm::StringSwitch<Register>(name)
                   .Case("laneid", {{Index::Lane, 0}})
                   .Case("cluster.ctarank", {{Index::ClusterRank, 0}})
                   .Case("cluster.nctarank", {{Index::ClusterBlocks, 0}})
                   .Default(std::nullopt);
  if (!found && name.size() > 2) {
    unsigned dim = StringRef("xyz").find(name.back());
    auto index = llvm::StringSwitch<std::optional<Index>>(name.drop_back(2))
                     .Case("tid", Index::Thread)
                     .Case("ntid", Index::BlockDim)
                     .Case("ctaid", Index::Block)
                     .Case("nctaid", Index::GridDim)
                     .Case("cluster.ctaid", Index::ClusterBlock)
                     .Case("cluster.nctaid", Index::ClusterDimBlocks)
                     .Case("clusterid", Index::Cluster)
                     .Case("nclusterid", Index::ClusterDim)
                     .Default(std::nullopt);
    if (index && dim < 3)
      found = {*index, dim};
  }
  if (!found)
    return op->emitOpError("is not modelled");
  return replaceByIndex(op, found->first, found->second);
}

//===----------------------------------------------------------------------===//
// Other ops
//===----------------------------------------------------------------------===//

LogicalResult KernelRewriter::replaceBySite(Operation *op, StringRef name) {
  SmallVector<Value> arguments = {calls.site(op)};
  llvm::append_range(arguments, op->getOperands());
  Type type = op->getNumResults() ? op->getResultTypes()[0] : Type();
  if (Value value = calls.call(op->getLoc(), name, arguments, type))
    op->getResult(0).replaceAllUsesWith(value);
  op->erase();
  return success();
}

LogicalResult KernelRewriter::replaceShuffle(gpu::ShuffleOp op) {
  Location loc = op.getLoc();
  Type type = op.getValue().getType();
  unsigned bits = type.isIntOrFloat() ? type.getIntOrFloatBitWidth() : 0;
  if (auto vector = dyn_cast<VectorType>(type);
      vector && vector.getElementType().isIntOrFloat())
    bits = vector.getNumElements() * vector.getElementTypeBitWidth();
  if (bits != 8 && bits != 16 && bits != 32 && bits != 64)
    return op.emitOpError("of a type of this size is not modelled");
  Type integer = builder.getIntegerType(bits);
  Value value = op.getValue();
  if (type != integer)
    value = LLVM::BitcastOp::create(builder, loc, integer, value);
  if (bits < 64)
    value = LLVM::ZExtOp::create(builder, loc, calls.i64, value);
  ShuffleMode mode = [&] {
    switch (op.getMode()) {
    case gpu::ShuffleMode::XOR:
      return ShuffleMode::Xor;
    case gpu::ShuffleMode::DOWN:
      return ShuffleMode::Down;
    case gpu::ShuffleMode::UP:
      return ShuffleMode::Up;
    case gpu::ShuffleMode::IDX:
      return ShuffleMode::Index;
    }
    llvm_unreachable("not a mode");
  }();
  bool validIsUsed = !op.getValid().use_empty();
  Value result = calls.call(
      loc, "shuffle",
      {calls.site(op), calls.constant(loc, static_cast<int32_t>(mode)), value,
       op.getOffset(), op.getWidth(), calls.constant(loc, validIsUsed)},
      calls.i64);
  if (bits < 64)
    result = LLVM::TruncOp::create(builder, loc, integer, result);
  if (type != integer)
    result = LLVM::BitcastOp::create(builder, loc, type, result);
  op.getShuffleResult().replaceAllUsesWith(result);
  if (validIsUsed) {
    Value valid = calls.call(loc, "shuffle_valid", {}, calls.i32);
    op.getValid().replaceAllUsesWith(
        LLVM::TruncOp::create(builder, loc, builder.getI1Type(), valid));
  }
  op->erase();
  return success();
}

LogicalResult
KernelRewriter::replaceDynamicShared(gpu::DynamicSharedMemoryOp op) {
  Location loc = op.getLoc();
  auto type = cast<MemRefType>(op.getType());
  Value pointer = calls.call(loc, "dynamic_shared", {}, calls.pointer);
  Value bytes = calls.call(loc, "dynamic_shared_bytes", {}, calls.i64);
  auto descriptor =
      MemRefDescriptor::poison(builder, loc, calls.converter.convertType(type));
  descriptor.setAllocatedPtr(builder, loc, pointer);
  descriptor.setAlignedPtr(builder, loc, pointer);
  descriptor.setConstantOffset(builder, loc, 0);
  descriptor.setSize(builder, loc, 0, bytes);
  descriptor.setConstantStride(builder, loc, 0, 1);
  op.replaceAllUsesWith(calls.cast(loc, descriptor, type));
  op->erase();
  return success();
}

/// Globals without a value are shared memory; constants move out of the kernel
/// module.
LogicalResult KernelRewriter::replaceGlobal(memref::GetGlobalOp op) {
  auto kernels = kernel->getParentOfType<gpu::GPUModuleOp>();
  auto global = kernels.lookupSymbol<memref::GlobalOp>(op.getName());
  if (!global)
    return op.emitOpError("of a global outside of the kernel's module is not "
                          "modelled");
  if (global.getConstant()) {
    std::string name = (kernels.getName() + "_" + global.getName()).str();
    if (!calls.module.lookupSymbol(name)) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(calls.module.getBody());
      auto moved = cast<memref::GlobalOp>(builder.clone(*global));
      moved.setSymName(name);
    }
    op.setName(name);
    return success();
  }
  if (!global.isUninitialized() && !global.isExternal())
    return op.emitOpError("of a variable with a value is not modelled");
  Value &memref = globals[op.getName()];
  if (!memref) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(entry);
    memref = addShared(op.getLoc(), global.getType(),
                       global.getAlignment().value_or(0));
    if (!memref)
      return failure();
  }
  op.replaceAllUsesWith(memref);
  op->erase();
  return success();
}

/// Assembly that is empty ties its result to its operand.
/// Assembly that is empty gives each result the operand that its constraints
/// tie to it: "=r,=r,0,1,r" ties the first two of three operands.
LogicalResult KernelRewriter::replaceAssembly(LLVM::InlineAsmOp op) {
  if (!op.getAsmString().empty())
    return op.emitOpError("is not modelled, other than with an empty string");
  SmallVector<StringRef> constraints;
  op.getConstraints().split(constraints, ',');
  size_t outputs = llvm::count_if(constraints, [](StringRef constraint) {
    return constraint.starts_with("=");
  });
  SmallVector<Value> results(outputs);
  for (auto [operand, constraint] :
       llvm::zip(op.getOperands(), ArrayRef(constraints).drop_front(outputs))) {
    unsigned number = 0;
    if (!constraint.getAsInteger(10, number) && number < outputs)
      results[number] = operand;
  }
  if (op->getNumResults() != 1 || outputs == 0 ||
      constraints.size() != outputs + op->getNumOperands() ||
      llvm::is_contained(results, Value()))
    return op.emitOpError("whose results are not operands is not modelled");
  Value whole = results.front();
  if (outputs > 1) {
    builder.setInsertionPoint(op);
    whole = LLVM::PoisonOp::create(builder, op.getLoc(),
                                   op->getResult(0).getType());
    for (auto [number, result] : llvm::enumerate(results))
      whole = LLVM::InsertValueOp::create(builder, op.getLoc(), whole, result,
                                          number);
  }
  op->getResult(0).replaceAllUsesWith(whole);
  op->erase();
  return success();
}

/// PTX that moves its operand to its result.
LogicalResult KernelRewriter::replacePtx(NVVM::InlinePtxOp op) {
  static const llvm::Regex move(
      "^ *mov\\.[busf](16|32|64) +([$]0|[{][$]w0[}]), *([$]1|[{][$]r0[}]); *$");
  if (!move.match(op.getPtxCode()) || op.getPredicate() ||
      op->getNumOperands() != 1 ||
      op->getOperandTypes() != op->getResultTypes())
    return op.emitOpError("is not modelled, other than to move a register");
  op->replaceAllUsesWith(op->getOperands());
  op->erase();
  return success();
}

LogicalResult KernelRewriter::replaceBarrier(NVVM::BarrierOp op) {
  if (op.getNumberOfThreads() || op.getReductionOp() || op.getBarrierId())
    return op.emitOpError(
        "with an id, a number of threads or a reduction is not "
        "modelled");
  return replaceBySite(op, "barrier");
}

static Index getIndexOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, Index>(op)
      .Case([](gpu::ThreadIdOp) { return Index::Thread; })
      .Case([](gpu::BlockDimOp) { return Index::BlockDim; })
      .Case([](gpu::BlockIdOp) { return Index::Block; })
      .Case([](gpu::GridDimOp) { return Index::GridDim; })
      .Case([](gpu::ClusterBlockIdOp) { return Index::ClusterBlock; })
      .Case([](gpu::ClusterDimBlocksOp) { return Index::ClusterDimBlocks; })
      .Case([](gpu::ClusterIdOp) { return Index::Cluster; })
      .Case([](gpu::ClusterDimOp) { return Index::ClusterDim; })
      .Case([](gpu::GlobalIdOp) { return Index::Global; });
}

LogicalResult KernelRewriter::rewrite(Operation *op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<gpu::ThreadIdOp, gpu::BlockDimOp, gpu::BlockIdOp, gpu::GridDimOp,
            gpu::ClusterBlockIdOp, gpu::ClusterDimBlocksOp, gpu::ClusterIdOp,
            gpu::ClusterDimOp, gpu::GlobalIdOp>([&](auto op) {
        return replaceByIndex(op, getIndexOf(op),
                              static_cast<unsigned>(op.getDimension()));
      })
      .Case([&](gpu::LaneIdOp op) { return replaceByIndex(op, Index::Lane); })
      .Case(
          [&](gpu::SubgroupIdOp op) { return replaceByIndex(op, Index::Warp); })
      .Case([&](gpu::NumSubgroupsOp op) {
        return replaceByIndex(op, Index::NumWarps);
      })
      .Case([&](gpu::SubgroupSizeOp op) {
        op.replaceAllUsesWith(
            arith::ConstantIndexOp::create(builder, op.getLoc(), warpThreads)
                .getResult());
        op->erase();
        return success();
      })
      .Case<gpu::BarrierOp, NVVM::Barrier0Op>(
          [&](Operation *op) { return replaceBySite(op, "barrier"); })
      .Case([&](NVVM::BarrierOp op) { return replaceBarrier(op); })
      .Case([&](NVVM::SyncWarpOp op) {
        return replaceBySite(op, "warp_barrier");
      })
      .Case([&](NVVM::ClusterArriveOp op) {
        return replaceBySite(op, "cluster_arrive");
      })
      .Case([&](NVVM::ClusterWaitOp op) {
        return replaceBySite(op, "cluster_wait");
      })
      .Case([&](NVVM::MapaOp op) { return replaceBySite(op, "map_to_block"); })
      .Case([&](NVVM::GriddepcontrolOp op) {
        if (op.getKind() == NVVM::GridDepActionKind::wait) {
          info.waits = true;
          calls.call(op.getLoc(), "wait_for_earlier_kernels", {});
        }
        op->erase();
        return success();
      })
      .Case([&](gpu::ShuffleOp op) { return replaceShuffle(op); })
      .Case([&](gpu::DynamicSharedMemoryOp op) {
        return replaceDynamicShared(op);
      })
      .Case([&](memref::GetGlobalOp op) { return replaceGlobal(op); })
      .Case([&](LLVM::InlineAsmOp op) { return replaceAssembly(op); })
      .Case([&](NVVM::InlinePtxOp op) { return replacePtx(op); })
      .Case<memref::MemorySpaceCastOp, LLVM::AddrSpaceCastOp>(
          [&](Operation *op) {
            op->replaceAllUsesWith(op->getOperands());
            op->erase();
            return success();
          })
      .Case([&](gpu::ReturnOp op) {
        func::ReturnOp::create(builder, op.getLoc());
        op->erase();
        return success();
      })
      .Default([&](Operation *op) -> LogicalResult {
        StringRef dialect = op->getName().getDialectNamespace();
        if (dialect == NVVM::NVVMDialect::getDialectNamespace() &&
            op->getName().getStringRef().starts_with("nvvm.read.ptx.sreg."))
          return replaceRegister(op);
        if (auto call = dyn_cast<LLVM::CallOp>(op);
            call && call.getCallee().value_or("").starts_with("gpumodel_"))
          return success();
        if (dialect == NVVM::NVVMDialect::getDialectNamespace() ||
            dialect == gpu::GPUDialect::getDialectNamespace() ||
            dialect == func::FuncDialect::getDialectNamespace() ||
            isa<LLVM::CallOp, LLVM::CallIntrinsicOp, memref::AllocOp,
                memref::DeallocOp>(op))
          return op->emitOpError("is not modelled in a kernel");
        return success();
      });
}
