//===- Error.cpp --------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"

#include "CudaDriver.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

using namespace rmsnorm;

namespace {
/// Without a destructor: modules are unloaded after those of the main thread
/// have run.
struct LastError {
  int code;
  char message[1024];
};
} // namespace

static thread_local LastError lastError = {0, ""};

/// What the user can do about an error; null where its name says it all.
static const char *getAdvice(int code) {
  switch (code) {
  case cuda::ErrorOutOfMemory:
    return "free device memory, or pass smaller arguments";
  case cuda::ErrorStubLibrary:
    return "this is the toolkit's stub of the driver: put the driver's own "
           "libcuda.so.1 first on the library path";
  case cuda::ErrorNoDevice:
    return "no GPU is visible: look at nvidia-smi and CUDA_VISIBLE_DEVICES";
  case cuda::ErrorInvalidDevice:
    return "there are fewer GPUs: look at nvidia-smi and CUDA_VISIBLE_DEVICES";
  case cuda::ErrorUnsupportedPTXVersion:
    return "the driver is older than this PTX: update the driver, or compile "
           "for an older PTX version";
  case cuda::ErrorJITCompilerNotFound:
    return "the driver's PTX compiler (libnvidia-ptxjitcompiler) is not "
           "installed: install it, or compile to a cubin or a fatbin";
  case cuda::ErrorLaunchOutOfResources:
    return "the kernel needs more registers, threads or shared memory than a "
           "block can have";
  case cuda::ErrorIllegalAddress:
  case cuda::ErrorMisalignedAddress:
  case cuda::ErrorLaunchFailed:
    return "a kernel has failed and the device can be used by this process no "
           "more: look for the cause with compute-sanitizer";
  case cuda::ErrorSystemDriverMismatch:
    return "the driver and its kernel module have different versions: restart "
           "the machine";
  case cuda::ErrorInvalidClusterSize:
    return "the device cannot run clusters of this size";
  default:
    return nullptr;
  }
}

std::string cuda::describe(const Driver *driver, const std::string &what,
                           int code) {
  std::string text = what + ": " + getErrorName(driver, code);
  if (const char *advice = getAdvice(code))
    text.append(": ").append(advice);
  return text;
}

bool cuda::report(int code, const std::string &message) {
  if (hasError())
    return false;
  std::string line = message;
  // One line each, whatever the driver said.
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::snprintf(lastError.message, sizeof(lastError.message), "%s",
                line.c_str());
  lastError.code = code;
  std::fprintf(stderr, "rmsnorm: %s\n", lastError.message);
  return false;
}

bool cuda::check(const Driver *driver, int code, const std::string &what) {
  return code == Success || report(code, describe(driver, what, code));
}

bool cuda::check(const Driver *driver, int code, const char *what) {
  return code == Success || check(driver, code, std::string(what));
}

bool cuda::hasError() { return lastError.code != 0; }

int cuda::getError(const char **message) {
  if (message)
    *message = lastError.message;
  return lastError.code;
}

void cuda::clearError() {
  lastError.code = 0;
  lastError.message[0] = 0;
}
