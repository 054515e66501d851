//===- ONNXOps.cpp -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluation of ONNX, as onnx-mlir writes it.
//
//===----------------------------------------------------------------------===//

#include "NamedOps.h"

using namespace mlir;
using namespace mlir::norm::reference;

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

static Arrays constant(NamedOp &op) {
  for (StringRef name : {"value_float", "value_int", "value_ints"})
    if (op.hasAttr(name))
      return {op.convert(op.arrayAttr(name), op.element())};
  return {op.arrayAttr("value")};
}

/// Any number of operands.
static Arrays variadic(NamedOp &op) {
  ArrayPtr result = op[0];
  for (unsigned i = 1; i < op.size(); ++i)
    result = op.apply({op.entry.real, op.entry.integer}, {result, op[i]});
  return {result};
}

/// Operands 1 and 2 are a lower and an upper bound, each optional.
static Arrays clip(NamedOp &op) {
  ArrayPtr a = op[0];
  if (!op.isAbsent(1))
    a = op.apply({"arith.maximumf", "arith.maxsi"}, {a, op[1]});
  if (!op.isAbsent(2))
    a = op.apply({"arith.minimumf", "arith.minsi"}, {a, op[2]});
  return {a};
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

/// Of the attribute, or of operand 1 in newer versions; empty if there are
/// none.
static MaybeInts getAxes(NamedOp &op) {
  if (op.hasAttr("axes"))
    return op.intsAttr("axes");
  return op.isAbsent(1) ? Ints() : op.numbers(op[1]);
}

enum class Kind { Sum, Mean, SumSquare, L2, L1, Max, Min };

static Arrays reduced(NamedOp &op) {
  MaybeInts axes = getAxes(op);
  ArrayPtr a = op[0];
  if (!axes || !a)
    return {nullptr};
  if (axes->empty() && op.intAttr("noop_with_empty_axes", 0) == 0)
    axes = ArrayMath::allAxes(a->rank());
  axes = op.axesOf(*axes, a->rank());
  if (!axes)
    return {nullptr};
  bool keep = op.intAttr("keepdims", 1) != 0;
  switch (static_cast<Kind>(op.entry.number)) {
  case Kind::Sum:
    return {op.sum(a, *axes, keep)};
  case Kind::Mean:
    return {op.mean(a, *axes, keep)};
  case Kind::SumSquare:
    return {op.sum(op.mul(a, a), *axes, keep)};
  case Kind::L2:
    return {op.sqrt(op.sum(op.mul(a, a), *axes, keep))};
  case Kind::L1:
    return {op.sum(op.apply({"math.absf", "math.absi"}, {a}), *axes, keep)};
  case Kind::Max:
    return {op.fold(Fold::Max, a, *axes, keep)};
  case Kind::Min:
    return {op.fold(Fold::Min, a, *axes, keep)};
  }
  llvm_unreachable("all kinds are handled");
}

//===----------------------------------------------------------------------===//
// Moves
//===----------------------------------------------------------------------===//

static Arrays reshape(NamedOp &op) {
  MaybeInts shape = op.numbers(op[1]);
  bool zeroCopies = op.intAttr("allowzero", 0) == 0;
  return {shape ? op.reshape(op[0], *shape, zeroCopies) : nullptr};
}

static Arrays flatten(NamedOp &op) {
  ArrayPtr a = op[0];
  if (!a)
    return {nullptr};
  int64_t axis = op.intAttr("axis", 1), rows = 1;
  if (axis < 0)
    axis += a->rank();
  if (axis < 0 || axis > a->rank())
    return {op.fail("has an axis that is not there")};
  for (int64_t extent : ArrayRef(a->shape).take_front(axis))
    rows *= extent;
  return {op.reshape(a, {rows, rows == 0 ? 0 : a->size() / rows})};
}

static Arrays transpose(NamedOp &op) {
  if (!op.hasAttr("perm"))
    return {op.transpose(
        op[0], llvm::to_vector(llvm::reverse(ArrayMath::allAxes(op.rank(0)))))};
  MaybeInts permutation = op.intsAttr("perm");
  return {permutation ? op.transpose(op[0], *permutation) : nullptr};
}

static Arrays unsqueeze(NamedOp &op) {
  MaybeInts axes = getAxes(op);
  ArrayPtr a = op[0];
  if (!axes || !a ||
      !(axes =
            op.axesOf(*axes, a->rank() + static_cast<int64_t>(axes->size()))))
    return {nullptr};
  Ints shape = a->shape;
  for (int64_t axis : *axes) {
    if (axis > static_cast<int64_t>(shape.size()))
      return {op.fail("has an axis that is not there")};
    shape.insert(shape.begin() + axis, 1);
  }
  return {op.reshape(a, shape)};
}

static Arrays squeeze(NamedOp &op) {
  MaybeInts axes = getAxes(op);
  ArrayPtr a = op[0];
  if (!axes || !a || !(axes = op.axesOf(*axes, a->rank())))
    return {nullptr};
  Ints shape;
  for (auto [dim, extent] : llvm::enumerate(a->shape)) {
    bool isListed = llvm::is_contained(*axes, static_cast<int64_t>(dim));
    if (axes->empty() ? extent != 1 : !isListed)
      shape.push_back(extent);
  }
  return {op.reshape(a, shape)};
}

static Arrays expand(NamedOp &op) {
  MaybeInts shape = op.numbers(op[1]);
  return {shape ? op.expand(op[0], *shape, /*either=*/true) : nullptr};
}

/// (x, starts, ends, axes, steps)
static Arrays slice(NamedOp &op) {
  ArrayPtr a = op[0];
  MaybeInts from = op.numbers(op[1]), to = op.numbers(op[2]);
  if (!a || !from || !to)
    return {nullptr};
  MaybeInts axes = ArrayMath::allAxes(from->size()), by = Ints(from->size(), 1);
  if (!op.isAbsent(3))
    axes = op.numbers(op[3]);
  if (!op.isAbsent(4))
    by = op.numbers(op[4]);
  if (!axes || !by)
    return {nullptr};
  if (to->size() != from->size() || axes->size() != from->size() ||
      by->size() != from->size())
    return {op.fail("has lists of different lengths")};
  Ints starts(a->rank(), 0), sizes = a->shape, steps(a->rank(), 1);
  for (auto [axis, start, end, step] :
       llvm::zip_equal(*axes, *from, *to, *by)) {
    std::optional<int64_t> dim = op.axisOf(axis, a->rank());
    if (!dim)
      return {nullptr};
    if (step <= 0)
      return {op.fail("slices backwards")};
    int64_t extent = a->shape[*dim];
    auto clamp = [&](int64_t at) {
      return std::clamp<int64_t>(at < 0 ? at + extent : at, 0, extent);
    };
    starts[*dim] = clamp(start);
    sizes[*dim] =
        std::max<int64_t>(0, (clamp(end) - starts[*dim] + step - 1) / step);
    steps[*dim] = step;
  }
  return {op.slice(a, starts, sizes, steps)};
}

static Arrays concat(NamedOp &op) {
  std::optional<int64_t> axis = op.intAttr("axis");
  return {axis ? op.concat(op.operands(), *axis) : nullptr};
}

static Arrays shapeOf(NamedOp &op) {
  ArrayPtr a = op[0];
  if (!a)
    return {nullptr};
  int64_t rank = a->rank();
  auto clamp = [&](int64_t at) {
    return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank);
  };
  int64_t start = clamp(op.intAttr("start", 0));
  int64_t end = std::max(start, clamp(op.intAttr("end", rank)));
  return {
      op.integers(ArrayRef(a->shape).slice(start, end - start), op.element())};
}

static Arrays extent(NamedOp &op) {
  ArrayPtr a = op[0];
  std::optional<int64_t> dim = op.axisOf(op.intAttr("axis", 0), op.rank(0));
  if (!a || !dim)
    return {nullptr};
  return {op.integers({a->shape[*dim]}, op.element())};
}

/// The shape of the indices takes the place of the axis.
static Arrays gather(NamedOp &op) {
  ArrayPtr a = op[0], indices = op[1];
  MaybeInts at = op.numbers(indices);
  std::optional<int64_t> axis = op.axisOf(op.intAttr("axis", 0), op.rank(0));
  if (!a || !at || !axis)
    return {nullptr};
  Ints shape(ArrayRef(a->shape).take_front(*axis));
  llvm::append_range(shape, indices->shape);
  llvm::append_range(shape, ArrayRef(a->shape).drop_front(*axis + 1));
  SmallVector<ArrayPtr> parts;
  Ints starts(a->rank(), 0), sizes = a->shape, steps(a->rank(), 1);
  sizes[*axis] = 1;
  for (int64_t index : *at) {
    starts[*axis] = index < 0 ? index + a->shape[*axis] : index;
    parts.push_back(op.slice(a, starts, sizes, steps));
  }
  return {op.reshape(op.concat(parts, *axis), shape)};
}

//===----------------------------------------------------------------------===//
// Norms
//===----------------------------------------------------------------------===//

static ArrayPtr getEpsilon(NamedOp &op) {
  if (op.hasAttr("epsilon"))
    return op.arrayAttr("epsilon");
  Array array(Float32Type::get(op.op->getContext()), {});
  array.elements[0] = Number::ofReal(1e-5f);
  return makeArray(std::move(array));
}

/// (x, scale, bias) with the statistics from dimension `axis` on; the entry's
/// number says whether x is centred. The standard rounds before the scale.
static Arrays layerNorm(NamedOp &op) {
  ArrayPtr given = op[0], x = op.widen(given), epsilon = getEpsilon(op);
  if (!x || !epsilon)
    return {nullptr};
  std::optional<int64_t> first = op.axisOf(op.intAttr("axis", -1), x->rank());
  if (!first)
    return {nullptr};
  Ints axes = ArrayMath::allAxes(x->rank(), *first);
  bool centres = op.entry.number != 0;
  ArrayPtr mean = centres ? op.mean(x, axes, /*keep=*/true) : nullptr;
  if (centres)
    x = op.sub(x, mean);
  ArrayPtr square = op.mean(op.mul(x, x), axes, /*keep=*/true);
  ArrayPtr rstd = op.reciprocal(op.sqrt(op.add(square, epsilon)));
  ArrayPtr y = op.convert(op.mul(x, rstd), given->elementType);
  if (!op.isAbsent(1))
    y = op.mul(y, op[1]);
  if (!op.isAbsent(2))
    y = op.add(y, op[2]);
  Arrays results = {y};
  // Results that nobody wants have no type.
  if (centres)
    results.push_back(mean);
  results.push_back(rstd);
  return results;
}

/// Over the spatial dimensions, with a scale and a bias for each channel.
static Arrays instanceNorm(NamedOp &op) {
  ArrayPtr given = op[0], x = op.widen(given), epsilon = getEpsilon(op);
  if (!x || !epsilon)
    return {nullptr};
  if (x->rank() < 3)
    return {op.fail("has no spatial dimensions")};
  Ints axes = ArrayMath::allAxes(x->rank(), 2), channels(x->rank() - 1, 1);
  channels[0] = -1;
  ArrayPtr centred = op.sub(x, op.mean(x, axes, /*keep=*/true));
  ArrayPtr variance = op.variance(x, axes, /*keep=*/true);
  ArrayPtr y = op.div(centred, op.sqrt(op.add(variance, epsilon)));
  y = op.mul(y, op.reshape(op[1], channels));
  y = op.add(y, op.reshape(op[2], channels));
  return {op.convert(y, op.element())};
}

static Arrays meanVarianceNorm(NamedOp &op) {
  ArrayPtr x = op.widen(op[0]);
  MaybeInts axes = op.hasAttr("axes") ? op.intsAttr("axes") : Ints{0, 2, 3};
  if (!x || !axes || !(axes = op.axesOf(*axes, x->rank())))
    return {nullptr};
  ArrayPtr centred = op.sub(x, op.mean(x, *axes, /*keep=*/true));
  ArrayPtr deviation = op.sqrt(op.variance(x, *axes, /*keep=*/true));
  Array epsilon(Float32Type::get(op.op->getContext()), {});
  epsilon.elements[0] = Number::ofReal(1e-9f);
  ArrayPtr divisor = op.add(deviation, makeArray(std::move(epsilon)));
  return {op.convert(op.div(centred, divisor), op.element())};
}

#define REDUCTION(name, kind)                                                  \
  {name, reduced, "", "", static_cast<int>(kind)},                             \
      {name "V11", reduced, "", "", static_cast<int>(kind)},                   \
      {name "V13", reduced, "", "", static_cast<int>(kind)}, {                 \
    name "V18", reduced, "", "", static_cast<int>(kind)                        \
  }

ArrayRef<OpEntry> norm::reference::getONNXOps() {
  using namespace evaluators;
  constexpr auto direction = [](Direction d) { return static_cast<int>(d); };
  static const OpEntry entries[] = {
      {"Constant", constant},
      {"NoValue", absent},
      {"Identity", identity},
      {"Add", elementwise, "arith.addf", "arith.addi"},
      {"Sub", elementwise, "arith.subf", "arith.subi"},
      {"Mul", elementwise, "arith.mulf", "arith.muli"},
      {"Div", elementwise, "arith.divf", "arith.divsi"},
      {"Pow", elementwise, "math.powf"},
      {"Max", variadic, "arith.maximumf", "arith.maxsi"},
      {"Min", variadic, "arith.minimumf", "arith.minsi"},
      {"Sum", variadic, "arith.addf", "arith.addi"},
      {"Clip", clip},
      {"Where",
       [](NamedOp &op) -> Arrays { return {op.select(op[0], op[1], op[2])}; }},
      {"Equal", comparison, "", "", direction(Direction::EQ)},
      {"Greater", comparison, "", "", direction(Direction::GT)},
      {"GreaterOrEqual", comparison, "", "", direction(Direction::GE)},
      {"Less", comparison, "", "", direction(Direction::LT)},
      {"LessOrEqual", comparison, "", "", direction(Direction::LE)},
      {"Neg", elementwise, "arith.negf"},
      {"Abs", elementwise, "math.absf", "math.absi"},
      {"Sqrt", elementwise, "math.sqrt"},
      {"Reciprocal", reciprocal},
      {"Exp", elementwise, "math.exp"},
      {"Log", elementwise, "math.log"},
      {"Tanh", elementwise, "math.tanh"},
      {"Sigmoid", elementwise, "logistic"},
      {"Erf", elementwise, "math.erf"},
      {"Cast", convert},
      {"CastLike", convert},
      REDUCTION("ReduceSum", Kind::Sum),
      REDUCTION("ReduceMean", Kind::Mean),
      REDUCTION("ReduceSumSquare", Kind::SumSquare),
      REDUCTION("ReduceL2", Kind::L2),
      REDUCTION("ReduceL1", Kind::L1),
      REDUCTION("ReduceMax", Kind::Max),
      REDUCTION("ReduceMin", Kind::Min),
      {"Reshape", ::reshape},
      {"Flatten", flatten},
      {"Transpose", ::transpose},
      {"Unsqueeze", unsqueeze},
      {"UnsqueezeV11", unsqueeze},
      {"Squeeze", squeeze},
      {"SqueezeV11", squeeze},
      {"Expand", ::expand},
      {"Slice", ::slice},
      {"Concat", ::concat},
      {"Shape", shapeOf},
      {"Dim", extent},
      {"Gather", gather},
      {"MatMul",
       [](NamedOp &op) -> Arrays { return {op.matmul(op[0], op[1])}; }},
      {"LayerNormalization", layerNorm, "", "", 1},
      {"RMSNormalization", layerNorm},
      {"RMSLayerNormalization", layerNorm},
      {"SimplifiedLayerNormalization", layerNorm},
      {"InstanceNormalization", instanceNorm},
      {"MeanVarianceNormalization", meanVarianceNorm},
  };
  return entries;
}
