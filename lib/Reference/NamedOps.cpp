//===- NamedOps.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finding the evaluator of an op by its name, and reading its operands and
// attributes.
//
//===----------------------------------------------------------------------===//

#include "NamedOps.h"

#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace mlir::norm::reference;

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

bool NamedOp::isAbsent(unsigned i) const {
  return i >= op->getNumOperands() ||
         isa<NoneType>(engine.get(op->getOperand(i))->elementType);
}

ArrayPtr NamedOp::operator[](unsigned i) {
  if (isAbsent(i))
    return fail("has no operand #" + Twine(i));
  return engine.get(op->getOperand(i));
}

SmallVector<ArrayPtr> NamedOp::operands() {
  SmallVector<ArrayPtr> arrays;
  for (unsigned i = 0; i < size(); ++i)
    arrays.push_back((*this)[i]);
  return arrays;
}

int64_t NamedOp::rank(unsigned i) {
  return isAbsent(i) ? 0 : engine.get(op->getOperand(i))->rank();
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

static MaybeInts readInts(Attribute attribute) {
  if (auto value = dyn_cast<IntegerAttr>(attribute))
    return Ints{value.getValue().getSExtValue()};
  if (auto value = dyn_cast<BoolAttr>(attribute))
    return Ints{value.getValue()};
  Ints list;
  if (auto array = dyn_cast<DenseI64ArrayAttr>(attribute))
    return Ints(array.asArrayRef());
  if (auto array = dyn_cast<DenseI32ArrayAttr>(attribute))
    return Ints(array.asArrayRef().begin(), array.asArrayRef().end());
  if (auto array = dyn_cast<ArrayAttr>(attribute)) {
    for (Attribute entry : array) {
      auto value = dyn_cast<IntegerAttr>(entry);
      if (!value)
        return std::nullopt;
      list.push_back(value.getValue().getSExtValue());
    }
    return list;
  }
  FailureOr<Array> array = fromAttribute(attribute);
  if (failed(array) || array->isFloat())
    return std::nullopt;
  for (Number number : array->elements)
    list.push_back(number.integer);
  return list;
}

MaybeInts NamedOp::intsAttr(StringRef name) {
  Attribute attribute = op->getAttr(name);
  MaybeInts list = attribute ? readInts(attribute) : std::nullopt;
  if (!list)
    fail("has no integers as attribute '" + name + "'");
  return list;
}

std::optional<int64_t> NamedOp::intAttr(StringRef name) {
  MaybeInts list = intsAttr(name);
  if (!list)
    return std::nullopt;
  if (list->size() == 1)
    return list->front();
  fail("has several integers as attribute '" + name + "'");
  return std::nullopt;
}

int64_t NamedOp::intAttr(StringRef name, int64_t byDefault) {
  if (Attribute attribute = op->getAttr(name))
    if (MaybeInts list = readInts(attribute); list && list->size() == 1)
      return list->front();
  return byDefault;
}

ArrayPtr NamedOp::arrayAttr(StringRef name) {
  Attribute attribute = op->getAttr(name);
  FailureOr<Array> array =
      attribute ? fromAttribute(attribute) : FailureOr<Array>();
  if (failed(array))
    return fail("has no attribute '" + name +
                "' that the reference interpreter can read");
  boundLiterals(*array, engine.mode);
  return makeArray(std::move(*array));
}

std::string NamedOp::textAttr(StringRef name) const {
  std::string text;
  if (Attribute attribute = op->getAttr(name))
    llvm::raw_string_ostream(text) << attribute;
  return text;
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

Type NamedOp::element(unsigned i) {
  RankedTensorType type = i < op->getNumResults()
                              ? getHeldType(op->getResult(i).getType())
                              : RankedTensorType();
  if (type && isSupportedElementType(type.getElementType()))
    return type.getElementType();
  fail("has no result #" + Twine(i) +
       " that the reference interpreter can hold");
  return {};
}

MaybeInts NamedOp::staticShape(unsigned i) {
  if (!element(i))
    return std::nullopt;
  RankedTensorType type = getHeldType(op->getResult(i).getType());
  if (type.hasStaticShape())
    return Ints(type.getShape());
  fail("has a result of open extents and nothing that gives them");
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Shared evaluators
//===----------------------------------------------------------------------===//

Arrays evaluators::elementwise(NamedOp &op) {
  return {
      op.apply({op.entry.real, op.entry.integer}, op.operands(), op.element())};
}

Arrays evaluators::identity(NamedOp &op) { return {op[0]}; }

Arrays evaluators::comparison(NamedOp &op) {
  return {op.compare(static_cast<Direction>(op.entry.number), op[0], op[1])};
}

Arrays evaluators::square(NamedOp &op) { return {op.mul(op[0], op[0])}; }

Arrays evaluators::reciprocal(NamedOp &op) { return {op.reciprocal(op[0])}; }

Arrays evaluators::convert(NamedOp &op) {
  return {op.convert(op[0], op.element())};
}

Arrays evaluators::absent(NamedOp &op) {
  return {makeArray(NoneType::get(op.op->getContext()), ArrayRef<int64_t>(0))};
}

//===----------------------------------------------------------------------===//
// Dispatch
//===----------------------------------------------------------------------===//

using Table = llvm::StringMap<const OpEntry *>;

static Table makeTable() {
  Table table;
  auto add = [&](StringRef dialect, ArrayRef<OpEntry> entries) {
    for (const OpEntry &entry : entries)
      table[(dialect + entry.name).str()] = &entry;
  };
  // MHLO has the ops that StableHLO came from, under the same names.
  add("stablehlo.", getStableHLOOps());
  add("mhlo.", getStableHLOOps());
  add("chlo.", getCHLOOps());
  add("tosa.", getTosaOps());
  add("torch.", getTorchOps());
  add("onnx.", getONNXOps());
  // Casts that put values together have no meaning of their own.
  constexpr Evaluator cast = [](NamedOp &op) -> Arrays {
    if (op.size() != 1 || op.op->getNumResults() != 1)
      return {op.fail("casts several values at once")};
    return evaluators::identity(op);
  };
  static const OpEntry casts[] = {
      {"unrealized_conversion_cast", cast},
      {"to_builtin_tensor", evaluators::identity},
      {"from_builtin_tensor", evaluators::identity}};
  add("builtin.", ArrayRef(casts).take_front(1));
  add("torch_c.", ArrayRef(casts).drop_front(1));
  return table;
}

FailureOr<Arrays>
norm::reference::evaluateNamedOp(Engine &engine, Operation *op, bool &handled) {
  static const Table table = makeTable();
  const OpEntry *entry = table.lookup(op->getName().getStringRef());
  if (!entry) {
    handled = false;
    return failure();
  }
  NamedOp named(engine, op, *entry);
  Arrays results = entry->evaluate(named);
  if (llvm::is_contained(results, nullptr))
    return failure();
  return results;
}
