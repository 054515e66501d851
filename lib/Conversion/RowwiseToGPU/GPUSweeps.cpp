//===- GPUSweeps.cpp ------------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The chunks of a thread, and the order in which it sums.
//
// Lane i of the partial sum takes lane i of each chunk of the thread, in
// increasing order; then lane i takes in i + L/2, and so on. With registers
// that is one partial sum; a loop is the same.
//
//===----------------------------------------------------------------------===//

#include "GPURowEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

/// What all rows share is loaded once for all, if it takes no more registers
/// than this; or while the row is on its way, if both together take no more
/// than that; else when it is used.
static constexpr unsigned hoistedRegisters = 16, earlyRegisters = 48;
/// A thread with fewer elements has registers to keep what is computed from
/// them.
static constexpr unsigned detachedElements = 16;

/// Step by step, and there input by input.
GPURowEmitter::Values GPURowEmitter::loadChunks(ArrayRef<unsigned> inputs,
                                                Value valid) {
  auto loadStep = [&](const Step &step) {
    moveToColumn(step.column);
    return llvm::map_to_vector(inputs, [&](unsigned input) {
      return load(rows.inputs[input], rows.inputMaps[input]);
    });
  };
  if (inputs.empty())
    return {};
  // One branch for all that depends on the row only.
  size_t whole =
      llvm::count_if(steps, [](const Step &step) { return !step.inRow; });
  Values chunks = guarded(valid, [&] {
    Values all;
    for (const Step &step : ArrayRef(steps).take_front(whole))
      llvm::append_range(all, loadStep(step));
    return all;
  });
  for (const Step &step : ArrayRef(steps).drop_front(whole))
    llvm::append_range(chunks, guarded(both(valid, step.inRow),
                                       [&] { return loadStep(step); }));
  return chunks;
}

void GPURowEmitter::keepChunks(ArrayRef<unsigned> inputs, ValueRange chunks) {
  for (size_t number = 0; number < chunks.size(); ++number)
    kept[program.getArgument(inputs[number % inputs.size()])].push_back(
        chunks[number]);
}

void GPURowEmitter::findInputs() {
  unsigned ownRegisters = 0, sharedRegisters = 0;
  size_t reductions = 0;
  for (const RowPhase &phase : phases.getPhases())
    for (const RowSweep &sweep : phase.sweeps) {
      reductions += sweep.reductions.size();
      for (unsigned input : sweep.inputs) {
        bool isOwn = isPerRow(rows.inputMaps[input]);
        auto &inputs = isOwn ? ownInputs : sharedInputs;
        if (llvm::is_contained(inputs, input))
          continue;
        inputs.push_back(input);
        auto type = cast<MemRefType>(rows.inputs[input].getType());
        (isOwn ? ownRegisters : sharedRegisters) += llvm::divideCeil(
            plan.vector * steps.size() * getElementBytes(type), 4);
      }
    }
  // A block waits so short for its one result that what is used with that can
  // come after it.
  bool isLast = plan.loadsSharedLate && plan.cluster == 1 && reductions == 1;
  if (!isLast && ownRegisters + sharedRegisters <= earlyRegisters)
    sharedLoad = sharedRegisters <= hoistedRegisters && !plan.loadsSharedLate
                     ? Load::Hoisted
                     : Load::WithRow;
}

void GPURowEmitter::loadRow(Value valid) {
  if (plan.keep != GPUPlan::Keep::Registers)
    return;
  if (!plan.loadsAhead) {
    keepChunks(ownInputs, loadChunks(ownInputs, valid));
    return;
  }
  Values row = std::move(ahead);
  Value next = add(item, itemStep);
  SmallVector<Value> here = position;
  Value isThere = moveToItem(next, /*isChecked=*/true);
  ahead = loadChunks(ownInputs, isThere);
  position = here;
  keepChunks(ownInputs, row);
}

void GPURowEmitter::loadShared(bool isInRow) {
  if (plan.keep == GPUPlan::Keep::Registers &&
      sharedLoad == (isInRow ? Load::WithRow : Load::Hoisted))
    keepChunks(sharedInputs, loadChunks(sharedInputs, {}));
}

//===----------------------------------------------------------------------===//
// Chunks
//===----------------------------------------------------------------------===//

void GPURowEmitter::evaluateStep(const RowSweep &sweep, IRMapping &values,
                                 Value column, Value present, Values &sums) {
  for (Operation *op : sweep.ops)
    evaluate(op, values);
  Value mask = present;
  if (sweep.first) {
    // The lanes, or the element, of the part that is swept.
    Value end = index(*sweep.first);
    if (plan.vector == 1) {
      mask = both(mask, isLess(column, end));
    } else {
      auto type = VectorType::get({plan.vector}, b.getIndexType());
      // vector.step becomes a constant later than all others are lowered.
      auto numbers = llvm::to_vector(llvm::seq<int64_t>(0, plan.vector));
      auto step = DenseIntElementsAttr::get(type, ArrayRef<int64_t>(numbers));
      Value lanes = arith::AddIOp::create(
          b, loc, arith::ConstantOp::create(b, loc, step),
          vector::BroadcastOp::create(b, loc, type, column));
      mask = isLess(lanes, vector::BroadcastOp::create(b, loc, type, end));
      if (present)
        mask = arith::AndIOp::create(
            b, loc, mask,
            vector::BroadcastOp::create(b, loc, mask.getType(), present));
    }
  }
  for (auto [number, reduce] : llvm::enumerate(sweep.reductions))
    sums[number] =
        select(mask, addTo(reduce, sums[number], values), sums[number]);
}

void GPURowEmitter::storeStep(const RowSweep &sweep, const IRMapping &values,
                              Value column) {
  for (unsigned init : sweep.stores) {
    if (rows.accumulated[init])
      continue;
    moveToColumn(column);
    store(values.lookup(program.getTerminator()->getOperand(init)),
          rows.inits[init], rows.initMaps[init]);
  }
}

void GPURowEmitter::emitSweep(const RowSweep &sweep, Value valid) {
  Values sums = llvm::map_to_vector(
      sweep.reductions, [&](ReduceOp reduce) { return neutral(reduce); });
  if (plan.keep == GPUPlan::Keep::Registers)
    emitInRegisters(sweep, valid, sums);
  else
    emitInLoop(sweep, valid, sums);
  if (!sweep.reductions.empty())
    finish(sweep, sums);
}

Value GPURowEmitter::detach(Value chunk) {
  auto type = dyn_cast<VectorType>(chunk.getType());
  unsigned width = type && !type.getElementType().isIndex()
                       ? type.getElementTypeBitWidth()
                       : 32;
  if (width > 16 || steps.size() * plan.vector < detachedElements ||
      type.getNumElements() * width % 32 != 0)
    return chunk;
  // An empty piece of assembly, of words that come out as they went in. It
  // takes the row's number, too, so that it stays in the loop over rows.
  bool isNVIDIA = target.vendor == GPUTarget::Vendor::NVIDIA;
  int64_t count = type.getNumElements() * width / 32;
  Type i32 = b.getI32Type();
  auto words = VectorType::get({count}, i32);
  Value whole = vector::BitCastOp::create(b, loc, words, chunk);
  Values operands;
  std::string outputs, inputs;
  for (int64_t word = 0; word < count; ++word) {
    operands.push_back(vector::ExtractOp::create(b, loc, whole, word));
    outputs += isNVIDIA ? "=r," : "=v,";
    inputs += std::to_string(word) + ",";
  }
  operands.push_back(arith::IndexCastOp::create(b, loc, i32, item));
  Type result = i32;
  if (count > 1)
    result = LLVM::LLVMStructType::getLiteral(b.getContext(),
                                              SmallVector<Type>(count, i32));
  Value same =
      LLVM::InlineAsmOp::create(
          b, loc, result, operands, /*asm_string=*/"",
          outputs + inputs + (isNVIDIA ? "r" : "v"),
          /*has_side_effects=*/false, /*is_align_stack=*/false,
          LLVM::TailCallKind::None, LLVM::AsmDialectAttr(), ArrayAttr())
          .getResult(0);
  Values results(1, same);
  if (count > 1)
    for (int64_t word = 0; word < count; ++word) {
      results.resize(count);
      results[word] = LLVM::ExtractValueOp::create(b, loc, same, word);
    }
  whole = vector::FromElementsOp::create(b, loc, words, results);
  return vector::BitCastOp::create(b, loc, type, whole);
}

void GPURowEmitter::emitInRegisters(const RowSweep &sweep, Value valid,
                                    Values &sums) {
  // What an earlier sweep, or row, has had.
  OperandRange results = program.getTerminator()->getOperands();
  auto detachAll = [&](Value value) {
    for (Value &chunk : kept[value])
      chunk = detach(chunk);
  };
  for (unsigned input : sweep.inputs) {
    Value argument = program.getArgument(input);
    bool isFirst = seen.insert(argument).second;
    if (kept.contains(argument) &&
        !(isFirst && isPerRow(rows.inputMaps[input])))
      detachAll(argument);
  }
  for (unsigned init : sweep.reloads)
    detachAll(results[init]);

  bool stores = llvm::any_of(
      sweep.stores, [&](unsigned init) { return !rows.accumulated[init]; });
  SmallVector<std::pair<Value, IRMapping>, 0> deferred;
  for (auto [number, step] : llvm::enumerate(steps)) {
    IRMapping values = uniform;
    for (unsigned input : sweep.inputs) {
      Value argument = program.getArgument(input);
      if (kept.contains(argument)) {
        values.map(argument, kept.lookup(argument)[number]);
        continue;
      }
      moveToColumn(step.column);
      values.map(argument, guarded(step.inRow, [&] {
                   return Values{
                       load(rows.inputs[input], rows.inputMaps[input])};
                 })[0]);
    }
    for (unsigned init : sweep.reloads)
      values.map(results[init], kept.lookup(results[init])[number]);
    // A row that is not there is not stored.
    evaluateStep(sweep, values, step.column, step.inRow, sums);
    for (unsigned init : sweep.stores) {
      Value stored = values.lookup(results[init]);
      if (rows.accumulated[init])
        addToSum(init, number, stored, both(valid, step.inRow));
      else if (isa<BlockArgument>(results[init]))
        continue; // loaded before, or again when it is used
      else if (Values &all = kept[results[init]]; all.size() == number)
        all.push_back(stored); // may be yielded twice
    }
    // One branch for all that depends on the row only.
    Value column = step.column;
    if (stores && valid && !step.inRow)
      deferred.emplace_back(column, values);
    else if (stores)
      guardedStore(both(valid, step.inRow),
                   [&] { storeStep(sweep, values, column); });
  }
  if (!deferred.empty())
    guardedStore(valid, [&] {
      for (const auto &[column, values] : deferred)
        storeStep(sweep, values, column);
    });
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

void GPURowEmitter::emitLoopSteps(const RowSweep &sweep,
                                  ArrayRef<Value> columns,
                                  ArrayRef<Value> locals, Values &sums) {
  OperandRange results = program.getTerminator()->getOperands();
  SmallVector<IRMapping, 0> chunks;
  auto loadSource = [&](Value value, Value memref, AffineMap map, Value local) {
    Value saved = scratch.lookup(value);
    if (saved && inScratch.contains(value))
      return loadChunk(saved, local);
    Value loaded = load(memref, map);
    if (saved)
      storeChunk(loaded, saved, local);
    return loaded;
  };
  // All loads first, so that they are on their way together.
  for (auto [column, local] : llvm::zip_equal(columns, locals)) {
    IRMapping &values = chunks.emplace_back(uniform);
    moveToColumn(column);
    for (unsigned input : sweep.inputs) {
      Value argument = program.getArgument(input);
      values.map(argument, loadSource(argument, rows.inputs[input],
                                      rows.inputMaps[input], local));
    }
    for (unsigned init : sweep.reloads)
      values.map(results[init], loadSource(results[init], rows.inits[init],
                                           rows.initMaps[init], local));
  }
  for (auto [column, local, values] :
       llvm::zip_equal(columns, locals, chunks)) {
    evaluateStep(sweep, values, column, /*present=*/{}, sums);
    storeStep(sweep, values, column);
    for (unsigned init : sweep.stores) {
      Value stored = values.lookup(results[init]);
      if (rows.accumulated[init])
        accumulateInMemory(init, stored, column);
      else if (Value saved = scratch.lookup(results[init]))
        storeChunk(stored, saved, local);
    }
  }
}

void GPURowEmitter::emitInLoop(const RowSweep &sweep, Value valid,
                               Values &sums) {
  // Chunks of a thread are so far from each other in what its block has of the
  // row, and in the row.
  int64_t localStep = int64_t{plan.rowThreads} * plan.vector;
  Value localFirst = mul(own, index(plan.vector));
  Value first = add(mul(rank, index(localStep)), localFirst);
  Value localSize = mul(b.createOrFold<arith::CeilDivUIOp>(
                            loc, size, index(localStep * plan.cluster)),
                        index(localStep));
  Value block = index(localStep * plan.steps);
  // Up to here all threads have all steps.
  Value whole =
      mul(div(size, index(localStep * plan.steps * plan.cluster)), block);

  auto emitLoop = [&](Value begin, Value end, unsigned count, bool isWhole) {
    auto loop =
        scf::ForOp::create(b, loc, begin, end, index(localStep * count), sums);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    sums = llvm::to_vector_of<Value>(loop.getRegionIterArgs());
    Values columns, locals;
    for (unsigned step = 0; step < count; ++step) {
      Value at = add(loop.getInductionVar(), index(step * localStep));
      columns.push_back(add(mul(at, index(plan.cluster)), first));
      locals.push_back(add(at, localFirst));
    }
    Value present = isWhole ? valid : both(valid, isLess(columns[0], size));
    if (!present) {
      emitLoopSteps(sweep, columns, locals, sums);
    } else if (sums.empty()) {
      guardedStore(present,
                   [&] { emitLoopSteps(sweep, columns, locals, sums); });
    } else {
      Values before = sums;
      auto ifOp = scf::IfOp::create(
          b, loc, present,
          [&](OpBuilder &, Location) {
            emitLoopSteps(sweep, columns, locals, sums);
            scf::YieldOp::create(b, loc, sums);
          },
          [&](OpBuilder &, Location) { scf::YieldOp::create(b, loc, before); });
      sums = llvm::to_vector_of<Value>(ifOp.getResults());
    }
    if (!sums.empty())
      scf::YieldOp::create(b, loc, sums);
    sums = llvm::to_vector_of<Value>(loop.getResults());
  };
  emitLoop(index(0), whole, plan.steps, /*isWhole=*/true);
  std::optional<int64_t> known = getConstantIntValue(size);
  if (!known || *known % (localStep * plan.steps * plan.cluster) != 0)
    emitLoop(whole, localSize, /*count=*/1, /*isWhole=*/false);

  for (unsigned input : sweep.inputs)
    inScratch.insert(program.getArgument(input));
  for (unsigned init : sweep.stores)
    inScratch.insert(program.getTerminator()->getOperand(init));
}
