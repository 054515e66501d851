//===- Elementwise.cpp - Element-wise ops of several dialects -------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"

#include "rmsnorm/Dialect/Norm/IR/RowBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::norm;

using Outcome = std::variant<Elementwise, FuseRefusal>;

/// True for ops on scalars that a row program can hold as ops on rows.
static bool isRowProgramOp(Operation *op) {
  auto isPlain = [](Type type) {
    return getElementTypeOrSelf(type).isIntOrIndexOrFloat();
  };
  return op->getNumRegions() == 0 &&
         isa_and_nonnull<arith::ArithDialect, math::MathDialect>(
             op->getDialect()) &&
         llvm::all_of(op->getResultTypes(), isPlain) &&
         llvm::all_of(op->getOperandTypes(), isPlain);
}

static bool isExpensive(Operation *op) {
  return isa_and_nonnull<math::MathDialect>(op->getDialect()) &&
         !isa<math::AbsFOp, math::AbsIOp, math::CopySignOp, math::FmaOp>(op);
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static Outcome readLinalg(linalg::LinalgOp op, unsigned number) {
  auto refuse = [](StringRef guard, const Twine &reason) -> Outcome {
    return FuseRefusal{guard, reason.str()};
  };
  // guard: reduction
  if (op.getNumReductionLoops() != 0)
    return refuse("reduction", "it reduces");
  // guard: several-results
  if (op->getNumResults() != 1)
    return refuse("several-results", "it has several results");

  Elementwise view;
  view.op = op;
  view.result = op->getResult(number);
  view.body = op.getBlock();
  OpOperand *init = op.getDpsInitOperand(number);
  view.resultMap = op.getMatchingIndexingMap(init);
  // guard: result-not-permuted
  if (!view.resultMap.isPermutation())
    return refuse("result-not-permuted",
                  "its result is not indexed by each loop once");
  for (Operation &scalar : view.body->without_terminator()) {
    // guard: index-semantics
    if (isa<linalg::IndexOp>(scalar))
      return refuse("index-semantics", "its value depends on its position");
    auto isScalar = [](Type type) { return !isa<ShapedType>(type); };
    // guard: not-row-program
    if (!isRowProgramOp(&scalar) ||
        !llvm::all_of(scalar.getOperandTypes(), isScalar) ||
        !llvm::all_of(scalar.getResultTypes(), isScalar))
      return refuse("not-row-program", "a row program has no '" +
                                           scalar.getName().getStringRef() +
                                           "'");
    view.isExpensive |= isExpensive(&scalar);
  }
  for (OpOperand &operand : op->getOpOperands()) {
    if (!op.payloadUsesValueFromOperand(&operand))
      continue;
    view.inputs.push_back(operand.get());
    view.inputMaps.push_back(op.getMatchingIndexingMap(&operand));
    view.inputArguments.push_back(
        op.getMatchingBlockArgument(&operand).getArgNumber());
  }
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  for (Value value : captured) {
    view.captured.push_back(value);
    view.inputs.push_back(value);
    view.inputMaps.push_back(
        AffineMap::get(op.getNumLoops(), 0, op->getContext()));
  }
  return view;
}

/// The result dimension that each dimension of the source of an expansion by
/// unit dimensions became.
static std::optional<AffineMap> getExpansionMap(tensor::ExpandShapeOp op) {
  RankedTensorType type = op.getResultType();
  SmallVector<AffineExpr> exprs;
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    int64_t kept = -1;
    for (int64_t dim : group) {
      if (type.getDimSize(dim) == 1)
        continue;
      if (kept != -1)
        return std::nullopt;
      kept = dim;
    }
    exprs.push_back(
        getAffineDimExpr(kept == -1 ? group.front() : kept, op.getContext()));
  }
  return AffineMap::get(type.getRank(), 0, exprs, op.getContext());
}

std::variant<Elementwise, FuseRefusal> norm::readElementwise(Operation *op,
                                                             unsigned number) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return readLinalg(linalgOp, number);
  Elementwise view;
  view.op = op;
  view.result = op->getResult(number);
  auto type = dyn_cast<RankedTensorType>(view.result.getType());
  FuseRefusal notElementwise{"not-elementwise", "it is not element-wise"};
  if (!type || op->getNumResults() != 1)
    return notElementwise;
  MLIRContext *context = op->getContext();
  AffineMap identity =
      AffineMap::getMultiDimIdentityMap(type.getRank(), context);
  AffineMap scalar = AffineMap::get(type.getRank(), 0, context);
  view.resultMap = identity;
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    // guard: constant-not-uniform
    if (!isa<SplatElementsAttr>(constant.getValue()))
      return FuseRefusal{"constant-not-uniform", "its elements differ"};
    return view;
  }
  if (auto splat = dyn_cast<tensor::SplatOp>(op)) {
    view.inputs.push_back(splat.getInput());
    view.inputMaps.push_back(scalar);
    return view;
  }
  if (auto cast = dyn_cast<tensor::CastOp>(op)) {
    // guard: not-elementwise
    if (!isa<RankedTensorType>(cast.getSource().getType()))
      return notElementwise;
    view.inputs.push_back(cast.getSource());
    view.inputMaps.push_back(identity);
    return view;
  }
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op)) {
    std::optional<AffineMap> map = getExpansionMap(expand);
    // guard: reshape-splits
    if (!map)
      return FuseRefusal{"reshape-splits", "it splits a dimension"};
    view.inputs.push_back(expand.getSrc());
    view.inputMaps.push_back(*map);
    return view;
  }
  if (!op->hasTrait<OpTrait::Elementwise>() || !isRowProgramOp(op))
    return notElementwise;
  for (Value operand : op->getOperands()) {
    view.inputs.push_back(operand);
    view.inputMaps.push_back(isa<RankedTensorType>(operand.getType()) ? identity
                                                                      : scalar);
  }
  view.isExpensive = isExpensive(op);
  return view;
}

//===----------------------------------------------------------------------===//
// Emission
//===----------------------------------------------------------------------===//

namespace {
struct Emitter {
  OpBuilder &builder;
  Location loc;
  int64_t rowSize;
  Value anyRow;

  static bool isRow(Value value) {
    return isa<RankedTensorType>(value.getType());
  }
  Value splat(Value value) {
    if (isRow(value))
      return value;
    if (anyRow)
      return RowBuilder(builder, loc, anyRow).splat(value);
    return tensor::SplatOp::create(
        builder, loc, RankedTensorType::get({rowSize}, value.getType()), value);
  }
  /// Applies `op` to scalars or, as soon as one operand is a row, to rows.
  Operation *apply(Operation *op, SmallVector<Value> operands) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      TypedAttr value = constant.getValue();
      if (auto elements = dyn_cast<SplatElementsAttr>(value))
        value = elements.getSplatValue<TypedAttr>();
      return arith::ConstantOp::create(builder, loc, value);
    }
    bool onRows = llvm::any_of(operands, isRow);
    if (onRows)
      for (Value &operand : operands)
        operand = splat(operand);
    OperationState state(op->getLoc(), op->getName());
    state.addOperands(operands);
    state.propertiesAttr = op->getPropertiesAsAttribute();
    state.addAttributes(
        llvm::to_vector(op->getDiscardableAttrDictionary().getValue()));
    for (Type type : op->getResultTypes()) {
      Type element = getElementTypeOrSelf(type);
      state.addTypes(onRows ? RankedTensorType::get({rowSize}, element)
                            : element);
    }
    return builder.create(state);
  }
};
} // namespace

Value Elementwise::emit(OpBuilder &builder, ValueRange args, bool wantRow,
                        int64_t rowSize, Value anyRow) const {
  Emitter emitter{builder, op->getLoc(), rowSize, anyRow};
  Value value;
  if (body) {
    IRMapping mapping;
    for (auto [number, arg] : llvm::zip(inputArguments, args))
      mapping.map(body->getArgument(number), arg);
    for (auto [outer, arg] :
         llvm::zip_equal(captured, args.take_back(captured.size())))
      mapping.map(outer, arg);
    for (Operation &scalar : body->without_terminator()) {
      SmallVector<Value> operands;
      for (Value operand : scalar.getOperands())
        operands.push_back(mapping.lookup(operand));
      Operation *emitted = emitter.apply(&scalar, operands);
      mapping.map(scalar.getResults(), emitted->getResults());
    }
    value = mapping.lookup(body->getTerminator()->getOperand(0));
  } else if (isa<tensor::SplatOp, tensor::CastOp, tensor::ExpandShapeOp>(op)) {
    value = args.front();
  } else {
    value = emitter.apply(op, llvm::to_vector(args))->getResult(0);
  }
  return wantRow ? emitter.splat(value) : value;
}
