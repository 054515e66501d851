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
// Ops are known by their name and their builtin attributes, in a table
// (OpTable.h); linalg is read through its interface (Linalg.cpp), and a call by
// reading the function that is called in the place of its arguments. A value of
// such a function means something else at each call, so it is known by the call
// too: a *frame*.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_ANALYSIS_IMPORT_IMPORTER_H
#define RMSNORM_ANALYSIS_IMPORT_IMPORTER_H

#include "rmsnorm/Analysis/Import/ModuleView.h"
#include "rmsnorm/Analysis/RowAlgebra/Decide.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include <deque>
#include <functional>

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

/// Variables that are summed over and how far they run.
using SummedIndices =
    SmallVector<std::pair<algebra::Index, algebra::Polynomial>, 2>;

/// Indices from here on are made by reshapes (Regroup.cpp); below are those of
/// the dimensions of what is read.
constexpr algebra::Index firstGroupIndex = 32;

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

  static constexpr unsigned maxCallDepth = 8;

  Importer(algebra::Algebra &algebra, Value x, ModuleView &view);

  /// The element of `value` at `indices` (one for each dimension; none for a
  /// scalar).
  algebra::Polynomial import(Value value, ArrayRef<algebra::Index> indices);

  /// A value inside of the body of `op`, at loop indices 0, 1, ...
  algebra::Polynomial importInBody(linalg::LinalgOp op, Value scalar);

  /// The number of elements in a dimension of `value`.
  algebra::Polynomial extentOf(Value value, unsigned dimension);

  unsigned getX() const { return x; }
  algebra::Algebra &getAlgebra() { return algebra; }
  ModuleView &getView() { return view; }
  /// What a leaf symbol stands for.
  Value getLeaf(unsigned symbol) const { return leaves.lookup(symbol); }
  ArrayRef<Rounding> getRoundings() const { return roundings; }
  /// The ops outside of bodies that were read through and depend on x.
  ArrayRef<Operation *> getCone() const { return cone.getArrayRef(); }
  /// True when something was summed from which a sum had been subtracted:
  /// the two-pass form of the variance.
  bool sawCentredSum() const { return centredSum; }
  /// The number that an attribute holds, if it is one and finite: a splat
  /// counts as one.
  std::optional<algebra::Polynomial> readNumber(Attribute value);

  /// True when a maximum or minimum was read that drops a NaN operand.
  bool sawNaNDropped() const { return nanDropped; }
  /// The type of the widest sum that was read.
  FloatType getAccumulatorType() const { return accumulator; }
  /// Why an op could not be read, if that is likely to be the reason why
  /// nothing was recognised.
  const std::optional<algebra::Refusal> &getNote() const { return note; }

  void refuse(StringRef guard, const Twine &reason);
  /// Records that `value` is rounded to the element type of `source`.
  void addRounding(const algebra::Polynomial &value, Value source);

  /// What a value that does not depend on x is; nullopt to read it as usual.
  using Definition = std::function<std::optional<algebra::Polynomial>(
      Value, ArrayRef<algebra::Index>)>;
  /// For gradients, where x is dy: what does not depend on it is read through
  /// divisions too, up to the statistics. A mean that is not saved but computed
  /// is a leaf.
  void readSavedStatistics(Definition definition) {
    savedStatistics = true;
    freeReadsLeft = maxReads;
    define = std::move(definition);
  }

  /// Gives the next value to be read the bounds of a new importer; what was
  /// read stays known.
  void renewBounds() {
    reads = 0;
    freeReadsLeft = maxFreeReads;
  }

  /// True unless `value` is known not to depend on x.
  bool dependsOnX(Value value);

  /// The variables that cannot be given to another dimension where `index` is
  /// in use, as a bit set.
  uint64_t usedBy(algebra::Index index) const;
  /// Where a reshape divided a variable of `summed`, replaces it by its parts.
  /// False when `element` depends on both, or on two sets of parts.
  bool divideSummed(const algebra::Polynomial &element, SummedIndices &summed);

private:
  struct Body;
  /// A call whose function is being read, and where it stands.
  struct Frame {
    Operation *call;
    Block *body;
    unsigned parent;
  };
  using FramedValue = std::pair<Value, unsigned>;

  /// An index `whole` that counts through its parts, row-major.
  struct IndexGroup {
    algebra::Index whole = algebra::unitIndex;
    algebra::IndexTuple parts;
    SmallVector<algebra::Polynomial, 2> extents;
  };

  FramedValue framed(Value value) const { return {value, frame}; }
  /// The frame for the function that `call` calls; nullopt if it is not read.
  std::optional<unsigned> enterCall(Operation *call);
  /// The operand that a block argument of the frame's function stands for.
  Value getCallOperand(Value argument) const;

  algebra::Polynomial read(Value value, ArrayRef<algebra::Index> indices);
  algebra::Polynomial leaf(Value value, ArrayRef<algebra::Index> indices);
  std::optional<algebra::Polynomial>
  readLinalg(linalg::LinalgOp op, unsigned result,
             ArrayRef<algebra::Index> indices);
  std::optional<algebra::Polynomial> readBody(Body &body, Value scalar);
  std::optional<algebra::Polynomial> readCall(Operation *op, unsigned result,
                                              ArrayRef<algebra::Index> indices);
  std::optional<algebra::Polynomial> readRow(const OpRow &row, Operation *op,
                                             unsigned result,
                                             ArrayRef<algebra::Index> indices);
  /// Movements and reductions: operand 0 where the dimensions lead.
  std::optional<algebra::Polynomial>
  readMapped(const OpRow &row, Operation *op, unsigned result,
             ArrayRef<algebra::Index> indices);
  /// A reshape whose dimensions do not meet one by one.
  std::optional<algebra::Polynomial>
  readRegrouped(Operation *op, ArrayRef<algebra::Index> indices);
  /// Where `source` is to be read for `result`, the same elements in row-major
  /// order, at `indices`.
  std::optional<algebra::IndexTuple> regroup(Value source, Value result,
                                             ArrayRef<algebra::Index> indices);
  std::optional<algebra::Index> newGroupIndex();
  bool haveSameExtents(const IndexGroup &a, const IndexGroup &b);
  const IndexGroup *getDivided(algebra::Index part) const;
  const IndexGroup *getJoined(algebra::Index index) const;
  std::optional<algebra::Index> join(ArrayRef<algebra::Index> indices,
                                     ArrayRef<algebra::Polynomial> extents);
  std::optional<algebra::IndexTuple>
  divide(algebra::Index index, ArrayRef<algebra::Polynomial> extents);
  bool isJoined(ArrayRef<algebra::Index> indices) const;
  algebra::Polynomial regroupedLeaf(Value value,
                                    ArrayRef<algebra::Index> indices);
  /// Operand `number` of an op that works element by element.
  std::optional<algebra::Polynomial>
  readOperand(const OpRow *row, Operation *op, unsigned number,
              ArrayRef<algebra::Index> indices);
  std::optional<algebra::Polynomial> readElementwise(
      Operation *op,
      llvm::function_ref<std::optional<algebra::Polynomial>(Value)> operand);
  std::optional<algebra::Polynomial> readConstant(Operation *op);
  bool isTransparent(Operation *op);
  bool isQuotient(Operation *op, const OpRow &row);
  bool isComputedMean(Operation *op);
  bool isConstantTree(Value value, unsigned depth);
  /// The dimension of x that has the extent of `dimension` of `value`, because
  /// some op runs over both with one loop.
  std::optional<unsigned> findEqualDimensionOfX(Value value,
                                                unsigned dimension);

  /// True for the extent of a dimension of x, or a number.
  bool isExtentOfX(Value value, unsigned dimension);
  /// A tensor and its dimension that have the extent of a loop.
  std::optional<std::pair<Value, unsigned>> getLoopOperand(linalg::LinalgOp op,
                                                           unsigned loop);
  algebra::Polynomial loopExtent(linalg::LinalgOp op, unsigned loop);
  /// One step of extentOf: the dimension of an operand, or the number, that
  /// the dimension of a result is.
  struct ExtentSource {
    Value value;
    std::optional<unsigned> dimension; ///< nullopt: `value` is the number
  };
  std::optional<ExtentSource> getExtentSource(Value value, unsigned dimension);
  std::optional<ExtentSource>
  getLinalgExtent(linalg::LinalgOp op, unsigned result, unsigned dimension);
  algebra::Polynomial traceExtent(Value value, unsigned dimension);
  void traceExtentsOfX();
  void traceEqualExtents(SmallVector<std::pair<Value, unsigned>> worklist);
  /// Where the dimensions of a reshape go, by their extents.
  std::optional<DimMap> matchReshape(Value source, Value result);
  unsigned symbolOf(Value value);

  algebra::Algebra &algebra;
  ModuleView &view;
  Value xValue;
  Block *xBlock;
  unsigned x;
  SmallVector<Frame> frames;
  unsigned frame = 0;
  DenseMap<std::pair<Operation *, unsigned>, unsigned> frameOf;
  unsigned reads = 0, freeReadsLeft = maxFreeReads, dependenceSteps = 0,
           extentDepth = 0;
  bool centredSum = false, nanDropped = false;
  algebra::Polynomial missing; ///< an operand that is not there, once made
  FloatType accumulator;
  std::optional<algebra::Refusal> note;
  DenseMap<FramedValue, unsigned> symbols;
  DenseMap<unsigned, Value> leaves;
  DenseMap<FramedValue, bool> dependence;
  /// What a value was read as at some indices, and where it was read before.
  struct Reading {
    algebra::IndexTuple indices;
    algebra::Polynomial value;
    unsigned previous;
  };
  /// In the order of reading; the map has one more than the last of a value.
  std::deque<Reading> readings;
  DenseMap<FramedValue, unsigned> lastReading;
  DenseMap<std::pair<FramedValue, unsigned>, algebra::Polynomial> extents;
  /// Dimensions with the extent of one of x.
  DenseMap<std::pair<Value, unsigned>, unsigned> extentsOfX;
  bool tracedX = false, savedStatistics = false;
  Definition define;
  /// Made by reshapes: indices joined from others, and divided into others.
  SmallVector<IndexGroup, 2> joined, divided;
  algebra::Index numGroupIndices = 0;
  SmallVector<Rounding> roundings;
  llvm::SetVector<Operation *> cone;
};

/// Gives indices to dimensions that are summed over, beside others in use.
class FreshIndices {
public:
  explicit FreshIndices(const Importer &importer) : importer(importer) {}
  void use(ArrayRef<algebra::Index> indices) {
    for (algebra::Index index : indices)
      used |= importer.usedBy(index);
  }
  /// Nullopt when there are too many.
  std::optional<algebra::Index> take();

private:
  const Importer &importer;
  uint64_t used = 0;
};

} // namespace mlir::norm

#endif // RMSNORM_ANALYSIS_IMPORT_IMPORTER_H
