//===- ReportTraffic.cpp - Bytes that ops move ----------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReportTraffic.h"

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// ByteCount
//===----------------------------------------------------------------------===//

/// The sum, or the nearest number that there is.
static int64_t saturatingAdd(int64_t a, int64_t b) {
  int64_t sum;
  if (!llvm::AddOverflow(a, b, sum))
    return sum;
  return b > 0 ? INT64_MAX : INT64_MIN;
}

void ByteCount::add(const Extents &extents, int64_t bytes) {
  Extents key = extents;
  llvm::sort(key);
  int64_t &coefficient = terms[key];
  coefficient = saturatingAdd(coefficient, bytes);
  if (coefficient == 0)
    terms.erase(key);
}

ByteCount &ByteCount::operator+=(const ByteCount &other) {
  for (const auto &[extents, bytes] : other.terms)
    add(extents, bytes);
  return *this;
}

ByteCount ByteCount::operator-(const ByteCount &other) const {
  ByteCount difference = *this;
  for (const auto &[extents, bytes] : other.terms)
    difference.add(extents, -bytes);
  return difference;
}

bool ByteCount::isExact() const {
  return llvm::all_of(terms,
                      [](const auto &term) { return term.first.empty(); });
}

int64_t ByteCount::getBytes() const {
  int64_t total = 0;
  for (const auto &[extents, bytes] : terms)
    total = saturatingAdd(total, bytes);
  return total;
}

std::string ByteCount::str() const {
  if (terms.empty())
    return "0";
  std::string text;
  // Of highest degree first.
  std::vector<std::pair<Extents, int64_t>> sorted(terms.begin(), terms.end());
  llvm::sort(sorted, [](const auto &a, const auto &b) {
    return a.first.size() != b.first.size() ? a.first.size() > b.first.size()
                                            : a.first < b.first;
  });
  for (const auto &[extents, bytes] : sorted) {
    if (text.empty())
      text = std::to_string(bytes);
    else
      text += (bytes < 0 ? " - " : " + ") + std::to_string(std::abs(bytes));
    for (const std::string &extent : extents)
      text += "*" + extent;
  }
  return text;
}

//===----------------------------------------------------------------------===//
// TrafficCounter
//===----------------------------------------------------------------------===//

static std::string getDimName(unsigned dimension) {
  return "d" + std::to_string(dimension);
}

TrafficCounter::TrafficCounter(Value x, ModuleView &view,
                               std::function<std::string(Value)> getName)
    : x(x), view(view), getName(std::move(getName)),
      importer(algebra, x, view) {
  RankedTensorType type = getTensorType(x);
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      extents.push_back({importer.extentOf(x, dim), getDimName(dim)});
}

/// The dimension of x that dimension `dimension` of `value`, a result of a norm
/// op of x, has the extent of.
static std::optional<unsigned> getDimOfX(Value value, unsigned dimension,
                                         Value x) {
  auto op = value.getDefiningOp<RowProgramOpInterface>();
  if (!op)
    return std::nullopt;
  RowSignature signature = op.getRowSignature();
  Value domain = signature.domain;
  if (auto cast = domain.getDefiningOp<UnrealizedConversionCastOp>())
    domain = cast.getOperand(0);
  if (domain != x)
    return std::nullopt;
  for (auto [result, map] :
       llvm::zip_equal(signature.results, signature.resultMaps))
    if (result == value)
      return map.getDimPosition(dimension);
  return std::nullopt;
}

std::string TrafficCounter::getExtentName(Value value, unsigned dimension) {
  if (std::optional<unsigned> dim = getDimOfX(value, dimension, x))
    return getDimName(*dim);
  algebra::Polynomial extent = importer.extentOf(value, dimension);
  for (const auto &[known, name] : extents)
    if (algebra.agree(known, extent))
      return name;
  std::string name =
      "dim(" + getName(value) + ", " + std::to_string(dimension) + ")";
  extents.push_back({extent, name});
  return name;
}

void TrafficCounter::addTensor(ByteCount &bytes, Value value) {
  RankedTensorType type = getTensorType(value);
  if (!type)
    return;
  Type element = type.getElementType();
  if (auto complex = dyn_cast<ComplexType>(element))
    element = complex.getElementType();
  int64_t size = element.isIndex() ? 8
                 : element.isIntOrFloat()
                     ? llvm::divideCeil(element.getIntOrFloatBitWidth(), 8)
                     : 0;
  if (isa<ComplexType>(type.getElementType()))
    size *= 2;
  ByteCount::Extents names;
  for (auto [dim, extent] : llvm::enumerate(type.getShape())) {
    if (ShapedType::isDynamic(extent))
      names.push_back(getExtentName(value, dim));
    else if (llvm::MulOverflow(size, extent, size))
      size = INT64_MAX;
  }
  bytes.add(names, size);
}

/// Ops that only say how their operand is indexed, or that need no memory.
static bool isFree(Operation *op, const ModuleView &view) {
  static const llvm::StringSet<> names = {
      "builtin.unrealized_conversion_cast",
      "mhlo.dynamic_reshape",
      "mhlo.reshape",
      "onnx.Flatten",
      "onnx.Reshape",
      "onnx.Squeeze",
      "onnx.Unsqueeze",
      "stablehlo.dynamic_reshape",
      "stablehlo.reshape",
      "tensor.cast",
      "tensor.collapse_shape",
      "tensor.dim",
      "tensor.empty",
      "tensor.expand_shape",
      "tensor.extract_slice",
      "tensor.reshape",
      "tensor.splat",
      "torch.aten._unsafe_view",
      "torch.aten.expand",
      "torch.aten.flatten.using_ints",
      "torch.aten.reshape",
      "torch.aten.squeeze",
      "torch.aten.squeeze.dim",
      "torch.aten.unsqueeze",
      "torch.aten.view",
      "tosa.reshape",
  };
  if (names.contains(op->getName().getStringRef()) || view.isConstant(op))
    return true;
  const OpRow *row = view.lookup(op);
  return row && row->kind == OpClass::Scalar;
}

/// Tensors that are written in the code of whoever reads them.
static bool isInCode(Value value, const ModuleView &view) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  StringRef name = op->getName().getStringRef();
  if (name == "tensor.empty" || name == "tensor.splat")
    return true;
  if (!view.isConstant(op))
    return false;
  auto elements = dyn_cast_or_null<ElementsAttr>(getConstantAttr(op));
  return elements && elements.isSplat();
}

ByteCount TrafficCounter::count(Operation *op, unsigned depth) {
  ByteCount bytes;
  if (isFree(op, view))
    return bytes;
  if (const Callee *callee = view.getCallee(op);
      callee && depth < Importer::maxCallDepth) {
    for (Operation &inner : callee->body->without_terminator())
      bytes += count(&inner, depth + 1);
    return bytes;
  }
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  llvm::SetVector<Value> read;
  for (OpOperand &operand : op->getOpOperands())
    if (!isInCode(operand.get(), view) &&
        (!linalgOp || linalgOp.payloadUsesValueFromOperand(&operand)))
      read.insert(operand.get());
  for (Value value : read)
    addTensor(bytes, value);
  for (Value result : op->getResults())
    addTensor(bytes, result);
  return bytes;
}
