//===- Lanes.h -------------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The choice of what the lanes of a vector are, and of how rows follow each
// other.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_CONVERSION_ROWWISETOVECTOR_LANES_H
#define RMSNORM_LIB_CONVERSION_ROWWISETOVECTOR_LANES_H

#include "../RowProgram/RowKernel.h"

namespace mlir::norm {
struct RowwiseToVectorOptions;

/// Of the targets that matter; where it is another, nothing but time is lost.
constexpr unsigned cacheLineBytes = 64;

/// What the lanes of a vector run along.
struct Lanes {
  enum class Kind {
    /// Consecutive elements of a row. Rows are vectors, scalars are scalars.
    Elements,
    /// Consecutive rows, where those lie side by side in memory and the
    /// elements of a row do not. Rows and scalars are vectors.
    Rows,
    /// There are none: one element at a time. Rows and scalars are scalars.
    None
  };
  Kind kind = Kind::None;
  /// The domain dimension that they run along, unless there are none.
  unsigned dim = 0;
  /// How many there are; so many for each unit of `vscale` if scalable.
  int64_t count = 1;
  /// The target decides at run time how long a vector is.
  bool scalable = false;
  /// A step takes so many vectors of elements. With two, the first has those of
  /// even number, the second the others. That is how bf16 becomes f32 cheaply:
  /// two of them are the halves of 32 bits, to be shifted or masked.
  unsigned vectors = 1;

  /// True when the lanes run along a dimension that `map` follows.
  bool areIn(AffineMap map) const {
    return kind != Kind::None && map.isFunctionOfDim(dim);
  }

  /// A vector that holds what all vectors of a step do, or what one of them
  /// does.
  VectorType getStepType(Type element) const {
    return VectorType::get({count * vectors}, element, {scalable});
  }
  VectorType getType(Type element) const {
    return VectorType::get({count}, element, {scalable});
  }
  /// The lanes of a vector, as a value.
  Value getCount(OpBuilder &builder, Location loc) const;
};

/// How rows follow each other.
struct Schedule {
  /// So many are computed together, and share the loads of what is the same
  /// for all of them.
  unsigned rows = 1;
  /// The first sweep of a row goes along with the last sweep of that before.
  bool overlaps = false;

  /// Rows overlap where the operands of two of them fit the L1 cache. Longer
  /// rows are computed together if more is the same for all of them than is
  /// read for each. A row whose length is not known is computed alone: several
  /// short rows are streams that end before the prefetchers of CPUs have found
  /// them.
  static Schedule choose(const RowKernel &kernel, const Lanes &lanes,
                         const RowwiseToVectorOptions &options);
};

/// Picks the lanes for vectors of the options' width: elements if the last axis
/// is contiguous in every operand that follows it, else rows, else none. They
/// are scalable if the options ask for it and the row program has no op that
/// LLVM computes one element at a time.
Lanes chooseLanes(const RowKernel &kernel, const RowPhases &phases,
                  Block &program, const RowwiseToVectorOptions &options);

} // namespace mlir::norm

#endif // RMSNORM_LIB_CONVERSION_ROWWISETOVECTOR_LANES_H
