//===- Importer.cpp - Reading values, leaves and dependence ---------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/Import/Importer.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Operation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

IndexTuple norm::identityIndices(unsigned rank) {
  IndexTuple indices;
  for (unsigned i = 0; i < rank; ++i)
    indices.push_back(i);
  return indices;
}

/// A name for messages.
static std::string describe(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return "argument #" + std::to_string(argument.getArgNumber());
  return "'" + value.getDefiningOp()->getName().getStringRef().str() + "'";
}

Importer::Importer(Algebra &algebra, Value x)
    : algebra(algebra), xValue(x), x(algebra.symbol("x")) {
  symbols[x] = this->x;
  leaves[this->x] = x;
}

void Importer::refuse(StringRef guard, const Twine &reason) {
  if (!note)
    note = Refusal{guard.str(), reason.str(), 1};
}

unsigned Importer::symbolOf(Value value) {
  auto it = symbols.find(value);
  if (it != symbols.end())
    return it->second;
  unsigned symbol = algebra.symbol(describe(value), dependsOnX(value));
  symbols[value] = symbol;
  leaves[symbol] = value;
  return symbol;
}

Polynomial Importer::leaf(Value value, ArrayRef<Index> indices) {
  return algebra.leaf(symbolOf(value), indices);
}

bool Importer::dependsOnX(Value value) {
  if (value == xValue)
    return true;
  auto known = dependence.find(value);
  if (known != dependence.end())
    return known->second;
  // What is visible where x is defined cannot depend on it: block arguments
  // there, and ops before the op that is, or encloses, the definition of x.
  Operation *op = value.getDefiningOp();
  Block *block = value.getParentBlock(), *xBlock = xValue.getParentBlock();
  Operation *anchor =
      block == xBlock ? xValue.getDefiningOp()
                      : block->findAncestorOpInBlock(*xBlock->getParentOp());
  if (!op)
    return dependence[value] = block != xBlock && !anchor;
  if (anchor && op->isBeforeInBlock(anchor))
    return dependence[value] = false;
  // guard: dependence-bound
  if (++dependenceSteps > maxDependenceSteps)
    return true;
  dependence[value] = true; // a cycle is dependence
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  auto depends = [&](Value operand) { return dependsOnX(operand); };
  bool result = llvm::any_of(op->getOperands(), depends) ||
                llvm::any_of(captured, depends);
  return dependence[value] = result;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

Polynomial Importer::import(Value value, ArrayRef<Index> indices) {
  IndexTuple canonical(indices.begin(), indices.end());
  if (auto type = dyn_cast<RankedTensorType>(value.getType()))
    for (auto [dimension, index] : llvm::enumerate(canonical))
      if (type.getDimSize(dimension) == 1)
        index = unitIndex;
  auto known = memo.find(value);
  if (known != memo.end())
    for (auto &[at, polynomial] : known->second)
      if (at == canonical)
        return polynomial;
  Polynomial result = read(value, canonical);
  memo[value].push_back({canonical, result});
  return result;
}

/// True for ops whose result, when it does not depend on x, is still worth
/// reading: constants, movement, and exact or wide arithmetic of the kind that
/// scales and biases are made with.
bool Importer::isTransparent(Operation *op) {
  auto isSimple = [](Operation *scalar) {
    StringRef name = scalar->getName().getStringRef();
    // What no op takes is widened outside.
    if (isWidening(scalar))
      return isNormElement(
          getElementTypeOrSelf(scalar->getOperand(0).getType()));
    if (name == "arith.constant" || scalar->hasTrait<OpTrait::IsTerminator>())
      return true;
    if (name != "arith.addf" && name != "arith.subf" && name != "arith.mulf" &&
        name != "arith.negf")
      return false;
    // Narrow arithmetic is kept as it is: its rounding is part of the value.
    Type element = getElementTypeOrSelf(scalar->getResult(0).getType());
    return element.getIntOrFloatBitWidth() >= 32;
  };
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return linalgOp.getNumReductionLoops() == 0 &&
           llvm::all_of(linalgOp.getBlock()->getOperations(),
                        [&](Operation &scalar) { return isSimple(&scalar); });
  if (op->getNumRegions())
    return false;
  if (op->hasTrait<OpTrait::ConstantLike>() || isMovement(op))
    return true;
  if (!lookupElementwise(op->getName().getStringRef()))
    return false;
  // Scalars and index arithmetic: N from a dimension, an epsilon.
  return isSimple(op) || (op->getNumResults() == 1 &&
                          !isa<ShapedType>(op->getResult(0).getType()));
}

Polynomial Importer::read(Value value, ArrayRef<Index> indices) {
  if (value == xValue)
    return leaf(value, indices);
  Operation *op = value.getDefiningOp();
  if (!op)
    return leaf(value, indices);
  // guard: read-bound
  if (++reads > maxReads) {
    refuse("read-bound", "more than 512 values between x and the root");
    return leaf(value, indices);
  }
  bool dependent = dependsOnX(value);
  if (!dependent && (!isTransparent(op) || ++freeReads > maxFreeReads))
    return leaf(value, indices);
  if (dependent)
    cone.insert(op);

  std::optional<Polynomial> result;
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    result =
        readLinalg(linalgOp, cast<OpResult>(value).getResultNumber(), indices);
  else if (op->hasTrait<OpTrait::ConstantLike>())
    result = readConstant(op);
  else if ((result = readMovement(op, indices)))
    return *result;
  else if (lookupElementwise(op->getName().getStringRef()) ||
           op->hasTrait<OpTrait::Elementwise>())
    result =
        readElementwise(op, [&](Value operand) -> std::optional<Polynomial> {
          bool isScalar = !isa<ShapedType>(operand.getType());
          return import(operand, isScalar ? ArrayRef<Index>() : indices);
        });
  if (result)
    return *result;
  cone.remove(op);
  return leaf(value, indices);
}

std::optional<Polynomial> Importer::readConstant(Operation *op) {
  Attribute value;
  if (!matchPattern(op, m_Constant(&value)))
    return std::nullopt;
  if (auto elements = dyn_cast<DenseElementsAttr>(value)) {
    if (!elements.isSplat())
      return std::nullopt;
    value = elements.getSplatValue<Attribute>();
  }
  if (auto integer = dyn_cast<IntegerAttr>(value)) {
    if (integer.getValue().getSignificantBits() > 64)
      return std::nullopt;
    return algebra.constant(integer.getValue().getSExtValue());
  }
  auto number = dyn_cast<FloatAttr>(value);
  // guard: epsilon-not-finite
  if (!number || !number.getValue().isFinite())
    return std::nullopt;
  const llvm::fltSemantics &semantics = number.getValue().getSemantics();
  bool losesInfo = false;
  APFloat wide = number.getValue();
  wide.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &losesInfo);
  if (losesInfo)
    return std::nullopt;
  return algebra.constant(
      Coefficient::fromLiteral(wide.convertToDouble(), semantics));
}

std::optional<Polynomial> Importer::readElementwise(
    Operation *op,
    llvm::function_ref<std::optional<Polynomial>(Value)> operand) {
  if (op->getNumResults() != 1 || op->getNumRegions())
    return std::nullopt;
  SmallVector<Polynomial> operands;
  for (Value value : op->getOperands()) {
    std::optional<Polynomial> polynomial = operand(value);
    if (!polynomial)
      return std::nullopt;
    operands.push_back(std::move(*polynomial));
  }
  StringRef opName = op->getName().getStringRef();
  nanDropped |= opName == "arith.maxnumf" || opName == "arith.minnumf";
  std::optional<Polynomial> result;
  if (ElementwiseImporter importer = lookupElementwise(opName))
    result = importer(algebra, op, operands);
  if (!result) {
    // Any other pure function of the operands, told apart by its attributes.
    if (!isMemoryEffectFree(op))
      return std::nullopt;
    std::string name = opName.str();
    for (NamedAttribute attribute : op->getAttrs()) {
      if (attribute.getName() == "fastmath")
        continue;
      llvm::raw_string_ostream os(name);
      os << '{' << attribute.getName().getValue() << '=' << attribute.getValue()
         << '}';
    }
    result = algebra.apply(name, operands);
  }
  auto type =
      dyn_cast<FloatType>(getElementTypeOrSelf(op->getResult(0).getType()));
  if (type && type.getWidth() < 64 && !isWidening(op) &&
      !op->hasTrait<OpTrait::ConstantLike>())
    roundings.push_back({*result, type, op->getResult(0)});
  return result;
}
