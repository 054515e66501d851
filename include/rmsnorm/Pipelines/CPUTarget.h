//===- CPUTarget.h ----------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The processor that code is compiled for.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_PIPELINES_CPUTARGET_H
#define RMSNORM_PIPELINES_CPUTARGET_H

#include "mlir/Support/LLVM.h"
#include "llvm/Support/Error.h"

#include <string>

namespace mlir::norm {

/// A processor, in LLVM's words. Only what `resolve` gives is known to exist.
struct CPUTarget {
  /// Looks the processor up. An empty triple is the host's; an empty `cpu` is
  /// the baseline of the triple's architecture; `native` is the host's, with
  /// its features. `features` is a list such as `+avx2,-fma`. Fails for what
  /// LLVM does not know and for what is neither x86-64, AArch64 nor 64-bit
  /// RISC-V.
  static llvm::Expected<CPUTarget> resolve(StringRef triple, StringRef cpu,
                                           StringRef features);

  /// Whether the processor has the feature, given or implied.
  bool hasFeature(StringRef feature) const;

  /// Bits of the widest vectors: on x86-64 512 with AVX-512, 256 with AVX, 128
  /// without; on RISC-V with V as many as its zvl extension promises; 128
  /// elsewhere.
  unsigned getVectorWidth() const;

  /// Whether the processor has vectors whose length only it knows: SVE, or
  /// RISC-V's V.
  bool hasScalableVectors() const;

  std::string triple, cpu, features;
};

} // namespace mlir::norm

#endif // RMSNORM_PIPELINES_CPUTARGET_H
