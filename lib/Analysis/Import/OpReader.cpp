//===- OpReader.cpp - Rows and named norms --------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elements.h"

#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

std::optional<Row> OpReader::rowOf(unsigned i, ArrayRef<Index> at,
                                   ArrayRef<int64_t> axes) const {
  Value value = op->getOperand(i);
  RankedTensorType type = getTensorType(value);
  if (!type || type.getRank() != static_cast<int64_t>(at.size()))
    return std::nullopt;
  IndexTuple position(at);
  FreshIndices fresh(importer);
  fresh.use(at);
  fresh.use(indices);
  Row over;
  for (int64_t axis : axes) {
    if (axis < 0 || axis >= type.getRank())
      return std::nullopt;
    if (type.getDimSize(axis) == 1) {
      position[axis] = unitIndex;
      continue;
    }
    std::optional<Index> index = fresh.take();
    if (!index)
      return std::nullopt;
    position[axis] = *index;
    over.summed.push_back({*index, importer.extentOf(value, axis)});
  }
  over.element = importer.import(value, position);
  if (!importer.divideSummed(over.element, over.summed))
    return std::nullopt;
  return over;
}

Polynomial OpReader::sum(const Row &over, const Polynomial &summand) const {
  Polynomial total = summand;
  for (auto &[index, extent] : over.summed)
    total = a.sum(total, index, extent);
  return total;
}

Polynomial OpReader::mean(const Row &over, const Polynomial &summand) const {
  Polynomial count = a.constant(1);
  for (auto &[index, extent] : over.summed)
    count = a.mul(count, extent);
  return a.div(sum(over, summand), count);
}

Polynomial OpReader::variance(const Row &over) const {
  Polynomial mu = mean(over, over.element);
  return a.sub(mean(over, a.mul(over.element, over.element)), a.mul(mu, mu));
}

Polynomial OpReader::affine(unsigned i, ArrayRef<Index> at,
                            int64_t absent) const {
  if (!hasOperand(i) || isAbsent(op->getOperand(i)))
    return a.constant(absent);
  RankedTensorType type = getTensorType(op->getOperand(i));
  // Unranked, or of a type that is not known: no norm is made of it.
  if (!type)
    return a.apply("affine", {});
  // More dimensions than there are indices: what is read is then not the
  // norm's, and no closed form.
  if (type.getRank() > static_cast<int64_t>(at.size()))
    return a.apply("affine", {});
  at = at.take_back(type.getRank());
  // An op that is not registered is not verified, and a dynamic extent may be
  // one and stand for all: torch has the extents of x here, others do not say.
  bool isTorch = op->getName().getStringRef().starts_with("torch.");
  for (auto [dim, index] : llvm::enumerate(at)) {
    const auto *ofX = llvm::find(indices, index);
    if (type.getDimSize(dim) == 1 || (isTorch && type.isDynamicDim(dim)))
      continue;
    RankedTensorType xType = getTensorType(op->getOperand(0));
    // guard: broadcast-extent
    if (ofX == indices.end() || !xType ||
        xType.getRank() != static_cast<int64_t>(indices.size()) ||
        !a.agree(importer.extentOf(op->getOperand(i), dim),
                 importer.extentOf(op->getOperand(0), ofX - indices.begin()))) {
      importer.refuse("broadcast-extent",
                      "a scale or bias may not have the extents of x");
      return a.apply("affine", {});
    }
  }
  return operand(i, at);
}

Polynomial OpReader::layerNorm(ArrayRef<int64_t> axes, const Polynomial &scale,
                               const Polynomial &bias,
                               const Polynomial &epsilon, Rounds rounds) const {
  std::optional<Row> over = rowOf(0, indices, axes);
  if (!over)
    return a.apply(op->getName().getStringRef(), {});
  Polynomial mu = mean(*over, over->element);
  Polynomial rstd = a.pow(a.add(variance(*over), epsilon), Rational(-1, 2));
  if (result == 1)
    return mu;
  if (result == 2)
    return rstd;
  Polynomial normalized = a.mul(a.sub(operand(0, indices), mu), rstd);
  Polynomial scaled = a.mul(normalized, scale);
  if (rounds == Rounds::EachStep) {
    importer.addRounding(normalized, op->getResult(0));
    importer.addRounding(scaled, op->getResult(0));
  }
  return a.add(scaled, bias);
}

Polynomial OpReader::rmsNorm(ArrayRef<int64_t> axes, const Polynomial &scale,
                             const Polynomial &epsilon, Rounds rounds) const {
  std::optional<Row> over = rowOf(0, indices, axes);
  if (!over)
    return a.apply(op->getName().getStringRef(), {});
  Polynomial squares = mean(*over, a.mul(over->element, over->element));
  Polynomial rstd = a.pow(a.add(squares, epsilon), Rational(-1, 2));
  if (result == 1)
    return rstd;
  Polynomial normalized = a.mul(operand(0, indices), rstd);
  if (rounds == Rounds::EachStep)
    importer.addRounding(normalized, op->getResult(0));
  return a.mul(normalized, scale);
}

std::optional<Polynomial> OpReader::number(StringRef attribute) const {
  Attribute value = op->getAttr(attribute);
  return value ? importer.readNumber(value) : std::nullopt;
}
