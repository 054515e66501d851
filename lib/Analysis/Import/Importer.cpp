//===- Importer.cpp - Reading values, leaves and dependence ---------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpReader.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Operation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

IndexTuple norm::identityIndices(unsigned rank) {
  IndexTuple indices;
  for (unsigned i = 0; i < rank; ++i)
    indices.push_back(i);
  return indices;
}

std::optional<Index> FreshIndices::take() {
  Index fresh = llvm::countr_one(used);
  if (fresh >= firstGroupIndex)
    return std::nullopt;
  used |= uint64_t(1) << fresh;
  return fresh;
}

/// A name for messages.
static std::string describe(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return "argument #" + std::to_string(argument.getArgNumber());
  return "'" + value.getDefiningOp()->getName().getStringRef().str() + "'";
}

Importer::Importer(Algebra &algebra, Value x, ModuleView &view)
    : algebra(algebra), view(view), xValue(x), xBlock(x.getParentBlock()),
      x(algebra.symbol("x")) {
  frames.push_back({nullptr, nullptr, 0});
  symbols[framed(x)] = this->x;
  leaves[this->x] = x;
}

void Importer::refuse(StringRef guard, const Twine &reason) {
  if (!note)
    note = Refusal{guard.str(), reason.str(), 1};
}

/// True for a value that is 1 / sqrt(...), by itself or as a result of a norm.
static bool isNonZero(Value value, ModuleView &view) {
  auto result = dyn_cast<OpResult>(value);
  if (!result)
    return false;
  StringRef name = result.getOwner()->getName().getStringRef();
  unsigned number = result.getResultNumber();
  return (name == "norm.rms_norm" && number == 1) ||
         (name == "norm.layer_norm" && number == 2) ||
         view.isReciprocalRoot(result.getOwner());
}

unsigned Importer::symbolOf(Value value) {
  auto it = symbols.find(framed(value));
  if (it != symbols.end())
    return it->second;
  unsigned symbol = algebra.symbol(describe(value), dependsOnX(value));
  symbols[framed(value)] = symbol;
  leaves[symbol] = value;
  if (isNonZero(value, view))
    algebra.setNonZero(symbol);
  return symbol;
}

Polynomial Importer::leaf(Value value, ArrayRef<Index> indices) {
  return isJoined(indices) ? regroupedLeaf(value, indices)
                           : algebra.leaf(symbolOf(value), indices);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

std::optional<unsigned> Importer::enterCall(Operation *call) {
  const Callee *callee = view.getCallee(call);
  if (!callee || !callee->isPure)
    return std::nullopt;
  unsigned depth = 0;
  for (unsigned at = frame; at != 0; at = frames[at].parent)
    ++depth;
  if (depth >= maxCallDepth)
    return std::nullopt;
  auto [it, isNew] = frameOf.try_emplace({call, frame}, frames.size());
  if (isNew)
    frames.push_back({call, callee->body, frame});
  return it->second;
}

Value Importer::getCallOperand(Value value) const {
  auto argument = dyn_cast<BlockArgument>(value);
  if (frame == 0 || !argument || argument.getOwner() != frames[frame].body)
    return {};
  return frames[frame].call->getOperand(argument.getArgNumber());
}

std::optional<Polynomial> Importer::readCall(Operation *op, unsigned result,
                                             ArrayRef<Index> indices) {
  std::optional<unsigned> inner = enterCall(op);
  if (!inner)
    return std::nullopt;
  llvm::SaveAndRestore scope(frame, *inner);
  Value returned = frames[*inner].body->back().getOperand(result);
  if (returned.getType() != op->getResult(result).getType())
    return std::nullopt;
  return import(returned, indices);
}

bool Importer::dependsOnX(Value value) {
  if (value == xValue && frame == 0)
    return true;
  if (Value operand = getCallOperand(value)) {
    llvm::SaveAndRestore scope(frame, frames[frame].parent);
    return dependsOnX(operand);
  }
  Operation *op = value.getDefiningOp();
  if (frame != 0) {
    if (!op)
      return true;
  } else {
    // What is visible where x is defined cannot depend on it: block arguments
    // there, and ops before the op that is, or encloses, the definition of x.
    Block *block = op ? op->getBlock() : value.getParentBlock();
    Operation *anchor =
        block == xBlock ? xValue.getDefiningOp()
                        : block->findAncestorOpInBlock(*xBlock->getParentOp());
    if (!op)
      return block != xBlock && !anchor;
    if (anchor && op->isBeforeInBlock(anchor))
      return false;
  }
  if (op->getNumOperands() == 0 && op->getNumRegions() == 0)
    return false;
  auto [known, isNew] = dependence.try_emplace(framed(value), true);
  if (!isNew) // a cycle is dependence
    return known->second;
  // guard: dependence-bound
  if (++dependenceSteps > maxDependenceSteps)
    return true;
  auto depends = [&](Value operand) { return dependsOnX(operand); };
  bool result = llvm::any_of(op->getOperands(), depends);
  if (!result && op->getNumRegions() != 0) {
    llvm::SetVector<Value> captured;
    getUsedValuesDefinedAbove(op->getRegions(), captured);
    result = llvm::any_of(captured, depends);
  }
  if (!result)
    dependence[framed(value)] = false;
  return result;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// True for tensors, vectors and the like without dimensions that are known.
static bool isUnknownTensor(Type type) {
  auto opaque = dyn_cast<OpaqueType>(type);
  return isa<ShapedType>(type) ||
         (opaque && opaque.getTypeData().contains("tensor"));
}

Polynomial Importer::import(Value value, ArrayRef<Index> indices) {
  IndexTuple canonical(indices.begin(), indices.end());
  bool isPart = false;
  RankedTensorType type = getTensorType(value);
  // What is no number and has no dimensions that are known, or others than an
  // op that is not verified makes believe, is opaque.
  // guard: operand-of-another-rank
  if (type ? type.getRank() != static_cast<int64_t>(indices.size())
           : isUnknownTensor(value.getType()))
    return algebra.apply("tensor of another rank", leaf(value, {}));
  if (type)
    for (auto [dimension, index] : llvm::enumerate(canonical)) {
      if (type.getDimSize(dimension) == 1)
        index = unitIndex;
      isPart |= index == unitIndex && type.getDimSize(dimension) != 1;
    }
  // guard: first-of-many
  if (isPart)
    return algebra.apply("first elements of", leaf(value, canonical));
  for (unsigned i = lastReading.lookup(framed(value)); i != 0;
       i = readings[i - 1].previous)
    if (readings[i - 1].indices == canonical)
      return readings[i - 1].value;
  Polynomial result = read(value, canonical);
  unsigned &last = lastReading[framed(value)];
  readings.push_back({std::move(canonical), result, last});
  last = readings.size();
  return result;
}

/// True for what is made from constants and extents alone, by few ops.
bool Importer::isConstantTree(Value value, unsigned depth) {
  if (Value operand = getCallOperand(value)) {
    llvm::SaveAndRestore scope(frame, frames[frame].parent);
    return isConstantTree(operand, depth);
  }
  Operation *op = value.getDefiningOp();
  if (!op || depth == 0)
    return false;
  if (view.isConstant(op))
    return true;
  const OpRow *row = view.lookup(op);
  if (!row || op->getNumRegions() || row->kind == OpClass::Norm)
    return false;
  if (row->kind == OpClass::Scalar)
    return true;
  return llvm::all_of(op->getOperands(), [&](Value operand) {
    return isConstantTree(operand, depth - 1);
  });
}

/// True for ops whose result, when it does not depend on x, is still worth
/// reading: constants, movement, and exact or wide arithmetic of the kind that
/// scales and biases are made with.
bool Importer::isTransparent(Operation *op) {
  auto isSimple = [&](Operation *scalar) {
    // What no op takes is widened outside.
    if (view.isWidening(scalar))
      return isNormElement(getElementType(scalar->getOperand(0)));
    if (view.isConstant(scalar) || scalar->hasTrait<OpTrait::IsTerminator>())
      return true;
    const OpRow *row = view.lookup(scalar);
    if (!row || !(row->isAffine || isQuotient(scalar, *row)))
      return false;
    // Narrow arithmetic is kept as it is: its rounding is part of the value.
    auto type = dyn_cast<FloatType>(getElementType(scalar->getResult(0)));
    return type && type.getWidth() >= 32;
  };
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return linalgOp.getNumReductionLoops() == 0 &&
           llvm::all_of(linalgOp.getBlock()->getOperations(),
                        [&](Operation &scalar) { return isSimple(&scalar); });
  if (view.isConstant(op))
    return true;
  const OpRow *row = view.lookup(op);
  if (!row)
    return false;
  if (row->kind == OpClass::Movement || row->kind == OpClass::Scalar ||
      isSimple(op))
    return true;
  // Index arithmetic, an epsilon, N less one.
  return isConstantTree(op->getResult(0), /*depth=*/8) ||
         (row->elementwise && op->getNumResults() == 1 &&
          !getTensorType(op->getResult(0)));
}

Polynomial Importer::read(Value value, ArrayRef<Index> indices) {
  if (value == xValue && frame == 0)
    return leaf(value, indices);
  if (Value operand = getCallOperand(value)) {
    llvm::SaveAndRestore scope(frame, frames[frame].parent);
    return import(operand, indices);
  }
  Operation *op = value.getDefiningOp();
  if (!op)
    return leaf(value, indices);
  // guard: read-bound
  if (++reads > maxReads) {
    refuse("read-bound", "more than 512 values between x and the root");
    return leaf(value, indices);
  }
  // guard: body-with-effects
  if (op->getNumRegions() != 0 && !view.isPure(op)) {
    refuse("body-with-effects", "an op between x and the root has effects in "
                                "its body");
    return leaf(value, indices);
  }
  bool dependent = dependsOnX(value);
  if (!dependent && define)
    if (std::optional<Polynomial> defined = define(value, indices))
      return *defined;
  if (!dependent && isComputedMean(op))
    return leaf(value, indices);
  if (!dependent && (!isTransparent(op) || freeReadsLeft == 0))
    return leaf(value, indices);
  if (!dependent)
    --freeReadsLeft;
  if (dependent && frame == 0)
    cone.insert(op);

  unsigned result = cast<OpResult>(value).getResultNumber();
  std::optional<Polynomial> read;
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    read = readLinalg(linalgOp, result, indices);
  else if (view.isConstant(op))
    read = readConstant(op);
  else if (const OpRow *row = view.lookup(op))
    read = readRow(*row, op, result, indices);
  else if (op->hasTrait<OpTrait::Elementwise>())
    read = readElementwise(op, [&](Value operand) -> std::optional<Polynomial> {
      bool isScalar = !getTensorType(operand);
      return import(operand, isScalar ? ArrayRef<Index>() : indices);
    });
  else
    read = readCall(op, result, indices);
  if (read)
    return *read;
  if (frame == 0)
    cone.remove(op);
  return leaf(value, indices);
}

std::optional<Polynomial> Importer::readConstant(Operation *op) {
  Attribute value = getConstantAttr(op);
  return value ? readNumber(value) : std::nullopt;
}

std::optional<Polynomial> Importer::readNumber(Attribute value) {
  if (auto elements = dyn_cast<DenseElementsAttr>(value)) {
    if (!elements.isSplat())
      return std::nullopt;
    value = elements.getSplatValue<Attribute>();
  }
  if (auto integer = dyn_cast<IntegerAttr>(value)) {
    const APInt &bits = integer.getValue();
    if (bits.getSignificantBits() > 63)
      return std::nullopt;
    bool isUnsigned =
        bits.getBitWidth() == 1 || integer.getType().isUnsignedInteger();
    int64_t number = isUnsigned ? static_cast<int64_t>(bits.getZExtValue())
                                : bits.getSExtValue();
    return algebra.constant(number);
  }
  auto number = dyn_cast<FloatAttr>(value);
  // guard: epsilon-not-finite
  if (!number || !number.getValue().isFinite())
    return std::nullopt;
  std::optional<Coefficient> literal = view.readLiteral(number);
  return literal ? std::optional(algebra.constant(*literal)) : std::nullopt;
}

void Importer::addRounding(const Polynomial &value, Value source) {
  auto type = dyn_cast<FloatType>(getElementType(source));
  if (type && type.getWidth() < 64)
    roundings.push_back({value, type, source});
}

/// True for whole numbers and products of extents that an integer of `type`
/// holds without wrapping.
static bool isWholeExtent(const Polynomial &value, Type type) {
  unsigned width = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
  return llvm::all_of(value.terms, [&](const Monomial &term) {
    std::optional<int64_t> factor = term.coefficient.value().asInteger();
    if (!factor || !term.coefficient.isExact())
      return false;
    if (term.isConstant()) {
      // A condition is 0 or 1; the sign bit of others is not used.
      unsigned bits = width == 1 ? 1 : width - 1;
      return bits >= 63 || std::abs(*factor) < (int64_t(1) << bits);
    }
    // Extents, and numbers of elements, fit 32 bits.
    return width >= 32 && llvm::all_of(term.factors, [](const Factor &f) {
             return f.atom->kind == Atom::Kind::Extent;
           });
  });
}

std::optional<Polynomial> Importer::readElementwise(
    Operation *op,
    llvm::function_ref<std::optional<Polynomial>(Value)> operand) {
  if (op->getNumResults() != 1 || op->getNumRegions())
    return std::nullopt;
  const OpRow *row = view.lookup(op);
  constexpr unsigned maxOperands = 4; // of the rows of the table
  SmallVector<Polynomial, maxOperands> operands;
  bool areIntegersKnown = true;
  OperandRange values =
      row ? row->getRead(op) : OperandRange(op->getOperands());
  for (Value value : values) {
    std::optional<Polynomial> polynomial = operand(value);
    if (!polynomial)
      return std::nullopt;
    operands.push_back(std::move(*polynomial));
    Type element = getElementType(value);
    areIntegersKnown &=
        !element.isIntOrIndex() || isWholeExtent(operands.back(), element);
  }
  Type resultElement = getElementType(op->getResult(0));
  std::optional<Polynomial> result;
  if (row && row->elementwise && areIntegersKnown) {
    nanDropped |= row->dropsNaN;
    // An op that is not verified may lack operands.
    if (missing.isZero())
      missing = algebra.apply("missing operand", {});
    operands.resize(std::max<size_t>(values.size(), maxOperands), missing);
    result = row->elementwise(algebra, op, operands);
    operands.truncate(values.size());
    // Other types of numbers are other functions. A front end's own type of
    // integer is at least as wide as an index.
    Type integer = isa<OpaqueType>(resultElement)
                       ? IndexType::get(op->getContext())
                       : resultElement;
    bool isKnown = integer.isIntOrIndex()
                       ? result && isWholeExtent(*result, integer)
                       : isNormElement(resultElement);
    if (!isKnown)
      result.reset();
  }
  if (!result) {
    // Any other pure function of the operands, told apart by its attributes.
    if (!isMemoryEffectFree(op))
      return std::nullopt;
    std::string name = op->getName().getStringRef().str();
    for (NamedAttribute attribute : op->getAttrs()) {
      if (attribute.getName() == "fastmath")
        continue;
      llvm::raw_string_ostream os(name);
      os << '{' << attribute.getName().getValue() << '=' << attribute.getValue()
         << '}';
    }
    // What casts do is said by their types.
    Type from = op->getNumOperands() == 1 ? getElementType(op->getOperand(0))
                                          : resultElement;
    if (from != resultElement) {
      llvm::raw_string_ostream os(name);
      os << ':' << from << ':' << resultElement;
    }
    result = algebra.apply(name, operands);
  }
  if (!view.isWidening(op) && !view.isConstant(op))
    addRounding(*result, op->getResult(0));
  return result;
}
