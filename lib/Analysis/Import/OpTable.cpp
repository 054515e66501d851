//===- OpTable.cpp - Constants and lists of integers ----------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elements.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::norm;

OpTable::OpTable() {
  addArithRows(*this);
  addTensorRows(*this);
  addTosaRows(*this);
  addStableHLORows(*this);
  addTorchRows(*this);
  addONNXRows(*this);
  addTensorFlowRows(*this);
}

const OpTable &OpTable::get() {
  static const OpTable table;
  return table;
}

Attribute norm::getConstantAttr(Operation *op) {
  Attribute value;
  if (matchPattern(op, m_Constant(&value)))
    return value;
  const OpRow *row = OpTable::get().lookup(op->getName().getStringRef());
  if (!row || row->kind != OpClass::Constant)
    return {};
  for (StringRef name : {"value", "values", "value_float", "value_int"})
    if (Attribute attribute = op->getAttr(name))
      return attribute;
  return {};
}

std::optional<SmallVector<int64_t>> norm::getInts(Attribute attribute) {
  SmallVector<int64_t> ints;
  if (!attribute)
    return std::nullopt;
  if (auto array = dyn_cast<DenseI64ArrayAttr>(attribute))
    return llvm::to_vector(array.asArrayRef());
  if (auto array = dyn_cast<DenseI32ArrayAttr>(attribute)) {
    llvm::append_range(ints, array.asArrayRef());
    return ints;
  }
  if (auto integer = dyn_cast<IntegerAttr>(attribute)) {
    if (integer.getValue().getSignificantBits() > 63)
      return std::nullopt;
    ints.push_back(integer.getValue().getSExtValue());
    return ints;
  }
  if (auto elements = dyn_cast<DenseIntElementsAttr>(attribute)) {
    // What lists dimensions is short.
    if (elements.getElementType().isInteger(1) || elements.size() > 64)
      return std::nullopt;
    for (const APInt &value : elements.getValues<APInt>()) {
      if (value.getSignificantBits() > 63)
        return std::nullopt;
      ints.push_back(value.getSExtValue());
    }
    return ints;
  }
  auto array = dyn_cast<ArrayAttr>(attribute);
  if (!array)
    return std::nullopt;
  for (Attribute element : array) {
    auto integer = dyn_cast<IntegerAttr>(element);
    if (!integer || integer.getValue().getSignificantBits() > 63)
      return std::nullopt;
    ints.push_back(integer.getValue().getSExtValue());
  }
  return ints;
}

std::optional<SmallVector<int64_t>> norm::getInts(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return std::nullopt;
  if (op->getName().getStringRef() != "torch.prim.ListConstruct")
    return getInts(getConstantAttr(op));
  SmallVector<int64_t> ints;
  for (Value operand : op->getOperands()) {
    std::optional<int64_t> element = getInt(operand);
    if (!element)
      return std::nullopt;
    ints.push_back(*element);
  }
  return ints;
}

std::optional<int64_t> norm::getInt(Value value) {
  Operation *op = value.getDefiningOp();
  std::optional<SmallVector<int64_t>> ints =
      op ? getInts(getConstantAttr(op)) : std::nullopt;
  return ints && ints->size() == 1 ? std::optional(ints->front())
                                   : std::nullopt;
}
