//===- SmallFloats.cpp ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// 16-bit floats where LLVM would call functions that not every libgcc has.
//
//===----------------------------------------------------------------------===//

#include "SmallFloats.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;
using namespace mlir::norm;

static Type withElement(Type type, Type element) {
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.clone(element);
  return element;
}

//===----------------------------------------------------------------------===//
// Conversions of f16
//===----------------------------------------------------------------------===//

namespace {
/// Conversions between f16 and f32, scalars or vectors, by arithmetic on bits.
class HalfConverter {
public:
  HalfConverter(OpBuilder &b, Location loc, Type shape)
      : b(b), loc(loc), i32(withElement(shape, b.getI32Type())),
        i16(withElement(shape, b.getI16Type())),
        f32(withElement(shape, b.getF32Type())),
        f16(withElement(shape, b.getF16Type())) {}

  Value extend(Value half);
  Value truncate(Value single);

private:
  Value bits(uint32_t value) {
    Attribute attribute = b.getI32IntegerAttr(static_cast<int32_t>(value));
    if (auto vector = dyn_cast<VectorType>(i32))
      attribute = DenseElementsAttr::get(vector, attribute);
    return LLVM::ConstantOp::create(b, loc, i32, attribute);
  }
  Value cast(Type type, Value value) {
    return LLVM::BitcastOp::create(b, loc, type, value);
  }
  Value compare(LLVM::ICmpPredicate predicate, Value lhs, uint32_t rhs) {
    return LLVM::ICmpOp::create(b, loc, predicate, lhs, bits(rhs));
  }
  Value select(Value condition, Value lhs, Value rhs) {
    return LLVM::SelectOp::create(b, loc, condition, lhs, rhs);
  }
  template <typename OpTy> Value apply(Value lhs, Value rhs) {
    return OpTy::create(b, loc, lhs, rhs);
  }

  OpBuilder &b;
  Location loc;
  Type i32, i16, f32, f16;
};
} // namespace

Value HalfConverter::extend(Value half) {
  Value wide = LLVM::ZExtOp::create(b, loc, i32, cast(i16, half));
  Value magnitude = apply<LLVM::AndOp>(wide, bits(0x7fff));
  Value shifted = apply<LLVM::ShlOp>(magnitude, bits(13));
  // 2^112 is the distance of the exponents' biases; the product is exact, also
  // for what is subnormal in f16.
  Value product = apply<LLVM::FMulOp>(cast(f32, shifted),
                                      cast(f32, bits((127 + 112) << 23)));
  Value special = compare(LLVM::ICmpPredicate::uge, magnitude, 0x7c00);
  Value exponent = select(special, bits(0x7f800000), bits(0));
  Value result = apply<LLVM::OrOp>(cast(i32, product), exponent);
  Value sign =
      apply<LLVM::ShlOp>(apply<LLVM::AndOp>(wide, bits(0x8000)), bits(16));
  return cast(f32, apply<LLVM::OrOp>(result, sign));
}

Value HalfConverter::truncate(Value single) {
  Value all = cast(i32, single);
  Value sign = apply<LLVM::AndOp>(all, bits(0x80000000));
  Value magnitude = apply<LLVM::XOrOp>(all, sign);
  // Too large, infinite, or no number.
  Value isNaN = compare(LLVM::ICmpPredicate::ugt, magnitude, 0x7f800000);
  Value special = select(isNaN, bits(0x7e00), bits(0x7c00));
  // Subnormal in f16: adding 1/2 rounds where f16 does.
  Value half = bits(126 << 23);
  Value sum = apply<LLVM::FAddOp>(cast(f32, magnitude), cast(f32, half));
  Value subnormal = apply<LLVM::SubOp>(cast(i32, sum), half);
  // Others: the bias is exchanged, and half a unit is added, less one bit where
  // a tie goes down to an even number.
  Value odd =
      apply<LLVM::AndOp>(apply<LLVM::LShrOp>(magnitude, bits(13)), bits(1));
  Value rounded = apply<LLVM::AddOp>(
      apply<LLVM::AddOp>(magnitude, bits(0xfff - (112u << 23))), odd);
  Value normal = apply<LLVM::LShrOp>(rounded, bits(13));

  Value isSubnormal = compare(LLVM::ICmpPredicate::ult, magnitude, 113 << 23);
  Value result = select(isSubnormal, subnormal, normal);
  Value isSpecial = compare(LLVM::ICmpPredicate::uge, magnitude, 143 << 23);
  result = select(isSpecial, special, result);
  result = apply<LLVM::OrOp>(result, apply<LLVM::LShrOp>(sign, bits(16)));
  return cast(f16, LLVM::TruncOp::create(b, loc, i16, result));
}

static bool isHalf(Type type) {
  return isa<Float16Type>(getElementTypeOrSelf(type));
}

/// Computes in f32 what LLVM would, for a target without arithmetic on f16,
/// with conversions by bits.
static void computeInSingle(Operation *op) {
  if (!isa<LLVM::FPExtOp, LLVM::FPTruncOp, LLVM::FAddOp, LLVM::FSubOp,
           LLVM::FMulOp, LLVM::FDivOp, LLVM::FRemOp, LLVM::FCmpOp,
           LLVM::MaximumOp, LLVM::MinimumOp, LLVM::MaxNumOp, LLVM::MinNumOp,
           LLVM::FMAOp, LLVM::SqrtOp, LLVM::SIToFPOp, LLVM::UIToFPOp,
           LLVM::FPToSIOp, LLVM::FPToUIOp>(op))
    return;
  // From f64 there is more than one rounding to do.
  if (isa<LLVM::FPTruncOp>(op) && !isHalf(op->getResult(0).getType()))
    return;
  if (isa<LLVM::FPTruncOp>(op) &&
      !getElementTypeOrSelf(op->getOperand(0)).isF32())
    return;
  Type type = op->getResult(0).getType();
  if (!isHalf(type) && llvm::none_of(op->getOperandTypes(), isHalf))
    return;
  OpBuilder b(op);
  HalfConverter converter(b, op->getLoc(), type);
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(isHalf(operand.getType()) ? converter.extend(operand)
                                                 : operand);
  Type single = isHalf(type) ? withElement(type, b.getF32Type()) : type;
  Value result;
  if (isa<LLVM::FPExtOp, LLVM::FPTruncOp>(op) &&
      operands[0].getType() == single) {
    result = operands[0];
  } else {
    OperationState state(op->getLoc(), op->getName(), operands, single,
                         op->getAttrs());
    result = b.create(state)->getResult(0);
  }
  if (isHalf(type))
    result = converter.truncate(result);
  op->getResult(0).replaceAllUsesWith(result);
  op->erase();
}

void norm::expandSmallFloats(ModuleOp module, const CPUTarget &target) {
  llvm::Triple triple(target.triple);
  bool hasHalf = triple.isAArch64() || target.hasFeature("f16c");
  if (triple.isRISCV64())
    hasHalf = target.hasFeature("zfhmin") &&
              (!target.hasFeature("zve32f") || target.hasFeature("zvfhmin"));
  module.walk([&](Operation *op) {
    if (!hasHalf)
      computeInSingle(op);
  });
}
