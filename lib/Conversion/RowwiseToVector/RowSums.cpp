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

Value RowEmitter::neutral(ReduceOp reduce) {
  auto element = cast<FloatType>(reduce.getType());
  APFloat value =
      reduce.getKind() == ReduceKind::Add
          ? APFloat::getZero(element.getFloatSemantics())
          : APFloat::getInf(element.getFloatSemantics(), /*Negative=*/true);
  TypedAttr attribute = FloatAttr::get(element, value);
  if (auto type = dyn_cast<VectorType>(convert(reduce.getRow().getType())))
    attribute = DenseElementsAttr::get(type, Attribute(attribute));
  return arith::ConstantOp::create(b, loc, attribute);
}

/// True when no sign bit is set, be it of a zero or a NaN.
static bool isNeverNegative(Value row) {
  return row.getDefiningOp<math::AbsFOp>() != nullptr;
}

Value RowEmitter::combine(ReduceOp reduce, Value lhs, Value rhs) {
  if (reduce.getKind() == ReduceKind::Add)
    return arith::AddFOp::create(b, reduce.getLoc(), lhs, rhs);
  if (!isNeverNegative(reduce.getRow()))
    return arith::MaximumFOp::create(b, reduce.getLoc(), lhs, rhs);
  // Without signs floats are in the order of their bits, NaN above infinity,
  // and the neutral element, the only one with a sign, below all.
  Type type = lhs.getType();
  Type bits =
      b.getIntegerType(getElementTypeOrSelf(type).getIntOrFloatBitWidth());
  if (auto vector = dyn_cast<VectorType>(type))
    bits = vector.clone(bits);
  auto cast = [&](Value value, Type to) -> Value {
    return arith::BitcastOp::create(b, reduce.getLoc(), to, value);
  };
  Value most = arith::MaxSIOp::create(b, reduce.getLoc(), cast(lhs, bits),
                                      cast(rhs, bits));
  return cast(most, type);
}

Value RowEmitter::addTo(ReduceOp reduce, Value sum, IRMapping &values) {
  auto product = reduce.getRow().getDefiningOp<arith::MulFOp>();
  Type element = reduce.getType();
  if (product && options.contract && reduce.getKind() == ReduceKind::Add &&
      (element.isF32() || element.isF64()))
    return LLVM::FMulAddOp::create(b, reduce.getLoc(),
                                   values.lookup(product.getLhs()),
                                   values.lookup(product.getRhs()), sum);
  return combine(reduce, sum, values.lookup(reduce.getRow()));
}

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
