//===- GPUTarget.h --------------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What lowerings to GPUs know of a chip. The numbers are of CUDA's programming
// guide ("technical specifications per compute capability") and of AMD's
// architecture white papers.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_CONVERSION_ROWWISETOGPU_GPUTARGET_H
#define RMSNORM_CONVERSION_ROWWISETOGPU_GPUTARGET_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace mlir::norm {

struct GPUTarget {
  enum class Vendor { NVIDIA, AMD };

  /// `chip` is a name of LLVM's: sm_90, gfx942. `features` are added to those
  /// that the chip needs, such as its version of PTX, and win over them. Fails
  /// for a chip that LLVM does not know and for one without what every kernel
  /// needs (sm_70 and newer, gfx9 and newer).
  static llvm::Expected<GPUTarget> resolve(llvm::StringRef chip,
                                           llvm::StringRef features = "");

  /// The major and minor number of an NVIDIA chip in one: 90.
  unsigned capability = 0;
  Vendor vendor = Vendor::NVIDIA;
  std::string triple, chip, features;
  /// Multiprocessors of the usual part. Sums over rows are cut by it, so that
  /// they have the same bits on every part.
  unsigned multiprocessors = 108;
  /// Threads and 32-bit registers of a multiprocessor.
  unsigned threads = 2048;
  unsigned registers = 65536;
  /// The most bytes of shared memory of a block.
  unsigned sharedBytes = 48 << 10;
  /// The most blocks in a cluster; 1 if there are none.
  unsigned cluster = 1;
  /// Kernels may start while the one before ends.
  bool dependentLaunch = false;
};

} // namespace mlir::norm

#endif // RMSNORM_CONVERSION_ROWWISETOGPU_GPUTARGET_H
