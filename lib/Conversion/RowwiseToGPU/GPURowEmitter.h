//===- GPURowEmitter.h ----------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits what one thread of a GPU does: its rows one after another, and of each
// its chunks, phase by phase.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_CONVERSION_ROWWISETOGPU_GPUROWEMITTER_H
#define RMSNORM_LIB_CONVERSION_ROWWISETOGPU_GPUROWEMITTER_H

#include "../RowProgram/RowEvaluator.h"
#include "GPUPlan.h"
#include "SumDestinations.h"

#include "rmsnorm/Analysis/RowPhases/RowPhases.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::norm {

/// What is the same for all threads of a kernel.
struct DeviceKernel {
  gpu::GPUFuncOp function;
  /// Operands and extents as the kernel has them.
  RowKernel rows;
  /// The dimensions of the grid that are summed over, in order, or all if
  /// nothing is; and the others. Each position of the others is a segment.
  SmallVector<unsigned> rowDims, segmentDims;
  /// The blocks, or clusters, of a segment.
  Value segmentClusters;
  /// For each destination that is summed, its partial sums: a 1-D memref with a
  /// row for each cluster.
  llvm::SmallMapVector<unsigned, Value, 2> partials;
  llvm::SmallDenseMap<unsigned, SumDestination, 2> sums;
};

/// Values of the row program that come from memory, differ between rows, and
/// are needed by a sweep after the first that has them: inputs, and results
/// that are stored early.
SmallVector<Value> getReread(Block &program, const RowPhases &phases,
                             const RowKernel &rows, ArrayRef<unsigned> rowDims);

/// Fails, with an error, where `lowerRowwiseToGPU` would.
LogicalResult checkLowerableToGPU(RowwiseOp op);

/// Threads, and columns, of a block that adds partial sums.
constexpr unsigned sumThreads = 256, sumColumns = 32;

class GPURowEmitter : RowEvaluator {
public:
  GPURowEmitter(OpBuilder &builder, Location loc, Block &program,
                const RowPhases &phases, const DeviceKernel &kernel,
                const GPUPlan &plan, const GPUTarget &target, bool contract);

  /// Emits the body of the kernel.
  void emit();

  /// Emits the body of a kernel that adds partial sums to their destinations,
  /// by blocks of `sumThreads` for `sumColumns` columns each: so many for the
  /// first destination, as many for the next. They are all rows, or all
  /// scalars.
  void emitFinalSums();

  /// The bytes of dynamic shared memory that the kernel takes; known once it is
  /// emitted.
  uint64_t getSharedBytes() const { return sharedBytes; }

private:
  /// A chunk of this thread.
  struct Step {
    Value column;
    /// Whether the row has it; null where it always does.
    Value inRow;
  };
  using Values = SmallVector<Value>;

  Type convert(Type type) override;
  Value rowSize() override;
  Value index(int64_t value);
  Value add(Value lhs, Value rhs);
  Value mul(Value lhs, Value rhs);
  Value div(Value lhs, Value rhs);
  Value rem(Value lhs, Value rhs);
  Value isLess(Value lhs, Value rhs);
  Value both(Value lhs, Value rhs);
  Value extent(unsigned dim);

  /// What `body` gives where `condition`, if there is one, is true, and zeros
  /// elsewhere.
  Values guarded(Value condition, function_ref<Values()> body);
  void guardedStore(Value condition, function_ref<void()> body);
  /// `value` where the condition, if there is one, is true.
  Value select(Value condition, Value value, Value otherwise);

  // Positions.
  void waitForKernelBefore();
  void findThread();
  void findSteps();
  /// The size of the grid dimensions together.
  Value countPositions(ArrayRef<unsigned> dims);
  void moveTo(ArrayRef<unsigned> dims, Value number);
  void moveToColumn(Value column);

  // Memory, at the position.
  Values indices(AffineMap map);
  bool isPerRow(AffineMap map) const;
  Value load(Value memref, AffineMap map);
  void store(Value value, Value memref, AffineMap map);
  Value loadChunk(Value memref, Value at);
  void storeChunk(Value value, Value memref, Value at);

  // Rows.
  void emitItems();
  void emitRow(Value valid);
  void emitPrologue(Value valid);
  void emitSweep(const RowSweep &sweep, Value valid);
  void emitInRegisters(const RowSweep &sweep, Value valid, Values &sums);
  void emitInLoop(const RowSweep &sweep, Value valid, Values &sums);
  /// Chunks of a loop: where they are in the row, and in what the block has of
  /// it.
  void emitLoopSteps(const RowSweep &sweep, ArrayRef<Value> columns,
                     ArrayRef<Value> locals, Values &sums);
  /// Loads all chunks of inputs, for the sweeps that follow.
  void loadInputs(ArrayRef<unsigned> inputs, Value valid);
  Values loadChunks(ArrayRef<unsigned> inputs, Value valid);
  void keepChunks(ArrayRef<unsigned> inputs, ValueRange chunks);
  /// The inputs of all sweeps: of the row, and what all rows share.
  void findInputs();
  /// Loads the row, or brings what was loaded while the row before was
  /// computed.
  void loadRow(Value valid);
  /// Loads what all rows share, if it is little: before all rows, or with each.
  void loadShared(bool isInRow);
  /// Goes to the row of a block's `number`, and returns whether there is one;
  /// null if there is.
  Value moveToItem(Value number, bool isChecked);
  /// The same chunk, but LLVM does not see that: what is computed from it is
  /// computed again, not kept in twice as many registers.
  Value detach(Value chunk);
  /// Evaluates a sweep for one chunk, and takes it into the sums if it is
  /// there.
  void evaluateStep(const RowSweep &sweep, IRMapping &values, Value column,
                    Value present, Values &sums);
  void storeStep(const RowSweep &sweep, const IRMapping &values, Value column);
  void emitScalarResults(Value valid);

  // Scratch in shared memory, of a row that is too long for registers.
  void createScratch();

  // Reductions.
  void finish(const RowSweep &sweep, ArrayRef<Value> sums);
  Value reduceLanes(ReduceOp reduce, Value sum);
  Value shuffle(Value value, unsigned distance);
  Value reduceWarp(ReduceOp reduce, Value value, unsigned width);
  void exchange(const RowSweep &sweep, MutableArrayRef<Value> sums);
  Value getRemote(Value buffer, Value block, Value element);
  Value guardedLoad(Value condition, Value buffer, Value at, Value otherwise);
  void waitForSharers();
  Value createShared(Type element, int64_t count);

  // Sums over rows.
  void createSums();
  void addToSum(unsigned init, unsigned step, Value value, Value present);
  void accumulateInMemory(unsigned init, Value value, Value column);
  void clearPartials(unsigned init);
  Value addInWarp(Value sum);
  void emitPartials();
  /// Whether what is summed is rows, and not scalars.
  bool hasColumns(unsigned init) const;
  Value getPartialRow(unsigned init);
  FloatType getSumType(unsigned init) const {
    return kernel.sums.lookup(init).type;
  }
  void emitFinalSum(unsigned init, Value block, Value columns);
  bool isSummedInMemory() const {
    return plan.keep != GPUPlan::Keep::Registers;
  }

  Block &program;
  const RowPhases &phases;
  const DeviceKernel &kernel;
  const RowKernel &rows;
  const GPUPlan &plan;
  const GPUTarget &target;

  /// The thread in its block, in its row and block, the row in the block, the
  /// block in its cluster, and the cluster.
  Value thread, own, group, rank, cluster;
  Value size;
  SmallVector<Step> steps;
  SmallVector<unsigned> ownInputs, sharedInputs;
  enum class Load { Hoisted, WithRow, WhenUsed } sharedLoad = Load::WhenUsed;
  /// The chunks of the row, loaded ahead.
  Values ahead;
  /// The segment's number, and how many rows, and blocks of rows, it has.
  Value segment, rowCount, items;
  Value itemStep;
  /// The row's number, or that of the first in the block.
  Value item;

  /// The index in each domain dimension.
  SmallVector<Value> position;
  IRMapping uniform;
  /// Chunks of values that later sweeps need, by step.
  llvm::DenseMap<Value, Values> kept;
  /// Inputs that a sweep of this row has used.
  llvm::DenseSet<Value> seen;
  /// The same, in shared memory.
  llvm::DenseMap<Value, Value> scratch;
  llvm::DenseSet<Value> inScratch;
  uint64_t sharedBytes = 0;
  /// Partial sums over rows in registers, by destination: one for each step, or
  /// one of scalars.
  llvm::SmallMapVector<unsigned, Values, 2> sumsOverRows;

  /// Where warps leave their parts of the final sums, by type.
  llvm::SmallDenseMap<Type, Value, 2> sumBuffers;

  /// Where warps leave what they have reduced, for each reduction; two of
  /// them if the row has one exchange only, and the one that is in use.
  llvm::DenseMap<Operation *, Value> buffers;
  unsigned exchanges = 0;
  Value parity;
};

} // namespace mlir::norm

#endif // RMSNORM_LIB_CONVERSION_ROWWISETOGPU_GPUROWEMITTER_H
