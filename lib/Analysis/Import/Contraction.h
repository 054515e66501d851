//===- Contraction.h - Sums of products -------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Matrix products, einsum and 1x1 convolutions, all of which may be the sum of
// a row: dot(x, x), dot(x, ones), matmul(x, ones / N).
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_ANALYSIS_IMPORT_CONTRACTION_H
#define RMSNORM_LIB_ANALYSIS_IMPORT_CONTRACTION_H

#include "Elements.h"

namespace mlir::norm {

/// A sum of products in the notation of Einstein: each dimension has a label,
/// and is summed over where the result lacks it.
struct Contraction {
  Value left, right;
  SmallVector<int> leftLabels, rightLabels, resultLabels;
  /// An extent of one may meet another, and is then stretched.
  bool stretches = false;
};

/// Where it is a sum of squares or one side is the same number everywhere. Any
/// other product, or none, is a value like others.
Result contract(OpReader &r, const std::optional<Contraction> &contraction);
/// Two operands: matrices, or what the equation in an attribute says.
Result contractMatrices(OpReader &r);
Result contractEinsum(OpReader &r, StringRef attribute);

/// True for two operands of which it may be the sum of one: the `isSum` of
/// rows.
bool sumsOneOperand(Value left, Value right);
bool sumsOneOperand(Operation *op);

/// A row for products that `read` knows.
OpRow &addContraction(OpTable &table, const Twine &name, ReadFn read);

/// Of an equation like "bi,bi->b", also with dots for more dimensions.
std::optional<Contraction> parseEinsum(StringRef equation, Value left,
                                       Value right);

/// Vectors, matrices, and batches of matrices, which are broadcast.
std::optional<Contraction> matrixProduct(Value left, Value right);

/// A convolution with a kernel of one element, without strides and padding:
/// `input` is one of [batch, channels, ...], `kernel` of [outputs, channels,
/// ...], the result like `input`. Nullopt if the kernel is larger.
std::optional<Contraction> pointwiseConvolution(Value input, Value kernel);

} // namespace mlir::norm

#endif // RMSNORM_LIB_ANALYSIS_IMPORT_CONTRACTION_H
