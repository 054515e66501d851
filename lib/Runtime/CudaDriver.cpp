//===- CudaDriver.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CudaDriver.h"

#include "Error.h"

#include <cstdlib>
#include <dlfcn.h>

using namespace rmsnorm::cuda;

std::string rmsnorm::cuda::getErrorName(const Driver *driver, int code) {
  const char *name = nullptr;
  if (driver && driver->getErrorName &&
      driver->getErrorName(code, &name) == Success && name)
    return name;
  return "CUDA error " + std::to_string(code);
}

namespace {
/// What the first use found. Never destroyed, because code that was compiled
/// may unload its modules after the destructors of this library have run.
struct Opened {
  Opened() { open(); }

  void open() {
    const char *chosen = std::getenv("RMSNORM_CUDA_DRIVER");
    std::string file = chosen && *chosen ? chosen : "libcuda.so.1";
    void *library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
      const char *error = dlerror();
      return fail(-1, "cannot open the CUDA driver: " +
                          std::string(error ? error : file) +
                          ": install NVIDIA's driver, or name its file in "
                          "RMSNORM_CUDA_DRIVER");
    }
    const char *missing = nullptr;
#define RMSNORM_CUDA_FIND(name, symbol, parameters)                            \
  driver.name =                                                                \
      reinterpret_cast<decltype(driver.name)>(dlsym(library, #symbol));        \
  if (!driver.name && !missing)                                                \
    missing = #symbol;
    RMSNORM_CUDA_REQUIRED_FUNCTIONS(RMSNORM_CUDA_FIND)
#undef RMSNORM_CUDA_FIND
    if (missing)
      return fail(-1, "cannot use the CUDA driver: " + file + " has no " +
                          missing + ": update NVIDIA's driver");
#define RMSNORM_CUDA_FIND(name, symbol, parameters)                            \
  driver.name =                                                                \
      reinterpret_cast<decltype(driver.name)>(dlsym(library, #symbol));
    RMSNORM_CUDA_OPTIONAL_FUNCTIONS(RMSNORM_CUDA_FIND)
#undef RMSNORM_CUDA_FIND
    if (int code = driver.init(0))
      fail(code, describe(&driver, "cannot start the CUDA driver", code));
  }

  void fail(int code, std::string reason) {
    failure.code = code;
    failure.reason = std::move(reason);
  }

  Driver driver;
  DriverFailure failure;
};
} // namespace

static const Opened &getOpened() {
  static const Opened &opened = *new Opened();
  return opened;
}

const Driver *Driver::get() {
  const Opened &opened = getOpened();
  return opened.failure.code == 0 ? &opened.driver : nullptr;
}

const DriverFailure &rmsnorm::cuda::getDriverFailure() {
  return getOpened().failure;
}
