//===- RaiseRounding.cpp - Where values round -----------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaiseMatch.h"

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

/// How a constant survives in `type`.
enum class Survival { Exact, Rounded, Lost };

static Survival survives(const Coefficient &constant, FloatType type) {
  APFloat value(constant.value().toDouble());
  APFloat rounded = value;
  bool losesInfo = false;
  APFloat::opStatus status = rounded.convert(
      type.getFloatSemantics(), APFloat::rmNearestTiesToEven, &losesInfo);
  if (!losesInfo)
    return Survival::Exact;
  return status & (APFloat::opUnderflow | APFloat::opOverflow)
             ? Survival::Lost
             : Survival::Rounded;
}

/// True for c, or one leaf: storing it in its own type rounds nothing.
static bool isPlain(const Polynomial &value) {
  return value.asConstant() ||
         (value.terms.size() == 1 && value.terms[0].coefficient.isOne() &&
          value.terms[0].factors.size() == 1 &&
          value.terms[0].factors[0].exponent.isOne() &&
          value.terms[0].factors[0].atom->kind == Atom::Kind::Leaf);
}

static std::string typeText(Type type) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << type;
  return text;
}

/// True when `type` has every value of `of`.
static bool hasAllValues(FloatType type, FloatType of) {
  return APFloat::isRepresentableBy(of.getFloatSemantics(),
                                    type.getFloatSemantics());
}

namespace {
/// The roundings of one value of the norm, by type, and where they are.
struct RoundingPoint {
  llvm::SmallMapVector<Type, SmallVector<Value>, 1> sources;

  void add(const Rounding &rounding) {
    sources[rounding.type].push_back(rounding.source);
  }
  /// The narrowest.
  FloatType getType() const {
    FloatType narrowest;
    for (const auto &[type, values] : sources)
      if (auto floatType = cast<FloatType>(type);
          !narrowest || floatType.getWidth() < narrowest.getWidth())
        narrowest = floatType;
    return narrowest;
  }
};

/// Looks for ways from x to a value that do not lead through others.
class WaysFromX {
public:
  WaysFromX(const RaisableNorm &norm, ArrayRef<Value> closed)
      : norm(norm), closed(closed.begin(), closed.end()) {}

  bool leadTo(Value value);

private:
  const RaisableNorm &norm;
  llvm::SmallPtrSet<Value, 4> closed;
  /// The calls that the value is in.
  SmallVector<Operation *> calls;
  llvm::DenseSet<std::pair<Value, Operation *>> visited;
};
} // namespace

bool WaysFromX::leadTo(Value value) {
  ModuleView &view = norm.importer->getView();
  if (calls.empty() && value == norm.x)
    return true;
  if (closed.contains(value) ||
      !visited.insert({value, calls.empty() ? nullptr : calls.back()}).second)
    return false;
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    Block *block = argument.getOwner();
    if (auto op = dyn_cast<linalg::LinalgOp>(block->getParentOp()))
      return leadTo(op.getMatchingOpOperand(argument)->get());
    if (calls.empty() || view.getCallee(calls.back())->body != block)
      return false;
    Operation *call = calls.pop_back_val();
    bool result = leadTo(call->getOperand(argument.getArgNumber()));
    calls.push_back(call);
    return result;
  }
  auto result = cast<OpResult>(value);
  Operation *op = result.getOwner();
  if (calls.empty() && getTensorType(value) &&
      !norm.importer->dependsOnX(value))
    return false;
  auto inner = [&](Block *body) {
    return body->back().getOperand(result.getResultNumber());
  };
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return leadTo(inner(linalgOp.getBlock()));
  if (const Callee *callee = view.getCallee(op);
      callee && calls.size() < Importer::maxCallDepth) {
    calls.push_back(op);
    bool leads = leadTo(inner(callee->body));
    calls.pop_back();
    return leads;
  }
  // Extents of x, and lists of them, are not ways; lists of tensors are.
  return llvm::any_of(op->getOperands(), [&](Value operand) {
    Type element = getElementType(operand);
    Operation *source = operand.getDefiningOp();
    bool isList = source && source->getName().getStringRef() ==
                                "torch.prim.ListConstruct";
    return (isa<FloatType>(element) || element.isInteger(1) || isList) &&
           leadTo(operand);
  });
}

std::optional<Refusal> norm::matchRounding(RaisableNorm &norm,
                                           NumericsPolicy policy) {
  Algebra &algebra = *norm.algebra;
  Importer &importer = *norm.importer;
  RankedTensorType sinkType = getTensorType(norm.sink);
  auto sinkElement = cast<FloatType>(sinkType.getElementType());
  const Polynomial &sinkValue = norm.value;
  auto xElement = cast<FloatType>(getTensorType(norm.x).getElementType());
  MLIRContext *context = norm.x.getContext();

  FloatType statistics = getWiderType(xElement, Float32Type::get(context));
  if (FloatType sum = norm.accumulator;
      sum && sum.getWidth() > statistics.getWidth() && sum.getWidth() == 64)
    statistics = norm.statistics = sum;

  auto refuse = [&](const Polynomial &value, Type type, const Twine &why) {
    return Refusal{"rounding-exact",
                   algebra.str(value) + " is rounded to " + typeText(type) +
                       why.str() + "; the policy is exact",
                   6};
  };
  RoundingPoint normalized, scaled, whole;
  const NormMatch &match = norm.match;
  Polynomial one = algebra.constant(1);
  bool isUnscaled = match.scale == one && match.correction == 1.0;

  for (const Rounding &rounding :
       importer.getRoundings().take_front(norm.numSinkRoundings)) {
    FloatType type = rounding.type;
    if (type.getWidth() >= statistics.getWidth())
      continue;
    bool isWhole = algebra.agree(rounding.value, sinkValue);
    if (isWhole)
      whole.add(rounding);
    if (isWhole && type == sinkElement)
      continue;
    if (isPlain(rounding.value)) {
      std::optional<Coefficient> constant = rounding.value.asConstant();
      if (constant) {
        Survival survival = survives(*constant, type);
        // guard: constant-lost
        if (survival == Survival::Lost)
          return Refusal{
              "constant-lost",
              "a constant is rounded to " + typeText(type) +
                  ", which cannot hold it: " + algebra.str(rounding.value),
              6};
        if (survival == Survival::Exact || policy != NumericsPolicy::Exact)
          continue;
      }
      bool isX = !constant && rounding.value.terms[0].factors[0].atom->symbol ==
                                  importer.getX();
      if (isX && hasAllValues(type, xElement))
        continue;
    } else {
      Decision<NormMatch> decision =
          decideNorm(algebra, rounding.value, importer.getX());
      if (auto *inner = std::get_if<NormMatch>(&decision);
          inner && inner->bias.isZero()) {
        // A sign may as well be the scale's: rounding is symmetric.
        if ((inner->scale == one || inner->scale == algebra.negate(one)) &&
            inner->correction == 1.0) {
          normalized.add(rounding);
          continue;
        }
        if (!isUnscaled && algebra.agree(inner->scale, match.scale)) {
          scaled.add(rounding);
          continue;
        }
      }
    }
    // guard: rounding-exact
    if (policy == NumericsPolicy::Exact)
      return refuse(rounding.value, type, ", which the op does not do");
  }
  for (auto [slot, point] : {std::pair(&norm.normalized, &normalized),
                             std::pair(&norm.scaled, &scaled)}) {
    FloatType type = point->getType();
    if (!type)
      continue;
    // The op rounds for all that reads the value, or not at all.
    bool isPassed =
        WaysFromX(norm, point->sources.lookup(type)).leadTo(norm.sink);
    if (!isPassed)
      *slot = type;
    // guard: rounding-exact
    if (policy == NumericsPolicy::Exact && isPassed)
      return refuse(norm.value, type, " on some of the ways to the result");
    // guard: rounding-exact
    if (policy == NumericsPolicy::Exact && point->sources.size() > 1)
      return refuse(norm.value, type, " and to another type");
  }
  // guard: rounding-exact
  if (policy == NumericsPolicy::Exact && whole.sources.size() > 1)
    return refuse(norm.value, whole.getType(), " and to another type");
  return std::nullopt;
}
