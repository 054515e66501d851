//===- Cuda.cpp ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cuda.h"

#include "rmsnorm/Runtime/CudaRuntime.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;

// The runtime's functions for code that MLIR compiles.
extern "C" {
void *mgpuMemAlloc(uint64_t bytes, void *stream, bool isHostShared);
void mgpuMemFree(void *pointer, void *stream);
void mgpuMemcpy(void *to, void *from, size_t bytes, void *stream);
}

namespace {
/// Outside of what CudaTimer times no stream is set, so that each of these
/// has been done when it returns.
class CudaMemory : public Memory {
public:
  bool isHost() const override { return false; }
  void *allocate(size_t bytes) override {
    return mgpuMemAlloc(std::max<size_t>(bytes, 1), /*stream=*/nullptr,
                        /*isHostShared=*/false);
  }
  void release(void *pointer) override {
    mgpuMemFree(pointer, /*stream=*/nullptr);
  }
  void copyFromHost(void *to, const void *from, size_t bytes) override {
    mgpuMemcpy(to, const_cast<void *>(from), bytes, /*stream=*/nullptr);
  }
  void copyToHost(void *to, const void *from, size_t bytes) override {
    mgpuMemcpy(to, const_cast<void *>(from), bytes, /*stream=*/nullptr);
  }
};
} // namespace

Memory &norm::getCudaMemory() {
  static CudaMemory memory;
  return memory;
}

LogicalResult norm::checkCudaDevice(Location loc) {
  const char *reason = nullptr;
  if (rmsnormCudaGetDevice(/*device=*/nullptr, &reason))
    return success();
  return emitError(loc) << "cannot run with --target=cuda: " << reason;
}

LogicalResult norm::checkCudaErrors(Location loc) {
  const char *message = nullptr;
  if (!rmsnormCudaGetLastError(&message))
    return success();
  return emitError(loc) << "did not run: " << message;
}

std::string norm::getCudaPipeline() {
  RMSNormCudaDevice device = {};
  rmsnormCudaGetDevice(&device, /*reason=*/nullptr);
  // PTX, which the driver compiles: that needs no toolkit on this machine.
  return llvm::formatv("builtin.module(norm-to-gpu{{chip=sm_{0}{1} "
                       "format=isa})",
                       device.major, device.minor);
}
