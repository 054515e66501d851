//===- RowSums.cpp ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Partial sums, and how they become one. The order is that of RowSweeps.cpp.
//
//===----------------------------------------------------------------------===//

#include "RowEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

Value RowEmitter::finish(ReduceOp reduce, ArrayRef<Value> partialSums) {
  SmallVector<Value> sums = llvm::to_vector(partialSums);
  while (sums.size() > 1) {
    size_t half = sums.size() / 2;
    for (size_t i = 0; i < half; ++i)
      sums[i] = combine(reduce, sums[i], sums[i + half]);
    sums.truncate(half);
  }
  Value sum = sums.front();
  if (!lanesAreElements())
    return sum;
  if (lanes.scalable)
    return reduceLanes(reduce, sum);
  for (int64_t width = lanes.count / 2; width > 0; width /= 2) {
    Value low = vector::ExtractStridedSliceOp::create(b, loc, sum, 0, width, 1);
    Value high =
        vector::ExtractStridedSliceOp::create(b, loc, sum, width, width, 1);
    sum = combine(reduce, low, high);
  }
  return vector::ExtractOp::create(b, loc, sum, 0);
}

Value RowEmitter::reduceLanes(ReduceOp reduce, Value sum) {
  Location loc = reduce.getLoc();
  if (reduce.getKind() == ReduceKind::Add)
    // One lane after another would take long, and sum less accurately.
    return vector::ReductionOp::create(b, loc, vector::CombiningKind::ADD, sum,
                                       arith::FastMathFlags::reassoc);
  if (!isNeverNegative(reduce.getRow()))
    return vector::ReductionOp::create(b, loc, vector::CombiningKind::MAXIMUMF,
                                       sum);
  Type element = reduce.getType();
  auto bits = cast<VectorType>(sum.getType())
                  .clone(b.getIntegerType(element.getIntOrFloatBitWidth()));
  Value most =
      vector::ReductionOp::create(b, loc, vector::CombiningKind::MAXSI,
                                  arith::BitcastOp::create(b, loc, bits, sum));
  return arith::BitcastOp::create(b, loc, element, most);
}
