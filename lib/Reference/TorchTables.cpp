//===- TorchTables.cpp -------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluation of torch: products, norms, and the table of its ops.
//
//===----------------------------------------------------------------------===//

#include "TorchOps.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm::reference;

//===----------------------------------------------------------------------===//
// Products and norms
//===----------------------------------------------------------------------===//

/// x * transposed(weight) + bias
Arrays torch::linear(NamedOp &op) {
  ArrayPtr x = op[0], weight = op[1];
  if (!x || !weight || x->rank() == 0 || weight->rank() != 2)
    return {x && weight ? op.fail("has operands of other ranks") : nullptr};
  ArrayPtr y = op.contract(x, weight, {}, {}, {x->rank() - 1}, {1});
  return {op.isAbsent(2) ? y : op.add(y, op[2])};
}

/// The last axes of operand 0, as many as operand 1 lists extents.
static MaybeInts getTrailingAxes(NamedOp &op) {
  MaybeInts extents = op.numbers(op[1]);
  ArrayPtr x = op[0];
  if (!extents || !x)
    return std::nullopt;
  int64_t rank = x->rank(), count = extents->size();
  if (count == 0 || count > rank ||
      ArrayRef(x->shape).take_back(count) != ArrayRef(*extents)) {
    op.fail("normalises extents that its operand does not end with");
    return std::nullopt;
  }
  return ArrayMath::allAxes(rank, rank - count);
}

/// (x, extents, weight, bias, epsilon): y, and for the native form mean and
/// reciprocal deviation.
Arrays torch::layerNorm(NamedOp &op) {
  MaybeInts axes = getTrailingAxes(op);
  ArrayPtr x = op.widen(op[0]), epsilon = op[4];
  if (!axes || !x || !epsilon)
    return {nullptr};
  ArrayPtr mean = op.mean(x, *axes, /*keep=*/true);
  ArrayPtr variance = op.variance(x, *axes, /*keep=*/true);
  ArrayPtr rstd = op.apply({"math.rsqrt"}, {op.add(variance, epsilon)});
  ArrayPtr y = op.mul(op.sub(x, mean), rstd);
  if (!op.isAbsent(2))
    y = op.mul(y, op[2]);
  if (!op.isAbsent(3))
    y = op.add(y, op[3]);
  Arrays results = {op.convert(y, op.element())};
  if (op.op->getNumResults() == 3)
    results.append(
        {op.convert(mean, op.element(1)), op.convert(rstd, op.element(2))});
  return results;
}

/// (x, extents, weight, epsilon); without an epsilon it is the distance from
/// one to the next number of the type of x.
Arrays torch::rmsNorm(NamedOp &op) {
  MaybeInts axes = getTrailingAxes(op);
  ArrayPtr given = op[0], x = op.widen(given);
  if (!axes || !x || !given->isFloat())
    return {x ? op.fail("normalises integers") : nullptr};
  auto type = cast<FloatType>(given->elementType);
  int precision = static_cast<int>(type.getFPMantissaWidth());
  ArrayPtr epsilon =
      op.isAbsent(3) ? op.number(std::ldexp(1.0, 1 - precision), x->elementType)
                     : op[3];
  ArrayPtr square = op.mean(op.mul(x, x), *axes, /*keep=*/true);
  ArrayPtr rstd = op.apply({"math.rsqrt"}, {op.add(square, epsilon)});
  ArrayPtr y = op.convert(op.mul(x, rstd), given->elementType);
  if (!op.isAbsent(2))
    y = op.mul(y, op[2]);
  Arrays results = {op.convert(y, op.element())};
  if (op.op->getNumResults() == 2)
    results.push_back(op.convert(rstd, op.element(1)));
  return results;
}

/// (x, groups, weight, bias, epsilon): channels, dimension 1, in groups.
Arrays torch::groupNorm(NamedOp &op) {
  ArrayPtr given = op[0], x = op.widen(given), epsilon = op[4];
  std::optional<int64_t> groups = op.ArrayMath::number(op[1]);
  if (!x || !groups || !epsilon)
    return {nullptr};
  if (x->rank() < 2 || *groups <= 0 || x->shape[1] % *groups != 0 ||
      x->shape[0] == 0)
    return {op.fail("has channels that do not make groups")};
  Ints shape = x->shape, channels(x->rank(), 1);
  channels[1] = shape[1];
  ArrayPtr rows = op.reshape(x, {shape[0], *groups, -1});
  ArrayPtr centred = op.sub(rows, op.mean(rows, {2}, /*keep=*/true));
  ArrayPtr variance = op.variance(rows, {2}, /*keep=*/true);
  ArrayPtr rstd = op.apply({"math.rsqrt"}, {op.add(variance, epsilon)});
  ArrayPtr y = op.reshape(op.mul(centred, rstd), shape);
  if (!op.isAbsent(2))
    y = op.mul(y, op.reshape(op[2], channels));
  if (!op.isAbsent(3))
    y = op.add(y, op.reshape(op[3], channels));
  return {op.convert(y, op.element())};
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

static Arrays constant(NamedOp &op) { return {op.arrayAttr("value")}; }

static Arrays where(NamedOp &op) {
  return {op.select(op[0], op[1], op[2], op.element())};
}

static Arrays matmul(NamedOp &op) { return {op.matmul(op[0], op[1])}; }

/// A number in another type, if its type says which.
static Arrays number(NamedOp &op) {
  bool isHeld =
      op.op->getNumResults() == 1 && getHeldType(op.op->getResult(0).getType());
  return {isHeld ? op.convert(op[0], op.element()) : op[0]};
}

#define BOTH(name, ...)                                                        \
  {name ".Tensor", __VA_ARGS__}, { name ".Scalar", __VA_ARGS__ }

ArrayRef<OpEntry> norm::reference::getTorchOps() {
  using namespace evaluators;
  constexpr auto direction = [](Direction d) { return static_cast<int>(d); };
  static const OpEntry entries[] = {
      {"constant.int", constant},
      {"constant.float", constant},
      {"constant.bool", constant},
      {"constant.none", absent},
      {"constant.str", absent},
      {"constant.device", absent},
      {"vtensor.literal", constant},
      {"bind_symbolic_shape", [](NamedOp &) { return Arrays(); }},
      {"prim.ListConstruct", torch::list},

      BOTH("aten.add", torch::addScaled, "", "", 0),
      BOTH("aten.sub", torch::addScaled, "", "", 1),
      BOTH("aten.rsub", torch::addScaled, "", "", 2),
      BOTH("aten.mul", torch::promoted, "arith.mulf", "arith.muli", 2),
      BOTH("aten.div", torch::promoted, "arith.divf", "", 2),
      {"aten.pow.Tensor_Scalar", torch::promoted, "math.powf", "", 2},
      {"aten.pow.Tensor_Tensor", torch::promoted, "math.powf", "", 2},
      {"aten.pow.Scalar", torch::promoted, "math.powf", "", 2},
      {"aten.maximum", torch::promoted, "arith.maximumf", "arith.maxsi", 2},
      {"aten.minimum", torch::promoted, "arith.minimumf", "arith.minsi", 2},
      {"aten.clamp", torch::clamp},
      {"aten.clamp_min", torch::clamp, "", "", 1},
      {"aten.clamp_max", torch::clamp, "", "", 2},
      {"aten.where.self", where},
      {"aten.where.Scalar", where},
      {"aten.where.ScalarOther", where},
      {"aten.where.ScalarSelf", where},
      BOTH("aten.eq", comparison, "", "", direction(Direction::EQ)),
      BOTH("aten.ne", comparison, "", "", direction(Direction::NE)),
      BOTH("aten.gt", comparison, "", "", direction(Direction::GT)),
      BOTH("aten.ge", comparison, "", "", direction(Direction::GE)),
      BOTH("aten.lt", comparison, "", "", direction(Direction::LT)),
      BOTH("aten.le", comparison, "", "", direction(Direction::LE)),
      {"aten.square", square},
      {"aten.reciprocal", reciprocal},
      {"aten.sqrt", torch::promoted, "math.sqrt", "", 1},
      {"aten.rsqrt", torch::promoted, "math.rsqrt", "", 1},
      {"aten.neg", torch::promoted, "arith.negf", "", 1},
      {"aten.abs", torch::promoted, "math.absf", "math.absi", 1},
      {"aten.exp", torch::promoted, "math.exp", "", 1},
      {"aten.log", torch::promoted, "math.log", "", 1},
      {"aten.tanh", torch::promoted, "math.tanh", "", 1},
      {"aten.erf", torch::promoted, "math.erf", "", 1},
      {"aten.sin", torch::promoted, "math.sin", "", 1},
      {"aten.cos", torch::promoted, "math.cos", "", 1},
      {"aten.floor", torch::promoted, "math.floor", "", 1},
      {"aten.ceil", torch::promoted, "math.ceil", "", 1},
      {"aten.sigmoid", torch::promoted, "logistic", "", 1},
      {"aten.silu", torch::silu},
      {"aten.relu", torch::relu},
      {"aten.dropout", torch::dropout},

      {"aten.to.dtype", convert},
      {"aten._to_copy", convert},
      {"aten.to.dtype_layout", convert},
      {"aten.to.other", convert},
      {"aten.to.device", convert},
      {"aten.to.prim_Device", convert},
      {"aten.type_as", convert},
      {"prims.convert_element_type", convert},
      {"aten.alias", identity},
      {"aten.clone", identity},
      {"aten.contiguous", identity},
      {"aten.detach", identity},
      {"aten.lift_fresh_copy", identity},
      {"aten.lift_fresh", identity},
      {"tensor_static_info_cast", identity},
      {"copy.to_vtensor", identity},
      {"copy.to_tensor", identity},

      {"aten.sum.dim_IntList", torch::sum, "", "", 1},
      {"aten.sum", torch::sum, "", "", -1},
      {"aten.mean.dim", torch::mean, "", "", 1},
      {"aten.mean", torch::mean, "", "", -1},
      {"aten.amax", torch::amax},
      {"aten.var.correction", torch::variance, "", "", 1},
      {"aten.var.dim", torch::variance, "", "", 1},
      {"aten.var", torch::variance, "", "", -1},
      {"aten.var_mean.correction", torch::variance, "", "", 1},
      {"aten.var_mean.dim", torch::variance, "", "", 1},
      {"aten.var_mean", torch::variance, "", "", -1},
      {"aten.std.correction", torch::variance, "", "", 1},
      {"aten.std.dim", torch::variance, "", "", 1},
      {"aten.std", torch::variance, "", "", -1},
      {"aten.linalg_vector_norm", torch::vectorNorm},
      {"aten.norm.ScalarOpt_dim", torch::vectorNorm},

      {"aten.view", torch::view},
      {"aten.reshape", torch::view},
      {"aten._unsafe_view", torch::view},
      {"aten._reshape_alias", torch::view},
      {"aten.squeeze", torch::squeeze},
      {"aten.squeeze.dim", torch::squeezeDim},
      {"aten.unsqueeze", torch::unsqueeze},
      {"aten.flatten.using_ints", torch::flatten},
      {"aten.unflatten.int", torch::unflatten},
      {"aten.permute", torch::permute},
      {"aten.transpose.int", torch::transpose},
      {"aten.t", torch::transpose},
      {"aten.expand", torch::expand},
      {"aten.broadcast_to", torch::expand},
      {"aten.slice.Tensor", torch::slice},
      {"aten.cat", torch::cat},

      {"aten.size.int", torch::size},
      {"aten.numel", torch::numel},
      {"aten.add.int", elementwise, "", "arith.addi"},
      {"aten.sub.int", elementwise, "", "arith.subi"},
      {"aten.mul.int", elementwise, "", "arith.muli"},
      {"aten.floordiv.int", elementwise, "", "arith.floordivsi"},
      {"aten.Float.Scalar", number},
      {"aten.Int.Scalar", number},
      {"aten.ScalarImplicit", number},
      {"prim.NumToTensor.Scalar", number},
      {"derefine", identity},

      {"aten.matmul", matmul},
      {"aten.mm", matmul},
      {"aten.bmm", matmul},
      {"aten.linear", torch::linear},
      {"aten.layer_norm", torch::layerNorm},
      {"aten.native_layer_norm", torch::layerNorm},
      {"aten.rms_norm", torch::rmsNorm},
      {"aten._fused_rms_norm", torch::rmsNorm},
      {"aten.group_norm", torch::groupNorm},
  };
  return entries;
}
