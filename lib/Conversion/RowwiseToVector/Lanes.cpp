//===- Lanes.cpp -----------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"

#include "rmsnorm/Analysis/RowPhases/RowPhases.h"
#include "rmsnorm/Conversion/RowwiseToVector/RowwiseToVector.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Choosing lanes
//===----------------------------------------------------------------------===//

/// True when bf16 is read for each row. Where it is only what all rows share,
/// the others would have to be taken apart for its sake.
static bool readsPairs(const RowKernel &kernel, unsigned dim) {
  return llvm::any_of(
      llvm::zip_equal(kernel.inputs, kernel.inputMaps), [&](auto pair) {
        auto [operand, map] = pair;
        auto type = dyn_cast<MemRefType>(operand.getType());
        return type && type.getElementType().isBF16() &&
               map.isFunctionOfDim(dim) && map.getNumResults() > 1;
      });
}

/// Unless the module says otherwise.
static bool isLittleEndian(Block &program) {
  auto endianness = dyn_cast_or_null<StringAttr>(
      DataLayout::closest(program.getParentOp()).getEndianness());
  return !endianness ||
         endianness.getValue() != DLTIDialect::kDataLayoutEndiannessBig;
}

/// 16-bit floats are moved as integers and computed in f32 where the target has
/// none. These are the ops for which that is so.
static bool takesSmallFloats(Operation &op) {
  return isa<arith::AddFOp, arith::CmpFOp, arith::ConstantOp, arith::DivFOp,
             arith::ExtFOp, arith::FPToSIOp, arith::FPToUIOp, arith::MaximumFOp,
             arith::MaxNumFOp, arith::MinimumFOp, arith::MinNumFOp,
             arith::MulFOp, arith::SIToFPOp, arith::SubFOp, arith::TruncFOp,
             arith::UIToFPOp, tensor::SplatOp>(op);
}

/// True when LLVM might have no instructions for vectors of the op. It would
/// take them apart, which it cannot if they are scalable.
static bool isScalarized(Operation &op) {
  SmallVector<Type> rows;
  for (TypeRange types :
       {TypeRange(op.getOperandTypes()), TypeRange(op.getResultTypes())})
    llvm::copy_if(types, std::back_inserter(rows),
                  llvm::IsaPred<RankedTensorType>);
  for (Type row : rows) {
    Type element = getElementTypeOrSelf(row);
    if (element.isIndex())
      continue;
    unsigned width = element.getIntOrFloatBitWidth();
    bool isFloat = isa<FloatType>(element);
    if (width > 64 || (isFloat && width < 16) ||
        (isFloat && width == 16 && !takesSmallFloats(op)))
      return true;
  }
  if (rows.empty() || isa<ReduceOp>(op) ||
      isa<tensor::TensorDialect>(op.getDialect()))
    return false;
  if (isa<math::MathDialect>(op.getDialect()))
    return !isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp,
                math::FloorOp, math::FmaOp, math::RoundEvenOp, math::RoundOp,
                math::RsqrtOp, math::SqrtOp, math::TruncOp>(op);
  return !isa<arith::ArithDialect>(op.getDialect()) || isa<arith::RemFOp>(op);
}

/// True when rows are summed, and stored, as 16-bit floats.
static bool sumsSmallFloats(const RowKernel &kernel) {
  return llvm::any_of(
      llvm::zip_equal(kernel.inits, kernel.accumulated), [](auto pair) {
        auto [init, isAccumulated] = pair;
        Type element = getElementTypeOrSelf(init.getType());
        return isAccumulated && (element.isF16() || element.isBF16());
      });
}

Value Lanes::getCount(OpBuilder &builder, Location loc) const {
  Value known = arith::ConstantIndexOp::create(builder, loc, count);
  if (!scalable)
    return known;
  Value scale = vector::VectorScaleOp::create(builder, loc);
  return arith::MulIOp::create(builder, loc, known, scale);
}

Lanes norm::chooseLanes(const RowKernel &kernel, const RowPhases &phases,
                        Block &program, const RowwiseToVectorOptions &options) {
  // Lanes that are masked off still compute. An integer division by what
  // happens to be in such a lane would trap.
  for (Operation &op : program.without_terminator())
    if (!isSpeculatable(&op) && !isa<ReduceOp>(op))
      return {};

  Lanes lanes;
  unsigned widest = getWidestValue(phases, program);
  lanes.count = std::max<int64_t>(1, options.vectorWidth / widest);
  if (kernel.isContiguousAlong(kernel.getInnerAxis())) {
    lanes.kind = Lanes::Kind::Elements;
    lanes.dim = kernel.getInnerAxis();
  } else if (!kernel.grid.empty() &&
             kernel.isContiguousAlong(kernel.grid.back())) {
    lanes.kind = Lanes::Kind::Rows;
    lanes.dim = kernel.grid.back();
  } else {
    return {};
  }
  lanes.scalable = options.scalable && lanes.count > 1 &&
                   !sumsSmallFloats(kernel) &&
                   llvm::none_of(program.without_terminator(), isScalarized);
  // A short row has as many lanes as a long one, so that it is summed alike.
  if (lanes.scalable)
    return lanes;
  if (lanes.kind == Lanes::Kind::Elements && lanes.count > 1 && widest == 32 &&
      readsPairs(kernel, lanes.dim) && isLittleEndian(program))
    lanes.vectors = 2;
  if (std::optional<int64_t> extent =
          getConstantIntValue(kernel.extents[lanes.dim])) {
    int64_t most =
        llvm::divideCeil(std::max<int64_t>(*extent, 1), lanes.vectors);
    lanes.count = std::min<int64_t>(lanes.count, llvm::PowerOf2Ceil(most));
  }
  if (lanes.count == 1)
    return {};
  return lanes;
}

//===----------------------------------------------------------------------===//
// Choosing the schedule
//===----------------------------------------------------------------------===//

namespace {
/// Bytes of one row of operands.
struct RowBytes {
  uint64_t read = 0;
  uint64_t written = 0;
  /// Of what is the same for all rows, such as the scale.
  uint64_t shared = 0;
};
} // namespace

/// None if an extent is not known.
static std::optional<RowBytes> getRowBytes(const RowKernel &kernel) {
  RowBytes row;
  auto add = [&](Value operand, AffineMap map, uint64_t &own) {
    auto type = dyn_cast<MemRefType>(operand.getType());
    if (!type || !map.isFunctionOfDim(kernel.getInnerAxis()))
      return true;
    uint64_t bytes = getElementBytes(type);
    for (unsigned axis : kernel.axes) {
      if (!map.isFunctionOfDim(axis))
        continue;
      std::optional<int64_t> extent = getConstantIntValue(kernel.extents[axis]);
      if (!extent)
        return false;
      bytes *= *extent;
    }
    bool isShared =
        kernel.grid.empty() || !map.isFunctionOfDim(kernel.grid.back());
    (isShared ? row.shared : own) += bytes;
    return true;
  };
  for (auto [operand, map] : llvm::zip_equal(kernel.inputs, kernel.inputMaps))
    if (!add(operand, map, row.read))
      return std::nullopt;
  for (auto [operand, map] : llvm::zip_equal(kernel.inits, kernel.initMaps))
    if (!add(operand, map, row.written))
      return std::nullopt;
  return row;
}

/// True when all rows share 16-bit floats, and nothing else.
static bool sharesNarrow(const RowKernel &kernel) {
  if (llvm::is_contained(kernel.accumulated, true))
    return false;
  bool isNarrow = false;
  for (auto [operand, map] : llvm::zip_equal(kernel.inputs, kernel.inputMaps)) {
    auto type = dyn_cast<MemRefType>(operand.getType());
    if (!type || !map.isFunctionOfDim(kernel.getInnerAxis()) ||
        map.isFunctionOfDim(kernel.grid.back()))
      continue;
    if (!isa<BFloat16Type, Float16Type>(type.getElementType()))
      return false;
    isNarrow = true;
  }
  return isNarrow;
}

Schedule Schedule::choose(const RowKernel &kernel, const Lanes &lanes,
                          const RowwiseToVectorOptions &options) {
  Schedule schedule;
  if (lanes.kind != Lanes::Kind::Elements || kernel.grid.empty())
    return schedule;
  std::optional<RowBytes> bytes = getRowBytes(kernel);
  if (!bytes)
    return schedule;
  bool sharesMuch = bytes->shared > bytes->read;
  // What is shared in 16 bits is converted once for all: that counts for more
  // than reading ahead, and for more rows.
  if (sharesMuch && sharesNarrow(kernel)) {
    schedule.rows = 2 * options.blockRows;
    return schedule;
  }
  schedule.overlaps =
      2 * bytes->read + bytes->written + bytes->shared <= options.overlapBytes;
  if (!schedule.overlaps && sharesMuch)
    schedule.rows = options.blockRows;
  return schedule;
}
