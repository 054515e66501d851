//===- RowProgramDecomposer.h - Row programs in linalg ----------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_DIALECT_NORM_TRANSFORMS_ROWPROGRAMDECOMPOSER_H
#define RMSNORM_DIALECT_NORM_TRANSFORMS_ROWPROGRAMDECOMPOSER_H

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallBitVector.h"

namespace mlir::norm {

/// A value outside of the row program that holds a value of it: a tensor over
/// the domain dimensions `dims`, or a scalar.
struct Source {
  Value value;
  SmallVector<int64_t> dims;
};

/// Where a value of the row program goes: summed over the dimensions that
/// `map` lacks, on top of `init`, and stored over the others. Without an
/// `init` it is a fresh tensor, of zeros where it is summed.
struct Destination {
  AffineMap map;
  Value init;
};

/// Emits what a row program computes as linalg ops on whole tensors. The
/// program is only read.
class RowProgramDecomposer {
public:
  /// `extents` are those of the domain, at the insertion point.
  RowProgramDecomposer(OpBuilder &builder, Location loc, ArrayRef<int64_t> axes,
                       ArrayRef<OpFoldResult> extents)
      : b(builder), loc(loc), axes(axes), extents(extents),
        grid(getGridDims(extents.size(), axes)) {}

  void addInput(Value argument, Value input, AffineMap map) {
    Source &source = sources[argument];
    source.value = input;
    source.dims = getDims(map);
    deps[argument] = toBits(source.dims);
  }
  /// Emits what has to be computed before the results.
  void visitProgram(Block *block);
  Value emitResult(Value yielded, Destination destination);

private:
  static bool isRow(Value value) {
    return isa<RankedTensorType>(value.getType());
  }
  static SmallVector<int64_t> getDims(AffineMap map);
  llvm::SmallBitVector toBits(ArrayRef<int64_t> dims) {
    llvm::SmallBitVector bits(extents.size());
    for (int64_t dim : dims)
      bits.set(dim);
    return bits;
  }
  static SmallVector<int64_t> toDims(const llvm::SmallBitVector &bits) {
    return SmallVector<int64_t>(bits.set_bits_begin(), bits.set_bits_end());
  }

  Value createEmpty(ArrayRef<int64_t> dims, Type element) {
    SmallVector<OpFoldResult> sizes;
    for (int64_t dim : dims)
      sizes.push_back(extents[dim]);
    return tensor::EmptyOp::create(b, loc, sizes, element);
  }

  void visitConstant(arith::ConstantOp op);
  void visitReduce(ReduceOp op);
  /// Gives a scalar that varies over the grid a tensor of its own.
  void materialize(Value scalar);
  void collectCone(Value value, llvm::SetVector<Value> &leaves,
                   llvm::SmallPtrSetImpl<Operation *> &ops);
  Value buildGeneric(Value value, ArrayRef<int64_t> loops, Value init,
                     ArrayRef<int64_t> resultDims,
                     std::optional<ReduceKind> reduction,
                     std::optional<int64_t> first);
  Value selectFirst(OpBuilder &body, Value value, int64_t first,
                    ArrayRef<int64_t> loops, ReduceKind kind);
  TypedAttr getNeutral(ReduceKind kind, Type element);

  OpBuilder &b;
  Location loc;
  ArrayRef<int64_t> axes;
  ArrayRef<OpFoldResult> extents;
  SmallVector<int64_t> grid;
  llvm::DenseMap<Value, Source> sources;
  /// The domain dimensions that each value of the program depends on.
  llvm::DenseMap<Value, llvm::SmallBitVector> deps;
};

} // namespace mlir::norm

#endif // RMSNORM_DIALECT_NORM_TRANSFORMS_ROWPROGRAMDECOMPOSER_H
