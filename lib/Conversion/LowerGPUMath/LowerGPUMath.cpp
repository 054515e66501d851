//===- LowerGPUMath.cpp ---------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Math that a GPU has instructions for. Upstream calls a function of the
// vendor's library for all of it, which is not there on every machine.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"
#include "rmsnorm/Conversion/RowwiseToGPU/GPUTarget.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMLOWERGPUMATH
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

static Value createConstant(OpBuilder &b, Location loc, Type type,
                            double value) {
  TypedAttr attribute = b.getFloatAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    attribute = DenseElementsAttr::get(vector, Attribute(attribute));
  return arith::ConstantOp::create(b, loc, attribute);
}

/// The elements of a vector, or a scalar.
static SmallVector<Value> getElements(OpBuilder &b, Location loc, Value value) {
  auto vector = dyn_cast<VectorType>(value.getType());
  if (!vector)
    return {value};
  SmallVector<Value> elements;
  for (int64_t lane = 0; lane < vector.getNumElements(); ++lane)
    elements.push_back(vector::ExtractOp::create(b, loc, value, lane));
  return elements;
}

static Value join(OpBuilder &b, Location loc, Type type,
                  ArrayRef<Value> elements) {
  if (!isa<VectorType>(type))
    return elements.front();
  return vector::FromElementsOp::create(b, loc, cast<VectorType>(type),
                                        elements);
}

/// Vectors that are not of one dimension are taken apart later.
static bool isSimple(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return !vector || (vector.getRank() == 1 && !vector.isScalable());
}

/// A call of an intrinsic by its name: convert-gpu-to-nvvm refuses the ops that
/// intrinsics of math have, because it would have called the library.
static Value createIntrinsic(OpBuilder &b, Location loc, StringRef name,
                             ValueRange operands) {
  return LLVM::CallIntrinsicOp::create(b, loc, operands.front().getType(),
                                       b.getStringAttr(name), operands)
      .getResult(0);
}

namespace {
/// An op whose intrinsic of LLVM is an instruction.
template <typename MathOp> struct ToIntrinsic : OpRewritePattern<MathOp> {
  ToIntrinsic(MLIRContext *context, StringRef name)
      : OpRewritePattern<MathOp>(context), name(name) {}

  LogicalResult matchAndRewrite(MathOp op,
                                PatternRewriter &rewriter) const override {
    if (!isSimple(op.getType()))
      return rewriter.notifyMatchFailure(op, "not a vector of one dimension");
    rewriter.replaceOp(
        op, createIntrinsic(rewriter, op.getLoc(), name, op->getOperands()));
    return success();
  }

  StringRef name;
};

/// To the nearest integer, ties to even, by the conversion of NVIDIA's chips
/// that rounds so; LLVM has no instruction for the intrinsic there.
struct LowerLrint : OpRewritePattern<LLVM::LrintOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(LLVM::LrintOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type type = op.getType(), element = getElementTypeOrSelf(type);
    Value number = op.getVal();
    Type source = getElementTypeOrSelf(number.getType());
    if (!isSimple(type) || !(source.isF32() || source.isF64()) ||
        !element.isInteger(32))
      return rewriter.notifyMatchFailure(op, "not from f32 or f64 to i32");
    StringRef name = source.isF32() ? "llvm.nvvm.f2i.rn" : "llvm.nvvm.d2i.rn";
    SmallVector<Value> integers;
    for (Value lane : getElements(rewriter, loc, number))
      integers.push_back(
          LLVM::CallIntrinsicOp::create(rewriter, loc, element,
                                        rewriter.getStringAttr(name), lane)
              .getResult(0));
    rewriter.replaceOp(op, join(rewriter, loc, type, integers));
    return success();
  }
};

/// By the instruction of NVIDIA's chips, whose relative error is less than
/// 2^-22.9; elsewhere, and in f64, by a root and a division that are rounded.
struct LowerRsqrt : OpRewritePattern<math::RsqrtOp> {
  LowerRsqrt(MLIRContext *context, bool isNVIDIA)
      : OpRewritePattern(context), isNVIDIA(isNVIDIA) {}

  LogicalResult matchAndRewrite(math::RsqrtOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type type = op.getType();
    if (!isSimple(type))
      return rewriter.notifyMatchFailure(op, "not a vector of one dimension");
    if (!isNVIDIA || !getElementTypeOrSelf(type).isF32()) {
      Value root = createIntrinsic(rewriter, loc, "llvm.sqrt", op.getOperand());
      Value one = createConstant(rewriter, loc, type, 1.0);
      rewriter.replaceOpWithNewOp<arith::DivFOp>(op, one, root);
      return success();
    }
    SmallVector<Value> elements = getElements(rewriter, loc, op.getOperand());
    for (Value &element : elements)
      element = LLVM::CallIntrinsicOp::create(
                    rewriter, loc, rewriter.getF32Type(),
                    rewriter.getStringAttr("llvm.nvvm.rsqrt.approx.f"), element)
                    .getResult(0);
    rewriter.replaceOp(op, join(rewriter, loc, type, elements));
    return success();
  }

  bool isNVIDIA;
};

/// Two at a time. The instruction gives the largest number for what is larger,
/// `arith.truncf` NaN or infinity.
struct LowerTruncFToFloat8 : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type type = op.getType();
    Type element = getElementTypeOrSelf(type);
    bool isE4M3 = isa<Float8E4M3FNType>(element);
    if (!isE4M3 && !isa<Float8E5M2Type>(element))
      return rewriter.notifyMatchFailure(op, "no instruction");
    Type from = getElementTypeOrSelf(op.getIn().getType());
    if (from.getIntOrFloatBitWidth() > 32 || !isSimple(type))
      return rewriter.notifyMatchFailure(op, "no instruction");
    auto like = [&](Type other) -> Type {
      if (auto vector = dyn_cast<VectorType>(type))
        return vector.clone(other);
      return other;
    };
    Type f32 = like(rewriter.getF32Type()), i8 = like(rewriter.getI8Type());
    Value wide = op.getIn();
    if (!from.isF32())
      wide = arith::ExtFOp::create(rewriter, loc, f32, wide);

    SmallVector<Value> elements = getElements(rewriter, loc, wide), codes;
    Type small = rewriter.getI8Type(), pair = rewriter.getI16Type();
    for (size_t lane = 0; lane < elements.size(); lane += 2) {
      // An odd one is a pair with itself.
      bool isPair = lane + 1 < elements.size();
      Value both = NVVM::ConvertF32x2ToF8x2Op::create(
          rewriter, loc, pair, elements[isPair ? lane + 1 : lane],
          elements[lane], NVVM::FPRoundingMode::RN,
          NVVM::SaturationMode::SATFINITE, /*relu=*/false, element);
      codes.push_back(arith::TruncIOp::create(rewriter, loc, small, both));
      if (!isPair)
        continue;
      Value eight = arith::ConstantOp::create(rewriter, loc,
                                              rewriter.getI16IntegerAttr(8));
      Value high = arith::ShRUIOp::create(rewriter, loc, both, eight);
      codes.push_back(arith::TruncIOp::create(rewriter, loc, small, high));
    }
    Value code = join(rewriter, loc, i8, codes);
    // Half a unit above the largest number is a tie, which goes to the even
    // one: down for e4m3, whose 448 is even, and up for e5m2.
    Value limit = createConstant(rewriter, loc, f32, isE4M3 ? 464.0 : 61440.0);
    Value size = createIntrinsic(rewriter, loc, "llvm.fabs", wide);
    Value isLarge = arith::CmpFOp::create(rewriter, loc,
                                          isE4M3 ? arith::CmpFPredicate::OGT
                                                 : arith::CmpFPredicate::OGE,
                                          size, limit);
    auto bits = [&](int8_t value) -> Value {
      TypedAttr attribute = rewriter.getI8IntegerAttr(value);
      if (auto vector = dyn_cast<VectorType>(i8))
        attribute = DenseElementsAttr::get(vector, Attribute(attribute));
      return arith::ConstantOp::create(rewriter, loc, attribute);
    };
    Value sign = arith::AndIOp::create(rewriter, loc, code, bits(-128));
    Value overflow =
        arith::OrIOp::create(rewriter, loc, sign, bits(isE4M3 ? 0x7f : 0x7c));
    code = arith::SelectOp::create(rewriter, loc, isLarge, overflow, code);
    rewriter.replaceOpWithNewOp<arith::BitcastOp>(op, type, code);
    return success();
  }
};

struct NormLowerGPUMath : norm::impl::NormLowerGPUMathBase<NormLowerGPUMath> {
  using NormLowerGPUMathBase::NormLowerGPUMathBase;

  void runOnOperation() override {
    llvm::Expected<GPUTarget> target = GPUTarget::resolve(chip);
    if (!target) {
      emitError(getOperation()->getLoc())
          << "norm-lower-gpu-math: " << llvm::toString(target.takeError());
      return signalPassFailure();
    }
    // LLVM gives up on these, without a location.
    WalkResult wide = getOperation()->walk([](gpu::GPUModuleOp kernels) {
      return kernels.walk([&](Operation *op) {
        for (Type type : op->getResultTypes()) {
          auto element = dyn_cast<FloatType>(getElementTypeOrSelf(type));
          if (!element || element.getWidth() <= 64)
            continue;
          Location loc = op->getLoc();
          emitError(isa<UnknownLoc>(loc) ? kernels.getLoc() : loc)
              << "has elements of type " << element
              << ", with which no GPU computes";
          return WalkResult::interrupt();
        }
        return WalkResult::advance();
      });
    });
    if (wide.wasInterrupted())
      return signalPassFailure();
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    patterns.add<ToIntrinsic<math::AbsFOp>>(context, "llvm.fabs");
    patterns.add<ToIntrinsic<math::CeilOp>>(context, "llvm.ceil");
    patterns.add<ToIntrinsic<math::CopySignOp>>(context, "llvm.copysign");
    patterns.add<ToIntrinsic<math::FloorOp>>(context, "llvm.floor");
    patterns.add<ToIntrinsic<math::FmaOp>>(context, "llvm.fma");
    patterns.add<ToIntrinsic<math::RoundEvenOp>>(context, "llvm.roundeven");
    patterns.add<ToIntrinsic<math::SqrtOp>>(context, "llvm.sqrt");
    patterns.add<ToIntrinsic<math::TruncOp>>(context, "llvm.trunc");
    bool isNVIDIA = target->vendor == GPUTarget::Vendor::NVIDIA;
    patterns.add<LowerRsqrt>(context, isNVIDIA);
    if (isNVIDIA)
      patterns.add<LowerLrint>(context);
    if (isNVIDIA && target->capability >= 89)
      patterns.add<LowerTruncFToFloat8>(context);
    FrozenRewritePatternSet frozen(std::move(patterns));
    getOperation()->walk([&](gpu::GPUModuleOp kernels) {
      walkAndApplyPatterns(kernels, frozen);
    });
  }
};
} // namespace
