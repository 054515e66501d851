//===- Importer.h - From IR to row algebra ----------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads values of the IR as expressions, on demand and without touching them.
// A tensor is read *at a tuple of indices*: what an element is, as a function
// of its position. Reading stops at x, which is a leaf.
//
// Ops are known by their name and their builtin attributes, in two tables:
// elementwise ops (Elementwise.cpp) and ops that move data (Tensor.cpp);
// linalg is read through its interface (Linalg.cpp). A new front end is more
// rows in those tables.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_ANALYSIS_IMPORT_IMPORTER_H
#define RMSNORM_ANALYSIS_IMPORT_IMPORTER_H

#include "rmsnorm/Analysis/RowAlgebra/Decide.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::linalg {
class LinalgOp;
} // namespace mlir::linalg

namespace mlir::norm {

/// A value that the program rounds to less than f64, other than by storing a
/// value that was already that narrow.
struct Rounding {
  algebra::Polynomial value;
  FloatType type;
  /// The SSA value, which may be inside of the body of an op.
  Value source;
};

/// Indices 0 to rank - 1: the frame in which a whole tensor is looked at.
algebra::IndexTuple identityIndices(unsigned rank);

/// Reads one expression at a time, for one choice of x. Work is bounded:
/// after `maxReads` values everything else is a leaf.
class Importer {
public:
  static constexpr unsigned maxReads = 512;
  /// Of which values that do not depend on x: what a scale is made from is
  /// short, a residual stream is not.
  static constexpr unsigned maxFreeReads = 32;
  static constexpr unsigned maxDependenceSteps = 4096;

  Importer(algebra::Algebra &algebra, Value x);

  /// The element of `value` at `indices` (one for each dimension; none for a
  /// scalar).
  algebra::Polynomial import(Value value, ArrayRef<algebra::Index> indices);

  /// A value inside of the body of `op`, at loop indices 0, 1, ...
  algebra::Polynomial importInBody(linalg::LinalgOp op, Value scalar);

  /// The number of elements in a dimension of `value`.
  algebra::Polynomial extentOf(Value value, unsigned dimension);

  unsigned getX() const { return x; }
  algebra::Algebra &getAlgebra() { return algebra; }
  /// What a leaf symbol stands for.
  Value getLeaf(unsigned symbol) const { return leaves.lookup(symbol); }
  ArrayRef<Rounding> getRoundings() const { return roundings; }
  /// The ops outside of bodies that were read through and depend on x.
  ArrayRef<Operation *> getCone() const { return cone.getArrayRef(); }
  /// True when something was summed from which a sum had been subtracted:
  /// the two-pass form of the variance.
  bool sawCentredSum() const { return centredSum; }
  /// True when a maximum or minimum was read that drops a NaN operand.
  bool sawNaNDropped() const { return nanDropped; }
  /// The type of the widest sum that was read.
  FloatType getAccumulatorType() const { return accumulator; }
  /// Why an op could not be read, if that is likely to be the reason why
  /// nothing was recognised.
  const std::optional<algebra::Refusal> &getNote() const { return note; }

  /// True unless `value` is known not to depend on x.
  bool dependsOnX(Value value);

private:
  struct Body;

  algebra::Polynomial read(Value value, ArrayRef<algebra::Index> indices);
  algebra::Polynomial leaf(Value value, ArrayRef<algebra::Index> indices);
  std::optional<algebra::Polynomial>
  readLinalg(linalg::LinalgOp op, unsigned result,
             ArrayRef<algebra::Index> indices);
  std::optional<algebra::Polynomial> readBody(Body &body, Value scalar);
  std::optional<algebra::Polynomial>
  readMovement(Operation *op, ArrayRef<algebra::Index> indices);
  std::optional<algebra::Polynomial> readElementwise(
      Operation *op,
      llvm::function_ref<std::optional<algebra::Polynomial>(Value)> operand);
  std::optional<algebra::Polynomial> readConstant(Operation *op);
  bool isTransparent(Operation *op);
  /// The dimension of x that has the extent of `dimension` of `value`, because
  /// some op runs over both with one loop.
  std::optional<unsigned> findEqualDimensionOfX(Value value,
                                                unsigned dimension);

  /// A tensor and its dimension that have the extent of a loop.
  std::optional<std::pair<Value, unsigned>> getLoopOperand(linalg::LinalgOp op,
                                                           unsigned loop);
  algebra::Polynomial loopExtent(linalg::LinalgOp op, unsigned loop);
  unsigned symbolOf(Value value);
  void refuse(StringRef guard, const Twine &reason);

  algebra::Algebra &algebra;
  Value xValue;
  unsigned x;
  unsigned reads = 0, freeReads = 0, dependenceSteps = 0;
  bool centredSum = false, nanDropped = false;
  FloatType accumulator;
  std::optional<algebra::Refusal> note;
  DenseMap<Value, unsigned> symbols;
  DenseMap<unsigned, Value> leaves;
  DenseMap<Value, bool> dependence;
  DenseMap<Value,
           SmallVector<std::pair<algebra::IndexTuple, algebra::Polynomial>, 1>>
      memo;
  SmallVector<Rounding> roundings;
  llvm::SetVector<Operation *> cone;
};

/// What an elementwise op of this name does to its operands, or null. The
/// function returns nullopt where the op cannot be read after all.
using ElementwiseImporter = std::optional<algebra::Polynomial> (*)(
    algebra::Algebra &, Operation *, ArrayRef<algebra::Polynomial>);
ElementwiseImporter lookupElementwise(StringRef name);

/// The names of ops that take a root, for a search of the IR.
bool isRootOp(Operation *op);

/// True for the element types of the norm ops: f16, bf16, f32, f64.
bool isNormElement(Type type);

/// True for an op that only moves data, or asks for an extent.
bool isMovement(Operation *op);

/// True for an op that only widens its float operand.
bool isWidening(Operation *op);

} // namespace mlir::norm

#endif // RMSNORM_ANALYSIS_IMPORT_IMPORTER_H
