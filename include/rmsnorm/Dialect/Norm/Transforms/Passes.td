//===- Passes.td - Passes on the norm dialect -------------*- tablegen -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_DIALECT_NORM_TRANSFORMS_PASSES_TD
#define RMSNORM_DIALECT_NORM_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

#endif // RMSNORM_DIALECT_NORM_TRANSFORMS_PASSES_TD
