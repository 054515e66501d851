//===- ResultSizes.cpp ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The sizes of results, in terms of the arguments'.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"
#include "rmsnorm/Target/Common/CInterface.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::norm;

using GetSymbol = function_ref<unsigned(unsigned, std::optional<unsigned>)>;

/// A copy of the function that returns the dynamic sizes of the results, all
/// that ops say about shapes put in. Null, with a diagnostic, where a pass
/// fails.
static func::FuncOp buildSizeFunction(ModuleOp module, StringRef name) {
  auto original = module.lookupSymbol<func::FuncOp>(name);
  auto function = original.clone();
  SymbolTable(module).insert(function);
  Operation *terminator = function.getBody().back().getTerminator();
  OpBuilder b(terminator);
  SmallVector<Value> sizes;
  for (Value value : terminator->getOperands()) {
    auto type = dyn_cast<ShapedType>(value.getType());
    if (!type)
      continue;
    for (auto [dim, size] : llvm::enumerate(type.getShape())) {
      if (!ShapedType::isDynamic(size))
        continue;
      Location loc = terminator->getLoc();
      sizes.push_back(
          isa<TensorType>(type)
              ? tensor::DimOp::create(b, loc, value, dim).getResult()
              : memref::DimOp::create(b, loc, value, dim).getResult());
    }
  }
  terminator->setOperands(sizes);
  function.setFunctionType(FunctionType::get(
      module.getContext(), function.getArgumentTypes(), TypeRange(sizes)));
  function.removeResAttrsAttr();
  PassManager pm(module.getContext(), func::FuncOp::getOperationName());
  // Elementwise ops on tensors say nothing about shapes; linalg's do.
  // Those of a row program stay: they have no loops.
  pm.addPass(createNormElementwiseToLinalg());
  pm.addPass(memref::createResolveShapedTypeResultDimsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  if (failed(pm.run(function)))
    return nullptr;
  return function;
}

/// The argument whose dimension `value` is, or the index that it is.
static std::optional<std::pair<BlockArgument, std::optional<unsigned>>>
matchArgument(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return std::make_pair(argument, std::nullopt);
  auto dim = value.getDefiningOp<ShapedDimOpInterface>();
  if (!dim)
    return std::nullopt;
  std::optional<int64_t> index = getConstantIntValue(dim.getDimension());
  Value source = dim.getShapedValue();
  if (auto toTensor = source.getDefiningOp<bufferization::ToTensorOp>())
    source = toTensor.getBuffer();
  auto argument = dyn_cast<BlockArgument>(source);
  if (!argument || !index || *index < 0 ||
      *index >= cast<ShapedType>(source.getType()).getRank())
    return std::nullopt;
  return std::make_pair(argument,
                        std::optional<unsigned>(static_cast<unsigned>(*index)));
}

/// True when sizes, which are not negative, cannot make it negative.
static bool isNeverNegative(AffineExpr expr) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue() >= 0;
  if (auto binary = dyn_cast<AffineBinaryOpExpr>(expr))
    return isNeverNegative(binary.getLHS()) && isNeverNegative(binary.getRHS());
  return true;
}

static bool isPositive(AffineExpr expr) {
  auto constant = dyn_cast<AffineConstantExpr>(expr);
  return constant ? constant.getValue() > 0 : isNeverNegative(expr);
}

/// True when C's division means the same.
static bool hasPlainDivisions(AffineExpr expr) {
  bool isPlain = true;
  expr.walk([&](AffineExpr inner) {
    auto binary = dyn_cast<AffineBinaryOpExpr>(inner);
    if (binary && binary.getKind() != AffineExprKind::Add &&
        binary.getKind() != AffineExprKind::Mul)
      isPlain &=
          isNeverNegative(binary.getLHS()) && isPositive(binary.getRHS());
  });
  return isPlain;
}

static AffineExpr express(Value value, GetSymbol getSymbol) {
  MLIRContext *context = value.getContext();
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return getAffineConstantExpr(*constant, context);
  if (auto matched = matchArgument(value)) {
    auto [argument, dim] = *matched;
    if (!argument.getOwner()->isEntryBlock() ||
        !isa<func::FuncOp>(argument.getOwner()->getParentOp()))
      return nullptr;
    if (dim) {
      int64_t size = cast<ShapedType>(argument.getType()).getDimSize(*dim);
      if (!ShapedType::isDynamic(size))
        return getAffineConstantExpr(size, context);
    } else if (!argument.getType().isIndex()) {
      return nullptr;
    }
    return getAffineSymbolExpr(getSymbol(argument.getArgNumber(), dim),
                               context);
  }
  Operation *op = value.getDefiningOp();
  if (!op)
    return nullptr;
  SmallVector<AffineExpr> operands;
  // Anything else may have operands that are no sizes.
  if (!isa<affine::AffineApplyOp, arith::AddIOp, arith::SubIOp, arith::MulIOp,
           arith::DivSIOp, arith::DivUIOp, arith::FloorDivSIOp,
           arith::CeilDivSIOp, arith::CeilDivUIOp, arith::RemSIOp,
           arith::RemUIOp>(op) ||
      !value.getType().isIndex())
    return nullptr;
  for (Value operand : op->getOperands()) {
    operands.push_back(express(operand, getSymbol));
    if (!operands.back())
      return nullptr;
  }
  if (auto apply = dyn_cast<affine::AffineApplyOp>(op)) {
    unsigned numDims = apply.getMap().getNumDims();
    return apply.getMap().getResult(0).replaceDimsAndSymbols(
        ArrayRef(operands).take_front(numDims),
        ArrayRef(operands).drop_front(numDims));
  }
  AffineExpr lhs = operands[0], rhs = operands[1];
  if (isa<arith::AddIOp>(op))
    return lhs + rhs;
  if (isa<arith::SubIOp>(op))
    return lhs - rhs;
  if (isa<arith::MulIOp>(op))
    return lhs * rhs;
  // Of what is not negative the kinds of division agree.
  if (!isNeverNegative(lhs) || !isPositive(rhs))
    return nullptr;
  if (isa<arith::CeilDivSIOp, arith::CeilDivUIOp>(op))
    return lhs.ceilDiv(rhs);
  if (isa<arith::RemSIOp, arith::RemUIOp>(op))
    return lhs % rhs;
  return lhs.floorDiv(rhs);
}

FailureOr<SmallVector<SmallVector<AffineExpr>>>
norm::getResultSizes(FunctionOpInterface function, GetSymbol getSymbol) {
  SmallVector<SmallVector<AffineExpr>> sizes(function.getNumResults());
  auto isDynamic = [](Type type) {
    auto shaped = dyn_cast<ShapedType>(type);
    return shaped && shaped.hasRank() && !shaped.hasStaticShape();
  };
  OwningOpRef<ModuleOp> scratch;
  SmallVector<Value> dynamic;
  if (llvm::any_of(function.getResultTypes(), isDynamic)) {
    if (!llvm::hasSingleElement(function.getFunctionBody()))
      return function.emitError("a function with a result of a dynamic size "
                                "must have one block only");
    function->getContext()
        ->loadDialect<memref::MemRefDialect, tensor::TensorDialect>();
    scratch = function->getParentOfType<ModuleOp>().clone();
    func::FuncOp sizeFunction =
        buildSizeFunction(*scratch, SymbolTable::getSymbolName(function));
    if (!sizeFunction)
      return failure();
    llvm::append_range(
        dynamic, sizeFunction.getBody().back().getTerminator()->getOperands());
  }
  unsigned next = 0;
  for (auto [index, type] : llvm::enumerate(function.getResultTypes())) {
    auto shaped = dyn_cast<ShapedType>(type);
    if (!shaped || !shaped.hasRank())
      continue;
    for (auto [dim, size] : llvm::enumerate(shaped.getShape())) {
      AffineExpr expr =
          ShapedType::isDynamic(size)
              ? express(dynamic[next++], getSymbol)
              : getAffineConstantExpr(size, function.getContext());
      if (!expr || !hasPlainDivisions(expr))
        return function.emitError()
               << "result #" << index << " is " << type << ", whose size "
               << dim << " does not follow from the arguments' sizes";
      sizes[index].push_back(expr);
    }
  }
  return sizes;
}
