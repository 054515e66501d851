//===- RMSNormPlugin.cpp ---------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The entry points by which a stock mlir-opt loads the dialect and the passes.
// Everything else is in libRMSNorm, which the plugin links.
//
//===----------------------------------------------------------------------===//

#include "HostVersion.h"
#include "rmsnorm/InitAll.h"

#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

#include <cstdio>
#include <dlfcn.h>

/// The plugin API version to answer with: that of our MLIR, or, for a host that
/// runs another LLVM, one that no host accepts, after saying why.
static uint32_t getAPIVersionForHost() {
  // The host's libraries come first in the global scope, so this finds the
  // LLVM that the host runs, even when our own was loaded beside it. (A direct
  // call would be bound by symbol version to our own.)
  using GetVersion = void (*)(unsigned *, unsigned *, unsigned *);
  auto getVersion =
      reinterpret_cast<GetVersion>(dlsym(RTLD_DEFAULT, "LLVMGetVersion"));
  rmsnorm::LLVMVersion host{0, 0, 0};
  if (getVersion)
    getVersion(&host.major, &host.minor, &host.patch);
  std::string problem = rmsnorm::explainVersionMismatch(host);
  if (problem.empty())
    return MLIR_PLUGIN_API_VERSION;
  std::fprintf(stderr, "error: %s\n", problem.c_str());
  return rmsnorm::refusedAPIVersion;
}

extern "C" LLVM_ATTRIBUTE_WEAK mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {getAPIVersionForHost(), "RMSNorm", RMSNORM_VERSION,
          [](mlir::DialectRegistry *registry) {
            mlir::norm::registerAllDialects(*registry);
          }};
}

extern "C" LLVM_ATTRIBUTE_WEAK mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {getAPIVersionForHost(), "RMSNorm", RMSNORM_VERSION,
          [] { mlir::norm::registerAllPasses(); }};
}
