//===- Validation.cpp --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Collecting what computes a value, and evaluating it.
//
//===----------------------------------------------------------------------===//

#include "Validation.h"

#include "rmsnorm/Analysis/Import/ModuleView.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OperationSupport.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Threading.h"

using namespace mlir;
using namespace mlir::norm;
using reference::Array;
using reference::ArrayPtr;

/// How many elements a value has at most.
static constexpr int64_t maxElements = 1 << 17;
/// How many ops between two inputs are evaluated to see whether their extents
/// go together.
static constexpr size_t maxChain = 24;
/// How many values are looked at above one.
static constexpr unsigned maxAncestors = 1024;
/// How deep two values are compared op by op.
static constexpr unsigned maxDepth = 8;

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
  for (unsigned i = 0; i < seen.size() && i < maxAncestors; ++i) {
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
  if (!collect(problem.replaced, source))
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
  if (!collect(problem.replaced, source))
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
