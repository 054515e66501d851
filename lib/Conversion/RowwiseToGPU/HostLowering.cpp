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

#include "rmsnorm/Conversion/RowwiseToGPU/RowwiseToGPU.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
/// The host's values that a kernel takes, each once. Constants are not passed.
class Arguments {
public:
  void add(Value value) {
    if (!getConstantIntValue(value))
      values.insert(value);
  }
  ArrayRef<Value> get() const { return values.getArrayRef(); }
  /// What the kernel has for the host's value.
  Value lookup(OpBuilder &b, gpu::GPUFuncOp function, Value value) const {
    Attribute constant;
    if (getConstantIntValue(value) &&
        matchPattern(value, m_Constant(&constant)))
      return arith::ConstantOp::create(b, value.getLoc(),
                                       cast<TypedAttr>(constant));
    auto found = llvm::find(values, value);
    return function.getArgument(std::distance(values.begin(), found));
  }

private:
  llvm::SetVector<Value> values;
};

/// A memref on the host: where it begins and what of its layout is not known.
struct Buffer {
  Value base, offset;
  SmallVector<Value> strides;
};

class HostLowering {
public:
  HostLowering(OpBuilder &builder, RowwiseOp op, const GPUTarget &target,
               bool contract)
      : b(builder), loc(op.getLoc()), op(op), program(*op.getRowProgram()),
        target(target), contract(contract) {
    for (unsigned init = 0; init < op.getInits().size(); ++init)
      if (op.isAccumulated(init))
        sums[init] = SumDestination::fold(op, init);
    rows = RowKernel::create(builder, op);
  }

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
  void findDims();
  void findBuffers();
  Value isAligned(unsigned &vector);
  void emitClasses(unsigned vector);
  void emitLaunch(uint64_t size, unsigned vector);
  gpu::GPUFuncOp createKernel(StringRef suffix, const Arguments &arguments,
                              unsigned threads);
  void markUnaliased(gpu::GPUFuncOp function, const Arguments &arguments);
  Value getDeviceBuffer(gpu::GPUFuncOp function, const Arguments &arguments,
                        const RowKernel &device, Value operand, AffineMap map);
  DeviceKernel describe(gpu::GPUFuncOp function, const Arguments &arguments,
                        Value segmentClusters,
                        const llvm::SmallMapVector<unsigned, Value, 2> &bases);
  void launch(gpu::GPUFuncOp function, const Arguments &arguments, Value blocks,
              unsigned threads, unsigned cluster, uint64_t sharedBytes);
  void emitFinalSums(const llvm::SmallMapVector<unsigned, Value, 2> &bases,
                     bool ofRows, Value segmentClusters);
  Arguments getArguments(ArrayRef<unsigned> onlyInits);
  bool hasColumns(unsigned init) const {
    return rows.initMaps[init].isFunctionOfDim(rows.getInnerAxis());
  }

  OpBuilder &b;
  Location loc;
  RowwiseOp op;
  Block &program;
  const GPUTarget &target;
  bool contract;
  RowKernel rows;
  SmallVector<unsigned> rowDims, segmentDims;
  llvm::SmallDenseMap<unsigned, SumDestination, 2> sums;
  std::optional<RowPhases> phases;
  RowTraits traits;
  llvm::DenseMap<Value, Buffer> buffers;
};
} // namespace

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

void HostLowering::findDims() {
  for (auto [map, isSummed] : llvm::zip_equal(rows.initMaps, rows.accumulated))
    if (isSummed) {
      for (unsigned dim : rows.grid)
        (map.isFunctionOfDim(dim) ? segmentDims : rowDims).push_back(dim);
      return;
    }
  rowDims = rows.grid;
}

void HostLowering::findBuffers() {
  auto visit = [&](Value operand) {
    auto type = dyn_cast<MemRefType>(operand.getType());
    if (!type || buffers.contains(operand))
      return;
    auto metadata = memref::ExtractStridedMetadataOp::create(b, loc, operand);
    Buffer &buffer = buffers[operand];
    buffer.base = metadata.getBaseBuffer();
    if (type.getLayout().isIdentity())
      return;
    auto [strides, offset] = type.getStridesAndOffset();
    buffer.offset =
        ShapedType::isDynamic(offset) ? metadata.getOffset() : index(offset);
    for (auto [known, stride] : llvm::zip_equal(strides, metadata.getStrides()))
      buffer.strides.push_back(ShapedType::isDynamic(known) ? stride
                                                            : index(known));
  };
  llvm::for_each(rows.inputs, visit);
  llvm::for_each(rows.inits, visit);
}

/// Halves `vector` until all rows begin at multiples of it as far as that is
/// known, and returns what has to be true for the rest; null if nothing.
Value HostLowering::isAligned(unsigned &vector) {
  SmallVector<Value> counts = {extent(rows.getInnerAxis())};
  auto visit = [&](Value operand, AffineMap map) {
    auto type = dyn_cast<MemRefType>(operand.getType());
    if (!type || type.getLayout().isIdentity() ||
        !map.isFunctionOfDim(rows.getInnerAxis()))
      return;
    const Buffer &buffer = buffers[operand];
    counts.push_back(buffer.offset);
    llvm::append_range(counts, ArrayRef(buffer.strides).drop_back());
  };
  for (auto [input, map] : llvm::zip_equal(rows.inputs, rows.inputMaps))
    visit(input, map);
  for (auto [init, map] : llvm::zip_equal(rows.inits, rows.initMaps))
    visit(init, map);
  if (!traits.isContiguous)
    vector = 1;
  for (Value value : counts)
    if (std::optional<int64_t> known = getConstantIntValue(value))
      while (*known % vector != 0)
        vector /= 2;
  Value condition;
  if (vector == 1)
    return condition;
  for (Value value : counts) {
    if (getConstantIntValue(value))
      continue;
    Value rest = arith::RemUIOp::create(b, loc, value, index(vector));
    Value isMultiple =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, rest, index(0));
    condition = condition ? arith::AndIOp::create(b, loc, condition, isMultiple)
                          : isMultiple;
  }
  return condition;
}

/// `onlyInits` are the destinations of final sums, which need no other operand;
/// without any it is all operands but these.
Arguments HostLowering::getArguments(ArrayRef<unsigned> onlyInits) {
  Arguments arguments;
  auto visit = [&](Value operand) {
    if (!isa<MemRefType>(operand.getType()))
      return arguments.add(operand);
    const Buffer &buffer = buffers[operand];
    arguments.add(buffer.base);
    if (buffer.offset)
      arguments.add(buffer.offset);
    llvm::for_each(buffer.strides, [&](Value value) { arguments.add(value); });
  };
  for (unsigned init : onlyInits)
    visit(rows.inits[init]);
  if (onlyInits.empty()) {
    llvm::for_each(rows.inputs, visit);
    for (auto [init, isSummed] : llvm::zip_equal(rows.inits, rows.accumulated))
      if (!isSummed)
        visit(init);
  }
  for (OpFoldResult extent : rows.extents)
    if (auto value = dyn_cast<Value>(extent))
      arguments.add(value);
  return arguments;
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

gpu::GPUFuncOp HostLowering::createKernel(StringRef suffix,
                                          const Arguments &arguments,
                                          unsigned threads) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  auto module = function->getParentOfType<ModuleOp>();
  module->setAttr(gpu::GPUDialect::getContainerModuleAttrName(),
                  b.getUnitAttr());
  OpBuilder::InsertionGuard guard(b);
  std::string name = (function.getName() + "_kernels").str();
  auto kernels = module.lookupSymbol<gpu::GPUModuleOp>(name);
  if (!kernels) {
    // Inserted when it has a name that nothing else has.
    OpBuilder detached(b.getContext());
    kernels = gpu::GPUModuleOp::create(detached, loc, name);
    SymbolTable(module).insert(kernels, Block::iterator(function));
  }
  b.setInsertionPointToEnd(kernels.getBody());
  unsigned number = llvm::range_size(kernels.getOps<gpu::GPUFuncOp>());
  auto type = b.getFunctionType(ValueRange(arguments.get()).getTypes(), {});
  auto kernel = gpu::GPUFuncOp::create(
      b, loc, (function.getName() + "_" + Twine(number) + suffix).str(), type);
  kernel->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
  kernel.setKnownBlockSizeAttr(
      b.getDenseI32ArrayAttr({static_cast<int32_t>(threads), 1, 1}));
  return kernel;
}

/// Tells LLVM of buffers that the kernel only reads and that no destination
/// shares: such loads may come in any order, through the read-only cache.
void HostLowering::markUnaliased(gpu::GPUFuncOp function,
                                 const Arguments &arguments) {
  for (auto [number, value] : llvm::enumerate(arguments.get())) {
    bool isShared = false, isRead = false;
    for (auto [input, map] : llvm::zip_equal(rows.inputs, rows.inputMaps)) {
      if (!buffers.contains(input) || buffers[input].base != value)
        continue;
      isRead = true;
      // A destination may be an input only if it has the same map.
      for (auto [init, isSummed, initMap] :
           llvm::zip_equal(rows.inits, rows.accumulated, rows.initMaps))
        isShared |= !isSummed && (map == initMap);
    }
    for (auto [init, isSummed] : llvm::zip_equal(rows.inits, rows.accumulated))
      isShared |= !isSummed && buffers[init].base == value;
    if (!isRead || isShared)
      continue;
    function.setArgAttr(number, LLVM::LLVMDialect::getNoAliasAttrName(),
                        b.getUnitAttr());
    function.setArgAttr(number, LLVM::LLVMDialect::getReadonlyAttrName(),
                        b.getUnitAttr());
  }
}

Value HostLowering::getDeviceBuffer(gpu::GPUFuncOp function,
                                    const Arguments &arguments,
                                    const RowKernel &device, Value operand,
                                    AffineMap map) {
  auto type = cast<MemRefType>(operand.getType());
  const Buffer &buffer = buffers[operand];
  SmallVector<OpFoldResult> sizes, strides;
  for (AffineExpr expr : map.getResults())
    sizes.push_back(device.extents[cast<AffineDimExpr>(expr).getPosition()]);
  OpFoldResult offset = b.getIndexAttr(0);
  auto [knownStrides, knownOffset] = type.getStridesAndOffset();
  if (buffer.offset) {
    offset = getAsOpFoldResult(arguments.lookup(b, function, buffer.offset));
    for (Value stride : buffer.strides)
      strides.push_back(
          getAsOpFoldResult(arguments.lookup(b, function, stride)));
  } else {
    // Contiguous: strides follow from sizes.
    Value stride = index(1);
    strides.resize(sizes.size());
    for (int64_t dim = sizes.size() - 1; dim >= 0; --dim) {
      strides[dim] = getAsOpFoldResult(stride);
      if (dim > 0)
        stride =
            mul(stride, getValueOrCreateConstantIndexOp(b, loc, sizes[dim]));
    }
  }
  return memref::ReinterpretCastOp::create(
      b, loc, arguments.lookup(b, function, buffer.base), offset, sizes,
      strides);
}

DeviceKernel
HostLowering::describe(gpu::GPUFuncOp function, const Arguments &arguments,
                       Value segmentClusters,
                       const llvm::SmallMapVector<unsigned, Value, 2> &bases) {
  DeviceKernel kernel;
  kernel.function = function;
  kernel.rows = rows;
  kernel.rowDims = rowDims;
  kernel.segmentDims = segmentDims;
  for (OpFoldResult &extent : kernel.rows.extents)
    if (auto value = dyn_cast<Value>(extent))
      extent = getAsOpFoldResult(arguments.lookup(b, function, value));
  auto isPassed = [&](Value base) {
    return llvm::is_contained(arguments.get(), base);
  };
  auto visit = [&](Value &operand, AffineMap map) {
    if (!isa<MemRefType>(operand.getType())) {
      if (isPassed(operand) || getConstantIntValue(operand))
        operand = arguments.lookup(b, function, operand);
    } else if (isPassed(buffers[operand].base)) {
      operand = getDeviceBuffer(function, arguments, kernel.rows, operand, map);
    }
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

void HostLowering::launch(gpu::GPUFuncOp function, const Arguments &arguments,
                          Value blocks, unsigned threads, unsigned cluster,
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
  Arguments arguments = getArguments({});
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
  markUnaliased(function, arguments);
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
  Arguments arguments = getArguments(inits);
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
  findBuffers();
  RowPhases plain(program);
  phases = storeEarly(plain, program, rows, [&](unsigned) {
    return rows.isContiguousAlong(rows.getInnerAxis());
  });
  traits = RowTraits::get(program, *phases, rows, rowDims);
  unsigned vector = getWidestAccess(traits);
  Value aligned = isAligned(vector);
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

LogicalResult norm::checkLowerableToGPU(RowwiseOp op) {
  if (failed(checkLowerable(op)))
    return failure();
  if (op->getParentOfType<gpu::LaunchOp>() ||
      op->getParentOfType<gpu::GPUModuleOp>())
    return op.emitOpError("is in a kernel; only the host can launch its own");
  auto function = op->getParentOfType<FunctionOpInterface>();
  if (!function || !isa_and_nonnull<ModuleOp>(function->getParentOp()))
    return op.emitOpError("is not in a function of a module");
  std::optional<unsigned> first;
  for (unsigned init = 0; init < op.getInits().size(); ++init) {
    if (!op.isAccumulated(init))
      continue;
    if (llvm::is_contained(op.getInputs(), op.getInits()[init]))
      return op.emitOpError() << "destination #" << init
                              << " is summed while it is read, which no kernel "
                                 "does in the order of rows";
    for (unsigned other = 0; other < op.getInits().size(); ++other)
      if (other != init && op.getInits()[other] == op.getInits()[init])
        return op.emitOpError()
               << "destinations #" << std::min(init, other) << " and #"
               << std::max(init, other)
               << " are the same buffer, to which no kernel adds twice";
    if (!first)
      first = init;
    for (unsigned dim : op.getGridDims())
      if (op.getInitMap(init).isFunctionOfDim(dim) !=
          op.getInitMap(*first).isFunctionOfDim(dim))
        return op.emitOpError()
               << "destinations #" << *first << " and #" << init
               << " are summed over different dimensions, which no kernel does";
  }
  return success();
}

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
