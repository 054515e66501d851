//===- RaiseMatch.cpp - Finding x and the end of a norm -------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaiseMatch.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

/// Bounds that keep the work for one root constant.
static constexpr unsigned maxBackwardOps = 64;
static constexpr unsigned maxCandidates = 12;
/// Candidates looked at beyond the first that fits: x may be what that is the
/// centred form of, and then it is near.
static constexpr unsigned maxBeyondFit = 4;
static constexpr unsigned maxForwardValues = 24;
static constexpr unsigned maxGrowths = 4;

//===----------------------------------------------------------------------===//
// Walking the IR
//===----------------------------------------------------------------------===//

Operation *norm::getTensorOp(Operation *root) {
  if (auto parent = dyn_cast_or_null<linalg::LinalgOp>(root->getParentOp()))
    return parent.hasPureTensorSemantics() ? parent.getOperation() : nullptr;
  bool isTensor = root->getNumResults() == 1 &&
                  isa<RankedTensorType>(root->getResult(0).getType());
  return isTensor ? root : nullptr;
}

static bool isReduction(Operation *op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  return linalgOp && linalgOp.getNumReductionLoops() != 0;
}

/// Ops whose every element depends on few elements of their operands.
static bool isElementwiseOrMovement(Operation *op) {
  if (isa<linalg::LinalgOp>(op))
    return !isReduction(op);
  StringRef name = op->getName().getStringRef();
  return lookupElementwise(name) || op->hasTrait<OpTrait::Elementwise>() ||
         name == "tensor.expand_shape" || name == "tensor.collapse_shape" ||
         name == "tensor.cast" || name == "tensor.extract_slice";
}

/// The operands of `root`'s tensor op that the value under the root reads.
static SmallVector<Value> getRootInputs(Operation *root) {
  auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(root->getParentOp());
  if (!linalgOp)
    return {root->getOperand(0)};
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
static SmallVector<Value> getSummedTensors(Operation *root) {
  llvm::SetVector<Value> visited;
  visited.insert_range(getRootInputs(root));
  SmallVector<Value> summed;
  for (unsigned i = 0; i < visited.size() && i < maxBackwardOps; ++i) {
    Operation *op = visited[i].getDefiningOp();
    if (!op)
      continue;
    if (isReduction(op))
      llvm::append_range(summed, cast<linalg::LinalgOp>(op).getDpsInputs());
    else if (isElementwiseOrMovement(op))
      visited.insert_range(op->getOperands());
  }
  return summed;
}

/// The tensors that x may be: what is summed, and what that is computed from,
/// near to far.
static SmallVector<Value> getCandidates(Operation *root) {
  llvm::SetVector<Value> visited;
  visited.insert_range(getSummedTensors(root));
  SmallVector<Value> candidates;
  for (unsigned i = 0; i < visited.size() && i < maxBackwardOps; ++i) {
    Value value = visited[i];
    Operation *op = value.getDefiningOp();
    bool isData = !op || !(op->hasTrait<OpTrait::ConstantLike>() ||
                           isa<linalg::FillOp>(op) ||
                           op->getName().getStringRef() == "tensor.empty");
    auto type = dyn_cast<RankedTensorType>(value.getType());
    isData &= type && type.getRank() > 0;
    // guard: integer-types
    if (isData && !isNormElement(type.getElementType()))
      isData = false;
    if (isData && candidates.size() < maxCandidates)
      candidates.push_back(value);
    if (op && isElementwiseOrMovement(op))
      visited.insert_range(op->getOperands());
  }
  return candidates;
}

/// The value that `value` only widens, element by element, or null.
static Value getWidened(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return {};
  if (isWidening(op))
    return isNormElement(getElementTypeOrSelf(op->getOperand(0)))
               ? op->getOperand(0)
               : Value();
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || !generic.hasPureTensorSemantics() ||
      generic.getNumReductionLoops() || generic.getNumDpsInputs() != 1 ||
      generic.getNumResults() != 1)
    return {};
  Block *body = generic.getBlock();
  Operation *cast = &body->front();
  bool onlyWidens = llvm::hasNItems(*body, 2) && isWidening(cast) &&
                    cast->getOperand(0) == body->getArgument(0) &&
                    body->getTerminator()->getOperand(0) == cast->getResult(0);
  Value source = generic.getDpsInputs().front();
  bool sameShape =
      llvm::all_of(generic.getIndexingMapsArray(),
                   [](AffineMap map) { return map.isIdentity(); }) &&
      isa<RankedTensorType>(source.getType());
  bool isUsable = isNormElement(getElementTypeOrSelf(source));
  return onlyWidens && sameShape && isUsable ? source : Value();
}

//===----------------------------------------------------------------------===//
// Choosing x
//===----------------------------------------------------------------------===//

static bool isLater(const Refusal &a, const std::optional<Refusal> &b) {
  return !b || a.progress > b->progress;
}

/// The expression under the root, read up to the importer's x.
static Polynomial importUnderRoot(Importer &importer, Operation *root) {
  Value operand = root->getOperand(0);
  if (auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(root->getParentOp()))
    return importer.importInBody(linalgOp, operand);
  auto type = cast<RankedTensorType>(operand.getType());
  return importer.import(operand, identityIndices(type.getRank()));
}

/// math.powf is a root for exponents of one half only.
static bool isHalfPower(Operation *root) {
  if (root->getName().getStringRef() != "math.powf")
    return true;
  Attribute value;
  if (!matchPattern(root->getOperand(1), m_Constant(&value)))
    return false;
  if (auto elements = dyn_cast<SplatElementsAttr>(value))
    value = elements.getSplatValue<Attribute>();
  auto number = dyn_cast<FloatAttr>(value);
  return number && std::abs(number.getValueAsDouble()) == 0.5;
}

/// What the value under the root, or its reciprocal, is a statistic of.
static Decision<Statistic> decideUnderRoot(Operation *root, Value candidate) {
  Algebra algebra;
  Importer importer(algebra, candidate);
  Polynomial under = importUnderRoot(importer, root);
  if (!algebra.failure().empty())
    return Refusal{"monomial-cap", algebra.failure().str(), 1};
  Decision<Statistic> decision =
      decideStatistic(algebra, under, importer.getX());
  if (std::holds_alternative<Statistic>(decision))
    return decision;
  Decision<Statistic> inverse =
      decideStatistic(algebra, algebra.pow(under, -1), importer.getX());
  if (std::holds_alternative<Statistic>(inverse) && algebra.failure().empty())
    return inverse;
  Refusal &refusal = std::get<Refusal>(decision);
  if (refusal.progress <= 1 && importer.getNote())
    refusal = *importer.getNote();
  return decision;
}

/// The candidates that x may be, likeliest first: the nearest of which the
/// value under the root is a variance, then those of which it is a mean square,
/// near to far. If there are none, why not.
static std::variant<SmallVector<Value>, Refusal>
chooseX(Operation *root, ArrayRef<Value> candidates) {
  SmallVector<Value> fitting;
  std::optional<Refusal> refusal;
  unsigned beyondFit = 0;
  for (Value candidate : candidates) {
    if (!fitting.empty() && ++beyondFit > maxBeyondFit)
      break;
    Decision<Statistic> decision = decideUnderRoot(root, candidate);
    if (auto *why = std::get_if<Refusal>(&decision)) {
      if (isLater(*why, refusal))
        refusal = *why;
    } else if (std::get<Statistic>(decision).kind == NormKind::RMS) {
      fitting.push_back(candidate);
    } else {
      fitting.insert(fitting.begin(), candidate);
      break;
    }
  }
  if (fitting.empty())
    return *refusal;
  return fitting;
}

//===----------------------------------------------------------------------===//
// Growing
//===----------------------------------------------------------------------===//

/// True when the norm of `x` can stand for `sink`: the same dimensions in the
/// same order, but for unit dimensions.
static bool hasShapeOfX(Value sink, Value x, const NormMatch &match) {
  auto sinkType = cast<RankedTensorType>(sink.getType());
  auto xType = cast<RankedTensorType>(x.getType());
  Index previous = unitIndex;
  for (Index index : match.indices) {
    if (index == unitIndex)
      continue;
    if (index <= previous)
      return false;
    previous = index;
  }
  if (sinkType.getShape() == xType.getShape())
    return true;
  return sinkType.hasStaticShape() && xType.hasStaticShape() &&
         sinkType.getRank() != xType.getRank() &&
         getReassociationIndicesForReshape(
             sinkType.clone(xType.getElementType()), xType)
             .has_value();
}

static std::variant<RaisableNorm, Refusal> decideSink(Value x, Value sink) {
  RaisableNorm norm;
  norm.algebra = std::make_unique<Algebra>();
  norm.importer = std::make_unique<Importer>(*norm.algebra, x);
  norm.x = x;
  norm.sink = sink;
  auto type = cast<RankedTensorType>(sink.getType());
  Polynomial value =
      norm.importer->import(sink, identityIndices(type.getRank()));
  Decision<NormMatch> decision =
      decideNorm(*norm.algebra, value, norm.importer->getX());
  if (auto *refusal = std::get_if<Refusal>(&decision)) {
    if (refusal->progress <= 1 && norm.importer->getNote())
      return *norm.importer->getNote();
    return *refusal;
  }
  norm.match = std::move(std::get<NormMatch>(decision));
  // A NaN in a row of LayerNorm reaches all of the row through the mean; in
  // RMSNorm only through the clamp, if that lets it pass.
  bool isClamped = norm.match.placement == EpsilonPlacement::ClampVar ||
                   norm.match.placement == EpsilonPlacement::ClampNorm;
  // guard: nan-dropped
  if (isClamped && norm.match.kind == NormKind::RMS &&
      norm.importer->sawNaNDropped())
    return Refusal{"nan-dropped",
                   "the clamp turns a NaN into epsilon, that of the op keeps "
                   "it: arith.maxnumf, not arith.maximumf",
                   5};
  // guard: result-type
  if (!isNormElement(type.getElementType()))
    return Refusal{"result-type",
                   "the normalised value is not f16, bf16, f32 or f64", 5};
  // guard: sink-transposed
  if (!hasShapeOfX(sink, x, norm.match))
    return Refusal{"sink-transposed",
                   "the normalised value does not have the shape of x", 5};
  for (int64_t dim = 0, rank = type.getRank(); dim < rank; ++dim) {
    // guard: sink-extent-differs
    if (type.isDynamicDim(dim) &&
        !norm.algebra->agree(norm.importer->extentOf(sink, dim),
                             norm.importer->extentOf(x, dim)))
      return Refusal{"sink-extent-differs",
                     "dimension " + std::to_string(dim) +
                         " of the normalised value is not provably that of x",
                     5};
  }
  Polynomial row = norm.algebra->constant(1);
  for (unsigned axis : norm.match.axes)
    row = norm.algebra->mul(row, norm.importer->extentOf(x, axis));
  if (!norm.algebra->agree(row, norm.match.extent)) {
    std::optional<Coefficient> extent = norm.match.extent.asConstant();
    std::optional<int64_t> first =
        extent ? extent->value().asInteger() : std::nullopt;
    // guard: statistic-of-a-slice
    if (!first || norm.match.kind != NormKind::RMS ||
        norm.match.axes.size() != 1)
      return Refusal{"statistic-of-a-slice",
                     "the statistics are over " +
                         norm.algebra->str(norm.match.extent) + " of the " +
                         norm.algebra->str(row) + " elements of the row",
                     5};
    norm.statisticsExtent = first;
  }
  return norm;
}

/// Scales and biases that need new arithmetic round where the program did not.
static std::optional<Refusal> checkPolicy(const RaisableNorm &norm,
                                          NumericsPolicy policy) {
  if (policy != NumericsPolicy::Exact)
    return std::nullopt;
  // guard: correction-exact
  if (norm.match.correction != 1.0 ||
      !isDirectAffine(norm, norm.match.scale, /*isScale=*/true) ||
      !isDirectAffine(norm, norm.match.bias, /*isScale=*/false))
    return Refusal{"correction-exact",
                   "the scale or bias would have to be computed, which rounds "
                   "where the program does not; the policy is exact",
                   6};
  return std::nullopt;
}

/// Follows the users of the root while they are norms of x, and takes the
/// furthest that can be replaced.
static std::variant<RaisableNorm, Refusal> grow(Operation *root, Value x,
                                                NumericsPolicy policy) {
  Operation *start = getTensorOp(root);
  SmallVector<std::pair<Value, bool>> worklist; // value, past a match
  llvm::SetVector<Value> seen;
  SmallVector<Value> matches;
  std::optional<Refusal> refusal;
  auto enqueue = [&](Operation *op, bool matched) {
    if (op->getBlock() != start->getBlock() || !isElementwiseOrMovement(op))
      return;
    for (Value result : op->getResults()) {
      auto type = dyn_cast<RankedTensorType>(result.getType());
      if (type && isa<FloatType>(type.getElementType()) && seen.insert(result))
        worklist.push_back({result, matched});
    }
  };
  enqueue(start, /*matched=*/false);
  for (unsigned visited = 0; !worklist.empty() && visited < maxForwardValues;
       ++visited) {
    // In program order, so that a value comes after all it is made from.
    auto *next = llvm::min_element(worklist, [](const auto &a, const auto &b) {
      Operation *opA = a.first.getDefiningOp(), *opB = b.first.getDefiningOp();
      return opA == opB ? cast<OpResult>(a.first).getResultNumber() <
                              cast<OpResult>(b.first).getResultNumber()
                        : opA->isBeforeInBlock(opB);
    });
    auto [value, matched] = *next;
    worklist.erase(next);
    auto decision = decideSink(x, value);
    bool matches_ = std::holds_alternative<RaisableNorm>(decision);
    if (matches_)
      matches.push_back(value);
    else if (isLater(std::get<Refusal>(decision), refusal))
      refusal = std::get<Refusal>(decision);
    if (!matches_ && matched)
      continue;
    for (Operation *user : value.getUsers())
      enqueue(user, matched || matches_);
  }
  if (matches.empty())
    return *refusal;

  refusal.reset();
  for (Value sink : llvm::reverse(matches)) {
    auto decision = decideSink(x, sink);
    auto &norm = std::get<RaisableNorm>(decision);
    std::optional<Refusal> why = matchEscapes(norm);
    if (!why)
      why = checkPolicy(norm, policy);
    if (!why)
      why = matchRounding(norm, policy);
    if (!why)
      return decision;
    if (isLater(*why, refusal))
      refusal = why;
  }
  return *refusal;
}

/// How the program spelled the norm.
static std::string describeSpelling(Operation *root, const RaisableNorm &norm) {
  std::string text;
  if (norm.match.kind == NormKind::LayerNorm)
    text = norm.importer->sawCentredSum()
               ? "variance of centred values, "
               : "mean of squares less squared mean, ";
  return text + "root by " + root->getName().getStringRef().str();
}

RaiseOutcome norm::matchNorm(Operation *root, NumericsPolicy policy) {
  Operation *start = getTensorOp(root);
  if (!start || !isHalfPower(root))
    return std::monostate();
  SmallVector<Value> candidates = getCandidates(root);
  if (candidates.empty())
    return std::monostate();
  auto chosen = chooseX(root, candidates);
  // guard: root-in-reduction
  if (isReduction(start)) {
    if (std::holds_alternative<Refusal>(chosen))
      return std::monostate();
    return Refusal{"root-in-reduction",
                   "the norm was fused into the reduction that consumes it: " +
                       start->getName().getStringRef().str() +
                       " leaves no normalised value",
                   2};
  }
  if (auto *refusal = std::get_if<Refusal>(&chosen))
    return *refusal;

  std::optional<Refusal> refusal;
  llvm::SmallPtrSet<Value, 4> tried;
  for (Value x : std::get<SmallVector<Value>>(chosen)) {
    // The narrow tensor is x when the program only widens it.
    while (Value source = getWidened(x))
      x = source;
    if (!tried.insert(x).second)
      continue;
    if (tried.size() > maxGrowths)
      break;
    auto decision = grow(root, x, policy);
    if (auto *norm = std::get_if<RaisableNorm>(&decision)) {
      norm->spelling = describeSpelling(root, *norm);
      return std::move(*norm);
    }
    if (isLater(std::get<Refusal>(decision), refusal))
      refusal = std::get<Refusal>(decision);
  }
  return *refusal;
}
