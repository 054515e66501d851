//===- GPUMemory.cpp ------------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loads and stores of a thread, and shared memory.
//
//===----------------------------------------------------------------------===//

#include "GPURowEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

/// What an access of a chunk is aligned to: there is none of more than 16
/// bytes.
static llvm::MaybeAlign getAlignment(VectorType type) {
  Type element = type.getElementType();
  unsigned width = element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
  unsigned bytes = type.getNumElements() * width / 8;
  return llvm::Align(std::min(16u, bytes));
}

GPURowEmitter::Values GPURowEmitter::indices(AffineMap map) {
  return llvm::map_to_vector(map.getResults(), [&](AffineExpr expr) {
    return position[cast<AffineDimExpr>(expr).getPosition()];
  });
}

bool GPURowEmitter::isPerRow(AffineMap map) const {
  return llvm::any_of(kernel.rowDims,
                      [&](unsigned dim) { return map.isFunctionOfDim(dim); });
}

Value GPURowEmitter::load(Value memref, AffineMap map) {
  auto type = cast<MemRefType>(memref.getType());
  if (plan.vector == 1 || !map.isFunctionOfDim(rows.getInnerAxis()))
    return memref::LoadOp::create(b, loc, memref, indices(map));
  auto vector = VectorType::get({plan.vector}, type.getElementType());
  return vector::LoadOp::create(b, loc, vector, memref, indices(map),
                                /*nontemporal=*/false, getAlignment(vector));
}

void GPURowEmitter::store(Value value, Value memref, AffineMap map) {
  if (!isa<VectorType>(value.getType()))
    memref::StoreOp::create(b, loc, value, memref, indices(map));
  else
    vector::StoreOp::create(b, loc, value, memref, indices(map),
                            /*nontemporal=*/false,
                            getAlignment(cast<VectorType>(value.getType())));
}

Value GPURowEmitter::loadChunk(Value memref, Value at) {
  Type element = getElementTypeOrSelf(memref.getType());
  if (plan.vector == 1)
    return memref::LoadOp::create(b, loc, memref, at);
  auto vector = VectorType::get({plan.vector}, element);
  return vector::LoadOp::create(b, loc, vector, memref, at,
                                /*nontemporal=*/false, getAlignment(vector));
}

void GPURowEmitter::storeChunk(Value value, Value memref, Value at) {
  auto vector = dyn_cast<VectorType>(value.getType());
  if (!vector)
    memref::StoreOp::create(b, loc, value, memref, at);
  else
    vector::StoreOp::create(b, loc, value, memref, at, /*nontemporal=*/false,
                            getAlignment(vector));
}

//===----------------------------------------------------------------------===//
// Shared memory
//===----------------------------------------------------------------------===//

Value GPURowEmitter::createShared(Type element, int64_t count) {
  auto space =
      gpu::AddressSpaceAttr::get(b.getContext(), gpu::AddressSpace::Workgroup);
  auto type =
      MemRefType::get({count}, element, MemRefLayoutAttrInterface(), space);
  gpu::GPUFuncOp function = kernel.function;
  Value buffer = function.addWorkgroupAttribution(type, loc);
  // Chunks are loaded and stored whole.
  function.setWorkgroupAttributionAttr(
      function.getNumWorkgroupAttributions() - 1,
      LLVM::LLVMDialect::getAlignAttrName(), b.getI64IntegerAttr(16));
  return buffer;
}

void GPURowEmitter::createScratch() {
  if (plan.keep != GPUPlan::Keep::Shared)
    return;
  // What a block has of a row.
  int64_t step = int64_t{plan.getThreads()} * plan.vector;
  int64_t elements =
      llvm::divideCeil(*getConstantIntValue(size), step * plan.cluster) * step;
  auto space =
      gpu::AddressSpaceAttr::get(b.getContext(), gpu::AddressSpace::Workgroup);
  Value all;
  for (Value value : getReread(program, phases, rows, kernel.rowDims)) {
    Type element = getElementTypeOrSelf(value.getType());
    auto bytes = MemRefType::get({ShapedType::kDynamic}, b.getI8Type(),
                                 MemRefLayoutAttrInterface(), space);
    if (!all)
      all = gpu::DynamicSharedMemoryOp::create(b, loc, bytes);
    auto type = MemRefType::get({elements}, element,
                                MemRefLayoutAttrInterface(), space);
    scratch[value] = memref::ViewOp::create(b, loc, type, all,
                                            index(sharedBytes), ValueRange());
    sharedBytes += llvm::alignTo(elements * getElementBytes(type), 16);
  }
}
