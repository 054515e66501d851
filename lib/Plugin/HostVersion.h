//===- HostVersion.h -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whether the LLVM of a host is the one that the plugin was compiled against.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_PLUGIN_HOSTVERSION_H
#define RMSNORM_LIB_PLUGIN_HOSTVERSION_H

#include "llvm/Config/llvm-config.h"

#include <cstdint>
#include <string>

namespace rmsnorm {

struct LLVMVersion {
  unsigned major, minor, patch;
};

/// A plugin API version that MLIR does not use: hosts refuse it.
constexpr uint32_t refusedAPIVersion = 0;

/// Empty if a host that runs `host` may load the plugin, and otherwise the
/// reason why not, made without code of LLVM's, which may be the wrong one.
/// Releases of one major.minor share their ABI; no others do.
inline std::string explainVersionMismatch(LLVMVersion host) {
  if (host.major == LLVM_VERSION_MAJOR && host.minor == LLVM_VERSION_MINOR)
    return "";
  auto text = [](unsigned number) { return std::to_string(number); };
  return "this RMSNorm plugin was built for LLVM " + text(LLVM_VERSION_MAJOR) +
         "." + text(LLVM_VERSION_MINOR) + ", but the host runs LLVM " +
         text(host.major) + "." + text(host.minor) + "." + text(host.patch) +
         "; it is not loaded";
}

} // namespace rmsnorm

#endif // RMSNORM_LIB_PLUGIN_HOSTVERSION_H
