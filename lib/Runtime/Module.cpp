//===- Module.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Module.h"

#include "Error.h"

#include <algorithm>
#include <climits>

using namespace rmsnorm::cuda;

/// The global that asks for programmatic launches of a module's kernels.
static constexpr const char *programmaticGlobal = "rmsnorm_programmatic_launch";
/// What a block may use without the driver being asked.
static constexpr int portableSharedBytes = 48 * 1024;
static constexpr int64_t portableClusterBlocks = 8;

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

ModuleState::~ModuleState() {
  for (auto &[device, loaded] : loadedModules) {
    if (!loaded.module)
      continue;
    ScopedContext scope(*device);
    int code = device->driver.moduleUnload(loaded.module);
    // The driver has unloaded everything when the process ends.
    if (code != ErrorDeinitialized)
      check(&device->driver, code, "cannot unload device code");
  }
}

bool ModuleState::load(DeviceState &device, Loaded &loaded) {
  const Driver &driver = device.driver;
  char log[512] = "";
  int options[] = {JITErrorLogBuffer, JITErrorLogBufferSizeBytes,
                   JITOptimizationLevel};
  // Numbers are passed in place of the pointers.
  void *values[] = {log, reinterpret_cast<void *>(sizeof(log)),
                    reinterpret_cast<void *>(static_cast<intptr_t>(optLevel))};
  bool isPTX = optLevel >= 0;
  int code =
      driver.moduleLoad(&loaded.module, image, isPTX ? 3 : 0, options, values);
  if (code) {
    loaded.module = nullptr;
    log[sizeof(log) - 1] = 0;
    std::string message = describe(&driver, "cannot load device code", code);
    if (code == ErrorNoBinaryForGPU || code == ErrorInvalidImage ||
        code == ErrorInvalidPTX)
      message += ": it was not compiled for " + device.name +
                 ": compile with chip=" + device.getChip();
    if (log[0])
      message.append(": ").append(log);
    return report(code, message);
  }
  DevicePointer address = 0;
  size_t size = 0;
  code = driver.moduleGetGlobal(&address, &size, loaded.module,
                                programmaticGlobal);
  // Older devices have no such launches, and need none.
  loaded.isProgrammatic =
      code == Success && device.major >= 9 && driver.launchEx;
  return code == ErrorNotFound ||
         check(&driver, code, "cannot look into device code");
}

Kernel *ModuleState::getKernel(DeviceState &device, const char *name) {
  std::lock_guard<std::mutex> lock(mutex);
  Loaded &loaded = loadedModules[&device];
  auto found = loaded.kernels.find(name);
  if (found != loaded.kernels.end())
    return &found->second;

  ScopedContext scope(device);
  if (!loaded.module && !load(device, loaded))
    return nullptr;
  const Driver &driver = device.driver;
  Function function = nullptr;
  int staticBytes = 0;
  if (!check(&driver, driver.moduleGetFunction(&function, loaded.module, name),
             std::string("cannot find the kernel ") + name) ||
      !check(
          &driver,
          driver.functionGetAttribute(&staticBytes, SharedSizeBytes, function),
          std::string("cannot look at the kernel ") + name))
    return nullptr;
  Kernel &kernel = loaded.kernels[name];
  kernel.device = &device;
  kernel.function = function;
  kernel.name = name;
  kernel.isProgrammatic = loaded.isProgrammatic;
  if (staticBytes < portableSharedBytes)
    kernel.sharedLimit = portableSharedBytes - staticBytes;
  return &kernel;
}

//===----------------------------------------------------------------------===//
// Launching
//===----------------------------------------------------------------------===//

static std::string print(const Extent &extent) {
  return std::to_string(extent[0]) + "x" + std::to_string(extent[1]) + "x" +
         std::to_string(extent[2]);
}

/// The driver takes 32 bits: larger numbers must not wrap around.
static bool fits(const Extent &extent) {
  return std::all_of(extent.begin(), extent.end(), [](int64_t size) {
    return size >= 1 && size <= UINT_MAX;
  });
}

static int64_t count(const Extent &extent) {
  return extent[0] * extent[1] * extent[2];
}

/// Tells the driver what this launch needs and no launch before it did.
static int prepare(Kernel &kernel, const Extent *cluster,
                   unsigned sharedBytes) {
  const Driver &driver = kernel.device->driver;
  std::lock_guard<std::mutex> lock(kernel.mutex);
  if (sharedBytes > kernel.sharedLimit) {
    if (int code = driver.functionSetAttribute(kernel.function,
                                               MaxDynamicSharedSizeBytes,
                                               static_cast<int>(sharedBytes)))
      return code;
    kernel.sharedLimit = sharedBytes;
  }
  if (cluster && !kernel.allowsLargeClusters &&
      count(*cluster) > portableClusterBlocks) {
    if (int code = driver.functionSetAttribute(
            kernel.function, NonPortableClusterSizeAllowed, 1))
      return code;
    kernel.allowsLargeClusters = true;
  }
  return Success;
}

static int start(Kernel &kernel, const Extent *cluster, const Extent &grid,
                 const Extent &block, unsigned sharedBytes, Stream stream,
                 void **parameters, void **extra) {
  const Driver &driver = kernel.device->driver;
  LaunchAttribute attributes[2] = {};
  LaunchConfig config = {};
  std::copy(grid.begin(), grid.end(), config.grid);
  std::copy(block.begin(), block.end(), config.block);
  config.sharedBytes = sharedBytes;
  config.stream = stream;
  config.attributes = attributes;
  if (cluster) {
    LaunchAttribute &attribute = attributes[config.attributeCount++];
    attribute.id = LaunchClusterDimension;
    std::copy(cluster->begin(), cluster->end(), attribute.value.cluster);
  }
  if (kernel.isProgrammatic) {
    LaunchAttribute &attribute = attributes[config.attributeCount++];
    attribute.id = LaunchProgrammaticStreamSerialization;
    attribute.value.programmatic = 1;
  }
  if (config.attributeCount != 0)
    return driver.launchEx(&config, kernel.function, parameters, extra);
  return driver.launch(kernel.function, config.grid[0], config.grid[1],
                       config.grid[2], config.block[0], config.block[1],
                       config.block[2], sharedBytes, stream, parameters, extra);
}

void rmsnorm::cuda::launch(Kernel &kernel, const Extent *cluster,
                           const Extent &grid, const Extent &block,
                           int32_t sharedBytes, Stream stream,
                           void **parameters, void **extra) {
  if (count(grid) == 0)
    return;
  const DeviceState &device = *kernel.device;
  auto fail = [&](int code, const char *reason) {
    std::string what = "cannot launch the kernel " + kernel.name + " on " +
                       print(grid) + " blocks of " + print(block) + " threads";
    if (cluster)
      what += " in clusters of " + print(*cluster);
    if (sharedBytes != 0)
      what += " with " + std::to_string(sharedBytes) +
              " bytes of shared memory (at most " +
              std::to_string(device.maxSharedBytes) + ")";
    report(code, reason ? what + ": " + reason
                        : describe(&device.driver, what, code));
  };
  if (!fits(grid) || !fits(block) || (cluster && !fits(*cluster)) ||
      sharedBytes < 0)
    return fail(-1, "the sizes are out of range");
  if (cluster && !device.driver.launchEx)
    return fail(-1, "the driver is too old for clusters: update it");
  ScopedContext scope(device);
  int code = prepare(kernel, cluster, sharedBytes);
  if (!code)
    code = start(kernel, cluster, grid, block, sharedBytes, stream, parameters,
                 extra);
  if (code)
    fail(code, nullptr);
}
