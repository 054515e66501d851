//===- FakeModule.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Modules and launches. What is known of a module is what its PTX says; of a
// binary nothing is known, and every name is taken for a kernel's.
//
//===----------------------------------------------------------------------===//

#include "FakeDriver.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <regex>
#include <set>
#include <vector>

using namespace fake;

namespace {
struct FakeModule;

struct FakeKernel {
  std::string name;
  /// PTX types of the parameters: "u64", "f32".
  std::vector<std::string> parameters;
  bool isKnown = false;
  int staticBytes = 0, dynamicLimit = 48 * 1024;
  bool allowsLargeClusters = false;
};

struct FakeModule {
  std::string text;
  std::vector<std::unique_ptr<FakeKernel>> kernels;
};
} // namespace

static std::set<FakeModule *> modules;

FAKE_API int cuModuleLoadDataEx(Module *module, const void *image,
                                unsigned optionCount, int *options,
                                void **values) {
  FAKE_BEGIN(beginInContext, "cuModuleLoadDataEx");
  auto loaded = std::make_unique<FakeModule>();
  const char *kind = "binary";
  if (std::memcmp(image,
                  "\x7f"
                  "ELF",
                  4) != 0 &&
      std::memcmp(image, "\x50\xed\x55\xba", 4) != 0) {
    kind = "ptx";
    loaded->text = static_cast<const char *>(image);
    std::smatch target;
    if (!std::regex_search(loaded->text, target,
                           std::regex("\\.target sm_(\\d+)")))
      return ErrorInvalidImage;
    int major = 0, minor = 0;
    getCapability(major, minor);
    if (std::stoi(target[1]) > major * 10 + minor) {
      for (unsigned i = 0; i + 1 < optionCount; ++i)
        if (options[i] == JITErrorLogBuffer &&
            options[i + 1] == JITErrorLogBufferSizeBytes)
          std::snprintf(static_cast<char *>(values[i]),
                        reinterpret_cast<size_t>(values[i + 1]),
                        "SM version of .target is\ntoo high");
      return ErrorNoBinaryForGPU;
    }
  }
  std::string level;
  for (unsigned i = 0; i < optionCount; ++i)
    if (options[i] == JITOptimizationLevel)
      level = " level=" + std::to_string(reinterpret_cast<size_t>(values[i]));
  log("cuModuleLoadDataEx %s%s", kind, level.c_str());
  modules.insert(loaded.get());
  *module = reinterpret_cast<Module>(loaded.release());
  return Success;
}

FAKE_API int cuModuleUnload(Module module) {
  FAKE_BEGIN(beginInContext, "cuModuleUnload");
  auto *loaded = reinterpret_cast<FakeModule *>(module);
  if (!modules.erase(loaded))
    return invalidHandle;
  log("cuModuleUnload");
  delete loaded;
  return Success;
}

FAKE_API int cuModuleGetFunction(Function *function, Module module,
                                 const char *name) {
  FAKE_BEGIN(beginInContext, "cuModuleGetFunction");
  auto *loaded = reinterpret_cast<FakeModule *>(module);
  if (!modules.count(loaded))
    return invalidHandle;
  auto kernel = std::make_unique<FakeKernel>();
  kernel->name = name;
  const std::string &text = loaded->text;
  if (!text.empty()) {
    std::smatch entry;
    if (!std::regex_search(
            text, entry,
            std::regex("\\.entry " + std::string(name) + "\\s*\\(([^)]*)\\)")))
      return ErrorNotFound;
    kernel->isKnown = true;
    std::string parameters = entry[1];
    std::regex parameter("\\.param\\s+(?:\\.align \\d+ )?\\.(\\w+)");
    for (std::sregex_iterator
             i(parameters.begin(), parameters.end(), parameter),
         end;
         i != end; ++i)
      kernel->parameters.push_back((*i)[1]);
    std::regex shared("\\.shared [^;\\[]*\\[(\\d+)\\];");
    for (std::sregex_iterator i(text.begin(), text.end(), shared), end;
         i != end; ++i)
      kernel->staticBytes += std::stoi((*i)[1]);
    kernel->dynamicLimit -= kernel->staticBytes;
  }
  log("cuModuleGetFunction %s", name);
  loaded->kernels.push_back(std::move(kernel));
  *function = reinterpret_cast<Function>(loaded->kernels.back().get());
  return Success;
}

FAKE_API int cuModuleGetGlobal_v2(DevicePointer *address, size_t *size,
                                  Module module, const char *name) {
  FAKE_BEGIN(beginInContext, "cuModuleGetGlobal_v2");
  auto *loaded = reinterpret_cast<FakeModule *>(module);
  if (!modules.count(loaded))
    return invalidHandle;
  if (!std::regex_search(loaded->text, std::regex("\\.global [^;]*\\b" +
                                                  std::string(name) + "\\b")))
    return ErrorNotFound;
  *address = 0;
  *size = 4;
  return Success;
}

FAKE_API int cuFuncGetAttribute(int *value, int attribute, Function function) {
  FAKE_BEGIN(beginInContext, "cuFuncGetAttribute");
  if (attribute != SharedSizeBytes)
    return invalidValue;
  *value = reinterpret_cast<FakeKernel *>(function)->staticBytes;
  return Success;
}

FAKE_API int cuFuncSetAttribute(Function function, int attribute, int value) {
  FAKE_BEGIN(beginInContext, "cuFuncSetAttribute");
  auto &kernel = *reinterpret_cast<FakeKernel *>(function);
  log("cuFuncSetAttribute %s %d=%d", kernel.name.c_str(), attribute, value);
  if (attribute == MaxDynamicSharedSizeBytes) {
    if (value + kernel.staticBytes > 227 * 1024)
      return invalidValue;
    kernel.dynamicLimit = value;
    return Success;
  }
  if (attribute != NonPortableClusterSizeAllowed)
    return invalidValue;
  kernel.allowsLargeClusters = value != 0;
  return Success;
}

//===----------------------------------------------------------------------===//
// Launches
//===----------------------------------------------------------------------===//

/// As many bytes of a parameter as its type in the PTX has.
static std::string printParameter(const std::string &type, const void *value) {
  if (type == "f32") {
    float number = 0.0f;
    std::memcpy(&number, value, sizeof(number));
    return std::to_string(number);
  }
  int bits = std::atoi(type.c_str() + 1);
  uint64_t number = 0;
  std::memcpy(&number, value, bits / 8);
  return bits == 64 ? nameAddress(number) : std::to_string(number);
}

static std::string print(const unsigned *size) {
  return std::to_string(size[0]) + "x" + std::to_string(size[1]) + "x" +
         std::to_string(size[2]);
}

static int launch(const char *call, const LaunchConfig &config,
                  Function function, void **parameters) {
  auto &kernel = *reinterpret_cast<FakeKernel *>(function);
  auto count = [](const unsigned *size) {
    return uint64_t(size[0]) * size[1] * size[2];
  };
  if (count(config.grid) == 0 || count(config.block) == 0 ||
      count(config.block) > 1024 ||
      config.sharedBytes > static_cast<unsigned>(kernel.dynamicLimit))
    return invalidValue;
  std::string attributes;
  for (unsigned i = 0; i < config.attributeCount; ++i) {
    const LaunchAttribute &attribute = config.attributes[i];
    int major = 0, minor = 0;
    getCapability(major, minor);
    if (major < 9)
      return ErrorNotSupported;
    if (attribute.id == LaunchProgrammaticStreamSerialization) {
      attributes +=
          " programmatic=" + std::to_string(attribute.value.programmatic);
      continue;
    }
    if (attribute.id != LaunchClusterDimension)
      return invalidValue;
    const unsigned *cluster = attribute.value.cluster;
    if (count(cluster) == 0 || count(cluster) > 16 ||
        (count(cluster) > 8 && !kernel.allowsLargeClusters))
      return ErrorInvalidClusterSize;
    for (int dim = 0; dim < 3; ++dim)
      if (config.grid[dim] % cluster[dim] != 0)
        return invalidValue;
    attributes += " cluster=" + print(cluster);
  }
  std::string values = kernel.isKnown ? "" : "?";
  for (size_t i = 0; i < kernel.parameters.size(); ++i)
    values.append(i ? ", " : "")
        .append(printParameter(kernel.parameters[i], parameters[i]));
  log("%s %s grid=%s block=%s shared=%u %s%s (%s)", call, kernel.name.c_str(),
      print(config.grid).c_str(), print(config.block).c_str(),
      config.sharedBytes, nameStream(config.stream).c_str(), attributes.c_str(),
      values.c_str());
  tick();
  return Success;
}

FAKE_API int cuLaunchKernel(Function function, unsigned gridX, unsigned gridY,
                            unsigned gridZ, unsigned blockX, unsigned blockY,
                            unsigned blockZ, unsigned sharedBytes,
                            Stream stream, void **parameters, void **extra) {
  FAKE_BEGIN(beginOnStream, "cuLaunchKernel", stream);
  LaunchConfig config = {{gridX, gridY, gridZ},
                         {blockX, blockY, blockZ},
                         sharedBytes,
                         stream,
                         nullptr,
                         0};
  return launch("cuLaunchKernel", config, function, parameters);
}

#ifndef FAKE_CUDA_OLD
FAKE_API int cuLaunchKernelEx(const LaunchConfig *config, Function function,
                              void **parameters, void **extra) {
  FAKE_BEGIN(beginOnStream, "cuLaunchKernelEx", config->stream);
  return launch("cuLaunchKernelEx", *config, function, parameters);
}
#endif
