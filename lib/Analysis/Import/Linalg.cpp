//===- Linalg.cpp - Reading linalg through its interface ------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/Import/Importer.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

/// The body of one linalg op at given loop indices.
struct Importer::Body {
  explicit Body(linalg::LinalgOp op) : op(op) {}

  linalg::LinalgOp op;
  IndexTuple loops;
  /// What the block arguments of the initial values stand for.
  SmallVector<std::optional<Polynomial>> inits;
  DenseMap<Value, Polynomial> known;
};

std::optional<Polynomial> Importer::readBody(Body &body, Value scalar) {
  auto known = body.known.find(scalar);
  if (known != body.known.end())
    return known->second;
  std::optional<Polynomial> result;
  if (auto argument = dyn_cast<BlockArgument>(scalar);
      argument && argument.getOwner() == body.op.getBlock()) {
    OpOperand *operand = body.op.getMatchingOpOperand(argument);
    if (body.op.isDpsInit(operand)) {
      unsigned index = operand->getOperandNumber() -
                       body.op.getDpsInitOperand(0)->getOperandNumber();
      result = body.inits[index];
      if (!result)
        return std::nullopt;
    } else {
      IndexTuple at;
      for (AffineExpr expr :
           body.op.getMatchingIndexingMap(operand).getResults()) {
        if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
          at.push_back(body.loops[dim.getPosition()]);
          continue;
        }
        auto constant = dyn_cast<AffineConstantExpr>(expr);
        auto type = cast<RankedTensorType>(operand->get().getType());
        // guard: strided-access
        if (!constant || constant.getValue() != 0 ||
            type.getDimSize(at.size()) != 1) {
          refuse("strided-access", "an op between x and the root reads at " +
                                       Twine("indices that are no loop index"));
          return std::nullopt;
        }
        at.push_back(unitIndex);
      }
      result = import(operand->get(), at);
    }
  } else if (scalar.getParentBlock() != body.op.getBlock()) {
    result = import(scalar, {});
  } else {
    Operation *op = scalar.getDefiningOp();
    if (op->hasTrait<OpTrait::ConstantLike>()) {
      result = readConstant(op);
      if (!result)
        result = leaf(scalar, {});
    } else {
      // guard: index-semantics
      if (isa<linalg::IndexOp>(op)) {
        refuse("index-semantics",
               "an op between x and the root depends on its loop index");
        return std::nullopt;
      }
      result = readElementwise(
          op, [&](Value operand) { return readBody(body, operand); });
    }
  }
  if (result)
    body.known[scalar] = *result;
  return result;
}

std::optional<Polynomial> Importer::readLinalg(linalg::LinalgOp op,
                                               unsigned result,
                                               ArrayRef<Index> indices) {
  if (!op.hasPureTensorSemantics())
    return std::nullopt;
  OpOperand *init = op.getDpsInitOperand(result);
  Body body(op);

  // Loops that the result follows take its indices; the others are summed.
  SmallVector<std::optional<Index>> loops(op.getNumLoops());
  FreshIndices fresh(*this);
  fresh.use(indices);
  for (auto [expr, index] :
       llvm::zip(op.getMatchingIndexingMap(init).getResults(), indices)) {
    if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
      // guard: result-diagonal
      if (loops[dim.getPosition()])
        return std::nullopt;
      loops[dim.getPosition()] = index;
    } else if (index != unitIndex) {
      return std::nullopt;
    }
  }
  SummedIndices summed;
  SmallVector<utils::IteratorType> kinds = op.getIteratorTypesArray();
  for (auto [loop, index] : llvm::enumerate(loops)) {
    if (index) {
      body.loops.push_back(*index);
      continue;
    }
    if (kinds[loop] != utils::IteratorType::reduction)
      return std::nullopt;
    Polynomial extent = loopExtent(op, loop);
    if (extent == algebra.constant(1)) {
      body.loops.push_back(unitIndex);
      continue;
    }
    std::optional<Index> own = fresh.take();
    if (!own)
      return std::nullopt;
    body.loops.push_back(*own);
    summed.push_back({*own, extent});
  }
  bool isReduction = op.getNumReductionLoops() != 0;

  // In a reduction the initial value is a leaf of its own, to be recognised
  // in what is yielded; elsewhere it is a value like any other.
  unsigned accumulated = algebra.symbol("accumulator");
  Polynomial running = algebra.leaf(accumulated, {});
  for (unsigned i = 0, e = op.getNumDpsInits(); i < e; ++i) {
    bool isOwn = i == result;
    if (!isReduction && isOwn &&
        op.payloadUsesValueFromOperand(op.getDpsInitOperand(i)))
      body.inits.push_back(import(init->get(), indices));
    else
      body.inits.push_back(isOwn ? std::optional(running) : std::nullopt);
  }

  Value yielded = op.getBlock()->getTerminator()->getOperand(result);
  std::optional<Polynomial> value = readBody(body, yielded);
  if (!value || !isReduction)
    return value;

  // accumulator + f(inputs), from zero.
  Polynomial summand = algebra.sub(*value, running);
  bool isSum = !mentions(summand, accumulated);
  // guard: reducer-not-add
  if (!isSum) {
    refuse("reducer-not-add",
           "a reduction between x and the root is not a sum: it yields " +
               algebra.str(*value));
    return std::nullopt;
  }
  Polynomial initial = import(init->get(), indices);
  // guard: init-not-zero
  if (!initial.isZero()) {
    refuse("init-not-zero", "a sum between x and the root starts from " +
                                algebra.str(initial) + ", not from 0");
    return std::nullopt;
  }
  auto type = dyn_cast<FloatType>(yielded.getType());
  if (type && (!accumulator || accumulator.getWidth() < type.getWidth()))
    accumulator = type;
  for (const Monomial &term : summand.terms)
    for (const Factor &factor : term.factors)
      centredSum |= factor.atom->kind == Atom::Kind::Sum;
  if (!divideSummed(summand, summed))
    return std::nullopt;
  Polynomial total = summand;
  for (auto &[index, extent] : summed)
    total = algebra.sum(total, index, extent);
  return total;
}

Polynomial Importer::importInBody(linalg::LinalgOp op, Value scalar) {
  Body body(op);
  body.inits.resize(op.getNumDpsInits());
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  for (auto [loop, range] : llvm::enumerate(ranges))
    body.loops.push_back(range == 1 ? unitIndex : static_cast<Index>(loop));
  std::optional<Polynomial> result = readBody(body, scalar);
  return result ? *result : leaf(scalar, {});
}
