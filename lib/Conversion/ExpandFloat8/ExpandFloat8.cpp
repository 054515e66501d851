//===- ExpandFloat8.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Conversions between f32 and the 8-bit floats of the OCP specification "8-bit
// Floating Point" (OFP8), by arithmetic on bits: upstream expands none of them.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMEXPANDFLOAT8
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;

namespace {
/// An 8-bit float with a sign and as many bits of exponent as the mantissa
/// leaves. Codes are without the sign.
struct Format {
  static std::optional<Format> get(Type type) {
    Type element = getElementTypeOrSelf(type);
    if (isa<Float8E4M3FNType>(element))
      return Format{3, 7, 0x7e, 0x7f};
    if (isa<Float8E5M2Type>(element))
      return Format{2, 15, 0x7b, 0x7c};
    return std::nullopt;
  }
  /// How much further left the mantissa is in f32.
  unsigned shift() const { return 23 - mantissa; }

  unsigned mantissa, bias;
  /// The largest number, and what is larger: NaN, or infinity.
  unsigned largest, overflow;
};

/// Ops on vectors (or scalars) of the shape of `shape`.
struct BitBuilder {
  BitBuilder(OpBuilder &b, Location loc, Type shape) : b(b), loc(loc) {
    auto like = [&](Type element) -> Type {
      if (auto shaped = dyn_cast<ShapedType>(shape))
        return shaped.clone(element);
      return element;
    };
    i8 = like(b.getI8Type());
    i32 = like(b.getI32Type());
    f32 = like(b.getF32Type());
  }
  Value bits(uint32_t value) {
    TypedAttr attribute = b.getI32IntegerAttr(static_cast<int32_t>(value));
    if (auto shaped = dyn_cast<ShapedType>(i32))
      attribute = DenseElementsAttr::get(shaped, Attribute(attribute));
    return arith::ConstantOp::create(b, loc, attribute);
  }
  template <typename OpTy> Value apply(Value lhs, Value rhs) {
    return OpTy::create(b, loc, lhs, rhs);
  }
  Value cast(Type type, Value value) {
    return arith::BitcastOp::create(b, loc, type, value);
  }
  Value select(arith::CmpIPredicate predicate, Value lhs, uint32_t rhs,
               Value yes, Value no) {
    Value condition = arith::CmpIOp::create(b, loc, predicate, lhs, bits(rhs));
    return arith::SelectOp::create(b, loc, condition, yes, no);
  }

  OpBuilder &b;
  Location loc;
  Type i8, i32, f32;
};
} // namespace

static constexpr uint32_t f32Bias = 127;
static constexpr uint32_t f32Infinity = 0x7f800000;

/// The bits of 2^exponent in f32.
static uint32_t powerOfTwo(int32_t exponent) {
  return (f32Bias + exponent) << 23;
}

/// To nearest, ties to even. A NaN gets the code that has all bits.
static Value truncate(BitBuilder b, Format format, Value single) {
  using arith::CmpIPredicate;
  Value all = b.cast(b.i32, single);
  Value sign = b.apply<arith::AndIOp>(all, b.bits(0x80000000));
  Value magnitude = b.apply<arith::XOrIOp>(all, sign);
  // The bias is exchanged, and half a unit is added, less one bit where a tie
  // goes down to an even number. A carry into the exponent is right.
  Value odd = b.apply<arith::AndIOp>(
      b.apply<arith::ShRUIOp>(magnitude, b.bits(format.shift())), b.bits(1));
  uint32_t half = (1u << (format.shift() - 1)) - 1;
  Value rounded = b.apply<arith::AddIOp>(
      b.apply<arith::AddIOp>(magnitude,
                             b.bits(half - ((f32Bias - format.bias) << 23))),
      odd);
  Value normal = b.apply<arith::ShRUIOp>(rounded, b.bits(format.shift()));
  normal = b.select(CmpIPredicate::ugt, normal, format.largest,
                    b.bits(format.overflow), normal);
  // Subnormal: a sum with a number whose unit is that of subnormal numbers
  // rounds where they do.
  int32_t unit = 1 - static_cast<int32_t>(format.bias + format.mantissa);
  Value magic = b.bits(powerOfTwo(unit + 23));
  Value sum =
      b.apply<arith::AddFOp>(b.cast(b.f32, magnitude), b.cast(b.f32, magic));
  Value subnormal = b.apply<arith::SubIOp>(b.cast(b.i32, sum), magic);
  uint32_t smallest = powerOfTwo(1 - static_cast<int32_t>(format.bias));
  Value code =
      b.select(CmpIPredicate::ult, magnitude, smallest, subnormal, normal);
  code =
      b.select(CmpIPredicate::ugt, magnitude, f32Infinity, b.bits(0x7f), code);
  code = b.apply<arith::OrIOp>(code, b.apply<arith::ShRUIOp>(sign, b.bits(24)));
  return arith::TruncIOp::create(b.b, b.loc, b.i8, code);
}

static Value extend(BitBuilder b, Format format, Value code) {
  using arith::CmpIPredicate;
  Value all = arith::ExtUIOp::create(b.b, b.loc, b.i32, code);
  Value magnitude = b.apply<arith::AndIOp>(all, b.bits(0x7f));
  // The product is exact, also for what is subnormal in 8 bits.
  Value shifted = b.apply<arith::ShLIOp>(magnitude, b.bits(format.shift()));
  Value product = b.apply<arith::MulFOp>(
      b.cast(b.f32, shifted),
      b.cast(b.f32, b.bits(powerOfTwo(f32Bias - format.bias))));
  Value special = b.apply<arith::OrIOp>(shifted, b.bits(f32Infinity));
  Value number = b.select(CmpIPredicate::ugt, magnitude, format.largest,
                          special, b.cast(b.i32, product));
  Value sign = b.apply<arith::ShLIOp>(b.apply<arith::AndIOp>(all, b.bits(0x80)),
                                      b.bits(24));
  return b.cast(b.f32, b.apply<arith::OrIOp>(number, sign));
}

namespace {
struct ExpandTruncF : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::TruncFOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<Format> format = Format::get(op.getType());
    if (!format)
      return rewriter.notifyMatchFailure(op, "not to an 8-bit float");
    Type from = getElementTypeOrSelf(op.getIn().getType());
    if (from.getIntOrFloatBitWidth() > 32)
      return rewriter.notifyMatchFailure(op, "would round twice");
    BitBuilder b(rewriter, op.getLoc(), op.getType());
    Value single = op.getIn();
    if (!from.isF32())
      single = arith::ExtFOp::create(rewriter, op.getLoc(), b.f32, single);
    Value code = truncate(b, *format, single);
    rewriter.replaceOpWithNewOp<arith::BitcastOp>(op, op.getType(), code);
    return success();
  }
};

struct ExpandExtF : OpRewritePattern<arith::ExtFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::ExtFOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<Format> format = Format::get(op.getIn().getType());
    if (!format)
      return rewriter.notifyMatchFailure(op, "not of an 8-bit float");
    BitBuilder b(rewriter, op.getLoc(), op.getType());
    Value code =
        arith::BitcastOp::create(rewriter, op.getLoc(), b.i8, op.getIn());
    Value single = extend(b, *format, code);
    Type to = getElementTypeOrSelf(op.getType());
    if (to.isF32())
      rewriter.replaceOp(op, single);
    else if (to.getIntOrFloatBitWidth() > 32)
      rewriter.replaceOpWithNewOp<arith::ExtFOp>(op, op.getType(), single);
    else
      rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, op.getType(), single);
    return success();
  }
};

struct NormExpandFloat8 : norm::impl::NormExpandFloat8Base<NormExpandFloat8> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandTruncF, ExpandExtF>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace
