//===- Validation.cpp --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Collecting what computes a value, evaluating it, and comparing.
//
//===----------------------------------------------------------------------===//

#include "Validation.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OperationSupport.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Threading.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using reference::Array;
using reference::ArrayPtr;
using reference::Number;

/// How many ops are evaluated at most, and how many elements an input has.
static constexpr size_t maxOps = 1024;
static constexpr int64_t maxElements = 1 << 17;
/// How many ops between two inputs are evaluated to see whether their extents
/// go together.
static constexpr size_t maxChain = 24;
/// How deep two values are compared op by op.
static constexpr unsigned maxDepth = 8;
/// How many errors of literals may come together.
static constexpr double literalErrors = 8.0;

//===----------------------------------------------------------------------===//
// What computes a value
//===----------------------------------------------------------------------===//

/// True when the two are computed in the same way from the same values.
static bool isSameComputation(Value a, Value b, unsigned depth = 0) {
  if (a == b)
    return true;
  auto left = dyn_cast<OpResult>(a), right = dyn_cast<OpResult>(b);
  if (!left || !right || depth == maxDepth || a.getType() != b.getType() ||
      left.getResultNumber() != right.getResultNumber() ||
      left.getOwner()->getName() != right.getOwner()->getName())
    return false;
  return OperationEquivalence::isEquivalentTo(
      left.getOwner(), right.getOwner(),
      [&](Value x, Value y) {
        return success(isSameComputation(x, y, depth + 1));
      },
      /*markEquivalent=*/nullptr, OperationEquivalence::IgnoreLocations);
}

/// The values from outside of `op` that it and its regions read.
static llvm::SetVector<Value> getReadValues(Operation *op) {
  llvm::SetVector<Value> values;
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands()) {
      Operation *owner = operand.getDefiningOp();
      if (!owner)
        owner = operand.getParentBlock()->getParentOp();
      else if (owner != op)
        owner = owner->getParentOp();
      if (!owner || !op->isAncestor(owner))
        values.insert(operand);
    }
  });
  return values;
}

bool Validation::collect(ArrayRef<Value> values, Slice &slice, size_t limit) {
  // Post-order, without recursion: an op may stand above thousands.
  llvm::DenseSet<Operation *> visited, done;
  SmallVector<std::pair<Operation *, bool>> stack;
  auto push = [&](Value value) {
    if (slice.inputs.contains(value) || slice.copies.contains(value))
      return;
    Operation *op = value.getDefiningOp();
    if (!op) {
      slice.inputs.insert(value);
      return;
    }
    for (Value leaf : slice.inputs)
      if (isSameComputation(value, leaf)) {
        slice.copies[value] = leaf;
        return;
      }
    stack.push_back({op, false});
  };
  for (Value value : values)
    push(value);
  while (!stack.empty()) {
    auto [op, isLeaving] = stack.pop_back_val();
    if (isLeaving) {
      if (done.insert(op).second)
        slice.ops.push_back(op);
      continue;
    }
    if (!visited.insert(op).second)
      continue;
    if (visited.size() > limit)
      return false;
    stack.push_back({op, true});
    for (Value value : getReadValues(op))
      push(value);
  }
  return true;
}

/// Ops that read no more of their operand than its extents.
static bool readsExtents(Operation *op) {
  return llvm::StringSwitch<bool>(op->getName().getStringRef())
      .Cases({"tensor.dim", "shape.shape_of", "torch.aten.size.int",
              "torch.aten.numel", "onnx.Shape", "onnx.Dim",
              "stablehlo.get_dimension_size", "mhlo.get_dimension_size"},
             true)
      .Default(false);
}

/// True when `value` is computed from `input`, as far as can be seen quickly.
static bool dependsOn(Value value, Value input) {
  llvm::SetVector<Value> seen;
  seen.insert(value);
  for (unsigned i = 0; i < seen.size() && i < maxOps; ++i) {
    if (seen[i] == input)
      return true;
    if (Operation *op = seen[i].getDefiningOp())
      seen.insert_range(getReadValues(op));
  }
  return false;
}

void Validation::dropDependentLeaves() {
  llvm::SetVector<Value> dependent;
  for (Value input : source.inputs) {
    if (problem.leaves.contains(input))
      continue;
    // Extents are chosen so that they fit.
    bool isRead = llvm::any_of(source.ops, [&](Operation *op) {
      return !readsExtents(op) && getReadValues(op).contains(input);
    });
    for (Value leaf : problem.leaves)
      if (isRead && dependsOn(leaf, input))
        dependent.insert(leaf);
  }
  for (Value leaf : dependent)
    problem.leaves.remove(leaf);
  if (dependent.empty())
    return;
  source = Slice();
  source.inputs = problem.leaves;
  if (!collect(problem.replaced, source, maxOps))
    reason = "too many ops compute it";
}

//===----------------------------------------------------------------------===//
// Evaluation
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<ArrayPtr>> Validation::evaluate(const Slice &slice,
                                                      ArrayRef<Value> values,
                                                      const InputSet &set) {
  SmallVector<Value> inputs(slice.inputs.begin(), slice.inputs.end());
  SmallVector<ArrayPtr> arrays(set.arrays);
  for (auto [copy, original] : slice.copies) {
    inputs.push_back(copy);
    arrays.push_back(arrays[std::distance(slice.inputs.begin(),
                                          llvm::find(slice.inputs, original))]);
  }
  // Diagnostics of this thread are reasons here.
  uint64_t thread = llvm::get_threadid();
  ScopedDiagnosticHandler handler(values.front().getContext(),
                                  [&](Diagnostic &diagnostic) {
                                    if (llvm::get_threadid() != thread)
                                      return failure();
                                    reason = diagnostic.str();
                                    return success();
                                  });
  return reference::evaluateValues(values, slice.ops, inputs, arrays,
                                   literalError);
}

const Array &Validation::getX(const InputSet &set) const {
  auto at = llvm::find(source.inputs, problem.x);
  return *set.arrays[std::distance(source.inputs.begin(), at)];
}

/// The number of elements of a value, dynamic extents left out; none if it is
/// too large.
static std::optional<int64_t> countElements(Value value) {
  RankedTensorType type = reference::getHeldType(value.getType());
  if (!type)
    return 1;
  int64_t count = 1;
  for (int64_t extent : type.getShape()) {
    if (ShapedType::isDynamic(extent))
      continue;
    if (extent > maxElements || (count *= extent) > maxElements)
      return std::nullopt;
  }
  return count;
}

bool Validation::evaluateSource() {
  for (Value input : source.inputs) {
    RankedTensorType type = reference::getHeldType(input.getType());
    if (!type || !reference::isSupportedElementType(type.getElementType())) {
      llvm::raw_string_ostream(reason = "")
          << "it reads a value of type " << input.getType();
      return false;
    }
  }
  auto isLarge = [](Value value) { return !countElements(value); };
  bool large = llvm::any_of(source.inputs, isLarge);
  for (Operation *op : source.ops)
    large |= llvm::any_of(op->getResults(), isLarge);
  if (large) {
    reason =
        "a tensor has more than " + std::to_string(maxElements) + " elements";
    return false;
  }
  collectChains();
  ArrayRef<Value> inputs = source.inputs.getArrayRef();
  forEachExtents(
      inputs, problem,
      [&](unsigned ofX, const Shapes &shapes, ArrayRef<int64_t> scalars) {
        SmallVector<int64_t> domain;
        for (auto [input, shape] : llvm::zip_equal(inputs, shapes))
          if (input == problem.x)
            domain = shape;
        unsigned first = sets.size(), count = countInputSets(problem, domain);
        for (unsigned number = 0; number < count; ++number) {
          InputSet set = makeInputSet(inputs, problem, shapes, scalars, number);
          if (number == 0 && !fitsChains(set))
            return false;
          auto values = evaluate(source, problem.replaced, set);
          // Extents that do not fit show at once. Those that are repeated
          // where they should not show in the size of the result.
          if (failed(values) ||
              values->front()->size() != ShapedType::getNumElements(domain)) {
            sets.truncate(first);
            results.truncate(first);
            return false;
          }
          sets.push_back(std::move(set));
          results.push_back(std::move(*values));
        }
        choices.push_back({ofX, first});
        return true;
      });
  return !sets.empty();
}

void Validation::collectChains() {
  for (Value leaf : source.inputs) {
    RankedTensorType type = reference::getHeldType(leaf.getType());
    if (!leaf.getDefiningOp() || type.hasStaticShape())
      continue;
    Slice chain;
    for (Value input : source.inputs)
      if (input != leaf)
        chain.inputs.insert(input);
    size_t known = chain.inputs.size();
    if (collect({leaf}, chain, maxChain) && chain.inputs.size() == known)
      chains.push_back({leaf, std::move(chain)});
  }
}

bool Validation::fitsChains(const InputSet &set) {
  for (const auto &[leaf, chain] : chains) {
    InputSet part;
    ArrayPtr own;
    for (auto [input, array] : llvm::zip_equal(source.inputs, set.arrays)) {
      if (input == leaf)
        own = array;
      else
        part.arrays.push_back(array);
    }
    auto value = evaluate(chain, {leaf}, part);
    if (succeeded(value) && value->front()->shape != own->shape)
      return false;
    // What cannot be evaluated with any extents says nothing about them.
    StringRef why = reason;
    if (failed(value) && !why.contains("is not known") &&
        !why.contains("cannot read"))
      return false;
  }
  return true;
}

Validation::Validation(ValidationProblem given) : problem(std::move(given)) {
  source.inputs = problem.leaves;
  if (!collect(problem.replaced, source, maxOps))
    reason = "too many ops compute it";
  else
    dropDependentLeaves();
  if (reason.empty() && !source.inputs.contains(problem.x))
    reason = "its x is computed from something that is read beside it";
  if (reason.empty() && evaluateSource())
    reason.clear();
  else if (reason.empty())
    reason = "no extents fit";

  // An op without a name of its own, until `finish`.
  Block *block = problem.replaced.front().getParentBlock();
  OpBuilder builder(&block->back());
  OperationState state(problem.replaced.front().getLoc(),
                       UnrealizedConversionCastOp::getOperationName());
  state.addOperands(problem.replaced);
  marker = builder.create(state);
}

Validation::~Validation() {
  if (marker)
    marker->erase();
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

namespace {
enum class Verdict { Agree, Differ, Undecided };
} // namespace

static Verdict compareNumbers(Number a, Number b, double slack, bool isFloat) {
  if (!isFloat) {
    if (a.error != 0.0 || b.error != 0.0)
      return Verdict::Undecided;
    return a.integer == b.integer ? Verdict::Agree : Verdict::Differ;
  }
  if (std::isnan(a.value) && std::isnan(b.value))
    return Verdict::Agree;
  double bound = a.error + b.error + slack;
  if (!std::isfinite(bound))
    return Verdict::Undecided;
  if (a.value == b.value)
    return Verdict::Agree;
  // Not greater: NaN against a number differs.
  return std::fabs(a.value - b.value) <= bound ? Verdict::Agree
                                               : Verdict::Differ;
}

bool Validation::compare(const InputSet &set, ArrayRef<ArrayPtr> sourceValues,
                         ArrayRef<ArrayPtr> targetValues,
                         ValidationOutcome &outcome) {
  SmallVector<int64_t> rows = getRowNumbers(getX(set).shape, problem.axes);
  std::vector<bool> isUndecided(set.rowKinds.size());
  for (auto [number, pair] :
       llvm::enumerate(llvm::zip_equal(sourceValues, targetValues))) {
    auto [have, want] = pair;
    if (have->shape != want->shape || have->elementType != want->elementType) {
      outcome.text =
          "the shape of value #" + std::to_string(number) + " differs";
      return false;
    }
    bool isMatrix = have->size() == static_cast<int64_t>(rows.size());
    // A literal may be read as what it stands for in one term and as it is in
    // another, so that its error does not cancel where the terms do.
    std::vector<double> largest(isMatrix ? set.rowKinds.size() : 1, 0.0);
    for (auto [i, number] : llvm::enumerate(have->elements))
      if (have->isFloat() && std::isfinite(number.value)) {
        double &most = largest[isMatrix ? rows[i] : 0];
        most = std::fmax(most, std::fabs(number.value));
      }
    for (int64_t i = 0; i < have->size(); ++i) {
      Number a = have->elements[i], b = want->elements[i];
      double slack =
          literalErrors * literalError * largest[isMatrix ? rows[i] : 0];
      Verdict verdict = compareNumbers(a, b, slack, have->isFloat());
      if (verdict == Verdict::Undecided && isMatrix)
        isUndecided[rows[i]] = true;
      if (verdict != Verdict::Differ)
        continue;
      llvm::raw_string_ostream os(outcome.text);
      os << "element [";
      int64_t rest = i;
      llvm::interleaveComma(have->strides(), os, [&](int64_t stride) {
        os << rest / stride;
        rest %= stride;
      });
      os << "] of value #" << number;
      if (isMatrix)
        os << ", in row " << rows[i] << " ("
           << getRowKinds()[set.rowKinds[rows[i]]] << ")";
      os << ", was " << llvm::format("%.9g", a.value) << " and is "
         << llvm::format("%.9g", b.value) << ", more than "
         << llvm::format("%.3g", a.error + b.error + slack) << " apart";
      return false;
    }
  }
  for (bool undecided : isUndecided)
    ++(undecided ? outcome.undecided : outcome.rows);
  return true;
}

ValidationOutcome Validation::finish() {
  ValidationOutcome outcome;
  SmallVector<Value> values(marker->getOperands());
  marker->erase();
  marker = nullptr;
  if (sets.empty()) {
    outcome.text = reason;
    return outcome;
  }
  // Copies may be gone; the inputs are there.
  Slice target;
  target.inputs = source.inputs;
  bool isCollected = collect(values, target, maxOps);
  if (!isCollected || target.inputs.size() != source.inputs.size()) {
    outcome.text = isCollected
                       ? "it is computed from a value that it was not before"
                       : "too many ops compute it";
    return outcome;
  }
  // Of several choices of extents that go with one of x, a single one is what
  // the program has: what agrees for any of them is not refuted.
  using Kind = ValidationOutcome::Kind;
  auto isBetter = [](Kind a, Kind b) {
    return a != b && (a == Kind::Verified || b == Kind::Unknown);
  };
  for (unsigned i = 0; i < choices.size();) {
    unsigned ofX = choices[i].ofX;
    std::optional<ValidationOutcome> best;
    for (; i < choices.size() && choices[i].ofX == ofX; ++i) {
      ValidationOutcome own;
      size_t end = i + 1 < choices.size() ? choices[i + 1].first : sets.size();
      compareChoice(choices[i].first, end, target, values, own);
      if (!best || isBetter(own.kind, best->kind))
        best = std::move(own);
    }
    if (best->kind == Kind::Refuted)
      return *best;
    if (best->kind == Kind::Verified)
      outcome.kind = best->kind;
    outcome.rows += best->rows;
    outcome.undecided += best->undecided;
    outcome.evaluations += best->evaluations;
    outcome.text = best->text;
  }
  return outcome;
}

void Validation::compareChoice(unsigned first, unsigned last,
                               const Slice &target, ArrayRef<Value> values,
                               ValidationOutcome &outcome) {
  for (unsigned i = first; i < last; ++i) {
    auto have = evaluate(target, values, sets[i]);
    if (failed(have)) {
      outcome.text = reason;
      return;
    }
    if (!compare(sets[i], results[i], *have, outcome)) {
      outcome.kind = ValidationOutcome::Refuted;
      return;
    }
    ++outcome.evaluations;
  }
  if (outcome.rows > 0)
    outcome.kind = ValidationOutcome::Verified;
  else
    outcome.text = "no row has a bound on its error";
}
