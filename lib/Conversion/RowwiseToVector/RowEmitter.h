//===- RowEmitter.h --------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits the code of a few rows: the sweeps of each phase, the combination of
// partial sums, and the stores. Rows are emitted together so that they share
// what is the same for all, such as the scale, and hide each other's latency.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_CONVERSION_ROWWISETOVECTOR_ROWEMITTER_H
#define RMSNORM_LIB_CONVERSION_ROWWISETOVECTOR_ROWEMITTER_H

#include "../RowProgram/RowEvaluator.h"
#include "Lanes.h"
#include "RowStores.h"

#include "rmsnorm/Conversion/RowwiseToVector/RowwiseToVector.h"

#include "rmsnorm/Analysis/RowPhases/RowPhases.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::norm {

/// A row that is being emitted.
struct RowState {
  /// An index for each domain dimension; those of the axes are set by loops.
  SmallVector<Value> position;
  /// What the uniform values of the row program are, so far.
  IRMapping uniform;
};
/// Rows that follow each other along the last grid dimension.
using RowBlock = SmallVector<RowState, 0>;

class RowEmitter : RowEvaluator {
public:
  RowEmitter(OpBuilder &builder, Location loc, Block &program,
             const RowPhases &phases, const RowKernel &kernel,
             const Lanes &lanes, const RowwiseToVectorOptions &options);

  /// The rows that start at `position`: `count` of them, one behind another.
  /// When the lanes are rows, `position` is that of the first, and `mask`,
  /// unless null, tells which of them there are.
  RowBlock getRows(ArrayRef<Value> position, unsigned count,
                   Value mask = Value());

  /// Emits all of the rows.
  void emitRows(RowBlock &rows);

  /// Emits rows in halves: `emitFront` all up to the last sweep, `emitBack`
  /// that and what follows, and `emitOverlap` the back of some rows with the
  /// front of others, whose first sweep goes along with the last of the former.
  /// `canOverlap` tells whether that can be done.
  bool canOverlap() const;
  void emitFront(RowBlock &rows);
  void emitBack(RowBlock &rows);
  void emitOverlap(RowBlock &back, RowBlock &front);
  /// What the back of the rows takes over from their front.
  SmallVector<Value> getCarried(const RowBlock &rows) const;
  void setCarried(RowBlock &rows, ValueRange values);

  /// Whole vectors for these destinations go past the caches, from now on.
  void setNontemporal(const NontemporalStores &stores) {
    nontemporal = &stores;
  }

private:
  /// A sweep over some rows, and its partial sums: for each reduction, for each
  /// row, `partials` of them.
  struct Track {
    const RowSweep &sweep;
    RowBlock &rows;
    unsigned partials = 1;
    SmallVector<Value> sums;
    Value &sum(unsigned reduction, unsigned row, unsigned partial) {
      return sums[(reduction * rows.size() + row) * partials + partial];
    }
  };
  /// The values of each row, for one vector.
  using RowValues = SmallVector<IRMapping, 0>;
  /// The same for the vectors of one step of a sweep.
  using StepValues = SmallVector<RowValues, 2>;
  /// Which elements of a step there are: of all, and of each vector. Null where
  /// all are there.
  struct StepMask {
    Value whole;
    SmallVector<Value, 2> vectors;
  };

  Type convert(Type type) override;
  Value index(int64_t value);
  /// The elements of a row in so many steps.
  Value steps(unsigned count);
  Value rowSize() override;
  Value broadcast(Value value, Type type) override;

  /// Memory, at a position. `mask` is null where every lane is there.
  SmallVector<Value> indices(AffineMap map);
  /// Loads what an operand has for a block argument, or a yielded value, of the
  /// row program.
  Value load(Value operand, AffineMap map, Value argument, Value mask);
  Value loadLanes(Value memref, AffineMap map, Value mask);
  void storeLanes(Value value, Value memref, AffineMap map, Value mask,
                  bool isNontemporal = false);
  void store(unsigned init, Value value, Value mask);
  /// Adds one value after another to what is in memory.
  void accumulate(unsigned init, ArrayRef<Value> values, Value mask);
  /// Loads the same in a step, and also what becomes of it at once.
  void loadStep(Value operand, AffineMap map, Value argument,
                const StepMask &mask, ArrayRef<IRMapping *> vectors);
  /// The vectors of a step as they are in memory.
  Value join(ArrayRef<Value> vectors);
  /// 16-bit floats move as integers: targets without them would take vectors
  /// apart.
  Value toInteger(Value vector);
  Value fromInteger(Value vector, Type element);
  /// Asks for what the next row has where step `which` of this row is.
  void prefetchNextRow(unsigned which);

  /// Evaluates ops for each of the rows, and once where it is the same for all.
  void evaluate(ArrayRef<Operation *> ops, RowValues &values);
  using RowEvaluator::evaluate;
  void evaluateUniform(ArrayRef<Operation *> ops, RowBlock &rows);
  void findShared();
  void findCarried();

  void emitPrologue(RowBlock &rows);
  /// The phases `rest`, which end with the last, but for its last sweep.
  void emitUpToLast(ArrayRef<RowPhase> rest, RowBlock &rows);
  void emitScalarStores(RowBlock &rows);

  void emitSweep(const RowSweep &sweep, RowBlock &rows);
  void emitTracks(MutableArrayRef<Track> tracks);
  /// A loop, or code under a condition, that takes the partial sums on.
  void emitFor(MutableArrayRef<Track> tracks, Value begin, Value end,
               Value step, function_ref<void(Value)> body);
  void emitIf(MutableArrayRef<Track> tracks, Value condition,
              function_ref<void()> body);
  Track createTrack(const RowSweep &sweep, RowBlock &rows);
  void finishTrack(Track &track);
  /// The loops over the axes but the last, from `depth` on. `before` counts
  /// the rows of the last axis that precede; it is null unless the sweep is
  /// over a part of the row.
  void emitOuterAxes(MutableArrayRef<Track> tracks, unsigned depth,
                     Value before);
  void emitInnerAxis(MutableArrayRef<Track> tracks, Value extent);
  void emitTail(MutableArrayRef<Track> tracks, unsigned unroll, Value begin,
                Value extent);
  /// `count` steps from number `first` of a block on, which
  /// starts at the inner position `begin`: their values, then what is stored.
  void emitSteps(MutableArrayRef<Track> tracks, Value begin, unsigned first,
                 unsigned count, const StepMask &mask);
  Value at(Value begin, unsigned which);
  StepValues emitStep(Track &track, Value at, unsigned which,
                      const StepMask &mask);
  void emitStores(Track &track, Value at, unsigned which, const StepMask &mask,
                  const StepValues &values);
  /// The mask of the first `rest` elements of a step.
  StepMask createMask(OpFoldResult rest);
  Value getSweepExtent(const RowSweep &sweep, Value before);
  unsigned countPartials(const RowSweep &sweep);
  /// How many vectors a row has; none if that is not known. Scalable ones may
  /// be less, which leaves partial sums neutral.
  std::optional<int64_t> countVectors();
  /// How many steps one iteration takes, and after how many it stores.
  unsigned countUnrolled(ArrayRef<Track> tracks);
  unsigned countBetweenStores(ArrayRef<Track> tracks);

  Value finish(ReduceOp reduce, ArrayRef<Value> partialSums);
  /// The sum, or maximum, of the lanes of a scalable vector.
  Value reduceLanes(ReduceOp reduce, Value sum);

  /// The lanes advance along the row.
  bool lanesAreElements() const { return lanes.kind == Lanes::Kind::Elements; }
  /// The elements of a row in a step; so many for each unit of `vscale` if
  /// there is a scalable step.
  int64_t stepSize() const {
    return lanesAreElements() ? lanes.count * lanes.vectors : 1;
  }

  Block &program;
  const RowPhases &phases;
  const RowKernel &kernel;
  const Lanes &lanes;
  const RowwiseToVectorOptions &options;
  const NontemporalStores *nontemporal = nullptr;
  /// The elements of a row in a step, if only the target knows.
  Value scalableStep;

  /// Values of the row program that are the same for all rows of a block.
  llvm::DenseSet<Value> shared;
  /// Uniform values that the last sweep, or what follows, needs.
  SmallVector<Value> carried;

  /// Where loads and stores are, and which rows there are when lanes are rows.
  SmallVector<Value> position;
  Value rowMask;
};

} // namespace mlir::norm

#endif // RMSNORM_LIB_CONVERSION_ROWWISETOVECTOR_ROWEMITTER_H
