//===- TargetFeatures.cpp -------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Support/TargetFeatures.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/MC/MCSubtargetInfo.h"

bool mlir::norm::isSignedFeature(const llvm::MCSubtargetInfo &target,
                                 llvm::StringRef feature) {
  if (!feature.consume_front("+") && !feature.consume_front("-"))
    return false;
  return llvm::any_of(target.getAllProcessorFeatures(),
                      [&](const llvm::SubtargetFeatureKV &known) {
                        return feature == known.Key;
                      });
}
