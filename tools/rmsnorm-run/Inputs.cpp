//===- Inputs.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Inputs.h"

#include "rmsnorm/Reference/Interpreter.h"
#include "rmsnorm/Support/Npy.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cmath>
#include <random>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::reference;

/// More elements than this are taken for a mistake.
static constexpr int64_t maxElements = int64_t(1) << 31;

LogicalResult norm::checkSignature(func::FuncOp function, bool isCompiled) {
  auto check = [&](StringRef what, unsigned index, Type type) -> LogicalResult {
    if (!isCompiled && getHeldType(type))
      type = getHeldType(type);
    if (isa<ShapedType>(type) && !isa<RankedTensorType>(type))
      return function.emitError() << what << " #" << index << " is " << type
                                  << ": only ranked tensors and scalars can "
                                  << "be passed";
    if (!isSupportedElementType(getElementTypeOrSelf(type)))
      return function.emitError() << what << " #" << index << " is " << type
                                  << ", whose elements are not supported";
    return success();
  };
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes()))
    if (failed(check("argument", index, type)))
      return failure();
  for (auto [index, type] : llvm::enumerate(function.getResultTypes()))
    if (failed(check("result", index, type)))
      return failure();
  return success();
}

/// Splits "K:rest" for an existing argument K.
static FailureOr<std::pair<unsigned, StringRef>>
splitOption(func::FuncOp function, StringRef name, StringRef text) {
  auto [number, rest] = text.split(':');
  unsigned index;
  if (number.getAsInteger(10, index) || rest.empty())
    return function.emitError()
           << "--" << name << "=" << text << " is malformed: K:... is expected";
  if (index >= function.getNumArguments())
    return function.emitError()
           << "--" << name << "=" << text << " names argument #" << index
           << ", but there are " << function.getNumArguments();
  return std::make_pair(index, rest);
}

static FailureOr<DenseMap<unsigned, SmallVector<int64_t>>>
parseShapes(func::FuncOp function, const InputOptions &options) {
  DenseMap<unsigned, SmallVector<int64_t>> shapes;
  for (StringRef text : options.shapes) {
    auto split = splitOption(function, "shape", text);
    if (failed(split))
      return failure();
    SmallVector<StringRef> parts;
    split->second.split(parts, 'x');
    SmallVector<int64_t> shape;
    for (StringRef part : parts)
      if (part.getAsInteger(10, shape.emplace_back()) || shape.back() < 0)
        return function.emitError() << "--shape=" << text << " is malformed: '"
                                    << part << "' is not an extent";
    shapes[split->first] = shape;
  }
  return shapes;
}

static FailureOr<ArrayPtr> readFile(func::FuncOp function, unsigned index,
                                    StringRef path) {
  auto location = FileLineColLoc::get(function.getContext(), path, 0, 0);
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return emitError(location)
           << "cannot read: " << buffer.getError().message();
  RankedTensorType type = getHeldType(function.getArgumentTypes()[index]);
  llvm::Expected<Array> array =
      readNpy((*buffer)->getBuffer(), type.getElementType());
  if (!array)
    return emitError(location) << llvm::toString(array.takeError());
  return ArrayPtr(std::make_shared<Array>(std::move(*array)));
}

/// The extents of a random argument.
static FailureOr<SmallVector<int64_t>>
getShape(func::FuncOp function, unsigned index, const InputOptions &options,
         const SmallVector<int64_t> *given) {
  RankedTensorType type = getHeldType(function.getArgumentTypes()[index]);
  SmallVector<int64_t> shape(type.getShape());
  if (given)
    return *given;
  for (int64_t &extent : shape) {
    if (!ShapedType::isDynamic(extent))
      continue;
    if (!options.dynamicSize)
      return function.emitError()
             << "argument #" << index << " is "
             << function.getArgumentTypes()[index]
             << ": its dynamic extents need --shape=" << index
             << ":AxBx... or --dynamic-size=K";
    extent = *options.dynamicSize;
  }
  return shape;
}

/// Succeeds when the shape is one that the argument's type allows.
static LogicalResult checkShape(func::FuncOp function, unsigned index,
                                ArrayRef<int64_t> shape) {
  Type type = function.getArgumentTypes()[index];
  ArrayRef<int64_t> want = getHeldType(type).getShape();
  bool fits = want.size() == shape.size();
  int64_t count = 1;
  for (auto [have, extent] : llvm::zip(shape, want)) {
    fits &= ShapedType::isDynamic(extent) || extent == have;
    count = llvm::SaturatingMultiply<uint64_t>(count, have) >
                    static_cast<uint64_t>(maxElements)
                ? maxElements + 1
                : count * have;
  }
  if (!fits) {
    InFlightDiagnostic diagnostic = function.emitError()
                                    << "argument #" << index << " is " << type
                                    << ", but the shape given is [";
    llvm::interleaveComma(shape, diagnostic);
    return diagnostic << "]";
  }
  if (count > maxElements)
    return function.emitError() << "argument #" << index << " would have more "
                                << "than " << maxElements << " elements";
  return success();
}

/// Normal numbers, or zeros and ones for integers: those are valid as masks,
/// flags and indices. Reproducible: engine and transformation are fixed here,
/// and every argument has its own stream.
static ArrayPtr makeRandom(Type elementType, ArrayRef<int64_t> shape,
                           uint64_t seed, unsigned index,
                           std::optional<double> deviation) {
  Array array(elementType, shape);
  std::seed_seq sequence{static_cast<uint32_t>(seed),
                         static_cast<uint32_t>(seed >> 32), index};
  std::mt19937_64 engine(sequence);
  // Matrices are weights: scaled as initialisers do, so that products with
  // them keep the size of their operand.
  double scale = 1.0;
  if (shape.size() == 2 && shape[1] > 0)
    scale = 1.0 / std::sqrt(static_cast<double>(shape[1]));
  if (deviation)
    scale = *deviation;
  auto uniform = [&] {
    return (static_cast<double>(engine() >> 11) + 0.5) * 0x1p-53;
  };
  for (Number &number : array.elements) {
    if (!array.isFloat()) {
      number = Number::ofInteger(engine() & 1);
      continue;
    }
    double radius = std::sqrt(-2.0 * std::log(uniform()));
    number = Number::ofReal(scale * radius * std::cos(2.0 * M_PI * uniform()));
  }
  // What is passed is what the element type holds.
  return std::make_shared<Array>(fromBytes(elementType, shape, toBytes(array)));
}

FailureOr<SmallVector<ArrayPtr>> norm::makeInputs(func::FuncOp function,
                                                  const InputOptions &options) {
  auto shapes = parseShapes(function, options);
  if (failed(shapes))
    return failure();
  DenseMap<unsigned, double> deviations;
  for (StringRef text : options.deviations) {
    auto split = splitOption(function, "stddev", text);
    if (failed(split))
      return failure();
    double value;
    if (split->second.getAsDouble(value) || !std::isfinite(value))
      return function.emitError() << "--stddev=" << text << " is malformed: '"
                                  << split->second << "' is not a number";
    deviations[split->first] = value;
  }
  if (options.dynamicSize && *options.dynamicSize < 0)
    return function.emitError("--dynamic-size is negative");
  if (options.files.size() > function.getNumArguments())
    return function.emitError()
           << options.files.size() << " inputs are given, "
           << "but there are " << function.getNumArguments() << " arguments";

  SmallVector<ArrayPtr> inputs;
  for (unsigned index = 0; index < function.getNumArguments(); ++index) {
    if (index < options.files.size() && options.files[index] != "-") {
      StringRef ignored = shapes->contains(index)      ? "shape"
                          : deviations.contains(index) ? "stddev"
                                                       : "";
      if (!ignored.empty())
        return function.emitError()
               << "--" << ignored << " names argument #" << index
               << ", which is not random: it is read from '"
               << options.files[index] << "'";
      FailureOr<ArrayPtr> array =
          readFile(function, index, options.files[index]);
      if (failed(array) || failed(checkShape(function, index, (*array)->shape)))
        return failure();
      inputs.push_back(*array);
      continue;
    }
    auto given = shapes->find(index);
    FailureOr<SmallVector<int64_t>> shape =
        getShape(function, index, options,
                 given == shapes->end() ? nullptr : &given->second);
    if (failed(shape) || failed(checkShape(function, index, *shape)))
      return failure();
    std::optional<double> deviation;
    if (deviations.contains(index))
      deviation = deviations[index];
    inputs.push_back(makeRandom(
        getHeldType(function.getArgumentTypes()[index]).getElementType(),
        *shape, options.seed, index, deviation));
  }
  return inputs;
}
