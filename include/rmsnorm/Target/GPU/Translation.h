//===- Translation.h --------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ahead-of-time compilation for mlir-translate and tools like it.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TARGET_GPU_TRANSLATION_H
#define RMSNORM_TARGET_GPU_TRANSLATION_H

#include <functional>

namespace mlir {
class DialectRegistry;

namespace norm {

/// Registers `norm-to-ptx`, `norm-to-fatbin`, `norm-to-gpu-header`,
/// `norm-to-gpu-manifest`, and their options. `registerDialects` adds the
/// dialects that may be read, with their interfaces and their translations to
/// LLVM IR.
void registerToGPUTranslations(
    std::function<void(DialectRegistry &)> registerDialects);

} // namespace norm
} // namespace mlir

#endif // RMSNORM_TARGET_GPU_TRANSLATION_H
