//===- StableHLO.cpp - StableHLO, MHLO and CHLO --------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Contraction.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/Support/JSON.h"

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

/// Batches first in the result, then what else the left side has, then the
/// right.
static std::optional<Contraction> parseDot(Operation *op) {
  if (op->getNumOperands() != 2 || op->getNumResults() != 1)
    return std::nullopt;
  std::string text = getText(op, "dot_dimension_numbers");
  Contraction dot;
  dot.left = op->getOperand(0);
  dot.right = op->getOperand(1);
  SmallVector<int> *labels[] = {&dot.leftLabels, &dot.rightLabels};
  SmallVector<int> free;
  int next = 0;
  size_t batches[2], contracted[2];
  for (unsigned side : {0, 1}) {
    RankedTensorType type = getTensorType(op->getOperand(side));
    if (!type)
      return std::nullopt;
    constexpr int none = -1;
    labels[side]->assign(type.getRank(), none);
    std::string name = side == 0 ? "lhs" : "rhs";
    SmallVector<int64_t> batching = getList(text, name + "_batching");
    SmallVector<int64_t> contracting = getList(text, name + "_contracting");
    batches[side] = batching.size();
    contracted[side] = contracting.size();
    // What both sides have is labelled by its place in these lists.
    int label = 0;
    for (int64_t dim : llvm::concat<int64_t>(batching, contracting)) {
      if (dim < 0 || dim >= type.getRank() || (*labels[side])[dim] != none)
        return std::nullopt;
      (*labels[side])[dim] = label++;
    }
    next = std::max(next, label);
    for (int &own : *labels[side])
      if (own == none)
        free.push_back(own =
                           1000 * (side + 1) + (&own - labels[side]->begin()));
  }
  if (batches[0] != batches[1] || contracted[0] != contracted[1])
    return std::nullopt;
  llvm::append_range(dot.resultLabels, llvm::seq<int>(0, batches[0]));
  llvm::append_range(dot.resultLabels, free);
  RankedTensorType type = getTensorType(op->getResult(0));
  return type && type.getRank() == static_cast<int64_t>(dot.resultLabels.size())
             ? std::optional(dot)
             : std::nullopt;
}

static std::optional<std::pair<unsigned, unsigned>>
dotExtent(Operation *op, unsigned dimension) {
  std::optional<Contraction> dot = parseDot(op);
  if (!dot)
    return std::nullopt;
  int label = dot->resultLabels[dimension];
  const auto *at = llvm::find(dot->leftLabels, label);
  if (at != dot->leftLabels.end())
    return std::pair(0u, unsigned(at - dot->leftLabels.begin()));
  at = llvm::find(dot->rightLabels, label);
  return std::pair(1u, unsigned(at - dot->rightLabels.begin()));
}

static Result dotGeneral(OpReader &r) { return contract(r, parseDot(r.op)); }

static Result einsum(OpReader &r) { return contractEinsum(r, "einsum_config"); }

/// With the layout of PyTorch, a kernel of one element and nothing else.
static Result convolution(OpReader &r) {
  std::string layout = getText(r.op, "dimension_numbers");
  auto [from, to] = StringRef(layout).split("->");
  StringRef spatial = from.split("[b, f").second.split(']').first;
  std::string expected = ("[b, f" + spatial + "]x[o, i" + spatial + "]").str();
  if (r.op->getNumOperands() != 2 || !from.ends_with(expected) ||
      !to.starts_with(("[b, f" + spatial + "]").str()) ||
      !areAll(r.op, "window_strides", 1) || !areAll(r.op, "padding", 0) ||
      !areAll(r.op, "lhs_dilation", 1) ||
      !areAll(r.op, "feature_group_count", 1) ||
      !areAll(r.op, "batch_group_count", 1))
    return std::nullopt;
  return contract(
      r, pointwiseConvolution(r.op->getOperand(0), r.op->getOperand(1)));
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
  std::optional<SmallVector<int64_t>> start =
      getInts(r.op->getAttr("start_indices"));
  if (r.op->getNumOperands() != 1 || !areAll(start, 0) ||
      !areAll(getInts(r.op->getAttr("strides")), 1) ||
      start->size() != r.indices.size() ||
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
  RankedTensorType type = inputType(r.op);
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

//===----------------------------------------------------------------------===//
// Custom calls
//===----------------------------------------------------------------------===//

/// ByteIR: of x, scale and bias along `axis`.
static Result byteirLayerNorm(OpReader &r) {
  auto attributes = r.op->getAttrOfType<DictionaryAttr>("byteir_attrs");
  RankedTensorType type =
      r.hasOperand(2) ? getTensorType(r.op->getOperand(0)) : RankedTensorType();
  if (!attributes || !type || r.op->getNumResults() != 1)
    return std::nullopt;
  std::optional<SmallVector<int64_t>> axes = getInts(attributes.get("axis"));
  Attribute epsilon = attributes.get("epsilon");
  std::optional<Polynomial> value =
      epsilon ? r.importer.readNumber(epsilon) : std::nullopt;
  if (!axes || !value || !llvm::is_sorted(*axes))
    return std::nullopt;
  IndexTuple at;
  for (int64_t axis : *axes) {
    if (axis < 0 || axis >= type.getRank())
      return std::nullopt;
    at.push_back(r.indices[axis]);
  }
  return r.layerNorm(*axes, r.affine(1, at, 1), r.affine(2, at, 0), *value);
}

/// An object in the backend_config of XLA, which is JSON; empty if it is not
/// there.
static llvm::json::Object getConfig(Operation *op, StringRef object) {
  auto text = op->getAttrOfType<StringAttr>("backend_config");
  if (!text)
    return {};
  llvm::Expected<llvm::json::Value> config = llvm::json::parse(text.getValue());
  if (!config) {
    llvm::consumeError(config.takeError());
    return {};
  }
  llvm::json::Object *root = config->getAsObject();
  llvm::json::Object *inner = root ? root->getObject(object) : nullptr;
  return inner ? std::move(*inner) : llvm::json::Object();
}

/// XLA on CPUs: over the last dimension; epsilon is the bits of an f32.
static Result onednnLayerNorm(OpReader &r) {
  llvm::json::Object config = getConfig(r.op, "onednn_layer_norm_config");
  std::optional<int64_t> number = config.getInteger("epsilon_typecast");
  const llvm::json::Value *rescale = config.get("rescale");
  if (!rescale)
    rescale = config.get("fused_ops");
  if (!number || *number < 0 || *number > UINT32_MAX || !rescale ||
      rescale->getAsString() != "SCALE_AND_SHIFT" ||
      r.op->getNumOperands() != 3 || r.op->getNumResults() != 1 ||
      r.indices.empty())
    return std::nullopt;
  APFloat epsilon(APFloat::IEEEsingle(), APInt(32, *number));
  if (!epsilon.isFinite())
    return std::nullopt;
  ArrayRef<Index> at = r.indices.take_back(1);
  return r.layerNorm({static_cast<int64_t>(r.indices.size()) - 1},
                     r.affine(1, at, 1), r.affine(2, at, 0),
                     r.a.constant(Coefficient::fromLiteral(
                         epsilon.convertToFloat(), APFloat::IEEEsingle())));
}

/// XLA on GPUs: over all dimensions of four but the first, with a scale and a
/// bias whose unit dimension comes last. Result 0; the others are scratch.
static Result cudnnNorm(OpReader &r) {
  llvm::json::Object config = getConfig(r.op, "cudnn_norm_backend_config");
  std::optional<double> number = config.getNumber("epsilon");
  const llvm::json::Value *kind = config.get("kind");
  if (!number || r.op->getNumOperands() != 3 || r.result != 0 ||
      r.indices.size() != 4 ||
      (kind && kind->getAsString() != "LAYER_FWD_INFER" &&
       kind->getAsString() != "LAYER_FWD_TRAIN"))
    return std::nullopt;
  IndexTuple at(r.indices.drop_front());
  at.push_back(unitIndex);
  return r.layerNorm(
      {1, 2, 3}, r.affine(1, at, 1), r.affine(2, at, 0),
      r.a.constant(Coefficient::fromLiteral(*number, APFloat::IEEEdouble())));
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
    addContraction(t, d + "dot_general", dotGeneral).extent = dotExtent;
    addContraction(t, d + "einsum", einsum);
    addContraction(t, d + "convolution", convolution);
    t.norm(d + "batch_norm_training", batchNormTraining);
  }
  t.norm(OpTable::customCall("byteir.layer_norm"), byteirLayerNorm);
  t.norm(OpTable::customCall("__onednn$layernorm"), onednnLayerNorm);
  t.norm(OpTable::customCall("__cudnn$norm"), cudnnNorm);
  t.constant("chlo.constant");
  t.elementwise("chlo.square", elements::square);
  t.elementwise("chlo.conj", elements::identity); // of real numbers
  t.broadcasting("chlo.broadcast_add", elements::add).affine();
  t.broadcasting("chlo.broadcast_subtract", elements::sub).affine();
  t.broadcasting("chlo.broadcast_multiply", elements::mul).affine();
  t.broadcasting("chlo.broadcast_divide", elements::div);
  t.broadcasting("chlo.broadcast_maximum", elements::max);
  t.broadcasting("chlo.broadcast_power", elements::power).root();
}
