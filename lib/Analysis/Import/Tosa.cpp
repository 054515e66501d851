//===- Tosa.cpp - TOSA ---------------------------------------------------===//
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

static std::optional<DimMap> reducedDim0(Operation *op) {
  std::optional<SmallVector<int64_t>> axis = getInts(op->getAttr("axis"));
  return axis ? dims::reduce(op, *axis, /*keepsDims=*/true) : std::nullopt;
}

static std::optional<DimMap> transposed(Operation *op) {
  std::optional<SmallVector<int64_t>> permutation =
      getInts(op->getAttr("perms"));
  return permutation ? dims::permute(*permutation) : std::nullopt;
}

/// Without padding, over [batch, height, width, channels].
static std::optional<DimMap> pooled(Operation *op) {
  std::optional<SmallVector<int64_t>> kernel = getInts(op->getAttr("kernel")),
                                      padding = getInts(op->getAttr("pad"));
  if (!kernel || !areAll(padding, 0))
    return std::nullopt;
  return dims::pool(op, /*first=*/1, *kernel);
}

/// max and min with a mode for NaN.
static bool ignoresNaN(Operation *op) {
  std::string text;
  if (Attribute mode = op->getAttr("nan_mode"))
    llvm::raw_string_ostream(text) << mode;
  return StringRef(text).contains("IGNORE");
}

static Result maximum(Algebra &a, Operation *op, Operands o) {
  return ignoresNaN(op) ? std::nullopt : elements::max(a, op, o);
}

static Result minimum(Algebra &a, Operation *op, Operands o) {
  return ignoresNaN(op) ? std::nullopt : elements::min(a, op, o);
}

static Result slice(OpReader &r) {
  if (r.op->getNumOperands() != 3)
    return std::nullopt;
  std::optional<SmallVector<int64_t>> start = getInts(r.op->getOperand(1));
  if (!areAll(start, 0) || start->size() != r.indices.size() ||
      !r.importer.dependsOnX(r.op->getOperand(0)))
    return std::nullopt;
  return r.operand(0, r.indices);
}

void norm::addTosaRows(OpTable &t) {
  t.constant("tosa.const");
  t.constant("tosa.const_shape");
  t.broadcasting("tosa.add", elements::add).affine();
  t.broadcasting("tosa.sub", elements::sub).affine();
  // Operand 2 is a shift of integers.
  t.broadcasting("tosa.mul", elements::mul).affine().reading(2);
  t.broadcasting("tosa.pow", elements::power).root();
  t.broadcasting("tosa.maximum", maximum);
  t.broadcasting("tosa.minimum", minimum);
  t.broadcasting("tosa.select", elements::select);
  // Operands 1 and 2 are zero points of integers.
  t.elementwise("tosa.negate", elements::negate).affine().reading(1);
  t.elementwise("tosa.abs", elements::abs);
  t.elementwise("tosa.reciprocal", elements::reciprocal);
  t.elementwise("tosa.rsqrt", elements::rsqrt).root();
  t.elementwise("tosa.cast", elements::identity).cast();
  t.elementwise("tosa.identity", elements::identity);
  t.reshape("tosa.reshape", dims::reshape);
  t.movement("tosa.tile", dims::broadcast).stretching(-1);
  t.movement("tosa.transpose", transposed);
  t.movement("tosa.slice", slice);
  t.reduction("tosa.reduce_sum", reducedDim0, combine::sum);
  t.reduction("tosa.avg_pool2d", pooled, combine::mean);
}
