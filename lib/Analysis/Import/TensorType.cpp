//===- TensorType.cpp - Tensors of every front end ------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/Import/TensorType.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mlir::norm;

/// An element type as torch-mlir spells it.
static Type parseElement(StringRef text, MLIRContext *context) {
  unsigned width;
  if (text.consume_front("si") && !text.getAsInteger(10, width) && width <= 64)
    return IntegerType::get(context, width, IntegerType::Signed);
  if (text.consume_front("ui") && !text.getAsInteger(10, width) && width <= 64)
    return IntegerType::get(context, width, IntegerType::Unsigned);
  return llvm::StringSwitch<function_ref<Type()>>(text)
      .Case("f16", [&] { return Type(Float16Type::get(context)); })
      .Case("bf16", [&] { return Type(BFloat16Type::get(context)); })
      .Case("f32", [&] { return Type(Float32Type::get(context)); })
      .Case("f64", [&] { return Type(Float64Type::get(context)); })
      .Case("i1", [&] { return Type(IntegerType::get(context, 1)); })
      .Default([] { return Type(); })();
}

/// `vtensor<[2,?],f32>`, or null.
static RankedTensorType parseTorchTensor(StringRef text, MLIRContext *context) {
  if (!text.consume_front("vtensor<[") || !text.consume_back(">"))
    return {};
  auto [dims, rest] = text.split(']');
  SmallVector<int64_t> shape;
  SmallVector<StringRef> fields;
  dims.split(fields, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef field : fields) {
    int64_t extent = ShapedType::kDynamic;
    field = field.trim();
    if (field != "?" && (field.getAsInteger(10, extent) || extent < 0))
      return {};
    shape.push_back(extent);
  }
  // What may follow the element type is a sparse layout.
  if (!rest.consume_front(",") || rest.contains(','))
    return {};
  Type element = parseElement(rest.trim(), context);
  return element ? RankedTensorType::get(shape, element) : RankedTensorType();
}

RankedTensorType norm::getTensorType(Type type) {
  if (auto ranked = dyn_cast<RankedTensorType>(type))
    return ranked;
  if (auto opaque = dyn_cast<OpaqueType>(type)) {
    if (opaque.getDialectNamespace() == "torch")
      return parseTorchTensor(opaque.getTypeData(), type.getContext());
    return {};
  }
  // The type of a host compiler that has registered the dialect.
  if (type.getDialect().getNamespace() != "torch")
    return {};
  std::string text;
  llvm::raw_string_ostream(text) << type;
  StringRef data(text);
  return data.consume_front("!torch.")
             ? parseTorchTensor(data, type.getContext())
             : RankedTensorType();
}

int64_t norm::countLongDims(RankedTensorType type) {
  return llvm::count_if(type.getShape(),
                        [](int64_t extent) { return extent != 1; });
}

Type norm::getElementType(Type type) {
  if (RankedTensorType tensor = getTensorType(type))
    return tensor.getElementType();
  if (auto shaped = dyn_cast<ShapedType>(type))
    return shaped.getElementType();
  return type;
}

bool norm::isNormElement(Type type) {
  return isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(type);
}

Value norm::castToBuiltin(OpBuilder &builder, Location loc, Value value) {
  RankedTensorType type = getTensorType(value);
  if (!type || type == value.getType())
    return value;
  return UnrealizedConversionCastOp::create(builder, loc, type, value)
      .getResult(0);
}

Value norm::castFromBuiltin(OpBuilder &builder, Location loc, Value value,
                            Type type) {
  if (value.getType() == type)
    return value;
  return UnrealizedConversionCastOp::create(builder, loc, type, value)
      .getResult(0);
}
