//===- BufferizableOpInterfaceImpl.h ---------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_DIALECT_NORM_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
#define RMSNORM_DIALECT_NORM_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H

namespace mlir {
class DialectRegistry;

namespace norm {
/// Lets `--one-shot-bufferize` handle norm.rowwise: destinations are written
/// in place, only accumulated ones are read, and an input may share the
/// buffer of a destination that has the same map (in-place normalisation).
void registerBufferizableOpInterfaceExternalModels(DialectRegistry &registry);
} // namespace norm
} // namespace mlir

#endif // RMSNORM_DIALECT_NORM_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
