//===- Torch.cpp - torch-mlir --------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Contraction.h"

#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

/// Operand `i` as a flag or a number; nullopt when it is not a constant.
static std::optional<int64_t> getFlag(Operation *op, unsigned i) {
  return i < op->getNumOperands() ? getInt(op->getOperand(i)) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

// Operand 2 is alpha.
static Result add(Algebra &a, Operation *, Operands o) {
  return a.add(o[0], a.mul(o[1], o[2]));
}
static Result sub(Algebra &a, Operation *, Operands o) {
  return a.sub(o[0], a.mul(o[1], o[2]));
}
static Result rsub(Algebra &a, Operation *, Operands o) {
  return a.sub(o[1], a.mul(o[0], o[2]));
}

/// Operands 1 and 2 are a lower and an upper bound, each optional.
static Result clamp(Algebra &a, Operation *op, Operands o) {
  if (op->getNumOperands() != 3 || !isAbsent(op->getOperand(2)))
    return std::nullopt;
  return isAbsent(op->getOperand(1)) ? o[0] : a.max(o[0], o[1]);
}

static Result dropout(Algebra &, Operation *op, Operands o) {
  std::optional<int64_t> training = getFlag(op, 2);
  return training && *training == 0 ? Result(o[0]) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

/// `dimsOperand` lists the axes (none: all), `keepOperand` is a flag.
static std::optional<DimMap> reduced(Operation *op, unsigned dimsOperand,
                                     unsigned keepOperand) {
  std::optional<int64_t> keeps = getFlag(op, keepOperand);
  RankedTensorType type = inputType(op);
  if (!keeps || !type)
    return std::nullopt;
  std::optional<SmallVector<int64_t>> axes = SmallVector<int64_t>();
  Value list = op->getOperand(dimsOperand);
  if (!isAbsent(list))
    axes = getInts(list);
  if (!axes)
    return std::nullopt;
  if (axes->empty())
    llvm::append_range(*axes, llvm::seq<int64_t>(0, type.getRank()));
  return dims::reduce(op, *axes, *keeps);
}

template <unsigned dimsOperand, unsigned keepOperand>
static std::optional<DimMap> reducedBy(Operation *op) {
  if (op->getNumOperands() <= std::max(dimsOperand, keepOperand))
    return std::nullopt;
  return reduced(op, dimsOperand, keepOperand);
}

static std::optional<DimMap> reducedAll(Operation *op) {
  RankedTensorType type = inputType(op);
  if (!type)
    return std::nullopt;
  return dims::reduce(op,
                      llvm::to_vector(llvm::seq<int64_t>(0, type.getRank())),
                      /*keepsDims=*/false);
}

/// Variance with N - `correction` in the place of N.
static Result corrected(OpReader &r, const Polynomial &correction) {
  Polynomial count = r.a.constant(1);
  for (auto &[index, extent] : r.row.summed)
    count = r.a.mul(count, extent);
  if (r.op->getNumResults() == 2 && r.result == 1)
    return r.mean(r.row, r.row.element);
  return r.a.mul(r.variance(r.row), r.a.div(count, r.a.sub(count, correction)));
}

/// Operand 2 is the correction, 1 when it is none.
static Result varCorrection(OpReader &r, const Polynomial &) {
  return corrected(r, isAbsent(r.op->getOperand(2)) ? r.a.constant(1)
                                                    : r.operand(2));
}

/// Operand `flag` says whether the correction is 1 or 0.
template <unsigned flag>
static Result varUnbiased(OpReader &r, const Polynomial &) {
  std::optional<int64_t> unbiased = getFlag(r.op, flag);
  if (!unbiased)
    return std::nullopt;
  return corrected(r, r.a.constant(*unbiased != 0));
}

template <CombineFn variance>
static Result rootOf(OpReader &r, const Polynomial &element) {
  Result value = variance(r, element);
  return value ? Result(r.a.pow(*value, Rational(1, 2))) : std::nullopt;
}

/// Operand 1 is the order of the norm.
static Result vectorNorm(OpReader &r, const Polynomial &element) {
  std::optional<Coefficient> order = r.operand(1).asConstant();
  if (!order || !order->isExact() || order->value() != Rational(2))
    return std::nullopt;
  return combine::l2Norm(r, element);
}

/// Of the last two dimensions. Operands are the kernel, the strides, the
/// padding, two flags and a divisor.
static std::optional<DimMap> pooled(Operation *op) {
  RankedTensorType type = op->getNumOperands() == 7
                              ? getTensorType(op->getOperand(0))
                              : RankedTensorType();
  std::optional<SmallVector<int64_t>> kernel =
      type ? getInts(op->getOperand(1)) : std::nullopt;
  if (!kernel || !areAll(getInts(op->getOperand(3)), 0) ||
      !isAbsent(op->getOperand(6)))
    return std::nullopt;
  return dims::pool(op, type.getRank() - kernel->size(), *kernel);
}

/// Of an einsum, whose tensors are in a list.
static bool sumsOneOfList(Operation *op) {
  Operation *list =
      op->getNumOperands() >= 2 ? op->getOperand(1).getDefiningOp() : nullptr;
  return list && sumsOneOperand(list);
}

static Result einsum(OpReader &r) {
  Operation *equation = r.op->getNumOperands() >= 2
                            ? r.op->getOperand(0).getDefiningOp()
                            : nullptr;
  Operation *list = equation ? r.op->getOperand(1).getDefiningOp() : nullptr;
  auto text =
      equation && equation->getName().getStringRef() == "torch.constant.str"
          ? equation->getAttrOfType<StringAttr>("value")
          : StringAttr();
  if (!text || !list ||
      list->getName().getStringRef() != "torch.prim.ListConstruct" ||
      list->getNumOperands() != 2)
    return std::nullopt;
  return contract(r, parseEinsum(text.getValue(), list->getOperand(0),
                                 list->getOperand(1)));
}

/// Operands are x, the kernel, a bias, strides, padding, dilations, a flag for
/// the transposed one, padding of the result, and the number of groups.
static Result convolution(OpReader &r) {
  if (r.op->getNumOperands() != 9 || !isAbsent(r.op->getOperand(2)) ||
      !areAll(getInts(r.op->getOperand(3)), 1) ||
      !areAll(getInts(r.op->getOperand(4)), 0) || getFlag(r.op, 6) != 0 ||
      getFlag(r.op, 8) != 1)
    return std::nullopt;
  return contract(
      r, pointwiseConvolution(r.op->getOperand(0), r.op->getOperand(1)));
}

//===----------------------------------------------------------------------===//
// Movement
//===----------------------------------------------------------------------===//

static std::optional<DimMap> permuted(Operation *op) {
  std::optional<SmallVector<int64_t>> permutation =
      op->getNumOperands() == 2 ? getInts(op->getOperand(1)) : std::nullopt;
  return permutation ? dims::permute(*permutation) : std::nullopt;
}

static std::optional<DimMap> transposed(Operation *op) {
  std::optional<DimMap> map = dims::identity(op);
  std::optional<int64_t> a = getFlag(op, 1), b = getFlag(op, 2);
  if (!map || !a || !b)
    return std::nullopt;
  int64_t rank = map->size(), i = *a < 0 ? *a + rank : *a,
          j = *b < 0 ? *b + rank : *b;
  if (i < 0 || i >= rank || j < 0 || j >= rank)
    return std::nullopt;
  std::swap((*map)[i], (*map)[j]);
  return map;
}

static std::optional<DimMap> unsqueezed(Operation *op) {
  RankedTensorType from = inputType(op);
  std::optional<int64_t> at = getFlag(op, 1);
  if (!from || !at)
    return std::nullopt;
  int64_t place = *at < 0 ? *at + from.getRank() + 1 : *at;
  DimMap map;
  for (int64_t dim = 0; dim < from.getRank(); ++dim)
    map.push_back(dim < place ? dim : dim + 1);
  return map;
}

static std::optional<DimMap> squeezed(Operation *op) {
  RankedTensorType from = inputType(op);
  std::optional<int64_t> at = getFlag(op, 1);
  if (!from || !at)
    return std::nullopt;
  int64_t place = *at < 0 ? *at + from.getRank() : *at;
  if (place < 0 || place >= from.getRank())
    return std::nullopt;
  if (from.getDimSize(place) != 1)
    return ShapedType::isDynamic(from.getDimSize(place)) ? std::nullopt
                                                         : dims::identity(op);
  DimMap map;
  for (int64_t dim = 0; dim < from.getRank(); ++dim)
    map.push_back(dim == place ? unitDim : dim < place ? dim : dim - 1);
  return map;
}

/// The dimensions that are not cut keep their extents.
static std::optional<std::pair<unsigned, unsigned>>
sliceExtent(Operation *op, unsigned dimension) {
  RankedTensorType type = inputType(op);
  std::optional<int64_t> cut = getFlag(op, 1);
  if (!type || !cut)
    return std::nullopt;
  int64_t dim = *cut < 0 ? *cut + type.getRank() : *cut;
  if (dim == static_cast<int64_t>(dimension) || dimension >= type.getRank())
    return std::nullopt;
  return std::pair(0u, dimension);
}

/// The first elements of one dimension.
static Result slice(OpReader &r) {
  std::optional<int64_t> start = getFlag(r.op, 2), step = getFlag(r.op, 4);
  bool fromStart = (start && *start == 0) ||
                   (r.hasOperand(2) && isAbsent(r.op->getOperand(2)));
  if (!fromStart || !step || *step != 1 ||
      !r.importer.dependsOnX(r.op->getOperand(0)))
    return std::nullopt;
  return r.operand(0, r.indices);
}

static Result size(OpReader &r) {
  RankedTensorType type = inputType(r.op);
  std::optional<int64_t> dim = getFlag(r.op, 1);
  if (!type || !dim)
    return std::nullopt;
  int64_t at = *dim < 0 ? *dim + type.getRank() : *dim;
  if (at < 0 || at >= type.getRank())
    return std::nullopt;
  return r.importer.extentOf(r.op->getOperand(0), at);
}

static Result numel(OpReader &r) {
  RankedTensorType type = inputType(r.op);
  if (!type)
    return std::nullopt;
  Polynomial count = r.a.constant(1);
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    count = r.a.mul(count, r.importer.extentOf(r.op->getOperand(0), dim));
  return count;
}

/// A number in another type, or as a tensor of rank 0.
static Result number(OpReader &r) {
  return r.hasOperand(0) ? Result(r.operand(0)) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Named norms
//===----------------------------------------------------------------------===//

/// The last dimensions of operand 0, as many as operand 1 lists.
static std::optional<SmallVector<int64_t>> trailingAxes(Operation *op) {
  if (op->getNumOperands() < 3)
    return std::nullopt;
  RankedTensorType type = getTensorType(op->getOperand(0));
  Operation *list = op->getOperand(1).getDefiningOp();
  if (!type || !list ||
      list->getName().getStringRef() != "torch.prim.ListConstruct")
    return std::nullopt;
  int64_t count = list->getNumOperands(), rank = type.getRank();
  if (count == 0 || count > rank)
    return std::nullopt;
  for (int64_t i = 0; i < count; ++i) {
    std::optional<int64_t> extent = getInt(list->getOperand(i));
    int64_t own = type.getDimSize(rank - count + i);
    if (extent && !ShapedType::isDynamic(own) && *extent != own)
      return std::nullopt;
  }
  return llvm::to_vector(llvm::seq<int64_t>(rank - count, rank));
}

static Result layerNorm(OpReader &r) {
  std::optional<SmallVector<int64_t>> axes = trailingAxes(r.op);
  if (!axes || r.op->getNumOperands() < 5)
    return std::nullopt;
  ArrayRef<Index> at = r.indices.take_back(axes->size());
  return r.layerNorm(*axes, r.affine(2, at, 1), r.affine(3, at, 0),
                     r.operand(4));
}

static Result rmsNorm(OpReader &r) {
  std::optional<SmallVector<int64_t>> axes = trailingAxes(r.op);
  if (!axes || r.op->getNumOperands() < 4)
    return std::nullopt;
  Polynomial epsilon;
  if (isAbsent(r.op->getOperand(3))) {
    // The machine epsilon of the type of x.
    auto type = dyn_cast<FloatType>(getElementType(r.op->getOperand(0)));
    if (!type)
      return std::nullopt;
    int precision = type.getFPMantissaWidth();
    epsilon = r.a.constant(Rational(2).pow(1 - precision));
  } else {
    epsilon = r.operand(3);
  }
  ArrayRef<Index> at = r.indices.take_back(axes->size());
  return r.rmsNorm(*axes, r.affine(2, at, 1), epsilon);
}

/// With one group this is a LayerNorm over all dimensions but the first, with
/// scale and bias along the second. With more it is none.
static Result groupNorm(OpReader &r) {
  if (r.op->getNumOperands() < 5 || r.op->getNumResults() != 1)
    return std::nullopt;
  RankedTensorType type = getTensorType(r.op->getOperand(0));
  std::optional<int64_t> groups = getInt(r.op->getOperand(1));
  if (!type || type.getRank() < 2 || !groups || *groups != 1)
    return std::nullopt;
  SmallVector<int64_t> axes =
      llvm::to_vector(llvm::seq<int64_t>(1, type.getRank()));
  ArrayRef<Index> at = r.indices.slice(1, 1);
  return r.layerNorm(axes, r.affine(2, at, 1), r.affine(3, at, 0),
                     r.operand(4));
}

void norm::addTorchRows(OpTable &t) {
  for (StringRef name : {"torch.constant.int", "torch.constant.float",
                         "torch.constant.bool", "torch.vtensor.literal"})
    t.constant(name);

  std::string aten = "torch.aten.";
  for (StringRef kind : {"Tensor", "Scalar"}) {
    t.broadcasting(aten + "add." + kind, add).affine();
    t.broadcasting(aten + "sub." + kind, sub).affine();
    t.broadcasting(aten + "rsub." + kind, rsub).affine();
    t.broadcasting(aten + "mul." + kind, elements::mul).affine();
    t.broadcasting(aten + "div." + kind, elements::div);
  }
  t.broadcasting(aten + "pow.Tensor_Scalar", elements::power).root();
  t.broadcasting(aten + "pow.Tensor_Tensor", elements::power).root();
  t.broadcasting(aten + "maximum", elements::max);
  t.broadcasting(aten + "minimum", elements::min);
  t.broadcasting(aten + "where.self", elements::select);
  t.elementwise(aten + "square", elements::square);
  t.elementwise(aten + "sqrt", elements::sqrt).root();
  t.elementwise(aten + "rsqrt", elements::rsqrt).root();
  t.elementwise(aten + "reciprocal", elements::reciprocal);
  t.elementwise(aten + "neg", elements::negate).affine();
  t.elementwise(aten + "abs", elements::abs);
  t.elementwise(aten + "clamp_min", elements::max);
  t.elementwise(aten + "clamp", clamp);
  t.elementwise(aten + "dropout", dropout).reading(1);
  for (StringRef name :
       {"aten.to.dtype", "aten._to_copy", "aten.to.dtype_layout",
        "aten.to.other", "aten.type_as", "aten.to.device",
        "prims.convert_element_type", "aten.to.prim_Device"})
    t.elementwise("torch." + name, elements::identity).cast();
  // Of real numbers.
  for (StringRef name :
       {"_conj", "conj", "_conj_physical", "conj_physical", "resolve_conj"})
    t.elementwise(aten + name, elements::identity);
  for (StringRef name : {"alias", "clone", "contiguous", "detach",
                         "lift_fresh_copy", "lift_fresh"})
    t.movement(aten + name, dims::identity);
  t.movement("torch.tensor_static_info_cast", dims::identity);
  t.movement("torch.copy.to_vtensor", dims::identity);
  t.movement("torch_c.to_builtin_tensor", dims::identity);
  t.movement("torch_c.from_builtin_tensor", dims::identity);

  t.reduction(aten + "mean.dim", reducedBy<1, 2>, combine::mean);
  t.reduction(aten + "mean", reducedAll, combine::mean);
  t.reduction(aten + "sum.dim_IntList", reducedBy<1, 2>, combine::sum);
  t.reduction(aten + "sum", reducedAll, combine::sum);
  for (StringRef name : {"var", "var_mean"}) {
    t.reduction(aten + name + ".correction", reducedBy<1, 3>, varCorrection);
    t.reduction(aten + name + ".dim", reducedBy<1, 3>, varUnbiased<2>);
  }
  t.reduction(aten + "std.correction", reducedBy<1, 3>, rootOf<varCorrection>)
      .root();
  t.reduction(aten + "std.dim", reducedBy<1, 3>, rootOf<varUnbiased<2>>).root();
  t.reduction(aten + "linalg_vector_norm", reducedBy<2, 3>, vectorNorm).root();
  t.reduction(aten + "norm.ScalarOpt_dim", reducedBy<2, 3>, vectorNorm).root();

  for (StringRef name : {"matmul", "mm", "bmm"})
    addContraction(t, aten + name, contractMatrices);
  addContraction(t, aten + "einsum", einsum).isSum = sumsOneOfList;
  addContraction(t, aten + "convolution", convolution);
  t.reduction(aten + "avg_pool2d", pooled, combine::mean);

  for (StringRef name : {"view", "reshape", "_unsafe_view", "_reshape_alias"})
    t.reshape(aten + name, dims::reshape).shapeOperand = 1;
  for (StringRef name : {"squeeze", "flatten.using_ints", "unflatten.int"})
    t.reshape(aten + name, dims::reshape);
  t.movement(aten + "squeeze.dim", squeezed);
  t.movement(aten + "unsqueeze", unsqueezed);
  t.movement(aten + "permute", permuted);
  t.movement(aten + "transpose.int", transposed);
  t.movement(aten + "expand", dims::broadcast).stretching(1);
  t.movement(aten + "broadcast_to", dims::broadcast).stretching(1);
  t.movement(aten + "slice.Tensor", slice).extent = sliceExtent;

  t.elementwise(aten + "mul.int", elements::mul);
  t.scalar(aten + "size.int", size);
  t.scalar(aten + "numel", numel);
  for (StringRef name : {"aten.Float.Scalar", "aten.ScalarImplicit",
                         "prim.NumToTensor.Scalar", "derefine"})
    t.scalar("torch." + name, number);

  t.metadata("torch.bind_symbolic_shape");

  t.norm(aten + "layer_norm", layerNorm);
  t.norm(aten + "native_layer_norm", layerNorm);
  t.norm(aten + "rms_norm", rmsNorm);
  t.norm(aten + "_fused_rms_norm", rmsNorm);
  t.norm(aten + "group_norm", groupNorm);
}
