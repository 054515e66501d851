//===- StableHLO.cpp - StableHLO, MHLO and CHLO --------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elements.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

/// Attributes of these dialects are opaque; their text is what says something.
static std::string getText(Operation *op, StringRef name) {
  std::string text;
  if (Attribute attribute = op->getAttr(name))
    llvm::raw_string_ostream(text) << attribute;
  return text;
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

static std::optional<DimMap> reducedDims(Operation *op) {
  std::optional<SmallVector<int64_t>> axes = getInts(op->getAttr("dimensions"));
  return axes ? dims::reduce(op, *axes, /*keepsDims=*/false) : std::nullopt;
}

/// True when the body of a reduction adds the elements of input `number`.
static bool isSum(Operation *op, unsigned number) {
  unsigned inputs = op->getNumResults();
  if (op->getNumRegions() != 1 || !op->getRegion(0).hasOneBlock())
    return false;
  Block &body = op->getRegion(0).front();
  if (body.empty() || body.getNumArguments() != 2 * inputs ||
      body.back().getNumOperands() != inputs)
    return false;
  Operation *add = body.back().getOperand(number).getDefiningOp();
  if (!add || add->getNumOperands() != 2)
    return false;
  StringRef name = add->getName().stripDialect();
  Value a = body.getArgument(number), b = body.getArgument(number + inputs);
  Value left = add->getOperand(0), right = add->getOperand(1);
  return name == "add" &&
         ((left == a && right == b) || (left == b && right == a));
}

static Result reduce(OpReader &r, const Polynomial &element) {
  unsigned inputs = r.op->getNumResults();
  if (r.op->getNumOperands() != 2 * inputs)
    return std::nullopt;
  // guard: reducer-not-add
  if (!isSum(r.op, r.result)) {
    r.importer.refuse("reducer-not-add",
                      "a reduction between x and the root is not a sum");
    return std::nullopt;
  }
  Polynomial initial = r.operand(inputs + r.result);
  // guard: init-not-zero
  if (!initial.isZero()) {
    r.importer.refuse("init-not-zero",
                      "a sum between x and the root starts from " +
                          r.a.str(initial) + ", not from 0");
    return std::nullopt;
  }
  return r.sum(r.row, element);
}

/// A list in the text of #stablehlo.dot<...>.
static SmallVector<int64_t> getList(StringRef text, StringRef name) {
  SmallVector<int64_t> list;
  size_t at = text.find(name);
  if (at == StringRef::npos)
    return list;
  StringRef fields = text.substr(at).split('[').second.split(']').first;
  SmallVector<StringRef> parts;
  fields.split(parts, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef part : parts) {
    int64_t dim;
    if (!part.trim().getAsInteger(10, dim))
      list.push_back(dim);
  }
  return list;
}

namespace {
/// The dimensions of a dot_general.
struct Dot {
  /// Summed over: of the left side and of the right.
  SmallVector<std::pair<unsigned, unsigned>> contracting;
  /// For each dimension of the result where it comes from: a dimension of the
  /// left side, of the right, or of both.
  SmallVector<std::pair<std::optional<unsigned>, std::optional<unsigned>>>
      result;
};
} // namespace

static std::optional<Dot> parseDot(Operation *op) {
  if (op->getNumOperands() != 2 || op->getNumResults() != 1)
    return std::nullopt;
  std::string text = getText(op, "dot_dimension_numbers");
  Dot dot;
  SmallVector<int64_t> batching[2], contracting[2];
  SmallVector<unsigned> free[2];
  for (unsigned side : {0, 1}) {
    std::string name = side == 0 ? "lhs" : "rhs";
    batching[side] = getList(text, name + "_batching");
    contracting[side] = getList(text, name + "_contracting");
    RankedTensorType type = getTensorType(op->getOperand(side));
    if (!type)
      return std::nullopt;
    for (ArrayRef<int64_t> list : {batching[side], contracting[side]})
      for (int64_t dim : list)
        if (dim < 0 || dim >= type.getRank())
          return std::nullopt;
    for (unsigned dim = 0; dim < type.getRank(); ++dim)
      if (!llvm::is_contained(batching[side], dim) &&
          !llvm::is_contained(contracting[side], dim))
        free[side].push_back(dim);
  }
  if (batching[0].size() != batching[1].size() ||
      contracting[0].size() != contracting[1].size())
    return std::nullopt;
  for (auto [left, right] : llvm::zip_equal(contracting[0], contracting[1]))
    dot.contracting.push_back({left, right});
  for (auto [left, right] : llvm::zip_equal(batching[0], batching[1]))
    dot.result.push_back({left, right});
  for (unsigned dim : free[0])
    dot.result.push_back({dim, std::nullopt});
  for (unsigned dim : free[1])
    dot.result.push_back({std::nullopt, dim});
  RankedTensorType type = getTensorType(op->getResult(0));
  return type && type.getRank() == static_cast<int64_t>(dot.result.size())
             ? std::optional(dot)
             : std::nullopt;
}

static std::optional<std::pair<unsigned, unsigned>>
dotExtent(Operation *op, unsigned dimension) {
  std::optional<Dot> dot = parseDot(op);
  if (!dot)
    return std::nullopt;
  auto [left, right] = dot->result[dimension];
  return left ? std::pair(0u, *left) : std::pair(1u, *right);
}

/// A sum of products, where it is a sum of squares or has a constant factor:
/// dot(x, x), dot(x, ones). Any other is a value like others.
static Result dotGeneral(OpReader &r) {
  auto isSplat = [&](Value value) {
    Operation *op = value.getDefiningOp();
    if (Attribute attribute = op ? getConstantAttr(op) : Attribute())
      return isa<SplatElementsAttr>(attribute);
    // A broadcast of a scalar.
    Operation *source =
        op && op->getNumOperands() &&
                op->getName().stripDialect().contains("broadcast_in_dim")
            ? op->getOperand(0).getDefiningOp()
            : nullptr;
    return source &&
           isa_and_nonnull<SplatElementsAttr>(getConstantAttr(source));
  };
  std::optional<Dot> dot = parseDot(r.op);
  if (!dot || (r.op->getOperand(0) != r.op->getOperand(1) &&
               !isSplat(r.op->getOperand(0)) && !isSplat(r.op->getOperand(1))))
    return std::nullopt;
  IndexTuple left(getTensorType(r.op->getOperand(0)).getRank(), unitIndex);
  IndexTuple right(getTensorType(r.op->getOperand(1)).getRank(), unitIndex);
  uint64_t used = 0;
  for (auto [index, from] : llvm::zip_equal(r.indices, dot->result)) {
    if (index != unitIndex)
      used |= uint64_t(1) << index;
    if (from.first)
      left[*from.first] = index;
    if (from.second)
      right[*from.second] = index;
  }
  Row row;
  for (auto [l, rr] : dot->contracting) {
    Index fresh = llvm::countr_one(used);
    if (fresh >= static_cast<Index>(Algebra::maxIndices))
      return std::nullopt;
    used |= uint64_t(1) << fresh;
    left[l] = right[rr] = fresh;
    row.summed.push_back({fresh, r.importer.extentOf(r.op->getOperand(0), l)});
  }
  return r.sum(row, r.a.mul(r.operand(0, left), r.operand(1, right)));
}

//===----------------------------------------------------------------------===//
// Movement
//===----------------------------------------------------------------------===//

static std::optional<DimMap> broadcastDims(Operation *op) {
  std::optional<SmallVector<int64_t>> to =
      getInts(op->getAttr("broadcast_dimensions"));
  if (!to || op->getNumOperands() == 0)
    return std::nullopt;
  return DimMap(to->begin(), to->end());
}

static std::optional<DimMap> transposed(Operation *op) {
  std::optional<SmallVector<int64_t>> permutation =
      getInts(op->getAttr("permutation"));
  return permutation ? dims::permute(*permutation) : std::nullopt;
}

static Result slice(OpReader &r) {
  std::optional<SmallVector<int64_t>> start = getInts(
                                          r.op->getAttr("start_indices")),
                                      step = getInts(r.op->getAttr("strides"));
  auto isAll = [](ArrayRef<int64_t> list, int64_t value) {
    return llvm::all_of(list, [&](int64_t i) { return i == value; });
  };
  if (r.op->getNumOperands() != 1 || !start || !step || !isAll(*start, 0) ||
      !isAll(*step, 1) || start->size() != r.indices.size() ||
      !r.importer.dependsOnX(r.op->getOperand(0)))
    return std::nullopt;
  return r.operand(0, r.indices);
}

static Result barrier(OpReader &r) {
  if (!r.hasOperand(r.result))
    return std::nullopt;
  return r.operand(r.result, r.indices);
}

static Result dimensionSize(OpReader &r) {
  std::optional<SmallVector<int64_t>> dim = getInts(r.op->getAttr("dimension"));
  RankedTensorType type =
      r.hasOperand(0) ? getTensorType(r.op->getOperand(0)) : RankedTensorType();
  if (!type || !dim || dim->size() != 1 || dim->front() < 0 ||
      dim->front() >= type.getRank())
    return std::nullopt;
  return r.importer.extentOf(r.op->getOperand(0), dim->front());
}

//===----------------------------------------------------------------------===//
// Others
//===----------------------------------------------------------------------===//

/// Of two numbers: the guard against an empty row that jax.numpy.var has.
static Result compare(Algebra &a, Operation *op, Operands o) {
  std::optional<Coefficient> left = o[0].asConstant(),
                             right = o[1].asConstant();
  if (!left || !right || !left->isExact() || !right->isExact())
    return std::nullopt;
  const Rational &x = left->value(), &y = right->value();
  std::string text = getText(op, "comparison_direction");
  auto is = [&](StringRef direction) {
    return StringRef(text).contains(direction);
  };
  if (is("EQ"))
    return a.constant(x == y);
  if (is("NE"))
    return a.constant(x != y);
  if (is("GE"))
    return a.constant(!(x < y));
  if (is("GT"))
    return a.constant(y < x);
  if (is("LE"))
    return a.constant(!(y < x));
  if (is("LT"))
    return a.constant(x < y);
  return std::nullopt;
}

/// Over all dimensions but one, with a scale and an offset along that one.
static Result batchNormTraining(OpReader &r) {
  std::optional<SmallVector<int64_t>> feature =
      getInts(r.op->getAttr("feature_index"));
  std::optional<Polynomial> epsilon = r.number("epsilon");
  if (r.op->getNumOperands() != 3 || !feature || feature->size() != 1 ||
      !epsilon)
    return std::nullopt;
  RankedTensorType type = getTensorType(r.op->getOperand(0));
  int64_t channel = feature->front();
  if (!type || channel < 0 || channel >= type.getRank())
    return std::nullopt;
  SmallVector<int64_t> axes;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (dim != channel)
      axes.push_back(dim);
  if (r.result == 0) {
    IndexTuple at{r.indices[channel]};
    return r.layerNorm(axes, r.operand(1, at), r.operand(2, at), *epsilon);
  }
  IndexTuple at(type.getRank(), unitIndex);
  at[channel] = r.indices[0];
  std::optional<Row> over = r.rowOf(0, at, axes);
  if (!over)
    return std::nullopt;
  return r.result == 1 ? r.mean(*over, over->element) : r.variance(*over);
}

void norm::addStableHLORows(OpTable &t) {
  for (std::string d : {"stablehlo.", "mhlo."}) {
    t.constant(d + "constant");
    t.elementwise(d + "add", elements::add).affine();
    t.elementwise(d + "subtract", elements::sub).affine();
    t.elementwise(d + "multiply", elements::mul).affine();
    t.elementwise(d + "negate", elements::negate).affine();
    t.elementwise(d + "divide", elements::div);
    t.elementwise(d + "maximum", elements::max);
    t.elementwise(d + "minimum", elements::min);
    t.elementwise(d + "abs", elements::abs);
    t.elementwise(d + "sqrt", elements::sqrt).root();
    t.elementwise(d + "rsqrt", elements::rsqrt).root();
    t.elementwise(d + "power", elements::power).root();
    t.elementwise(d + "convert", elements::identity).cast();
    t.elementwise(d + "select", elements::select);
    t.elementwise(d + "compare", compare);

    t.movement(d + "broadcast_in_dim", broadcastDims);
    t.movement(d + "dynamic_broadcast_in_dim", broadcastDims).stretching(1);
    t.reshape(d + "reshape", dims::reshape);
    t.reshape(d + "dynamic_reshape", dims::reshape).shapeOperand = 1;
    t.movement(d + "transpose", transposed);
    t.movement(d + "slice", slice);
    t.movement(d + "optimization_barrier", barrier);
    t.scalar(d + "get_dimension_size", dimensionSize);

    t.reduction(d + "reduce", reducedDims, reduce).isPerResult = true;
    OpRow &dot = t.reduction(d + "dot_general", nullptr, nullptr);
    dot.read = dotGeneral;
    dot.extent = dotExtent;
    t.norm(d + "batch_norm_training", batchNormTraining);
  }
  t.constant("chlo.constant");
  t.elementwise("chlo.square", elements::square);
  t.broadcasting("chlo.broadcast_add", elements::add).affine();
  t.broadcasting("chlo.broadcast_subtract", elements::sub).affine();
  t.broadcasting("chlo.broadcast_multiply", elements::mul).affine();
  t.broadcasting("chlo.broadcast_divide", elements::div);
  t.broadcasting("chlo.broadcast_maximum", elements::max);
  t.broadcasting("chlo.broadcast_power", elements::power).root();
}
