//===- GPUReduce.cpp ------------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One sum of a row out of its threads' partial sums: by shuffles in a warp,
// then by shared memory, of all blocks of a cluster.
//
// Every exchange takes one barrier. All warps write, wait, and read what all
// have written. Before a warp writes to the same place again there must have
// been another barrier, which it reaches after all have read. So each reduction
// has a place of its own, and where a row has one exchange only, it has two,
// for rows of even and of odd number.
//
// In a warp thread i takes in i xor d for d = T/2, T/4 ... 1, where T is the
// number of its threads that share the row; so all have the same bits. Of the
// results of all warps thread i of each takes i, i + 32, and so on, in that
// order, and they are reduced alike, by as many threads as there are results.
//
//===----------------------------------------------------------------------===//

#include "GPURowEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

Value GPURowEmitter::reduceLanes(ReduceOp reduce, Value sum) {
  if (plan.vector == 1)
    return sum;
  for (int64_t width = plan.vector / 2; width > 0; width /= 2) {
    auto half = llvm::to_vector(llvm::seq<int64_t>(0, 2 * width));
    ArrayRef<int64_t> all(half);
    Value low =
        vector::ShuffleOp::create(b, loc, sum, sum, all.take_front(width));
    Value high =
        vector::ShuffleOp::create(b, loc, sum, sum, all.drop_front(width));
    sum = combine(reduce, low, high);
  }
  return vector::ExtractOp::create(b, loc, sum, 0);
}

Value GPURowEmitter::shuffle(Value value, unsigned distance) {
  // Words of 32 bits can be shuffled everywhere.
  Type type = value.getType();
  unsigned width = type.getIntOrFloatBitWidth();
  auto shuffleWord = [&](Value word) -> Value {
    return gpu::ShuffleOp::create(b, loc, word, distance, warpSize,
                                  gpu::ShuffleMode::XOR)
        .getShuffleResult();
  };
  if (type.isF32())
    return shuffleWord(value);
  if (width < 32) {
    Type small = b.getIntegerType(width);
    Value bits = arith::BitcastOp::create(b, loc, small, value);
    bits = arith::ExtUIOp::create(b, loc, b.getI32Type(), bits);
    bits = arith::TruncIOp::create(b, loc, small, shuffleWord(bits));
    return arith::BitcastOp::create(b, loc, type, bits);
  }
  Value bits = arith::BitcastOp::create(b, loc, b.getI64Type(), value);
  Value half = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(32));
  Value low =
      shuffleWord(arith::TruncIOp::create(b, loc, b.getI32Type(), bits));
  Value high = shuffleWord(arith::TruncIOp::create(
      b, loc, b.getI32Type(), arith::ShRUIOp::create(b, loc, bits, half)));
  low = arith::ExtUIOp::create(b, loc, b.getI64Type(), low);
  high = arith::ExtUIOp::create(b, loc, b.getI64Type(), high);
  high = arith::ShLIOp::create(b, loc, high, half);
  return arith::BitcastOp::create(b, loc, type,
                                  arith::OrIOp::create(b, loc, low, high));
}

Value GPURowEmitter::reduceWarp(ReduceOp reduce, Value value, unsigned width) {
  for (unsigned distance = width / 2; distance > 0; distance /= 2)
    value = combine(reduce, value, shuffle(value, distance));
  return value;
}

void GPURowEmitter::finish(const RowSweep &sweep, ArrayRef<Value> sums) {
  Values results;
  for (auto [reduce, sum] : llvm::zip_equal(sweep.reductions, sums))
    results.push_back(reduceWarp(reduce, reduceLanes(reduce, sum),
                                 std::min(plan.rowThreads, warpSize)));
  if (plan.getSharers() > warpSize)
    exchange(sweep, results);
  for (auto [reduce, result] : llvm::zip_equal(sweep.reductions, results)) {
    ReduceOp op = reduce;
    uniform.map(op.getResult(), result);
  }
}

void GPURowEmitter::waitForSharers() {
  if (plan.cluster == 1) {
    gpu::BarrierOp::create(b, loc);
    return;
  }
  NVVM::ClusterArriveOp::create(b, loc, /*aligned=*/b.getUnitAttr());
  NVVM::ClusterWaitOp::create(b, loc, /*aligned=*/b.getUnitAttr());
}

/// The address of an element of a buffer in the shared memory of another block
/// of the cluster.
Value GPURowEmitter::getRemote(Value buffer, Value block, Value element) {
  MLIRContext *context = b.getContext();
  auto toI32 = [&](Value value) -> Value {
    return arith::IndexCastOp::create(b, loc, b.getI32Type(), value);
  };
  Value address =
      memref::ExtractAlignedPointerAsIndexOp::create(b, loc, buffer);
  address = arith::IndexCastOp::create(b, loc, b.getI64Type(), address);
  auto getPointer = [&](NVVM::NVVMMemorySpace space) {
    return LLVM::LLVMPointerType::get(context, static_cast<unsigned>(space));
  };
  Type shared = getPointer(NVVM::NVVMMemorySpace::Shared);
  Type remote = getPointer(NVVM::NVVMMemorySpace::SharedCluster);
  Value pointer = LLVM::IntToPtrOp::create(b, loc, shared, address);
  pointer = NVVM::MapaOp::create(b, loc, remote, pointer, toI32(block));
  return LLVM::GEPOp::create(b, loc, remote,
                             getElementTypeOrSelf(buffer.getType()), pointer,
                             toI32(element));
}

void GPURowEmitter::exchange(const RowSweep &sweep,
                             MutableArrayRef<Value> sums) {
  int64_t warps = plan.rowThreads / warpSize;
  int64_t count = warps * plan.cluster;
  Value lane = rem(thread, index(warpSize));
  Value warp = div(thread, index(warpSize));
  Value begin = index(0);
  if (parity)
    begin = mul(arith::IndexCastUIOp::create(b, loc, b.getIndexType(), parity),
                index(count));
  Value place = add(begin, add(mul(rank, index(warps)), warp));
  // In a cluster thread i of the warp writes to block i.
  guardedStore(isLess(lane, index(plan.cluster)), [&] {
    for (auto [reduce, sum] : llvm::zip_equal(sweep.reductions, sums)) {
      Value &buffer = buffers[reduce];
      if (!buffer)
        buffer = createShared(sum.getType(), count * (parity ? 2 : 1));
      if (plan.cluster == 1)
        memref::StoreOp::create(b, loc, sum, buffer, place);
      else
        LLVM::StoreOp::create(b, loc, sum, getRemote(buffer, lane, place));
    }
  });
  waitForSharers();
  // As many threads as there are results reduce them, all such groups of a warp
  // alike.
  int64_t width =
      std::min<int64_t>(llvm::PowerOf2Ceil(count), int64_t{warpSize});
  Value first = rem(lane, index(width));
  for (auto [reduce, sum] : llvm::zip_equal(sweep.reductions, sums)) {
    ReduceOp op = reduce;
    Value buffer = buffers[op];
    Value none = neutralScalar(op);
    Value all;
    for (int64_t from = 0; from < count; from += width) {
      Value at = add(first, index(from));
      Value read = guardedLoad(from + width <= count ? Value()
                                                     : isLess(at, index(count)),
                               buffer, add(begin, at), none);
      all = all ? combine(op, all, read) : read;
    }
    sum = reduceWarp(op, all, width);
  }
}

Value GPURowEmitter::guardedLoad(Value condition, Value buffer, Value at,
                                 Value otherwise) {
  if (!condition)
    return memref::LoadOp::create(b, loc, buffer, at);
  auto ifOp = scf::IfOp::create(
      b, loc, condition,
      [&](OpBuilder &, Location) {
        Value loaded = memref::LoadOp::create(b, loc, buffer, at);
        scf::YieldOp::create(b, loc, loaded);
      },
      [&](OpBuilder &, Location) { scf::YieldOp::create(b, loc, otherwise); });
  return ifOp.getResult(0);
}
