//===- StableHLOOps.cpp ------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluation of StableHLO, MHLO and CHLO.
//
//===----------------------------------------------------------------------===//

#include "NamedOps.h"

using namespace mlir;
using namespace mlir::norm::reference;

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

/// Operands have one shape; only the condition of a select and the bounds of a
/// clamp may be scalars.
static Arrays strict(NamedOp &op) {
  SmallVector<ArrayPtr> operands = op.operands();
  for (const ArrayPtr &array : operands)
    if (array && operands[0] && array->shape != operands[0]->shape)
      return {op.fail("has operands of different extents")};
  StringRef integer = op.entry.integer;
  // Truth values have a sum and a product of their own.
  if (!operands.empty() && operands[0] &&
      operands[0]->elementType.isInteger(1)) {
    if (integer == "arith.addi" || integer == "arith.maxsi")
      integer = "arith.ori";
    if (integer == "arith.muli" || integer == "arith.minsi")
      integer = "arith.andi";
  }
  return {op.apply({op.entry.real, integer}, operands)};
}

static Arrays compare(NamedOp &op) {
  std::string text = op.textAttr("comparison_direction");
  if (op.textAttrHas("compare_type", "TOTALORDER") ||
      op.textAttrHas("compare_type", "UNSIGNED"))
    return {op.fail("compares in an order that the reference interpreter does "
                    "not know")};
  static constexpr std::pair<StringLiteral, Direction> directions[] = {
      {"EQ", Direction::EQ}, {"NE", Direction::NE}, {"GT", Direction::GT},
      {"GE", Direction::GE}, {"LT", Direction::LT}, {"LE", Direction::LE}};
  for (auto [name, direction] : directions)
    if (StringRef(text).contains(name))
      return {op.compare(direction, op[0], op[1])};
  return {op.fail("has no direction to compare in")};
}

static Arrays clamp(NamedOp &op) {
  ArrayPtr raised = op.apply({"arith.maximumf", "arith.maxsi"}, {op[0], op[1]});
  return {op.apply({"arith.minimumf", "arith.minsi"}, {raised, op[2]})};
}

static Arrays logicalNot(NamedOp &op) {
  ArrayPtr a = op[0];
  if (!a || a->isFloat())
    return {a ? op.fail("negates the bits of floats") : nullptr};
  return {op.apply({"", "arith.xori"},
                   {a, op.number(a->elementType.isInteger(1) ? 1.0 : -1.0,
                                 a->elementType)})};
}

//===----------------------------------------------------------------------===//
// Reductions and products
//===----------------------------------------------------------------------===//

/// The fold that a body with one operation on its two arguments is.
static std::optional<Fold> getFold(Block &body) {
  if (body.getNumArguments() != 2 || body.getOperations().size() != 2 ||
      body.back().getNumOperands() != 1)
    return std::nullopt;
  Operation &only = body.front();
  Value a = body.getArgument(0), b = body.getArgument(1);
  if (only.getNumOperands() != 2 || only.getNumResults() != 1 ||
      body.back().getOperand(0) != only.getResult(0) ||
      only.getResult(0).getType() != a.getType())
    return std::nullopt;
  bool straight = only.getOperand(0) == a && only.getOperand(1) == b;
  bool crossed = only.getOperand(0) == b && only.getOperand(1) == a;
  if (!straight && !crossed)
    return std::nullopt;
  StringRef name = only.getName().getStringRef();
  if (!name.consume_front("stablehlo.") && !name.consume_front("mhlo."))
    return std::nullopt;
  if (name == "add")
    return Fold::Sum;
  if (name == "multiply")
    return Fold::Product;
  if (name == "maximum")
    return Fold::Max;
  if (name == "minimum")
    return Fold::Min;
  return std::nullopt;
}

/// Any body, run for each element.
static Arrays foldByBody(NamedOp &op, Block &body, ArrayRef<int64_t> axes) {
  unsigned count = op.size() / 2;
  Ints shape;
  ArrayPtr first = op[0];
  for (int64_t dim = 0; dim < first->rank(); ++dim)
    if (!llvm::is_contained(axes, dim))
      shape.push_back(first->shape[dim]);
  std::vector<std::shared_ptr<Array>> results;
  for (unsigned i = 0; i < count; ++i) {
    ArrayPtr input = op[i], initial = op[count + i];
    if (!input || !initial || input->shape != first->shape ||
        initial->size() != 1)
      return {op.fail("has operands of different extents")};
    results.push_back(std::make_shared<Array>(initial->elementType, shape));
    llvm::fill(results.back()->elements, initial->elements[0]);
  }
  int64_t next = 0;
  bool done = true;
  forEachIndex(first->shape, [&](ArrayRef<int64_t> index) {
    int64_t at = 0, from = next++;
    for (auto [dim, i] : llvm::enumerate(index))
      if (!llvm::is_contained(axes, static_cast<int64_t>(dim)))
        at = at * first->shape[dim] + i;
    Arrays arguments;
    auto pass = [&](const Array &array, int64_t position) {
      Array scalar(array.elementType, {});
      scalar.elements[0] = array.elements[position];
      arguments.push_back(makeArray(std::move(scalar)));
    };
    for (const auto &result : results)
      pass(*result, at);
    for (unsigned i = 0; i < count; ++i)
      pass(*op[i], from);
    if (!done)
      return;
    FailureOr<Arrays> values = op.engine.run(body, arguments);
    done = succeeded(values) && values->size() == count;
    if (done)
      for (auto [result, value] : llvm::zip_equal(results, *values))
        result->elements[at] = value->elements[0];
  });
  if (!done)
    return {op.fail("has a body that the reference interpreter cannot run")};
  return Arrays(results.begin(), results.end());
}

static Arrays reduce(NamedOp &op) {
  MaybeInts axes = op.intsAttr("dimensions");
  unsigned count = op.op->getNumResults();
  if (!axes || op.op->getNumRegions() != 1 ||
      !op.op->getRegion(0).hasOneBlock() || op.size() != 2 * count ||
      count == 0)
    return {op.fail("is no reduction that the reference interpreter knows")};
  ArrayPtr input = op[0], initial = op[count];
  if (!input || !initial || !(axes = op.axesOf(*axes, input->rank())))
    return {nullptr};
  Block &body = op.op->getRegion(0).front();
  std::optional<Fold> kind = getFold(body);
  if (!kind || count != 1 || input->elementType != initial->elementType ||
      initial->size() != 1 || (input->size() == 0))
    return foldByBody(op, body, *axes);
  // The initial value counts once for each result.
  static constexpr Kernels kernels[] = {{"arith.addf", "arith.addi"},
                                        {"arith.mulf", "arith.muli"},
                                        {"arith.maximumf", "arith.maxsi"},
                                        {"arith.minimumf", "arith.minsi"}};
  if (input->elementType.isInteger(1))
    return foldByBody(op, body, *axes);
  return {op.apply(
      kernels[static_cast<int>(*kind)],
      {op.fold(*kind, input, *axes, /*keep=*/false), op.reshape(initial, {})})};
}

/// The numbers in the text of #stablehlo.dot<name = [...], ...>.
static Ints getList(StringRef text, StringRef name) {
  Ints list;
  auto [before, after] = text.split(name);
  StringRef fields = after.split('[').second.split(']').first;
  while (!fields.empty()) {
    auto [field, rest] = fields.split(',');
    int64_t value = -1;
    if (field.trim().getAsInteger(10, value))
      value = -1;
    list.push_back(value);
    fields = rest;
  }
  return list;
}

static Arrays dotGeneral(NamedOp &op) {
  std::string text = op.textAttr("dot_dimension_numbers");
  ArrayPtr product = op.contract(op[0], op[1], getList(text, "lhs_batching"),
                                 getList(text, "rhs_batching"),
                                 getList(text, "lhs_contracting"),
                                 getList(text, "rhs_contracting"));
  return {op.convert(product, op.element())};
}

static Arrays dotProduct(NamedOp &op) {
  ArrayPtr a = op[0];
  if (!a || a->rank() == 0)
    return {a ? op.fail("multiplies a scalar as a matrix") : nullptr};
  return {op.contract(a, op[1], {}, {}, {a->rank() - 1}, {0})};
}

//===----------------------------------------------------------------------===//
// Movement
//===----------------------------------------------------------------------===//

static Arrays broadcastInDim(NamedOp &op) {
  MaybeInts dims = op.intsAttr("broadcast_dimensions"), shape;
  // dynamic_broadcast_in_dim has the shape as operand 1.
  shape = op.entry.number ? op.numbers(op[1]) : op.staticShape();
  return {dims && shape ? op.broadcast(op[0], *dims, *shape) : nullptr};
}

static Arrays reshape(NamedOp &op) {
  MaybeInts shape = op.entry.number ? op.numbers(op[1]) : op.staticShape();
  return {shape ? op.reshape(op[0], *shape) : nullptr};
}

static Arrays transpose(NamedOp &op) {
  MaybeInts permutation = op.intsAttr("permutation");
  return {permutation ? op.transpose(op[0], *permutation) : nullptr};
}

static Arrays slice(NamedOp &op) {
  MaybeInts start = op.intsAttr("start_indices"),
            limit = op.intsAttr("limit_indices"), step = op.intsAttr("strides");
  if (!start || !limit || !step || limit->size() != start->size() ||
      step->size() != start->size())
    return {nullptr};
  Ints sizes;
  for (auto [from, to, by] : llvm::zip_equal(*start, *limit, *step)) {
    if (by <= 0 || to < from)
      return {op.fail("slices backwards")};
    sizes.push_back((to - from + by - 1) / by);
  }
  return {op.slice(op[0], *start, sizes, *step)};
}

static Arrays concatenate(NamedOp &op) {
  std::optional<int64_t> axis = op.intAttr("dimension");
  return {axis ? op.concat(op.operands(), *axis) : nullptr};
}

static Arrays numbered(NamedOp &op) {
  std::optional<int64_t> axis = op.intAttr("iota_dimension");
  MaybeInts shape = op.entry.number ? op.numbers(op[0]) : op.staticShape();
  return {axis && shape ? op.iota(*shape, *axis, op.element()) : nullptr};
}

static Arrays dimensionSize(NamedOp &op) {
  ArrayPtr a = op[0];
  std::optional<int64_t> dim = op.intAttr("dimension");
  if (!a || !dim || !(dim = op.axisOf(*dim, a->rank())))
    return {nullptr};
  return {op.integers({a->shape[*dim]}, op.element(), /*isList=*/false)};
}

//===----------------------------------------------------------------------===//
// Others
//===----------------------------------------------------------------------===//

/// Statistics over all dimensions but one.
static Arrays batchNormTraining(NamedOp &op) {
  ArrayPtr x = op[0], epsilon = op.arrayAttr("epsilon");
  std::optional<int64_t> feature = op.intAttr("feature_index");
  if (!x || !epsilon || !feature || !(feature = op.axisOf(*feature, x->rank())))
    return {nullptr};
  Ints axes = ArrayMath::allAxes(x->rank());
  llvm::erase(axes, *feature);
  ArrayPtr mean = op.mean(x, axes, /*keep=*/false);
  ArrayPtr variance = op.variance(x, axes, /*keep=*/false);
  auto along = [&](const ArrayPtr &column) {
    return op.broadcast(column, {*feature}, x->shape);
  };
  Type element = x->elementType;
  ArrayPtr deviation = op.sqrt(op.add(variance, op.convert(epsilon, element)));
  ArrayPtr y = op.div(op.sub(x, along(mean)), along(deviation));
  y = op.add(op.mul(y, along(op[1])), along(op[2]));
  return {y, mean, variance};
}

static Arrays composite(NamedOp &op) {
  auto name = dyn_cast_or_null<SymbolRefAttr>(op.op->getAttr("decomposition"));
  if (!name)
    return {op.fail("has no decomposition")};
  FailureOr<Arrays> results = op.engine.call(op.op, name);
  return succeeded(results) ? *results : Arrays{nullptr};
}

static Arrays constant(NamedOp &op) { return {op.arrayAttr("value")}; }

static Arrays chosen(NamedOp &op) { return {op.select(op[0], op[1], op[2])}; }

/// Operands of a smaller rank follow the dimensions that an attribute names:
/// the last ones, or it is not known here.
static Arrays trailing(NamedOp &op) {
  if (op.hasAttr("broadcast_dimensions")) {
    MaybeInts dims = op.intsAttr("broadcast_dimensions");
    int64_t rank = std::max(op.rank(0), op.rank(1));
    if (!dims)
      return {nullptr};
    if (*dims != NamedOp::allAxes(rank, rank - dims->size()))
      return {op.fail("broadcasts along dimensions other than the last")};
  }
  return evaluators::elementwise(op);
}

ArrayRef<OpEntry> norm::reference::getStableHLOOps() {
  using namespace evaluators;
  static const OpEntry entries[] = {
      {"constant", constant},
      {"add", strict, "arith.addf", "arith.addi"},
      {"subtract", strict, "arith.subf", "arith.subi"},
      {"multiply", strict, "arith.mulf", "arith.muli"},
      {"divide", strict, "arith.divf", "arith.divsi"},
      {"remainder", strict, "arith.remf", "arith.remsi"},
      {"maximum", strict, "arith.maximumf", "arith.maxsi"},
      {"minimum", strict, "arith.minimumf", "arith.minsi"},
      {"power", strict, "math.powf"},
      {"atan2", strict, "math.atan2"},
      {"and", strict, "", "arith.andi"},
      {"or", strict, "", "arith.ori"},
      {"xor", strict, "", "arith.xori"},
      {"not", logicalNot},
      {"negate",
       [](NamedOp &op) -> Arrays {
         ArrayPtr a = op[0];
         return {a && !a->isFloat() ? op.sub(op.number(0.0, a->elementType), a)
                                    : op.apply({"arith.negf"}, {a})};
       }},
      {"abs", strict, "math.absf", "math.absi"},
      {"sqrt", strict, "math.sqrt"},
      {"rsqrt", strict, "math.rsqrt"},
      {"cbrt", strict, "math.cbrt"},
      {"exponential", strict, "math.exp"},
      {"exponential_minus_one", strict, "math.expm1"},
      {"log", strict, "math.log"},
      {"log_plus_one", strict, "math.log1p"},
      {"logistic", strict, "logistic"},
      {"tanh", strict, "math.tanh"},
      {"sine", strict, "math.sin"},
      {"cosine", strict, "math.cos"},
      {"floor", strict, "math.floor"},
      {"ceil", strict, "math.ceil"},
      {"round_nearest_afz", strict, "math.round"},
      {"round_nearest_even", strict, "math.roundeven"},
      {"erf", strict, "math.erf"},
      {"is_finite",
       [](NamedOp &op) -> Arrays {
         return {op.apply({"math.isfinite"}, {op[0]}, op.element())};
       }},
      {"convert", convert},
      {"compare", ::compare},
      {"select", chosen},
      {"clamp", clamp},
      {"reduce", reduce},
      {"dot_general", dotGeneral},
      {"dot", dotProduct},
      {"broadcast_in_dim", broadcastInDim},
      {"dynamic_broadcast_in_dim", broadcastInDim, "", "", 1},
      {"reshape", ::reshape},
      {"dynamic_reshape", ::reshape, "", "", 1},
      {"transpose", ::transpose},
      {"slice", ::slice},
      {"concatenate", concatenate},
      {"iota", numbered},
      {"dynamic_iota", numbered, "", "", 1},
      {"get_dimension_size", dimensionSize},
      {"batch_norm_training", batchNormTraining},
      {"composite", composite},
      {"copy", identity},
      {"optimization_barrier",
       [](NamedOp &op) -> Arrays { return op.operands(); }},
  };
  return entries;
}

ArrayRef<OpEntry> norm::reference::getCHLOOps() {
  using namespace evaluators;
  static const OpEntry entries[] = {
      {"constant", constant},
      {"square", square},
      {"erf", strict, "math.erf"},
      {"broadcast_add", trailing, "arith.addf", "arith.addi"},
      {"broadcast_subtract", trailing, "arith.subf", "arith.subi"},
      {"broadcast_multiply", trailing, "arith.mulf", "arith.muli"},
      {"broadcast_divide", trailing, "arith.divf", "arith.divsi"},
      {"broadcast_maximum", trailing, "arith.maximumf", "arith.maxsi"},
      {"broadcast_minimum", trailing, "arith.minimumf", "arith.minsi"},
      {"broadcast_power", trailing, "math.powf"},
      {"broadcast_compare", ::compare},
      {"broadcast_select", chosen},
  };
  return entries;
}
