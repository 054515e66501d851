//===- TargetFeatures.h ---------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_SUPPORT_TARGETFEATURES_H
#define RMSNORM_SUPPORT_TARGETFEATURES_H

#include "llvm/ADT/StringRef.h"

namespace llvm {
class MCSubtargetInfo;
} // namespace llvm

namespace mlir::norm {

/// Whether `feature` is the name of one that LLVM knows for the target, behind
/// a sign: `+avx2`, `-xnack`. LLVM itself only warns of others.
bool isSignedFeature(const llvm::MCSubtargetInfo &target,
                     llvm::StringRef feature);

} // namespace mlir::norm

#endif // RMSNORM_SUPPORT_TARGETFEATURES_H
