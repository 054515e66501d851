//===- RowOps.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluation of the norm dialect: row programs, run row by row.
//
//===----------------------------------------------------------------------===//

#include "Engine.h"

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::reference;

namespace {
/// What is written by a row program.
struct Destination {
  AffineMap map;
  /// The type that sums over rows are computed in.
  Type yieldedType;
  /// Holds the initial values at first.
  std::shared_ptr<Array> array;
  bool accumulated = false;
  std::vector<Sum> sums = {};
};

/// A row program over a domain.
struct RowKernel {
  FailureOr<Arrays> run(Engine &engine);

  Operation *op;
  Block *program;
  ArrayRef<int64_t> axes;
  SmallVector<int64_t> domain;
  SmallVector<std::pair<AffineMap, ArrayPtr>> inputs;
  SmallVector<Destination> destinations;

private:
  LogicalResult runRow(Engine &engine, ArrayRef<int64_t> grid);
  bool followsAxes(AffineMap map) const {
    return llvm::any_of(
        axes, [&](int64_t axis) { return map.isFunctionOfDim(axis); });
  }
  /// The offset of a domain index in an array.
  static int64_t offset(AffineMap map, const Array &array,
                        ArrayRef<int64_t> index) {
    int64_t result = 0;
    for (auto [expr, size] : llvm::zip_equal(map.getResults(), array.shape))
      result = result * size + index[cast<AffineDimExpr>(expr).getPosition()];
    return result;
  }
  /// Calls `visit(number in the row, domain index)` for the elements of a row.
  template <typename F>
  void forEachElement(ArrayRef<int64_t> grid, F visit) const;
};
} // namespace

template <typename F>
void RowKernel::forEachElement(ArrayRef<int64_t> grid, F visit) const {
  SmallVector<int64_t> extents, index(grid);
  for (int64_t axis : axes)
    extents.push_back(domain[axis]);
  int64_t number = 0;
  forEachIndex(extents, [&](ArrayRef<int64_t> position) {
    for (auto [axis, i] : llvm::zip_equal(axes, position))
      index[axis] = i;
    visit(number++, ArrayRef<int64_t>(index));
  });
}

LogicalResult RowKernel::runRow(Engine &engine, ArrayRef<int64_t> grid) {
  int64_t size = 1;
  for (int64_t axis : axes)
    size *= domain[axis];
  Arrays arguments;
  for (const auto &input : inputs) {
    AffineMap map = input.first;
    const ArrayPtr &source = input.second;
    if (!followsAxes(map)) {
      Array scalar(source->elementType, {});
      scalar.elements[0] = source->elements[offset(map, *source, grid)];
      arguments.push_back(makeArray(std::move(scalar)));
      continue;
    }
    Array row(source->elementType, {size});
    forEachElement(grid, [&](int64_t number, ArrayRef<int64_t> index) {
      row.elements[number] = source->elements[offset(map, *source, index)];
    });
    arguments.push_back(makeArray(std::move(row)));
  }

  Engine inner(engine.mode, /*depth=*/0);
  FailureOr<Arrays> results = inner.run(*program, arguments);
  if (failed(results))
    return failure();

  for (auto [i, array] : llvm::enumerate(*results)) {
    Destination &destination = destinations[i];
    const Array &result = *array;
    Format format(destination.yieldedType, engine.mode);
    auto write = [&](ArrayRef<int64_t> index, Number number) {
      int64_t at = offset(destination.map, *destination.array, index);
      if (destination.accumulated)
        destination.sums[at].add(format, number);
      else
        destination.array->elements[at] = number;
    };
    if (followsAxes(destination.map))
      forEachElement(grid, [&](int64_t number, ArrayRef<int64_t> index) {
        write(index, result.elements[number]);
      });
    else
      write(grid, result.elements[0]);
  }
  return success();
}

FailureOr<Arrays> RowKernel::run(Engine &engine) {
  SmallVector<int64_t> grid = domain;
  for (int64_t axis : axes)
    grid[axis] = 1;
  for (Destination &destination : destinations) {
    // Summed over grid dimensions that its map lacks, and over axes when it
    // has others.
    for (unsigned dim = 0; dim < domain.size(); ++dim)
      if (!destination.map.isFunctionOfDim(dim) &&
          (!llvm::is_contained(axes, dim) || followsAxes(destination.map)))
        destination.accumulated = true;
    if (!destination.accumulated)
      continue;
    Format format(destination.yieldedType, engine.mode);
    destination.sums.resize(destination.array->size());
    for (auto [sum, element] :
         llvm::zip_equal(destination.sums, destination.array->elements))
      sum.add(format, element);
  }
  LogicalResult status = success();
  forEachIndex(grid, [&](ArrayRef<int64_t> index) {
    if (succeeded(status))
      status = runRow(engine, index);
  });
  if (failed(status))
    return failure();

  Arrays results;
  for (Destination &destination : destinations) {
    Format sumFormat(destination.yieldedType, engine.mode);
    Type element = destination.array->elementType;
    Format format(element, engine.mode);
    if (destination.accumulated)
      for (auto [sum, number] :
           llvm::zip_equal(destination.sums, destination.array->elements)) {
        number = sum.finish(sumFormat);
        if (element != destination.yieldedType)
          number = format.finish(number.value, number.error);
      }
    results.push_back(destination.array);
  }
  return results;
}

/// Merges the extents that an operand gives the domain.
static LogicalResult mergeDomain(RowKernel &kernel, AffineMap map,
                                 const Array &array) {
  for (auto [expr, size] : llvm::zip_equal(map.getResults(), array.shape)) {
    unsigned dim = cast<AffineDimExpr>(expr).getPosition();
    int64_t &extent = kernel.domain[dim];
    if (extent >= 0 && extent != size)
      return kernel.op->emitOpError()
             << "has extent " << extent << " in domain dimension " << dim
             << " by one operand, but " << size << " by another";
    extent = size;
  }
  return success();
}

static FailureOr<Arrays> evaluateRowwise(Engine &engine, RowwiseOp op) {
  if (op.getNumResults() == 0)
    return op.emitOpError("is not on tensors, so the reference interpreter "
                          "cannot evaluate it");
  RowKernel kernel;
  kernel.op = op;
  kernel.program = op.getRowProgram();
  kernel.axes = op.getAxes();
  kernel.domain.assign(op.getDomainRank(), -1);
  for (auto [index, input] : llvm::enumerate(op.getInputs())) {
    kernel.inputs.push_back({op.getInputMap(index), engine.get(input)});
    if (failed(mergeDomain(kernel, op.getInputMap(index), *engine.get(input))))
      return failure();
  }
  for (auto [index, init] : llvm::enumerate(op.getInits())) {
    const Array &initial = *engine.get(init);
    if (failed(mergeDomain(kernel, op.getInitMap(index), initial)))
      return failure();
    kernel.destinations.push_back({op.getInitMap(index), initial.elementType,
                                   std::make_shared<Array>(initial)});
  }
  return kernel.run(engine);
}

static FailureOr<Arrays> evaluateSemanticOp(Engine &engine,
                                            RowProgramOpInterface op) {
  RowSignature signature = op.getRowSignature();
  RowKernel kernel;
  kernel.op = op;
  kernel.axes = signature.axes;
  kernel.domain = engine.get(signature.domain)->shape;
  for (auto [input, map] :
       llvm::zip_equal(signature.inputs, signature.inputMaps)) {
    kernel.inputs.push_back({map, engine.get(input)});
    if (failed(mergeDomain(kernel, map, *engine.get(input))))
      return failure();
  }
  for (auto [result, map, yielded] : llvm::zip_equal(
           signature.results, signature.resultMaps, signature.yieldedTypes)) {
    SmallVector<int64_t> shape;
    for (AffineExpr expr : map.getResults())
      shape.push_back(kernel.domain[cast<AffineDimExpr>(expr).getPosition()]);
    kernel.destinations.push_back(
        {map, yielded,
         std::make_shared<Array>(getElementTypeOrSelf(result), shape)});
  }

  // The program is built for the extents at hand, so it has static shapes.
  int64_t size = 1;
  for (int64_t axis : signature.axes)
    size *= kernel.domain[axis];
  Block program;
  for (auto [input, map] :
       llvm::zip_equal(signature.inputs, signature.inputMaps)) {
    Type type = getElementTypeOrSelf(input);
    AffineMap inputMap = map;
    if (llvm::any_of(signature.axes, [&](int64_t axis) {
          return inputMap.isFunctionOfDim(axis);
        }))
      type = RankedTensorType::get({size}, type);
    program.addArgument(type, op.getLoc());
  }
  OpBuilder builder(op.getContext());
  builder.setInsertionPointToStart(&program);
  YieldOp::create(
      builder, op.getLoc(),
      op.buildRowProgram(builder, op.getLoc(), program.getArguments()));
  kernel.program = &program;
  return kernel.run(engine);
}

static FailureOr<Arrays> evaluateReduce(Engine &engine, ReduceOp op) {
  const Array &row = *engine.get(op.getRow());
  int64_t size = op.getFirst().value_or(row.size());
  if (size < 0 || size > row.size())
    return op.emitOpError()
           << "reduces " << size << " elements of a row of " << row.size();
  ArrayRef<Number> elements = ArrayRef(row.elements).take_front(size);
  Format format(row.elementType, engine.mode);
  Array result(row.elementType, {});
  if (op.getKind() == ReduceKind::Add) {
    Sum sum;
    for (Number element : elements)
      sum.add(format, element);
    result.elements[0] = sum.finish(format);
    return Arrays{makeArray(std::move(result))};
  }
  double largest = -std::numeric_limits<double>::infinity(), error = 0.0;
  for (Number element : elements) {
    if (std::isnan(largest))
      break;
    largest = std::isnan(element.value) ? element.value
                                        : std::fmax(largest, element.value);
    error = std::fmax(error, element.error);
  }
  result.elements[0] = format.finish(largest, error, 0.0);
  return Arrays{makeArray(std::move(result))};
}

FailureOr<Arrays> norm::reference::evaluateRowOp(Engine &engine, Operation *op,
                                                 bool &handled) {
  if (auto rowwise = dyn_cast<RowwiseOp>(op))
    return evaluateRowwise(engine, rowwise);
  if (auto semantic = dyn_cast<RowProgramOpInterface>(op))
    return evaluateSemanticOp(engine, semantic);
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return evaluateReduce(engine, reduce);
  handled = false;
  return failure();
}
