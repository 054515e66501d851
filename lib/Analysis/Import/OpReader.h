//===- OpReader.h - One op, being read --------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_ANALYSIS_IMPORT_OPREADER_H
#define RMSNORM_LIB_ANALYSIS_IMPORT_OPREADER_H

#include "rmsnorm/Analysis/Import/Importer.h"

namespace mlir::norm {

/// A row of an operand, or a part of a tensor, over which is summed.
struct Row {
  /// The element at the indices of the result and fresh ones.
  algebra::Polynomial element;
  /// The fresh indices and how far they run.
  SummedIndices summed;
};

/// True unless an op that works element by element says that an operand of a
/// smaller rank follows other dimensions than the last ones (CHLO).
bool broadcastsTrailing(Operation *op);

/// What a function of the table sees of the op that it reads: operands at the
/// indices at which the result is wanted.
class OpReader {
public:
  OpReader(Importer &importer, Operation *op, unsigned result,
           ArrayRef<algebra::Index> indices)
      : importer(importer), a(importer.getAlgebra()), op(op), result(result),
        indices(indices) {}

  Importer &importer;
  algebra::Algebra &a;
  Operation *op;
  /// The number of the result that is read, and where.
  unsigned result;
  ArrayRef<algebra::Index> indices;
  /// What a reduction runs over.
  Row row;

  bool hasOperand(unsigned i) const { return i < op->getNumOperands(); }
  /// An operand as a number: a scalar, or the element at `at`.
  algebra::Polynomial operand(unsigned i,
                              ArrayRef<algebra::Index> at = {}) const {
    return importer.import(op->getOperand(i), at);
  }

  /// Operand `i` at `at`, but summed over `axes`.
  std::optional<Row> rowOf(unsigned i, ArrayRef<algebra::Index> at,
                           ArrayRef<int64_t> axes) const;
  algebra::Polynomial sum(const Row &over,
                          const algebra::Polynomial &summand) const;
  algebra::Polynomial mean(const Row &over,
                           const algebra::Polynomial &summand) const;
  /// The variance of the elements of a row, by their squares and their mean.
  algebra::Polynomial variance(const Row &over) const;

  /// Whether a named norm rounds to the type of its result once, at the end,
  /// or before the scale and the bias too.
  enum class Rounds { Once, EachStep };

  /// y, mean and rstd (the results 0, 1 and 2) of operand 0 over `axes`, which
  /// are increasing. `scale` and `bias` are at the result's indices.
  algebra::Polynomial layerNorm(ArrayRef<int64_t> axes,
                                const algebra::Polynomial &scale,
                                const algebra::Polynomial &bias,
                                const algebra::Polynomial &epsilon,
                                Rounds rounds = Rounds::Once) const;
  /// y and rstd (the results 0 and 1).
  algebra::Polynomial rmsNorm(ArrayRef<int64_t> axes,
                              const algebra::Polynomial &scale,
                              const algebra::Polynomial &epsilon,
                              Rounds rounds = Rounds::Once) const;
  /// An optional affine operand, at those of `at` that it follows: the last.
  algebra::Polynomial affine(unsigned i, ArrayRef<algebra::Index> at,
                             int64_t absent) const;

  /// A number that is an attribute; nullopt when there is none.
  std::optional<algebra::Polynomial> number(StringRef attribute) const;
};

} // namespace mlir::norm

#endif // RMSNORM_LIB_ANALYSIS_IMPORT_OPREADER_H
