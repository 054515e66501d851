//===- ShareRows.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shares the rows of a norm.rowwise on memrefs between threads: an op on the
// rows of one thread in a function of its own, called in an omp.parallel.
//
// What is summed over rows must not depend on the number of threads. So such
// rows are cut into chunks whose size follows from the number of rows alone,
// each chunk has partial sums of its own, and these are added in their order.
//
//===----------------------------------------------------------------------===//

#include "Lanes.h"

#include "rmsnorm/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/FunctionCallUtils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMSHAREROWS
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// The rows of a chunk are at least so many, and the chunks at most.
static constexpr int64_t minChunkRows = 32;
static constexpr int64_t maxChunks = 64;

/// A memref of rank one or more without gaps; sums into others stay in one
/// thread.
static bool canHavePartialSums(Value init) {
  auto type = cast<MemRefType>(init.getType());
  return type.getRank() > 0 && type.getLayout().isIdentity();
}

/// The same memref somewhere in a larger one.
static MemRefType withAnyOffset(MemRefType type) {
  auto [strides, offset] = type.getStridesAndOffset();
  return MemRefType::get(
      type.getShape(), type.getElementType(),
      StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic, strides),
      type.getMemorySpace());
}

static bool isStrided(Value operand) {
  auto type = dyn_cast<MemRefType>(operand.getType());
  return !type || type.isStrided();
}

namespace {
class RowSharer {
public:
  RowSharer(OpBuilder &builder, RowwiseOp op, uint64_t minBytes)
      : b(builder), loc(op.getLoc()), op(op), minBytes(minBytes),
        kernel(RowKernel::create(builder, op)), dim(kernel.grid.front()) {
    for (auto [init, map] : llvm::zip_equal(kernel.inits, kernel.initMaps))
      isSummed.push_back(!map.isFunctionOfDim(dim));
  }

  /// Creates the shared rows; false, with nothing that matters changed, if the
  /// rows cannot be shared.
  bool emit() {
    for (auto [init, summed] : llvm::zip_equal(kernel.inits, isSummed))
      if (summed && !canHavePartialSums(init))
        return false;
    createRowFunction();
    extent = getValueOrCreateConstantIndexOp(b, loc, kernel.extents[dim]);
    if (llvm::is_contained(isSummed, true))
      emitChunks();
    else
      emitThreads(extent, [&](Value first, Value last) {
        callRows(kernel.inits, first, last);
      });
    return true;
  }

private:
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }
  void createRowFunction();
  void callRows(ArrayRef<Value> inits, Value first, Value last);
  Value getSharedBytes();
  void emitThreads(Value count, function_ref<void(Value, Value)> body);
  void emitChunks();
  void emitChunk(ArrayRef<Value> partials, Value chunk, Value chunkRows);
  Value getPart(Value memref, AffineMap map, Value first, Value size);
  void fillWithZeros(Value memref);
  void addPartials(Value partials, Value init);

  OpBuilder &b;
  Location loc;
  RowwiseOp op;
  uint64_t minBytes;
  RowKernel kernel;
  /// The grid dimension whose rows are shared, and its extent.
  unsigned dim;
  Value extent;
  /// For each destination, whether rows of several threads are added to it.
  SmallVector<bool> isSummed;
  func::FuncOp function;
};
} // namespace

/// The function's arguments are the operands, then the first row and the one
/// behind the last.
void RowSharer::createRowFunction() {
  OpBuilder::InsertionGuard guard(b);
  auto module = op->getParentOfType<ModuleOp>();
  SmallVector<Type> types =
      llvm::to_vector(ValueRange(kernel.inputs).getTypes());
  for (auto [init, summed] : llvm::zip_equal(kernel.inits, isSummed)) {
    auto type = cast<MemRefType>(init.getType());
    types.push_back(summed ? withAnyOffset(type) : type);
  }
  types.append(2, b.getIndexType());
  auto parent = op->getParentOfType<func::FuncOp>();
  std::string name = (parent ? parent.getName() : StringRef("norm")).str();
  function =
      func::FuncOp::create(loc, name + "_rows", b.getFunctionType(types, {}));
  function.setPrivate();
  function->setAttr(
      "llvm.linkage",
      LLVM::LinkageAttr::get(b.getContext(), LLVM::Linkage::Internal));
  SymbolTable(module).insert(function); // makes the name unique
  Block *body = function.addEntryBlock();
  b.setInsertionPointToStart(body);

  Value first = body->getArgument(types.size() - 2);
  Value size =
      arith::SubIOp::create(b, loc, body->getArguments().back(), first);
  SmallVector<Value> inputs, inits;
  for (auto [number, map] : llvm::enumerate(kernel.inputMaps))
    inputs.push_back(getPart(body->getArgument(number), map, first, size));
  for (auto [number, map] : llvm::enumerate(kernel.initMaps))
    inits.push_back(
        getPart(body->getArgument(inputs.size() + number), map, first, size));
  SmallVector<AffineMap> maps = llvm::to_vector(kernel.inputMaps);
  llvm::append_range(maps, kernel.initMaps);
  auto rows = RowwiseOp::create(b, loc, inputs, inits,
                                llvm::to_vector_of<int64_t>(kernel.axes), maps);
  func::ReturnOp::create(b, loc);
  IRMapping mapping;
  mapping.map(op.getRowProgram()->getArguments(),
              rows.getRowProgram()->getArguments());
  b.setInsertionPointToStart(rows.getRowProgram());
  for (Operation &inner : *op.getRowProgram())
    b.clone(inner, mapping);
}

Value RowSharer::getPart(Value memref, AffineMap map, Value first, Value size) {
  auto type = dyn_cast<MemRefType>(memref.getType());
  if (!type || !map.isFunctionOfDim(dim))
    return memref;
  SmallVector<OpFoldResult> offsets, sizes;
  SmallVector<OpFoldResult> strides(type.getRank(), b.getIndexAttr(1));
  for (auto [position, expr] : llvm::enumerate(map.getResults())) {
    bool isShared = cast<AffineDimExpr>(expr).getPosition() == dim;
    offsets.push_back(isShared ? OpFoldResult(first) : b.getIndexAttr(0));
    if (isShared)
      sizes.push_back(size);
    else
      sizes.push_back(memref::getMixedSize(b, loc, memref, position));
  }
  return memref::SubViewOp::create(b, loc, memref, offsets, sizes, strides);
}

void RowSharer::callRows(ArrayRef<Value> inits, Value first, Value last) {
  SmallVector<Value> arguments = llvm::to_vector(kernel.inputs);
  for (auto [init, type] : llvm::zip(
           inits,
           function.getArgumentTypes().drop_front(kernel.inputs.size()))) {
    Value own = init;
    if (own.getType() != type)
      own = memref::CastOp::create(b, loc, type, own);
    arguments.push_back(own);
  }
  arguments.append({first, last});
  func::CallOp::create(b, loc, function, arguments);
}

Value RowSharer::getSharedBytes() {
  Value total = index(0);
  auto add = [&](Value operand, AffineMap map) {
    auto type = dyn_cast<MemRefType>(operand.getType());
    if (!type || !map.isFunctionOfDim(dim))
      return;
    total = b.createOrFold<arith::AddIOp>(loc, total,
                                          createByteCount(b, loc, operand));
  };
  for (auto [operand, map] : llvm::zip_equal(kernel.inputs, kernel.inputMaps))
    add(operand, map);
  for (auto [operand, map] : llvm::zip_equal(kernel.inits, kernel.initMaps))
    add(operand, map);
  return total;
}

/// `body` is emitted twice: for the part of `count` that is this thread's, and,
/// where it is not worth their while, for all.
void RowSharer::emitThreads(Value count,
                            function_ref<void(Value, Value)> body) {
  OpBuilder::InsertionGuard guard(b);
  auto module = op->getParentOfType<ModuleOp>();
  Value isLarge =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge, getSharedBytes(),
                            index(static_cast<int64_t>(minBytes)));
  auto ifOp = scf::IfOp::create(b, loc, isLarge, /*withElseRegion=*/true);
  b.setInsertionPointToStart(ifOp.elseBlock());
  body(index(0), count);

  b.setInsertionPointToStart(ifOp.thenBlock());
  auto parallel = omp::ParallelOp::create(b, loc);
  b.createBlock(&parallel.getRegion());
  auto call = [&](StringRef name) -> Value {
    LLVM::LLVMFuncOp callee =
        *LLVM::lookupOrCreateFn(b, module, name, {}, b.getI32Type());
    Value result =
        LLVM::CallOp::create(b, loc, callee, ValueRange()).getResult();
    return arith::IndexCastOp::create(b, loc, b.getIndexType(), result);
  };
  Value thread = call("omp_get_thread_num");
  Value threads = call("omp_get_num_threads");
  auto getBound = [&](Value number) -> Value {
    return arith::DivUIOp::create(
        b, loc, arith::MulIOp::create(b, loc, count, number), threads);
  };
  Value first = getBound(thread);
  Value last = getBound(arith::AddIOp::create(b, loc, thread, index(1)));
  body(first, last);
  omp::TerminatorOp::create(b, loc);
}

void RowSharer::emitChunks() {
  // Few rows are one chunk, added to the destination itself.
  Value isShort = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ule,
                                        extent, index(minChunkRows));
  auto ifOp = scf::IfOp::create(b, loc, isShort, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(ifOp.thenBlock());
  callRows(kernel.inits, index(0), extent);

  b.setInsertionPointToStart(ifOp.elseBlock());
  Value chunkRows = arith::MaxUIOp::create(
      b, loc, index(minChunkRows),
      arith::CeilDivUIOp::create(b, loc, extent, index(maxChunks)));
  Value chunks = arith::CeilDivUIOp::create(b, loc, extent, chunkRows);
  SmallVector<Value> partials;
  for (auto [init, summed] : llvm::zip_equal(kernel.inits, isSummed)) {
    if (!summed) {
      partials.push_back(init);
      continue;
    }
    SmallVector<OpFoldResult> sizes = memref::getMixedSizes(b, loc, init);
    sizes.insert(sizes.begin(), chunks);
    auto type = cast<MemRefType>(init.getType());
    SmallVector<Value> dynamic;
    SmallVector<int64_t> shape;
    dispatchIndexOpFoldResults(sizes, dynamic, shape);
    partials.push_back(memref::AllocOp::create(
        b, loc, MemRefType::get(shape, type.getElementType()), dynamic,
        b.getI64IntegerAttr(cacheLineBytes)));
  }
  emitThreads(chunks, [&](Value first, Value last) {
    auto loop = scf::ForOp::create(b, loc, first, last, index(1));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    emitChunk(partials, loop.getInductionVar(), chunkRows);
  });
  for (auto [number, summed] : llvm::enumerate(isSummed)) {
    if (!summed)
      continue;
    addPartials(partials[number], kernel.inits[number]);
    memref::DeallocOp::create(b, loc, partials[number]);
  }
}

void RowSharer::emitChunk(ArrayRef<Value> partials, Value chunk,
                          Value chunkRows) {
  SmallVector<Value> inits;
  for (auto [number, partial] : llvm::enumerate(partials)) {
    if (!isSummed[number]) {
      inits.push_back(partial);
      continue;
    }
    SmallVector<OpFoldResult> sizes = memref::getMixedSizes(b, loc, partial);
    SmallVector<OpFoldResult> offsets(sizes.size(), b.getIndexAttr(0));
    SmallVector<OpFoldResult> strides(sizes.size(), b.getIndexAttr(1));
    offsets.front() = chunk;
    sizes.front() = b.getIndexAttr(1);
    auto type = cast<MemRefType>(partial.getType());
    auto own = memref::SubViewOp::inferRankReducedResultType(
        type.getShape().drop_front(), type, offsets, sizes, strides);
    inits.push_back(memref::SubViewOp::create(
        b, loc, cast<MemRefType>(own), partial, offsets, sizes, strides));
    fillWithZeros(inits.back());
  }
  Value first = arith::MulIOp::create(b, loc, chunk, chunkRows);
  Value last = arith::MinUIOp::create(
      b, loc, extent, arith::AddIOp::create(b, loc, first, chunkRows));
  callRows(inits, first, last);
}

void RowSharer::fillWithZeros(Value memref) {
  OpBuilder::InsertionGuard guard(b);
  auto type = cast<MemRefType>(memref.getType());
  Value zero =
      arith::ConstantOp::create(b, loc, b.getZeroAttr(type.getElementType()));
  SmallVector<Value> indices;
  for (OpFoldResult size : memref::getMixedSizes(b, loc, memref)) {
    auto loop = scf::ForOp::create(
        b, loc, index(0), getValueOrCreateConstantIndexOp(b, loc, size),
        index(1));
    b.setInsertionPointToStart(loop.getBody());
    indices.push_back(loop.getInductionVar());
  }
  memref::StoreOp::create(b, loc, zero, memref, indices);
}

/// Adds the chunks in their order: they are rows.
void RowSharer::addPartials(Value partials, Value init) {
  OpBuilder::InsertionGuard guard(b);
  int64_t rank = cast<MemRefType>(partials.getType()).getRank();
  MLIRContext *context = b.getContext();
  auto axes = llvm::to_vector(llvm::seq<int64_t>(1, rank));
  auto all = AffineMap::getMultiDimIdentityMap(rank, context);
  auto sum =
      RowwiseOp::create(b, loc, partials, init, axes, {all, all.dropResult(0)});
  Block *program = sum.getRowProgram();
  b.setInsertionPointToStart(program);
  YieldOp::create(b, loc, program->getArguments());
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {
struct NormShareRows : norm::impl::NormShareRowsBase<NormShareRows> {
  using NormShareRowsBase::NormShareRowsBase;

  void runOnOperation() override {
    SmallVector<RowwiseOp> ops;
    getOperation()->walk([&](RowwiseOp op) {
      bool hasGrid =
          op.getDomainRank() > static_cast<int64_t>(op.getAxes().size());
      if (op.hasPureBufferSemantics() && hasGrid &&
          llvm::all_of(op.getOperands(), isStrided))
        ops.push_back(op);
    });
    for (RowwiseOp op : ops) {
      OpBuilder b(op);
      if (RowSharer(b, op, minBytes).emit())
        op.erase();
    }
  }
};
} // namespace
