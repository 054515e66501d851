//===- GPURowEmitter.cpp --------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which rows a thread has, and the order of phases. Chunks are in
// GPUSweeps.cpp, memory in GPUMemory.cpp, reductions in GPUReduce.cpp and sums
// over rows in GPUSums.cpp.
//
//===----------------------------------------------------------------------===//

#include "GPURowEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

GPURowEmitter::GPURowEmitter(OpBuilder &builder, Location loc, Block &program,
                             const RowPhases &phases,
                             const DeviceKernel &kernel, const GPUPlan &plan,
                             const GPUTarget &target, bool contract)
    : RowEvaluator(builder, loc, contract), program(program), phases(phases),
      kernel(kernel), rows(kernel.rows), plan(plan), target(target),
      position(kernel.rows.extents.size()) {}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Type GPURowEmitter::convert(Type type) {
  Type element = getElementTypeOrSelf(type);
  if (plan.vector == 1 || !isa<RankedTensorType>(type))
    return element;
  return VectorType::get({plan.vector}, element);
}

Value GPURowEmitter::index(int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

Value GPURowEmitter::add(Value lhs, Value rhs) {
  return b.createOrFold<arith::AddIOp>(loc, lhs, rhs);
}

Value GPURowEmitter::mul(Value lhs, Value rhs) {
  return b.createOrFold<arith::MulIOp>(loc, lhs, rhs);
}

Value GPURowEmitter::div(Value lhs, Value rhs) {
  return b.createOrFold<arith::DivUIOp>(loc, lhs, rhs);
}

Value GPURowEmitter::rem(Value lhs, Value rhs) {
  return b.createOrFold<arith::RemUIOp>(loc, lhs, rhs);
}

Value GPURowEmitter::isLess(Value lhs, Value rhs) {
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, lhs, rhs);
}

Value GPURowEmitter::both(Value lhs, Value rhs) {
  if (!lhs || !rhs)
    return lhs ? lhs : rhs;
  return arith::AndIOp::create(b, loc, lhs, rhs);
}

Value GPURowEmitter::select(Value condition, Value value, Value otherwise) {
  if (!condition)
    return value;
  return arith::SelectOp::create(b, loc, condition, value, otherwise);
}

Value GPURowEmitter::extent(unsigned dim) {
  return getValueOrCreateConstantIndexOp(b, loc, rows.extents[dim]);
}

Value GPURowEmitter::rowSize() { return size; }

GPURowEmitter::Values GPURowEmitter::guarded(Value condition,
                                             function_ref<Values()> body) {
  if (!condition)
    return body();
  SmallVector<Type> types;
  auto ifOp = scf::IfOp::create(
      b, loc, condition,
      [&](OpBuilder &, Location) {
        Values values = body();
        types = llvm::to_vector(ValueRange(values).getTypes());
        scf::YieldOp::create(b, loc, values);
      },
      [&](OpBuilder &, Location) {
        Values zeros = llvm::map_to_vector(types, [&](Type type) -> Value {
          return arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
        });
        scf::YieldOp::create(b, loc, zeros);
      });
  return llvm::to_vector_of<Value>(ifOp.getResults());
}

void GPURowEmitter::guardedStore(Value condition, function_ref<void()> body) {
  if (!condition)
    return body();
  auto ifOp = scf::IfOp::create(b, loc, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(ifOp.thenBlock());
  body();
}

//===----------------------------------------------------------------------===//
// Positions
//===----------------------------------------------------------------------===//

void GPURowEmitter::findThread() {
  thread = gpu::ThreadIdOp::create(b, loc, gpu::Dimension::x);
  own = plan.blockRows == 1 ? thread : rem(thread, index(plan.rowThreads));
  group = plan.blockRows == 1 ? index(0) : div(thread, index(plan.rowThreads));
  cluster = gpu::BlockIdOp::create(b, loc, gpu::Dimension::x);
  rank = index(0);
  if (plan.cluster > 1) {
    rank = gpu::ClusterBlockIdOp::create(b, loc, gpu::Dimension::x);
    cluster = div(cluster, index(plan.cluster));
  }
  size = index(1);
  for (unsigned axis : rows.axes)
    size = mul(size, extent(axis));
}

void GPURowEmitter::findSteps() {
  if (plan.keep != GPUPlan::Keep::Registers)
    return;
  std::optional<int64_t> known = getConstantIntValue(size);
  int64_t stepSize = int64_t{plan.getSharers()} * plan.vector;
  Value first =
      mul(add(mul(rank, index(plan.rowThreads)), own), index(plan.vector));
  for (int64_t step = 0; step < plan.steps; ++step) {
    if (known && step > 0 && step * stepSize >= *known)
      break;
    Step &added = steps.emplace_back();
    added.column = add(first, index(step * stepSize));
    if (!known || (step + 1) * stepSize > *known)
      added.inRow = isLess(added.column, size);
  }
}

Value GPURowEmitter::countPositions(ArrayRef<unsigned> dims) {
  Value count = index(1);
  for (unsigned dim : dims)
    count = mul(count, extent(dim));
  return count;
}

void GPURowEmitter::moveTo(ArrayRef<unsigned> dims, Value number) {
  for (unsigned dim : llvm::reverse(dims)) {
    if (dim == dims.front()) {
      position[dim] = number;
      break;
    }
    position[dim] = rem(number, extent(dim));
    number = div(number, extent(dim));
  }
}

void GPURowEmitter::moveToColumn(Value column) { moveTo(rows.axes, column); }

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

void GPURowEmitter::emit() {
  for (const RowPhase &phase : phases.getPhases())
    for (const RowSweep &sweep : phase.sweeps)
      exchanges += !sweep.reductions.empty();
  findThread();
  findSteps();
  createScratch();
  waitForKernelBefore();
  if (plan.cluster > 1)
    // No block writes to the shared memory of one that has not begun.
    waitForSharers();
  emitItems();
}

void GPURowEmitter::waitForKernelBefore() {
  if (!target.dependentLaunch)
    return;
  // The next kernel may take its place, and waits for the end of this one.
  NVVM::GriddepcontrolOp::create(b, loc,
                                 NVVM::GridDepActionKind::launch_dependents);
  NVVM::GriddepcontrolOp::create(b, loc, NVVM::GridDepActionKind::wait);
}

Value GPURowEmitter::moveToItem(Value number, bool isChecked) {
  Value valid;
  if (plan.blockRows == 1) {
    moveTo(kernel.rowDims, number);
    return isChecked ? isLess(number, items) : Value();
  }
  number = add(mul(number, index(plan.blockRows)), group);
  std::optional<int64_t> known = getConstantIntValue(rowCount);
  if (isChecked || !known || *known % plan.blockRows != 0)
    valid = isLess(number, rowCount);
  moveTo(kernel.rowDims, number);
  return valid;
}

void GPURowEmitter::emitItems() {
  segment = index(0);
  Value first = cluster;
  if (!kernel.segmentDims.empty()) {
    segment = div(cluster, kernel.segmentClusters);
    first = rem(cluster, kernel.segmentClusters);
  }
  itemStep = kernel.segmentClusters;
  moveTo(kernel.segmentDims, segment);
  rowCount = countPositions(kernel.rowDims);
  items = plan.blockRows == 1 ? rowCount
                              : b.createOrFold<arith::CeilDivUIOp>(
                                    loc, rowCount, index(plan.blockRows));
  createSums();
  findInputs();
  loadShared(/*isInRow=*/false);
  if (plan.loadsAhead) {
    Value isThere = moveToItem(first, /*isChecked=*/true);
    ahead = loadChunks(ownInputs, isThere);
  }

  bool hasParity = exchanges == 1 && plan.getSharers() > warpSize;
  auto getCarried = [&] {
    Values values = ahead;
    for (auto &[init, sums] : sumsOverRows)
      llvm::append_range(values, sums);
    if (hasParity) {
      // Of 32 bits: it takes a register in all of the row.
      Value one = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(1));
      Value zero = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
      values.push_back(
          parity ? arith::XOrIOp::create(b, loc, parity, one).getResult()
                 : zero);
    }
    return values;
  };
  auto setCarried = [&](ValueRange values) {
    llvm::copy(values.take_front(ahead.size()), ahead.begin());
    values = values.drop_front(ahead.size());
    for (auto &[init, sums] : sumsOverRows) {
      llvm::copy(values.take_front(sums.size()), sums.begin());
      values = values.drop_front(sums.size());
    }
    if (hasParity)
      parity = values.front();
  };
  auto loop = scf::ForOp::create(b, loc, first, items, itemStep, getCarried());
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    setCarried(loop.getRegionIterArgs());
    item = loop.getInductionVar();
    emitRow(moveToItem(item, /*isChecked=*/false));
    if (loop.getNumResults() > 0)
      scf::YieldOp::create(b, loc, getCarried());
  }
  setCarried(loop.getResults());
  emitPartials();
}

void GPURowEmitter::emitRow(Value valid) {
  llvm::DenseMap<Value, Values> shared = kept;
  emitPrologue(valid);
  loadRow(valid);
  loadShared(/*isInRow=*/true);
  for (const RowPhase &phase : phases.getPhases()) {
    for (const RowSweep &sweep : phase.sweeps)
      emitSweep(sweep, valid);
    for (Operation *op : phase.uniformOps)
      evaluate(op, uniform);
  }
  emitScalarResults(valid);
  kept = std::move(shared);
}

void GPURowEmitter::emitPrologue(Value valid) {
  SmallVector<BlockArgument> scalars;
  for (BlockArgument argument : program.getArguments()) {
    if (phases.isVarying(argument) || !phases.isLive(argument))
      continue;
    Value operand = rows.inputs[argument.getArgNumber()];
    if (isa<MemRefType>(operand.getType()))
      scalars.push_back(argument);
    else
      uniform.map(argument, operand);
  }
  if (!scalars.empty()) {
    Values loaded = guarded(valid, [&] {
      return llvm::map_to_vector(scalars, [&](BlockArgument argument) {
        unsigned number = argument.getArgNumber();
        return load(rows.inputs[number], rows.inputMaps[number]);
      });
    });
    for (auto [argument, value] : llvm::zip_equal(scalars, loaded))
      uniform.map(argument, value);
  }
  for (Operation *op : phases.getPrologue())
    evaluate(op, uniform);
}

void GPURowEmitter::emitScalarResults(Value valid) {
  SmallVector<unsigned> stored;
  OperandRange results = program.getTerminator()->getOperands();
  for (auto [init, result] : llvm::enumerate(results)) {
    if (isa<RankedTensorType>(result.getType()))
      continue;
    if (rows.accumulated[init])
      addToSum(init, /*step=*/0, uniform.lookup(result), valid);
    else
      stored.push_back(init);
  }
  if (stored.empty())
    return;
  // Others have read what may be in the same place: an exchange is behind
  // that, if there is one.
  bool mayBeInPlace = llvm::any_of(stored, [&](unsigned init) {
    return llvm::is_contained(rows.inputMaps, rows.initMaps[init]);
  });
  if (mayBeInPlace && exchanges == 0 && plan.getSharers() > 1)
    waitForSharers();
  Value isFirst = arith::CmpIOp::create(
      b, loc, arith::CmpIPredicate::eq,
      add(own, mul(rank, index(plan.rowThreads))), index(0));
  guardedStore(both(valid, isFirst), [&] {
    for (unsigned init : stored)
      store(uniform.lookup(results[init]), rows.inits[init],
            rows.initMaps[init]);
  });
}
