//===- TensorFlow.cpp - TensorFlow and TensorFlow Lite -------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elements.h"

#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

/// Activations are fused into the arithmetic of TensorFlow Lite.
static bool hasActivation(Operation *op) {
  auto name = op->getAttrOfType<StringAttr>("fused_activation_function");
  return name && name.getValue() != "NONE";
}

template <ElementwiseFn function>
static Result unlessActivated(Algebra &a, Operation *op, Operands o) {
  return hasActivation(op) ? std::nullopt : function(a, op, o);
}

/// Operand 1 lists the axes.
static std::optional<DimMap> reduced(Operation *op) {
  if (op->getNumOperands() != 2)
    return std::nullopt;
  std::optional<SmallVector<int64_t>> axes = getInts(op->getOperand(1));
  auto keeps = op->getAttrOfType<BoolAttr>("keep_dims");
  return axes ? dims::reduce(op, *axes, keeps && keeps.getValue())
              : std::nullopt;
}

static std::optional<DimMap> transposed(Operation *op) {
  std::optional<SmallVector<int64_t>> permutation =
      op->getNumOperands() == 2 ? getInts(op->getOperand(1)) : std::nullopt;
  return permutation ? dims::permute(*permutation) : std::nullopt;
}

void norm::addTensorFlowRows(OpTable &t) {
  t.constant("tf.Const");
  t.constant("tfl.pseudo_const");
  t.broadcasting("tf.AddV2", elements::add).affine();
  t.broadcasting("tf.Add", elements::add).affine();
  t.broadcasting("tf.Sub", elements::sub).affine();
  t.broadcasting("tf.Mul", elements::mul).affine();
  t.broadcasting("tf.RealDiv", elements::div);
  t.broadcasting("tf.Div", elements::div);
  t.broadcasting("tf.Pow", elements::power).root();
  t.broadcasting("tf.Maximum", elements::max);
  t.broadcasting("tf.SquaredDifference", elements::squaredDifference);
  t.broadcasting("tfl.add", unlessActivated<elements::add>).affine();
  t.broadcasting("tfl.sub", unlessActivated<elements::sub>).affine();
  t.broadcasting("tfl.mul", unlessActivated<elements::mul>).affine();
  t.broadcasting("tfl.div", unlessActivated<elements::div>);
  t.broadcasting("tfl.pow", elements::power).root();
  t.broadcasting("tfl.maximum", elements::max);
  t.broadcasting("tfl.squared_difference", elements::squaredDifference);
  const std::tuple<StringRef, StringRef, ElementwiseFn> unary[] = {
      {"Square", "square", elements::square},
      {"Neg", "neg", elements::negate},
      {"Abs", "abs", elements::abs},
  };
  for (auto [tf, tfl, function] : unary) {
    t.elementwise("tf." + tf, function);
    t.elementwise("tfl." + tfl, function);
  }
  for (StringRef name : {"tf.Rsqrt", "tfl.rsqrt"})
    t.elementwise(name, elements::rsqrt).root();
  for (StringRef name : {"tf.Sqrt", "tfl.sqrt"})
    t.elementwise(name, elements::sqrt).root();
  t.elementwise("tf.Reciprocal", elements::reciprocal);
  t.elementwise("tf.Inv", elements::reciprocal);
  t.elementwise("tf.Cast", elements::identity).cast();
  t.elementwise("tfl.cast", elements::identity).cast();

  for (StringRef name : {"tf.Mean", "tfl.mean"})
    t.reduction(name, reduced, combine::mean);
  for (StringRef name : {"tf.Sum", "tfl.sum"})
    t.reduction(name, reduced, combine::sum);
  for (StringRef name : {"tf.Reshape", "tfl.reshape", "tf.ExpandDims",
                         "tfl.expand_dims", "tf.Squeeze", "tfl.squeeze"})
    t.reshape(name, dims::reshape);
  for (StringRef name : {"tf.Transpose", "tfl.transpose"})
    t.movement(name, transposed);
  for (StringRef name : {"tf.BroadcastTo", "tfl.broadcast_to"})
    t.movement(name, dims::broadcast).stretching(1);
  t.movement("tf.Identity", dims::identity);
}
