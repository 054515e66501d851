//===- Module.h ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Modules of device code, which are loaded when a device first needs them,
// and launches of their kernels.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_RUNTIME_MODULE_H
#define RMSNORM_LIB_RUNTIME_MODULE_H

#include "Device.h"

#include <array>
#include <map>

namespace rmsnorm::cuda {

/// A kernel on one device.
struct Kernel {
  DeviceState *device = nullptr;
  Function function = nullptr;
  std::string name;
  /// May start before the kernel in front of it has ended.
  bool isProgrammatic = false;

  std::mutex mutex;
  /// Dynamic shared memory that the driver has been told to allow.
  unsigned sharedLimit = 0;
  bool allowsLargeClusters = false;
};

using Extent = std::array<int64_t, 3>;

/// Starts a kernel; an empty grid is no work. `cluster` may be null.
void launch(Kernel &kernel, const Extent *cluster, const Extent &grid,
            const Extent &block, int32_t sharedBytes, Stream stream,
            void **parameters, void **extra);

class ModuleState {
public:
  /// `optLevel` is negative for binaries, and the one of the driver's compiler
  /// for PTX. The image must live as long as this.
  ModuleState(const void *image, int optLevel)
      : image(image), optLevel(optLevel) {}
  ModuleState(const ModuleState &) = delete;
  ModuleState &operator=(const ModuleState &) = delete;
  ~ModuleState();

  /// Null for an error, which is reported.
  Kernel *getKernel(DeviceState &device, const char *name);

private:
  struct Loaded {
    Module module = nullptr;
    bool isProgrammatic = false;
    std::map<std::string, Kernel, std::less<>> kernels;
  };
  bool load(DeviceState &device, Loaded &loaded);

  const void *image;
  int optLevel;
  std::mutex mutex;
  std::map<DeviceState *, Loaded> loadedModules;
};

} // namespace rmsnorm::cuda

#endif // RMSNORM_LIB_RUNTIME_MODULE_H
