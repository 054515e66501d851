//===- TosaOps.cpp -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluation of TOSA.
//
//===----------------------------------------------------------------------===//

#include "NamedOps.h"

using namespace mlir;
using namespace mlir::norm::reference;

/// True for ops whose NaN mode says that a number wins.
static bool ignoresNaN(NamedOp &op) {
  return op.textAttrHas("nan_mode", "IGNORE");
}

static Arrays extremum(NamedOp &op) {
  bool isMax = op.entry.number > 0;
  StringRef real = ignoresNaN(op)
                       ? (isMax ? "arith.maxnumf" : "arith.minnumf")
                       : (isMax ? "arith.maximumf" : "arith.minimumf");
  return {
      op.apply({real, isMax ? "arith.maxsi" : "arith.minsi"}, {op[0], op[1]})};
}

static Arrays clamp(NamedOp &op) {
  ArrayPtr low = op.arrayAttr("min_val"), high = op.arrayAttr("max_val");
  bool ignores = ignoresNaN(op);
  ArrayPtr raised =
      op.apply({ignores ? "arith.maxnumf" : "arith.maximumf", "arith.maxsi"},
               {op[0], low});
  return {
      op.apply({ignores ? "arith.minnumf" : "arith.minimumf", "arith.minsi"},
               {raised, high})};
}

/// Operand 2 is a shift of integers.
static Arrays multiply(NamedOp &op) {
  ArrayPtr a = op[0];
  if (a && !a->isFloat() && !op.isAbsent(2)) {
    std::optional<int64_t> shift = op.ArrayMath::number(op[2]);
    if (!shift)
      return {nullptr};
    if (*shift != 0)
      return {op.fail("shifts its product, which the reference interpreter "
                      "does not know")};
    a = op.convert(a, op.element());
    return {op.mul(a, op.convert(op[1], op.element()))};
  }
  return {op.mul(a, op[1], op.element())};
}

/// Operands 1 and 2 are zero points of integers.
static Arrays negate(NamedOp &op) {
  ArrayPtr a = op[0];
  if (!a || a->isFloat())
    return {op.apply({"arith.negf"}, {a})};
  for (unsigned i : {1, 2}) {
    MaybeInts zero = op.isAbsent(i) ? Ints{0} : op.numbers(op[i]);
    if (!zero)
      return {nullptr};
    if (llvm::any_of(*zero, [](int64_t value) { return value != 0; }))
      return {op.fail("has a zero point, which the reference interpreter does "
                      "not know")};
  }
  return {op.sub(op.number(0.0, a->elementType), a)};
}

static Arrays logicalNot(NamedOp &op) {
  return {op.compare(Direction::EQ, op[0],
                     op.number(0.0, IntegerType::get(op.op->getContext(), 1)))};
}

static Arrays reduced(NamedOp &op) {
  ArrayPtr a = op[0];
  std::optional<int64_t> axis = op.intAttr("axis");
  if (!a || !axis || !(axis = op.axisOf(*axis, a->rank())))
    return {nullptr};
  return {op.fold(static_cast<Fold>(op.entry.number), a, {*axis},
                  /*keep=*/true)};
}

static Arrays reshaped(NamedOp &op) {
  MaybeInts shape;
  if (op.hasAttr("new_shape"))
    shape = op.intsAttr("new_shape");
  else
    shape = op.numbers(op[1]);
  return {shape ? op.reshape(op[0], *shape) : nullptr};
}

static Arrays transposed(NamedOp &op) {
  MaybeInts permutation = op.intsAttr("perms");
  return {permutation ? op.transpose(op[0], *permutation) : nullptr};
}

static Arrays tiled(NamedOp &op) {
  MaybeInts multiples = op.numbers(op[1]);
  return {multiples ? op.tile(op[0], *multiples) : nullptr};
}

static Arrays sliced(NamedOp &op) {
  MaybeInts start = op.numbers(op[1]), size = op.numbers(op[2]);
  if (!start || !size)
    return {nullptr};
  return {op.slice(op[0], *start, *size, Ints(start->size(), 1))};
}

static Arrays joined(NamedOp &op) {
  std::optional<int64_t> axis = op.intAttr("axis");
  return {axis ? op.concat(op.operands(), *axis) : nullptr};
}

/// Of batches of matrices; zero points of floats are zero.
static Arrays matmul(NamedOp &op) { return {op.matmul(op[0], op[1])}; }

static Arrays constant(NamedOp &op) { return {op.arrayAttr("values")}; }

ArrayRef<OpEntry> norm::reference::getTosaOps() {
  using namespace evaluators;
  constexpr auto direction = [](Direction d) { return static_cast<int>(d); };
  constexpr auto fold = [](Fold kind) { return static_cast<int>(kind); };
  static const OpEntry entries[] = {
      {"const", constant},
      {"const_shape", constant},
      {"identity", identity},
      {"add", elementwise, "arith.addf", "arith.addi"},
      {"sub", elementwise, "arith.subf", "arith.subi"},
      {"mul", multiply},
      {"intdiv", elementwise, "", "arith.divsi"},
      {"pow", elementwise, "math.powf"},
      {"maximum", extremum, "", "", 1},
      {"minimum", extremum, "", "", -1},
      {"clamp", clamp},
      {"negate", negate},
      {"abs", elementwise, "math.absf", "math.absi"},
      {"reciprocal", reciprocal},
      {"rsqrt", elementwise, "math.rsqrt"},
      {"exp", elementwise, "math.exp"},
      {"log", elementwise, "math.log"},
      {"tanh", elementwise, "math.tanh"},
      {"sigmoid", elementwise, "logistic"},
      {"erf", elementwise, "math.erf"},
      {"sin", elementwise, "math.sin"},
      {"cos", elementwise, "math.cos"},
      {"ceil", elementwise, "math.ceil"},
      {"floor", elementwise, "math.floor"},
      {"cast",
       [](NamedOp &op) -> Arrays {
         return {op.convert(op[0], op.element(), /*toNearest=*/true)};
       }},
      {"select",
       [](NamedOp &op) -> Arrays { return {op.select(op[0], op[1], op[2])}; }},
      {"equal", comparison, "", "", direction(Direction::EQ)},
      {"greater", comparison, "", "", direction(Direction::GT)},
      {"greater_equal", comparison, "", "", direction(Direction::GE)},
      {"logical_and", elementwise, "", "arith.andi"},
      {"logical_or", elementwise, "", "arith.ori"},
      {"logical_xor", elementwise, "", "arith.xori"},
      {"logical_not", logicalNot},
      {"reduce_sum", reduced, "", "", fold(Fold::Sum)},
      {"reduce_product", reduced, "", "", fold(Fold::Product)},
      {"reduce_max", reduced, "", "", fold(Fold::Max)},
      {"reduce_min", reduced, "", "", fold(Fold::Min)},
      {"reshape", reshaped},
      {"transpose", transposed},
      {"tile", tiled},
      {"slice", sliced},
      {"concat", joined},
      {"matmul", matmul},
  };
  return entries;
}
