//===- RowEvaluator.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowEvaluator.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

Value RowEvaluator::broadcast(Value value, Type type) {
  if (value.getType() == type)
    return value;
  return vector::BroadcastOp::create(b, loc, type, value);
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// A product of f32 or f64 that has one use.
static arith::MulFOp getProduct(Value value) {
  auto product = value.getDefiningOp<arith::MulFOp>();
  Type element = getElementTypeOrSelf(value.getType());
  bool isWide = element.isF32() || element.isF64();
  return product && isWide && value.hasOneUse() ? product : nullptr;
}

Value RowEvaluator::fuseProduct(Location loc, Value lhs, Value rhs,
                                bool subtracts, IRMapping &values) {
  if (!contract)
    return {};
  auto negate = [&](Value value) -> Value {
    return subtracts ? arith::NegFOp::create(b, loc, value).getResult() : value;
  };
  if (auto product = getProduct(lhs))
    return LLVM::FMulAddOp::create(b, loc, values.lookup(product.getLhs()),
                                   values.lookup(product.getRhs()),
                                   negate(values.lookup(rhs)));
  if (auto product = getProduct(rhs))
    return LLVM::FMulAddOp::create(
        b, loc, negate(values.lookup(product.getLhs())),
        values.lookup(product.getRhs()), values.lookup(lhs));
  return {};
}

Value RowEvaluator::roundToInteger(Operation *op, IRMapping &values) {
  auto toInteger = dyn_cast<arith::FPToSIOp>(op);
  auto round = toInteger ? toInteger.getIn().getDefiningOp<math::RoundEvenOp>()
                         : nullptr;
  if (!round || !getElementTypeOrSelf(round.getType()).isF32())
    return {};
  Type type = convert(toInteger.getType());
  unsigned width = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  if (width > 32)
    return {};
  // What has been rounded and stored is read back as it is.
  Value source = values.lookupOrNull(round.getOperand());
  if (!source)
    return {};
  Type i32 = b.getI32Type();
  if (auto vector = dyn_cast<VectorType>(type))
    i32 = vector.clone(i32);
  Value integer = LLVM::LrintOp::create(b, op->getLoc(), i32, source);
  return width == 32 ? integer
                     : arith::TruncIOp::create(b, op->getLoc(), type, integer);
}

void RowEvaluator::evaluate(Operation *op, IRMapping &values) {
  if (auto splat = dyn_cast<tensor::SplatOp>(op)) {
    values.map(splat.getResult(), broadcast(values.lookup(splat.getInput()),
                                            convert(splat.getType())));
    return;
  }
  if (isa<tensor::DimOp>(op)) {
    Value result = op->getResult(0);
    values.map(result, broadcast(rowSize(), convert(result.getType())));
    return;
  }
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    TypedAttr value = constant.getValue();
    Type type = convert(constant.getType());
    if (type != constant.getType()) {
      if (auto splat = dyn_cast<SplatElementsAttr>(value))
        value = cast<TypedAttr>(splat.getSplatValue<Attribute>());
      if (auto vector = dyn_cast<VectorType>(type))
        value = DenseElementsAttr::get(vector, Attribute(value));
    }
    values.map(constant.getResult(),
               arith::ConstantOp::create(b, op->getLoc(), value));
    return;
  }
  if (isa<arith::AddFOp, arith::SubFOp>(op))
    if (Value fused =
            fuseProduct(op->getLoc(), op->getOperand(0), op->getOperand(1),
                        isa<arith::SubFOp>(op), values)) {
      values.map(op->getResult(0), fused);
      return;
    }
  if (Value rounded = roundToInteger(op, values)) {
    values.map(op->getResult(0), rounded);
    return;
  }
  // Elementwise ops mean the same on scalars, tensors and vectors.
  Operation *clone = b.clone(*op, values);
  for (OpResult result : clone->getResults())
    result.setType(convert(result.getType()));
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

TypedAttr RowEvaluator::getNeutral(ReduceOp reduce) {
  auto element = cast<FloatType>(reduce.getType());
  APFloat value =
      reduce.getKind() == ReduceKind::Add
          ? APFloat::getZero(element.getFloatSemantics())
          : APFloat::getInf(element.getFloatSemantics(), /*Negative=*/true);
  return FloatAttr::get(element, value);
}

Value RowEvaluator::neutral(ReduceOp reduce) {
  TypedAttr attribute = getNeutral(reduce);
  if (auto type = dyn_cast<VectorType>(convert(reduce.getRow().getType())))
    attribute = DenseElementsAttr::get(type, Attribute(attribute));
  return arith::ConstantOp::create(b, loc, attribute);
}

Value RowEvaluator::neutralScalar(ReduceOp reduce) {
  return arith::ConstantOp::create(b, loc, getNeutral(reduce));
}

bool norm::isNeverNegative(Value row) {
  return row.getDefiningOp<math::AbsFOp>() != nullptr;
}

Value RowEvaluator::combine(ReduceOp reduce, Value lhs, Value rhs) {
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

Value RowEvaluator::addTo(ReduceOp reduce, Value sum, IRMapping &values) {
  auto product = reduce.getRow().getDefiningOp<arith::MulFOp>();
  Type element = reduce.getType();
  if (product && contract && reduce.getKind() == ReduceKind::Add &&
      (element.isF32() || element.isF64()))
    return LLVM::FMulAddOp::create(b, reduce.getLoc(),
                                   values.lookup(product.getLhs()),
                                   values.lookup(product.getRhs()), sum);
  return combine(reduce, sum, values.lookup(reduce.getRow()));
}
