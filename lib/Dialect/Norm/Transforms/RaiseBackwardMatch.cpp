//===- RaiseBackwardMatch.cpp - One choice of dy --------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaiseBackward.h"

#include "rmsnorm/Analysis/Import/Importer.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlir::norm;
using algebra::BackwardMatch;
using algebra::Index;
using algebra::IndexTuple;
using algebra::Refusal;
using algebra::unitIndex;

/// True when a rounding between the leaves and `results` is not the op's own,
/// which happens at its results only.
static bool roundsInside(const Importer &importer, FloatType statistics,
                         algebra::Algebra &algebra,
                         ArrayRef<algebra::Polynomial> results) {
  return llvm::any_of(importer.getRoundings(), [&](Rounding rounding) {
    return rounding.type.getWidth() < statistics.getWidth() &&
           llvm::none_of(
               results,
               [&](const algebra::Polynomial &result) {
                 return algebra.agree(result, rounding.value);
               });
  });
}

static bool isDense(Value value) {
  RankedTensorType type = getTensorType(value);
  return type && !type.getEncoding() && isNormElement(type.getElementType());
}

/// The value that is `value` to the power -1/2, element by element, or null.
static Value getReciprocalRoot(Value value, ModuleView &view) {
  Operation *source = value.getDefiningOp();
  if (!getTensorType(value) || (source && view.isConstant(source)))
    return {};
  for (Operation *user : value.getUsers()) {
    if (user->getNumResults() != 1 ||
        user->getResult(0).getType() != value.getType() ||
        !view.isReciprocalRoot(user))
      continue;
    auto linalgOp = dyn_cast<linalg::LinalgOp>(user);
    if (!linalgOp ||
        (linalgOp.getNumDpsInputs() == 1 &&
         linalgOp.getDpsInputs().front() == value &&
         llvm::all_of(linalgOp.getIndexingMapsArray(),
                      [](AffineMap map) { return map.isIdentity(); })))
      return user->getResult(0);
  }
  return {};
}

namespace {
/// One attempt, with one value taken for dy.
class GradientMatcher {
public:
  /// With `readsNorms`, the results of norms are read by their statistics.
  GradientMatcher(Operation *projection, Value dy, ModuleView &view,
                  NumericsPolicy policy, bool readsNorms)
      : projection(projection), view(view), policy(policy),
        importer(algebra, dy, view) {
    gradient.dy = dy;
    importer.readSavedStatistics(
        [this, readsNorms](Value value, ArrayRef<Index> indices)
            -> std::optional<algebra::Polynomial> {
          // What rstd is the root of is rstd^-2.
          if (Value rstd = getReciprocalRoot(value, this->view))
            return algebra.pow(importer.import(rstd, indices), -2);
          if (!readsNorms)
            return std::nullopt;
          auto xhat = readXhat(importer, value, indices, this->policy);
          hasReadNorm |= xhat.has_value();
          return xhat;
        });
  }

  GradientOutcome run();
  bool hasReadNorm = false;

private:
  std::optional<Refusal> findDx();
  std::optional<Refusal> checkOperands();
  void findParameterGradients();
  void choosePosition();
  /// The extent of the dimension of `value` that `indices` call `index` is that
  /// of x.
  bool hasExtentOfX(Value value, ArrayRef<Index> indices, Index index);
  bool usesFollow(Value value);

  algebra::Polynomial importWhole(Value value) {
    return importer.import(value,
                           identityIndices(getTensorType(value).getRank()));
  }
  SmallVector<Value> getOperands() const {
    SmallVector<Value> operands{gradient.dy, gradient.x, gradient.rstd};
    for (Value optional : {gradient.mean, gradient.scale})
      if (optional)
        operands.push_back(optional);
    return operands;
  }

  Operation *projection;
  ModuleView &view;
  NumericsPolicy policy;
  algebra::Algebra algebra;
  Importer importer;
  RaisableGradient gradient;
  SmallVector<algebra::Polynomial> results;
  /// What dx is computed with, and what was looked at on the way to it.
  llvm::SmallPtrSet<Operation *, 32> ownOps;
};
} // namespace

/// The number of dimensions that are not of extent one.
static int64_t countLongDims(ArrayRef<Index> indices) {
  return indices.size() - llvm::count(indices, unitIndex);
}
static int64_t countLongDims(Value value) {
  return countLongDims(getTensorType(value));
}

std::optional<Refusal> GradientMatcher::findDx() {
  int64_t rank = countLongDims(gradient.dy);
  std::optional<Refusal> best;
  bool isMoved = false;
  for (Value value :
       getForwardSlice(projection->getResult(0), /*isSum=*/true, view)) {
    if (countLongDims(value) != rank)
      continue;
    algebra::Polynomial polynomial =
        foldComputedMeans(importer, importWhole(value));
    algebra::Decision<BackwardMatch> decision =
        decideBackward(algebra, polynomial, importer.getX());
    if (auto *refusal = std::get_if<Refusal>(&decision)) {
      algebra.clearFailure();
      if (!best || refusal->progress > best->progress)
        best = *refusal;
      continue;
    }
    auto &match = std::get<BackwardMatch>(decision);
    // The sink is the last value: casts of dx are dx. What only moves it can
    // as well stay.
    bool moves = match.indices != getWholeIndices(getTensorType(value));
    if (gradient.dx && (!gradient.dx.hasOneUse() || (moves && !isMoved)))
      continue;
    isMoved = moves;
    gradient.match = match;
    ownOps.clear();
    ownOps.insert_range(importer.getCone());
    gradient.dx = value;
    results.assign(1, polynomial);
  }
  if (gradient.dx)
    return std::nullopt;
  return best ? best : Refusal{"backward-no-dx", "nothing uses the sum", 0};
}

bool GradientMatcher::hasExtentOfX(Value value, ArrayRef<Index> indices,
                                   Index index) {
  const BackwardMatch &match = gradient.match;
  const auto *own = llvm::find(indices, index);
  const auto *ofX = llvm::find(match.indices, index);
  return own != indices.end() &&
         algebra.agree(
             importer.extentOf(value, own - indices.begin()),
             importer.extentOf(gradient.x, ofX - match.indices.begin()));
}

std::optional<Refusal> GradientMatcher::checkOperands() {
  const BackwardMatch &match = gradient.match;
  gradient.x = importer.getLeaf(match.x);
  gradient.rstd = importer.getLeaf(match.rstd);
  if (match.mean)
    gradient.mean = importer.getLeaf(*match.mean);
  if (match.scale)
    gradient.scale = importer.getLeaf(*match.scale);
  SmallVector<Value> operands = getOperands();
  // guard: backward-element-type
  if (!llvm::all_of(operands, isDense) || !isDense(gradient.dx))
    return Refusal{"backward-element-type",
                   "a gradient's operands are dense tensors of f16, bf16, f32 "
                   "or f64",
                   4};
  // guard: backward-operand-not-visible
  if (llvm::any_of(operands, [&](Value operand) {
        return !operand.getParentRegion()->isAncestor(
            gradient.dx.getParentRegion());
      }))
    return Refusal{"backward-operand-not-visible",
                   "an operand of the gradient is a value of a function that "
                   "is called, or inside of the body of an op",
                   4};
  auto statistics = cast<FloatType>(getElementType(gradient.rstd));
  auto element = cast<FloatType>(getElementType(gradient.x));
  // guard: backward-statistics-type
  if (statistics.getWidth() < 32 ||
      statistics.getWidth() < element.getWidth() ||
      (gradient.mean && getElementType(gradient.mean) != statistics))
    return Refusal{"backward-statistics-type",
                   "the saved statistics are narrower than f32 or than x, or "
                   "of two types",
                   4};
  IndexTuple dxIndices = identityIndices(getTensorType(gradient.dx).getRank());
  for (auto [dim, index] : llvm::enumerate(match.indices))
    // guard: backward-extent-differs
    if (index != unitIndex &&
        (!hasExtentOfX(gradient.dy, match.dyIndices, index) ||
         !hasExtentOfX(gradient.dx, dxIndices, index)))
      return Refusal{"backward-extent-differs",
                     "dimension " + std::to_string(dim) +
                         " of dy or dx is not provably that of x",
                     4};
  for (auto [axis, extent] : llvm::zip_equal(match.axes, match.extents))
    // guard: backward-part-of-row
    if (!algebra.agree(extent, importer.extentOf(gradient.x, axis)))
      return Refusal{"backward-part-of-row",
                     "the sums are over " + algebra.str(extent) + " of the " +
                         algebra.str(importer.extentOf(gradient.x, axis)) +
                         " elements of dimension " + std::to_string(axis),
                     4};
  assert(countLongDims(match.indices) == countLongDims(gradient.dx) &&
         countLongDims(match.indices) == countLongDims(match.dyIndices) &&
         "dy, x and dx follow the same indices");
  return std::nullopt;
}

/// The op's place is after all of its operands, all of which dx is made from;
/// every use of another value that it replaces must come later.
bool GradientMatcher::usesFollow(Value value) {
  Block *block = gradient.dx.getParentBlock();
  return llvm::all_of(value.getUsers(), [&](Operation *user) {
    Operation *op = block->findAncestorOpInBlock(*user);
    return op && (!gradient.after || gradient.after->isBeforeInBlock(op));
  });
}

void GradientMatcher::choosePosition() {
  Block *block = gradient.dx.getParentBlock();
  for (Value operand : getOperands()) {
    Operation *op = operand.getDefiningOp();
    if (op && op->getBlock() == block &&
        (!gradient.after || gradient.after->isBeforeInBlock(op)))
      gradient.after = op;
  }
}

void GradientMatcher::findParameterGradients() {
  const BackwardMatch &match = gradient.match;
  unsigned gridSize = match.indices.size() - match.axes.size();
  for (Value value : getForwardSlice(gradient.dy, /*isSum=*/false, view)) {
    // What only dx is made from is gone with it.
    bool isOwn = llvm::all_of(value.getUsers(), [&](Operation *user) {
      return ownOps.contains(user);
    });
    if (!isDense(value) || value == gradient.dx || isOwn || !usesFollow(value))
      continue;
    algebra::Polynomial polynomial = importWhole(value);
    algebra::Decision<algebra::GradientMatch> decision =
        decideGradient(algebra, polynomial, match);
    algebra.clearFailure();
    auto *found = std::get_if<algebra::GradientMatch>(&decision);
    // What repeats the sum is not the sum.
    if (!found ||
        countLongDims(value) != static_cast<int64_t>(found->indices.size()))
      continue;
    // A sum along whole rows is part of dx; a parameter follows the row, or is
    // one number for all rows.
    bool followsRow = llvm::any_of(found->dims, [&](unsigned dim) {
      return llvm::is_contained(match.axes, dim);
    });
    bool isOfScale = found->isScale && found->dims == match.scaleDims;
    if (!followsRow && !isOfScale && (!found->dims.empty() || gridSize == 0))
      continue;
    // guard: gradient-part-of-rows
    if (llvm::any_of(found->summed, [&](auto &summed) {
          return !algebra.agree(summed.second,
                                importer.extentOf(gradient.x, summed.first));
        }))
      continue;
    if (found->isScale && !(gradient.scale && isOfScale))
      continue;
    Value &slot = found->isScale ? gradient.dscale : gradient.dbias;
    // Of a value and its casts the last one is wanted.
    if (slot && !slot.hasOneUse())
      continue;
    slot = value;
    results.push_back(polynomial);
    (found->isScale ? gradient.scaleGradient : gradient.biasGradient) = *found;
  }
}

GradientOutcome GradientMatcher::run() {
  if (std::optional<Refusal> refusal = findDx()) {
    // A dimension that may be stretched hides the rest.
    const std::optional<Refusal> &note = importer.getNote();
    if (refusal->progress < 3 && note && note->guard == "broadcast-extent")
      return Refusal{note->guard, note->reason, 3};
    return *refusal;
  }
  if (std::optional<Refusal> refusal = checkOperands())
    return *refusal;
  choosePosition();
  findParameterGradients();
  auto statistics = cast<FloatType>(getElementType(gradient.rstd));
  // guard: backward-rounding-exact
  if (policy == NumericsPolicy::Exact &&
      roundsInside(importer, statistics, algebra, results))
    return Refusal{"backward-rounding-exact",
                   "the gradient is rounded on the way, which the op does not "
                   "do (policy is exact)",
                   5};
  return gradient;
}

GradientOutcome mlir::norm::matchGradient(Operation *projection, Value dy,
                                          ModuleView &view,
                                          NumericsPolicy policy) {
  GradientMatcher matcher(projection, dy, view, policy, /*readsNorms=*/true);
  GradientOutcome outcome = matcher.run();
  if (!matcher.hasReadNorm || std::holds_alternative<RaisableGradient>(outcome))
    return outcome;
  // What is xhat to one norm may be x to the next.
  GradientOutcome other =
      GradientMatcher(projection, dy, view, policy, /*readsNorms=*/false).run();
  return std::holds_alternative<RaisableGradient>(other) ? other : outcome;
}
