//===- RowKernel.h ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A norm.rowwise prepared for lowering: contiguous dimensions merged, extents
// at hand. Every lowering starts from it.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_CONVERSION_ROWPROGRAM_ROWKERNEL_H
#define RMSNORM_LIB_CONVERSION_ROWPROGRAM_ROWKERNEL_H

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

namespace mlir::norm {
class RowPhases;

/// Bytes of an element in memory; those of an index are 8.
unsigned getElementBytes(MemRefType type);

/// Bytes of all elements of a memref.
Value createByteCount(OpBuilder &builder, Location loc, Value memref);

/// The operands and the domain of a norm.rowwise on memrefs. Neighbouring
/// dimensions of the domain that are contiguous in every operand are one.
struct RowKernel {
  /// Merges what can be merged, and creates the merged views and the extents
  /// at the builder's insertion point.
  static RowKernel create(OpBuilder &builder, RowwiseOp op);

  /// The dimensions of the row, in order; at least one.
  SmallVector<unsigned> axes;
  /// The other dimensions, in order.
  SmallVector<unsigned> grid;
  SmallVector<OpFoldResult> extents;
  /// Memrefs, or scalars passed by value.
  SmallVector<Value> inputs;
  SmallVector<Value> inits;
  SmallVector<AffineMap> inputMaps, initMaps;
  SmallVector<bool> accumulated;

  unsigned getInnerAxis() const { return axes.back(); }
  /// True when every operand that follows `dim` is contiguous along it, in
  /// elements of whole bytes.
  bool isContiguousAlong(unsigned dim) const;
};

/// The width of the widest element of a row in the program, in bits.
unsigned getWidestValue(const RowPhases &phases, Block &program);

/// Fails, with an error at `op` or at the op of the row program that is in the
/// way, for what no lowering takes: tensors, layouts that are not strided, and
/// rows of different constants.
LogicalResult checkLowerable(RowwiseOp op);

/// The phases with those results stored early that may be, and are candidates,
/// if that saves reading rows again: a residual sum, for one, that is
/// normalised. Later phases must not read any row but these: a destination may
/// share the buffer of an input.
RowPhases storeEarly(const RowPhases &phases, Block &program,
                     const RowKernel &kernel,
                     function_ref<bool(unsigned init)> isCandidate);

} // namespace mlir::norm

#endif // RMSNORM_LIB_CONVERSION_ROWPROGRAM_ROWKERNEL_H
