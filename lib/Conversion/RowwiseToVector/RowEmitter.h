//===- RowEmitter.h --------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits the code of one row, or of one vector of rows: the sweeps of each
// phase, the combination of partial sums, and the stores.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_CONVERSION_ROWWISETOVECTOR_ROWEMITTER_H
#define RMSNORM_LIB_CONVERSION_ROWWISETOVECTOR_ROWEMITTER_H

#include "RowKernel.h"
#include "RowStores.h"

#include "rmsnorm/Conversion/RowwiseToVector/RowwiseToVector.h"

#include "rmsnorm/Analysis/RowPhases/RowPhases.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::norm {

class RowEmitter {
public:
  RowEmitter(OpBuilder &builder, Location loc, Block &program,
             const RowPhases &phases, const RowKernel &kernel,
             const Lanes &lanes, const RowwiseToVectorOptions &options)
      : b(builder), loc(loc), program(program), phases(phases), kernel(kernel),
        lanes(lanes), options(options) {}

  /// Emits the row at `position`, an index for each domain dimension (those
  /// of the axes are ignored). When the lanes are rows, it is the position of
  /// the first, and `mask`, unless null, tells which of them there are.
  void emitRow(ArrayRef<Value> position, Value mask);

  /// Whole vectors for these destinations go past the caches, from now on.
  void setNontemporal(const NontemporalStores &stores) {
    nontemporal = &stores;
  }

private:
  /// How a value of the row program is represented.
  Type convert(Type type);
  Value index(int64_t value);
  Value rowSize();
  /// Brings a scalar to the representation `type`.
  Value broadcast(Value value, Type type);

  /// Memory. `mask` is null where every lane is there.
  SmallVector<Value> indices(AffineMap map);
  Value load(unsigned input, Value mask);
  Value loadLanes(Value memref, AffineMap map, Value mask);
  void storeLanes(Value value, Value memref, AffineMap map, Value mask,
                  bool isNontemporal = false);
  void store(unsigned init, Value value, Value mask);
  void accumulate(unsigned init, Value value, Value mask);
  /// Asks for what the next row has where step `which` of this row is.
  void prefetchNextRow(unsigned which);

  void evaluate(Operation *op, IRMapping &values);
  /// Lets `op` be one with the product that it adds.
  void allowContraction(Operation *op);

  /// The partial sums of a sweep: for each reduction, `partials` values.
  using Partials = SmallVector<Value>;
  void emitSweep(const RowSweep &sweep);
  /// The loops over the axes but the last, from `depth` on. `before` counts
  /// the rows of the last axis that precede; it is null unless the sweep is
  /// over a part of the row.
  void emitOuterAxes(const RowSweep &sweep, unsigned depth, Value before,
                     Partials &sums);
  void emitInnerAxis(const RowSweep &sweep, Value extent, Partials &sums);
  void emitTail(const RowSweep &sweep, Value begin, Value extent,
                Partials &sums);
  /// One vector (or element) of the sweep at the inner position `at`, added
  /// to the partial sums number `which`: its values, then what it stores.
  IRMapping emitStep(const RowSweep &sweep, Value at, unsigned which,
                     Value mask, Partials &sums);
  void emitStores(const RowSweep &sweep, Value at, unsigned which, Value mask,
                  const IRMapping &values);
  void emitWholeStep(const RowSweep &sweep, Value at, unsigned which,
                     Value mask, Partials &sums);
  Value getSweepExtent(const RowSweep &sweep, Value before);
  /// How many vectors of the sweep are in flight, each with partial sums of its
  /// own.
  unsigned countPartials(const RowSweep &sweep);

  Value neutral(ReduceOp reduce);
  Value combine(ReduceOp reduce, Value lhs, Value rhs);
  Value finish(ReduceOp reduce, ArrayRef<Value> partialSums);

  /// The lanes advance along the row.
  bool lanesAreElements() const { return lanes.kind == Lanes::Kind::Elements; }
  int64_t stepSize() const { return lanesAreElements() ? lanes.count : 1; }

  OpBuilder &b;
  Location loc;
  Block &program;
  const RowPhases &phases;
  const RowKernel &kernel;
  const Lanes &lanes;
  const RowwiseToVectorOptions &options;
  const NontemporalStores *nontemporal = nullptr;

  /// The row that is being emitted: where it is, which rows there are when
  /// lanes are rows, and what its uniform values are.
  SmallVector<Value> position;
  Value rowMask;
  IRMapping uniform;
  /// The number of partial sums of each reduction of the current sweep.
  unsigned partials = 1;
};

} // namespace mlir::norm

#endif // RMSNORM_LIB_CONVERSION_ROWWISETOVECTOR_ROWEMITTER_H
