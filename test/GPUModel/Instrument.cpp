//===- Instrument.cpp ------------------------------------ -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rewrite.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

#include <numeric>

using namespace gpumodel;
using namespace mlir;

namespace {
/// A load or store. With a mask, `bytes` are an element's.
struct MemoryOp {
  Operation *op;
  Value address;
  uint64_t bytes, alignment;
  bool isWrite;
  Value mask;
};
} // namespace

/// The arguments of the kernel, constants, and variables of the thread.
static bool isPrivate(Value address) {
  while (Operation *op = address.getDefiningOp()) {
    if (auto gep = dyn_cast<LLVM::GEPOp>(op)) {
      address = gep.getBase();
      continue;
    }
    return isa<LLVM::AllocaOp, LLVM::AddressOfOp>(op);
  }
  auto function = dyn_cast<LLVM::LLVMFuncOp>(
      cast<BlockArgument>(address).getOwner()->getParentOp());
  return function && address == function.getArgument(0);
}

/// Of a thread, which has a stack of 64 KiB.
static constexpr uint64_t maxVariableBytes = 32 << 10;

static LogicalResult collect(LLVM::LLVMFuncOp kernel,
                             SmallVectorImpl<MemoryOp> &found) {
  DataLayout layout = DataLayout::closest(kernel);
  auto add = [&](Operation *op, Value address, Type type,
                 std::optional<uint64_t> alignment, bool isWrite,
                 Value mask = {}) {
    if (mask)
      type = cast<VectorType>(type).getElementType();
    if (!isPrivate(address))
      found.push_back({op, address, layout.getTypeSize(type).getFixedValue(),
                       alignment.value_or(layout.getTypeABIAlignment(type)),
                       isWrite, mask});
    return WalkResult::advance();
  };
  // What is larger than the page that guards a stack could miss it.
  uint64_t variables = 0;
  auto addVariable = [&](LLVM::AllocaOp op) -> WalkResult {
    APInt count;
    if (op->getBlock() != &kernel.front() ||
        !matchPattern(op.getArraySize(), m_ConstantInt(&count)))
      return op.emitOpError("of a size that is not known is not modelled");
    variables += count.getLimitedValue(UINT32_MAX) *
                 layout.getTypeSize(op.getElemType()).getFixedValue();
    if (variables > maxVariableBytes)
      return op.emitOpError("makes the variables of a thread larger than ")
             << maxVariableBytes << " bytes, which is not modelled";
    return WalkResult::advance();
  };
  auto visit = [&](Operation *op) -> WalkResult {
    if (auto load = dyn_cast<LLVM::LoadOp>(op))
      return add(op, load.getAddr(), load.getType(), load.getAlignment(),
                 /*isWrite=*/false);
    if (auto store = dyn_cast<LLVM::StoreOp>(op))
      return add(op, store.getAddr(), store.getValue().getType(),
                 store.getAlignment(), /*isWrite=*/true);
    constexpr int64_t maxLanes = 64;
    if (auto load = dyn_cast<LLVM::MaskedLoadOp>(op))
      if (load.getMask().getType().getNumElements() <= maxLanes)
        return add(op, load.getData(), load.getType(), load.getAlignment(),
                   /*isWrite=*/false, load.getMask());
    if (auto store = dyn_cast<LLVM::MaskedStoreOp>(op))
      if (store.getMask().getType().getNumElements() <= maxLanes)
        return add(op, store.getData(), store.getValue().getType(),
                   store.getAlignment(), /*isWrite=*/true, store.getMask());
    if (auto variable = dyn_cast<LLVM::AllocaOp>(op))
      return addVariable(variable);
    // Calls are the runtime's and libm's. A hint is not an access.
    if (isMemoryEffectFree(op) ||
        isa<LLVM::CallOp, LLVM::LLVMFuncOp, LLVM::ReturnOp, LLVM::AssumeOp,
            LLVM::Prefetch>(op) ||
        op->hasTrait<OpTrait::IsTerminator>())
      return WalkResult::advance();
    return op->emitOpError("accesses memory in a way that is not modelled");
  };
  return success(!kernel.walk(visit).wasInterrupted());
}

LogicalResult gpumodel::instrumentModule(ModuleOp module, ModuleInfo &info) {
  SmallVector<MemoryOp> ops;
  for (const KernelInfo &kernel : info.kernels) {
    auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(kernel.symbol);
    if (!function)
      return module.emitError("kernel ") << kernel.name << " was lost";
    if (failed(collect(function, ops)))
      return failure();
  }
  if (!info.instrumented)
    return success();
  constexpr uint64_t maxGranule = 4;
  uint64_t granule = maxGranule;
  RuntimeCalls calls(module, info);
  for (const MemoryOp &op : ops) {
    granule = std::gcd(granule, std::gcd(op.bytes, op.alignment));
    calls.builder.setInsertionPoint(op.op);
    Location loc = op.op->getLoc();
    AccessCode code{addSite(info, op.op), static_cast<uint32_t>(op.bytes),
                    llvm::Log2_64(op.alignment)};
    Value encoded = LLVM::ConstantOp::create(
        calls.builder, loc, calls.i64,
        calls.builder.getI64IntegerAttr(code.encode()));
    if (!op.mask) {
      calls.call(loc, op.isWrite ? "write" : "read", {op.address, encoded});
      continue;
    }
    int64_t lanes = cast<VectorType>(op.mask.getType()).getNumElements();
    Value mask = LLVM::BitcastOp::create(
        calls.builder, loc, calls.builder.getIntegerType(lanes), op.mask);
    if (lanes < 64)
      mask = LLVM::ZExtOp::create(calls.builder, loc, calls.i64, mask);
    calls.call(loc, op.isWrite ? "write_lanes" : "read_lanes",
               {op.address, encoded, mask});
  }
  info.granule = granule;
  return success();
}
