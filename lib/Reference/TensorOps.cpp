//===- TensorOps.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluation of the tensor dialect: moving elements, computing none.
//
//===----------------------------------------------------------------------===//

#include "Engine.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

#include <limits>

using namespace mlir;
using namespace mlir::norm::reference;

static FailureOr<Arrays> one(Array array) {
  return Arrays{makeArray(std::move(array))};
}

/// Static and dynamic sizes, offsets or strides as numbers.
static SmallVector<int64_t> resolve(Engine &engine,
                                    ArrayRef<OpFoldResult> mixed) {
  SmallVector<int64_t> result;
  for (OpFoldResult value : mixed) {
    if (auto attribute = dyn_cast<Attribute>(value))
      result.push_back(cast<IntegerAttr>(attribute).getInt());
    else
      result.push_back(engine.getScalar(cast<Value>(value)).integer);
  }
  return result;
}

/// Succeeds when every extent is at least zero.
static LogicalResult checkSizes(Operation *op, ArrayRef<int64_t> sizes) {
  for (int64_t size : sizes)
    if (size < 0)
      return op->emitOpError() << "has the negative extent " << size;
  return success();
}

/// The elements of `source` under another shape.
static FailureOr<Arrays> reshape(Operation *op, const Array &source,
                                 ArrayRef<int64_t> shape) {
  if (failed(checkSizes(op, shape)))
    return failure();
  if (ShapedType::getNumElements(shape) != source.size())
    return op->emitOpError() << "reshapes " << source.size() << " elements to "
                             << ShapedType::getNumElements(shape);
  Array result = source;
  result.shape.assign(shape.begin(), shape.end());
  return one(std::move(result));
}

static FailureOr<Arrays> evaluateEmpty(Engine &engine, tensor::EmptyOp op) {
  SmallVector<int64_t> shape = resolve(engine, op.getMixedSizes());
  if (failed(checkSizes(op, shape)))
    return failure();
  Array result(op.getType().getElementType(), shape);
  // Nobody may rely on these elements; NaN shows it when somebody does.
  if (result.isFloat())
    llvm::fill(result.elements,
               Number::ofReal(std::numeric_limits<double>::quiet_NaN()));
  return one(std::move(result));
}

static FailureOr<Arrays> evaluateCollapse(Engine &engine,
                                          tensor::CollapseShapeOp op) {
  const Array &source = *engine.get(op.getSrc());
  SmallVector<int64_t> shape;
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    int64_t size = 1;
    for (int64_t dim : group)
      size *= source.shape[dim];
    shape.push_back(size);
  }
  return reshape(op, source, shape);
}

/// Collects (slice offset, source offset) strides of a slice; fails when it
/// leaves the source.
static LogicalResult checkSlice(Operation *op, ArrayRef<int64_t> offsets,
                                ArrayRef<int64_t> sizes,
                                ArrayRef<int64_t> strides,
                                ArrayRef<int64_t> shape) {
  if (failed(checkSizes(op, sizes)))
    return failure();
  for (auto [dim, extent] : llvm::enumerate(shape)) {
    if (sizes[dim] == 0)
      continue;
    int64_t last = offsets[dim] + (sizes[dim] - 1) * strides[dim];
    if (offsets[dim] < 0 || last < 0 || offsets[dim] >= extent ||
        last >= extent)
      return op->emitOpError()
             << "leaves dimension " << dim << " of extent " << extent << ": ["
             << offsets[dim] << ", " << last << "]";
  }
  return success();
}

template <typename OpTy>
static FailureOr<Arrays> evaluateSlice(Engine &engine, OpTy op,
                                       const Array &whole, Array result,
                                       bool insert) {
  SmallVector<int64_t> offsets = resolve(engine, op.getMixedOffsets());
  SmallVector<int64_t> sizes = resolve(engine, op.getMixedSizes());
  SmallVector<int64_t> strides = resolve(engine, op.getMixedStrides());
  if (failed(checkSlice(op, offsets, sizes, strides, whole.shape)))
    return failure();
  SmallVector<int64_t> wholeStrides = whole.strides();
  int64_t next = 0;
  const Array *source = insert ? engine.get(op->getOperand(0)).get() : nullptr;
  if (source && source->size() != ShapedType::getNumElements(sizes))
    return op->emitOpError("inserts a tensor of other extents than it states");
  forEachIndex(sizes, [&](ArrayRef<int64_t> index) {
    int64_t offset = 0;
    for (auto [dim, i] : llvm::enumerate(index))
      offset += (offsets[dim] + i * strides[dim]) * wholeStrides[dim];
    if (insert)
      result.elements[offset] = source->elements[next++];
    else
      result.elements[next++] = whole.elements[offset];
  });
  return one(std::move(result));
}

static FailureOr<Arrays> evaluateExtractSlice(Engine &engine,
                                              tensor::ExtractSliceOp op) {
  SmallVector<int64_t> sizes = resolve(engine, op.getMixedSizes());
  if (failed(checkSizes(op, sizes)))
    return failure();
  llvm::SmallBitVector dropped = op.getDroppedDims();
  SmallVector<int64_t> shape;
  for (auto [dim, size] : llvm::enumerate(sizes))
    if (!dropped.test(dim))
      shape.push_back(size);
  return evaluateSlice(engine, op, *engine.get(op.getSource()),
                       Array(op.getType().getElementType(), shape),
                       /*insert=*/false);
}

/// The offset of one element; none, with a diagnostic, when out of bounds.
static FailureOr<int64_t> getOffset(Engine &engine, Operation *op,
                                    const Array &array, ValueRange indices) {
  int64_t offset = 0;
  for (auto [dim, value] : llvm::enumerate(indices)) {
    Number index = engine.getScalar(value);
    if (index.error != 0.0)
      return op->emitOpError("has an index that depends on rounding errors");
    if (index.integer < 0 || index.integer >= array.shape[dim])
      return op->emitOpError()
             << "has index " << index.integer << " in dimension " << dim
             << " of extent " << array.shape[dim];
    offset = offset * array.shape[dim] + index.integer;
  }
  return offset;
}

static FailureOr<Arrays> evaluateExtract(Engine &engine, tensor::ExtractOp op) {
  const Array &source = *engine.get(op.getTensor());
  FailureOr<int64_t> offset = getOffset(engine, op, source, op.getIndices());
  if (failed(offset))
    return failure();
  Array result(source.elementType, {});
  result.elements[0] = source.elements[*offset];
  return one(std::move(result));
}

static FailureOr<Arrays> evaluateInsert(Engine &engine, tensor::InsertOp op) {
  Array result = *engine.get(op.getDest());
  FailureOr<int64_t> offset = getOffset(engine, op, result, op.getIndices());
  if (failed(offset))
    return failure();
  result.elements[*offset] = engine.getScalar(op.getScalar());
  return one(std::move(result));
}

static FailureOr<Arrays> evaluateDim(Engine &engine, tensor::DimOp op) {
  const Array &source = *engine.get(op.getSource());
  int64_t dim = engine.getScalar(op.getIndex()).integer;
  if (dim < 0 || dim >= source.rank())
    return op.emitOpError()
           << "has index " << dim << " for rank " << source.rank();
  Array result(op.getType(), {});
  result.elements[0] = Number::ofInteger(source.shape[dim]);
  return one(std::move(result));
}

static FailureOr<Arrays> evaluateSplat(Engine &engine, tensor::SplatOp op) {
  SmallVector<int64_t> shape(op.getType().getShape());
  auto sizes = op.getDynamicSizes().begin();
  for (int64_t &size : shape)
    if (ShapedType::isDynamic(size))
      size = engine.getScalar(*sizes++).integer;
  if (failed(checkSizes(op, shape)))
    return failure();
  Array result(op.getType().getElementType(), shape);
  llvm::fill(result.elements, engine.getScalar(op.getInput()));
  return one(std::move(result));
}

static FailureOr<Arrays> evaluateConcat(Engine &engine, tensor::ConcatOp op) {
  int64_t dim = op.getDim();
  SmallVector<int64_t> shape = engine.get(op.getInputs()[0])->shape;
  shape[dim] = 0;
  for (Value input : op.getInputs()) {
    ArrayRef<int64_t> other = engine.get(input)->shape;
    for (auto [index, size] : llvm::enumerate(other))
      if (static_cast<int64_t>(index) != dim && size != shape[index])
        return op.emitOpError("has operands of different extents");
    shape[dim] += other[dim];
  }
  Array result(op.getResultType().getElementType(), shape);
  SmallVector<int64_t> strides = result.strides();
  int64_t start = 0;
  for (Value input : op.getInputs()) {
    const Array &source = *engine.get(input);
    int64_t next = 0;
    forEachIndex(source.shape, [&](ArrayRef<int64_t> index) {
      result.elements[dot(index, strides) + start * strides[dim]] =
          source.elements[next++];
    });
    start += source.shape[dim];
  }
  return one(std::move(result));
}

/// Fills an array by running a block of index arguments for each element.
static LogicalResult generate(Engine &engine, Block &body, Array &array) {
  int64_t next = 0;
  LogicalResult status = success();
  Type index = IndexType::get(body.getParentOp()->getContext());
  forEachIndex(array.shape, [&](ArrayRef<int64_t> position) {
    if (failed(status))
      return;
    Arrays arguments;
    for (int64_t i : position) {
      Array argument(index, {});
      argument.elements[0] = Number::ofInteger(i);
      arguments.push_back(makeArray(std::move(argument)));
    }
    FailureOr<Arrays> results = engine.run(body, arguments);
    status = failure(failed(results));
    if (succeeded(results))
      array.elements[next++] = results->front()->elements[0];
  });
  return status;
}

static FailureOr<Arrays> evaluateGenerate(Engine &engine,
                                          tensor::GenerateOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  SmallVector<int64_t> shape(type.getShape());
  auto sizes = op.getDynamicExtents().begin();
  for (int64_t &size : shape)
    if (ShapedType::isDynamic(size))
      size = engine.getScalar(*sizes++).integer;
  if (failed(checkSizes(op, shape)))
    return failure();
  Array result(type.getElementType(), shape);
  if (failed(generate(engine, op.getBody().front(), result)))
    return failure();
  return one(std::move(result));
}

static FailureOr<Arrays> evaluatePad(Engine &engine, tensor::PadOp op) {
  const Array &source = *engine.get(op.getSource());
  SmallVector<int64_t> low = resolve(engine, op.getMixedLowPad());
  SmallVector<int64_t> high = resolve(engine, op.getMixedHighPad());
  SmallVector<int64_t> shape = source.shape;
  for (auto [dim, size] : llvm::enumerate(shape)) {
    if (low[dim] < 0 || high[dim] < 0)
      return op.emitOpError("pads by a negative amount");
    size += low[dim] + high[dim];
  }
  Array result(source.elementType, shape);
  if (failed(generate(engine, op.getRegion().front(), result)))
    return failure();
  SmallVector<int64_t> strides = result.strides();
  int64_t start = dot(low, strides), next = 0;
  forEachIndex(source.shape, [&](ArrayRef<int64_t> index) {
    result.elements[start + dot(index, strides)] = source.elements[next++];
  });
  return one(std::move(result));
}

FailureOr<Arrays> norm::reference::evaluateTensorOp(Engine &engine,
                                                    Operation *op,
                                                    bool &handled) {
  for (Type type : op->getResultTypes())
    if (!isSupportedElementType(getElementTypeOrSelf(type))) {
      handled = false;
      return failure();
    }
  using Result = FailureOr<Arrays>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](tensor::EmptyOp op) { return evaluateEmpty(engine, op); })
      .Case([&](tensor::CollapseShapeOp op) {
        return evaluateCollapse(engine, op);
      })
      .Case([&](tensor::ExpandShapeOp op) {
        return reshape(op, *engine.get(op.getSrc()),
                       resolve(engine, op.getMixedOutputShape()));
      })
      .Case([&](tensor::ReshapeOp op) -> Result {
        SmallVector<int64_t> shape;
        for (Number size : engine.get(op.getShape())->elements)
          shape.push_back(size.integer);
        return reshape(op, *engine.get(op.getSource()), shape);
      })
      .Case([&](tensor::ExtractSliceOp op) {
        return evaluateExtractSlice(engine, op);
      })
      .Case([&](tensor::InsertSliceOp op) {
        const Array &dest = *engine.get(op.getDest());
        return evaluateSlice(engine, op, dest, dest, /*insert=*/true);
      })
      .Case([&](tensor::CastOp op) -> Result {
        return Arrays{engine.get(op.getSource())};
      })
      .Case([&](tensor::DimOp op) { return evaluateDim(engine, op); })
      .Case([&](tensor::RankOp op) -> Result {
        Array result(op.getType(), {});
        result.elements[0] =
            Number::ofInteger(engine.get(op.getTensor())->rank());
        return one(std::move(result));
      })
      .Case([&](tensor::SplatOp op) { return evaluateSplat(engine, op); })
      .Case([&](tensor::FromElementsOp op) -> Result {
        auto type = cast<RankedTensorType>(op.getType());
        Array result(type.getElementType(), type.getShape());
        for (auto [element, value] :
             llvm::zip_equal(result.elements, op.getElements()))
          element = engine.getScalar(value);
        return one(std::move(result));
      })
      .Case([&](tensor::ExtractOp op) { return evaluateExtract(engine, op); })
      .Case([&](tensor::InsertOp op) { return evaluateInsert(engine, op); })
      .Case([&](tensor::ConcatOp op) { return evaluateConcat(engine, op); })
      .Case([&](tensor::GenerateOp op) { return evaluateGenerate(engine, op); })
      .Case([&](tensor::PadOp op) { return evaluatePad(engine, op); })
      .Default([&](Operation *) -> Result {
        handled = false;
        return failure();
      });
}
