//===- HostFunctions.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Host functions, op by op, as lists of launches.
//
//===----------------------------------------------------------------------===//

#include "HostExpressions.h"
#include "rmsnorm/Target/GPU/DeviceProgram.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;
using namespace mlir::norm;

using Kind = Expression::Kind;

namespace {
class HostReader {
public:
  HostReader(func::FuncOp function, const CFunction &interface)
      : function(function), interface(interface) {}

  FailureOr<DeviceFunction> read();

private:
  /// A buffer with the sizes and strides of the memref that is it.
  struct Buffer {
    std::string name;
    SmallVector<Expression> sizes, strides;
  };

  LogicalResult addArguments();
  LogicalResult readBlock(Block &block, const Expression &condition);
  LogicalResult readOp(Operation *op, const Expression &condition);
  LogicalResult readIf(scf::IfOp op, const Expression &condition);
  LogicalResult readAlloc(gpu::AllocOp op, const Expression &condition);
  LogicalResult readMetadata(memref::ExtractStridedMetadataOp op);
  LogicalResult readLaunch(gpu::LaunchFuncOp op, const Expression &condition);
  LogicalResult readCopy(gpu::MemcpyOp op, const Expression &condition);
  LogicalResult addParameter(gpu::LaunchFuncOp op, Value operand,
                             DeviceLaunch &launch);
  /// Null, with a diagnostic of `user`, for what is not a buffer of ours.
  const Buffer *getBuffer(Value value, Operation *user);
  std::optional<int64_t> getKnown(Value value, Operation *user, StringRef what);
  Expression getBytes(Type elementType, ArrayRef<Expression> sizes);
  void fillStrides(Buffer &buffer);

  func::FuncOp function;
  const CFunction &interface;
  DeviceFunction result;
  HostExpressions expressions;
  DenseMap<Value, Buffer> buffers;
  DenseMap<Value, std::string> scalars;
};
} // namespace

static Expression both(const Expression &lhs, const Expression &rhs) {
  return lhs && rhs ? Expression::get(Kind::And, lhs, rhs) : lhs ? lhs : rhs;
}

void HostReader::fillStrides(Buffer &buffer) {
  Expression stride = Expression::constant(1);
  buffer.strides.resize(buffer.sizes.size());
  for (size_t dim = buffer.sizes.size(); dim-- > 0;) {
    buffer.strides[dim] = stride;
    stride = Expression::get(Kind::Mul, buffer.sizes[dim], stride);
  }
}

LogicalResult HostReader::addArguments() {
  llvm::StringSet<> sizes;
  for (const CParameter &parameter : interface.parameters)
    for (unsigned symbol : parameter.symbols)
      sizes.insert(interface.symbolNames[symbol]);
  SmallVector<Expression> symbols;
  for (const std::string &name : interface.symbolNames)
    symbols.push_back(Expression::symbol(name, sizes.contains(name)));
  if (function.getNumArguments() != interface.parameters.size() ||
      function.getNumResults() != 0)
    return function.emitError(
        "has results that are not written to buffers of the caller");
  unsigned nextIndex = 0;
  for (auto [parameter, argument] :
       llvm::zip_equal(interface.parameters, function.getArguments())) {
    if (!parameter.isBuffer) {
      scalars[argument] = parameter.name;
      if (isa<IndexType>(argument.getType())) {
        while (interface.symbolNames[nextIndex] != parameter.name)
          ++nextIndex;
        expressions.set(argument, symbols[nextIndex]);
      }
      continue;
    }
    if (parameter.offset != 0)
      return function.emitError()
             << "'" << parameter.name << "' begins " << parameter.offset
             << " elements behind its address, which only the host's lowering "
                "can say";
    Buffer &buffer = buffers[argument];
    buffer.name = parameter.name;
    for (AffineExpr size : parameter.sizes)
      buffer.sizes.push_back(Expression::get(size, symbols).asSize());
    if (!parameter.strides) {
      fillStrides(buffer);
      continue;
    }
    for (AffineExpr stride : *parameter.strides)
      buffer.strides.push_back(Expression::get(stride, symbols).asSize());
  }
  return success();
}

const HostReader::Buffer *HostReader::getBuffer(Value value, Operation *user) {
  auto found = buffers.find(value);
  if (found != buffers.end())
    return &found->second;
  Operation *source = value.getDefiningOp();
  if (isa_and_nonnull<memref::GetGlobalOp>(source))
    user->emitOpError("copies a constant to the device, which a list of "
                      "launches cannot; make it an argument");
  else
    (source ? source : user)
        ->emitOpError("makes a buffer that is neither an argument nor a "
                      "workspace");
  return nullptr;
}

std::optional<int64_t> HostReader::getKnown(Value value, Operation *user,
                                            StringRef what) {
  Expression expression = expressions.get(value);
  if (!expression)
    return std::nullopt;
  std::optional<int64_t> known = expression.getConstant();
  if (!known)
    user->emitOpError() << "has " << what << " that is known at run time only";
  return known;
}

Expression HostReader::getBytes(Type elementType, ArrayRef<Expression> sizes) {
  Expression bytes = Expression::constant(
      llvm::divideCeil(elementType.getIntOrFloatBitWidth(), 8));
  for (const Expression &size : llvm::reverse(sizes))
    bytes = Expression::get(Kind::Mul, size, bytes);
  return bytes;
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

LogicalResult HostReader::readIf(scf::IfOp op, const Expression &condition) {
  Expression own = expressions.get(op.getCondition());
  if (!own || failed(readBlock(*op.thenBlock(), both(condition, own))) ||
      (op.elseBlock() &&
       failed(readBlock(*op.elseBlock(),
                        both(condition, Expression::negate(own))))))
    return failure();
  for (auto [index, value] : llvm::enumerate(op.getResults())) {
    Expression yes = expressions.get(op.thenYield().getOperand(index));
    Expression no =
        yes ? expressions.get(op.elseYield().getOperand(index)) : yes;
    if (!no)
      return failure();
    expressions.set(value, Expression::select(own, yes, no));
  }
  return success();
}

LogicalResult HostReader::readAlloc(gpu::AllocOp op,
                                    const Expression &condition) {
  auto type = cast<MemRefType>(op.getMemref().getType());
  if (!type.getLayout().isIdentity() || !type.getElementType().isIntOrFloat() ||
      op.getAsyncToken() || op.getHostShared())
    return op.emitOpError("makes a buffer that a workspace cannot be");
  Buffer buffer;
  auto isTaken = [&](StringRef name) {
    return llvm::any_of(interface.parameters, [&](const CParameter &parameter) {
      return parameter.name == name;
    });
  };
  buffer.name = "w" + std::to_string(result.workspaces.size());
  while (isTaken(buffer.name))
    buffer.name += "_";
  auto dynamic = op.getDynamicSizes();
  unsigned next = 0;
  for (int64_t size : type.getShape()) {
    buffer.sizes.push_back(ShapedType::isDynamic(size)
                               ? expressions.get(dynamic[next++])
                               : Expression::constant(size));
    if (!buffer.sizes.back())
      return failure();
    buffer.sizes.back() = buffer.sizes.back().asSize();
  }
  fillStrides(buffer);
  Expression bytes = getBytes(type.getElementType(), buffer.sizes);
  if (condition)
    bytes = Expression::select(condition, bytes, Expression::constant(0));
  result.workspaces.push_back({buffer.name, bytes});
  buffers[op.getMemref()] = std::move(buffer);
  return success();
}

LogicalResult HostReader::readMetadata(memref::ExtractStridedMetadataOp op) {
  const Buffer *buffer = getBuffer(op.getSource(), op);
  if (!buffer)
    return failure();
  Buffer base = *buffer;
  expressions.set(op.getOffset(), Expression::constant(0));
  for (auto [value, size] : llvm::zip_equal(op.getSizes(), base.sizes))
    expressions.set(value, size);
  for (auto [value, stride] : llvm::zip_equal(op.getStrides(), base.strides))
    expressions.set(value, stride);
  base.sizes.clear();
  base.strides.clear();
  buffers[op.getBaseBuffer()] = std::move(base);
  return success();
}

LogicalResult HostReader::addParameter(gpu::LaunchFuncOp op, Value operand,
                                       DeviceLaunch &launch) {
  KernelParameter parameter;
  Attribute constant;
  Type type = operand.getType();
  parameter.type = type;
  if (isa<MemRefType>(type)) {
    const Buffer *buffer = getBuffer(operand, op);
    if (!buffer)
      return failure();
    parameter.kind = KernelParameter::Kind::Pointer;
    parameter.name = buffer->name;
  } else if (isa<IndexType>(type)) {
    parameter.kind = KernelParameter::Kind::Integer;
    parameter.value = expressions.get(operand);
    if (!parameter.value)
      return failure();
  } else if (auto found = scalars.find(operand); found != scalars.end()) {
    parameter.kind = KernelParameter::Kind::Scalar;
    parameter.name = found->second;
  } else if (type.isIntOrFloat() && type.getIntOrFloatBitWidth() <= 64 &&
             matchPattern(operand, m_Constant(&constant))) {
    parameter.kind = KernelParameter::Kind::Constant;
    parameter.bits =
        isa<FloatAttr>(constant)
            ? cast<FloatAttr>(constant)
                  .getValue()
                  .bitcastToAPInt()
                  .getZExtValue()
            : cast<IntegerAttr>(constant).getValue().getZExtValue();
  } else {
    Operation *source = operand.getDefiningOp();
    (source ? source : op.getOperation())
        ->emitOpError("computes a scalar for a kernel on the host, which a "
                      "list of launches cannot");
    return failure();
  }
  launch.parameters.push_back(std::move(parameter));
  return success();
}

static std::array<Value, 3> getDimensions(gpu::KernelDim3 sizes) {
  return {sizes.x, sizes.y, sizes.z};
}

LogicalResult HostReader::readLaunch(gpu::LaunchFuncOp op,
                                     const Expression &condition) {
  if (op.getAsyncToken() || !op.getAsyncDependencies().empty() ||
      op.getAsyncObject())
    return op.emitOpError("is asynchronous");
  DeviceLaunch launch;
  launch.condition = condition;
  launch.kernel = op.getKernelName().getValue().str();
  auto kernel = dyn_cast_or_null<gpu::GPUFuncOp>(
      SymbolTable::lookupNearestSymbolFrom(op, op.getKernel()));
  if (!kernel)
    return op.emitOpError("launches what is no kernel");
  launch.isProgrammatic =
      kernel
          .walk([](NVVM::GriddepcontrolOp) { return WalkResult::interrupt(); })
          .wasInterrupted();
  gpu::KernelDim3 grid = op.getGridSizeOperandValues();
  gpu::KernelDim3 block = op.getBlockSizeOperandValues();
  for (auto [size, value] : llvm::zip_equal(launch.grid, getDimensions(grid))) {
    size = expressions.get(value);
    if (!size)
      return failure();
    // Nothing to do is no launch, which the driver refuses.
    if (!size.isPositive())
      launch.condition =
          both(launch.condition,
               Expression::get(Kind::Greater, size, Expression::constant(0)));
  }
  auto setKnown = [&](std::array<int64_t, 3> &sizes, gpu::KernelDim3 values,
                      StringRef what) -> LogicalResult {
    for (auto [size, value] : llvm::zip_equal(sizes, getDimensions(values))) {
      std::optional<int64_t> known = getKnown(value, op, what);
      if (!known)
        return failure();
      size = *known;
    }
    return success();
  };
  if (failed(setKnown(launch.block, block, "a size of blocks")))
    return failure();
  if (op.hasClusterSize() &&
      failed(setKnown(launch.cluster, op.getClusterSizeOperandValues(),
                      "a size of clusters")))
    return failure();
  if (Value bytes = op.getDynamicSharedMemorySize()) {
    std::optional<int64_t> known =
        getKnown(bytes, op, "a size of shared memory");
    if (!known)
      return failure();
    launch.sharedBytes = *known;
  }
  for (Value operand : op.getKernelOperands())
    if (failed(addParameter(op, operand, launch)))
      return failure();
  if (launch.condition && launch.condition.getConstant()) {
    if (*launch.condition.getConstant() == 0)
      return success();
    launch.condition = Expression();
  }
  result.launches.push_back(std::move(launch));
  return success();
}

LogicalResult HostReader::readCopy(gpu::MemcpyOp op,
                                   const Expression &condition) {
  const Buffer *to = getBuffer(op.getDst(), op);
  const Buffer *from = to ? getBuffer(op.getSrc(), op) : nullptr;
  if (!from)
    return failure();
  for (Value value : {op.getDst(), op.getSrc()})
    if (!cast<MemRefType>(value.getType()).getLayout().isIdentity())
      return op.emitOpError("copies what is not contiguous");
  DeviceLaunch launch;
  launch.condition = condition;
  for (const Buffer *buffer : {from, to}) {
    KernelParameter parameter;
    parameter.kind = KernelParameter::Kind::Pointer;
    parameter.name = buffer->name;
    launch.parameters.push_back(std::move(parameter));
  }
  launch.copiedBytes = getBytes(
      cast<MemRefType>(op.getDst().getType()).getElementType(), to->sizes);
  result.launches.push_back(std::move(launch));
  return success();
}

LogicalResult HostReader::readOp(Operation *op, const Expression &condition) {
  if (auto ifOp = dyn_cast<scf::IfOp>(op))
    return readIf(ifOp, condition);
  if (auto alloc = dyn_cast<gpu::AllocOp>(op))
    return readAlloc(alloc, condition);
  if (auto launch = dyn_cast<gpu::LaunchFuncOp>(op))
    return readLaunch(launch, condition);
  if (auto copy = dyn_cast<gpu::MemcpyOp>(op))
    return readCopy(copy, condition);
  if (auto metadata = dyn_cast<memref::ExtractStridedMetadataOp>(op))
    return readMetadata(metadata);
  if (auto dim = dyn_cast<memref::DimOp>(op)) {
    const Buffer *buffer = getBuffer(dim.getSource(), op);
    std::optional<int64_t> index = dim.getConstantIndex();
    if (!buffer)
      return failure();
    if (!index || *index < 0 ||
        *index >= static_cast<int64_t>(buffer->sizes.size()))
      return op->emitOpError("has a dimension that is not known");
    expressions.set(dim, buffer->sizes[*index]);
    return success();
  }
  // Workspaces are there until the function ends.
  if (isa<gpu::DeallocOp, func::ReturnOp, scf::YieldOp, memref::GetGlobalOp>(
          op))
    return success();
  // Read where it is needed.
  if (isa<arith::ArithDialect>(op->getDialect()))
    return success();
  return op->emitOpError("is left to the host, which can only launch kernels");
}

LogicalResult HostReader::readBlock(Block &block, const Expression &condition) {
  for (Operation &op : block)
    if (failed(readOp(&op, condition)))
      return failure();
  return success();
}

FailureOr<DeviceFunction> HostReader::read() {
  result.name = interface.name;
  if (failed(addArguments()))
    return failure();
  if (!llvm::hasSingleElement(function.getBody()))
    return function.emitError("has branches, which a list of launches cannot");
  if (failed(readBlock(function.getBody().front(), Expression())))
    return failure();
  return std::move(result);
}

FailureOr<std::vector<DeviceFunction>>
norm::readHostFunctions(ModuleOp module, ArrayRef<CFunction> functions) {
  std::vector<DeviceFunction> result;
  for (const CFunction &interface : functions) {
    auto function = module.lookupSymbol<func::FuncOp>(interface.name);
    FailureOr<DeviceFunction> read = HostReader(function, interface).read();
    if (failed(read))
      return failure();
    result.push_back(std::move(*read));
  }
  return result;
}
