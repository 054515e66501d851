//===- HostLowering.cpp ---------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The host's side: which kernels there are for the lengths of rows that may
// come, their arguments, and their launches.
//
//===----------------------------------------------------------------------===//

#include "GPURowEmitter.h"
#include "HostOperands.h"

#include "rmsnorm/Conversion/RowwiseToGPU/RowwiseToGPU.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
class HostLowering {
public:
  HostLowering(OpBuilder &builder, RowwiseOp op, const GPUTarget &target,
               bool contract)
      : b(builder), loc(op.getLoc()), op(op), program(*op.getRowProgram()),
        target(target), contract(contract), sums(foldSums(op)),
        rows(RowKernel::create(builder, op)), operands(builder, loc, rows) {}

  LogicalResult emit();

private:
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }
  Value mul(Value lhs, Value rhs) {
    return b.createOrFold<arith::MulIOp>(loc, lhs, rhs);
  }
  Value extent(unsigned dim) {
    return getValueOrCreateConstantIndexOp(b, loc, rows.extents[dim]);
  }
  Value count(ArrayRef<unsigned> dims) {
    Value result = index(1);
    for (unsigned dim : dims)
      result = mul(result, extent(dim));
    return result;
  }
  using Sums = llvm::SmallDenseMap<unsigned, SumDestination, 2>;
  /// What is summed to, which may be another operand of the op from here on.
  static Sums foldSums(RowwiseOp op);
  void findDims();
  void emitClasses(unsigned vector);
  void emitLaunch(uint64_t size, unsigned vector);
  gpu::GPUFuncOp createKernel(StringRef suffix,
                              const KernelArguments &arguments,
                              unsigned threads);
  DeviceKernel describe(gpu::GPUFuncOp function,
                        const KernelArguments &arguments, Value segmentClusters,
                        const llvm::SmallMapVector<unsigned, Value, 2> &bases);
  void launch(gpu::GPUFuncOp function, const KernelArguments &arguments,
              Value blocks, unsigned threads, unsigned cluster,
              uint64_t sharedBytes);
  void emitFinalSums(const llvm::SmallMapVector<unsigned, Value, 2> &bases,
                     bool ofRows, Value segmentClusters);
  bool hasColumns(unsigned init) const {
    return rows.initMaps[init].isFunctionOfDim(rows.getInnerAxis());
  }

  OpBuilder &b;
  Location loc;
  RowwiseOp op;
  Block &program;
  const GPUTarget &target;
  bool contract;
  Sums sums;
  RowKernel rows;
  HostOperands operands;
  SmallVector<unsigned> rowDims, segmentDims;
  std::optional<RowPhases> phases;
  RowTraits traits;
};
} // namespace

//===----------------------------------------------------------------------===//
// Sums and dimensions
//===----------------------------------------------------------------------===//

HostLowering::Sums HostLowering::foldSums(RowwiseOp op) {
  Sums sums;
  for (unsigned init = 0; init < op.getInits().size(); ++init)
    if (op.isAccumulated(init))
      sums[init] = SumDestination::fold(op, init);
  return sums;
}

void HostLowering::findDims() {
  for (auto [map, isSummed] : llvm::zip_equal(rows.initMaps, rows.accumulated))
    if (isSummed) {
      for (unsigned dim : rows.grid)
        (map.isFunctionOfDim(dim) ? segmentDims : rowDims).push_back(dim);
      return;
    }
  rowDims = rows.grid;
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

gpu::GPUFuncOp HostLowering::createKernel(StringRef suffix,
                                          const KernelArguments &arguments,
                                          unsigned threads) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  auto module = function->getParentOfType<ModuleOp>();
  module->setAttr(gpu::GPUDialect::getContainerModuleAttrName(),
                  b.getUnitAttr());
  // Inserted when they have names that nothing else has.
  OpBuilder detached(b.getContext());
  std::string name = (function.getName() + "_kernels").str();
  auto kernels = module.lookupSymbol<gpu::GPUModuleOp>(name);
  if (!kernels) {
    kernels = gpu::GPUModuleOp::create(detached, loc, name);
    SymbolTable(module).insert(kernels, Block::iterator(function));
  }
  unsigned number = llvm::range_size(kernels.getOps<gpu::GPUFuncOp>());
  auto type = b.getFunctionType(ValueRange(arguments.get()).getTypes(), {});
  auto kernel = gpu::GPUFuncOp::create(
      detached, loc, (function.getName() + "_" + Twine(number) + suffix).str(),
      type);
  SymbolTable(kernels).insert(kernel);
  kernel->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
  kernel.setKnownBlockSizeAttr(
      b.getDenseI32ArrayAttr({static_cast<int32_t>(threads), 1, 1}));
  return kernel;
}

DeviceKernel
HostLowering::describe(gpu::GPUFuncOp function,
                       const KernelArguments &arguments, Value segmentClusters,
                       const llvm::SmallMapVector<unsigned, Value, 2> &bases) {
  DeviceKernel kernel;
  kernel.function = function;
  kernel.rows = rows;
  kernel.rowDims = rowDims;
  kernel.segmentDims = segmentDims;
  for (OpFoldResult &extent : kernel.rows.extents)
    if (auto value = dyn_cast<Value>(extent))
      extent = getAsOpFoldResult(arguments.lookup(b, function, value));
  auto visit = [&](Value &operand, AffineMap map) {
    operand = operands.getInKernel(function, arguments, kernel.rows.extents,
                                   operand, map);
  };
  for (auto [input, map] :
       llvm::zip_equal(kernel.rows.inputs, kernel.rows.inputMaps))
    visit(input, map);
  for (auto [init, map] :
       llvm::zip_equal(kernel.rows.inits, kernel.rows.initMaps))
    visit(init, map);
  kernel.sums = sums;
  kernel.segmentClusters = arguments.lookup(b, function, segmentClusters);
  for (auto &[init, base] : bases) {
    SmallVector<unsigned> dims = segmentDims;
    if (hasColumns(init))
      llvm::append_range(dims, rows.axes);
    Value elements = kernel.segmentClusters;
    for (unsigned dim : dims)
      elements = mul(elements, getValueOrCreateConstantIndexOp(
                                   b, loc, kernel.rows.extents[dim]));
    kernel.partials[init] = memref::ReinterpretCastOp::create(
        b, loc, arguments.lookup(b, function, base), b.getIndexAttr(0),
        ArrayRef<OpFoldResult>{getAsOpFoldResult(elements)},
        ArrayRef<OpFoldResult>{b.getIndexAttr(1)});
  }
  return kernel;
}

void HostLowering::launch(gpu::GPUFuncOp function,
                          const KernelArguments &arguments, Value blocks,
                          unsigned threads, unsigned cluster,
                          uint64_t sharedBytes) {
  Value one = index(1);
  Value shared;
  if (sharedBytes)
    shared =
        arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(sharedBytes));
  std::optional<gpu::KernelDim3> clusters;
  if (cluster > 1) {
    clusters = gpu::KernelDim3{index(cluster), one, one};
    function.setKnownClusterSizeAttr(
        b.getDenseI32ArrayAttr({static_cast<int32_t>(cluster), 1, 1}));
  }
  gpu::LaunchFuncOp::create(b, loc, function, {blocks, one, one},
                            {index(threads), one, one}, shared, arguments.get(),
                            /*asyncTokenType=*/Type(),
                            /*asyncDependencies=*/ValueRange(), clusters);
}

void HostLowering::emitLaunch(uint64_t size, unsigned vector) {
  GPUPlan plan = choosePlan(size, vector, traits, target);
  Value segments = count(segmentDims);
  Value items = b.createOrFold<arith::CeilDivUIOp>(loc, count(rowDims),
                                                   index(plan.blockRows));
  Value most =
      // without segments there is nothing to launch, nor to divide by
      b.createOrFold<arith::DivUIOp>(
          loc, index(plan.maxBlocks),
          b.createOrFold<arith::MaxUIOp>(loc, segments, index(1)));
  most = b.createOrFold<arith::MinUIOp>(loc, most, items);
  most = b.createOrFold<arith::MaxUIOp>(loc, most, index(1));
  Value clusters = mul(most, segments);
  KernelArguments arguments = operands.getArguments({});
  llvm::SmallMapVector<unsigned, Value, 2> workspaces, bases;
  arguments.add(most);
  for (auto [init, isSummed] : llvm::enumerate(rows.accumulated)) {
    if (!isSummed)
      continue;
    bool isRow = rows.initMaps[init].isFunctionOfDim(rows.getInnerAxis());
    Value elements = isRow ? mul(clusters, count(rows.axes)) : clusters;
    auto type = MemRefType::get({ShapedType::kDynamic}, sums[init].type);
    workspaces[init] = memref::AllocOp::create(b, loc, type, elements);
    bases[init] =
        memref::ExtractStridedMetadataOp::create(b, loc, workspaces[init])
            .getBaseBuffer();
    arguments.add(bases[init]);
  }
  unsigned threads = plan.getThreads();
  gpu::GPUFuncOp function = createKernel("", arguments, threads);
  operands.markUnaliased(function, arguments);
  if (target.vendor == GPUTarget::Vendor::NVIDIA)
    function->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                      b.getI32IntegerAttr(plan.residentBlocks));
  uint64_t sharedBytes = 0;
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&function.getBody().front());
    DeviceKernel kernel = describe(function, arguments, most, bases);
    GPURowEmitter emitter(b, loc, program, *phases, kernel, plan, target,
                          contract);
    emitter.emit();
    gpu::ReturnOp::create(b, loc);
    sharedBytes = emitter.getSharedBytes();
  }
  launch(function, arguments, mul(clusters, index(plan.cluster)), threads,
         plan.cluster, sharedBytes);
  emitFinalSums(bases, /*ofRows=*/true, most);
  emitFinalSums(bases, /*ofRows=*/false, most);
  for (auto &[init, workspace] : workspaces)
    memref::DeallocOp::create(b, loc, workspace);
}

void HostLowering::emitFinalSums(
    const llvm::SmallMapVector<unsigned, Value, 2> &bases, bool ofRows,
    Value segmentClusters) {
  llvm::SmallMapVector<unsigned, Value, 2> own;
  SmallVector<unsigned> inits;
  for (auto &[init, base] : bases)
    if (hasColumns(init) == ofRows) {
      own[init] = base;
      inits.push_back(init);
    }
  if (inits.empty())
    return;
  KernelArguments arguments = operands.getArguments(inits);
  for (auto &[init, base] : own)
    arguments.add(base);
  arguments.add(segmentClusters);
  gpu::GPUFuncOp function = createKernel("_sum", arguments, sumThreads);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&function.getBody().front());
    DeviceKernel kernel = describe(function, arguments, segmentClusters, own);
    GPUPlan plan;
    GPURowEmitter emitter(b, loc, program, *phases, kernel, plan, target,
                          contract);
    emitter.emitFinalSums();
    gpu::ReturnOp::create(b, loc);
  }
  Value columns = ofRows ? count(rows.axes) : index(1);
  Value blocks =
      mul(b.createOrFold<arith::CeilDivUIOp>(loc, columns, index(sumColumns)),
          mul(count(segmentDims), index(inits.size())));
  // Without columns, or without segments, there is nothing to add: an empty
  // grid is no launch.
  launch(function, arguments, blocks, sumThreads, /*cluster=*/1,
         /*sharedBytes=*/0);
}

//===----------------------------------------------------------------------===//
// Lengths of rows
//===----------------------------------------------------------------------===//

void HostLowering::emitClasses(unsigned vector) {
  Value size = count(rows.axes);
  if (std::optional<int64_t> known = getConstantIntValue(size))
    return emitLaunch(*known, vector);
  OpBuilder::InsertionGuard guard(b);
  for (uint64_t longest : getSizeClasses(vector, traits)) {
    Value fits = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ule, size,
                                       index(longest));
    auto ifOp = scf::IfOp::create(b, loc, fits, /*withElseRegion=*/true);
    b.setInsertionPointToStart(ifOp.thenBlock());
    emitLaunch(longest, vector);
    b.setInsertionPointToStart(ifOp.elseBlock());
  }
  emitLaunch(std::numeric_limits<int64_t>::max(), vector);
}

LogicalResult HostLowering::emit() {
  findDims();
  RowPhases plain(program);
  phases = storeEarly(plain, program, rows, [&](unsigned) {
    return rows.isContiguousAlong(rows.getInnerAxis());
  });
  traits = RowTraits::get(program, *phases, rows, rowDims);
  unsigned vector = getWidestAccess(traits);
  if (!traits.isContiguous)
    vector = 1;
  Value aligned = operands.isAligned(vector);
  if (!aligned) {
    emitClasses(vector);
    return success();
  }
  auto ifOp = scf::IfOp::create(b, loc, aligned, /*withElseRegion=*/true);
  b.setInsertionPointToStart(ifOp.thenBlock());
  emitClasses(vector);
  b.setInsertionPointToStart(ifOp.elseBlock());
  emitClasses(/*vector=*/1);
  return success();
}

//===----------------------------------------------------------------------===//
// Lowering
//===----------------------------------------------------------------------===//

LogicalResult norm::lowerRowwiseToGPU(RewriterBase &rewriter, RowwiseOp op,
                                      const GPUTarget &target, bool contract) {
  if (failed(checkLowerableToGPU(op)))
    return failure();
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  if (failed(HostLowering(rewriter, op, target, contract).emit()))
    return failure();
  rewriter.eraseOp(op);
  return success();
}
