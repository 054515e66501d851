//===- Array.cpp --------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Reference/Array.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/Support/Endian.h"

using namespace mlir;
using namespace mlir::norm::reference;

SmallVector<int64_t> Array::strides() const {
  SmallVector<int64_t> result(shape.size(), 1);
  for (int64_t dim = rank() - 2; dim >= 0; --dim)
    result[dim] = result[dim + 1] * shape[dim + 1];
  return result;
}

bool norm::reference::isSupportedElementType(Type type) {
  if (auto floatType = dyn_cast<FloatType>(type))
    return floatType.getWidth() <= 64 && floatType.getWidth() % 8 == 0;
  if (auto integer = dyn_cast<IntegerType>(type))
    return integer.isSignless() &&
           (integer.getWidth() == 1 || integer.getWidth() == 8 ||
            integer.getWidth() == 16 || integer.getWidth() == 32 ||
            integer.getWidth() == 64);
  return isa<IndexType>(type);
}

unsigned norm::reference::getElementBytes(Type type) {
  if (isa<IndexType>(type))
    return 8;
  return llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
}

static double toDouble(APFloat value) {
  bool losesInfo;
  value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value.convertToDouble();
}

/// The value of the low bits of `bits` as an element of `type`.
static Number decode(Type type, uint64_t bits) {
  if (auto floatType = dyn_cast<FloatType>(type)) {
    if (floatType.isF64())
      return Number::ofReal(llvm::bit_cast<double>(bits));
    if (floatType.isF32())
      return Number::ofReal(llvm::bit_cast<float>(static_cast<uint32_t>(bits)));
    APInt integer(floatType.getWidth(), bits, /*isSigned=*/false,
                  /*implicitTrunc=*/true);
    return Number::ofReal(
        toDouble(APFloat(floatType.getFloatSemantics(), integer)));
  }
  unsigned width = isa<IndexType>(type) ? 64 : type.getIntOrFloatBitWidth();
  if (width == 1)
    return Number::ofInteger(bits & 1);
  return Number::ofInteger(llvm::SignExtend64(bits, width));
}

static uint64_t encode(Type type, Number number) {
  auto floatType = dyn_cast<FloatType>(type);
  if (!floatType)
    return static_cast<uint64_t>(number.integer);
  APFloat value(number.value);
  bool losesInfo;
  value.convert(floatType.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value.bitcastToAPInt().getZExtValue();
}

Array norm::reference::fromBytes(Type elementType, ArrayRef<int64_t> shape,
                                 ArrayRef<char> bytes) {
  Array array(elementType, shape);
  unsigned width = getElementBytes(elementType);
  assert(bytes.size() == array.elements.size() * width && "size mismatch");
  const char *next = bytes.data();
  for (Number &element : array.elements) {
    uint64_t bits = 0;
    memcpy(&bits, next, width);
    element = decode(elementType, bits);
    next += width;
  }
  return array;
}

std::vector<char> norm::reference::toBytes(const Array &array) {
  unsigned width = getElementBytes(array.elementType);
  std::vector<char> bytes(array.elements.size() * width);
  char *next = bytes.data();
  for (Number element : array.elements) {
    uint64_t bits = encode(array.elementType, element);
    memcpy(next, &bits, width);
    next += width;
  }
  return bytes;
}

static Number fromAPInt(const APInt &value) {
  return Number::ofInteger(value.getBitWidth() == 1 ? value.getZExtValue()
                                                    : value.getSExtValue());
}

FailureOr<Array> norm::reference::fromAttribute(Attribute attribute) {
  if (auto value = dyn_cast<FloatAttr>(attribute)) {
    if (!isSupportedElementType(value.getType()))
      return failure();
    Array array(value.getType(), {});
    array.elements[0] = Number::ofReal(toDouble(value.getValue()));
    return array;
  }
  if (auto value = dyn_cast<IntegerAttr>(attribute)) {
    Type type = withoutSign(value.getType());
    if (!isSupportedElementType(type))
      return failure();
    Array array(type, {});
    array.elements[0] = fromAPInt(value.getValue());
    return array;
  }
  auto elements = dyn_cast<ElementsAttr>(attribute);
  if (!elements ||
      !isSupportedElementType(withoutSign(elements.getElementType())) ||
      !elements.getShapedType().hasStaticShape())
    return failure();
  Type type = withoutSign(elements.getElementType());
  ArrayRef<int64_t> shape = elements.getShapedType().getShape();

  if (auto dense = dyn_cast<DenseElementsAttr>(attribute)) {
    Array array(type, shape);
    if (isa<FloatType>(type)) {
      for (auto [element, value] :
           llvm::zip_equal(array.elements, dense.getValues<APFloat>()))
        element = Number::ofReal(toDouble(value));
    } else {
      for (auto [element, value] :
           llvm::zip_equal(array.elements, dense.getValues<APInt>()))
        element = fromAPInt(value);
    }
    return array;
  }
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return failure();
    ArrayRef<char> bytes = blob->getData();
    if (bytes.size() !=
        static_cast<size_t>(elements.getNumElements()) * getElementBytes(type))
      return failure();
    return fromBytes(type, shape, bytes);
  }
  return failure();
}
