//===- SumDestinations.h --------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is around a norm.rowwise that sums over rows, and can be part of the
// kernel that adds partial sums: the zeros that it begins with, and a
// conversion of what it ends with. Each would be a launch of its own.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_CONVERSION_ROWWISETOGPU_SUMDESTINATIONS_H
#define RMSNORM_LIB_CONVERSION_ROWWISETOGPU_SUMDESTINATIONS_H

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

namespace mlir::norm {

/// A destination that is summed.
struct SumDestination {
  /// Takes what can be taken into the op: erases the ops that fill the
  /// destination with zeros, and those that round it to a narrower float, whose
  /// destination becomes the op's.
  static SumDestination fold(RowwiseOp op, unsigned init);

  /// The type in which rows are added up: f32 for those that are narrower.
  FloatType type;
  /// Nothing is in the destination yet.
  bool isZero = false;
};

} // namespace mlir::norm

#endif // RMSNORM_LIB_CONVERSION_ROWWISETOGPU_SUMDESTINATIONS_H
