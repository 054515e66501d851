//===- RowStores.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowStores.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

/// Vectors that fill less of a line are better collected in a cache.
static constexpr unsigned minVectorBytes = 32;
/// Of the code generator's types only these keep the hint. Rows of narrower
/// floats are not worth a detour: their conversions take longer than memory.
static bool keepsHint(Type element) {
  return element.isF32() || element.isF64() || element.isInteger(32) ||
         element.isInteger(64);
}

/// Destinations that hold a row for each position of the grid.
static SmallVector<unsigned> getMatrices(const RowKernel &kernel) {
  SmallVector<unsigned> matrices;
  for (auto [number, init] : llvm::enumerate(kernel.inits)) {
    AffineMap map = kernel.initMaps[number];
    if (isa<MemRefType>(init.getType()) && !kernel.accumulated[number] &&
        map.isFunctionOfDim(kernel.getInnerAxis()) &&
        llvm::any_of(kernel.grid,
                     [&](unsigned dim) { return map.isFunctionOfDim(dim); }))
      matrices.push_back(number);
  }
  return matrices;
}

/// Picks those that can go past the caches; none if any is at odds.
static void pickStores(NontemporalStores &stores, const RowKernel &kernel,
                       const Lanes &lanes, ArrayRef<unsigned> matrices) {
  if (lanes.scalable)
    return; // what they are to be aligned to is not known
  unsigned vectorBytes = cacheLineBytes; // no more alignment is needed
  for (unsigned number : matrices) {
    auto type = cast<MemRefType>(kernel.inits[number].getType());
    unsigned own = lanes.count * lanes.vectors * getElementBytes(type);
    if (!lanes.areIn(kernel.initMaps[number]) ||
        !keepsHint(type.getElementType()) || own < minVectorBytes)
      continue;
    vectorBytes = std::min(vectorBytes, own);
    stores.inits.push_back(number);
  }
  // Rows that are known to start elsewhere than at multiples of a vector.
  bool isOdd = llvm::any_of(stores.inits, [&](unsigned number) {
    auto type = cast<MemRefType>(kernel.inits[number].getType());
    auto [strides, offset] = type.getStridesAndOffset();
    int64_t elementBytes = getElementBytes(type);
    return llvm::any_of(ArrayRef(strides).drop_back(), [&](int64_t stride) {
      return !ShapedType::isDynamic(stride) &&
             stride * elementBytes % vectorBytes != 0;
    });
  });
  if (isOdd)
    stores.inits.clear();
  stores.alignment = vectorBytes;
}

NontemporalStores NontemporalStores::create(OpBuilder &b, Location loc,
                                            const RowKernel &kernel,
                                            const Lanes &lanes,
                                            uint64_t bytes) {
  NontemporalStores stores;
  SmallVector<unsigned> matrices = getMatrices(kernel);
  if (bytes == 0 || lanes.kind != Lanes::Kind::Elements || matrices.empty())
    return stores;
  std::optional<uint64_t> known = 0; // bytes of all, if they are known
  for (unsigned number : matrices) {
    auto type = cast<MemRefType>(kernel.inits[number].getType());
    if (known && type.hasStaticShape())
      *known += type.getNumElements() * getElementBytes(type);
    else
      known.reset();
  }
  if (known && *known < bytes)
    return stores;
  pickStores(stores, kernel, lanes, matrices);

  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, loc, value);
  };
  // The bits of all addresses and strides together, and all bytes.
  Value bits = constant(0), total = constant(0);
  auto addBits = [&](Value value) {
    bits = b.createOrFold<arith::OrIOp>(loc, bits, value);
  };
  for (unsigned number : matrices) {
    Value init = kernel.inits[number];
    auto type = cast<MemRefType>(init.getType());
    Value elementBytes = constant(getElementBytes(type));
    auto inBytes = [&](Value elements) {
      return b.createOrFold<arith::MulIOp>(loc, elements, elementBytes);
    };
    total = b.createOrFold<arith::AddIOp>(loc, total,
                                          createByteCount(b, loc, init));
    if (!llvm::is_contained(stores.inits, number))
      continue;
    auto metadata = memref::ExtractStridedMetadataOp::create(b, loc, init);
    addBits(memref::ExtractAlignedPointerAsIndexOp::create(b, loc, init));
    addBits(inBytes(metadata.getOffset()));
    for (Value stride : metadata.getStrides().drop_back())
      addBits(inBytes(stride));
  }
  stores.condition =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge, total,
                            constant(static_cast<int64_t>(bytes)));
  if (stores.inits.empty())
    return stores;
  Value low =
      arith::AndIOp::create(b, loc, bits, constant(stores.alignment - 1));
  Value isAligned =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, low, constant(0));
  stores.condition = arith::AndIOp::create(b, loc, isAligned, stores.condition);
  return stores;
}

void norm::createStoreFence(OpBuilder &builder, Location loc) {
  LLVM::FenceOp::create(builder, loc, LLVM::AtomicOrdering::seq_cst,
                        StringAttr());
}
