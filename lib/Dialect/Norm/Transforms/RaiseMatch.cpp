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
static constexpr unsigned maxBeyondFit = 6;
static constexpr unsigned maxForwardValues = 24;
static constexpr unsigned maxGrowths = 6;
/// How far beyond x its sources are tried too.
static constexpr unsigned maxSources = 2;

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

/// True for what is made from numbers alone, by few ops.
static bool isNumber(Value value, ModuleView &view, unsigned depth = 3) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  if (view.isConstant(op) || isa<linalg::FillOp>(op) ||
      op->getName().getStringRef() == "tensor.empty")
    return true;
  return depth != 0 && view.isElementwiseOrMovement(op) &&
         op->getNumOperands() != 0 &&
         llvm::all_of(op->getOperands(), [&](Value operand) {
           return isNumber(operand, view, depth - 1);
         });
}

/// The tensors that x may be: what is summed, and what that is computed from,
/// near to far.
static SmallVector<Value> getCandidates(Operation *root, ModuleView &view) {
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
  Block *body = generic.getBlock();
  Operation *cast = &body->front();
  bool onlyWidens = llvm::hasNItems(*body, 2) && view.isWidening(cast) &&
                    cast->getOperand(0) == body->getArgument(0) &&
                    body->getTerminator()->getOperand(0) == cast->getResult(0);
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
  RankedTensorType type = getTensorType(operand);
  return importer.import(operand, identityIndices(type.getRank()));
}

/// A power is a root for exponents of one half only.
static bool isHalfPower(Operation *root, ModuleView &view) {
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

/// The candidates that x may be, likeliest first: the nearest of which the
/// value under the root is a variance, then those of which it is a mean square,
/// near to far. If there are none, why not.
static std::variant<SmallVector<Value>, Refusal>
chooseX(Operation *root, ArrayRef<Value> candidates, ModuleView &view) {
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

static std::variant<RaisableNorm, Refusal> decideSink(Value x, Value sink,
                                                      ModuleView &view) {
  RaisableNorm norm;
  norm.algebra = std::make_unique<Algebra>();
  norm.importer = std::make_unique<Importer>(*norm.algebra, x, view);
  norm.x = x;
  norm.sink = sink;
  RankedTensorType type = getTensorType(sink);
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
  // guard: nan-dropped
  if (norm.importer->sawNaNDropped())
    return Refusal{"nan-dropped",
                   "a maximum drops a NaN, that of the op keeps it: "
                   "arith.maxnumf, not arith.maximumf",
                   5};
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
  auto countLong = [](RankedTensorType type) {
    return llvm::count_if(type.getShape(), [](int64_t n) { return n != 1; });
  };
  // Rows that are only joined before a norm are the rows of the whole.
  bool divides = isRegrouping(from, view) &&
                 countLong(getTensorType(from->getOperand(0))) <=
                     countLong(getTensorType(norm.x));
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
    auto decision = decideSink(x, value, view);
    bool matches_ = std::holds_alternative<RaisableNorm>(decision);
    if (matches_)
      matches.push_back(value);
    else if (isLater(std::get<Refusal>(decision), refusal))
      refusal = std::get<Refusal>(decision);
    if (!matches_ && matched) {
      StringRef guard = std::get<Refusal>(decision).guard;
      hasChannelScale |= guard == "row-scale" || guard == "row-bias";
      continue;
    }
    for (Operation *user : value.getUsers())
      enqueue(user, matched || matches_);
  }
  if (matches.empty())
    return *refusal;

  refusal.reset();
  for (Value sink : llvm::reverse(matches)) {
    auto decision = decideSink(x, sink, view);
    auto &norm = std::get<RaisableNorm>(decision);
    std::optional<Refusal> why = checkOtherNorms(norm, hasChannelScale, view);
    if (!why)
      why = matchEscapes(norm, policy);
    if (!why)
      why = checkPolicy(norm, policy);
    if (!why)
      why = matchRounding(norm, policy);
    if (!why)
      return decision;
    if (why->guard == "group-norm")
      return *why;
    if (isLater(*why, refusal))
      refusal = why;
  }
  return *refusal;
}

/// The only tensor of data that `value` is computed from, element by element,
/// or that it is a view or a permutation of; null if there is no such.
static Value getOnlySource(Value value, ModuleView &view) {
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
  return type && !type.getEncoding() && isNormElement(type.getElementType())
             ? source
             : Value();
}

/// What `value` is widened from, however often.
static Value getNarrow(Value value, ModuleView &view) {
  while (Value source = getWidened(value, view))
    value = source;
  return value;
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
    // Without the reshape of x, where the result has the shape from before it.
    bool isPlain =
        whole->sink == norm.sink &&
        getTensorType(x).getShape() == getTensorType(norm.sink).getShape() &&
        getTensorType(norm.x).getShape() != getTensorType(x).getShape();
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
  // The numerator may be of another view of what the statistics are of.
  auto &fitting = std::get<SmallVector<Value>>(chosen);
  for (Value source : SmallVector<Value>(fitting))
    for (unsigned step = 0; source && step < maxSources; ++step)
      if ((source = getOnlySource(source, view)))
        fitting.push_back(source);
  for (Value x : fitting) {
    // The narrow tensor is x when the program only widens it.
    x = getNarrow(x, view);
    if (!tried.insert(x).second)
      continue;
    if (tried.size() > maxGrowths)
      break;
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
  }
  return *refusal;
}
