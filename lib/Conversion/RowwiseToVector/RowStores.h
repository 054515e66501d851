//===- RowStores.h - Stores that go past the caches ------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A result that is too large to be read again from a cache need not go through
// one: a non-temporal store does not read the line first. Such stores must be
// aligned, and need a fence behind them.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_CONVERSION_ROWWISETOVECTOR_ROWSTORES_H
#define RMSNORM_LIB_CONVERSION_ROWWISETOVECTOR_ROWSTORES_H

#include "Lanes.h"

#include "mlir/IR/Builders.h"

namespace mlir::norm {

/// The destinations that can be written past the caches.
struct NontemporalStores {
  /// By number; empty if there are none.
  SmallVector<unsigned> inits;
  /// What their vectors are aligned to, in bytes.
  unsigned alignment = 1;
  /// True (i1) when all matrices that are written hold `bytes` or more together
  /// and these destinations are aligned; null where that cannot be.
  Value condition;

  /// Creates what the condition takes at the builder's insertion point.
  static NontemporalStores create(OpBuilder &builder, Location loc,
                                  const RowKernel &kernel, const Lanes &lanes,
                                  uint64_t bytes);
};

/// Makes the stores before it visible to other threads before those after it.
void createStoreFence(OpBuilder &builder, Location loc);

} // namespace mlir::norm

#endif // RMSNORM_LIB_CONVERSION_ROWWISETOVECTOR_ROWSTORES_H
