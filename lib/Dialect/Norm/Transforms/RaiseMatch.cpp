//===- RaiseMatch.cpp - From x to the end of a norm -----------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaiseCandidates.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

/// Bounds that keep the work for one root constant.
static constexpr unsigned maxForwardValues = 24;
static constexpr unsigned maxGrowths = 6;
/// How far beyond x its sources are tried too.
static constexpr unsigned maxSources = 2;

//===----------------------------------------------------------------------===//
// Growing
//===----------------------------------------------------------------------===//

/// True when the norm of `x` can stand for `sink`: the same dimensions in the
/// same order, but for unit dimensions.
static bool hasShapeOfX(Value sink, Value x, const NormMatch &match) {
  RankedTensorType sinkType = getTensorType(sink), xType = getTensorType(x);
  Index previous = unitIndex;
  for (Index index : match.indices) {
    if (index == unitIndex)
      continue;
    // A dimension that a reshape made is none of the sink's.
    if (index <= previous || index >= sinkType.getRank())
      return false;
    previous = index;
  }
  auto isLong = [](int64_t extent) { return extent != 1; };
  return llvm::equal(llvm::make_filter_range(sinkType.getShape(), isLong),
                     llvm::make_filter_range(xType.getShape(), isLong));
}

/// Prepares to read norms of `x`.
static RaisableNorm makeNormOf(Value x, ModuleView &view) {
  RaisableNorm norm;
  norm.algebra = std::make_unique<Algebra>();
  norm.importer = std::make_unique<Importer>(*norm.algebra, x, view);
  norm.x = x;
  return norm;
}

/// Reads `sink` and decides whether it is a norm of the x of `norm`, of which
/// other values may have been read before.
static std::optional<Refusal> decideSink(RaisableNorm &norm, Value sink) {
  Value x = norm.x;
  norm.sink = sink;
  norm.statisticsExtent.reset();
  norm.importer->renewBounds();
  RankedTensorType type = getTensorType(sink);
  norm.value = norm.importer->import(sink, identityIndices(type.getRank()));
  norm.numSinkRoundings = norm.importer->getRoundings().size();
  norm.accumulator = norm.importer->getAccumulatorType();
  Decision<NormMatch> decision =
      decideNorm(*norm.algebra, norm.value, norm.importer->getX());
  if (auto *refusal = std::get_if<Refusal>(&decision)) {
    if (refusal->progress <= 1 && norm.importer->getNote())
      return *norm.importer->getNote();
    return std::move(*refusal);
  }
  norm.match = std::move(std::get<NormMatch>(decision));
  // guard: result-type
  if (!isNormElement(type.getElementType()) || type.getEncoding())
    return Refusal{"result-type",
                   "the normalised value is not f16, bf16, f32 or f64, or has "
                   "an encoding",
                   5};
  // guard: sink-transposed
  if (!hasShapeOfX(sink, x, norm.match))
    return Refusal{"sink-transposed",
                   "the normalised value does not have the shape of x", 5};
  for (int64_t dim = 0, rank = type.getRank(); dim < rank; ++dim) {
    int64_t ofX = std::distance(norm.match.indices.begin(),
                                llvm::find(norm.match.indices, dim));
    // guard: sink-extent-differs
    if (type.isDynamicDim(dim) &&
        !norm.algebra->agree(norm.importer->extentOf(sink, dim),
                             norm.importer->extentOf(x, ofX)))
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
  return std::nullopt;
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

/// True for a reshape that divides a dimension or joins several.
static bool isRegrouping(Operation *op, ModuleView &view) {
  const OpRow *row = op ? view.lookup(op) : nullptr;
  return row && row->isReshape && !row->dims(op);
}

/// A LayerNorm inside of another norm is that norm's: GroupNorm normalises
/// groups of a divided dimension, InstanceNorm scales by channel.
static std::optional<Refusal> checkOtherNorms(const RaisableNorm &norm,
                                              bool hasChannelScale,
                                              ModuleView &view) {
  if (norm.match.kind != NormKind::LayerNorm)
    return std::nullopt;
  // Rows of one dimension may be scaled one by one: by the mask of a token.
  // guard: instance-norm
  if (hasChannelScale && norm.match.axes.size() > 1)
    return Refusal{"instance-norm",
                   "the normalised value is scaled or shifted along dimensions "
                   "that are not normalised: an instance norm",
                   5};
  Operation *from = norm.x.getDefiningOp();
  // Rows that are only joined before a norm are the rows of the whole.
  bool divides = isRegrouping(from, view) &&
                 countLongDims(getTensorType(from->getOperand(0))) <=
                     countLongDims(getTensorType(norm.x));
  bool joins = llvm::any_of(Value(norm.sink).getUsers(), [&](Operation *user) {
    return isRegrouping(user, view);
  });
  // What is scaled along the rows of a group is a norm of these rows.
  uint64_t rowIndices = 0;
  for (unsigned axis : norm.match.axes)
    if (Index index = norm.match.indices[axis]; index != unitIndex)
      rowIndices |= uint64_t(1) << index;
  uint64_t followed =
      norm.match.scale.freeIndices() | norm.match.bias.freeIndices();
  // guard: group-norm
  if (divides && joins && !(followed & rowIndices))
    return Refusal{"group-norm",
                   "a dimension is divided before the norm and joined after "
                   "it: a group norm",
                   5};
  return std::nullopt;
}

/// Follows the users of the root while they are norms of x, and takes the
/// furthest that can be replaced.
static std::variant<RaisableNorm, Refusal>
grow(Operation *root, Value x, ModuleView &view, NumericsPolicy policy) {
  Operation *start = getTensorOp(root);
  SmallVector<std::pair<Value, bool>> worklist; // value, past a match
  llvm::SetVector<Value> seen;
  SmallVector<Value> matches;
  std::optional<Refusal> refusal;
  Value refused;
  bool hasChannelScale = false;
  auto enqueue = [&](Operation *op, bool matched) {
    if (op->getBlock() != start->getBlock() ||
        (op != start && !view.isElementwiseOrMovement(op)))
      return;
    for (Value result : op->getResults()) {
      RankedTensorType type = getTensorType(result);
      if (type && isa<FloatType>(type.getElementType()) && seen.insert(result))
        worklist.push_back({result, matched});
    }
  };
  enqueue(start, /*matched=*/false);
  // What one value is made from is most of what the next is made from.
  RaisableNorm probe = makeNormOf(x, view);
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
    std::optional<Refusal> why = decideSink(probe, value);
    // What was read when a bound was met has no meaning.
    if (!probe.algebra->failure().empty())
      probe = makeNormOf(x, view);
    bool matches_ = !why;
    if (matches_) {
      matches.push_back(value);
    } else if (isLater(*why, refusal)) {
      refusal = why;
      refused = value;
    }
    if (!matches_ && matched) {
      hasChannelScale |= why->guard == "row-scale" || why->guard == "row-bias";
      continue;
    }
    for (Operation *user : value.getUsers())
      enqueue(user, matched || matches_);
  }
  if (matches.empty()) {
    // In words that do not depend on what else was read.
    probe = makeNormOf(x, view);
    std::optional<Refusal> why = decideSink(probe, refused);
    return why ? *why : *refusal;
  }

  refusal.reset();
  for (Value sink : llvm::reverse(matches)) {
    // Afresh: only what the sink is made from counts.
    RaisableNorm norm = makeNormOf(x, view);
    std::optional<Refusal> why = decideSink(norm, sink);
    // guard: nan-dropped
    if (!why && norm.importer->sawNaNDropped())
      why = Refusal{"nan-dropped",
                    "a maximum drops a NaN, that of the op keeps it: "
                    "arith.maxnumf, not arith.maximumf",
                    5};
    if (!why)
      why = checkOtherNorms(norm, hasChannelScale, view);
    if (!why)
      why = matchEscapes(norm, policy);
    if (!why)
      why = checkPolicy(norm, policy);
    if (!why)
      why = matchRounding(norm, policy);
    if (!why)
      return norm;
    if (why->guard == "group-norm")
      return *why;
    if (isLater(*why, refusal))
      refusal = why;
  }
  return *refusal;
}

/// A norm of a view of a tensor is also one of that tensor, and as such it may
/// be followed further: beyond the view back.
static RaisableNorm preferWhole(RaisableNorm norm, Operation *root,
                                ModuleView &view, NumericsPolicy policy) {
  bool goesOn = llvm::any_of(norm.sink.getUsers(), [&](Operation *user) {
    return view.isElementwiseOrMovement(user);
  });
  auto isReshape = [&](Value value) {
    Operation *op = value.getDefiningOp();
    const OpRow *row = op ? view.lookup(op) : nullptr;
    return row && row->isReshape;
  };
  if (!goesOn && !isReshape(norm.x))
    return norm;
  Value x = norm.x;
  for (unsigned step = 0; step < maxSources; ++step) {
    Value source = getOnlySource(x, view);
    if (!source)
      break;
    x = getNarrow(source, view);
    auto decision = grow(root, x, view, policy);
    auto *whole = std::get_if<RaisableNorm>(&decision);
    if (!whole || whole->match.kind != norm.match.kind)
      continue;
    // Without the reshape of x, or its widening, where the result has the
    // shape from before it.
    auto type = getTensorType(x), ofNorm = getTensorType(norm.x);
    bool isPlain =
        whole->sink == norm.sink &&
        type.getShape() == getTensorType(norm.sink).getShape() &&
        (type.getShape() != ofNorm.getShape() ||
         type.getElementTypeBitWidth() < ofNorm.getElementTypeBitWidth());
    if (isPlain ||
        norm.sink.getDefiningOp()->isBeforeInBlock(whole->sink.getDefiningOp()))
      norm = std::move(*whole);
  }
  return norm;
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

RaiseOutcome norm::matchNorm(Operation *root, ModuleView &view,
                             NumericsPolicy policy) {
  Operation *start = getTensorOp(root);
  if (!start || !isHalfPower(root, view))
    return std::monostate();
  SmallVector<Value> candidates = getCandidates(root, view);
  if (candidates.empty())
    return std::monostate();
  auto chosen = chooseX(root, candidates, view);
  // guard: root-in-reduction
  if (isa<linalg::LinalgOp>(start) && view.isReduction(start)) {
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
  // What became of the norm of `x`, if that ends the search.
  auto attempt = [&](Value x) -> std::optional<RaiseOutcome> {
    // The narrow tensor is x when the program only widens it.
    x = getNarrow(x, view);
    if (tried.size() == maxGrowths || !tried.insert(x).second)
      return std::nullopt;
    auto decision = grow(root, x, view, policy);
    if (auto *found = std::get_if<RaisableNorm>(&decision)) {
      RaisableNorm norm = preferWhole(std::move(*found), root, view, policy);
      norm.spelling = describeSpelling(root, norm);
      return norm;
    }
    const Refusal &why = std::get<Refusal>(decision);
    // Nor is what is left of another norm one of the centred value.
    if (why.guard == "instance-norm" || why.guard == "group-norm")
      return why;
    if (isLater(why, refusal))
      refusal = why;
    return std::nullopt;
  };
  ArrayRef<Value> fitting = std::get<SmallVector<Value>>(chosen);
  for (Value x : fitting)
    if (std::optional<RaiseOutcome> outcome = attempt(x))
      return std::move(*outcome);
  // The numerator may be of another view of what the statistics are of.
  for (Value x : fitting)
    for (unsigned step = 0; step < maxSources; ++step) {
      x = getOnlySource(x, view);
      if (!x)
        break;
      if (std::optional<RaiseOutcome> outcome = attempt(x))
        return std::move(*outcome);
    }
  return *refusal;
}
