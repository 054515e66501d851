//===- NormDialect.cpp -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/Transforms/InliningUtils.h"

using namespace mlir;
using namespace mlir::norm;

#include "rmsnorm/Dialect/Norm/IR/NormDialect.cpp.inc"
#include "rmsnorm/Dialect/Norm/IR/NormEnums.cpp.inc"
#include "rmsnorm/Dialect/Norm/IR/NormInterfaces.cpp.inc"

namespace {
/// No op of the dialect depends on the function that it is in.
struct NormInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;

  bool isLegalToInline(Operation *op, Region *dest, bool wouldBeCloned,
                       IRMapping &valueMapping) const final {
    return true;
  }
  bool isLegalToInline(Region *dest, Region *src, bool wouldBeCloned,
                       IRMapping &valueMapping) const final {
    return true;
  }
};
} // namespace

void NormDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "rmsnorm/Dialect/Norm/IR/NormOps.cpp.inc"
      >();
  addInterfaces<NormInlinerInterface>();
}
