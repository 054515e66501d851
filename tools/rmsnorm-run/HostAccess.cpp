//===- HostAccess.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostAccess.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

/// What an extracted field was inserted as, or null.
static Value findInserted(LLVM::ExtractValueOp extract) {
  Value container = extract.getContainer();
  while (auto insert = container.getDefiningOp<LLVM::InsertValueOp>()) {
    if (insert.getPosition() == extract.getPosition())
      return insert.getValue();
    container = insert.getContainer();
  }
  return nullptr;
}

/// Where a pointer comes from.
static Value findRoot(Value pointer) {
  while (Operation *op = pointer.getDefiningOp()) {
    Value next;
    if (auto extract = dyn_cast<LLVM::ExtractValueOp>(op))
      next = findInserted(extract);
    else if (isa<LLVM::GEPOp, LLVM::AddrSpaceCastOp, LLVM::BitcastOp>(op))
      next = op->getOperand(0);
    if (!next)
      break;
    pointer = next;
  }
  return pointer;
}

static bool isDeviceMemory(Value pointer) {
  Value root = findRoot(pointer);
  if (auto call = root.getDefiningOp<LLVM::CallOp>())
    return call.getCallee() == StringRef("mgpuMemAlloc");
  auto argument = dyn_cast<BlockArgument>(root);
  if (!argument || !argument.getOwner()->isEntryBlock())
    return false;
  // The functions of the C interface take descriptors, which are the host's.
  auto function =
      dyn_cast<LLVM::LLVMFuncOp>(argument.getOwner()->getParentOp());
  return function && !function.getName().starts_with("_mlir_ciface_");
}

/// Fails with a diagnostic for an op that touches device memory.
static LogicalResult check(Operation *op) {
  SmallVector<Value> pointers;
  if (auto load = dyn_cast<LLVM::LoadOp>(op))
    pointers = {load.getAddr()};
  else if (auto store = dyn_cast<LLVM::StoreOp>(op))
    pointers = {store.getAddr()};
  else if (auto copy = dyn_cast<LLVM::MemcpyOp>(op))
    pointers = {copy.getDst(), copy.getSrc()};
  auto call = dyn_cast<LLVM::CallOp>(op);
  bool isCopy = call && call.getCallee() == StringRef("memrefCopy");
  if (!isCopy && llvm::none_of(pointers, isDeviceMemory))
    return success();
  return op->emitError("is host code that touches elements, but they are in "
                       "the memory of the device: the pipeline has not moved "
                       "all work to the device");
}

LogicalResult norm::checkHostAccess(ModuleOp module, StringRef entry) {
  llvm::SetVector<Operation *> functions;
  functions.insert(module.lookupSymbol(entry));
  for (size_t i = 0; i < functions.size(); ++i) {
    auto result = functions[i]->walk([&](Operation *op) {
      if (failed(check(op)))
        return WalkResult::interrupt();
      auto call = dyn_cast<LLVM::CallOp>(op);
      if (call && call.getCallee())
        if (Operation *callee = module.lookupSymbol(*call.getCallee()))
          functions.insert(callee);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return failure();
  }
  return success();
}
