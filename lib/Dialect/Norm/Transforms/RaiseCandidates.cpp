//===- RaiseCandidates.cpp - What x may be --------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaiseCandidates.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

/// Bounds that keep the work for one root constant.
static constexpr unsigned maxBackwardOps = 64;
static constexpr unsigned maxCandidates = 12;
/// Candidates looked at beyond the first that fits: x may be what that is the
/// centred form of, and then it is near.
static constexpr unsigned maxBeyondFit = 6;

//===----------------------------------------------------------------------===//
// Walking the IR
//===----------------------------------------------------------------------===//

Operation *norm::getTensorOp(Operation *root) {
  if (auto parent = dyn_cast_or_null<linalg::LinalgOp>(root->getParentOp()))
    return parent.hasPureTensorSemantics() ? parent.getOperation() : nullptr;
  return root->getNumResults() != 0 && getTensorType(root->getResult(0))
             ? root
             : nullptr;
}

/// The operands of `root`'s tensor op that the value under the root reads.
static SmallVector<Value> getRootInputs(Operation *root) {
  auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(root->getParentOp());
  if (!linalgOp)
    return llvm::to_vector(root->getOperands());
  llvm::SetVector<Value> scalars;
  scalars.insert(root->getOperand(0));
  SmallVector<Value> inputs;
  for (unsigned i = 0; i < scalars.size(); ++i) {
    Value scalar = scalars[i];
    if (auto argument = dyn_cast<BlockArgument>(scalar)) {
      if (argument.getOwner() == linalgOp.getBlock())
        inputs.push_back(linalgOp.getMatchingOpOperand(argument)->get());
    } else if (scalar.getParentBlock() == linalgOp.getBlock()) {
      scalars.insert_range(scalar.getDefiningOp()->getOperands());
    }
  }
  return inputs;
}

/// The tensors that are summed, somewhere above the root.
static SmallVector<Value> getSummedTensors(Operation *root, ModuleView &view) {
  llvm::SetVector<Value> visited;
  visited.insert_range(getRootInputs(root));
  SmallVector<Value> summed;
  if (view.isCompositeRoot(root))
    llvm::append_range(summed, root->getOperands());
  for (unsigned i = 0; i < visited.size() && i < maxBackwardOps; ++i) {
    Operation *op = visited[i].getDefiningOp();
    if (!op)
      continue;
    if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
        linalgOp && view.isReduction(op))
      llvm::append_range(summed, linalgOp.getDpsInputs());
    else if (view.isReduction(op))
      llvm::append_range(summed, op->getOperands());
    else if (view.isElementwiseOrMovement(op))
      visited.insert_range(op->getOperands());
  }
  return summed;
}

/// True for what is made from numbers and extents alone, by few ops.
static bool isNumber(Value value, ModuleView &view, unsigned depth = 3) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  if (view.isConstant(op) || isa<linalg::FillOp>(op) ||
      op->getName().getStringRef() == "tensor.empty")
    return true;
  // Extents are no data.
  const OpRow *row = view.lookup(op);
  int shape = row ? row->shapeOperand : -1;
  return depth != 0 && view.isElementwiseOrMovement(op) &&
         op->getNumOperands() != 0 &&
         llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
           return static_cast<int>(operand.getOperandNumber()) == shape ||
                  isNumber(operand.get(), view, depth - 1);
         });
}

SmallVector<Value> norm::getCandidates(Operation *root, ModuleView &view) {
  llvm::SetVector<Value> visited;
  visited.insert_range(getSummedTensors(root, view));
  // A statistic is smaller than what it is of.
  int64_t least = 0;
  for (Value value : visited)
    if (RankedTensorType type = getTensorType(value);
        type && type.hasStaticShape())
      least = std::max(least, type.getNumElements());
  SmallVector<Value> candidates;
  for (unsigned i = 0; i < visited.size() && i < maxBackwardOps; ++i) {
    Value value = visited[i];
    Operation *op = value.getDefiningOp();
    bool isData = !isNumber(value, view);
    RankedTensorType type = getTensorType(value);
    isData &= type && type.getRank() > 0 && !type.getEncoding();
    isData &=
        type && (!type.hasStaticShape() || type.getNumElements() >= least);
    // guard: integer-types
    if (isData && !isNormElement(type.getElementType()))
      isData = false;
    if (isData && candidates.size() < maxCandidates)
      candidates.push_back(value);
    // Sums may be of one axis at a time.
    if (auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(op))
      visited.insert_range(linalgOp.getDpsInputs());
    else if (op && (view.isElementwiseOrMovement(op) || view.isReduction(op)))
      visited.insert_range(op->getOperands());
  }
  return candidates;
}

/// The value that `value` only widens, element by element, or null.
static Value getWidened(Value value, const ModuleView &view) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return {};
  if (view.isWidening(op))
    return isNormElement(getElementType(op->getOperand(0))) &&
                   getTensorType(op->getOperand(0))
               ? op->getOperand(0)
               : Value();
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || !generic.hasPureTensorSemantics() ||
      generic.getNumReductionLoops() || generic.getNumDpsInputs() != 1 ||
      generic.getNumResults() != 1)
    return {};
  Operation *cast = getOnlyOp(generic);
  bool onlyWidens = cast && view.isWidening(cast);
  Value source = generic.getDpsInputs().front();
  auto sourceType = dyn_cast<RankedTensorType>(source.getType());
  // Fusion reads a unit dimension at 0, not at the loop over it.
  auto isIdentity = [&](AffineMap map) {
    return map.getNumResults() == map.getNumDims() &&
           llvm::all_of(llvm::enumerate(map.getResults()), [&](auto result) {
             auto [dim, expr] = result;
             auto constant = dyn_cast<AffineConstantExpr>(expr);
             return constant ? constant.getValue() == 0 &&
                                   sourceType.getDimSize(dim) == 1
                             : expr == getAffineDimExpr(dim, map.getContext());
           });
  };
  bool sameShape = sourceType &&
                   sourceType.getShape() == getTensorType(value).getShape() &&
                   llvm::all_of(generic.getIndexingMapsArray(), isIdentity);
  bool isUsable = isNormElement(getElementTypeOrSelf(source));
  return onlyWidens && sameShape && isUsable ? source : Value();
}

/// True when `value`, as a function of `source`, has a part that is not looked
/// into: then no norm of it is one of the source. The square of |x| is that of
/// x.
static bool isOpaqueIn(Value value, Value source, ModuleView &view) {
  Algebra algebra;
  Importer importer(algebra, source, view);
  RankedTensorType type = getTensorType(value);
  Polynomial read = importer.import(value, identityIndices(type.getRank()));
  return llvm::any_of(read.terms, [&](const Monomial &term) {
    return llvm::any_of(term.factors, [&](const Factor &factor) {
      return factor.atom->kind == Atom::Kind::Apply &&
             factor.atom->name != "abs";
    });
  });
}

Value norm::getOnlySource(Value value, ModuleView &view) {
  Operation *op = value.getDefiningOp();
  if (!op || !view.isElementwiseOrMovement(op))
    return {};
  Value source;
  for (Value operand : op->getOperands()) {
    RankedTensorType type = getTensorType(operand);
    if (!type || isNumber(operand, view) ||
        !isa<FloatType>(type.getElementType()))
      continue;
    if (source && source != operand)
      return {};
    source = operand;
  }
  RankedTensorType type = source ? getTensorType(source) : RankedTensorType();
  return type && !type.getEncoding() && isNormElement(type.getElementType()) &&
                 !isOpaqueIn(value, source, view)
             ? source
             : Value();
}

Value norm::getNarrow(Value value, ModuleView &view) {
  while (Value source = getWidened(value, view))
    value = source;
  return value;
}

//===----------------------------------------------------------------------===//
// Choosing x
//===----------------------------------------------------------------------===//

/// The expression under the root, read up to the importer's x.
static Polynomial importUnderRoot(Importer &importer, Operation *root) {
  Value operand = root->getOperand(0);
  if (auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(root->getParentOp()))
    return importer.importInBody(linalgOp, operand);
  RankedTensorType type = getTensorType(operand);
  return importer.import(operand, identityIndices(type.getRank()));
}

bool norm::isHalfPower(Operation *root, ModuleView &view) {
  const OpRow *row = view.lookup(root);
  if (!row ||
      row->elementwise != OpTable::get().lookup("math.powf")->elementwise)
    return true;
  if (root->getNumOperands() < 2)
    return false;
  Value exponent = root->getOperand(1);
  Algebra algebra;
  std::optional<Coefficient> value;
  if (auto parent = dyn_cast_or_null<linalg::LinalgOp>(root->getParentOp())) {
    Importer importer(algebra, parent->getResult(0), view);
    value = importer.importInBody(parent, exponent).asConstant();
  } else {
    Importer importer(algebra, root->getResult(0), view);
    RankedTensorType type = getTensorType(exponent);
    value =
        importer.import(exponent, identityIndices(type ? type.getRank() : 0))
            .asConstant();
  }
  return value && value->value().abs() == Rational(1, 2);
}

/// The first statistic of x of which `value` has a root.
static Decision<Statistic> decideRootsIn(Algebra &algebra,
                                         const Polynomial &value, unsigned x) {
  std::optional<Refusal> refusal;
  std::function<std::optional<Statistic>(const Polynomial &)> search =
      [&](const Polynomial &within) -> std::optional<Statistic> {
    for (const Monomial &term : within.terms)
      for (const Factor &factor : term.factors) {
        const Atom *atom = factor.atom;
        if (!factor.exponent.isInteger()) {
          Polynomial under = atom->kind == Atom::Kind::Base
                                 ? atom->base()
                                 : algebra.product(1, Factor{atom, 1});
          Decision<Statistic> decision = decideStatistic(algebra, under, x);
          if (auto *statistic = std::get_if<Statistic>(&decision))
            return *statistic;
          const Refusal &why = std::get<Refusal>(decision);
          if (isLater(why, refusal))
            refusal = why;
        }
        if (atom->kind == Atom::Kind::Base || atom->kind == Atom::Kind::Max)
          for (const Polynomial &operand : atom->operands)
            if (std::optional<Statistic> found = search(operand))
              return found;
      }
    return std::nullopt;
  };
  if (std::optional<Statistic> found = search(value))
    return *found;
  if (refusal)
    return *refusal;
  return Refusal{"no-squares",
                 algebra.symbolName(x).str() + " is not under the root", 0};
}

/// What the value under the root, or its reciprocal, is a statistic of.
static Decision<Statistic> decideUnderRoot(Operation *root, Value candidate,
                                           ModuleView &view) {
  Algebra algebra;
  Importer importer(algebra, candidate, view);
  auto decide = [&]() -> Decision<Statistic> {
    if (view.isCompositeRoot(root)) {
      Value result = root->getResult(0);
      RankedTensorType type = getTensorType(result);
      return decideRootsIn(
          algebra, importer.import(result, identityIndices(type.getRank())),
          importer.getX());
    }
    Polynomial under = importUnderRoot(importer, root);
    Decision<Statistic> decision =
        decideStatistic(algebra, under, importer.getX());
    if (std::holds_alternative<Statistic>(decision) || under.isZero())
      return decision;
    Decision<Statistic> inverse =
        decideStatistic(algebra, algebra.pow(under, -1), importer.getX());
    return std::holds_alternative<Statistic>(inverse) ? inverse : decision;
  };
  Decision<Statistic> decision = decide();
  if (!algebra.failure().empty())
    return Refusal{"monomial-cap", algebra.failure().str(), 1};
  if (auto *refusal = std::get_if<Refusal>(&decision))
    if (refusal->progress <= 1 && importer.getNote())
      *refusal = *importer.getNote();
  return decision;
}

/// True when one of the nearest ops that `value` is made by is a sum.
static bool isMadeBySum(Value value, ModuleView &view) {
  llvm::SetVector<Value> visited;
  visited.insert(value);
  for (unsigned i = 0; i < visited.size() && i < maxBackwardOps; ++i) {
    Operation *op = visited[i].getDefiningOp();
    if (!op)
      continue;
    if (view.isReduction(op) || view.isCompositeRoot(op))
      return true;
    if (view.isElementwiseOrMovement(op))
      visited.insert_range(op->getOperands());
  }
  return false;
}

std::variant<SmallVector<Value>, Refusal>
norm::chooseX(Operation *root, ArrayRef<Value> candidates, ModuleView &view) {
  SmallVector<Value> fitting;
  std::optional<Refusal> refusal;
  unsigned beyondFit = 0;
  for (Value candidate : candidates) {
    if (!fitting.empty() && ++beyondFit > maxBeyondFit)
      break;
    Decision<Statistic> decision = decideUnderRoot(root, candidate, view);
    if (auto *why = std::get_if<Refusal>(&decision)) {
      if (isLater(*why, refusal))
        refusal = *why;
    } else if (std::get<Statistic>(decision).kind == NormKind::RMS) {
      fitting.push_back(candidate);
      // What is centred is made from a sum.
      if (fitting.size() == 1 && !isMadeBySum(candidate, view) &&
          !getOnlySource(candidate, view))
        break;
    } else {
      fitting.insert(fitting.begin(), candidate);
      break;
    }
  }
  if (fitting.empty())
    return *refusal;
  return fitting;
}
