//===- CheckGPULibraries.cpp ----------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream links NVIDIA's library of math functions into kernels if it finds
// it, and says nothing if it does not. The PTX is then of no use.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Target/LLVM/NVVM/Utils.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMCHECKGPULIBRARIES
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;

namespace {
struct NormCheckGPULibraries
    : norm::impl::NormCheckGPULibrariesBase<NormCheckGPULibraries> {
  using NormCheckGPULibrariesBase::NormCheckGPULibrariesBase;

  void runOnOperation() override {
    std::string folder =
        toolkit.empty() ? NVVM::getCUDAToolkitPath().str() : toolkit;
    llvm::SmallString<256> library(folder);
    llvm::sys::path::append(library, "nvvm", "libdevice", "libdevice.10.bc");
    if (!folder.empty() && llvm::sys::fs::exists(library))
      return;
    WalkResult result = getOperation()->walk([&](LLVM::CallOp call) {
      StringRef callee = call.getCallee().value_or("");
      if (!callee.starts_with("__nv_") ||
          !call->getParentOfType<gpu::GPUModuleOp>())
        return WalkResult::advance();
      InFlightDiagnostic diagnostic = emitError(call.getLoc())
                                      << "takes '" << callee
                                      << "' of CUDA's libdevice, which ";
      if (folder.empty())
        diagnostic << "is not found: set CUDA_HOME, or the option 'toolkit'";
      else
        diagnostic << "is not in '" << folder << "'";
      return WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    if (folder.empty())
      return;
    // Upstream would say so, too, and go on.
    emitError(getOperation()->getLoc())
        << "'" << folder << "' is no folder of CUDA: it has no '"
        << library.str().drop_front(folder.size() + 1) << "'";
    signalPassFailure();
  }
};
} // namespace
