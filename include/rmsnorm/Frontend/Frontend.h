//===- Frontend.h -----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Readers of what front ends print. A file that a front end has written is
// nearly always in the pretty form of its dialects, which MLIR cannot read
// without their libraries. The reader dialects can: they parse the pretty form
// of an op into the unregistered op that its generic form would give, so that
// everything that works on unregistered ops works on such files, too.
//
// They belong into tools only: a compiler that has the real dialects must not
// have these.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_FRONTEND_FRONTEND_H
#define RMSNORM_FRONTEND_FRONTEND_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace mlir::norm {

/// Registers readers for StableHLO, MHLO, CHLO, Shardy, torch and ONNX. Op,
/// type and attribute names of these dialects then parse without being
/// registered: types and attributes as opaque ones, ops as unregistered ones.
void registerReaderDialects(DialectRegistry &registry);

} // namespace mlir::norm

#endif // RMSNORM_FRONTEND_FRONTEND_H
