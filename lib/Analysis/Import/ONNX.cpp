//===- ONNX.cpp - ONNX ---------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Contraction.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

static std::optional<int64_t> getAttrInt(Operation *op, StringRef name,
                                         int64_t byDefault) {
  Attribute attribute = op->getAttr(name);
  if (!attribute)
    return byDefault;
  std::optional<SmallVector<int64_t>> ints = getInts(attribute);
  return ints && ints->size() == 1 ? std::optional(ints->front())
                                   : std::nullopt;
}

/// Of the attribute of that name, or of operand 1, as the version has it.
/// Absent axes are empty.
static std::optional<SmallVector<int64_t>> getAxes(Operation *op) {
  if (Attribute attribute = op->getAttr("axes"))
    return getInts(attribute);
  if (op->getNumOperands() < 2 || isAbsent(op->getOperand(1)))
    return SmallVector<int64_t>();
  return getInts(op->getOperand(1));
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

static Result maxOfAll(Algebra &a, Operation *op, Operands o) {
  if (op->getNumOperands() == 0)
    return std::nullopt;
  Polynomial result = o[0];
  for (unsigned i = 1; i < op->getNumOperands(); ++i)
    result = a.max(result, o[i]);
  return result;
}

static Result sumOfAll(Algebra &a, Operation *op, Operands o) {
  Polynomial result;
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    result = a.add(result, o[i]);
  return result;
}

/// Operands 1 and 2 are a lower and an upper bound, each optional.
static Result clip(Algebra &a, Operation *op, Operands o) {
  if (op->getNumOperands() != 3 || !isAbsent(op->getOperand(2)))
    return std::nullopt;
  return isAbsent(op->getOperand(1)) ? o[0] : a.max(o[0], o[1]);
}

//===----------------------------------------------------------------------===//
// Reductions and movement
//===----------------------------------------------------------------------===//

static std::optional<DimMap> reduced(Operation *op) {
  std::optional<SmallVector<int64_t>> axes = getAxes(op);
  std::optional<int64_t> keeps = getAttrInt(op, "keepdims", 1);
  std::optional<int64_t> noop = getAttrInt(op, "noop_with_empty_axes", 0);
  RankedTensorType type = inputType(op);
  if (!axes || !keeps || !noop || !type)
    return std::nullopt;
  if (axes->empty() && *noop == 0)
    llvm::append_range(*axes, llvm::seq<int64_t>(0, type.getRank()));
  return dims::reduce(op, *axes, *keeps);
}

static bool hasNoPadding(Operation *op) {
  auto automatic = op->getAttrOfType<StringAttr>("auto_pad");
  return areAll(op, "pads", 0) &&
         (!automatic || automatic.getValue() == "NOTSET" ||
          automatic.getValue() == "VALID");
}

static std::optional<DimMap> pooled(Operation *op) {
  std::optional<SmallVector<int64_t>> kernel =
      getInts(op->getAttr("kernel_shape"));
  if (!kernel || !hasNoPadding(op) || !areAll(op, "dilations", 1))
    return std::nullopt;
  return dims::pool(op, /*first=*/2, *kernel);
}

static std::optional<DimMap> pooledAll(Operation *op) {
  RankedTensorType type = inputType(op);
  if (!type || type.getRank() < 3)
    return std::nullopt;
  return dims::reduce(op,
                      llvm::to_vector(llvm::seq<int64_t>(2, type.getRank())),
                      /*keepsDims=*/true);
}

static Result einsum(OpReader &r) { return contractEinsum(r, "equation"); }

static Result convolution(OpReader &r) {
  bool hasBias = r.hasOperand(2) && !isAbsent(r.op->getOperand(2));
  if (r.op->getNumOperands() < 2 || hasBias || !hasNoPadding(r.op) ||
      !areAll(r.op, "strides", 1) || !areAll(r.op, "group", 1))
    return std::nullopt;
  return contract(
      r, pointwiseConvolution(r.op->getOperand(0), r.op->getOperand(1)));
}

static std::optional<DimMap> transposed(Operation *op) {
  RankedTensorType type = inputType(op);
  std::optional<SmallVector<int64_t>> permutation =
      getInts(op->getAttr("perm"));
  if (!type)
    return std::nullopt;
  if (!op->getAttr("perm"))
    permutation =
        llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, type.getRank())));
  return permutation ? dims::permute(*permutation) : std::nullopt;
}

static std::optional<DimMap> unsqueezed(Operation *op) {
  std::optional<SmallVector<int64_t>> axes = getAxes(op);
  RankedTensorType from = inputType(op);
  RankedTensorType to = getTensorType(op->getResult(0));
  if (!axes || !from || !to)
    return std::nullopt;
  llvm::SmallBitVector isNew(to.getRank());
  for (int64_t axis : *axes) {
    int64_t dim = axis < 0 ? axis + to.getRank() : axis;
    if (dim < 0 || dim >= to.getRank())
      return std::nullopt;
    isNew.set(dim);
  }
  DimMap map;
  for (int64_t dim = 0; dim < to.getRank(); ++dim)
    if (!isNew.test(dim))
      map.push_back(dim);
  return static_cast<int64_t>(map.size()) == from.getRank() ? std::optional(map)
                                                            : std::nullopt;
}

static std::optional<DimMap> squeezed(Operation *op) {
  std::optional<SmallVector<int64_t>> axes = getAxes(op);
  RankedTensorType from = inputType(op);
  if (!axes || !from || axes->empty())
    return dims::reshape(op);
  std::optional<DimMap> map = dims::reduce(op, *axes, /*keepsDims=*/false);
  if (!map)
    return std::nullopt;
  for (auto [dim, to] : llvm::enumerate(*map))
    if (to == reducedDim) {
      if (from.getDimSize(dim) != 1)
        return std::nullopt;
      to = unitDim;
    }
  return map;
}

/// The first elements of some dimensions.
static Result slice(OpReader &r) {
  if (r.op->getNumOperands() < 3)
    return std::nullopt;
  bool hasSteps = r.hasOperand(4) && !isAbsent(r.op->getOperand(4));
  if (!areAll(getInts(r.op->getOperand(1)), 0) ||
      (hasSteps && !areAll(getInts(r.op->getOperand(4)), 1)) ||
      !r.importer.dependsOnX(r.op->getOperand(0)))
    return std::nullopt;
  return r.operand(0, r.indices);
}

static Result extent(OpReader &r) {
  RankedTensorType type = inputType(r.op);
  std::optional<int64_t> axis = getAttrInt(r.op, "axis", 0);
  if (!type || !axis)
    return std::nullopt;
  int64_t dim = *axis < 0 ? *axis + type.getRank() : *axis;
  if (dim < 0 || dim >= type.getRank())
    return std::nullopt;
  return r.importer.extentOf(r.op->getOperand(0), dim);
}

/// The extent of dimension `dim` of the tensor that `shape` is the shape of.
static Result extentIn(OpReader &r, Operation *shape, int64_t dim) {
  RankedTensorType type = inputType(shape);
  std::optional<int64_t> start = getAttrInt(shape, "start", 0);
  if (!type || !start)
    return std::nullopt;
  dim += *start < 0 ? *start + type.getRank() : *start;
  if (dim < 0 || dim >= type.getRank())
    return std::nullopt;
  return r.importer.extentOf(shape->getOperand(0), dim);
}

/// Of one dimension only.
static Result shape(OpReader &r) {
  RankedTensorType type = getTensorType(r.op->getResult(0));
  if (!type || type.getRank() != 1 || type.getDimSize(0) != 1)
    return std::nullopt;
  return extentIn(r, r.op, 0);
}

/// Of one number from a shape; any other gather is a value like others.
static Result gather(OpReader &r) {
  if (r.op->getNumOperands() != 2)
    return std::nullopt;
  Operation *from = r.op->getOperand(0).getDefiningOp();
  std::optional<int64_t> at = getInt(r.op->getOperand(1));
  if (!from || from->getName().getStringRef() != "onnx.Shape" || !at || *at < 0)
    return std::nullopt;
  return extentIn(r, from, *at);
}

//===----------------------------------------------------------------------===//
// Named norms
//===----------------------------------------------------------------------===//

/// From the attribute `axis` to the last dimension.
static std::optional<SmallVector<int64_t>> trailingAxes(Operation *op) {
  RankedTensorType type = inputType(op);
  std::optional<int64_t> axis = getAttrInt(op, "axis", -1);
  if (!type || !axis)
    return std::nullopt;
  int64_t first = *axis < 0 ? *axis + type.getRank() : *axis;
  if (first < 0 || first >= type.getRank())
    return std::nullopt;
  return llvm::to_vector(llvm::seq<int64_t>(first, type.getRank()));
}

static Polynomial epsilonOf(OpReader &r) {
  if (std::optional<Polynomial> epsilon = r.number("epsilon"))
    return *epsilon;
  return r.a.constant(Coefficient::fromLiteral(1e-5f, APFloat::IEEEsingle()));
}

static Result layerNorm(OpReader &r) {
  std::optional<SmallVector<int64_t>> axes = trailingAxes(r.op);
  if (!axes)
    return std::nullopt;
  // The standard casts before the scale.
  ArrayRef<Index> at = r.indices;
  return r.layerNorm(*axes, r.affine(1, at, 1), r.affine(2, at, 0),
                     epsilonOf(r), OpReader::Rounds::EachStep);
}

static Result rmsNorm(OpReader &r) {
  std::optional<SmallVector<int64_t>> axes = trailingAxes(r.op);
  if (!axes)
    return std::nullopt;
  Result value = r.rmsNorm(*axes, r.affine(1, r.indices, 1), epsilonOf(r),
                           OpReader::Rounds::EachStep);
  // A bias is an extension of onnx-mlir's.
  if (value && r.result == 0 && r.hasOperand(2))
    value = r.a.add(*value, r.affine(2, r.indices, 0));
  return value;
}

/// Over the spatial dimensions, with scale and bias along the channels.
static Result instanceNorm(OpReader &r) {
  RankedTensorType type = inputType(r.op);
  if (!type || type.getRank() < 3 || r.op->getNumOperands() != 3)
    return std::nullopt;
  SmallVector<int64_t> axes =
      llvm::to_vector(llvm::seq<int64_t>(2, type.getRank()));
  ArrayRef<Index> at = r.indices.slice(1, 1);
  return r.layerNorm(axes, r.affine(1, at, 1), r.affine(2, at, 0),
                     epsilonOf(r));
}

/// With one group; scale and bias are along the channels or, before version
/// 21, along the groups.
template <bool isByGroup> static Result groupNorm(OpReader &r) {
  RankedTensorType type = inputType(r.op);
  if (!type || type.getRank() < 2 || r.op->getNumOperands() != 3 ||
      getAttrInt(r.op, "num_groups", 0) != 1)
    return std::nullopt;
  SmallVector<int64_t> axes =
      llvm::to_vector(llvm::seq<int64_t>(1, type.getRank()));
  IndexTuple at{isByGroup ? unitIndex : r.indices[1]};
  return r.layerNorm(axes, r.affine(1, at, 1), r.affine(2, at, 0),
                     epsilonOf(r));
}

/// x over its Euclidean norm along one axis.
static Result lpNorm(OpReader &r) {
  RankedTensorType type = inputType(r.op);
  std::optional<int64_t> axis = getAttrInt(r.op, "axis", -1);
  if (!type || !axis || getAttrInt(r.op, "p", 2) != 2)
    return std::nullopt;
  std::optional<Row> over =
      r.rowOf(0, r.indices, {*axis < 0 ? *axis + type.getRank() : *axis});
  if (!over)
    return std::nullopt;
  Polynomial squares = r.sum(*over, r.a.mul(over->element, over->element));
  return r.a.mul(r.operand(0, r.indices), r.a.pow(squares, Rational(-1, 2)));
}

/// (x - mean) / (standard deviation + 1e-9).
static Result meanVarianceNorm(OpReader &r) {
  RankedTensorType type = inputType(r.op);
  std::optional<SmallVector<int64_t>> axes = SmallVector<int64_t>{0, 2, 3};
  if (Attribute attribute = r.op->getAttr("axes"))
    axes = getInts(attribute);
  if (!type || !axes)
    return std::nullopt;
  for (int64_t &axis : *axes)
    axis += axis < 0 ? type.getRank() : 0;
  llvm::sort(*axes);
  std::optional<Row> over = r.rowOf(0, r.indices, *axes);
  if (!over)
    return std::nullopt;
  Polynomial deviation = r.a.pow(r.variance(*over), Rational(1, 2));
  Polynomial epsilon =
      r.a.constant(Coefficient::fromLiteral(1e-9f, APFloat::IEEEsingle()));
  return r.a.div(r.a.sub(r.operand(0, r.indices), r.mean(*over, over->element)),
                 r.a.add(deviation, epsilon));
}

void norm::addONNXRows(OpTable &t) {
  std::string o = "onnx.";
  t.constant(o + "Constant");
  t.broadcasting(o + "Add", elements::add).affine();
  t.broadcasting(o + "Sub", elements::sub).affine();
  t.broadcasting(o + "Mul", elements::mul).affine();
  t.broadcasting(o + "Div", elements::div);
  t.broadcasting(o + "Pow", elements::power).root();
  t.broadcasting(o + "Max", maxOfAll);
  t.broadcasting(o + "Sum", sumOfAll).affine();
  t.broadcasting(o + "Where", elements::select);
  t.broadcasting(o + "Clip", clip);
  t.elementwise(o + "Neg", elements::negate).affine();
  t.elementwise(o + "Abs", elements::abs);
  t.elementwise(o + "Sqrt", elements::sqrt).root();
  t.elementwise(o + "Reciprocal", elements::reciprocal);
  t.elementwise(o + "Cast", elements::identity).cast();
  t.elementwise(o + "CastLike", elements::identity).cast();
  t.movement(o + "Identity", dims::identity);

  for (StringRef version : {"", "V11", "V13"}) {
    t.reduction(o + "ReduceMean" + version, reduced, combine::mean);
    t.reduction(o + "ReduceSum" + version, reduced, combine::sum);
    t.reduction(o + "ReduceSumSquare" + version, reduced,
                combine::sumOfSquares);
    t.reduction(o + "ReduceL2" + version, reduced, combine::l2Norm).root();
    t.movement(o + "Unsqueeze" + version, unsqueezed);
    t.movement(o + "Squeeze" + version, squeezed);
  }
  addContraction(t, o + "MatMul", contractMatrices);
  addContraction(t, o + "Einsum", einsum);
  addContraction(t, o + "Conv", convolution);
  t.reduction(o + "AveragePool", pooled, combine::mean);
  t.reduction(o + "GlobalAveragePool", pooledAll, combine::mean);
  t.reshape(o + "Reshape", dims::reshape).shapeOperand = 1;
  t.reshape(o + "Flatten", dims::reshape);
  t.movement(o + "Transpose", transposed);
  t.movement(o + "Expand", dims::broadcast).stretching(1);
  t.movement(o + "Slice", slice);
  t.scalar(o + "Dim", extent);
  t.scalar(o + "Shape", shape);
  t.scalar(o + "Gather", gather);

  t.norm(o + "LayerNormalization", layerNorm);
  t.norm(o + "RMSLayerNormalization", rmsNorm);
  t.norm(o + "RMSNormalization", rmsNorm);
  t.norm(o + "SimplifiedLayerNormalization", rmsNorm);
  t.norm(o + "InstanceNormalization", instanceNorm);
  t.norm(o + "GroupNormalization", groupNorm</*isByGroup=*/false>);
  t.norm(o + "GroupNormalizationV18", groupNorm</*isByGroup=*/true>);
  t.norm(o + "MeanVarianceNormalization", meanVarianceNorm);
  t.norm(o + "LpNormalization", lpNorm);
}
