//===- HeldType.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is held for the values of a type.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Reference/Interpreter.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Dialect.h"
#include "llvm/Support/Regex.h"

using namespace mlir;
using namespace mlir::norm::reference;

Type norm::reference::withoutSign(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  return integer && !integer.isSignless()
             ? IntegerType::get(type.getContext(), integer.getWidth())
             : type;
}

/// `vtensor<[2,?],f32>` is written like `tensor<2x?xf32>`.
static RankedTensorType parseTorchTensor(StringRef text, MLIRContext *context) {
  if (!text.consume_front("vtensor<[") || !text.consume_back(">"))
    return {};
  auto [extents, element] = text.split(']');
  if (!element.consume_front(","))
    return {};
  std::string builtin = "tensor<";
  for (char c : extents)
    if (c != ' ')
      builtin += c == ',' ? 'x' : c;
  if (!extents.trim().empty())
    builtin += 'x';
  builtin += element.trim().str() + ">";
  // What is not listed, a sparse layout, say, the parser would complain of.
  static const llvm::Regex readable(
      "^tensor<(([0-9]{1,18}|[?])x)*(f16|bf16|f32|f64|[su]?i[0-9]{1,2})>$");
  if (!readable.match(builtin))
    return {};
  return dyn_cast_or_null<RankedTensorType>(
      parseType(builtin, context, /*numRead=*/nullptr,
                /*isKnownNullTerminated=*/true));
}

static RankedTensorType getTorchType(StringRef text, MLIRContext *context) {
  if (text == "int")
    return RankedTensorType::get({}, IntegerType::get(context, 64));
  if (text == "float")
    return RankedTensorType::get({}, Float64Type::get(context));
  if (text == "bool")
    return RankedTensorType::get({}, IntegerType::get(context, 1));
  return parseTorchTensor(text, context);
}

RankedTensorType norm::reference::getHeldType(Type type) {
  auto ofElement = [](ArrayRef<int64_t> shape, Type element) {
    return RankedTensorType::get(shape, withoutSign(element));
  };
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return ofElement(tensor.getShape(), tensor.getElementType());
  if (isSupportedElementType(withoutSign(type)))
    return ofElement({}, type);
  RankedTensorType tensor;
  if (auto opaque = dyn_cast<OpaqueType>(type)) {
    if (opaque.getDialectNamespace() == "torch")
      tensor = getTorchType(opaque.getTypeData(), type.getContext());
  } else if (type.getDialect().getNamespace() == "torch") {
    // The type of a host compiler that has registered the dialect.
    std::string text;
    llvm::raw_string_ostream(text) << type;
    StringRef data(text);
    if (data.consume_front("!torch."))
      tensor = getTorchType(data, type.getContext());
  }
  return tensor ? ofElement(tensor.getShape(), tensor.getElementType())
                : RankedTensorType();
}
