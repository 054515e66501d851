//===- HostOperands.cpp ---------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostOperands.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// KernelArguments
//===----------------------------------------------------------------------===//

void KernelArguments::add(Value value) {
  if (!getConstantIntValue(value))
    values.insert(value);
}

Value KernelArguments::lookup(OpBuilder &b, gpu::GPUFuncOp function,
                              Value value) const {
  Attribute constant;
  if (getConstantIntValue(value) && matchPattern(value, m_Constant(&constant)))
    return arith::ConstantOp::create(b, value.getLoc(),
                                     cast<TypedAttr>(constant));
  auto found = llvm::find(values, value);
  return function.getArgument(std::distance(values.begin(), found));
}

//===----------------------------------------------------------------------===//
// HostOperands
//===----------------------------------------------------------------------===//

HostOperands::HostOperands(OpBuilder &builder, Location loc,
                           const RowKernel &rows)
    : b(builder), loc(loc), rows(rows) {
  llvm::for_each(rows.inputs, [&](Value input) { findBuffer(input); });
  llvm::for_each(rows.inits, [&](Value init) { findBuffer(init); });
}

Value HostOperands::index(int64_t value) const {
  return arith::ConstantIndexOp::create(b, loc, value);
}

void HostOperands::findBuffer(Value operand) {
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
}

Value HostOperands::isAligned(unsigned &vector) {
  SmallVector<Value> counts = {getValueOrCreateConstantIndexOp(
      b, loc, rows.extents[rows.getInnerAxis()])};
  auto visit = [&](Value operand, AffineMap map) {
    auto type = dyn_cast<MemRefType>(operand.getType());
    if (!type || type.getLayout().isIdentity() ||
        !map.isFunctionOfDim(rows.getInnerAxis()))
      return;
    const Buffer &buffer = buffers.at(operand);
    counts.push_back(buffer.offset);
    llvm::append_range(counts, ArrayRef(buffer.strides).drop_back());
  };
  for (auto [input, map] : llvm::zip_equal(rows.inputs, rows.inputMaps))
    visit(input, map);
  for (auto [init, map] : llvm::zip_equal(rows.inits, rows.initMaps))
    visit(init, map);
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

KernelArguments HostOperands::getArguments(ArrayRef<unsigned> onlyInits) const {
  KernelArguments arguments;
  auto visit = [&](Value operand) {
    if (!isa<MemRefType>(operand.getType()))
      return arguments.add(operand);
    const Buffer &buffer = buffers.at(operand);
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

void HostOperands::markUnaliased(gpu::GPUFuncOp function,
                                 const KernelArguments &arguments) const {
  for (auto [number, value] : llvm::enumerate(arguments.get())) {
    bool isShared = false, isRead = false;
    for (auto [input, map] : llvm::zip_equal(rows.inputs, rows.inputMaps)) {
      if (buffers.lookup(input).base != value)
        continue;
      isRead = true;
      // A destination may be an input only if it has the same map.
      for (auto [init, isSummed, initMap] :
           llvm::zip_equal(rows.inits, rows.accumulated, rows.initMaps))
        isShared |= !isSummed && (map == initMap);
    }
    for (auto [init, isSummed] : llvm::zip_equal(rows.inits, rows.accumulated))
      isShared |= !isSummed && buffers.at(init).base == value;
    if (!isRead || isShared)
      continue;
    function.setArgAttr(number, LLVM::LLVMDialect::getNoAliasAttrName(),
                        b.getUnitAttr());
    function.setArgAttr(number, LLVM::LLVMDialect::getReadonlyAttrName(),
                        b.getUnitAttr());
  }
}

Value HostOperands::getInKernel(gpu::GPUFuncOp function,
                                const KernelArguments &arguments,
                                ArrayRef<OpFoldResult> extents, Value operand,
                                AffineMap map) const {
  auto type = dyn_cast<MemRefType>(operand.getType());
  if (!type) {
    bool isKnown = arguments.contains(operand) || getConstantIntValue(operand);
    return isKnown ? arguments.lookup(b, function, operand) : operand;
  }
  const Buffer &buffer = buffers.at(operand);
  if (!arguments.contains(buffer.base))
    return operand;
  SmallVector<OpFoldResult> sizes, strides;
  for (AffineExpr expr : map.getResults())
    sizes.push_back(extents[cast<AffineDimExpr>(expr).getPosition()]);
  OpFoldResult offset = b.getIndexAttr(0);
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
        stride = b.createOrFold<arith::MulIOp>(
            loc, stride, getValueOrCreateConstantIndexOp(b, loc, sizes[dim]));
    }
  }
  return memref::ReinterpretCastOp::create(
      b, loc, arguments.lookup(b, function, buffer.base), offset, sizes,
      strides);
}
